/// Reads tables as spreadsheets and other programs write them: RFC 4180, with `,`, `;` or a tab between fields.
///
/// It is our own because an import has to name the line of every bad row and to go on after it: fields may hold line ends, so
/// the line of a row is not its number, and one stray quotation mark must not take the rest of the file with it.
struct TableReader {
  /// One row, or what is wrong with it.
  struct Row: Equatable {
    /// The line on which it begins, from 1.
    let line: Int
    let content: Result<[String], Flaw>
  }

  enum Flaw: Error, Equatable {
    case neverClosed
    case textAfterQuote
    case notUTF8
    case tooLong
  }

  /// Bytes. A row that is longer has lost its closing quotation mark.
  static let longestRow = 1 << 20

  private let bytes: ArraySlice<UInt8>
  private let separator: UInt8
  private var place: Int
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D

  /// - Parameter bytes: a whole file in UTF-8, with or without a byte order mark.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    separator = Self.separator(in: self.bytes)
    place = self.bytes.startIndex
  }

  /// The next row that is not empty; nil at the end.
  mutating func next() -> Row? {
    while place < bytes.endIndex {
      let start = (place: place, line: line)
      do {
        let fields = try readRow()
        if fields.count > 1 || !fields.allSatisfy({ $0.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }) {
          return Row(line: start.line, content: .success(fields))
        }
      } catch {
        // What follows the line on which the bad row begins is looked at anew.
        if error != .notUTF8 {
          (place, line) = start
          skipLine()
        }
        return Row(line: start.line, content: .failure(error))
      }
    }
    return nil
  }

  private mutating func readRow() throws(Flaw) -> [String] {
    let start = place
    var fields: [[UInt8]] = [[]]
    var isQuoted = false
    var wasQuoted = false
    reading: while place < bytes.endIndex {
      guard place - start <= Self.longestRow else { throw isQuoted ? .neverClosed : .tooLong }
      let byte = bytes[place]
      place += 1
      if byte == Self.lineFeed || (byte == Self.carriageReturn && peek != Self.lineFeed) { line += 1 }
      if isQuoted {
        if byte != Self.quote {
          fields[fields.count - 1].append(byte)
        } else if peek == Self.quote {
          fields[fields.count - 1].append(byte)
          place += 1
        } else {
          (isQuoted, wasQuoted) = (false, true)
        }
        continue
      }
      switch byte {
      case separator:
        fields.append([])
        wasQuoted = false
      case Self.lineFeed: break reading
      case Self.carriageReturn: if peek != Self.lineFeed { break reading }
      case Self.quote where fields[fields.count - 1].isEmpty && !wasQuoted: isQuoted = true
      case 0x20 where wasQuoted: break
      default:
        if wasQuoted { throw .textAfterQuote }
        fields[fields.count - 1].append(byte)
      }
    }
    if isQuoted { throw .neverClosed }
    let texts = fields.compactMap { String(validating: $0, as: UTF8.self) }
    guard texts.count == fields.count else { throw .notUTF8 }
    return texts
  }

  private var peek: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

  private mutating func skipLine() {
    while place < bytes.endIndex {
      let byte = bytes[place]
      place += 1
      if byte == Self.lineFeed || (byte == Self.carriageReturn && peek != Self.lineFeed) {
        line += 1
        return
      }
    }
  }

  /// The sign that parts the heading most often: where the comma is used in numbers, spreadsheets write semicolons.
  private static func separator(in bytes: ArraySlice<UInt8>) -> UInt8 {
    let heading = bytes.prefix { $0 != lineFeed && $0 != carriageReturn }
    let comma = UInt8(ascii: ",")
    let candidates = [comma, UInt8(ascii: ";"), 0x09]
    let counts = candidates.map { candidate in heading.count { $0 == candidate } }
    guard let most = counts.max(), let best = counts.firstIndex(of: most) else { return comma }
    return candidates[best]
  }
}

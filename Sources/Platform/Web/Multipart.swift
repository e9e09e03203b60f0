import Kernel
import Localization

/// Reads `multipart/form-data` (RFC 7578), as browsers send a form with a file in it.
///
/// It is strict: what no browser sends is refused whole, because a reader that guesses can be led to see another form than was sent.
struct Multipart {
  private(set) var fields: [(name: String, value: String)] = []
  private(set) var files: [FormFile] = []
  /// Whether some of the fields were no UTF-8; what could not be read stands there as U+FFFD.
  private(set) var isMangled = false

  static let mostFields = 1000
  static let mostFiles = 20
  /// Bytes of the lines above the content of one part.
  private static let longestHead = 8 * 1024
  private static let mostLines = 16

  /// What parts the form, when a body of this type is one.
  /// - Parameter type: the whole `Content-Type`.
  static func boundary(in type: String?) -> String? {
    guard let type, let media = type.split(separator: ";").first,
      String(media).trimmed.lowercased() == "multipart/form-data"
    else { return nil }
    var reader = HeadReader(type.utf8.dropFirst(media.utf8.count))
    guard let boundary = reader.parameters()["boundary"], (1...70).contains(boundary.utf8.count), !boundary.hasSuffix(" "),
      boundary.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else { return nil }
    return boundary
  }

  /// - Throws: `DomainError.malformed` when the body is not whole, or holds more than is taken.
  init(_ body: [UInt8], boundary: String) throws {
    // Every part but the first stands behind a line end, which belongs to the boundary and not to the part before.
    let mark = [0x0D, 0x0A, 0x2D, 0x2D] + Array(boundary.utf8)
    guard var place = Self.begin(of: body, mark) else { throw Self.unreadable }
    while !body[place...].starts(with: [0x2D, 0x2D]) {
      // White space may stand behind a boundary (RFC 2046 §5.1.1).
      let start = body[place...].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? body.endIndex
      guard body[start...].starts(with: [0x0D, 0x0A]), let end = Self.find(mark, in: body, from: start) else {
        throw Self.unreadable
      }
      try take(body[min(start + 2, end)..<end])
      place = end + mark.count
    }
  }

  /// Where the first part's boundary ends; whatever stands before it means nothing.
  private static func begin(of body: [UInt8], _ mark: [UInt8]) -> Int? {
    if body.starts(with: mark.dropFirst(2)) { return mark.count - 2 }
    return find(mark, in: body, from: 0).map { $0 + mark.count }
  }

  private static func find(_ mark: [UInt8], in body: [UInt8], from start: Int) -> Int? {
    body.withUnsafeBufferPointer { body in
      mark.withUnsafeBufferPointer { mark in
        var place = start
        while place + mark.count <= body.count {
          var count = 0
          while count < mark.count, body[place + count] == mark[count] { count += 1 }
          if count == mark.count { return place }
          // A line end is nowhere in a boundary but at its beginning, so what agreed so far need not be looked at again.
          place += max(1, count)
        }
        return nil
      }
    }
  }

  private mutating func take(_ part: ArraySlice<UInt8>) throws {
    var rest = part
    var head: [String: String] = [:]
    var lines = 0
    while true {
      guard let end = rest.firstIndex(of: 0x0D), rest[end...].starts(with: [0x0D, 0x0A]),
        end - part.startIndex <= Self.longestHead
      else { throw Self.unreadable }
      let line = rest[rest.startIndex..<end]
      rest = rest[(end + 2)...]
      if line.isEmpty { break }
      lines += 1
      guard lines <= Self.mostLines, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw Self.unreadable }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      guard head.updateValue(text(line[(colon + 1)...]), forKey: name) == nil else { throw Self.unreadable }
    }
    try keep(Array(rest), head)
  }

  private mutating func keep(_ content: [UInt8], _ head: [String: String]) throws {
    var reader = HeadReader((head["content-disposition"] ?? "").utf8[...])
    let disposition = reader.word()
    let parameters = reader.parameters()
    guard disposition.lowercased() == "form-data", let name = parameters["name"],
      ["", "binary", "8bit", "7bit"].contains((head["content-transfer-encoding"] ?? "").trimmed.lowercased())
    else { throw Self.unreadable }
    guard let file = parameters["filename"] else {
      guard fields.count < Self.mostFields else { throw Self.unreadable }
      return fields.append((name, text(content[...])))
    }
    // Where no file was chosen, browsers send an empty one without a name.
    if file.isEmpty, content.isEmpty { return }
    guard files.count < Self.mostFiles else { throw Self.unreadable }
    files.append(FormFile(field: name, name: file, type: head["content-type"] ?? "", bytes: content))
  }

  private mutating func text(_ bytes: ArraySlice<UInt8>) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    isMangled = true
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let unreadable = DomainError.malformed(
    Message("What arrived could not be read. Please go back and send it again."))
}

/// Reads a header's value: a word, and parameters behind it.
private struct HeadReader {
  private var rest: Substring.UTF8View

  init(_ text: Substring.UTF8View) {
    rest = text
  }

  /// What stands before the first parameter.
  mutating func word() -> String {
    let word = rest.prefix { $0 != UInt8(ascii: ";") }
    rest = rest.dropFirst(word.count)
    return String(decoding: Array(word), as: UTF8.self).trimmed
  }

  /// `; name="value"`, by name in small letters; the first of a name counts.
  mutating func parameters() -> [String: String] {
    var found: [String: String] = [:]
    while rest.first == UInt8(ascii: ";") {
      rest = rest.dropFirst()
      let name = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
      rest = rest.dropFirst(name.count)
      guard rest.first == UInt8(ascii: "=") else { continue }
      rest = rest.dropFirst()
      let value = rest.first == UInt8(ascii: "\"") ? quoted() : word()
      let key = String(decoding: Array(name), as: UTF8.self).trimmed.lowercased()
      if found[key] == nil { found[key] = value }
    }
    return found
  }

  /// Text between quotation marks. Browsers write `%22` for one inside and `%0D%0A` for a line end (HTML Standard §4.10.21.8); other
  /// programs put `\` before it. Anywhere else `\` is only itself, as in a path.
  private mutating func quoted() -> String {
    var value: [UInt8] = []
    rest = rest.dropFirst()
    while let byte = rest.first, byte != UInt8(ascii: "\"") {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "\\"), let next = rest.first, next == UInt8(ascii: "\"") {
        rest = rest.dropFirst()
        value.append(next)
      } else {
        value.append(byte)
      }
    }
    rest = rest.dropFirst()
    _ = word()
    return String(decoding: value, as: UTF8.self).replacing("%22", with: "\"").replacing("%0D", with: "\r")
      .replacing("%0A", with: "\n")
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self[...]
    while text.first == " " || text.first == "\t" { text = text.dropFirst() }
    while text.last == " " || text.last == "\t" { text = text.dropLast() }
    return String(text)
  }
}

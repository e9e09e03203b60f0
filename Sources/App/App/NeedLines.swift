public import Kernel
public import Needs

/// Needs as lines of JSON, as `civil prescribe` takes them: `id`, `words`, `language` (`und` when it is missing) and `constraints`,
/// which may be missing.
public enum NeedLines {
  /// A need that was asked about.
  public struct Asked: Sendable {
    /// As it was given: a text or a whole number.
    public let id: JSON
    public let question: Question
    /// Conditions that are not known here, so that nothing was held against them.
    public let passedOver: [String]
  }

  /// Why a line cannot be taken.
  public struct Flaw: Error, Sendable, Equatable {
    public let reason: String
  }

  public struct Line: Sendable {
    /// From 1.
    public let number: Int
    public let content: Result<NeedLines.Asked, Flaw>
  }

  /// All lines that are not empty.
  /// - Parameters:
  ///   - bytes: UTF-8, with or without a byte order mark.
  ///   - file: what the bytes are called, for people.
  /// - Throws: `SettingsError` for another encoding.
  public static func read(_ bytes: [UInt8], file: String) throws -> [Line] {
    let isUTF16 = [[0xFF, 0xFE], [0xFE, 0xFF]].contains { (mark: [UInt8]) in bytes.starts(with: mark) }
    // JSON holds no zero, and of UTF-16 and UTF-32 every other byte of ordinary letters is one.
    guard !isUTF16, !bytes.prefix(4).contains(0) else {
      throw SettingsError("\(file) is not UTF-8. Save it in the encoding UTF-8 and try again.")
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line -> Line? in
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
      do throws(Flaw) {
        return Line(number: index + 1, content: .success(try need(Array(line))))
      } catch {
        return Line(number: index + 1, content: .failure(error))
      }
    }
  }

  private static func need(_ line: [UInt8]) throws(Flaw) -> NeedLines.Asked {
    let json: JSON
    do {
      json = try JSON(decoding: line)
    } catch {
      throw Flaw(reason: "This is no JSON: \(error).")
    }
    guard let object = json.object else { throw Flaw(reason: "This is no JSON object.") }
    guard let id = object["id"], id.string != nil || id.int != nil else {
      throw Flaw(reason: "“id” is missing, or is neither a text nor a whole number.")
    }
    guard let words = object["words"]?.string else { throw Flaw(reason: "“words” is missing, or is no text.") }
    let language = object["language"] ?? .null
    guard language.isNull || language.string != nil else { throw Flaw(reason: "“language” is no text.") }
    let names = try constraints(object["constraints"] ?? .null)
    let known = names.map { name in Need.Constraint(rawValue: spellings[name] ?? name) }
    return NeedLines.Asked(
      id: id, question: Question(words: words, language: language.string ?? "und", constraints: known.compactMap(\.self)),
      passedOver: zip(names, known).filter { $0.1 == nil }.map(\.0))
  }

  /// As the search below names them.
  private static let spellings = ["basic_phone": "basicPhone", "no_cost": "noCost"]

  private static func constraints(_ json: JSON) throws(Flaw) -> [String] {
    if json.isNull { return [] }
    guard let elements = json.array else { throw Flaw(reason: "“constraints” is no array.") }
    let names = elements.compactMap(\.string)
    guard names.count == elements.count else { throw Flaw(reason: "A constraint is a text.") }
    return names
  }
}

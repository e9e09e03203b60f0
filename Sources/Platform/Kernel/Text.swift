import Foundation
import Localization

/// Words as somebody typed them, before they were looked at.
public struct Text: Sendable, Equatable, ExpressibleByStringLiteral {
  public let raw: String

  public init(_ raw: String) {
    self.raw = raw
  }

  public init(stringLiteral value: String) {
    raw = value
  }

  /// The words in Unicode normalization form C, line ends as `\n`, without white space around them. What nobody can see is no words;
  /// among letters it stays, because Persian and emoji are written with it.
  public var normalized: String {
    guard !raw.unicodeScalars.allSatisfy(Text.isInvisible) else { return "" }
    let text = raw.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
    return text.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
  }

  public var isBlank: Bool { normalized.isEmpty }

  /// The normalized words, when they can be taken.
  /// - Parameters:
  ///   - field: the name of the field, for the complaint.
  ///   - longest: Unicode scalars after normalizing; four times as many bytes are allowed.
  ///   - lines: whether line ends are allowed; where not, each becomes a space.
  /// - Throws: `DomainError.invalid` when there are none, too many, or control characters among them.
  public func checked(_ field: String, atMost longest: Int, lines: Bool = false) throws -> String {
    guard let text = try checkedIfPresent(field, atMost: longest, lines: lines) else {
      throw DomainError.invalid(field, Message("Please fill this in."))
    }
    return text
  }

  /// The same for a field that may be left empty: nil then.
  public func checkedIfPresent(_ field: String, atMost longest: Int, lines: Bool = false) throws -> String? {
    guard raw.utf8.count <= longest * 4 + 64 else {
      throw DomainError.invalid(field, Text.tooLong(longest))
    }
    var text = normalized
    if !lines { text = text.replacingOccurrences(of: "\n", with: " ") }
    if text.isEmpty { return nil }
    guard text.unicodeScalars.count <= longest else {
      throw DomainError.invalid(field, Text.tooLong(longest))
    }
    guard !text.unicodeScalars.contains(where: Text.isForbidden) else {
      throw DomainError.invalid(field, Message("There are invisible control characters in this. Please type it again."))
    }
    return text
  }

  private static func tooLong(_ longest: Int) -> Message {
    Message("This is too long. At most {count} characters fit.", ["count": String(longest)])
  }

  /// White space, and what fonts leave blank: joiners, marks of direction, fillers, variation selectors, the empty cell of braille.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x21...0x7E: false
    case 0x2800, 0xFFF9...0xFFFB: true
    default: scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint
    }
  }

  /// Control characters but tab and line end, and noncharacters.
  private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0xFDD0...0xFDEF: true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}

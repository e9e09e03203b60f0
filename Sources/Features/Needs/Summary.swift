import Foundation
public import Kernel
import Localization

/// What strangers read of a need. Nothing in it may lead them to a person: telephone numbers, addresses of any kind and exact places
/// are refused, with where they stand.
public enum Summary {
  /// - Throws: `DomainError.invalid` naming the first thing that must not be there and its place.
  /// - Parameter longest: Unicode scalars.
  public static func checked(_ summary: Text, field: String, atMost longest: Int = Need.longestSummary) throws -> String {
    let text = try summary.checked(field, atMost: longest, lines: true)
    if let found = traces(in: text).first {
      let position = text.distance(from: text.startIndex, to: found.range.lowerBound) + 1
      let part = String(text[found.range])
      switch found.kind {
      case .telephone:
        throw DomainError.invalid(
          field,
          Message(
            "“{part}” at character {position} looks like a telephone number. Everybody reads the summary: leave it out.",
            ["part": part, "position": String(position)]))
      case .email:
        throw DomainError.invalid(
          field,
          Message(
            "“{part}” at character {position} looks like an e-mail address. Everybody reads the summary: leave it out.",
            ["part": part, "position": String(position)]))
      case .link:
        throw DomainError.invalid(
          field,
          Message(
            "“{part}” at character {position} looks like a web address. Everybody reads the summary: leave it out.",
            ["part": part, "position": String(position)]))
      case .place:
        throw DomainError.invalid(
          field,
          Message(
            "“{part}” at character {position} looks like an exact place. Everybody reads the summary: name the region instead.",
            ["part": part, "position": String(position)]))
      }
    }
    return text
  }

  /// The beginning of a text, as much as fits, cut between words.
  static func beginning(of text: String) -> String {
    guard text.unicodeScalars.count > Need.longestSummary else { return text }
    let head = text.unicodeScalars.prefix(Need.longestSummary - 1)
    let cut = head.lastIndex { $0.properties.isWhitespace } ?? head.endIndex
    return String(String.UnicodeScalarView(head[..<cut])).trimmingCharacters(in: .whitespacesAndNewlines) + "…"
  }
}

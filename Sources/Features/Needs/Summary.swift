import Foundation
public import Kernel

/// What strangers read of a need. Nothing in it may lead them to a person: telephone numbers, addresses of any kind and exact places
/// are refused, with where they stand.
public enum Summary {
  /// - Throws: `DomainError.invalid` naming the first thing that must not be there and its place.
  /// - Parameter longest: Unicode scalars.
  public static func checked(_ summary: Text, field: String, atMost longest: Int = Need.longestSummary) throws -> String {
    try summary.checkedForEverybody(field, atMost: longest, lines: true)
  }

  /// What could lead to a person.
  public static func traces(in text: String) -> [Trace] { Trace.all(in: text) }

  /// The beginning of a text, as much as fits, cut between words.
  static func beginning(of text: String) -> String {
    guard text.unicodeScalars.count > Need.longestSummary else { return text }
    let head = text.unicodeScalars.prefix(Need.longestSummary - 1)
    let cut = head.lastIndex { $0.properties.isWhitespace } ?? head.endIndex
    return String(String.UnicodeScalarView(head[..<cut])).trimmingCharacters(in: .whitespacesAndNewlines) + "…"
  }
}

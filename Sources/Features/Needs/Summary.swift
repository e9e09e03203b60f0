import Foundation
public import Kernel
import Localization

/// What strangers read of a need. Nothing in it may lead them to a person: telephone numbers, addresses of any kind and exact places
/// are refused, with where they stand.
public enum Summary {
  /// - Throws: `DomainError.invalid` naming the first thing that must not be there and its place.
  public static func checked(_ summary: Text, field: String) throws -> String {
    let text = try summary.checked(field, atMost: Need.longestSummary, lines: true)
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

  /// Something by which a person could be found.
  public struct Trace: Equatable {
    public enum Kind: Sendable { case telephone, email, link, place }
    public let kind: Kind
    public let range: Range<String.Index>
  }

  /// All traces in a text, in the order in which they stand. Digits of every script count.
  public static func traces(in text: String) -> [Trace] {
    // Digits of any script are looked at as ASCII ones; each stays one character, so that places agree.
    let plain = String(
      text.map { character -> Character in
        guard let value = character.wholeNumberValue, (0...9).contains(value), character.isNumber else { return character }
        return Character(String(value))
      })
    var found: [Trace] = []
    for (kind, pattern) in patterns {
      for match in pattern.matches(in: plain, range: NSRange(plain.startIndex..., in: plain)) {
        guard let range = Range(match.range, in: plain), kind != .telephone || isTelephone(plain[range]) else { continue }
        let start = plain.distance(from: plain.startIndex, to: range.lowerBound)
        let length = plain.distance(from: range.lowerBound, to: range.upperBound)
        let lower = text.index(text.startIndex, offsetBy: start)
        let place = lower..<text.index(lower, offsetBy: length)
        if !found.contains(where: { $0.range.overlaps(place) }) { found.append(Trace(kind: kind, range: place)) }
      }
    }
    return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Seven to fifteen digits (E.164 allows fifteen) that are no list of years and no amount.
  private static func isTelephone(_ part: Substring) -> Bool {
    let digits = part.filter(\.isNumber).count
    guard (7...15).contains(digits) else { return false }
    let groups = part.split { !$0.isNumber }
    let areYears = groups.count > 1 && groups.allSatisfy { $0.count == 4 && (Int($0) ?? 0) >= 1900 && (Int($0) ?? 9999) <= 2100 }
    let isAmount =
      !part.hasPrefix("+") && groups.dropFirst().allSatisfy { $0.count == 3 } && groups.count > 1
      && part.dropFirst().contains(where: { $0 == "," || $0 == "." }) && !part.contains("-")
    return !areYears && !isAmount
  }

  private static let patterns: [(Trace.Kind, NSRegularExpression)] = [
    (.email, regex(#"[\p{L}\p{N}._%+-]+\s?(?:@|\(at\)|\[at\])\s?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+"#)),
    (.link, regex(#"(?:https?://|www\.)\S+"#)),
    (
      .link, regex(#"\b[\p{L}\p{N}-]{2,}\.(?:com|org|net|info|io|ly|me|app|gov|edu|int|ngo|ong|[a-z]{2})(?:/\S*|\b)(?![\p{L}.])"#)
    ),
    (.link, regex(#"(?<![\p{L}\p{N}])@[A-Za-z0-9_]{3,}"#)),
    (.place, regex(#"-?\d{1,3}\.\d{3,}\s*°?\s*[NSEWO]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}\s*°?\s*[NSEWO]?"#)),
    (.place, regex(#"\d{1,3}\s*°\s*\d{1,2}\s*[′'](?:\s*\d{1,2}(?:\.\d+)?\s*[″"])?\s*[NSEWO]?"#)),
    (
      .place,
      regex(#"\b\d{1,5}[a-z]?,?\s+(?:[\p{L}.'-]+\s+){0,3}(?:street|st\.|road|rd\.|avenue|ave\.|lane|boulevard|blvd)(?![\p{L}])"#)
    ),
    (
      .place,
      regex(
        #"\b(?:calle|avenida|av\.|carrera|jirón|pasaje|rue|avenue|boulevard|chemin|شارع|زنقة)\s+(?:[\p{L}.'-]+\s+){0,4}(?:n[°ºo.]*\s*|#\s*|رقم\s*)?\d{1,5}\b"#
      )
    ),
    (.place, regex(#"\b\d{1,5},?\s+(?:bis\s+)?(?:rue|avenue|boulevard|chemin|impasse)\s+\p{L}+"#)),
    (.telephone, regex(#"(?<![\p{L}\d])(?:\+|00)?\(?\d(?:[\s().\-–/]{0,2}\d){6,14}(?![\d])"#)),
  ]

  private static func regex(_ pattern: String) -> NSRegularExpression {
    do {
      return try NSRegularExpression(pattern: pattern, options: .caseInsensitive)
    } catch {
      preconditionFailure("the pattern \(pattern) is wrong: \(error)")
    }
  }
}

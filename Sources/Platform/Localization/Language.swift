import Foundation
import Synchronization

/// A language that people read, named as the web and the translators' files name it.
///
/// Two languages are equal when their tags are.
public struct Language: Sendable, Hashable, Codable, CustomStringConvertible {
  /// BCP 47 tag in its usual letter case: `es`, `pt-BR`, `zh-Hant`.
  public let tag: String
  /// What the language's own file calls it (header `X-Language-Name`), for languages that the platform cannot name.
  private let givenName: String?

  /// The language the product is written in, and the end of every fallback chain.
  public static let english = Language(known: "en")
  /// English with every translated part in ⟦ ⟧: what stands outside them was never passed to `tr`.
  public static let pseudo = Language(known: "en-x-pseudo")

  /// Reads a tag that came from outside.
  ///
  /// - Parameter tag: a BCP 47 tag in any letter case; `_` is read as `-`, as files often have it.
  /// - Returns: nil unless the tag is well formed: a primary subtag of 2, 3 or 5–8 letters, then subtags of 1–8 ASCII letters or
  ///   digits, at most 35 bytes in all (RFC 5646 §2.1 and §4.4.1).
  public init?(_ tag: String) {
    guard let canonical = Self.canonical(tag) else { return nil }
    self.init(known: canonical)
  }

  init(known tag: String, name: String? = nil) {
    self.tag = tag
    self.givenName = name
  }

  /// Whether the primary subtag is a code of ISO 639. `und` is one, for where nobody knows; no language has a longer code.
  public var isAssigned: Bool {
    guard let primary = tag.split(separator: "-").first else { return false }
    return switch primary.utf8.count {
    case 2: Locale.LanguageCode(String(primary)).isISOLanguage || replacedCodes.contains(String(primary))
    case 3: LanguageCodes.contains(primary)
    default: false
    }
  }

  /// Whether the language is written from right to left: decided by the script in the tag, else by the script that CLDR's likely
  /// subtags give the language.
  public var isRightToLeft: Bool {
    let subtags = tag.split(separator: "-")
    if let script = subtags.dropFirst().first(where: { $0.utf8.count == 4 && $0.allSatisfy(\.isLetter) }) {
      return rightToLeftScripts.contains(String(script))
    }
    guard let primary = subtags.first else { return false }
    if rightToLeftLanguages.contains(String(primary)) { return true }
    guard let region = subtags.dropFirst().first(where: { $0.utf8.count == 2 }) else { return false }
    return rightToLeftPlaces.contains("\(primary)-\(region)")
  }

  /// The language's name in the language itself, as its readers would look for it in a menu: `Español`, `العربية`. The tag, where
  /// nobody has told us a name.
  public var name: String {
    if let givenName { return givenName }
    if let known = endonyms.withLock({ $0[tag] }) { return known }
    let found = endonym(of: tag)
    endonyms.withLock {
      // Tags come from requests too: the memory must not grow with whatever strangers send.
      if $0.count >= 500 { $0.removeAll() }
      $0[tag] = found
    }
    return found
  }

  public var description: String { tag }

  /// Chooses the language to answer in.
  ///
  /// - Parameters:
  ///   - accept: the value of an `Accept-Language` header (RFC 9110 §12.5.4); whatever is malformed in it is passed over.
  ///   - available: the languages there are, the preferred one first.
  /// - Returns: the available language the reader likes best: for each range, by falling weight, first the very tag, then the tag
  ///   shortened from its end (the Lookup of RFC 4647 §3.4), then a regional form of it (`pt` is content with `pt-BR`); nil when
  ///   nothing fits.
  public static func best(accept: String?, among available: [Language]) -> Language? {
    guard let accept else { return nil }
    let ranges = weighted(accept)
    let offered = available.map { (language: $0, tag: $0.tag.lowercased()) }.filter { offer in
      !ranges.contains { $0.weight == 0 && $0.range == offer.tag }
    }
    for (range, weight) in ranges where weight > 0 {
      if range == "*" {
        if let first = offered.first { return first.language }
        continue
      }
      var shorter = range[...]
      while !shorter.isEmpty {
        if let exact = offered.first(where: { $0.tag == shorter }) { return exact.language }
        guard let cut = shorter.lastIndex(of: "-") else { break }
        shorter = shorter[..<cut]
        // A single-character subtag only introduces what followed it.
        if shorter.dropLast().last == "-" { shorter = shorter.dropLast(2) }
      }
      let regional = offered.first { $0.tag.utf8.count > range.utf8.count && $0.tag.hasPrefix(range + "-") }
      if let regional { return regional.language }
    }
    return nil
  }

  public static func == (a: Language, b: Language) -> Bool { a.tag == b.tag }

  public func hash(into hasher: inout Hasher) { hasher.combine(tag) }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let tag = try container.decode(String.self)
    guard let language = Language(tag) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(tag)” is not a BCP 47 language tag")
    }
    self = language
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(tag)
  }

  /// The tag with its last subtag taken away, and so on: `zh-Hant-TW` gives `zh-Hant` and `zh`.
  var parents: [String] {
    var found: [String] = []
    var rest = tag
    while let cut = rest.lastIndex(of: "-") {
      rest = String(rest[..<cut])
      if rest.dropLast().last == "-" { rest = String(rest.dropLast(2)) }
      found.append(rest)
    }
    return found
  }

  /// The letter case that RFC 5646 §2.1.1 recommends, or nil for what is no tag.
  private static func canonical(_ tag: String) -> String? {
    guard tag.utf8.count <= 35 else { return nil }
    let subtags = tag.replacing("_", with: "-").split(separator: "-", omittingEmptySubsequences: false)
    guard let primary = subtags.first, [2, 3, 5, 6, 7, 8].contains(primary.utf8.count),
      primary.utf8.allSatisfy({ isLetter($0) })
    else { return nil }
    var parts = [primary.lowercased()]
    var afterSingleton = false
    for subtag in subtags.dropFirst() {
      guard (1...8).contains(subtag.utf8.count), subtag.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) }) else {
        return nil
      }
      if subtag.utf8.count == 1 { afterSingleton = true }
      let isWord = subtag.utf8.allSatisfy { isLetter($0) }
      switch subtag.utf8.count {
      case 2 where isWord && !afterSingleton: parts.append(subtag.uppercased())
      case 4 where isWord && !afterSingleton: parts.append(subtag.capitalized)
      default: parts.append(subtag.lowercased())
      }
    }
    guard subtags.last?.utf8.count != 1 else { return nil }
    return parts.joined(separator: "-")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

  /// The ranges of an `Accept-Language` header in lower case, heaviest first, in the order written where weights are equal. Only
  /// the first 32 are read: browsers send fewer than ten.
  private static func weighted(_ header: String) -> [(range: String, weight: Int)] {
    var ranges: [(range: String, weight: Int)] = []
    for item in header.lowercased().split(separator: ",", maxSplits: 32).prefix(32) {
      let parts = item.split(separator: ";")
      guard let range = parts.first.map(withoutSpaces), !range.isEmpty else { continue }
      var weight = 1_000
      if let given = parts.dropFirst().lazy.map(withoutSpaces).first(where: { $0.hasPrefix("q=") }) {
        guard let value = Double(given.dropFirst(2)), (0...1).contains(value) else { continue }
        weight = Int((value * 1_000).rounded())
      }
      // Kept in order on the way in: there are few, and they mostly come heaviest first.
      let place = ranges.lastIndex { $0.weight >= weight }.map { $0 + 1 } ?? 0
      ranges.insert((range, weight), at: place)
    }
    return ranges
  }

  private static func withoutSpaces(_ text: Substring) -> String {
    text.utf8.contains { $0 == 32 || $0 == 9 } ? text.filter { $0 != " " && $0 != "\t" } : String(text)
  }
}

/// Scripts written from right to left: those of Unicode whose letters have bidirectional class R or AL and that are in use today.
private let rightToLeftScripts: Set<String> = [
  "Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi",
]

/// Languages whose usual script is one of those (CLDR 44, likely subtags).
private let rightToLeftLanguages: Set<String> = [
  "ar", "arz", "ary", "arq", "aeb", "apc", "ajp", "acm", "acq", "acw", "afb", "apd", "ars", "ayn", "ayp", "shu", "arc", "azb",
  "bal",
  "bft", "bgn", "bqi", "brh", "ckb", "drw", "dv", "fa", "glk", "gju", "haz", "hac", "he", "iw", "hnd", "hno", "khw", "ks", "lah",
  "lki", "lrc", "luz", "mid", "mzn", "nqo", "pbt", "pnb", "prs", "ps", "rhg", "sam", "sd", "sdh", "skr", "smp", "syr",
  "trw", "ug", "ur", "yi", "ydd",
]

/// Languages that use one of those scripts in one country only (CLDR 44, likely subtags).
private let rightToLeftPlaces: Set<String> = [
  "az-IQ", "az-IR", "kk-AF", "kk-CN", "kk-IR", "kk-MN", "ku-IQ", "ku-IR", "ku-LB", "ky-CN", "pa-PK", "tg-PK", "tk-AF", "tk-IR",
  "uz-AF",
  "uz-CN", "ha-CM", "ha-SD", "ms-CC",
]

/// Names already looked up: a look-up costs microseconds, and a menu of languages stands on every page.
private let endonyms = Mutex<[String: String]>([:])

private func endonym(of tag: String) -> String {
  if tag == Language.pseudo.tag { return "⟦English⟧" }
  let locale = Locale(identifier: tag)
  let names = [locale.localizedString(forIdentifier: tag), Locale(identifier: "en").localizedString(forIdentifier: tag)]
  guard let name = names.lazy.compactMap({ $0 }).first(where: { !$0.isEmpty }), let first = name.first else { return tag }
  return String(first).uppercased(with: locale) + name.dropFirst()
}

/// Codes of two letters that CLDR replaces by others and people still use (IANA Language Subtag Registry; Tagalog is `fil` to CLDR).
private let replacedCodes: Set<String> = ["in", "iw", "ji", "jw", "mo", "sh", "tl", "tw"]

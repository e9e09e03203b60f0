import Foundation
import Kernel
import Localization
import Needs
import People

/// What people write into the cells of a table, for what this program calls by codes: `Chile` for `CL`, `español` for `es`, `sí`.
struct CellWords {
  private let countries: [String: String]
  private let languages: [String: String]
  private let hows: [String: Provenance.How]
  private let consents: [String: Provenance.Consent]
  private let kinds: [String: Organization.Kind]
  private let connectivities: [String: Organization.Connectivity]

  /// - Parameter locales: in whose languages names are understood.
  init(_ locales: Locales) {
    let localizers = locales.languages.map { locales.localizer(for: $0) }
    func names<Value>(_ values: [Value], _ name: (Localizer, Value) -> String) -> [String: Value] {
      let pairs = localizers.flatMap { localizer in values.map { (Organization.nameKey(name(localizer, $0)), $0) } }
      return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
    func labels<Value>(_ values: [Value], _ label: (Value) -> Phrase) -> [String: Value] {
      names(values) { localizer, value in Localization.$current.withValue(localizer) { label(value).text } }
    }
    func known<Value>(_ words: [(String, Value)]) -> [String: Value] {
      Dictionary(words.map { (Organization.nameKey($0.0), $0.1) }, uniquingKeysWith: { first, _ in first })
    }
    countries = names(Country.codes) { $0.regionName($1) }
    let tags = NeedPages.commonLanguages
    let own = known(tags.compactMap { tag in Language(tag).map { ($0.name, tag) } })
    languages = names(tags) { $0.languageName($1) }.merging(own) { first, _ in first }
    hows = labels(Provenance.How.allCases, \.label).merging(known(Self.hows)) { first, _ in first }
    consents = labels(Provenance.Consent.allCases, \.label).merging(known(Self.consents)) { first, _ in first }
    kinds = labels(Organization.Kind.allCases, \.label)
      .merging(known(Organization.Kind.allCases.map { ($0.rawValue, $0) })) { first, _ in first }
    connectivities = labels(Organization.Connectivity.allCases, \.label)
      .merging(known(Organization.Connectivity.allCases.map { ($0.rawValue, $0) })) { first, _ in first }
  }

  private static let hows: [(String, Provenance.How)] = [
    ("in person", .inPerson), ("in-person", .inPerson), ("face to face", .inPerson), ("meeting", .inPerson), ("visit", .inPerson),
    ("en persona", .inPerson), ("cara a cara", .inPerson), ("visita", .inPerson), ("reunión", .inPerson),
    ("en personne", .inPerson), ("face à face", .inPerson), ("visite", .inPerson), ("réunion", .inPerson), ("شخصيا", .inPerson),
    ("وجها لوجه", .inPerson), ("زيارة", .inPerson), ("telephone", .telephone), ("phone", .telephone), ("call", .telephone),
    ("teléfono", .telephone), ("por teléfono", .telephone), ("llamada", .telephone), ("téléphone", .telephone),
    ("par téléphone", .telephone), ("appel", .telephone), ("هاتف", .telephone), ("بالهاتف", .telephone), ("sms", .sms),
    ("text message", .sms), ("mensaje", .sms), ("mensaje de texto", .sms), ("texto", .sms), ("رسالة نصية", .sms),
    ("letter", .letter), ("carta", .letter), ("lettre", .letter), ("رسالة", .letter), ("خطاب", .letter),
  ]

  private static let consents: [(String, Provenance.Consent)] = [
    ("spoken", .spoken), ("oral", .spoken), ("verbal", .spoken), ("said yes", .spoken), ("yes", .spoken), ("hablado", .spoken),
    ("de palabra", .spoken), ("sí", .spoken), ("verbale", .spoken), ("orale", .spoken), ("oui", .spoken), ("شفهي", .spoken),
    ("شفوي", .spoken), ("نعم", .spoken), ("written", .written), ("signed", .written), ("escrito", .written),
    ("por escrito", .written), ("firmado", .written), ("écrit", .written), ("par écrit", .written), ("signé", .written),
    ("مكتوب", .written), ("كتابي", .written), ("موقع", .written),
  ]

  private static let yes = Set(["yes", "y", "true", "1", "x", "sí", "s", "oui", "o", "نعم"].map(Organization.nameKey))
  private static let no = Set(["no", "n", "false", "0", "non", "لا"].map(Organization.nameKey))

  // What is not known stays as it is, for the use case to complain of.

  func country(_ text: String) -> String {
    text.utf8.count == 2 ? text.uppercased() : countries[Organization.nameKey(text)] ?? text
  }

  func language(_ text: String) -> String {
    if let language = Language(text), language.isAssigned { return language.tag }
    return languages[Organization.nameKey(text)] ?? text
  }

  func how(_ text: String) -> String { hows[Organization.nameKey(text)]?.rawValue ?? text }

  func consent(_ text: String) -> String { consents[Organization.nameKey(text)]?.rawValue ?? text }

  func kind(_ text: String) throws -> Organization.Kind {
    guard let kind = kinds[Organization.nameKey(text)] else {
      throw DomainError.invalid("kind", Message("No kind of group is called “{text}”.", ["text": String(text.prefix(80))]))
    }
    return kind
  }

  func connectivity(_ text: String) throws -> Organization.Connectivity {
    guard let connectivity = connectivities[Organization.nameKey(text)] else {
      throw DomainError.invalid(
        "connectivity",
        Message(
          "Please write one of these: {values}.",
          ["values": Organization.Connectivity.allCases.map(\.rawValue).joined(separator: ", ")]))
    }
    return connectivity
  }

  func answer(_ text: String) throws -> Bool {
    let key = Organization.nameKey(text)
    if key.isEmpty || Self.no.contains(key) { return false }
    guard Self.yes.contains(key) else {
      throw DomainError.invalid("showPublicly", Message("Please write yes or no."))
    }
    return true
  }

  /// A day as this program writes it. Spreadsheets write `31/3/2026` and `3/31/2026`, and what both could be is nobody's to guess.
  func day(_ text: String) throws -> String {
    let parts = text.split(whereSeparator: { "/.-".contains($0) }).map(String.init)
    guard parts.count == 3, let year = Int(parts[2]), parts[2].count == 4, let first = Int(parts[0]), let second = Int(parts[1])
    else { return text }
    let (day, month): (Int, Int)
    switch (first, second) {
    case (13..., 1...12): (day, month) = (first, second)
    case (1...12, 13...): (day, month) = (second, first)
    case _ where first == second: (day, month) = (first, second)
    default:
      throw DomainError.invalid(
        "at", Message("“{text}” can mean two days. Please write the year first, as in 2026-03-31.", ["text": text]))
    }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    return "\(year)-\(two(month))-\(two(day))"
  }
}

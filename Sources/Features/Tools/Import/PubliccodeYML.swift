import Kernel
import Localization

/// Reads a `publiccode.yml` file, versions 0.2 to 0.4 and "0" (https://yml.publiccode.tools). Names and addresses of persons in it are not
/// taken.
public enum PubliccodeYML {
  /// Bytes; the standard's own limits add up to far less.
  public static let longestFile = 256 * 1024

  /// - Parameter file: UTF-8.
  /// - Throws: `DomainError.malformed` with the reason why the file cannot be taken.
  public static func parse(_ file: [UInt8]) throws -> ImportedTool {
    guard file.count <= longestFile else {
      throw DomainError.malformed(Message("This is too large to be a publiccode.yml file."))
    }
    guard String(validating: file, as: UTF8.self) != nil else { throw DomainError.malformed(Message("This is not UTF-8.")) }
    let whole = try read(file)
    guard let version = whole["publiccodeYmlVersion"]?.words, !version.isEmpty else {
      throw DomainError.malformed(Message("This is no publiccode.yml: it does not say its version."))
    }
    let (language, description) = try describe(whole)
    let name = try FactReader.words(
      description["localisedName"]?.words ?? whole["name"]?.words, "name", atMost: ToolFacts.longestName)
    var reader = FactReader()
    guard let repository = reader.address([whole["url"]?.words ?? ""], "url") else {
      throw DomainError.malformed(Message("The field “{field}” is missing or empty.", ["field": "url"]))
    }
    var facts = ToolFacts(name: name, description: try words(description), language: language, kinds: [.software])
    facts.otherNames = reader.list([whole["name"]?.words ?? ""], "name").filter { $0 != name }
    facts.makers = reader.list(
      [whole["organisation"]?["name"]?.words ?? whole["legal"]?["mainCopyrightOwner"]?.words ?? ""], "organisation")
    facts.platforms = reader.list(whole["platforms"]?.list ?? [], "platforms")
    facts.languages = (whole["localisation"]?["availableLanguages"]?.list ?? []).compactMap { Language($0)?.tag }
    facts.sectors = reader.list(
      (whole["categories"]?.list ?? []) + (whole["intendedAudience"]?["scope"]?.list ?? []), "categories")
    facts.licence = whole["legal"]?["license"]?.words.flatMap(Licence.read)
    if facts.licence.flatMap(Licence.costsNothing) == true { facts.cost = .free }
    facts.upkeep = upkeep(whole)
    facts.website = reader.address([whole["landingURL"]?.words ?? ""], "landingURL")
    facts.repository = repository
    return ImportedTool(source: .publiccode, externalID: repository, facts: facts, remarks: reader.remarks)
  }

  private static func read(_ file: [UInt8]) throws -> YAML {
    do {
      guard let whole = try YAML(parsing: file), case .map = whole else {
        throw DomainError.malformed(Message("This is no publiccode.yml: it does not say its version."))
      }
      return whole
    } catch let failure as YAML.Failure {
      throw DomainError.malformed(Message("This is no YAML: {reason}", ["reason": "\(failure)"]))
    }
  }

  /// The description in English, or else in the first language there is.
  private static func describe(_ whole: YAML) throws -> (language: String, YAML) {
    var found: [(language: String, node: YAML)] = []
    for (key, node) in whole["description"]?.pairs ?? [] {
      if let language = Language(key), case .map = node { found.append((language.tag, node)) }
    }
    let best = found.sorted { ($0.language == "en" ? "" : $0.language) < ($1.language == "en" ? "" : $1.language) }.first
    guard let best else {
      throw DomainError.malformed(Message("The field “{field}” is missing or empty.", ["field": "description"]))
    }
    return (best.language, best.node)
  }

  private static func words(_ description: YAML) throws -> String {
    let short = description["shortDescription"]?.words ?? description["genericName"]?.words ?? ""
    let long = description["longDescription"]?.words ?? ""
    let features = (description["features"]?.list ?? []).map { "• " + $0 }.joined(separator: "\n")
    let parts = [short, long, features].map { Text($0).normalized }.filter { !$0.isEmpty }
    return try FactReader.words(parts.joined(separator: "\n\n"), "description", atMost: ToolFacts.longestDescription, lines: true)
  }

  private static func upkeep(_ whole: YAML) -> ToolFacts.Upkeep {
    if whole["developmentStatus"]?.words == "obsolete" { return .ended }
    switch whole["maintenance"]?["type"]?.words {
    case "internal", "contract", "community": return .active
    case "none": return .ended
    default: return .unknown
    }
  }
}

extension YAML {
  /// A text as it was written.
  fileprivate var words: String? { if case .words(let words) = self { words } else { nil } }

  /// The texts of a list.
  fileprivate var list: [String] { if case .list(let items) = self { items.prefix(200).compactMap(\.words) } else { [] } }

  fileprivate var pairs: [(key: String, value: YAML)] { if case .map(let pairs) = self { pairs } else { [] } }
}

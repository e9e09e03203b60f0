import Foundation
public import Journal
public import Kernel
import Localization
import People

/// What somebody tells of a tool, before anything of it was looked at.
public struct ToolStatement: Sendable {
  public var name: Text
  public var description: Text
  /// BCP 47 tag of the description.
  public var language: String
  public var website: Text
  public var repository: Text
  /// An SPDX expression.
  public var licence: Text
  public var cost: String
  /// `yes`, `no` or empty.
  public var worksOffline: String
  public var worksOnBasicPhone: String
  /// Names or tags of languages, separated by commas.
  public var languages: Text

  public init(
    name: Text, description: Text, language: String, website: Text = "", repository: Text = "", licence: Text = "",
    cost: String = "",
    worksOffline: String = "", worksOnBasicPhone: String = "", languages: Text = ""
  ) {
    self.name = name
    self.description = description
    self.language = language
    self.website = website
    self.repository = repository
    self.licence = licence
    self.cost = cost
    self.worksOffline = worksOffline
    self.worksOnBasicPhone = worksOnBasicPhone
    self.languages = languages
  }

  /// The facts, when every field can be taken.
  /// - Parameter longest: Unicode scalars of the description.
  /// - Throws: `DomainError.invalid` with every field that cannot.
  func facts(longest: Int) throws -> ToolFacts {
    var check = FieldCheck()
    let name = try check.take { try self.name.checked("name", atMost: ToolFacts.longestName) }
    let description = try check.take { try self.description.checked("description", atMost: longest, lines: true) }
    let language = Language(self.language)
    if language == nil {
      check.complain("language", Message("A language is named by its code, such as en, es or ht."))
    }
    var facts = ToolFacts(name: name ?? "", description: description ?? "", language: language?.tag ?? "und")
    facts.website = try check.take { try Self.address(website, "website") } ?? nil
    facts.repository = try check.take { try Self.address(repository, "repository") } ?? nil
    facts.licence = try check.take { try checkedLicence() } ?? nil
    facts.languages = try check.take { try checkedLanguages() } ?? []
    facts.cost = try check.take { try checkedCost(facts.licence) } ?? .unknown
    facts.worksOffline = try check.take { try Self.answer(worksOffline, "worksOffline") } ?? nil
    facts.worksOnBasicPhone = try check.take { try Self.answer(worksOnBasicPhone, "worksOnBasicPhone") } ?? nil
    try check.finish()
    return facts
  }

  private static func address(_ text: Text, _ field: String) throws -> String? {
    guard !text.isBlank else { return nil }
    guard let address = WebAddress.typed(text.normalized) else {
      throw DomainError.invalid(field, Message("This is no address of a website, such as https://example.org."))
    }
    return address
  }

  private func checkedLicence() throws -> String? {
    guard !licence.isBlank else { return nil }
    guard let name = Licence.read(licence.normalized) else {
      throw DomainError.invalid("licence", Message("Please give the licence's short name, such as MIT or GPL-3.0-or-later."))
    }
    return name
  }

  private func checkedLanguages() throws -> [String] {
    let words = languages.normalized.split { ",;،\n".contains($0) }.map { $0.trimmingCharacters(in: .whitespaces) }.filter {
      !$0.isEmpty
    }
    let tags = words.map { Language($0)?.tag }
    guard words.count <= 200, !tags.contains(nil) else {
      throw DomainError.invalid(
        "languages", Message("Please give languages by their codes with commas between them, such as en, es, ht."))
    }
    var kept: [String] = []
    for tag in tags.compactMap({ $0 }) where !kept.contains(tag) { kept.append(tag) }
    return kept
  }

  private func checkedCost(_ licence: String?) throws -> ToolFacts.Cost {
    guard !cost.isEmpty, cost != ToolFacts.Cost.unknown.rawValue else {
      return licence.flatMap(Licence.costsNothing) == true ? .free : .unknown
    }
    guard let known = ToolFacts.Cost(rawValue: cost) else {
      throw DomainError.invalid("cost", Message("Please choose one of the answers."))
    }
    return known
  }

  private static func answer(_ text: String, _ field: String) throws -> Bool? {
    switch text {
    case "yes": true
    case "no": false
    case "", "unknown": nil
    default: throw DomainError.invalid(field, Message("Please choose one of the answers."))
    }
  }
}

/// Somebody tells us of a tool. It waits until a person has looked at it, unless it comes from one who would decide.
public struct SuggestTool: Sendable {
  private let facts: ToolFacts
  private let tags: [Tool.Tag]

  /// Looks at everything before a transaction is begun.
  /// - Throws: `DomainError.invalid` with every field that cannot be taken.
  public init(_ statement: ToolStatement, tagger: ToolTagger) throws {
    facts = try statement.facts(longest: ToolFacts.longestSuggestion)
    guard facts.website != nil || facts.repository != nil else {
      throw DomainError.invalid(
        "website", Message("Please give an address where the tool can be found: a website or its source."))
    }
    tags = tagger.tags(of: facts)
  }

  public func callAsFunction(in act: Act) throws -> Tool {
    let decides = ToolPolicy.mayModerate(act.actor)
    let tool = Tool(
      id: act.newID(), facts: facts, tags: tags, hasConfirmedFunctions: false, source: decides ? .curated : .suggestion,
      externalID: nil,
      origin: .stated, state: decides ? .published : .suggested, corrected: [], home: act.keys.nodeID, version: 1,
      createdAt: act.now,
      changedAt: act.now, checkedAt: act.now)
    try ToolStore(act.connection).insert(tool)
    try act.record(Event("tools", tool.state.rawValue, subject: tool.id.rawValue))
    return tool
  }
}

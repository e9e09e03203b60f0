import Database
public import Journal
public import Kernel
import Localization
public import People

/// What somebody says when they state a need, before anything of it was looked at.
public struct NeedStatement: Sendable {
  public var organization: OrganizationStatement
  public var words: Text
  public var language: String
  public var constraints: [String]
  public var provenance: ProvenanceStatement?
  /// Whether a summary may be shown to everybody.
  public var showPublicly: Bool
  public var channel: Need.Channel
  /// The id of a record it was imported from.
  public var externalID: String?
  /// A reachable address the organization left, encrypted where it is kept.
  public var reachAt: Text

  public init(
    organization: OrganizationStatement, words: Text, language: String, constraints: [String] = [],
    provenance: ProvenanceStatement? = nil,
    showPublicly: Bool = false, channel: Need.Channel, externalID: String? = nil, reachAt: Text = ""
  ) {
    self.organization = organization
    self.words = words
    self.language = language
    self.constraints = constraints
    self.provenance = provenance
    self.showPublicly = showPublicly
    self.channel = channel
    self.externalID = externalID
    self.reachAt = reachAt
  }
}

/// An organization, or a facilitator speaking for it, states what it needs.
public struct SubmitNeed: Sendable {
  let statement: NeedStatement

  public init(_ statement: NeedStatement) {
    self.statement = statement
  }

  /// Everything about the statement that can be looked at without the database, so that it can be refused, and prescribed for,
  /// before a transaction is begun.
  public func question() throws -> Question {
    var check = FieldCheck()
    let words = try check.take { try statement.words.checked("words", atMost: Need.longestWords, lines: true) }
    let language = try check.take { try checkedLanguage() }
    let constraints = try check.take { try checkedConstraints() }
    try check.finish()
    return Question(
      words: words ?? "", language: language ?? "und", constraints: constraints ?? [], country: statement.organization.country)
  }

  /// - Throws: `DomainError.invalid` with every field that cannot be taken.
  public func callAsFunction(in act: Act) throws -> Need {
    let question = try question()
    let provenance = try checkedProvenance(act)
    let organization = try FindOrMakeOrganization(statement.organization)(in: act)
    let store = NeedStore(act.connection)
    let isImport = statement.organization.origin == .imported
    var need = Need(
      id: act.newID(), code: try act.freshCode(), organization: organization.id, words: question.words,
      language: question.language, state: .expressed, closure: nil, summary: nil, summaryLanguage: nil,
      constraints: question.constraints, provenance: provenance, channel: statement.channel, country: organization.country,
      isPublic: statement.showPublicly, skills: [], effort: nil, neededBy: nil, isOnSite: false, seeksMore: false, openedAt: nil,
      assignee: nil, mergedInto: nil, receiptGeneration: 1, origin: isImport ? .imported : organization.origin,
      home: act.keys.nodeID, version: 1, createdAt: act.now, changedAt: act.now)
    if isImport {
      // Another network has published it. What could lead to a person waits all the same until somebody has looked at it: all
      // of the words are searched, because a number that the summary cuts in two would not be recognized any more.
      need.state = Summary.traces(in: question.words).isEmpty ? .open : .triaged
      if need.state == .open {
        need.openedAt = act.now
        need.summary = Summary.beginning(of: question.words)
        need.summaryLanguage = question.language
      }
    }
    if let statedBy = statement.provenance?.statedBy, !statedBy.isBlank {
      need.provenance?.statedBy = try Contacts(act).keep(
        try statedBy.checked("provenance.statedBy", atMost: 200), as: .name, of: need.id.rawValue)
    }
    if let reachAt = try statement.reachAt.checkedIfPresent("reachAt", atMost: 200) {
      _ = try Contacts(act).keep(reachAt, as: .address, of: organization.id.rawValue)
    }
    try store.insert(need, externalID: statement.externalID)
    try store.insertAnswer(Consent.showPublicly, statement.showPublicly, wording: Consent.wording, at: act.now, need: need.id)
    try act.record(
      Event("needs", "expressed", subject: need.id.rawValue, payload: ["organization": .string(organization.id.rawValue)]))
    return need
  }

  private func checkedLanguage() throws -> String {
    guard let language = Language(statement.language), language.isAssigned else {
      throw DomainError.invalid("language", Message("A language is named by its code, such as en, es or ht."))
    }
    return language.tag
  }

  private func checkedConstraints() throws -> [Need.Constraint] {
    let found = statement.constraints.map { Need.Constraint(rawValue: $0) }
    guard !found.contains(nil) else {
      throw DomainError.invalid("constraints", Message("Known conditions are: offline, basicPhone, language, noCost."))
    }
    return Need.Constraint.allCases.filter { found.contains($0) }
  }

  private func checkedProvenance(_ act: Act) throws -> Provenance? {
    guard let stated = statement.provenance else {
      guard !NeedPolicy.needsProvenance(act.actor) else {
        throw DomainError.invalid(
          "provenance",
          Message("You speak for others: please say who stated this, how, and how they agreed to its being written down."))
      }
      return nil
    }
    return try stated.checked(by: act.actor, at: act.now)
  }
}

/// The questions an organization answers separately, and the version of their wording.
public enum Consent {
  public static let showPublicly = "showPublicly"
  public static let shareWithFunders = "shareWithFunders"
  public static let reuseAsOpenData = "reuseAsOpenData"
  /// Raised whenever the wording of a question changes.
  public static let wording = 1
}

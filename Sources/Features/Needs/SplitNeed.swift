public import Journal
public import Kernel
import Localization
import Messaging
import People

/// A need says several things: each becomes a need of its own. The first part goes on under the code and the receipt that the group
/// holds; every part keeps the words, who said them and what was answered.
public struct SplitNeed: Sendable {
  /// What strangers may read of one part.
  public struct Part: Sendable {
    let summary: Text
    let language: String

    /// - Parameter language: BCP 47 tag of the summary; that of the words where it is none.
    public init(summary: Text, language: String) {
      self.summary = summary
      self.language = language
    }
  }

  public static let fewest = 2
  public static let most = 5

  let id: ID<Need>
  let version: Int
  let parts: [Part]
  let outcome: TriageNeed.Outcome
  let isOffered: @Sendable (Act, Need) throws -> Bool

  /// - Parameters:
  ///   - outcome: whether the parts are opened for help at once.
  ///   - isOffered: whether somebody waits for an answer to an offer, or works on it.
  public init(
    _ id: ID<Need>, version: Int, parts: [Part], outcome: TriageNeed.Outcome,
    isOffered: @escaping @Sendable (Act, Need) throws -> Bool
  ) {
    self.id = id
    self.version = version
    self.parts = parts
    self.outcome = outcome
    self.isOffered = isOffered
  }

  /// What each part asks of the catalogues, which is found out before a transaction is begun.
  /// - Throws: `DomainError.invalid` with every summary that cannot be taken.
  func questions(for need: Need) throws -> [Question] {
    try summaries(of: need).map {
      Question(words: $0.text, language: $0.language, constraints: need.constraints, country: need.country)
    }
  }

  /// - Returns: the parts in their order; the first is the need itself.
  /// - Throws: `DomainError.notFound`; `DomainError.invalid`; `DomainError.conflict` for a need that is over, or that somebody has offered
  ///   to help with.
  public func callAsFunction(in act: Act) throws -> [Need] {
    let need = try act.need(id, atVersion: version, where: NeedPolicy.mayTriage)
    try checkCanBeCut(need, act)
    let summaries = try summaries(of: need)
    var whole = need
    whole.splitFrom = need.splitFrom ?? need.id
    // What was said of the work was said of all of it.
    (whole.skills, whole.effort, whole.seeksMore) = ([], nil, false)
    whole.state = outcome == .open ? .open : .triaged
    if whole.state == .open { whole.openedAt = act.now }
    whole.summary = summaries[0].text
    whole.summaryLanguage = summaries[0].language
    let first = try act.store(whole, event: "split")
    let others = try summaries.dropFirst().map { try add($0, to: first, act) }
    try tell(first, others, isOpened: first.state == .open && need.state != .open, act)
    return [first] + others
  }

  private func checkCanBeCut(_ need: Need, _ act: Act) throws {
    switch need.state {
    case .closed where need.closure == .merged:
      throw DomainError.conflict(Message("This need was joined with another one. Cut that one into parts instead."))
    case .closed, .resolved:
      throw DomainError.conflict(Message("This need is over. Take it up again before you cut it into parts."))
    case .expressed, .triaged, .open, .matched, .inProgress:
      guard try !need.state.isUnderWay && !isOffered(act, need) else {
        throw DomainError.conflict(
          Message("Somebody has offered to help with all of this need. Answer the offer before you cut the need into parts."))
      }
    }
  }

  private func summaries(of need: Need) throws -> [(text: String, language: String)] {
    guard (Self.fewest...Self.most).contains(parts.count) else {
      throw DomainError.invalid("part.1", Message("Please write a summary of each part: there are two to five."))
    }
    var check = FieldCheck()
    var summaries: [(text: String, language: String)] = []
    for (place, part) in parts.enumerated() {
      guard let text = try check.take({ try Summary.checked(part.summary, field: "part.\(place + 1)") }) else { continue }
      summaries.append((text, Language(part.language)?.tag ?? need.language))
    }
    try check.finish()
    return summaries
  }

  /// A further part: it waits as long as what it was cut from, because the group has said it then.
  private func add(_ summary: (text: String, language: String), to first: Need, _ act: Act) throws -> Need {
    let id: ID<Need> = act.newID()
    var provenance = first.provenance
    if let name = try provenance?.statedBy.flatMap({ try Contacts(act).read($0) }) {
      // A copy of its own, which goes when the part is taken back.
      provenance?.statedBy = try Contacts(act).keep(name, as: .name, of: id.rawValue)
    }
    let part = Need(
      id: id, code: try act.freshCode(), organization: first.organization, words: first.words, language: first.language,
      state: first.state, closure: nil, summary: summary.text, summaryLanguage: summary.language, constraints: first.constraints,
      provenance: provenance, channel: first.channel, country: first.country, isPublic: first.isPublic, skills: [], effort: nil,
      neededBy: first.neededBy, isOnSite: first.isOnSite, seeksMore: false, openedAt: first.openedAt, assignee: first.assignee,
      mergedInto: nil, splitFrom: first.splitFrom, receiptGeneration: 1, origin: first.origin, home: first.home, version: 1,
      createdAt: first.createdAt, changedAt: act.now)
    let store = NeedStore(act.connection)
    try store.insert(part, externalID: nil)
    for one in try store.allAnswers(of: first.id) {
      try store.insertAnswer(one.question, one.answer, wording: one.wording, at: one.at, need: id)
    }
    try act.record(Event("needs", "part", subject: id.rawValue, payload: ["from": .string(first.id.rawValue)]))
    return part
  }

  private func tell(_ first: Need, _ others: [Need], isOpened: Bool, _ act: Act) throws {
    var values = first.named
    values["parts"] = ([first] + others).map(\.code.description).joined(separator: ", ")
    try act.tellGroup(
      of: first,
      isOpened
        ? Message(
          "Somebody has read {code}. It says several things, so each is a need of its own now: {parts}. People can offer to help with each.",
          values)
        : Message("Your need {code} says several things, so each is a need of its own now: {parts}.", values))
  }
}

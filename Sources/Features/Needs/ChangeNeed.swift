import Database
import Jobs
public import Journal
public import Kernel
import Localization
import Messaging
public import People

/// The organization, or a facilitator for it, says it better.
public struct CorrectNeed: Sendable {
  let id: ID<Need>
  let version: Int
  let words: Text
  let language: String
  let constraints: [String]
  let showPublicly: Bool

  /// - Parameter version: of the need that was read; a newer one is not overwritten.
  public init(_ id: ID<Need>, version: Int, words: Text, language: String, constraints: [String], showPublicly: Bool) {
    self.id = id
    self.version = version
    self.words = words
    self.language = language
    self.constraints = constraints
    self.showPublicly = showPublicly
  }

  public func question() throws -> Question {
    try SubmitNeed(
      NeedStatement(
        organization: OrganizationStatement(), words: words, language: language, constraints: constraints, channel: .web)
    ).question()
  }

  /// What is asked once it is corrected: a part that keeps its summary goes on asking for no more than that part.
  func question(of need: Need, by actor: Actor) throws -> Question {
    let question = try question()
    guard need.isPart, let summary = need.summary, question.words == need.words || NeedPolicy.mayTriage(actor, need) else {
      return question
    }
    return Question(
      words: summary, language: need.asked.language, constraints: question.constraints, country: question.country)
  }

  /// Corrected words are read anew: a summary of the old ones says nothing about them.
  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id, atVersion: version, where: NeedPolicy.mayCorrect)
    let question = try question()
    let isNew = question.words != need.words
    need.words = question.words
    need.language = question.language
    need.constraints = question.constraints
    if isNew, !NeedPolicy.mayTriage(act.actor, need) {
      need.summary = nil
      need.summaryLanguage = nil
      // Whoever helps already goes on helping.
      if !need.state.isUnderWay { need.state = .expressed }
    }
    // Whoever speaks for others says on a page of its own who said so.
    let wasPublic = need.isPublic
    if NeedPolicy.speaksForItself(act.actor, need) { try need.answerPublicly(showPublicly, act) }
    if wasPublic, !need.isPublic { try act.hideParts(beside: need, said: nil) }
    return try act.store(need, event: "corrected")
  }
}

/// The organization changes its mind about being shown: it counts at once, everywhere. A no counts for the other parts of what it has said
/// too; a yes for this need alone.
public struct AnswerConsent: Sendable {
  let id: ID<Need>
  let showPublicly: Bool
  let said: ProvenanceStatement?
  fileprivate var countsForParts = true

  /// - Parameter said: who said so and how, from whoever speaks for others.
  public init(_ id: ID<Need>, showPublicly: Bool, said: ProvenanceStatement? = nil) {
    self.id = id
    self.showPublicly = showPublicly
    self.said = said
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id) { NeedPolicy.isOwn($0, $1) || NeedPolicy.mayTriage($0, $1) }
    try act.keep(said, saying: showPublicly ? .shown : .notShown, about: need)
    try need.answerPublicly(showPublicly, act)
    if !showPublicly, countsForParts { try act.hideParts(beside: need, said: said) }
    return try act.store(need, event: "consentAnswered")
  }
}

/// The organization takes its need back. Its words are erased, and nothing of it is shown any more.
public struct WithdrawNeed: Sendable {
  let id: ID<Need>
  let said: ProvenanceStatement?
  let withParts: Bool
  let erased: @Sendable (Act, ID<Need>) throws -> Void

  /// - Parameters:
  ///   - said: who said so and how, from whoever speaks for others.
  ///   - withParts: whether the other parts of what they said, which hold the same words, are taken back too.
  ///   - erased: what else has to go, in the same transaction.
  public init(
    _ id: ID<Need>, said: ProvenanceStatement? = nil, withParts: Bool = false,
    erased: @escaping @Sendable (Act, ID<Need>) throws -> Void = { _, _ in }
  ) {
    self.id = id
    self.said = said
    self.withParts = withParts
    self.erased = erased
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id, where: NeedPolicy.mayWithdraw)
    if withParts {
      for part in try act.parts(beside: need, said: said) {
        _ = try WithdrawNeed(part.id, said: said, erased: erased)(in: act)
      }
    }
    guard need.closure != .withdrawn else { return need }
    try act.keep(said, saying: .takenBack, about: need)
    need.state = .closed
    need.closure = .withdrawn
    need.isPublic = false
    need.words = ""
    need.summary = nil
    need.summaryLanguage = nil
    try NeedStore(act.connection).insertAnswer(Consent.showPublicly, false, wording: Consent.wording, at: act.now, need: id)
    try Contacts(act).erase(of: id.rawValue)
    try erased(act, id)
    let withdrawn = try act.store(need, event: "withdrawn")
    // After the need was changed, so that nobody keeps anew what was found in the version before.
    try NeedStore(act.connection).forgetConcepts(of: id)
    for table in ["needs", "need_concepts"] { try act.scrub(table) }
    try act.tellGroup(of: withdrawn, Message("Your need {code} was taken back, and its words are erased.", withdrawn.named))
    return withdrawn
  }
}

/// A receipt was lost or seen by others: the old one stops working, a new one is shown.
public struct RenewReceipt: Sendable {
  let id: ID<Need>

  public init(_ id: ID<Need>) {
    self.id = id
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id) { NeedPolicy.isOwn($0, $1) || NeedPolicy.mayTriage($0, $1) }
    need.receiptGeneration += 1
    return try act.store(need, event: "receiptRenewed")
  }
}

/// A facilitator has read the words: she writes what strangers may read, and says whether work can begin.
public struct TriageNeed: Sendable {
  public enum Outcome: String, Sendable {
    /// Read, not yet to be worked on.
    case triaged
    /// Somebody can help.
    case open
  }

  let id: ID<Need>
  let version: Int
  let summary: Text
  let summaryLanguage: String
  let outcome: Outcome
  let work: Need.Work?

  /// - Parameter work: what it asks of whoever helps; nil leaves it as it is.
  public init(
    _ id: ID<Need>, version: Int, summary: Text, summaryLanguage: String, outcome: Outcome, work: Need.Work? = nil
  ) {
    self.id = id
    self.version = version
    self.summary = summary
    self.summaryLanguage = summaryLanguage
    self.outcome = outcome
    self.work = work
  }

  /// What a part asks once it has this summary.
  func question(of need: Need) throws -> Question {
    var part = need
    part.summary = try Summary.checked(summary, field: "summary")
    part.summaryLanguage = Language(summaryLanguage)?.tag ?? need.language
    return part.question
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id, atVersion: version, where: NeedPolicy.mayTriage)
    // Where somebody helps already, only what is said of it changes.
    let next: Need.State = need.state.isUnderWay ? need.state : outcome == .open ? .open : .triaged
    guard need.state == next || need.may(become: next) else {
      throw DomainError.conflict(Message("This need is closed. Open it again first."))
    }
    need.summary = try Summary.checked(summary, field: "summary")
    need.summaryLanguage = Language(summaryLanguage)?.tag ?? need.language
    if let work { need.take(work) }
    let isOpened = next == .open && need.state != .open
    if isOpened { need.openedAt = act.now }
    need.state = next
    let stored = try act.store(need, event: outcome.rawValue)
    if isOpened {
      try act.tellGroup(of: stored, Message("Somebody has read {code}. Now people can offer to help.", stored.named))
    }
    return stored
  }
}

/// A need ends, with a reason that the organization can read.
public struct CloseNeed: Sendable {
  let id: ID<Need>
  let version: Int
  let closure: Need.Closure

  public init(_ id: ID<Need>, version: Int, closure: Need.Closure) {
    self.id = id
    self.version = version
    self.closure = closure
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id, atVersion: version, where: NeedPolicy.mayTriage)
    guard need.may(become: .closed) else { throw DomainError.conflict(Message("This need is closed already.")) }
    guard closure != .merged, closure != .withdrawn else {
      throw DomainError.invalid("closure", Message("Please choose a reason."))
    }
    need.state = .closed
    need.closure = closure
    let stored = try act.store(need, event: "closed")
    try act.tellGroup(of: stored, Message("Your need {code} was closed. Open it to read why.", stored.named))
    return stored
  }
}

/// A closed need is taken up again.
public struct ReopenNeed: Sendable {
  let id: ID<Need>
  let version: Int

  public init(_ id: ID<Need>, version: Int) {
    self.id = id
    self.version = version
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id, atVersion: version, where: NeedPolicy.mayTriage)
    guard need.state == .closed || need.state == .resolved, need.closure != .withdrawn else {
      throw DomainError.conflict(Message("Only a closed need that was not withdrawn can be opened again."))
    }
    need.state = .triaged
    need.closure = nil
    need.mergedInto = nil
    let stored = try act.store(need, event: "reopened")
    try act.tellGroup(of: stored, Message("Your need {code} was taken up again.", stored.named))
    return stored
  }
}

/// Two groups said the same: one need stands for both, and both follow it.
public struct MergeNeed: Sendable {
  let id: ID<Need>
  let version: Int
  let into: Code

  public init(_ id: ID<Need>, version: Int, into: Code) {
    self.id = id
    self.version = version
    self.into = into
  }

  public func callAsFunction(in act: Act) throws -> Need {
    var need = try act.need(id, atVersion: version, where: NeedPolicy.mayTriage)
    let targets = try NeedStore(act.connection).find(into).filter { NeedPolicy.mayTriage(act.actor, $0) }
    guard let target = targets.first, targets.count == 1, target.id != need.id else {
      throw DomainError.invalid("into", Message("Please give the code of another need that you can see."))
    }
    try act.checkHome(of: target)
    guard target.state != .closed, need.may(become: .closed) else {
      throw DomainError.conflict(Message("One of the two needs is closed."))
    }
    guard !need.state.isUnderWay else {
      throw DomainError.conflict(Message("Somebody works on this need already. Join the other one with it instead."))
    }
    need.state = .closed
    need.closure = .merged
    need.mergedInto = target.id
    try act.record(Event("needs", "joined", subject: target.id.rawValue, payload: ["need": .string(need.id.rawValue)]))
    let stored = try act.store(need, event: "merged")
    try act.tellGroup(
      of: stored,
      Message(
        "Your need {code} was joined with {other}, which says the same. You hear of what becomes of it.",
        ["code": need.code.description, "other": target.code.description]))
    return stored
  }
}

extension Need {
  fileprivate mutating func answerPublicly(_ answer: Bool, _ act: Act) throws {
    guard answer != isPublic else { return }
    isPublic = answer
    try NeedStore(act.connection).insertAnswer(Consent.showPublicly, answer, wording: Consent.wording, at: act.now, need: id)
  }
}

extension Need {
  /// Its code, for sentences.
  var named: [String: String] { ["code": code.description] }
}

extension Act {
  /// The other parts of what was cut, as far as they are kept here and the actor may answer for them.
  fileprivate func parts(beside need: Need, said: ProvenanceStatement?) throws -> [Need] {
    try NeedStore(connection).parts(beside: need).filter {
      $0.home == keys.nodeID && $0.closure != .withdrawn
        && (NeedPolicy.speaksForItself(actor, $0) || said != nil && NeedPolicy.mayTriage(actor, $0))
    }
  }

  /// Whoever does not want to be shown means everything that was said at once.
  fileprivate func hideParts(beside need: Need, said: ProvenanceStatement?) throws {
    for part in try parts(beside: need, said: said) where part.isPublic {
      var answer = AnswerConsent(part.id, showPublicly: false, said: said)
      answer.countsForParts = false
      _ = try answer(in: self)
    }
  }

  /// Tells the organization of a need, and those whose needs were joined with it, what has become of it.
  func tellGroup(of need: Need, _ message: Message) throws {
    for organization in try [need.organization] + NeedStore(connection).followers(of: need.id) {
      try tell(
        .organization(organization.rawValue), message, path: "/needs/\(need.code)", subject: need.id.rawValue,
        key: "need \(need.id.rawValue) version \(need.version)")
    }
  }

  /// A need as the work on it has changed it: somebody was accepted, has begun, has gone, or it is solved.
  /// - Throws: `DomainError.conflict` for a step that it cannot make, or when it was changed since it was read.
  public func move(_ need: Need, to state: Need.State, seeksMore: Bool? = nil, event: String) throws -> Need {
    var moved = need
    guard need.state == state || need.may(become: state) else {
      throw DomainError.conflict(Message("Somebody else has changed this need meanwhile."))
    }
    if state == .open, need.state != .open { moved.openedAt = now }
    moved.state = state
    if let seeksMore { moved.seeksMore = seeksMore }
    return try store(moved, event: event)
  }

  /// Keeps who said so, which whoever speaks for others has to name.
  fileprivate func keep(_ said: ProvenanceStatement?, saying what: Saying.What, about need: Need) throws {
    if let said {
      try keep(said, saying: what, about: need.id.rawValue, of: need.organization)
    } else if !NeedPolicy.speaksForItself(actor, need) {
      throw DomainError.invalid("provenance", Message("You speak for others: please say who said this, and how."))
    }
  }

  /// The need, where the actor may do what is asked.
  /// - Throws: `DomainError.notFound` where they may not know of it, `forbidden` where they may not do it, `conflict` when it was
  ///   changed since they read it.
  func need(_ id: ID<Need>, atVersion version: Int? = nil, where mayDo: (Actor, Need) -> Bool) throws -> Need {
    guard let need = try NeedStore(connection).find(id), NeedPolicy.view(actor, of: need) > .nothing else {
      throw DomainError.notFound
    }
    guard mayDo(actor, need) else {
      throw NeedPolicy.view(actor, of: need) >= .own
        ? DomainError.conflict(Message("This need is closed.")) : DomainError.forbidden
    }
    try checkHome(of: need)
    guard version == nil || need.version == version else {
      throw DomainError.conflict(Message("Somebody else has changed this need meanwhile."))
    }
    return need
  }

  func store(_ changed: Need, event: String) throws -> Need {
    var need = changed
    need.changedAt = now
    guard try NeedStore(connection).update(need) else {
      throw DomainError.conflict(Message("Somebody else has changed this need meanwhile."))
    }
    need.version += 1
    try record(Event("needs", event, subject: need.id.rawValue))
    return need
  }
}

public import Database
import Foundation
import HTTPTypes
public import Journal
public import Kernel
import Localization
public import People
import Retrieval
public import Vocabulary
public import Web

/// The front door of Needs.
public struct NeedsFeature: Sendable {
  /// What Needs asks of the rest of the application, inside the transaction of an act.
  public struct Ports: Sendable {
    /// A need is being stated or corrected: whatever can be found out from memory is found out now, before the transaction; the
    /// closure it answers is called inside.
    public var asked: @Sendable (Question) -> (@Sendable (Act, Need) throws -> Void)

    /// A need was taken back: whatever holds words of it has to go.
    public var withdrawn: @Sendable (Act, ID<Need>) throws -> Void

    /// A need was closed, or joined with another one: nobody works on it any more.
    public var ended: @Sendable (Act, Need) throws -> Void
    /// Whether somebody who offered to help with a need waits for an answer, or works on it.
    public var isOffered: @Sendable (Act, Need) throws -> Bool
    /// What else the desk leads to.
    public var onDesk: @Sendable (Visit) async throws -> HTML

    public init(
      asked: @escaping @Sendable (Question) -> (@Sendable (Act, Need) throws -> Void),
      withdrawn: @escaping @Sendable (Act, ID<Need>) throws -> Void = { _, _ in },
      ended: @escaping @Sendable (Act, Need) throws -> Void = { _, _ in },
      isOffered: @escaping @Sendable (Act, Need) throws -> Bool = { _, _ in false },
      onDesk: @escaping @Sendable (Visit) async throws -> HTML = { _ in "" }
    ) {
      self.asked = asked
      self.withdrawn = withdrawn
      self.ended = ended
      self.isOffered = isOffered
      self.onDesk = onDesk
    }
  }

  public static let migrations = NeedMigrations.all

  public let node: Node
  public let vocabulary: Vocabulary
  public let assets: Assets
  public let index: NeedIndex
  private let limiter: Limiter
  let ports: Ports

  public init(node: Node, vocabulary: Vocabulary, assets: Assets, limiter: Limiter, ports: Ports) {
    self.node = node
    self.vocabulary = vocabulary
    self.assets = assets
    self.limiter = limiter
    self.ports = ports
    index = NeedIndex(vocabulary: vocabulary)
  }

  /// States a need: the one way in for page, API, command and import.
  /// - Returns: the id of the need, and whether it had been stated before under the same key.
  public func submit(_ statement: NeedStatement, as actor: Actor, once key: OnceKey?) async throws -> (
    id: ID<Need>, isReplay: Bool
  ) {
    let submit = SubmitNeed(statement)
    let answer = ports.asked(try submit.question())
    let body: @Sendable (Act) throws -> String = { act in
      let need = try submit(in: act)
      try answer(act, need)
      return need.id.rawValue
    }
    guard let key else { return (ID(try await node.act(as: actor, body)), false) }
    let (subject, isReplay) = try await node.act(as: actor, once: key, body)
    return (ID(subject), isReplay)
  }

  /// Corrects a need, and looks up anew what exists for it.
  public func correct(_ correction: CorrectNeed, as actor: Actor, once key: OnceKey? = nil) async throws {
    _ = try correction.question()
    guard let known = try await node.read({ try NeedStore($0).find(correction.id) }) else { throw DomainError.notFound }
    let answer = ports.asked(try correction.question(of: known, by: actor))
    try await act(as: actor, once: key) { act in try answer(act, try correction(in: act)) }
  }

  /// What is pressed twice is done once.
  func act(as actor: Actor, once key: OnceKey?, _ body: @escaping @Sendable (Act) throws -> Void) async throws {
    guard let key else { return try await node.act(as: actor, body) }
    try await node.act(as: actor, once: key) { act in
      try body(act)
      return ""
    }
  }

  /// The need of a code, as far as somebody may know of it. Where two groups hold paper with one code, the one that somebody sees more of.
  /// - Throws: `DomainError.notFound` for a wrong code, an unknown one, and one this actor may know nothing of: they look the same.
  public func need(_ code: String, for actor: Actor) async throws -> (
    need: Need, organization: Organization?, view: NeedPolicy.View
  ) {
    guard let code = try? Code(parsing: code) else { throw DomainError.notFound }
    return try await node.read { connection in
      let visible = try NeedStore(connection).find(printed: code)
        .map { ($0, NeedPolicy.view(actor, of: $0)) }.filter { $0.1 > .nothing }
        .sorted { $0.1 > $1.1 }
      guard let (need, view) = visible.first else { throw DomainError.notFound }
      return (need, try OrganizationStore(connection).find(need.organization), view)
    }
  }

  /// Other needs on whose paper this code stands, as far as somebody may see their words: two nodes without a network may have given out one code.
  public func others(of code: String, than need: Need, for actor: Actor) async throws -> [Need] {
    guard let code = try? Code(parsing: code) else { return [] }
    return try await node.read { connection in
      try NeedStore(connection).find(printed: code).filter { $0.id != need.id && NeedPolicy.view(actor, of: $0) >= .own }
    }
  }

  /// Who a program acts as: its token, and the holder of the receipt it shows in `Civil-Receipt`.
  public func actor(of visit: Visit) async throws -> Actor {
    guard let shown = visit.headers[.receipt] else { return visit.actor }
    guard let code = try? Code(parsing: try visit.parameter("code")), let receipt = try? Receipt(parsing: shown) else {
      throw DomainError.notFound
    }
    guard let known = try await node.read({ [keys = node.keys] in try NeedStore($0).find(code, opening: receipt, keys) }) else {
      // Only wrong ones count: a program may come back as often as it likes.
      try limiter.take(Self.receipts, from: visit.remoteAddress, now: node.clock())
      throw DomainError.notFound
    }
    return visit.actor.holding(receipt: known.held.rawValue)
  }

  // MARK: - Routes

  public var routes: [Route] {
    stateRoutes + ownRoutes + deskRoutes + withdrawalRoutes + apiRoutes + splitRoutes + assignmentRoutes
  }

  private var stateRoutes: [Route] {
    [
      .page("/needs", listPage),
      .feed("/needs.atom", atom),
      .feed("/needs.csv", csv),
      .page("/needs/new") { visit in .page(states(visit).page(.words).html(for: visit, assets: assets)) },
      .form("/needs/new", nextQuestion),
      .form("/needs", limit: Self.stating, submitForm, again: again),
    ]
  }

  private var ownRoutes: [Route] {
    [
      .page("/receipt") { visit in .page(NeedPages.comeBack(FormView(visit)).html(for: visit, assets: assets)) },
      .form(
        "/receipt", limit: Self.receipts, { visit in try await hold(visit, code: visit.form.first("code") ?? "") },
        again: comeBackAgain),
      .page("/needs/{code}/correction") { visit in try await correctionPage(visit, FormView(visit)) },
      .form("/needs/{code}/correction", correct) { visit, error in
        try await correctionPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .page("/needs/{code}/withdrawal", withdrawalPage),
      .form("/needs/{code}/withdrawal", withdraw),
      .form("/needs/{code}/consent", consent),
      .form("/needs/{code}/receipt-renewal", renew),
    ]
  }

  private var deskRoutes: [Route] {
    [
      .page("/desk", for: .roles([.facilitator]), deskPage),
      .form("/desk/{code}/closure", for: .roles([.facilitator]), close),
      .form("/desk/{code}/reopening", for: .roles([.facilitator]), reopen),
      .form("/desk/{code}/merge", for: .roles([.facilitator]), merge),
    ]
  }

  private func comeBackAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    .page(NeedPages.comeBack(FormView(visit, form: visit.form, error: error)).html(for: visit, assets: assets))
  }

  static let stating = Limit("state-need", 30, every: 3600)
  public static let receipts = Limit("receipt", 10, every: 600)

  // MARK: - Stating

  private func states(_ visit: Visit, error: DomainError? = nil) -> StatePages {
    StatePages(
      form: visit.form, fields: FormView(visit, form: visit.form, error: error),
      speaksForOthers: NeedPolicy.needsProvenance(visit.actor) || Self.hasProvenance(visit.form),
      language: visit.localizer.language.tag)
  }

  /// The next question, when this one is answered; the same one again, saying what is wrong, when it is not.
  private func nextQuestion(_ visit: Visit) async throws -> Answer {
    let pages = states(visit)
    if let back = visit.form.first("back").flatMap(StatePages.Step.init), let place = pages.steps.firstIndex(of: back), place > 0
    {
      return .page(pages.page(pages.steps[place - 1]).html(for: visit, assets: assets))
    }
    let step = visit.form.first("step").flatMap(StatePages.Step.init) ?? .words
    do {
      try check(step, visit)
    } catch let error as DomainError {
      var answer = Answer.page(states(visit, error: error).page(step).html(for: visit, assets: assets))
      answer.status = .unprocessableContent
      return answer
    }
    let place = (pages.steps.firstIndex(of: step) ?? 0) + 1
    return .page(pages.page(pages.steps[min(place, pages.steps.count - 1)]).html(for: visit, assets: assets))
  }

  private func check(_ step: StatePages.Step, _ visit: Visit) throws {
    switch step {
    case .words: _ = try SubmitNeed(statement(visit)).question()
    case .group:
      var check = FieldCheck()
      _ = try check.take { try visit.form.text("name").checked("name", atMost: Organization.longestName) }
      _ = try check.take { try Country.checked(visit.form.first("country") ?? "", field: "country") }
      try check.finish()
    case .provenance:
      var check = FieldCheck()
      for name in ["statedBy", "relation"] {
        _ = try check.take { try visit.form.text("provenance." + name).checked("provenance." + name, atMost: 200) }
      }
      if Provenance.How(rawValue: visit.form.first("provenance.how") ?? "") == nil {
        check.complain("provenance.how", Message("Please choose how they told you: in person, telephone, sms or letter."))
      }
      if Provenance.Consent(rawValue: visit.form.first("provenance.consent") ?? "") == nil {
        check.complain("provenance.consent", Message("Please choose how they agreed: spoken or written."))
      }
      try check.finish()
    case .reach, .check: break
    }
  }

  /// Whether a facilitator has typed this, who may no longer be signed in.
  private static func hasProvenance(_ form: Form) -> Bool {
    ["statedBy", "relation", "how", "consent"].contains { !form.text("provenance." + $0).isBlank }
  }

  private func statement(_ visit: Visit) throws -> NeedStatement {
    let form = visit.form
    // Stored without it, a group would seem to have spoken for itself.
    if Self.hasProvenance(form), !NeedPolicy.needsProvenance(visit.actor) { throw DomainError.signInNeeded }
    let provenance = NeedPolicy.needsProvenance(visit.actor) ? ProvenanceStatement(form) : nil
    return NeedStatement(
      organization: OrganizationStatement(
        name: form.text("name"), country: form.first("country") ?? "",
        kind: form.first("kind").flatMap(Organization.Kind.init) ?? .other,
        subdivision: form.first("subdivision"), connectivity: form.first("connectivity").flatMap(Organization.Connectivity.init)),
      words: form.text("words"), language: form.first("language") ?? visit.localizer.language.tag,
      constraints: form.all("constraints"), provenance: provenance, showPublicly: form.isChecked("showPublicly"), channel: .web,
      reachAt: form.text("reachAt"))
  }

  private func submitForm(_ visit: Visit) async throws -> Answer {
    let (id, _) = try await submit(try statement(visit), as: visit.actor, once: try visit.once("needs.submit"))
    guard let need = try await node.read({ try NeedStore($0).find(id) }) else { throw DomainError.notFound }
    let answer = Answer.see("/needs/\(need.code)/slip")
    if NeedPolicy.mayTriage(visit.actor, need) { return answer }
    return try await keeping(need.id, for: visit, answer)
  }

  /// The question whose answer could not be taken, with everything that was typed.
  private func again(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    var step = StatePages.Step.check
    var shown = error
    switch error {
    case .invalid(let errors):
      step = errors.first.map { StatePages.step(of: $0.field) } ?? .check
      shown = .invalid(
        errors.map { FieldError(field: $0.field.replacingOccurrences(of: "organization.", with: ""), message: $0.message) })
    case .changedAfterSending(let subject):
      let known = try await node.read { try NeedStore($0).find(ID(subject)) }
      shown = .invalid(
        "words",
        Message(
          "You changed this after sending it. What you first sent was taken as {code}; press “Send it” to send this as a new one.",
          ["code": known?.code.description ?? ""]))
    default: break
    }
    return .page(states(visit, error: shown).page(step).html(for: visit, assets: assets))
  }

  /// Lets this browser hold the receipt of a need.
  private func keeping(_ need: ID<Need>, for visit: Visit, _ answer: Answer) async throws -> Answer {
    let hold = HoldReceipt(need.rawValue, session: visit.identity.session, browser: Browser.name(visit))
    guard let secret = try await node.act(as: visit.actor, { act in try hold(in: act) }) else { return answer }
    return answer.setting(Browser.sessionCookie(secret, visit))
  }

  // MARK: - Coming back

  /// Opens a need to whoever shows its receipt. A wrong code and a wrong receipt answer alike.
  public func hold(_ visit: Visit, code: String) async throws -> Answer {
    let wrong = DomainError.invalid(
      "receipt", Message("No need has this code and this receipt. Please look at both again: O is read as 0, and I and L as 1."))
    guard let code = try? Code(parsing: code), let receipt = try? Receipt(parsing: visit.form.first("receipt") ?? "") else {
      throw wrong
    }
    guard let (need, held) = try await node.read({ [keys = node.keys] in try NeedStore($0).find(code, opening: receipt, keys) })
    else { throw wrong }
    return try await keeping(held, for: visit, .see("/needs/\(need.code)"))
  }

  private func own(_ visit: Visit) async throws -> Need {
    let (need, _, view) = try await need(try visit.parameter("code"), for: visit.actor)
    guard view >= .own else { throw DomainError.notFound }
    return need
  }

  private func correctionPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let need = try await own(visit)
    guard NeedPolicy.mayCorrect(visit.actor, need) else { throw DomainError.conflict(Message("This need is closed.")) }
    let isOwn = NeedPolicy.speaksForItself(visit.actor, need)
    return .page(NeedPages.correction(need, fields, isOwn: isOwn).html(for: visit, assets: assets))
  }

  private func correct(_ visit: Visit) async throws -> Answer {
    let need = try await own(visit)
    try await correct(
      CorrectNeed(
        need.id, version: visit.form.number("version", in: 0...Int.max) ?? -1, words: visit.form.text("words"),
        language: visit.form.first("language") ?? need.language, constraints: visit.form.all("constraints"),
        showPublicly: visit.form.isChecked("showPublicly")), as: visit.actor, once: try visit.once("needs.correct"))
    return .see("/needs/\(need.code)")
  }

  private func withdrawalPage(_ visit: Visit) async throws -> Answer {
    let need = try await own(visit)
    guard NeedPolicy.speaksForItself(visit.actor, need) else { return .see("/desk/\(need.code)/withdrawal") }
    let parts = try await partsTakenBack(with: need, by: visit.actor)
    return .page(NeedPages.withdrawal(need, parts, FormView(visit)).html(for: visit, assets: assets))
  }

  private func withdraw(_ visit: Visit) async throws -> Answer {
    let need = try await own(visit)
    guard NeedPolicy.speaksForItself(visit.actor, need) else { return .see("/desk/\(need.code)/withdrawal") }
    let withdrawal = WithdrawNeed(need.id, withParts: visit.form.isChecked("parts"), erased: ports.withdrawn)
    try await node.act(as: visit.actor) { act in _ = try withdrawal(in: act) }
    return .see("/needs/\(need.code)")
  }

  private func consent(_ visit: Visit) async throws -> Answer {
    let need = try await own(visit)
    guard NeedPolicy.speaksForItself(visit.actor, need) else { return .see("/desk/\(need.code)/withdrawal") }
    let answer = AnswerConsent(need.id, showPublicly: visit.form.isChecked("showPublicly"))
    try await node.act(as: visit.actor) { act in _ = try answer(in: act) }
    return .see("/needs/\(need.code)")
  }

  private func renew(_ visit: Visit) async throws -> Answer {
    let need = try await own(visit)
    try await node.act(as: visit.actor) { act in _ = try RenewReceipt(need.id)(in: act) }
    return .see("/needs/\(need.code)/slip")
  }

  // MARK: - Lists

  /// A page of needs as somebody may see them.
  func page(_ visit: Visit, scope: NeedScope, listedOnly: Bool, limit: Int) async throws -> (
    entries: [NeedListing], next: String?
  ) {
    var filter = NeedFilter()
    filter.states = visit.query.first("state").flatMap(Need.State.init).map { [$0] }
    filter.country = visit.query.first("country").flatMap { $0.isEmpty ? nil : $0.uppercased() }
    filter.language = visit.query.first("language").flatMap { $0.isEmpty ? nil : $0 }
    let words = visit.query.text("q").normalized
    if !words.isEmpty {
      filter.ids = index.search(String(words.prefix(300)), language: nil, listedOnly: listedOnly, limit: 200)
    }
    let cursor = visit.query.first("cursor").flatMap(NeedCursor.init)
    let asked = filter
    let entries = try await node.read { connection in
      let needs = try NeedStore(connection).page(scope, asked, after: cursor, limit: limit + 1)
      let organizations = try OrganizationStore(connection).find(needs.map(\.organization))
      return needs.map { need in
        let organization = organizations[need.organization]
        return NeedListing(need: need, organization: listedOnly ? organization?.publicName : organization?.name)
      }
    }
    let shown = Array(entries.prefix(limit))
    let ordered: [NeedListing]
    if let ids = asked.ids, cursor == nil {
      let rank = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      ordered = shown.sorted { (rank[$0.need.id.rawValue] ?? .max) < (rank[$1.need.id.rawValue] ?? .max) }
    } else {
      ordered = shown
    }
    return (ordered, entries.count > limit ? shown.last.map { NeedCursor($0.need).text } : nil)
  }

  private func listPage(_ visit: Visit) async throws -> Answer {
    let (entries, next) = try await page(visit, scope: .listed, listedOnly: true, limit: 50)
    return .page(
      NeedPages.list(entries, next: next, query: visit.query.setting("lang", to: nil), total: nil, canSeeWords: false)
        .html(for: visit, assets: assets))
  }

  private func atom(_ visit: Visit) async throws -> Answer {
    let (entries, _) = try await page(visit, scope: .listed, listedOnly: true, limit: 50)
    return .text(NeedFeeds.atom(entries, visit: visit), type: "application/atom+xml; charset=utf-8")
  }

  private func csv(_ visit: Visit) async throws -> Answer {
    let (entries, _) = try await page(visit, scope: .listed, listedOnly: true, limit: 1000)
    return .file(Array(NeedFeeds.csv(entries).utf8), type: "text/csv; charset=utf-8", name: "needs.csv")
  }

  // MARK: - Desk

  private func deskPage(_ visit: Visit) async throws -> Answer {
    let state = visit.query.first("state").flatMap(Need.State.init) ?? .expressed
    let whose = visit.query.first("whose").flatMap(DeskQueue.Whose.init) ?? .all
    let place = visit.query.first("cursor").flatMap(DeskQueue.Place.init)
    let queue = DeskQueue(scope: .desk(of: visit.actor), state: state, whose: whose, reader: visit.actor.personID)
    let now = node.clock()
    let (entries, next) = try await node.read { connection in
      let (needs, next) = try queue.page(after: place, limit: 50, at: now, connection)
      let names = try OrganizationStore(connection).names(of: needs.map(\.organization))
      let people = try AccountStore(connection).names(of: needs.compactMap(\.assignee))
      return (
        needs.map { need in
          DeskPages.Entry(need: need, organization: names[need.organization], assignee: need.assignee.flatMap { people[$0] })
        }, next
      )
    }
    let more = try await ports.onDesk(visit)
    return .page(
      DeskPages.desk(
        entries, counts: index.counts(for: visit.actor), state: state, whose: whose, next: next?.text, more: more, at: now
      )
      .html(for: visit, assets: assets))
  }

  /// The need on the desk, with what a facilitator needs to judge it.
  public func desk(_ visit: Visit) async throws -> (need: Need, organization: Organization?) {
    let (need, organization, view) = try await need(try visit.parameter("code"), for: visit.actor)
    guard view == .desk else { throw DomainError.notFound }
    return (need, organization)
  }

  /// The triage part of a need's desk page.
  public func triageSection(_ need: Need, organization: Organization?, visit: Visit, error: DomainError?) async throws -> HTML {
    let asked = need.asked
    let found = asked.text.isEmpty ? [] : vocabulary.finder.find(in: asked.text, language: asked.language)
    let likeIDs = asked.text.isEmpty ? [] : index.like(asked.text, language: asked.language, limit: 6 + SplitNeed.most)
    let actor = visit.actor
    let keys = node.keys
    let (like, parts, statedBy, colleagues) = try await node.read { connection in
      let store = NeedStore(connection)
      let parts = try store.parts(beside: need).filter { NeedPolicy.mayTriage(actor, $0) && $0.closure != .withdrawn }
      let known = Set([need.id] + parts.map(\.id))
      let like = try store.find(likeIDs).filter {
        NeedPolicy.mayTriage(actor, $0) && $0.closure != .withdrawn && !known.contains($0.id)
      }
      let statedBy = try need.provenance?.statedBy.flatMap { try Contacts(connection, keys: keys).read($0) }
      return (like.prefix(6), parts, statedBy, try AccountStore(connection).facilitators(in: need.scopes))
    }
    /// What was typed is shown again in the form that was sent.
    func fields(_ name: String) -> FormView {
      let sent = visit.path.split(separator: "/").last.map(String.init) ?? ""
      let isSent = name.isEmpty ? !["merge", "split", "assignment"].contains(sent) : sent == name
      return isSent ? FormView(visit, form: visit.form, error: error) : FormView(visit)
    }
    return AssignmentPages.section(need, reader: actor.personID, colleagues, fields("assignment"))
      + DeskPages.triage(
        need, organization: organization, statedBy: statedBy, found: found, like: Array(like), parts: parts,
        vocabulary: vocabulary, fields: fields(""), mergeFields: fields("merge"), splitFields: fields("split"))
  }

  /// Takes the summary of the desk's form.
  public func triage(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    let triage = TriageNeed(
      need.id, version: visit.form.number("version", in: 0...Int.max) ?? -1, summary: visit.form.text("summary"),
      summaryLanguage: visit.form.first("summaryLanguage") ?? "",
      outcome: visit.form.first("outcome") == "open" ? .open : .triaged, work: try work(visit.form, of: need))
    let take = try taking(triage, of: need)
    try await act(as: visit.actor, once: try visit.once("needs.triage")) { act in _ = try take(act) }
    return .see("/desk/\(need.code)")
  }

  /// Takes a summary. A part asks for what its summary says, so what exists for it is looked up anew.
  func taking(_ triage: TriageNeed, of need: Need) throws -> @Sendable (Act) throws -> Need {
    let answer = need.isPart ? ports.asked(try triage.question(of: need)) : nil
    return { act in
      let changed = try triage(in: act)
      try answer?(act, changed)
      return changed
    }
  }

  /// What the desk's form says of the work.
  private func work(_ form: Form, of need: Need) throws -> Need.Work {
    var check = FieldCheck()
    let work = try Need.Work(
      skills: form.all("skills").filter { !$0.isEmpty }, effort: form.first("effort") ?? "",
      neededBy: form.first("neededBy") ?? "",
      isOnSite: form.isChecked("isOnSite"), seeksMore: need.state.isUnderWay ? form.isChecked("seeksMore") : nil,
      knowing: vocabulary, &check)
    try check.finish()
    return work
  }

  private func close(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    guard let closure = visit.form.first("closure").flatMap(Need.Closure.init) else {
      throw DomainError.invalid("closure", Message("Please choose a reason."))
    }
    let close = CloseNeed(need.id, version: visit.form.number("version", in: 0...Int.max) ?? -1, closure: closure)
    try await act(as: visit.actor, once: try visit.once("needs.close")) { [ports] act in
      try ports.ended(act, try close(in: act))
    }
    return .see("/desk/\(need.code)")
  }

  private func reopen(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    let reopen = ReopenNeed(need.id, version: visit.form.number("version", in: 0...Int.max) ?? -1)
    try await act(as: visit.actor, once: try visit.once("needs.reopen")) { act in _ = try reopen(in: act) }
    return .see("/desk/\(need.code)")
  }

  private func merge(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    guard let into = try? Code(parsing: visit.form.first("into") ?? "") else {
      throw DomainError.invalid("into", Message("Please give the code of another need that you can see."))
    }
    let merge = MergeNeed(need.id, version: visit.form.number("version", in: 0...Int.max) ?? -1, into: into)
    try await act(as: visit.actor, once: try visit.once("needs.merge")) { [ports] act in
      try ports.ended(act, try merge(in: act))
    }
    return .see("/desk/\(need.code)")
  }
}

extension HTTPField.Name {
  /// In a header and never in an address, where it would be written into logs.
  static var receipt: HTTPField.Name {
    guard let name = HTTPField.Name("Civil-Receipt") else { preconditionFailure("a valid field name") }
    return name
  }
}

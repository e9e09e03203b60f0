import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
public import Needs
import People
import Vocabulary
public import Web

/// Offers as pages: making one, answering it, talking, and what came of it.
extension VolunteersFeature {
  var offerRoutes: [Route] {
    let offer = "/needs/{code}/offers/{offer}"
    return [
      .page("/needs/{code}/offer", for: .signedIn) { visit in try await offerPage(visit, FormView(visit)) },
      .form("/needs/{code}/offer", for: .signedIn, limit: Self.offering, makeOffer) { visit, error in
        try await offerPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .page(offer) { visit in try await conversationPage(visit, OfferPages.Forms(sent: FormView(visit), path: nil)) },
      .form(offer + "/acceptance", accept, again: again),
      .form(offer + "/refusal", refuse, again: again),
      .form(offer + "/end", end, again: again),
      .form(
        offer + "/posts", limit: Self.writing, longestBody: Route.longestForm + PostFile.mostPerPost * PostFile.largest, write,
        again: again),
      .form(offer + "/posts/{post}/rendering", limit: Self.writing, render, again: again),
      .page(offer + "/files/{file}", file),
      .form(offer + "/contact", share, again: again),
      .form(offer + "/work", reportWork, again: again),
      .form(offer + "/outcome", confirm, again: again),
      .form(offer + "/report", limit: Self.reporting, report, again: again),
      .page("/records/{offer}/{signature}", record),
    ]
  }

  static let offering = Limit("make-offer", 30, every: 3600)
  /// Wide, because many groups may write from one address of a telephone company.
  static let writing = Limit("write-post", 240, every: 3600)
  static let reporting = Limit("report-offer", 30, every: 3600)

  var deskRoutes: [Route] {
    [
      .page("/desk/help", for: .roles([.facilitator]), helpPage),
      .page("/desk/reports", for: .roles([.moderator]), reportsPage),
      .form("/desk/reports", for: .roles([.moderator]), settleReport),
    ]
  }

  private func again(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    try await conversationPage(
      visit, OfferPages.Forms(sent: FormView(visit, form: visit.form, error: error), path: visit.path))
  }

  // MARK: - Offering

  private func offerPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (need, organization, _) = try await needs.need(try visit.parameter("code"), for: visit.actor)
    guard need.isListed else { throw DomainError.notFound }
    guard let volunteer = try await volunteer(visit) else { return .see("/volunteer/profile") }
    guard OfferPolicy.takesOffers(need) else {
      throw DomainError.conflict(Message("This need takes no offers at present."))
    }
    let now = node.clock()
    let deadlines = try await node.read { connection in
      OfferDeadlines(
        hasLine: organization?.connectivity != Organization.Connectivity.none,
        nextContact: try MeetingStore(connection).next(of: need.organization))
    }
    let fit = ranking.rank(volunteer, needs.index.open.filter { $0.id == need.id }, now).first
    let pages = VolunteerPages(vocabulary: vocabulary)
    return .page(
      OfferPages.offer(
        need, organization: organization?.publicName,
        warnings: fit.map { fit in fit.warnings.map { pages.warning($0, fit.need) } } ?? [],
        answerBy: deadlines.answerBy(from: now), fields
      ).html(for: visit, assets: assets))
  }

  private func makeOffer(_ visit: Visit) async throws -> Answer {
    let (need, _, _) = try await needs.need(try visit.parameter("code"), for: visit.actor)
    let make = MakeOffer(
      need.id, words: visit.form.text("words"), language: visit.localizer.language.tag, part: visit.form.text("part"))
    guard let key = try visit.once("volunteers.offer") else { throw DomainError.notFound }
    let (id, _) = try await node.act(as: visit.actor, once: key) { act in try make(in: act).id.rawValue }
    return .see("/needs/\(need.code)/offers/\(id)")
  }

  // MARK: - One offer

  /// An offer of an address, where the visitor may read it.
  func found(_ visit: Visit, as actor: Actor) async throws -> (offer: Offer, need: Need) {
    guard let code = try? Code(parsing: try visit.parameter("code")) else { throw DomainError.notFound }
    let id = ID<Offer>(try visit.parameter("offer"))
    return try await node.read { connection in
      let store = OfferStore(connection)
      guard let offer = try store.find(id), let need = try NeedStore(connection).find(offer.need), need.code == code,
        OfferPolicy.mayRead(actor, offer, need, isReported: try store.isReported(id))
      else { throw DomainError.notFound }
      return (offer, need)
    }
  }

  private func conversationPage(_ visit: Visit, _ forms: OfferPages.Forms) async throws -> Answer {
    let (offer, need) = try await found(visit, as: visit.actor)
    let conversation = try await conversation(offer, need, for: visit.actor)
    return .page(OfferPages.conversation(conversation, forms).html(for: visit, assets: assets))
  }

  func conversation(_ offer: Offer, _ need: Need, for actor: Actor) async throws -> OfferPages.Conversation {
    let (keys, now) = (node.keys, node.clock())
    let side = OfferPolicy.side(of: actor, offer, need)
    // The reader's language is known here and not on the database's threads.
    let (left, group) = (tr("somebody who has left").text, tr("the group").text)
    return try await node.read { connection in
      let posts = PostStore(connection)
      let organization = try OrganizationStore(connection).find(need.organization)
      let person = try offer.person.flatMap { try AccountStore(connection).person($0) }
      let outcome = try OutcomeStore(connection).find(offer.id)
      return OfferPages.Conversation(
        offer: offer, need: need, side: side, volunteer: person?.name ?? left,
        organization: Self.name(of: organization, offer) ?? group, posts: try posts.posts(of: offer.id),
        files: try posts.files(of: offer.id).filter { $0.expiresAt > now }, outcome: outcome,
        contacts: offer.sharesContacts && side != nil
          ? try Self.contacts(of: side == .volunteer ? .organization : .volunteer, offer, connection, keys) : [],
        safeguardingLeads: offer.isMinor ? try AccountStore(connection).names(as: .safeguarding, limit: 5) : [],
        isFacilitator: NeedPolicy.mayTriage(actor, need),
        record: offer.state == .completed && side == .volunteer ? VolunteeringRecord.path(of: offer.id, keys: keys) : nil)
    }
  }

  /// What a volunteer calls the organization: what it lets strangers read, until they work together.
  private static func name(of organization: Organization?, _ offer: Offer) -> String? {
    let isTogether = offer.state == .accepted || offer.state == .completed
    return organization?.visibility == .region && isTogether ? organization?.name : organization?.publicName
  }

  private static func contacts(
    of side: Offer.Side, _ offer: Offer, _ connection: any SQLConnection, _ keys: KeyRing
  ) throws -> [Contact] {
    let contacts = Contacts(connection, keys: keys)
    switch side {
    case .organization: return try contacts.all(of: offer.organization.rawValue).filter { $0.kind != .name }
    case .volunteer:
      guard let person = offer.person else { return [] }
      return try contacts.all(of: person.rawValue).filter { $0.kind != .name }
    }
  }

  // MARK: - Acts

  /// Does something in an offer once, and shows it again.
  private func act(_ visit: Visit, _ name: String, _ body: @escaping @Sendable (ID<Offer>, Act) throws -> Void) async throws
    -> Answer
  {
    let (offer, need) = try await found(visit, as: visit.actor)
    guard let key = try visit.once("volunteers." + name) else { throw DomainError.notFound }
    try await node.act(as: visit.actor, once: key) { act in
      try body(offer.id, act)
      return offer.id.rawValue
    }
    return .see("/needs/\(need.code)/offers/\(offer.id.rawValue)")
  }

  private func accept(_ visit: Visit) async throws -> Answer {
    let seeksMore = visit.form.isChecked("seeksMore")
    return try await act(visit, "accept") { id, act in try AcceptOffer(id, seeksMore: seeksMore)(in: act) }
  }

  private func refuse(_ visit: Visit) async throws -> Answer {
    let reason = visit.form.first("reason") ?? ""
    return try await act(visit, "decline") { id, act in try DeclineOffer(id, reason: reason)(in: act) }
  }

  private func end(_ visit: Visit) async throws -> Answer {
    try await act(visit, "end") { id, act in try EndOffer(id)(in: act) }
  }

  private func write(_ visit: Visit) async throws -> Answer {
    let (words, language) = (visit.form.text("words"), visit.localizer.language.tag)
    let kind: Post.Kind = visit.form.isChecked("isProgress") ? .progress : .message
    let files = visit.files.filter { $0.field == "file" && !$0.bytes.isEmpty }.map { SentFile(name: $0.name, bytes: $0.bytes) }
    return try await act(visit, "post") { id, act in
      _ = try WritePost(id, words: words, language: language, kind: kind, files: files)(in: act)
    }
  }

  private func render(_ visit: Visit) async throws -> Answer {
    let (words, language) = (visit.form.text("rendering"), visit.form.first("language") ?? "")
    let post = ID<Post>(try visit.parameter("post"))
    return try await act(visit, "render") { id, act in
      try RenderPost(post, of: id, words: words, language: language)(in: act)
    }
  }

  private func share(_ visit: Visit) async throws -> Answer {
    let isShared = visit.form.isChecked("share")
    return try await act(visit, "share") { id, act in try ShareContact(id, isShared)(in: act) }
  }

  private func reportWork(_ visit: Visit) async throws -> Answer {
    let hours = Int(visit.form.text("hours").normalized)
    return try await act(visit, "work") { id, act in try ReportWork(id, hours: hours)(in: act) }
  }

  private func confirm(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    let language = visit.localizer.language.tag
    return try await act(visit, "outcome") { id, act in
      try ConfirmOutcome(
        id, change: form.text("change"), language: language, story: form.text("story"),
        mayBePublished: form.isChecked("mayBePublished"), namesOrganization: form.isChecked("namesOrganization"),
        namesOnRecord: form.isChecked("namesOnRecord"))(in: act)
    }
  }

  private func report(_ visit: Visit) async throws -> Answer {
    let (words, isBlocking) = (visit.form.text("report"), visit.form.isChecked("block"))
    return try await act(visit, "report") { id, act in try ReportOffer(id, words: words, isBlocking: isBlocking)(in: act) }
  }

  // MARK: - Files and records

  private func file(_ visit: Visit) async throws -> Answer {
    let (offer, _) = try await found(visit, as: visit.actor)
    return try await content(of: offer, try visit.parameter("file"))
  }

  /// A file of an offer, to be saved and never opened as a page of ours.
  func content(of offer: Offer, _ name: String) async throws -> Answer {
    let id = ID<PostFile>(name)
    let now = node.clock()
    guard let (file, content) = try await node.read({ try PostStore($0).content(of: id, in: offer.id, at: now) }) else {
      throw DomainError.notFound
    }
    var answer = Answer(type: file.type, body: content)
    // The name is kept to plain signs where headers want them.
    let plain = String(
      file.name.unicodeScalars.map { $0.isASCII && $0.value >= 0x20 && $0 != "\"" && $0 != "\\" ? Character($0) : "_" })
    let encoded = file.name.addingPercentEncoding(withAllowedCharacters: Self.plainSigns) ?? "file"
    answer.headers[.contentDisposition] = "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    answer.headers[.cacheControl] = "private, no-store"
    return answer
  }

  /// RFC 8187 §3.2.1 lets more stand; these need no thought.
  private static let plainSigns = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")

  private func record(_ visit: Visit) async throws -> Answer {
    let id = ID<Offer>(try visit.parameter("offer"))
    guard VolunteeringRecord.accepts(try visit.parameter("signature"), of: id, keys: node.keys) else {
      throw DomainError.notFound
    }
    let found = try await node.read { connection -> (Offer, Need, Outcome, Person, String?)? in
      guard let offer = try OfferStore(connection).find(id), offer.state == .completed,
        let need = try NeedStore(connection).find(offer.need), let outcome = try OutcomeStore(connection).find(id),
        let person = try offer.person.flatMap({ try AccountStore(connection).person($0) })
      else { return nil }
      let organization = try OrganizationStore(connection).find(need.organization)
      // What it has hidden since, or shows under another name, is not told here either.
      return (offer, need, outcome, person, outcome.namesOnRecord ? Self.name(of: organization, offer) : nil)
    }
    guard let (offer, need, outcome, person, organization) = found else { throw DomainError.notFound }
    return .page(
      OfferPages.record(offer, need, outcome, volunteer: person.name, organization: organization, site: siteName)
        .html(for: visit, assets: assets))
  }

  // MARK: - Desk

  /// Needs on which nobody has offered for a week, and stories that wait to be read, of those that this facilitator cares for.
  private func helpPage(_ visit: Visit) async throws -> Answer {
    let actor = visit.actor
    let (quiet, stories) = try await node.read { connection in
      let ids = try OfferStore(connection).quiet(limit: 500)
      let needs = try NeedStore(connection).find(ids.map(\.rawValue)).filter { NeedPolicy.mayTriage(actor, $0) }
      let place = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
      let stories = try OfferStore(connection).find(try OutcomeStore(connection).waiting(limit: 200))
      let told = try NeedStore(connection).find(stories.map(\.need.rawValue)).filter { NeedPolicy.mayTriage(actor, $0) }
      let codes = Dictionary(told.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
      let readable = stories.compactMap { offer in codes[offer.need].map { (offer: offer.id, code: $0) } }
      return (needs.sorted { (place[$0.id] ?? 0) < (place[$1.id] ?? 0) }, readable)
    }
    return .page(OfferPages.help(quiet, stories).html(for: visit, assets: assets))
  }

  private func reportsPage(_ visit: Visit) async throws -> Answer {
    let reports = try await node.read { connection in
      let reports = try OfferStore(connection).openReports(limit: 100)
      let offers = try OfferStore(connection).find(reports.map(\.offer))
      let needs = try NeedStore(connection).find(offers.map(\.need.rawValue))
      let codes = Dictionary(needs.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
      let byID = Dictionary(offers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      return reports.compactMap { report in byID[report.offer].flatMap { codes[$0.need] }.map { (report: report, code: $0) } }
    }
    return .page(OfferPages.reports(reports, formID: visit.formID).html(for: visit, assets: assets))
  }

  private func settleReport(_ visit: Visit) async throws -> Answer {
    let id = ID<Report>(visit.form.first("report") ?? "")
    try await node.act(as: visit.actor) { act in try SettleReport(id)(in: act) }
    return .see("/desk/reports")
  }

  /// How many people here know what a need asks for; nil where they are too few to be counted.
  private func people(for need: Need) -> Phrase? {
    let language = Localization.current.language
    let counts = tally.counts(of: need.skillsAsked(vocabulary)).prefix(3).map { entry in
      "\(vocabulary.label(entry.skill, in: language).text) (\(localizedNumber(entry.atLeast))+)"
    }
    return counts.isEmpty ? nil : tr("People here who could be asked: {skills}.", ["skills": counts.joined(separator: " · ")])
  }

  /// The offers of a need, on its page, for the group and its facilitators.
  public func section(of need: Need) async throws -> HTML {
    let left = tr("somebody who has left").text
    let offers = try await node.read { connection in
      let offers = try OfferStore(connection).offers(to: need.id)
      let names = try AccountStore(connection).names(of: offers.compactMap(\.person))
      return offers.map { offer in (offer: offer, name: offer.person.flatMap { names[$0] } ?? left) }
    }
    return OfferPages.section(offers, of: need, people: need.state == .open ? people(for: need) : nil)
  }
}

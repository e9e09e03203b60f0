public import Database
import Foundation
import HTTPTypes
public import Jobs
public import Journal
import Kernel
import Localization
public import Needs
import People
public import Vocabulary
public import Web

/// The front door of Volunteers.
public struct VolunteersFeature: Sendable {
  public static let migrations = VolunteerMigrations.all

  public let node: Node
  public let vocabulary: Vocabulary
  public let assets: Assets
  /// Solved needs, in memory.
  public let solved: SolvedIndex
  let tally: VolunteerTally
  let needs: NeedsFeature
  let siteName: String
  let ranking: NeedRanking

  /// - Parameter siteName: the node's name, on records.
  public init(
    node: Node, vocabulary: Vocabulary, assets: Assets, needs: NeedsFeature, siteName: String, solved: SolvedIndex,
    tally: VolunteerTally, ranking: NeedRanking = .weighted
  ) {
    self.node = node
    self.vocabulary = vocabulary
    self.assets = assets
    self.needs = needs
    self.siteName = siteName
    self.solved = solved
    self.tally = tally
    self.ranking = ranking
  }

  /// What Volunteers does in the background.
  public var jobs: [JobKind] {
    [
      JobKind("volunteers.tend", every: .minutes(1)) { _, node in try await TendOffers()(node) },
      JobKind("volunteers.forgetFiles", every: .hours(1)) { _, node in
        try await node.act(as: .system) { act in
          if try PostStore(act.connection).deleteExpired(at: act.now) > 0 { try act.scrub("offer_files") }
        }
      },
    ]
  }

  public var routes: [Route] { profileRoutes + offerRoutes + deskRoutes + apiRoutes }

  private var profileRoutes: [Route] {
    [
      .page("/volunteer", fitsPage),
      .page("/volunteer/profile", for: .signedIn) { visit in try await profilePage(visit, FormView(visit)) },
      .form("/volunteer/profile", for: .signedIn, keepProfile) { visit, error in
        try await profilePage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/volunteer/rest", for: .signedIn, rest),
      .page("/offers", for: .signedIn, offersPage),
    ]
  }

  private var pages: VolunteerPages { VolunteerPages(vocabulary: vocabulary) }
  private static let pageSize = 20

  // MARK: - Profile

  func volunteer(_ visit: Visit) async throws -> Volunteer? {
    guard let id = visit.actor.personID else { return nil }
    return try await node.read { try VolunteerStore($0).find(ID(id)) }
  }

  /// What the profile's form or a program's JSON says.
  private func statement(_ form: Form) -> KeepProfile.Statement {
    let levels = form.fields.filter { $0.name.hasPrefix("level.") }.map { (String($0.name.dropFirst(6)), $0.value) }
    return KeepProfile.Statement(
      skills: form.all("skills"), levels: Dictionary(levels, uniquingKeysWith: { _, last in last }),
      wantsToLearn: form.all("wantsToLearn"), languages: form.all("languages"), hoursAWeek: form.text("hoursAWeek").normalized,
      timeZone: form.first("timeZone") ?? "", worksRemotely: form.isChecked("worksRemotely"),
      country: form.first("country") ?? "", subdivision: form.text("subdivision").normalized,
      ageBand: form.first("ageBand") ?? "")
  }

  private func profilePage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let known = try await volunteer(visit)
    let hasLead = try await node.read { try AccountStore($0).hasAnybody(as: .safeguarding) }
    return .page(pages.profile(known, fields, hasSafeguardingLead: hasLead).html(for: visit, assets: assets))
  }

  private func keepProfile(_ visit: Visit) async throws -> Answer {
    let version = visit.form.number("version", in: 0...Int.max)
    let keep = KeepProfile(statement(visit.form), version: version, vocabulary: vocabulary)
    guard let key = try visit.once("volunteers.profile") else { throw DomainError.notFound }
    try await node.act(as: visit.actor, once: key) { act in try keep(in: act).person.rawValue }
    return .see("/volunteer")
  }

  private func rest(_ visit: Visit) async throws -> Answer {
    let pause = PauseProfile(isPaused: visit.form.isChecked("rest"))
    try await node.act(as: visit.actor) { act in try pause(in: act) }
    return .see("/volunteer")
  }

  // MARK: - Needs that fit

  private func fitsPage(_ visit: Visit) async throws -> Answer {
    guard visit.actor.isSignedIn else { return .page(pages.welcome.html(for: visit, assets: assets)) }
    guard let volunteer = try await volunteer(visit) else { return .see("/volunteer/profile") }
    let start = visit.query.number("from", in: 0...1_000_000) ?? 0
    let (fits, names, isMore) = try await fits(for: volunteer, from: start, count: Self.pageSize)
    return .page(
      pages.fits(
        fits, of: volunteer, names: names, next: isMore ? String(start + Self.pageSize) : nil, fields: FormView(visit)
      ).html(for: visit, assets: assets))
  }

  /// The needs that fit a volunteer, best first, with the names of their organizations that strangers may read.
  func fits(for volunteer: Volunteer, from start: Int, count: Int) async throws -> (
    fits: [NeedFit], names: [String: String], isMore: Bool
  ) {
    let (taken, blocked) = try await node.read { connection in
      let store = OfferStore(connection)
      let live = try store.offers(by: volunteer.person, limit: 200).filter(\.state.isLive).map(\.need)
      return (Set(live), try store.blocked(for: volunteer.person))
    }
    let candidates = needs.index.open.filter { !taken.contains($0.id) && !blocked.contains($0.organization.rawValue) }
    var ranked = ranking.rank(volunteer, candidates, node.clock())
    if volunteer.ageBand == .under18 { ranked = try await verifiedOnly(ranked) }
    let shown = Array(ranked.dropFirst(start).prefix(count))
    let organizations = try await node.read { try OrganizationStore($0).find(shown.map(\.need.organization)) }
    let names = organizations.values.compactMap { one in one.publicName.map { (one.id.rawValue, $0) } }
    return (shown, Dictionary(names, uniquingKeysWith: { first, _ in first }), ranked.count > start + count)
  }

  private func verifiedOnly(_ fits: [NeedFit]) async throws -> [NeedFit] {
    let verified = try await node.read { try OrganizationStore($0).verifiedIDs() }
    return fits.filter { verified.contains($0.need.organization) }
  }

  private func offersPage(_ visit: Visit) async throws -> Answer {
    guard let id = visit.actor.personID else { throw DomainError.signInNeeded }
    let offers = try await node.read { connection in
      let offers = try OfferStore(connection).offers(by: ID(id), limit: 100)
      let needs = try NeedStore(connection).find(offers.map(\.need.rawValue))
      let byID = Dictionary(needs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      return offers.compactMap { offer in
        byID[offer.need].map { need in
          (offer: offer, code: need.code, beginning: need.summary ?? "", language: need.summaryLanguage ?? need.language)
        }
      }
    }
    return .page(pages.offers(offers).html(for: visit, assets: assets))
  }
}

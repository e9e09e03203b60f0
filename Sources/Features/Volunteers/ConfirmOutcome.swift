import Database
import Jobs
public import Journal
public import Kernel
import Localization
import Messaging
public import Needs
import People

/// The volunteer says that it is done, and how long it took.
public struct ReportWork: Sendable {
  let offer: ID<Offer>
  let hours: Int?

  public init(_ offer: ID<Offer>, hours: Int?) {
    self.offer = offer
    self.hours = hours
  }

  public func callAsFunction(in act: Act) throws {
    let (offer, need, side) = try act.offer(offer)
    guard side == .volunteer else { throw DomainError.forbidden }
    guard offer.state == .accepted else { throw ConfirmOutcome.notWorking }
    guard let hours, (1...Outcome.mostHours).contains(hours) else {
      throw DomainError.invalid("hours", Message("This is a whole number of hours, at least one."))
    }
    var outcome = try OutcomeStore(act.connection).find(offer.id) ?? Outcome(of: offer)
    outcome.hours = hours
    outcome.volunteerAt = outcome.volunteerAt ?? act.now
    try act.keep(outcome, of: offer, need, by: .volunteer)
  }
}

/// The organization says what changed, what everybody may read of it, and whether it may be named.
public struct ConfirmOutcome: Sendable {
  let offer: ID<Offer>
  let change: Text
  let language: String
  let story: Text
  let mayBePublished: Bool
  let namesOrganization: Bool
  let namesOnRecord: Bool

  public init(
    _ offer: ID<Offer>, change: Text, language: String, story: Text = "", mayBePublished: Bool = false,
    namesOrganization: Bool = false, namesOnRecord: Bool = false
  ) {
    self.offer = offer
    self.change = change
    self.language = language
    self.story = story
    self.mayBePublished = mayBePublished
    self.namesOrganization = namesOrganization
    self.namesOnRecord = namesOnRecord
  }

  static let notWorking = DomainError.conflict(Message("You do not work together on this, so there is nothing to confirm."))

  public func callAsFunction(in act: Act) throws {
    let (offer, need, side) = try act.offer(offer)
    guard side == .organization else { throw DomainError.forbidden }
    guard offer.state == .accepted || offer.state == .completed else { throw Self.notWorking }
    var check = FieldCheck()
    let change = try check.take { try self.change.checked("change", atMost: Outcome.longestChange, lines: true) }
    let story =
      mayBePublished
      ? try check.take { try Summary.checked(self.story, field: "story", atMost: Outcome.longestStory) } : .some("")
    try check.finish()
    guard let change, let story else { throw DomainError.notFound }

    var outcome = try OutcomeStore(act.connection).find(offer.id) ?? Outcome(of: offer)
    let tag = Language(language)?.tag ?? "und"
    outcome.organizationAt = outcome.organizationAt ?? act.now
    (outcome.change, outcome.language) = (change, tag)
    (outcome.story, outcome.storyLanguage) = story.isEmpty ? (nil, nil) : (story, tag)
    outcome.mayBePublished = mayBePublished
    outcome.isApproved = try NeedPolicy.mayTriage(act.actor, need) || act.isVerified(need.organization)
    outcome.namesOrganization = mayBePublished && namesOrganization
    outcome.namesOnRecord = namesOnRecord
    try act.keep(outcome, of: offer, need, by: .organization)
  }
}

extension Outcome {
  init(of offer: Offer) {
    self.init(
      offer: offer.id, hours: 0, volunteerAt: nil, organizationAt: nil, change: nil, language: nil, story: nil,
      storyLanguage: nil,
      mayBePublished: false, isApproved: false, namesOrganization: false, namesOnRecord: false)
  }
}

extension Act {
  fileprivate func isVerified(_ id: ID<Organization>) throws -> Bool {
    try OrganizationStore(connection).find(id)?.isVerified ?? false
  }

  /// Stores what one side has said of the outcome. When both have, the offer is done, and the need solved unless others work on it.
  fileprivate func keep(_ outcome: Outcome, of known: Offer, _ need: Need, by side: Offer.Side) throws {
    try OutcomeStore(connection).keep(outcome)
    var offer = known
    (offer.signedAt, offer.signedBy, offer.remindedAt) = (now, side, nil)
    let code = ["code": need.code.description]
    guard outcome.isConfirmed, offer.state == .accepted else {
      offer = try store(offer, "outcomeTold")
      guard offer.state == .accepted else { return }
      switch side {
      case .volunteer:
        try tellGroup(
          offer, need, Message("The volunteer says that {code} is done. Please tell what changed.", code), key: "work told")
      case .organization:
        try tellVolunteer(
          offer, need, Message("The organization says what came of {code}. Please confirm it with your hours.", code),
          key: "change told")
      }
      return
    }
    offer.state = .completed
    offer.endedAt = now
    (offer.volunteerShares, offer.organizationShares) = (false, false)
    offer = try store(offer, "completed")
    try tellVolunteer(
      offer, need, Message("You both confirmed what came of {code}. Thank you! Here is your record.", code), key: "completed")
    try tellGroup(offer, need, Message("You both confirmed what came of {code}.", code), key: "completed")
    let others = try OfferStore(connection).offers(to: need.id).contains { $0.id != offer.id && $0.state == .accepted }
    guard !others else { return }
    // Where parts are left, others can take them.
    guard !need.seeksMore else { return try returnToPool(need) }
    guard need.may(become: .resolved) else { return }
    let solved = try move(need, to: .resolved, event: "resolved")
    try EndOffers(of: solved, because: .needClosed)(in: self)
    for follower in try NeedStore(connection).followers(of: need.id) {
      try tell(
        .organization(follower.rawValue), Message("The need {code}, which yours was joined with, is solved.", code),
        path: "/needs/\(need.code)", subject: need.id.rawValue, key: "need \(need.id.rawValue) resolved")
    }
  }
}

/// The words of a need go: so does everything that was said about it. That work was done, and for how long, stays with who did it.
public struct EraseConversations: Sendable {
  let need: ID<Need>

  public init(about need: ID<Need>) {
    self.need = need
  }

  public func callAsFunction(in act: Act) throws {
    guard let need = try NeedStore(act.connection).find(need) else { return }
    try EndOffers(of: need, because: .needClosed)(in: act)
    let own: SQL = "offer IN (SELECT id FROM offers WHERE need = \(need.id))"
    try act.connection.execute("DELETE FROM offer_files WHERE \(own)")
    try act.connection.execute("DELETE FROM offer_posts WHERE \(own)")
    try act.connection.execute("DELETE FROM offer_reports WHERE \(own)")
    try act.connection.execute(
      """
      UPDATE outcomes SET change = NULL, story = NULL, may_be_published = 0, names_organization = 0, names_on_record = 0 WHERE \(own)
      """)
    try act.connection.execute("UPDATE offers SET part = NULL, version = version + 1 WHERE need = \(need.id)")
    for table in ["offers", "offer_posts", "offer_files", "offer_reports", "outcomes"] { try act.scrub(table) }
  }
}

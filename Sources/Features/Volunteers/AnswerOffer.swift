public import Journal
public import Kernel
import Localization
import Messaging
public import Needs

/// The organization, or a facilitator in its name, says yes.
public struct AcceptOffer: Sendable {
  let id: ID<Offer>
  /// Whether there are parts of the need left for others.
  let seeksMore: Bool

  public init(_ id: ID<Offer>, seeksMore: Bool) {
    self.id = id
    self.seeksMore = seeksMore
  }

  /// - Throws: `DomainError.notFound`; `DomainError.forbidden` to the volunteer; `DomainError.conflict` when it no longer waits, or the
  ///   need is closed.
  public func callAsFunction(in act: Act) throws {
    var (offer, need, side) = try act.offer(id)
    guard side == .organization else { throw DomainError.forbidden }
    if offer.state == .accepted { return }
    guard offer.may(become: .accepted) else {
      throw DomainError.conflict(Message("This offer is over: it cannot be answered any more."))
    }
    guard OfferPolicy.takesOffers(need) || need.state.isUnderWay || need.state == .open || need.state == .triaged else {
      throw DomainError.conflict(Message("This need is closed. Open it again first."))
    }
    offer.state = .accepted
    offer.acceptedAt = act.now
    (offer.signedAt, offer.signedBy, offer.remindedAt) = (act.now, .organization, nil)
    offer = try act.store(offer, "accepted")
    if need.state == .triaged { need = try act.move(need, to: .open, event: "open") }
    need = try act.move(need, to: need.state == .open ? .matched : need.state, seeksMore: seeksMore, event: "matched")
    try act.tellVolunteer(
      offer, need, Message("Your offer for {code} was accepted. You can begin.", ["code": need.code.description]),
      key: "accepted",
      isUrgent: true)
    try act.tellGroup(
      offer, need, Message("You accepted an offer for {code}. Now you can write to each other.", ["code": need.code.description]),
      key: "accepted")
    if !seeksMore { try EndOffers(of: need, because: .foundSomebody, only: .offered)(in: act) }
  }
}

/// The organization says no, with a kind reason.
public struct DeclineOffer: Sendable {
  let id: ID<Offer>
  let reason: String

  public init(_ id: ID<Offer>, reason: String) {
    self.id = id
    self.reason = reason
  }

  /// - Throws: as `AcceptOffer`; `DomainError.invalid` for a reason that is none.
  public func callAsFunction(in act: Act) throws {
    let (offer, need, side) = try act.offer(id)
    guard side == .organization else { throw DomainError.forbidden }
    guard let reason = Offer.Ending(rawValue: reason), Offer.Ending.declining.contains(reason) else {
      throw DomainError.invalid("reason", Message("Please choose a reason: the volunteer reads it."))
    }
    if offer.state == .ended, offer.ending == reason { return }
    guard offer.state == .offered else {
      throw DomainError.conflict(Message("This offer is over: it cannot be answered any more."))
    }
    try act.end(offer, need, because: reason)
  }
}

/// One side ends it: a volunteer takes an offer back or cannot go on, an organization does not want to go on.
public struct EndOffer: Sendable {
  let id: ID<Offer>

  public init(_ id: ID<Offer>) {
    self.id = id
  }

  public func callAsFunction(in act: Act) throws {
    let (offer, need, side) = try act.offer(id)
    guard offer.state.isLive else { return }
    try act.end(offer, need, because: side == .volunteer ? .takenBack : .stopped)
  }
}

/// Ends the offers of a need that is over or has found somebody, and tells those who made them.
public struct EndOffers: Sendable {
  let need: Need
  let reason: Offer.Ending
  /// Those in this state only; nil for all that are not over.
  let state: Offer.State?

  public init(of need: Need, because reason: Offer.Ending, only state: Offer.State? = nil) {
    self.need = need
    self.reason = reason
    self.state = state
  }

  public func callAsFunction(in act: Act) throws {
    for offer in try OfferStore(act.connection).offers(to: need.id)
    where offer.state.isLive && (state == nil || offer.state == state) {
      try act.end(offer, need, because: reason, tellsGroup: false)
    }
  }
}

extension Act {
  /// Ends an offer, tells both sides, and lets others take the need.
  func end(_ known: Offer, _ need: Need, because reason: Offer.Ending, tellsGroup: Bool = true) throws {
    var offer = known
    let wasAccepted = offer.state == .accepted
    offer.state = .ended
    offer.ending = reason
    offer.endedAt = now
    // What was shown for the work is not shown after it.
    (offer.volunteerShares, offer.organizationShares) = (false, false)
    offer = try store(offer, "ended")
    try tellVolunteer(offer, need, Self.ended(reason, need), key: "ended")
    if tellsGroup, let message = Self.endedForGroup(reason, need, wasAccepted: wasAccepted) {
      try tellGroup(offer, need, message, key: "ended")
    }
    if wasAccepted, reason != .needClosed { try returnToPool(need) }
  }

  private static func ended(_ reason: Offer.Ending, _ need: Need) -> Message {
    let code = ["code": need.code.description]
    return switch reason {
    case .unanswered:
      Message("Nobody answered your offer for {code} in time, so it is over. It is not your fault: thank you.", code)
    case .silence:
      Message("Nothing was heard about {code} for two weeks, so it went back to those who look for something to do.", code)
    case .needClosed: Message("The need {code} is closed, so your offer is over. Thank you.", code)
    case .takenBack: Message("You ended your offer for {code}.", code)
    case .stopped: Message("The organization has ended the work on {code}. Thank you for what you did.", code)
    default: Message("The organization has said no to your offer for {code}, with a reason. Thank you for offering.", code)
    }
  }

  private static func endedForGroup(_ reason: Offer.Ending, _ need: Need, wasAccepted: Bool) -> Message? {
    let code = ["code": need.code.description]
    return switch reason {
    case .unanswered: Message("An offer for {code} was not answered in time and is over. Others can still offer.", code)
    case .silence: Message("Nothing was heard about {code} for two weeks. Others can offer to help now.", code)
    case .takenBack:
      wasAccepted
        ? Message("The volunteer cannot go on with {code}. Others can offer to help now.", code)
        : Message("The volunteer has taken the offer for {code} back. Others can still offer.", code)
    case .stopped: Message("You have ended the work on {code}. Others can offer to help now.", code)
    case .foundSomebody, .otherSkills, .notNow, .notComfortable, .needClosed: nil
    }
  }
}

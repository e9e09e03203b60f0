import Database
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People

/// What every use case of offers begins and ends with.
extension Act {
  /// An offer with its need, where the actor may know of it.
  /// - Throws: `DomainError.notFound`.
  func offer(_ id: ID<Offer>) throws -> (offer: Offer, need: Need, side: Offer.Side) {
    guard let offer = try OfferStore(connection).find(id), let need = try NeedStore(connection).find(offer.need),
      let side = OfferPolicy.side(of: actor, offer, need)
    else { throw DomainError.notFound }
    try checkHome(of: need)
    return (offer, need, side)
  }

  /// Stores an offer with the time of what happens next to it by itself.
  func store(_ changed: Offer, _ event: String, hasHappened happened: Bool = true) throws -> Offer {
    var offer = changed
    offer.dueAt = try deadlines(for: offer.organization).next(of: offer)?.at
    guard try OfferStore(connection).update(offer) else {
      throw DomainError.conflict(Message("Somebody else has changed this offer meanwhile."))
    }
    offer.version += 1
    if happened {
      try record(Event("volunteers", event, subject: offer.id.rawValue, payload: ["need": .string(offer.need.rawValue)]))
    }
    return offer
  }

  func deadlines(for organization: ID<Organization>) throws -> OfferDeadlines {
    OfferDeadlines(
      hasLine: try OrganizationStore(connection).find(organization)?.connectivity != Organization.Connectivity.none,
      nextContact: try MeetingStore(connection).next(of: organization))
  }

  /// Tells the volunteer of an offer.
  func tellVolunteer(_ offer: Offer, _ need: Need, _ message: Message, key: String, isUrgent: Bool = false) throws {
    guard let person = offer.person else { return }
    try tell(
      .person(person.rawValue), message, path: Self.path(offer, need), subject: offer.id.rawValue,
      key: "offer \(offer.id.rawValue) \(key)", isUrgent: isUrgent)
  }

  /// Tells the organization of an offer.
  func tellGroup(_ offer: Offer, _ need: Need, _ message: Message, key: String, isUrgent: Bool = false) throws {
    try tell(
      .organization(need.organization.rawValue), message, path: Self.path(offer, need), subject: need.id.rawValue,
      key: "offer \(offer.id.rawValue) \(key)", isUrgent: isUrgent)
  }

  static func path(_ offer: Offer, _ need: Need) -> String { "/needs/\(need.code)/offers/\(offer.id.rawValue)" }

  /// The need goes back to those who look for something to do, unless somebody else works on it still.
  func returnToPool(_ need: Need) throws {
    let others = try OfferStore(connection).offers(to: need.id).contains { $0.state == .accepted }
    guard need.state.isUnderWay, !others else { return }
    _ = try move(need, to: .open, seeksMore: false, event: "returned")
  }
}

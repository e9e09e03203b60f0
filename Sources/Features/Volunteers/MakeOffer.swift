import Database
public import Journal
public import Kernel
import Localization
import Messaging
public import Needs
import People

/// A volunteer offers to take a need, or a part of it, with a message to the organization.
public struct MakeOffer: Sendable {
  let need: ID<Need>
  let words: Text
  let language: String
  let part: Text

  public init(_ need: ID<Need>, words: Text, language: String, part: Text) {
    self.need = need
    self.words = words
    self.language = language
    self.part = part
  }

  /// - Throws: `DomainError.notFound` where the need is not shown to everybody; `DomainError.forbidden` to whoever has no profile, speaks
  ///   for the group, or is blocked; `DomainError.conflict` where it takes no offers; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws -> Offer {
    guard let id = act.actor.personID else { throw DomainError.signInNeeded }
    let person = ID<Person>(id)
    let store = OfferStore(act.connection)
    guard let need = try NeedStore(act.connection).find(need), NeedPolicy.view(act.actor, of: need) >= .summary,
      let organization = try OrganizationStore(act.connection).find(need.organization)
    else { throw DomainError.notFound }
    try act.checkHome(of: need)
    guard let volunteer = try VolunteerStore(act.connection).find(person) else {
      throw DomainError.conflict(Message("Before you offer help, tell us what you can do: it takes two minutes."))
    }
    guard !NeedPolicy.isOwn(act.actor, need) else {
      throw DomainError.conflict(Message("This is a need of your own organization."))
    }
    guard OfferPolicy.takesOffers(need) else {
      throw DomainError.conflict(Message("This need takes no offers at present."))
    }
    let hasLead = try AccountStore(act.connection).hasAnybody(as: .safeguarding)
    guard OfferPolicy.mayOffer(volunteer.ageBand, to: organization, hasSafeguardingLead: hasLead) else {
      throw DomainError.conflict(
        Message("Until you are 18 you can help organizations that somebody has vouched for. This one is not verified yet."))
    }
    // Whoever is blocked is told no more than that it is not possible.
    guard try !store.isBlocked(need.organization, person) else {
      throw DomainError.conflict(Message("This need takes no offers at present."))
    }
    guard try !store.hasLive(need: need.id, by: person) else {
      throw DomainError.conflict(Message("You have offered to help with this need already."))
    }
    guard try store.countLive(by: person) < Offer.mostAtOnce else {
      throw DomainError.conflict(Message("You have many offers waiting already. Wait for an answer, or take one back."))
    }
    var check = FieldCheck()
    let words = try check.take { try self.words.checked("words", atMost: Post.longestWords, lines: true) }
    let part = try check.take { try self.part.checkedIfPresent("part", atMost: Offer.longestPart) }
    try check.finish()
    guard let words, let part else { throw DomainError.notFound }

    let deadlines = try act.deadlines(for: need.organization)
    var offer = Offer(
      id: act.newID(), need: need.id, organization: need.organization, person: person, state: .offered, part: part, ending: nil,
      isMinor: volunteer.ageBand == .under18, answerBy: deadlines.answerBy(from: act.now), dueAt: nil, remindedAt: nil,
      acceptedAt: nil, signedAt: act.now, signedBy: .volunteer, endedAt: nil, volunteerShares: false, organizationShares: false,
      version: 1, createdAt: act.now)
    offer.dueAt = deadlines.next(of: offer)?.at
    do {
      try store.insert(offer)
    } catch SQLError.unique {
      // The same person at the same moment, at another server.
      throw DomainError.conflict(Message("You have offered to help with this need already."))
    }
    try store.unmarkQuiet(need.id)
    try PostStore(act.connection).insert(
      Post(
        id: act.newID(), offer: offer.id, side: .volunteer, author: act.actor.reference, isForGroup: false, kind: .message,
        words: words, language: Language(language)?.tag ?? "und", rendering: nil, renderingLanguage: nil, createdAt: act.now))
    try act.record(Event("volunteers", "offered", subject: offer.id.rawValue, payload: ["need": .string(need.id.rawValue)]))
    try act.tellGroup(
      offer, need, Message("Somebody offers to help with {code}. Please say yes or no.", ["code": need.code.description]),
      key: "made", isUrgent: true)
    return offer
  }
}

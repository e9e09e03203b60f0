import Database
import Jobs
public import Journal
public import Kernel
import Localization
import Messaging

/// Somebody who is signed in says: this is our group. Whoever holds the receipt of one of its needs has proved it; of others a
/// facilitator decides.
public struct ClaimOrganization: Sendable {
  let organization: ID<Organization>
  let words: Text
  let ports: OrganizationPorts

  /// - Parameter words: how they can be recognised; not asked of the holder of a receipt.
  public init(_ organization: ID<Organization>, words: Text, ports: OrganizationPorts) {
    self.organization = organization
    self.words = words
    self.ports = ports
  }

  /// - Returns: whether they belong to it now.
  /// - Throws: `DomainError.notFound` where they may not know of it; `DomainError.forbidden` to programs; `DomainError.conflict` when
  ///   it has members, who can invite them; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws -> Bool {
    guard let id = act.actor.personID else { throw DomainError.forbidden }
    let (known, view) = try ports.find(organization, seenAs: .face, in: act)
    guard view != .member else { return true }
    if try ports.isHeld(act.connection, act.actor, organization) {
      try act.takeOver(known, ID(id), ports)
      return true
    }
    guard try !MemberStore(act.connection).hasMembers(organization) else {
      throw DomainError.conflict(Message("This group has members here already. Please ask one of them to invite you."))
    }
    let claim = Claim(
      id: act.newID(), organization: organization, person: ID(id),
      words: try words.checked("words", atMost: Claim.longestWords, lines: true), language: Localization.current.language.tag,
      state: .open, reason: nil, createdAt: act.now)
    guard try ClaimStore(act.connection).insert(claim) else {
      throw DomainError.conflict(Message("You have said so already. A facilitator reads it, and you are told."))
    }
    try act.record(
      Event(
        "people", "organizationClaimed", subject: claim.id.rawValue, payload: ["organization": .string(organization.rawValue)]))
    return false
  }
}

/// A facilitator in scope says whether a claim is right.
public struct DecideClaim: Sendable {
  public enum Decision: Sendable, Equatable {
    case accept
    /// - Parameter reason: kind, and read by who claimed.
    case decline(reason: Text)
  }

  let id: ID<Claim>
  let decision: Decision
  let ports: OrganizationPorts

  public init(_ id: ID<Claim>, _ decision: Decision, ports: OrganizationPorts) {
    self.id = id
    self.decision = decision
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` to those who may not decide; `DomainError.forbidden` for one's own; `DomainError.conflict` when
  ///   somebody else has decided; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws {
    let store = ClaimStore(act.connection)
    guard let claim = try store.find(id) else { throw DomainError.notFound }
    let (organization, _) = try ports.find(claim.organization, seenAs: .facilitator, in: act)
    guard act.actor.personID != claim.person.rawValue else { throw DomainError.forbidden }
    var reason: String?
    if case .decline(let words) = decision {
      reason = try words.checked("reason", atMost: Claim.longestReason, lines: true)
    }
    let state: Claim.State = reason == nil ? .accepted : .declined
    guard try store.decide(id, state, reason: reason, by: act.actor.reference, at: act.now) else {
      throw DomainError.conflict(Message("Somebody else has decided this already."))
    }
    try act.scrub("organization_claims")
    if state == .accepted { try act.takeOver(organization, claim.person, ports) }
    try act.record(Event("people", state == .accepted ? "claimAccepted" : "claimDeclined", subject: id.rawValue))
    try act.tell(
      .person(claim.person.rawValue),
      state == .accepted
        ? Message("You belong to your group here now: you can speak for it.")
        : Message("A facilitator could not yet recognise you as a member of your group. Please read why."),
      path: state == .accepted ? "/organizations/" + claim.organization.rawValue : "/me/claims", subject: id.rawValue,
      key: "claim:" + id.rawValue)
  }
}

extension Act {
  /// A group makes its record its own.
  fileprivate func takeOver(_ organization: Organization, _ person: ID<Person>, _ ports: OrganizationPorts) throws {
    try join(organization.id, person)
    guard organization.origin == .imported else { return }
    let store = FaceStore(connection)
    if try store.answers(of: organization.id)[.showPublicly] == nil {
      // It has been shown so far, without anybody's having been asked.
      let answer = OrganizationConsent.Answer(
        question: .showPublicly, isYes: true, wording: OrganizationConsent.notAsked, at: now, answeredBy: actor.reference,
        agreement: nil, isSeen: true)
      try store.insert(answer, of: organization.id)
    }
    try OrganizationStore(connection).makeOwn(organization.id)
    try record(Event("people", "organizationTakenOver", subject: organization.id.rawValue))
    try ports.claimed(self, organization.id)
  }
}

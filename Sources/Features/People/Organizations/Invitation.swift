import Database
public import Journal
public import Kernel
import Localization
import Messaging

/// What a member shows or reads to somebody who shall belong to the organization too: a code that works once, for a week.
public struct Invitation: Sendable, Equatable {
  public let id: ID<Invitation>
  public let organization: ID<Organization>
  /// `Actor.reference` of who invites.
  let invitedBy: String
  public let expiresAt: Timestamp

  static let lifetime = Timestamp.Interval.days(7)

  /// The code, to be shown on screen: computed, so that it can be shown again. The database keeps a hash of it.
  public func code(_ keys: KeyRing) -> String {
    Receipt(key: keys.subkey(.session), subject: "invitation " + id.rawValue, generation: 1).text
  }

  /// What the database knows a typed code by; nil for what cannot be one.
  static func hash(typed code: String) -> [UInt8]? { (try? Receipt(parsing: code)).map { Session.hash($0.text) } }
}

/// A member, or a facilitator for the group, invites somebody.
public struct InviteMember: Sendable {
  let organization: ID<Organization>
  let ports: OrganizationPorts

  public init(to organization: ID<Organization>, ports: OrganizationPorts) {
    self.organization = organization
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` to those who may not invite.
  public func callAsFunction(in act: Act) throws -> Invitation {
    _ = try ports.find(organization, seenAs: .member, in: act)
    let invitation = Invitation(
      id: act.newID(), organization: organization, invitedBy: act.actor.reference, expiresAt: act.now + Invitation.lifetime)
    try MemberStore(act.connection).insert(invitation, hash: Session.hash(invitation.code(act.keys)))
    try act.record(
      Event(
        "people", "memberInvited", subject: organization.rawValue, payload: ["invitation": .string(invitation.id.rawValue)]))
    return invitation
  }
}

/// Somebody who is signed in comes with a code.
public struct AcceptInvitation: Sendable {
  let code: String

  public init(code: String) {
    self.code = code
  }

  /// - Returns: the organization they belong to now.
  /// - Throws: `DomainError.forbidden` to programs; `DomainError.invalid` when the code was used, ran out or is none.
  public func callAsFunction(in act: Act) throws -> ID<Organization> {
    guard let person = act.actor.personID else { throw DomainError.forbidden }
    let store = MemberStore(act.connection)
    guard let hash = Invitation.hash(typed: code), let invitation = try store.invitation(hash: hash, now: act.now),
      try store.use(invitation.id, at: act.now)
    else { throw Self.worn }
    try act.join(invitation.organization, ID(person))
    try act.tell(
      .organization(invitation.organization.rawValue), Message("Somebody you invited belongs to your group here now."),
      path: "/organizations/\(invitation.organization.rawValue)/members", subject: invitation.organization.rawValue,
      key: "invitation:" + invitation.id.rawValue)
    return invitation.organization
  }

  static let worn = DomainError.invalid(
    "code", Message("This code was used before, is older than seven days, or was mistyped. Please ask for a new one."))
}

extension Act {
  /// Somebody belongs to an organization from now on.
  func join(_ organization: ID<Organization>, _ person: ID<Person>) throws {
    try AccountStore(connection).insert(Grant(.member, scope: OrganizationPolicy.scope(of: organization)), for: person)
    try record(
      Event("people", "memberJoined", subject: organization.rawValue, payload: ["person": .string(person.rawValue)]))
  }
}

import Database
public import Journal
public import Kernel
import Localization
import Messaging

/// Somebody with a name says that an organization is what it says, and why.
public struct VouchFor: Sendable {
  let id: ID<Organization>
  let reason: Text
  let name: Text
  let agrees: Bool
  let ports: OrganizationPorts

  /// - Parameters:
  ///   - name: of the person who vouches through a program; people have the name of their account.
  ///   - agrees: to everybody's reading name and reason.
  public init(_ id: ID<Organization>, reason: Text, name: Text = "", agrees: Bool, ports: OrganizationPorts) {
    self.id = id
    self.reason = reason
    self.name = name
    self.agrees = agrees
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` where they may not know of it; `DomainError.forbidden`; `DomainError.conflict` when they have
  ///   vouched before; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws {
    let (organization, _) = try ports.find(id, seenAs: .face, in: act)
    guard let (standing, via) = try Self.standing(of: act.actor, for: organization, ports, act.connection) else {
      throw DomainError.forbidden
    }
    var check = FieldCheck()
    let reason = try check.take { try self.reason.checkedForEverybody("reason", atMost: Vouch.longestReason, lines: true) }
    var ownName: String?
    if !act.actor.isSignedIn {
      ownName = try check.take { try self.name.checkedForEverybody("name", atMost: Person.longestName) }
    }
    if !agrees {
      check.complain("agrees", Message("Your name and your reason stand on the page. Please tick that you agree to it."))
    }
    try check.finish()
    let vouch = Vouch(
      voucher: act.actor.reference, name: ownName ?? "", standing: standing, via: via, reason: reason ?? "",
      language: Localization.current.language.tag, at: act.now, counts: true)
    guard try VouchStore(act.connection).insert(vouch, name: ownName, for: id) else {
      throw DomainError.conflict(Message("You have vouched for this group already."))
    }
    try act.record(Event("people", "vouched", subject: id.rawValue, payload: ["as": .string(standing.rawValue)]))
    try act.countVouches(for: organization)
  }

  /// As what somebody may vouch, and as a member of which organization; nil when they may not.
  static func standing(
    of actor: Actor, for organization: Organization, _ ports: OrganizationPorts, _ connection: any SQLConnection
  ) throws -> (Vouch.Standing, via: ID<Organization>?)? {
    let own = actor.grants.filter { $0.role == .member }.compactMap { $0.organization?.rawValue }
    let verified = try VouchStore(connection).verified(of: own).filter { $0 != organization.id }
    let person = try actor.personID.flatMap { try AccountStore(connection).person(ID($0)) }
    let standing = OrganizationPolicy.standing(
      of: actor, for: organization, verified: verified, isHeld: try ports.isHeld(connection, actor, organization.id),
      isInvented: person?.origin == .demonstration)
    return standing.map { ($0, $0 == .member ? verified.first : nil) }
  }
}

/// Somebody takes their word back.
public struct TakeVouchBack: Sendable {
  let id: ID<Organization>

  public init(_ id: ID<Organization>) {
    self.id = id
  }

  /// Also where they may not know of the organization any more: it is their word.
  /// - Throws: `DomainError.notFound` when they have not vouched for it.
  public func callAsFunction(in act: Act) throws {
    try FaceStore(act.connection).lock(id)
    guard try VouchStore(act.connection).delete(of: act.actor.reference, for: id),
      let organization = try OrganizationStore(act.connection).find(id)
    else { throw DomainError.notFound }
    try act.record(Event("people", "vouchTakenBack", subject: id.rawValue))
    try act.countVouches(for: organization)
  }
}

extension Act {
  /// Verified is what enough people vouch for. The organization has to be locked.
  func countVouches(for organization: Organization) throws {
    let store = VouchStore(connection)
    let isVerified = Vouch.verify(try store.vouches(for: organization))
    guard isVerified != organization.isVerified else { return }
    try store.setVerified(isVerified, organization.id)
    let id = organization.id.rawValue
    try record(Event("people", isVerified ? "organizationVerified" : "verificationEnded", subject: id))
    try tell(
      .organization(id),
      isVerified
        ? Message("People have vouched for your group: its page says that it is verified.")
        : Message("Too few people vouch for your group now: its page says that it is not yet verified."),
      path: "/organizations/" + id, subject: id, key: "verified:\(isVerified):\(now.milliseconds)")
  }

  /// Counts again everywhere what somebody has vouched for, when their word has begun or ceased to count.
  func countVouches(of person: ID<Person>) throws {
    for id in try VouchStore(connection).organizations(of: "person:" + person.rawValue) {
      try FaceStore(connection).lock(id)
      if let organization = try OrganizationStore(connection).find(id) { try countVouches(for: organization) }
    }
  }
}

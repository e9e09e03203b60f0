public import Database
public import Journal
public import Kernel
import Localization
public import Web

/// What organizations ask of the rest of the application.
public struct OrganizationPorts: Sendable {
  /// Whether somebody holds the receipt of something that an organization has stated.
  public var isHeld: @Sendable (any SQLConnection, Actor, ID<Organization>) throws -> Bool
  /// An organization that came from a public list has become its group's own, with all that came with it.
  public var claimed: @Sendable (Act, ID<Organization>) throws -> Void
  /// What else everybody may read of it: its needs, its stories.
  public var more: @Sendable (Visit, Organization) async throws -> HTML
  /// The same as a member of its JSON.
  public var needs: @Sendable (Organization) async throws -> JSON

  public init(
    isHeld: @escaping @Sendable (any SQLConnection, Actor, ID<Organization>) throws -> Bool = { _, _, _ in false },
    claimed: @escaping @Sendable (Act, ID<Organization>) throws -> Void = { _, _ in },
    more: @escaping @Sendable (Visit, Organization) async throws -> HTML = { _, _ in "" },
    needs: @escaping @Sendable (Organization) async throws -> JSON = { _ in [] }
  ) {
    self.isHeld = isHeld
    self.claimed = claimed
    self.more = more
    self.needs = needs
  }

  /// An organization, as far as somebody may know of it.
  /// - Throws: `DomainError.notFound` for one that does not exist and for one of which they may know nothing, alike.
  func find(_ id: ID<Organization>, for actor: Actor, _ connection: any SQLConnection) throws -> (
    organization: Organization, view: OrganizationPolicy.View
  ) {
    guard let organization = try OrganizationStore(connection).find(id) else { throw DomainError.notFound }
    let view = OrganizationPolicy.view(
      actor, of: organization, isShown: organization.isShown(try FaceStore(connection).answers(of: id)),
      isHeld: try isHeld(connection, actor, id))
    guard view > .nothing else { throw DomainError.notFound }
    return (organization, view)
  }

  /// The same inside an act: until it ends, nobody else changes the organization.
  /// - Throws: `DomainError.notFound` also to those who see less; `DomainError.conflict` when it belongs to another node.
  func find(_ id: ID<Organization>, seenAs least: OrganizationPolicy.View, in act: Act) throws -> (
    organization: Organization, view: OrganizationPolicy.View
  ) {
    try FaceStore(act.connection).lock(id)
    let (organization, view) = try find(id, for: act.actor, act.connection)
    guard view >= least else { throw DomainError.notFound }
    guard organization.home == act.keys.nodeID else {
      throw DomainError.conflict(Message("This organization is kept by another node, which alone can change it."))
    }
    return (organization, view)
  }
}

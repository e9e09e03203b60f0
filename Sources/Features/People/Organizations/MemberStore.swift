import Database
import Kernel

/// The SQL about who belongs to an organization, and who is invited.
struct MemberStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// By name.
  func members(of organization: ID<Organization>) throws -> [Member] {
    try connection.query(
      """
      SELECT p.id, p.name FROM grants g JOIN people p ON p.id = g.person
      WHERE g.role = 'member' AND g.scope = \(OrganizationPolicy.scope(of: organization)) ORDER BY p.name, p.id
      """
    ).map { Member(id: try $0[0], name: try $0[1]) }
  }

  func hasMembers(_ organization: ID<Organization>) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM grants WHERE role = 'member' AND scope = \(OrganizationPolicy.scope(of: organization)) LIMIT 1") != nil
  }

  /// Nobody belongs any more to an organization that is gone.
  func removeAll(of organization: ID<Organization>) throws {
    try connection.execute("DELETE FROM grants WHERE scope = \(OrganizationPolicy.scope(of: organization))")
  }

  // MARK: - Invitations

  func insert(_ invitation: Invitation, hash: [UInt8]) throws {
    try connection.execute(
      """
      INSERT INTO organization_invitations (id, organization, code_hash, invited_by, expires_at, used_at)
      VALUES (\(invitation.id), \(invitation.organization), \(hash), \(invitation.invitedBy), \(invitation.expiresAt), NULL)
      """)
  }

  /// One that still works.
  func invitation(hash: [UInt8], now: Timestamp) throws -> Invitation? {
    try connection.first(
      "SELECT * FROM organization_invitations WHERE code_hash = \(hash) AND used_at IS NULL AND expires_at > \(now)"
    ).map(Invitation.init)
  }

  func invitation(_ id: ID<Invitation>) throws -> Invitation? {
    try connection.first("SELECT * FROM organization_invitations WHERE id = \(id)").map(Invitation.init)
  }

  /// - Returns: whether nobody was faster.
  func use(_ id: ID<Invitation>, at now: Timestamp) throws -> Bool {
    try connection.execute("UPDATE organization_invitations SET used_at = \(now) WHERE id = \(id) AND used_at IS NULL") == 1
  }

  /// Nobody comes in any more through somebody who has left.
  /// - Parameter organization: nil for all.
  func deleteInvitations(by person: ID<Person>, to organization: ID<Organization>?) throws {
    let there: SQL = organization.map { "AND organization = \($0)" } ?? ""
    try connection.execute(
      "DELETE FROM organization_invitations WHERE invited_by = \("person:" + person.rawValue) \(there)")
  }

  /// Forgets those that have run out.
  func sweepInvitations(now: Timestamp) throws {
    try connection.execute("DELETE FROM organization_invitations WHERE expires_at <= \(now - .days(1))")
  }
}

/// Somebody who belongs to an organization.
struct Member: Sendable, Equatable {
  let id: ID<Person>
  let name: String
}

extension Invitation {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], organization: try row["organization"], invitedBy: try row["invited_by"],
      expiresAt: try row["expires_at"])
  }
}

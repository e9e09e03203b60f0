import Database
import Kernel

/// The SQL about vouches.
struct VouchStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// The oldest first, with the name that their people have now.
  func vouches(for organization: Organization) throws -> [Vouch] {
    try connection.query(
      """
      SELECT v.*, COALESCE(p.name, v.name) AS shown_name, p.is_on_probation, p.origin FROM organization_vouches v
      LEFT JOIN people p ON v.voucher LIKE 'person:%' AND p.id = SUBSTR(v.voucher, 8)
      WHERE v.organization = \(organization.id) ORDER BY v.at, v.voucher
      """
    ).map { try Vouch($0, for: organization) }
  }

  /// - Parameter name: of a program's person; people have their own.
  /// - Returns: false when they had vouched before.
  func insert(_ vouch: Vouch, name: String?, for organization: ID<Organization>) throws -> Bool {
    try connection.execute(
      """
      INSERT INTO organization_vouches (organization, voucher, name, standing, via, reason, language, at)
      VALUES (\(organization), \(vouch.voucher), \(name), \(vouch.standing), \(vouch.via), \(vouch.reason), \(vouch.language),
        \(vouch.at))
      ON CONFLICT (organization, voucher) DO NOTHING
      """) == 1
  }

  /// - Returns: whether there was one.
  func delete(of voucher: String, for organization: ID<Organization>) throws -> Bool {
    try connection.execute("DELETE FROM organization_vouches WHERE organization = \(organization) AND voucher = \(voucher)") == 1
  }

  /// Those who vouched knew it as something else.
  func endAll(of organization: ID<Organization>) throws {
    try connection.execute("DELETE FROM organization_vouches WHERE organization = \(organization)")
  }

  /// For whom somebody has vouched, in an order in which all lock them.
  func organizations(of voucher: String) throws -> [ID<Organization>] {
    try connection.query("SELECT organization FROM organization_vouches WHERE voucher = \(voucher) ORDER BY organization").map {
      try $0[0]
    }
  }

  /// Those of `organizations` that are verified, and real.
  func verified(of organizations: [String]) throws -> [ID<Organization>] {
    guard !organizations.isEmpty else { return [] }
    return try connection.query(
      """
      SELECT id FROM organizations WHERE id IN \(list: organizations) AND is_verified = 1 AND origin <> 'demonstration' ORDER BY id
      """
    ).map { try $0[0] }
  }

  func setVerified(_ isVerified: Bool, _ organization: ID<Organization>) throws {
    try connection.execute(
      "UPDATE organizations SET is_verified = \(isVerified), version = version + 1 WHERE id = \(organization)")
  }
}

extension Vouch {
  init(_ row: SQLRow, for organization: Organization) throws {
    let isOnProbation: Bool? = try row["is_on_probation"]
    let origin: String? = try row["origin"]
    let isInvented = origin == Organization.Origin.demonstration.rawValue
    self.init(
      voucher: try row["voucher"], name: try row["shown_name"] ?? "", standing: try row["standing"], via: try row["via"],
      reason: try row["reason"], language: try row["language"], at: try row["at"],
      counts: isOnProbation != true && (!isInvented || organization.origin == .demonstration))
  }
}

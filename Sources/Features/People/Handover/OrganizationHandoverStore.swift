import Database
public import Kernel

/// The SQL about organizations that move from node to node.
extension OrganizationStore {
  func maker(of id: ID<Organization>) throws -> String {
    try connection.value("SELECT made_by FROM organizations WHERE id = \(id)") ?? ""
  }

  /// Puts everything that another node knew better in the place of what is here.
  func replace(_ organization: Organization) throws {
    try connection.execute(
      """
      UPDATE organizations SET name = \(organization.name), name_key = \(Organization.nameKey(organization.name)),
        kind = \(organization.kind), country = \(organization.country), subdivision = \(organization.subdivision),
        connectivity = \(organization.connectivity), languages = \(organization.languages.joined(separator: " ")),
        visibility = \(organization.visibility), pseudonym = \(organization.pseudonym), is_verified = \(organization.isVerified),
        home = \(organization.home), version = \(organization.version)
      WHERE id = \(organization.id)
      """)
  }

  /// - Returns: those that were at home there.
  func move(_ ids: [ID<Organization>], from home: String, to node: String) throws -> [ID<Organization>] {
    try connection.query(
      "UPDATE organizations SET home = \(node) WHERE id IN \(list: ids) AND home = \(home) RETURNING id"
    ).map { try $0[0] }
  }

  /// A part of the organizations that one of these nodes keeps, in the order of their ids, without invented ones.
  /// - Parameters:
  ///   - country: only those in it; nil for all.
  ///   - only: only this one; nil for all.
  public func kept(
    by homes: [String], country: String?, only: ID<Organization>?, after last: String, limit: Int
  ) throws -> [Organization] {
    var conditions: [SQL] = ["id > \(last)", "home IN \(list: homes)", "origin <> 'demonstration'"]
    if let country { conditions.append("country = \(country)") }
    if let only { conditions.append("id = \(only)") }
    return try connection.query(
      "SELECT * FROM organizations WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY id LIMIT \(limit)"
    ).map(Organization.init)
  }

  /// Other organizations with the same name in the same country, as far as case, accents and punctuation go.
  public func namesakes(of organization: Organization) throws -> [ID<Organization>] {
    try connection.query(
      """
      SELECT id FROM organizations WHERE name_key = \(Organization.nameKey(organization.name))
        AND country = \(organization.country) AND id <> \(organization.id) AND origin <> 'demonstration' ORDER BY id
      """
    ).map { try $0[0] }
  }
}

import Database
public import Kernel

/// An address of which its owner has shown that mail arrives there.
public struct ConfirmedAddress: Sendable, Equatable {
  /// To be resolved at the moment of sending.
  public let contact: ID<Contact>
  public let confirmedAt: Timestamp
}

/// Who is reached, and where: for those who write to people.
extension AccountStore {
  /// Where mail for these people goes. Who has confirmed no address gets none, and invented people have none.
  public func confirmedAddresses(of people: some Collection<ID<Person>>) throws -> [ID<Person>: ConfirmedAddress] {
    let rows = try connection.query(
      """
      SELECT id, email, email_confirmed_at FROM people WHERE id IN \(list: Array(people)) AND email IS NOT NULL
        AND email_confirmed_at IS NOT NULL AND origin <> \(Organization.Origin.demonstration)
      """)
    let pairs = try rows.map { row -> (ID<Person>, ConfirmedAddress) in
      (try row["id"], ConfirmedAddress(contact: try row["email"], confirmedAt: try row["email_confirmed_at"]))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The people with accounts who answer for organizations.
  public func members(of organizations: some Collection<ID<Organization>>) throws -> [ID<Organization>: [ID<Person>]] {
    guard !organizations.isEmpty else { return [:] }
    var members: [ID<Organization>: [ID<Person>]] = [:]
    for row in try connection.query(
      """
      SELECT person, role, scope FROM grants WHERE role = \(Role.member.rawValue)
        AND scope IN \(list: organizations.map { OrganizationPolicy.scope(of: $0) }) ORDER BY person
      """)
    {
      guard let organization = try Grant(row)?.organization else { continue }
      members[organization, default: []].append(try row["person"])
    }
    return members
  }

  /// The languages that the organizations of these people work in, as BCP 47 tags.
  public func organizationLanguages(of people: some Collection<ID<Person>>) throws -> [ID<Person>: [String]] {
    var languages: [ID<Person>: [String]] = [:]
    for row in try connection.query(
      """
      SELECT grants.person, organizations.languages FROM grants
        JOIN organizations ON grants.scope = 'organization:' || organizations.id
      WHERE grants.role = \(Role.member.rawValue) AND grants.person IN \(list: Array(people)) ORDER BY organizations.id
      """)
    {
      languages[try row[0], default: []] += (try row[1] as String).split(separator: " ").map(String.init)
    }
    return languages
  }
}

public import Database
public import Journal
public import Kernel
import Localization

/// The SQL about organizations.
public struct OrganizationStore {
  let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  public func find(_ id: ID<Organization>) throws -> Organization? {
    try connection.first("SELECT * FROM organizations WHERE id = \(id)").map(Organization.init)
  }

  /// The organization of that name in that country that `maker` made before.
  func find(nameKey: String, country: String, maker: String) throws -> Organization? {
    try connection.first(
      "SELECT * FROM organizations WHERE name_key = \(nameKey) AND country = \(country) AND made_by = \(maker)"
    ).map(Organization.init)
  }

  func insert(_ organization: Organization, maker: String) throws {
    try connection.execute(
      """
      INSERT INTO organizations (id, name, name_key, kind, country, subdivision, connectivity, languages, visibility, pseudonym,
        is_verified, origin, home, version, created_at, made_by, shown_key)
      VALUES (\(organization.id), \(organization.name), \(Organization.nameKey(organization.name)), \(organization.kind),
        \(organization.country), \(organization.subdivision), \(organization.connectivity),
        \(organization.languages.joined(separator: " ")), \(organization.visibility), \(organization.pseudonym),
        \(organization.isVerified), \(organization.origin), \(organization.home), \(organization.version),
        \(organization.createdAt), \(maker), \(organization.shownKey))
      """)
  }

  /// - Returns: false when it is no longer at `organization.version`, and nothing was written.
  func update(_ organization: Organization) throws -> Bool {
    try connection.execute(
      """
      UPDATE organizations SET name = \(organization.name), name_key = \(Organization.nameKey(organization.name)),
        kind = \(organization.kind), country = \(organization.country), subdivision = \(organization.subdivision),
        connectivity = \(organization.connectivity), languages = \(organization.languages.joined(separator: " ")),
        visibility = \(organization.visibility), pseudonym = \(organization.pseudonym), is_verified = \(organization.isVerified),
        shown_key = \(organization.shownKey), version = version + 1
      WHERE id = \(organization.id) AND version = \(organization.version) AND home = \(organization.home)
      """) == 1
  }

  /// Whether everybody may read its page.
  public func isShown(_ id: ID<Organization>) throws -> Bool {
    try connection.first("SELECT 1 FROM shown_organizations WHERE id = \(id)") != nil
  }

  /// What came from a public list is its group's own from now on.
  func makeOwn(_ id: ID<Organization>) throws {
    try connection.execute("UPDATE organizations SET origin = 'stated', version = version + 1 WHERE id = \(id)")
  }

  /// Removes the organizations of an origin that have nothing left.
  public func removeAll(of origin: Organization.Origin) throws {
    try connection.execute("DELETE FROM organizations WHERE origin = \(origin)")
  }

  public func count(of origin: Organization.Origin) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM organizations WHERE origin = \(origin)") ?? 0
  }

  func ids(of origin: Organization.Origin) throws -> [ID<Organization>] {
    try connection.query("SELECT id FROM organizations WHERE origin = \(origin)").map { try $0["id"] }
  }
}

extension Organization {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    name = try row["name"]
    kind = try row["kind"]
    country = try row["country"]
    subdivision = try row["subdivision"]
    connectivity = try row["connectivity"]
    languages = try (row["languages"] as String).split(separator: " ").map(String.init)
    visibility = try row["visibility"]
    pseudonym = try row["pseudonym"]
    isVerified = try row["is_verified"]
    origin = try row["origin"]
    home = try row["home"]
    version = try row["version"]
    createdAt = try row["created_at"]
  }
}

/// Finds the organization somebody speaks of, or makes it.
///
/// It is found by its id, or by its normalized name and country among those the same actor has made: two strangers who use one name
/// are two organizations until a person says that they are one.
public struct FindOrMakeOrganization {
  let statement: OrganizationStatement

  public init(_ statement: OrganizationStatement) {
    self.statement = statement
  }

  /// - Throws: `DomainError.invalid` when name or country cannot be taken; `DomainError.notFound` for an unknown id.
  public func callAsFunction(in act: Act) throws -> Organization {
    let store = OrganizationStore(act.connection)
    if let id = statement.id {
      guard let known = try store.find(ID(id)), OrganizationPolicy.maySpeak(act.actor, for: known) else {
        throw DomainError.notFound
      }
      return known
    }
    var check = FieldCheck()
    let name = try check.take { try statement.name.checked("organization.name", atMost: Organization.longestName) }
    let country = try check.take { try Country.checked(statement.country, field: "organization.country") }
    let subdivision = try check.take {
      try Country.checkedSubdivision(statement.subdivision, of: country ?? "", field: "organization.subdivision")
    }
    try check.finish()
    guard let name, let country, let subdivision else { throw DomainError.notFound }
    let key = Organization.nameKey(name)
    // A stranger proves nothing by knowing a name.
    if case .stranger = act.actor.who {
    } else if let known = try store.find(nameKey: key, country: country, maker: act.actor.reference) {
      return known
    }
    let made = Organization(
      id: act.newID(), name: name, kind: statement.kind, country: country, subdivision: subdivision,
      connectivity: statement.connectivity, languages: statement.languages,
      // Whoever states a need was not asked whether everybody may read the name; an imported one comes from where it is public.
      visibility: statement.origin == .stated ? .region : .named, pseudonym: nil, isVerified: false, origin: statement.origin,
      home: act.keys.nodeID, version: 1, createdAt: act.now)
    try store.insert(made, maker: act.actor.reference)
    try act.record(Event("people", "organizationMade", subject: made.id.rawValue))
    return made
  }
}

/// Who may speak for an organization and change it.
public enum OrganizationPolicy {
  /// To see and change its particulars: its members and its facilitators.
  public static func maySpeak(_ actor: Actor, for organization: Organization) -> Bool {
    let scope = scope(of: organization.id)
    return actor.who == .system || actor.has(.member, in: scope) || mayFacilitate(actor, organization)
  }

  /// A facilitator of the whole node, of the country or of this organization.
  public static func mayFacilitate(_ actor: Actor, _ organization: Organization) -> Bool {
    actor.has(.facilitator) || actor.has(.facilitator, in: "country:" + organization.country)
      || actor.has(.facilitator, in: scope(of: organization.id))
  }

  public static func scope(of organization: ID<Organization>) -> String { "organization:" + organization.rawValue }
}

extension OrganizationStore {
  /// The names of several at once, by id.
  public func names(of ids: some Collection<ID<Organization>>) throws -> [ID<Organization>: String] {
    let rows = try connection.query("SELECT id, name FROM organizations WHERE id IN \(list: Set(ids))")
    return Dictionary(try rows.map { (try $0[0], try $0[1]) }, uniquingKeysWith: { first, _ in first })
  }

  /// Those that somebody has vouched for.
  public func verifiedIDs() throws -> Set<ID<Organization>> {
    Set(try connection.query("SELECT id FROM organizations WHERE is_verified = 1").map { try $0[0] })
  }

  /// Several at once, by id.
  public func find(_ ids: some Collection<ID<Organization>>) throws -> [ID<Organization>: Organization] {
    guard !ids.isEmpty else { return [:] }
    let rows = try connection.query("SELECT * FROM organizations WHERE id IN \(list: Set(ids))")
    return Dictionary(try rows.map { try Organization($0) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

public import Database
public import Kernel

/// Which of the organizations in their reach a facilitator asks for.
public enum OrganizationChoice: String, Sendable, CaseIterable {
  /// Those they wrote down or have met.
  case mine
  /// Those that no message reaches, or of which nobody knows whether one does.
  case withoutLine
  /// All of them.
  case all
}

/// The organizations that a facilitator may speak for: found by name, listed, counted.
public struct KnownOrganizations {
  private let connection: any SQLConnection
  private let actor: Actor

  public init(_ connection: any SQLConnection, of actor: Actor) {
    self.connection = connection
    self.actor = actor
  }

  /// One of them, by its id.
  public func find(_ id: ID<Organization>) throws -> Organization? {
    try connection.first("SELECT * FROM organizations WHERE id = \(id) AND \(reach)").map(Organization.init)
  }

  /// Those of exactly this name in a country; case, accents and punctuation do not matter.
  public func named(_ name: String, in country: String) throws -> [Organization] {
    let key = Organization.nameKey(name)
    return try connection.query(
      "SELECT * FROM organizations WHERE name_key = \(key) AND country = \(country) AND \(reach) ORDER BY created_at, id"
    ).map(Organization.init)
  }

  /// The first of several that they wrote down themselves.
  public func made(among organizations: [Organization]) throws -> Organization? {
    let made = try connection.query(
      "SELECT id FROM organizations WHERE made_by = \(actor.reference) AND id IN \(list: organizations.map(\.id))")
    let ids: Set<String> = Set(try made.map { try $0["id"] })
    return organizations.first { ids.contains($0.id.rawValue) }
  }

  /// Those whose name holds every word, in the order of their names.
  /// - Parameter cursor: the last of the page before.
  public func page(
    _ choice: OrganizationChoice, holding words: String = "", after cursor: ID<Organization>? = nil, limit: Int
  ) throws -> [Organization] {
    var conditions = [reach, condition(choice)]
    // A name's key has letters, digits and spaces only, so none of LIKE's own signs.
    for word in Organization.nameKey(words).split(separator: " ").prefix(8) {
      conditions.append("name_key LIKE \("%\(word)%")")
    }
    if let cursor {
      conditions.append("(name_key, id) > (SELECT name_key, id FROM organizations WHERE id = \(cursor))")
    }
    return try connection.query(
      "SELECT * FROM organizations WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY name_key, id LIMIT \(limit)"
    ).map(Organization.init)
  }

  /// Those written down last, for offering them.
  public func newest(limit: Int) throws -> [Organization] {
    try connection.query(
      "SELECT * FROM organizations WHERE \(reach) AND \(condition(.mine)) ORDER BY created_at DESC, id DESC LIMIT \(limit)"
    ).map(Organization.init)
  }

  public func count(_ choice: OrganizationChoice) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM organizations WHERE \(reach) AND \(condition(choice))") ?? 0
  }

  /// Those they wrote down or have met, whose next meeting should have been before a moment.
  public func overdue(at now: Timestamp) throws -> Int {
    try connection.value(
      """
      SELECT COUNT(*) FROM organizations WHERE \(reach) AND \(condition(.mine))
        AND (SELECT next_at FROM meetings WHERE organization = organizations.id ORDER BY held_at DESC, id DESC LIMIT 1) <= \(now)
      """) ?? 0
  }

  private func condition(_ choice: OrganizationChoice) -> SQL {
    switch choice {
    // Each half has an index of its own; joined by OR they would be looked for among all organizations.
    case .mine:
      """
      id IN (SELECT id FROM organizations WHERE made_by = \(actor.reference)
        UNION SELECT organization FROM meetings WHERE held_by = \(actor.reference))
      """
    case .withoutLine: "(connectivity IS NULL OR connectivity = \(Organization.Connectivity.none))"
    case .all: "1 = 1"
    }
  }

  /// What `OrganizationPolicy.mayFacilitate` says, as a condition.
  private var reach: SQL {
    let scopes = actor.scopes(of: .facilitator)
    if scopes.contains(nil) { return "1 = 1" }
    func named(_ kind: String) -> [String] {
      scopes.compactMap { scope in scope.flatMap { $0.hasPrefix(kind) ? String($0.dropFirst(kind.count)) : nil } }
    }
    return "(country IN \(list: named("country:")) OR id IN \(list: named("organization:")))"
  }
}

extension OrganizationPolicy {
  /// The countries in which a facilitator may speak for any group; nil for all of them.
  public static func countries(of actor: Actor) -> Set<String>? {
    let scopes = actor.scopes(of: .facilitator)
    if scopes.contains(nil) { return nil }
    return Set(scopes.compactMap { scope in scope.flatMap { $0.hasPrefix("country:") ? String($0.dropFirst(8)) : nil } })
  }
}

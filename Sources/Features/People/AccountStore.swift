public import Database
public import Kernel

/// The SQL about accounts, sessions and tokens.
public struct AccountStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  // MARK: - People

  public func person(_ id: ID<Person>) throws -> Person? {
    try connection.first("SELECT * FROM people WHERE id = \(id)").map { try Person($0, grants: grants(of: id)) }
  }

  public func person(handle: String) throws -> Person? {
    guard let row = try connection.first("SELECT * FROM people WHERE handle = \(handle)") else { return nil }
    return try Person(row, grants: grants(of: row["id"]))
  }

  /// Everybody, by handle.
  public func people() throws -> [Person] {
    try connection.query("SELECT * FROM people ORDER BY handle").map { try Person($0, grants: grants(of: $0["id"])) }
  }

  func insert(_ person: Person) throws {
    try connection.execute(
      """
      INSERT INTO people (id, handle, name, is_on_probation, origin, created_at)
      VALUES (\(person.id), \(person.handle), \(person.name), \(person.isOnProbation), \(person.origin), \(person.createdAt))
      """)
    for grant in person.grants { try insert(grant, for: person.id) }
  }

  func insert(_ grant: Grant, for person: ID<Person>) throws {
    try connection.execute(
      """
      INSERT INTO grants (person, role, scope) VALUES (\(person), \(grant.role.rawValue), \(grant.scope ?? ""))
      ON CONFLICT (person, role, scope) DO NOTHING
      """)
  }

  public func grants(of person: ID<Person>) throws -> Set<Grant> {
    Set(try connection.query("SELECT role, scope FROM grants WHERE person = \(person)").compactMap(Grant.init))
  }

  // MARK: - Sessions

  func session(_ id: ID<Session>) throws -> Session? {
    try connection.first("SELECT * FROM sessions WHERE id = \(id)").map(Session.init)
  }

  /// Everything a request needs to know about the session of a secret, in one statement.
  func identity(secret: String, now: Timestamp) throws -> (session: Session, person: Person?)? {
    let rows = try connection.query(
      """
      SELECT s.*, p.handle, p.name, p.is_on_probation, p.origin, p.created_at AS person_created_at, g.role, g.scope
      FROM sessions s LEFT JOIN people p ON p.id = s.person LEFT JOIN grants g ON g.person = s.person
      WHERE s.hash = \(Session.hash(secret)) AND s.last_seen_at > \(now - Session.idle) AND s.created_at > \(now - Session.longest)
      """)
    guard let row = rows.first else { return nil }
    let session = try Session(row)
    guard let id = session.person, let handle = try row["handle"] as String? else { return (session, nil) }
    let person = Person(
      id: id, handle: handle, name: try row["name"], grants: Set(try rows.compactMap(Grant.init)),
      isOnProbation: try row["is_on_probation"], origin: try row["origin"], createdAt: try row["person_created_at"])
    return (session, person)
  }

  func insertSession(_ session: Session, hash: [UInt8]) throws {
    try connection.execute(
      """
      INSERT INTO sessions (id, hash, person, receipts, browser, created_at, last_seen_at)
      VALUES (\(session.id), \(hash), \(session.person), \(session.receipts.sorted().joined(separator: " ")), \(session.browser),
        \(session.createdAt), \(session.lastSeenAt))
      """)
  }

  func setReceipts(_ receipts: Set<String>, of session: ID<Session>) throws {
    try connection.execute("UPDATE sessions SET receipts = \(receipts.sorted().joined(separator: " ")) WHERE id = \(session)")
  }

  func touch(_ session: ID<Session>, at now: Timestamp) throws {
    try connection.execute("UPDATE sessions SET last_seen_at = \(now) WHERE id = \(session)")
  }

  func deleteSession(_ id: ID<Session>) throws {
    try connection.execute("DELETE FROM sessions WHERE id = \(id)")
  }

  func sessions(of person: ID<Person>) throws -> [Session] {
    try connection.query("SELECT * FROM sessions WHERE person = \(person) ORDER BY last_seen_at DESC").map(Session.init)
  }

  // MARK: - Tokens

  func token(secret: String) throws -> Token? {
    try connection.first("SELECT * FROM tokens WHERE hash = \(Session.hash(secret))").map(Token.init)
  }

  func insertToken(_ token: Token, hash: [UInt8]) throws {
    try connection.execute(
      """
      INSERT INTO tokens (id, hash, name, role, scope, created_at, expires_at, revoked_at)
      VALUES (\(token.id), \(hash), \(token.name), \(token.grant.role.rawValue), \(token.grant.scope ?? ""), \(token.createdAt),
        \(token.expiresAt), \(token.revokedAt))
      """)
  }

  public func tokens() throws -> [Token] {
    try connection.query("SELECT * FROM tokens ORDER BY created_at DESC").map(Token.init)
  }

  /// - Returns: whether there was one that was not revoked yet.
  func revokeToken(_ id: ID<Token>, at now: Timestamp) throws -> Bool {
    try connection.execute("UPDATE tokens SET revoked_at = \(now) WHERE id = \(id) AND revoked_at IS NULL") == 1
  }
}

extension Person {
  init(_ row: SQLRow, grants: Set<Grant>) throws {
    self.init(
      id: try row["id"], handle: try row["handle"], name: try row["name"], grants: grants, isOnProbation: try row["is_on_probation"],
      origin: try row["origin"], createdAt: try row["created_at"])
  }
}

extension Session {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], person: try row["person"], receipts: Set(try (row["receipts"] as String).split(separator: " ").map(String.init)),
      createdAt: try row["created_at"], lastSeenAt: try row["last_seen_at"], browser: try row["browser"])
  }
}

extension Token {
  init(_ row: SQLRow) throws {
    guard let grant = try Grant(row) else { throw SQLError.unreadable("the role of a token") }
    self.init(
      id: try row["id"], name: try row["name"], grant: grant, createdAt: try row["created_at"], expiresAt: try row["expires_at"],
      revokedAt: try row["revoked_at"])
  }
}

extension Grant {
  /// Nil where a row has no role, or one that this program does not know.
  init?(_ row: SQLRow) throws {
    guard let role = try (row["role"] as String?).flatMap(Role.init) else { return nil }
    let scope: String? = try row["scope"]
    self.init(role, scope: scope?.isEmpty ?? true ? nil : scope)
  }
}

public import Database
import Foundation
public import Kernel

/// The SQL about accounts, sessions and tokens.
public struct AccountStore {
  let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  // MARK: - People

  /// Whether somebody has a role over the whole node.
  public func hasAnybody(as role: Role) throws -> Bool { try names(as: role, limit: 1).isEmpty == false }

  /// The names of those who have a role over the whole node.
  public func names(as role: Role, limit: Int) throws -> [String] {
    try connection.query(
      """
      SELECT p.name FROM grants g JOIN people p ON p.id = g.person WHERE g.role = \(role.rawValue) AND g.scope = ''
      ORDER BY p.created_at, p.id LIMIT \(limit)
      """
    ).map { try $0[0] }
  }

  public func person(_ id: ID<Person>) throws -> Person? {
    try connection.first("SELECT * FROM people WHERE id = \(id)").map { try Person($0, grants: grants(of: id)) }
  }

  /// What people are called.
  public func names(of people: [ID<Person>]) throws -> [ID<Person>: String] {
    let rows = try connection.query("SELECT id, name FROM people WHERE id IN \(list: people)")
    return Dictionary(try rows.map { (try $0["id"], try $0["name"]) }, uniquingKeysWith: { first, _ in first })
  }

  public func person(handle: String) throws -> Person? {
    guard let row = try connection.first("SELECT * FROM people WHERE handle = \(handle)") else { return nil }
    return try Person(row, grants: grants(of: row["id"]))
  }

  /// A page of people, the newest first, whose handle or name holds `words`.
  /// - Parameter cursor: the last of the page before.
  public func people(matching words: String, after cursor: ID<Person>?, limit: Int) throws -> [Person] {
    // Ids begin with the time, so they are the order. LIKE's own signs are taken as they stand.
    let escaped = ["\\", "%", "_"].reduce(words.lowercased()) { $0.replacingOccurrences(of: $1, with: "\\" + $1) }
    let pattern = "%" + escaped + "%"
    let matching: SQL =
      words.isEmpty ? "1 = 1" : "(handle LIKE \(pattern) ESCAPE '\\' OR LOWER(name) LIKE \(pattern) ESCAPE '\\')"
    let older: SQL = cursor.map { "AND id < \($0)" } ?? ""
    let rows = try connection.query("SELECT * FROM people WHERE \(matching) \(older) ORDER BY id DESC LIMIT \(limit)")
    let ids: [String] = try rows.map { try $0["id"] }
    return try people(rows, grants: "SELECT person, role, scope FROM grants WHERE person IN \(list: ids)")
  }

  /// Everybody, the newest first: for the command.
  public func people() throws -> [Person] {
    try people(try connection.query("SELECT * FROM people ORDER BY id DESC"), grants: "SELECT person, role, scope FROM grants")
  }

  private func people(_ rows: [SQLRow], grants statement: SQL) throws -> [Person] {
    var grants: [String: Set<Grant>] = [:]
    for row in try connection.query(statement) {
      if let grant = try Grant(row) { grants[try row["person"], default: []].insert(grant) }
    }
    return try rows.map { try Person($0, grants: grants[try $0["id"]] ?? []) }
  }

  /// - Parameter passphrase: its hash.
  /// - Throws: `SQLError.unique` when the handle is somebody else's.
  func insert(_ person: Person, passphrase: String) throws {
    try connection.execute(
      """
      INSERT INTO people (id, handle, name, is_on_probation, origin, passphrase, created_at)
      VALUES (\(person.id), \(person.handle), \(person.name), \(person.isOnProbation), \(person.origin), \(passphrase),
        \(person.createdAt))
      """)
    for grant in person.grants { try insert(grant, for: person.id) }
  }

  func isTaken(handle: String) throws -> Bool {
    try connection.first("SELECT 1 FROM people WHERE handle = \(handle)") != nil
  }

  func setProbation(_ isOnProbation: Bool, of person: ID<Person>) throws {
    try connection.execute("UPDATE people SET is_on_probation = \(isOnProbation) WHERE id = \(person)")
  }

  /// Removes an account with its roles, sessions, secrets and links.
  func delete(_ person: ID<Person>) throws {
    try connection.execute("DELETE FROM people WHERE id = \(person)")
  }

  /// The people of an origin.
  public func people(of origin: Organization.Origin) throws -> [ID<Person>] {
    try connection.query("SELECT id FROM people WHERE origin = \(origin)").map { try $0["id"] }
  }

  public func count(of origin: Organization.Origin) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM people WHERE origin = \(origin)") ?? 0
  }

  func insert(_ grant: Grant, for person: ID<Person>) throws {
    try connection.execute(
      """
      INSERT INTO grants (person, role, scope) VALUES (\(person), \(grant.role.rawValue), \(grant.scope ?? ""))
      ON CONFLICT (person, role, scope) DO NOTHING
      """)
  }

  /// - Returns: whether they had it.
  func delete(_ grant: Grant, of person: ID<Person>) throws -> Bool {
    try connection.execute(
      "DELETE FROM grants WHERE person = \(person) AND role = \(grant.role.rawValue) AND scope = \(grant.scope ?? "")") > 0
  }

  /// Whether somebody else is administrator of the whole node. Until the transaction ends nobody else can stop being one, so that two
  /// who leave at once do not both count on the other. Invented people do not count, except to each other.
  func isAdministratedWithout(_ person: Person) throws -> Bool {
    try connection.execute("UPDATE grants SET scope = scope WHERE role = 'administrator' AND scope = ''")
    return try connection.first(
      """
      SELECT 1 FROM grants JOIN people ON people.id = grants.person
      WHERE role = 'administrator' AND scope = '' AND person <> \(person.id)
        AND (origin <> 'demonstration' OR \(person.origin.rawValue) = 'demonstration') LIMIT 1
      """) != nil
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
      INSERT INTO sessions (id, hash, person, receipts, browser, way, is_strong, created_at, last_seen_at)
      VALUES (\(session.id), \(hash), \(session.person), \(session.receipts.sorted().joined(separator: " ")), \(session.browser),
        \(session.way), \(session.isStrong), \(session.createdAt), \(session.lastSeenAt))
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

  /// - Parameter session: the one that stays, if any.
  func deleteSessions(of person: ID<Person>, except session: ID<Session>?) throws {
    try connection.execute("DELETE FROM sessions WHERE person = \(person) AND id <> \(session?.rawValue ?? "")")
  }

  func setStrong(_ isStrong: Bool, session: ID<Session>) throws {
    try connection.execute("UPDATE sessions SET is_strong = \(isStrong) WHERE id = \(session)")
  }

  /// No session of theirs has passed a second factor any more.
  func weakenSessions(of person: ID<Person>) throws {
    try connection.execute("UPDATE sessions SET is_strong = 0 WHERE person = \(person)")
  }

  /// Those that have not run out, the one used last first.
  func sessions(of person: ID<Person>, now: Timestamp) throws -> [Session] {
    try connection.query(
      """
      SELECT * FROM sessions WHERE person = \(person) AND last_seen_at > \(now - Session.idle)
        AND created_at > \(now - Session.longest) ORDER BY last_seen_at DESC
      """
    ).map(Session.init)
  }

  /// Removes sessions and links that have run out.
  func sweep(now: Timestamp) throws {
    try connection.execute(
      "DELETE FROM sessions WHERE last_seen_at <= \(now - Session.idle) OR created_at <= \(now - Session.longest)")
    try connection.execute("DELETE FROM mail_links WHERE expires_at <= \(now - .days(1))")
  }

  // MARK: - Tokens

  func token(secret: String) throws -> Token? {
    try connection.first("SELECT * FROM tokens WHERE hash = \(Session.hash(secret))").map(Token.init)
  }

  func insertToken(_ token: Token, hash: [UInt8]) throws {
    try connection.execute(
      """
      INSERT INTO tokens (id, hash, name, role, scope, person, created_at, expires_at, revoked_at)
      VALUES (\(token.id), \(hash), \(token.name), \(token.grant.role.rawValue), \(token.grant.scope ?? ""), \(token.person),
        \(token.createdAt), \(token.expiresAt), \(token.revokedAt))
      """)
  }

  func token(_ id: ID<Token>) throws -> Token? {
    try connection.first("SELECT * FROM tokens WHERE id = \(id)").map(Token.init)
  }

  /// Those of the node's own programs.
  public func tokens() throws -> [Token] {
    try connection.query("SELECT * FROM tokens WHERE person IS NULL ORDER BY created_at DESC").map(Token.init)
  }

  /// Those that act for somebody and still count, the newest first.
  func tokens(of person: ID<Person>, now: Timestamp) throws -> [Token] {
    try connection.query(
      "SELECT * FROM tokens WHERE person = \(person) AND revoked_at IS NULL AND expires_at > \(now) ORDER BY created_at DESC, id DESC"
    ).map(Token.init)
  }

  /// - Returns: whether there was one that was not revoked yet.
  func revokeToken(_ id: ID<Token>, at now: Timestamp) throws -> Bool {
    try connection.execute("UPDATE tokens SET revoked_at = \(now) WHERE id = \(id) AND revoked_at IS NULL") == 1
  }
}

extension Person {
  init(_ row: SQLRow, grants: Set<Grant>) throws {
    self.init(
      id: try row["id"], handle: try row["handle"], name: try row["name"], grants: grants,
      isOnProbation: try row["is_on_probation"],
      origin: try row["origin"], createdAt: try row["created_at"])
  }
}

extension Session {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], person: try row["person"],
      receipts: Set(try (row["receipts"] as String).split(separator: " ").map(String.init)),
      createdAt: try row["created_at"], lastSeenAt: try row["last_seen_at"], browser: try row["browser"], way: try row["way"],
      isStrong: try row["is_strong"])
  }
}

extension Token {
  init(_ row: SQLRow) throws {
    guard let grant = try Grant(row) else { throw SQLError.unreadable("the role of a token") }
    self.init(
      id: try row["id"], name: try row["name"], grant: grant, person: try row["person"], createdAt: try row["created_at"],
      expiresAt: try row["expires_at"], revokedAt: try row["revoked_at"])
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

import Kernel

/// One step of a feature's schema. Steps are append-only: what was released is never edited.
public struct Migration: Sendable {
  public let feature: String
  /// From 1, without gaps, within its feature.
  public let number: Int
  public let statements: @Sendable (Engine) -> [SQL]

  public init(_ feature: String, _ number: Int, _ statements: @escaping @Sendable (Engine) -> [SQL]) {
    self.feature = feature
    self.number = number
    self.statements = statements
  }

  public var name: String { "\(feature) \(number)" }

  /// SHA-256 over the statements as they are sent to an engine.
  func checksum(for engine: Engine) -> String {
    let text = statements(engine).map { $0.rendered(for: engine).text }.joined(separator: ";\n")
    return Hex.encode(SHA256.hash(Array(text.utf8)))
  }
}

/// Brings a database to the schema this program knows.
public struct Migrator: Sendable {
  public let migrations: [Migration]

  /// - Parameter migrations: in the order in which they run.
  public init(_ migrations: [Migration]) {
    self.migrations = migrations
  }

  /// Applies what is missing, each step in a transaction of its own. Two programs that start at once take turns.
  /// - Returns: the names of the steps applied.
  /// - Throws: `SQLError.schema` when the database is newer than this program or a step was edited after it had been applied.
  @discardableResult
  public func migrate(_ database: any Database) async throws -> [String] {
    try await database.write { connection in
      try Self.lock(connection)
      try connection.execute(
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          feature TEXT NOT NULL, number BIGINT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL,
          PRIMARY KEY (feature, number))
        """)
    }
    var applied: [String] = []
    for migration in migrations {
      let isNew = try await database.write { connection in
        try Self.lock(connection)
        try check(connection)
        let known = try connection.first(
          "SELECT checksum FROM schema_migrations WHERE feature = \(migration.feature) AND number = \(migration.number)")
        guard known == nil else { return false }
        for statement in migration.statements(connection.engine) { try connection.execute(statement) }
        try connection.execute(
          """
          INSERT INTO schema_migrations (feature, number, checksum, applied_at)
          VALUES (\(migration.feature), \(migration.number), \(migration.checksum(for: connection.engine)), \(try connection.now()))
          """)
        return true
      }
      if isNew { applied.append(migration.name) }
    }
    return applied
  }

  /// The steps a database still lacks; none when it is ready for this program.
  /// - Throws: `SQLError.schema` when it is newer than this program.
  public func missing(in database: any Database) async throws -> [String] {
    try await database.read { connection in
      let exists =
        switch connection.engine {
        case .sqlite: try connection.first("SELECT 1 FROM sqlite_master WHERE name = 'schema_migrations'") != nil
        case .postgresql: try connection.first("SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL") != nil
        }
      guard exists else { return migrations.map(\.name) }
      let applied = try check(connection)
      return migrations.map(\.name).filter { !applied.contains($0) }
    }
  }

  /// - Returns: the names of the steps applied.
  @discardableResult
  private func check(_ connection: any SQLConnection) throws -> Set<String> {
    var known: [String: Migration] = [:]
    for migration in migrations { known[migration.name] = migration }
    var applied: Set<String> = []
    for row in try connection.query("SELECT feature, number, checksum FROM schema_migrations") {
      let name = "\(try row["feature"] as String) \(try row["number"] as Int)"
      guard let migration = known[name] else {
        throw SQLError.schema(
          "the database was changed by a newer program (it has step \(name)): install that version or a newer one")
      }
      guard try row["checksum"] == migration.checksum(for: connection.engine) else {
        throw SQLError.schema(
          "step \(name) of the schema differs from the one that was applied: this is not the program that made the database")
      }
      applied.insert(name)
    }
    return applied
  }

  /// On SQLite a write transaction excludes every other one already. On PostgreSQL neither the wait for another program nor a step
  /// over a large table may end at the time limit of statements.
  private static func lock(_ connection: any SQLConnection) throws {
    guard connection.engine == .postgresql else { return }
    try connection.execute("SET LOCAL statement_timeout = 0")
    _ = try connection.query("SELECT pg_advisory_xact_lock(\(lockKey))")
  }

  /// "civil" in ASCII: any number does that nobody else in the database uses.
  private static let lockKey: Int64 = 0x63_69_76_69_6C
}

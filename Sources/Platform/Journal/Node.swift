public import Database
public import Kernel
public import Logging

/// One running copy of the product: its database, keys, clock and indexes. The only way to write.
public final class Node: Sendable {
  /// How it names itself in the journal: the first 128 bits of the SHA-256 of its public key, in hexadecimal.
  public let id: String
  public let database: any Database
  public let keys: KeyRing
  public let clock: @Sendable () -> Timestamp
  public let randomness: Randomness
  public let logger: Logger
  public let indexes: Indexes

  public init(
    database: any Database, keys: KeyRing, clock: @escaping @Sendable () -> Timestamp = Timestamp.now,
    randomness: Randomness = .system, logger: Logger
  ) {
    self.database = database
    self.keys = keys
    id = Self.id(of: keys.publicKey)
    self.clock = clock
    self.randomness = randomness
    self.logger = logger
    indexes = Indexes(database: database, logger: logger)
  }

  /// Runs one act in one transaction. After the commit and before returning, this process's own indexes have applied what it
  /// recorded.
  /// - Throws: what `body` throws, after everything it did was undone; `SQLError` when the engine fails.
  @discardableResult
  public func act<T: Sendable>(as actor: Actor, _ body: @escaping @Sendable (Act) throws -> T) async throws -> T {
    let (result, recorded) = try await database.write { [self] connection in
      let act = Act(node: self, actor: actor, connection: connection)
      let result = try body(act)
      return (result, act.recorded)
    }
    await indexes.apply(recorded)
    return result
  }

  /// The same, at most once for a key.
  /// - Parameter body: returns the id of what it made.
  /// - Returns: that id. A replay with the same body returns it again without running `body`.
  /// - Throws: `DomainError.changedAfterSending` when the key came before with another body.
  @discardableResult
  public func act(
    as actor: Actor, once key: OnceKey, _ body: @escaping @Sendable (Act) throws -> String
  ) async throws -> (subject: String, isReplay: Bool) {
    do {
      return try await attempt(as: actor, once: key, body)
    } catch SQLError.outcomeUnknown {
      // The connection was lost while committing. The key's row says whether the commit was made.
      return try await attempt(as: actor, once: key, body)
    }
  }

  /// Reads from one snapshot.
  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await database.read(body)
  }

  /// The id of the node with this public key.
  static func id(of publicKey: [UInt8]) -> String {
    Hex.encode(SHA256.hash(publicKey).prefix(16))
  }

  private func attempt(
    as actor: Actor, once key: OnceKey, _ body: @escaping @Sendable (Act) throws -> String
  ) async throws -> (subject: String, isReplay: Bool) {
    try await act(as: actor) { act in
      // First of all: a second sending that arrives while the first is under way waits here for its end.
      let isNew = try act.connection.execute(
        """
        INSERT INTO idempotency (scope, key, body_hash, subject, at)
        VALUES (\(key.scope), \(key.key), \(key.bodyHash), '', \(act.now)) ON CONFLICT (scope, key) DO NOTHING
        """)
      guard isNew > 0 else { return (try Self.subject(of: key, act.connection), true) }
      let subject = try body(act)
      try act.connection.execute("UPDATE idempotency SET subject = \(subject) WHERE scope = \(key.scope) AND key = \(key.key)")
      return (subject, false)
    }
  }

  private static func subject(of key: OnceKey, _ connection: any SQLConnection) throws -> String {
    guard
      let row = try connection.first("SELECT body_hash, subject FROM idempotency WHERE scope = \(key.scope) AND key = \(key.key)")
    else { throw SQLError.unreadable("the idempotency key \(key.key)") }
    guard try row["body_hash"] == key.bodyHash else { throw DomainError.changedAfterSending(subject: try row["subject"]) }
    return try row["subject"]
  }
}

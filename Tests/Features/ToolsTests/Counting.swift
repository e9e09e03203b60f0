import Database
import Synchronization

/// A database that counts what it is asked.
final class Counting: Database {
  private let inner: any Database
  private let asked = Mutex(0)

  init(_ inner: any Database) { self.inner = inner }

  var engine: Engine { inner.engine }

  /// How many statements have run since the last time.
  func take() -> Int {
    asked.withLock { count in
      defer { count = 0 }
      return count
    }
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await inner.read { [self] in try body(Connection(inner: $0, database: self)) }
  }

  func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await inner.write { [self] in try body(Connection(inner: $0, database: self)) }
  }

  func changes() -> AsyncStream<Void> { inner.changes() }

  func scrub(_ table: String) async throws { try await inner.scrub(table) }

  func close() async { await inner.close() }

  private struct Connection: SQLConnection {
    let inner: any SQLConnection
    let database: Counting

    var engine: Engine { inner.engine }

    func query(_ sql: SQL) throws -> [SQLRow] {
      database.asked.withLock { $0 += 1 }
      return try inner.query(sql)
    }

    func execute(_ sql: SQL) throws -> Int {
      database.asked.withLock { $0 += 1 }
      return try inner.execute(sql)
    }
  }
}

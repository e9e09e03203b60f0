public import Database
import Foundation
public import Logging

/// A PostgreSQL server as a `Database`: bodies run on threads that own a connection each, never on the cooperative pool.
///
/// A body is run again, from its start, after a serialization failure, a deadlock, a fail-over or a lost connection, for up to 15
/// seconds after it was asked for. A connection lost during COMMIT is told as `SQLError.outcomeUnknown`.
///
/// Integers are sent as `int8`, so that a function that takes `int4` needs a CAST. A statement ends after 30 seconds with
/// `SQLError.busy`. Connections keep settings and prepared statements: a pooler in front of the server must pool sessions.
public final class PostgreSQLDatabase: Database {
  public let engine = Engine.postgresql

  private let url: String
  private let logger: Logger
  private let pool: PostgreSQLPool
  private let watcher: PostgreSQLWatcher

  /// Connects to a server.
  /// - Parameters:
  ///   - url: as libpq reads it: `postgresql://user:password@host1,host2:5433/database?sslmode=verify-full`. Where it does not say
  ///     otherwise, the host that takes writes is chosen, and a host has three seconds to answer.
  ///   - connections: how many transactions can be open at once. A commit waits for the disk, and commits of several connections
  ///     wait together: with 4, a server makes a quarter of the acts that it makes with 32. One more connection listens for changes.
  ///     PostgreSQL takes 100 in all unless it is told otherwise.
  /// - Throws: `SQLError.connection` when no server answers, `.schema` when the database's encoding is not UTF-8.
  public convenience init(url: String, connections: Int = 16, logger: Logger) async throws {
    try await self.init(url: url, connections: connections, timing: PostgreSQLTiming(), logger: logger)
  }

  package init(url: String, connections: Int, timing: PostgreSQLTiming, logger: Logger) async throws {
    let watcher = PostgreSQLWatcher(url: url, timing: timing, logger: logger)
    self.url = url
    self.logger = logger
    self.watcher = watcher
    pool = PostgreSQLPool(url: url, size: connections, timing: timing, logger: logger, committed: watcher.committed)
    pool.start()
    do {
      // At the start, waiting would only hide a mistake in the URL.
      _ = try await pool.run(isReading: true, patience: .zero) { connection in try connection.query("SELECT 1") }
      try watcher.start()
    } catch {
      await pool.stop()
      throw error
    }
  }

  /// Runs `body` on one snapshot: REPEATABLE READ, READ ONLY.
  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await pool.run(isReading: true, body)
  }

  /// Runs `body` in a READ COMMITTED transaction with `synchronous_commit` at least `on`.
  ///
  /// Each statement sees what was committed when it began, so what must hold belongs in the statement (compare-and-set), in a
  /// constraint or under a row lock. A stricter level would take the snapshot before the wait for an advisory lock, and who waited
  /// for a lock would then not see what it was held for.
  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await pool.run(isReading: false, body)
  }

  public func changes() -> AsyncStream<Void> { watcher.changes() }

  /// Writes the table anew: deleted rows stay in their pages otherwise, also after a VACUUM that is not FULL. Nobody can read it
  /// meanwhile, some tenths of a second for ten thousand needs.
  public func scrub(_ table: String) async throws {
    // On a connection and a thread of its own: VACUUM runs in no transaction.
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      let thread = Thread { [url, logger] in
        continuation.resume(
          with: Result {
            do {
              let session = try PostgreSQLSession(url: url, logger: logger)
              // Whoever waits for the table waits behind us too, so this gives up soon.
              _ = try session.command("SET lock_timeout = '2s'")
              // And once it has the table it finishes: stopped half-way it would have held everybody up for nothing.
              _ = try session.command("SET statement_timeout = 0")
              _ = try session.command("VACUUM (FULL) \"\(table.replacing("\"", with: "\"\""))\"")
            } catch let failure as PostgreSQLFailure {
              throw failure.error
            }
          })
      }
      thread.name = "civil-postgresql-scrub"
      thread.start()
    }
  }

  public func close() async {
    await pool.stop()
    await watcher.stop()
  }
}

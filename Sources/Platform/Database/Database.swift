public import Kernel

/// A database of either engine.
///
/// Bodies are synchronous, so that nothing can wait for something else while a transaction is open. A body may be run again after
/// a serialization failure, and must have no effect outside the database.
public protocol Database: Sendable {
  var engine: Engine { get }

  /// Runs `body` on one snapshot.
  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

  /// Runs `body` in a transaction and returns when it is durable.
  /// - Throws: what `body` throws, after everything it did was undone; `SQLError` when the engine fails.
  ///   After `SQLError.outcomeUnknown` the transaction may or may not have been committed.
  @discardableResult func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

  /// An element whenever something may have been committed, by this process or another; bursts are merged.
  func changes() -> AsyncStream<Void>

  /// Rewrites what holds deleted rows, so that nothing of them can be read from the database's files any more. Writers may have to
  /// wait for it. (What PostgreSQL has in its write-ahead log goes as the log is recycled, and copies of the database are other files.)
  /// - Parameter table: in which rows were deleted or changed.
  /// - Throws: `SQLError.busy` when others would not let it for some seconds: to be tried again.
  func scrub(_ table: String) async throws

  /// Ends what is under way and closes every connection.
  func close() async
}

/// A connection inside a transaction. It must not leave the body it was handed to.
///
/// After the first failure of a statement every further one throws it again and the transaction is undone, even when the body catches
/// it: where a conflict is expected, say `ON CONFLICT`.
public protocol SQLConnection {
  var engine: Engine { get }

  /// All rows of a result.
  func query(_ sql: SQL) throws -> [SQLRow]

  /// - Returns: how many rows were changed.
  @discardableResult func execute(_ sql: SQL) throws -> Int
}

extension SQLConnection {
  /// The first row, if there is any.
  public func first(_ sql: SQL) throws -> SQLRow? {
    try query(sql).first
  }

  /// The first column of the first row; nil when there is no row.
  public func value<T: SQLDecodable>(_ sql: SQL, as type: T.Type = T.self) throws -> T? {
    guard let row = try first(sql) else { return nil }
    let value: T = try row[0]
    return value
  }

  /// Goes through a long result without holding all of it at once.
  /// - Parameters:
  ///   - part: the statement for at most `limit` rows whose first column, a text, comes after the given one, in its order.
  ///   - body: called with each row.
  public func forEachRow(_ part: (_ after: String, _ limit: Int) -> SQL, _ body: (SQLRow) throws -> Void) throws {
    let limit = 1_000
    var last = ""
    while true {
      let rows = try query(part(last, limit))
      for row in rows { try body(row) }
      guard rows.count == limit, let end = rows.last else { return }
      last = try end[0]
    }
  }

  /// The database's own clock, which is the same for every server that uses it.
  public func now() throws -> Timestamp {
    let sql: SQL =
      switch engine {
      case .sqlite: "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS BIGINT)"
      case .postgresql: "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
      }
    guard let now = try value(sql, as: Timestamp.self) else { throw SQLError.unreadable("the clock") }
    return now
  }
}

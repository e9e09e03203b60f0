public import Database
import Foundation
import GRDB
public import Logging

// GRDB has types of the same names: what is imported by name wins.
public import protocol Database.Database
public import enum Database.Engine
public import struct Database.SQL

/// An SQLite file as a `Database`: readers each on a snapshot, one writer that commits many acts with one fsync.
public final class SQLiteDatabase: Database {
  public let engine = Engine.sqlite
  /// The file's path.
  public let path: String

  private let pool: DatabasePool
  private let writer: SQLiteWriter
  private let watcher: SQLiteWatcher

  /// Opens a file, making it when it does not exist.
  /// - Parameters:
  ///   - path: the file. Its folder must exist.
  ///   - readers: how many snapshots may be open at once.
  /// - Throws: `SQLError`.
  public init(path: String, readers: Int = 8, logger: Logger) throws {
    self.path = path
    var configuration = Configuration()
    configuration.maximumReaderCount = readers
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA secure_delete = ON")
      try database.execute(sql: "PRAGMA cache_size = -16000")
    }
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // GRDB sets NORMAL when it switches to WAL, after `prepareDatabase`: FULL has to be set afterwards, or a power failure would
      // take writes back that were acknowledged.
      let level = try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = FULL")
        return try Int.fetchOne(database, sql: "PRAGMA synchronous")
      }
      guard level == 2 else { throw SQLError.other(code: "synchronous", message: "SQLite does not sync its writes fully") }
      watcher = try SQLiteWatcher(path: path)
    } catch let error as GRDB.DatabaseError {
      throw SQLError(error)
    }
    writer = SQLiteWriter(pool: pool, logger: logger, committed: watcher.wake)
    writer.start()
    watcher.start()
  }

  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    do {
      return try await pool.read { database in
        let connection = SQLiteConnection(database: database)
        let result = try body(connection)
        if let failure = connection.failure { throw failure }
        return result
      }
    } catch let error as GRDB.DatabaseError {
      throw writer.isStopped && error.resultCode == .SQLITE_MISUSE ? .closed : SQLError(error)
    }
  }

  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await writer.write(body)
  }

  public func changes() -> AsyncStream<Void> { watcher.changes() }

  /// Deleted rows are overwritten in their pages at once (`secure_delete`); what is left is the write-ahead log, with older pages.
  /// - Parameter table: not looked at: the log is one for all tables.
  public func scrub(_ table: String) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      pool.asyncWriteWithoutTransaction { database in
        continuation.resume(
          with: Result {
            do { _ = try database.checkpoint(.truncate) } catch let error as GRDB.DatabaseError { throw SQLError(error) }
          })
      }
    }
  }

  public func close() async {
    writer.stop()
    watcher.stop()
    do { try pool.close() } catch {}
  }

  /// Copies the whole database into a new file while it is in use.
  /// - Parameter progress: the share done, 0…1.
  public func backup(to path: String, progress: @escaping @Sendable (Double) -> Void) throws {
    do {
      let target = try DatabaseQueue(path: path)
      try pool.backup(to: target, pagesPerStep: 256) { step in
        progress(Double(step.completedPageCount) / Double(max(step.totalPageCount, 1)))
      }
      try target.close()
    } catch let error as GRDB.DatabaseError {
      throw SQLError(error)
    }
  }
}

/// A GRDB connection inside a transaction. Only the thread of the transaction uses it.
final class SQLiteConnection: SQLConnection {
  let engine = Engine.sqlite
  private let database: GRDB.Database
  /// The first failure. SQLite would go on after it, PostgreSQL does not: so that a body does the same on both, nothing runs
  /// afterwards and nothing is kept.
  private(set) var failure: SQLError?

  init(database: GRDB.Database) {
    self.database = database
  }

  func query(_ sql: SQL) throws -> [SQLRow] {
    try translating {
      let statement = try prepared(sql)
      let columns = Columns(statement.columnNames)
      let cursor = try GRDB.Row.fetchCursor(statement)
      var rows: [SQLRow] = []
      while let row = try cursor.next() {
        rows.append(SQLRow(columns: columns, values: row.databaseValues.map(SQLValue.init)))
      }
      return rows
    }
  }

  func execute(_ sql: SQL) throws -> Int {
    try translating {
      let before = database.totalChangesCount
      try prepared(sql).execute()
      // What is no INSERT, UPDATE or DELETE leaves the count of the last one standing.
      return database.totalChangesCount == before ? 0 : database.changesCount
    }
  }

  private func prepared(_ sql: SQL) throws -> Statement {
    let (text, values) = sql.rendered(for: .sqlite)
    for case .text(let text) in values where text.utf8.contains(0) { throw SQLError.zeroInText }
    let statement = try database.cachedStatement(sql: text)
    statement.setUncheckedArguments(StatementArguments(values.map(\.databaseValue)))
    return statement
  }

  private func translating<T>(_ body: () throws -> T) throws -> T {
    if let failure { throw failure }
    do {
      return try body()
    } catch {
      let failure = (error as? SQLError) ?? (error as? GRDB.DatabaseError).map(SQLError.init)
      self.failure = failure
      throw failure ?? error
    }
  }
}

extension SQLValue {
  init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .bytes(Array(data))
    }
  }

  var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .real(let number): number.databaseValue
    case .text(let text): text.databaseValue
    case .bytes(let bytes): Data(bytes).databaseValue
    }
  }
}

extension SQLError {
  init(_ error: GRDB.DatabaseError) {
    let message = error.message ?? error.description
    switch error.extendedResultCode {
    case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: self = .unique(message)
    case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .foreignKey
    case .SQLITE_CONSTRAINT_CHECK, .SQLITE_CONSTRAINT_NOTNULL: self = .check(message)
    default:
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
      case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN: self = .noSpace(message)
      default: self = .other(code: String(error.resultCode.rawValue), message: message)
      }
    }
  }
}

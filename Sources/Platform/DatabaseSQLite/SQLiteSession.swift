import CSQLite
import Database
import Foundation

/// A connection to a file, with its prepared statements. One thread at a time uses it.
final class SQLiteSession {
  enum Use {
    case writing, reading
  }

  /// Statements kept prepared. Lists in them make new ones, so they are forgotten together when there are more.
  private static let mostStatements = 256
  /// Milliseconds that one waits for another process which holds the file.
  private static let patience: Int32 = 5_000

  private let handle: OpaquePointer
  private var statements: [String: Statement] = [:]

  /// Opens a file; to write, also one that does not exist.
  init(path: String, for use: Use) throws(SQLError) {
    if use == .writing { Self.makeForOwner(path) }
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (use == .writing ? SQLITE_OPEN_CREATE : 0)
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard let handle else { throw .noSpace("there is no memory for a connection") }
    self.handle = handle
    guard code == SQLITE_OK else { throw lastError }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, Self.patience)
    try run("PRAGMA foreign_keys = ON")
    try run("PRAGMA secure_delete = ON")
    // KiB. The system keeps the file in memory too; every reader has a cache of its own.
    try run(use == .writing ? "PRAGMA cache_size = -16000" : "PRAGMA cache_size = -2000")
    if use == .reading { try run("PRAGMA query_only = ON") }
  }

  /// Makes a file that does not exist readable by its owner alone, and so its -wal and -shm, to which SQLite gives the file's mode.
  /// When this fails, SQLite says why.
  private static func makeForOwner(_ path: String) {
    guard path != ":memory:", !path.isEmpty else { return }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if descriptor >= 0 { close(descriptor) }
  }

  deinit {
    statements = [:]
    sqlite3_close_v2(handle)
  }

  /// Whether the last call failed because the file could not be read or written, other than for want of room.
  var couldNotReadOrWrite: Bool { sqlite3_errcode(handle) & 0xFF == SQLITE_IOERR }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Runs a statement of our own that takes no values and whose rows do not matter.
  func run(_ text: String) throws(SQLError) {
    _ = try execute(SQL(raw: text))
  }

  /// All rows of a result.
  func query(_ sql: SQL) throws(SQLError) -> [SQLRow] {
    let statement = try prepared(sql)
    defer { statement.end() }
    var rows: [SQLRow] = []
    while try step(statement) { rows.append(SQLRow(columns: statement.columns, values: statement.values)) }
    return rows
  }

  /// - Returns: how many rows were changed.
  func execute(_ sql: SQL) throws(SQLError) -> Int {
    let statement = try prepared(sql)
    defer { statement.end() }
    let before = sqlite3_total_changes64(handle)
    while try step(statement) {}
    // What is no INSERT, UPDATE or DELETE leaves the count of the last one standing.
    return sqlite3_total_changes64(handle) == before ? 0 : Int(sqlite3_changes64(handle))
  }

  /// Copies the whole database, as it is now, into an empty one.
  /// - Parameter progress: the share done, 0…1.
  func copy(to target: SQLiteSession, progress: (Double) -> Void) throws(SQLError) {
    // A snapshot: whatever is written meanwhile does not make the copy begin again.
    try run("BEGIN")
    defer { try? run("ROLLBACK") }
    _ = try query("SELECT COUNT(*) FROM sqlite_master")
    guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else { throw target.lastError }
    var code = SQLITE_OK
    repeat {
      code = sqlite3_backup_step(backup, 256)
      let (left, all) = (sqlite3_backup_remaining(backup), sqlite3_backup_pagecount(backup))
      progress(Double(all - left) / Double(max(all, 1)))
    } while code == SQLITE_OK
    guard sqlite3_backup_finish(backup) == SQLITE_OK, code == SQLITE_DONE else { throw SQLError(code, target.lastMessage) }
  }

  private func prepared(_ sql: SQL) throws(SQLError) -> Statement {
    let (text, values) = sql.rendered(for: .sqlite)
    let statement: Statement
    if let known = statements[text] {
      statement = known
    } else {
      var prepared: OpaquePointer?
      let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
      guard code == SQLITE_OK, let prepared else { throw lastError }
      statement = Statement(prepared)
      if statements.count >= Self.mostStatements { statements = [:] }
      statements[text] = statement
    }
    for (index, value) in values.enumerated() {
      if case .text(let text) = value, text.utf8.contains(0) { throw .zeroInText }
      guard statement.bind(value, at: Int32(index + 1)) == SQLITE_OK else { throw lastError }
    }
    return statement
  }

  /// - Returns: whether there is a row.
  private func step(_ statement: Statement) throws(SQLError) -> Bool {
    switch sqlite3_step(statement.handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw lastError
    }
  }

  private var lastError: SQLError { SQLError(sqlite3_extended_errcode(handle), lastMessage) }
  private var lastMessage: String { String(cString: sqlite3_errmsg(handle)) }
}

/// A prepared statement.
private final class Statement {
  let handle: OpaquePointer
  private var known: Columns?
  private var preparations: Int32 = 0

  /// SQLite copies what it is given.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  init(_ handle: OpaquePointer) {
    self.handle = handle
  }

  deinit { sqlite3_finalize(handle) }

  /// Ready for other values. An error that it met was told when it was met.
  func end() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  func bind(_ value: SQLValue, at place: Int32) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(handle, place)
    case .integer(let number): return sqlite3_bind_int64(handle, place, number)
    case .real(let number): return sqlite3_bind_double(handle, place, number)
    case .text(var text):
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { bytes in
          // No address would be NULL.
          guard let start = bytes.baseAddress else { return sqlite3_bind_text(handle, place, "", 0, Self.transient) }
          return sqlite3_bind_text64(handle, place, start, UInt64(bytes.count), Self.transient, UInt8(SQLITE_UTF8))
        }
      }
    case .bytes(let bytes):
      if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, place, 0) }
      return sqlite3_bind_blob64(handle, place, bytes, UInt64(bytes.count), Self.transient)
    }
  }

  /// Its columns; others after the schema was changed and SQLite has prepared it anew.
  var columns: Columns {
    let now = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
    if let known, preparations == now { return known }
    let names = (0..<sqlite3_column_count(handle)).map { column in
      sqlite3_column_name(handle, column).map { String(cString: $0) } ?? ""
    }
    let columns = Columns(names)
    (known, preparations) = (columns, now)
    return columns
  }

  /// The row at which it is.
  var values: [SQLValue] {
    (0..<sqlite3_data_count(handle)).map { column in
      switch sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
      case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
      case SQLITE_TEXT:
        guard let text = sqlite3_column_text(handle, column) else { return .null }
        let count = Int(sqlite3_column_bytes(handle, column))
        return .text(String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self))
      case SQLITE_BLOB:
        let start = sqlite3_column_blob(handle, column)
        return .bytes(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))))
      default: return .null
      }
    }
  }
}

extension SQLError {
  /// - Parameter code: an extended result code (https://www.sqlite.org/rescode.html), whose lowest byte is the result code.
  fileprivate init(_ code: Int32, _ message: String) {
    switch code {
    case 2067, 1555, 2579: self = .unique(message)  // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY, _ROWID
    case 787: self = .foreignKey  // SQLITE_CONSTRAINT_FOREIGNKEY
    case 275, 1299: self = .check(message)  // SQLITE_CONSTRAINT_CHECK, _NOTNULL
    default:
      switch code & 0xFF {
      case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
      case SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN: self = .noSpace(message)
      default: self = .other(code: String(code & 0xFF), message: message)
      }
    }
  }
}

/// A session inside a transaction.
final class SQLiteConnection: SQLConnection {
  let engine = Engine.sqlite
  private let session: SQLiteSession
  /// The first failure. SQLite would go on after it, PostgreSQL does not: so that a body does the same on both, nothing runs
  /// afterwards and nothing is kept.
  private(set) var failure: SQLError?

  init(session: SQLiteSession) {
    self.session = session
  }

  func query(_ sql: SQL) throws -> [SQLRow] { try noting { () throws(SQLError) in try session.query(sql) } }

  func execute(_ sql: SQL) throws -> Int { try noting { () throws(SQLError) in try session.execute(sql) } }

  private func noting<T>(_ body: () throws(SQLError) -> T) throws -> T {
    if let failure { throw failure }
    do {
      return try body()
    } catch {
      failure = error
      throw error
    }
  }
}

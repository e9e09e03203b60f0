public import Database
public import Logging

/// An SQLite file as a `Database`: readers each on a snapshot, one writer that commits many acts with one fsync.
public final class SQLiteDatabase: Database {
  public let engine = Engine.sqlite
  /// The file's path.
  public let path: String

  private let readers: SQLiteReaders
  private let writer: SQLiteWriter
  private let watcher: SQLiteWatcher

  /// Opens a file, making it when it does not exist.
  /// - Parameters:
  ///   - path: the file. Its folder must exist.
  ///   - readers: how many snapshots may be open at once.
  /// - Throws: `SQLError`.
  public init(path: String, readers: Int = 8, logger: Logger) throws {
    self.path = path
    let session = try SQLiteSession(path: path, for: .writing)
    try session.run("PRAGMA journal_mode = WAL")
    // Bytes. After a rush the log becomes small again.
    try session.run("PRAGMA journal_size_limit = 67108864")
    // Otherwise a power failure would take writes back that were acknowledged.
    try session.run("PRAGMA synchronous = FULL")
    guard try session.query("PRAGMA synchronous").first?.values == [.integer(2)] else {
      throw SQLError.other(code: "synchronous", message: "SQLite does not sync its writes fully")
    }
    watcher = try SQLiteWatcher(path: path)
    writer = SQLiteWriter(session: session, logger: logger, committed: watcher.wake)
    self.readers = SQLiteReaders(path: path, count: readers)
  }

  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await readers.read(body)
  }

  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await writer.write(body)
  }

  public func changes() -> AsyncStream<Void> { watcher.changes() }

  /// Deleted rows are overwritten in their pages at once (`secure_delete`); what is left is the write-ahead log, with older pages.
  /// - Parameter table: not looked at: the log is one for all tables.
  public func scrub(_ table: String) async throws {
    try await writer.alone { session in
      let answer = try session.query("PRAGMA wal_checkpoint(TRUNCATE)").first?.values.first
      guard answer == .integer(0) else { throw SQLError.busy }
    }
  }

  public func close() async {
    writer.stop()
    readers.stop()
    watcher.stop()
  }

  /// Copies the whole database into a new file while it is in use.
  /// - Parameter progress: the share done, 0…1.
  public func backup(to path: String, progress: @escaping @Sendable (Double) -> Void) throws {
    try SQLiteSession(path: self.path, for: .reading).copy(to: SQLiteSession(path: path, for: .writing), progress: progress)
  }
}

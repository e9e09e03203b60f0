import Database
import Kernel
import Logging

/// Gives committed entries their positions on PostgreSQL. Every server may run one: they take turns.
///
/// On SQLite the writer gives the position itself, and there is nothing to do.
public struct Numberer: Sendable {
  /// Entries numbered in one transaction.
  private static let batch = 5_000

  private let node: Node
  /// Commits wake it; this is for one that was missed.
  private let tick: Duration
  /// Called between any two statements, for tests in which it dies there.
  private let between: @Sendable () throws -> Void

  public init(_ node: Node) {
    self.init(node, tick: .milliseconds(500))
  }

  init(_ node: Node, tick: Duration = .milliseconds(500), between: @escaping @Sendable () throws -> Void = {}) {
    self.node = node
    self.tick = tick
    self.between = between
  }

  /// Numbers what is committed, until cancelled.
  public func run() async {
    guard node.database.engine == .postgresql else { return await Self.waitForCancellation() }
    for await _ in node.database.pulse(every: tick) {
      do {
        try await number()
      } catch is CancellationError {
        return
      } catch {
        node.logger.error("journal entries cannot be numbered", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Numbers what is committed at present.
  /// - Returns: how many entries there were.
  @discardableResult
  public func number() async throws -> Int {
    guard node.database.engine == .postgresql else { return 0 }
    var total = 0
    // Looking first, because a transaction that changes nothing would wake everybody all the same.
    while try await isNeeded() { total += try await numberBatch() }
    return total
  }

  private func isNeeded() async throws -> Bool {
    try await node.database.read { connection in
      try connection.first("SELECT 1 FROM journal_entries WHERE position IS NULL LIMIT 1") != nil
    }
  }

  private func numberBatch() async throws -> Int {
    let (count, epoch) = try await node.database.write { [self] connection in
      try Self.lock(connection)
      try between()
      let epoch = try Epoch.raiseIfMoved(node, connection)
      try between()
      let last: Int64 = try connection.value(JournalReader.lastPosition) ?? 0
      try between()
      let count = try connection.execute(
        """
        UPDATE journal_entries
        SET epoch = (SELECT epoch FROM journal_state), position = CAST(\(last) AS BIGINT) + unnumbered.place
        FROM (
          SELECT id, row_number() OVER (ORDER BY arrival) AS place
          FROM (SELECT id, arrival FROM journal_entries WHERE position IS NULL ORDER BY arrival LIMIT \(Self.batch)) AS first
        ) AS unnumbered
        WHERE journal_entries.id = unnumbered.id
        """)
      try between()
      return (count, epoch)
    }
    if let epoch {
      node.logger.notice("this is another database server than before: a new epoch begins", metadata: ["epoch": "\(epoch)"])
    }
    return count
  }

  /// Whoever gives positions or begins an epoch holds this lock to the end of the transaction. Each statement after it sees what
  /// was committed under the lock before, because `write` runs in READ COMMITTED.
  static func lock(_ connection: any SQLConnection) throws {
    if connection.engine == .postgresql { _ = try connection.query("SELECT pg_advisory_xact_lock(\(lockKey))") }
  }

  /// "civiljou" in ASCII: any number does that nobody else in the database uses.
  private static let lockKey: Int64 = 0x63_69_76_69_6C_6A_6F_75

  static func waitForCancellation() async {
    while (try? await Task.sleep(for: .seconds(3_600))) != nil {}
  }
}

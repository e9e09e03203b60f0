import Database
import Kernel

/// A stretch of the journal in which no position was given twice.
///
/// A restored database, and a replica that was promoted before it had everything, lack the last entries of the original; the
/// positions of those are given again. The higher epoch tells the two apart.
public enum Epoch {
  public enum Reason: String, Sendable {
    /// The operator restored a backup.
    case restored
    /// The database server is another one, or a replica that took over.
    case moved
    /// The file of heads knows entries that the database lacks.
    case behind
  }

  /// Begins a new epoch and records that.
  /// - Parameter floor: an epoch that has been, if one is known besides the database's own: the new one is higher.
  /// - Returns: the new epoch.
  @discardableResult
  public static func raise(_ node: Node, because reason: Reason, above floor: Int64 = 0) async throws -> Int64 {
    let epoch = try await node.database.write { connection in
      try Numberer.lock(connection)
      return try raise(node, because: reason, above: floor, connection)
    }
    try await Numberer(node).number()
    return epoch
  }

  /// Begins a new epoch when a PostgreSQL database is not where it was. To be called under the numberer's lock, before positions
  /// are given, so that none is given on two servers.
  /// - Returns: the new epoch, if one began.
  static func raiseIfMoved(_ node: Node, _ connection: any SQLConnection) throws -> Int64? {
    guard let cluster = try cluster(connection) else { return nil }
    let known: String? = try connection.value("SELECT cluster FROM journal_state", as: String?.self) ?? nil
    guard known != cluster else { return nil }
    try connection.execute("UPDATE journal_state SET cluster = \(cluster)")
    return known == nil ? nil : try raise(node, because: .moved, above: 0, connection)
  }

  /// Epochs are named by the second in which they began, so that the same backup restored twice begins two different ones.
  private static func raise(
    _ node: Node, because reason: Reason, above floor: Int64, _ connection: any SQLConnection
  ) throws -> Int64 {
    let act = Act(node: node, actor: .system, connection: connection)
    let old = try JournalReader.epoch(connection)
    let epoch = max(old + 1, floor + 1, act.now.milliseconds / 1_000)
    try connection.execute("UPDATE journal_state SET epoch = \(epoch)")
    try act.record(
      Event(
        "journal", "epochBegan", subject: node.id,
        payload: ["reason": JSON(reason.rawValue), "before": JSON(old), "epoch": JSON(epoch)]))
    return epoch
  }

  /// The cluster, its timeline, which a promotion raises, and the database in it; nil on SQLite, where a file looks like its
  /// copy.
  private static func cluster(_ connection: any SQLConnection) throws -> String? {
    guard connection.engine == .postgresql else { return nil }
    return try connection.value(
      """
      SELECT CAST((SELECT system_identifier FROM pg_control_system()) AS TEXT)
        || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
        || '/' || CAST((SELECT oid FROM pg_database WHERE datname = current_database()) AS TEXT)
      """)
  }
}

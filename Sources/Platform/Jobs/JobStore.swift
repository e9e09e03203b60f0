import Database
import Kernel

/// The statements over the table of jobs.
enum JobStore {
  private static let columns: SQL = "id, kind, key, payload, state, due, scheduled, tries, failure, token"

  /// Whether `take` would find one. To be asked first: a write wakes everybody, also one that changes nothing.
  static func isAnyDue(_ kinds: [String], at now: Timestamp, _ connection: any SQLConnection) throws -> Bool {
    try connection.first("SELECT 1 FROM jobs WHERE \(isDue(kinds, at: now, onDatabase: try connection.now())) LIMIT 1") != nil
  }

  /// Takes the job that has been due for the longest time, with a lease on the database's clock.
  /// - Parameters:
  ///   - now: by the clock by which jobs are scheduled.
  ///   - lease: in milliseconds.
  static func take(_ kinds: [String], at now: Timestamp, lease: Int64, _ connection: any SQLConnection) throws -> Job? {
    let databaseNow = try connection.now()
    // What another server is just taking is passed over, not waited for. SQLite has one writer at a time.
    let locking: SQL = connection.engine == .postgresql ? "FOR UPDATE SKIP LOCKED" : ""
    return try connection.first(
      """
      WITH next AS MATERIALIZED (
        SELECT id FROM jobs WHERE \(isDue(kinds, at: now, onDatabase: databaseNow)) ORDER BY due, id LIMIT 1 \(locking))
      UPDATE jobs SET state = 'running', tries = tries + 1, token = token + 1, leased_until = \(databaseNow.milliseconds + lease)
      WHERE id IN (SELECT id FROM next) RETURNING \(columns)
      """
    ).map(Job.init(row:))
  }

  enum Lease: Sendable {
    case held, ended, lost
  }

  /// Makes a lease longer.
  static func extend(_ job: Job, lease: Int64, _ connection: any SQLConnection) throws -> Lease {
    let end = try connection.now().milliseconds + lease
    let isHeld = try connection.execute(
      "UPDATE jobs SET leased_until = \(end) WHERE id = \(job.id) AND token = \(job.token) AND state = 'running'")
    if isHeld > 0 { return .held }
    // A job that its handler has finished is gone; one that somebody else has taken is there.
    return try connection.first("SELECT 1 FROM jobs WHERE id = \(job.id)") == nil ? .ended : .lost
  }

  static func remove(_ job: Job, _ connection: any SQLConnection) throws {
    try connection.execute("DELETE FROM jobs WHERE id = \(job.id) AND token = \(job.token)")
  }

  /// Lets it wait again. The token stays as it is: it only rises when the job is taken.
  /// - Throws: `SQLError.unique` when another one with its key waits meanwhile.
  static func putBack(_ job: Job, due: Timestamp, tries: Int, failure: String?, _ connection: any SQLConnection) throws {
    try connection.execute(
      """
      UPDATE jobs SET state = 'waiting', due = \(due), tries = \(tries), failure = \(failure), leased_until = NULL
      WHERE id = \(job.id) AND token = \(job.token) AND state = 'running'
      """)
  }

  static func giveUp(_ job: Job, failure: String, _ connection: any SQLConnection) throws {
    try connection.execute(
      """
      UPDATE jobs SET state = 'failed', failure = \(failure), leased_until = NULL
      WHERE id = \(job.id) AND token = \(job.token) AND state = 'running'
      """)
  }

  static func all(_ state: Job.State, limit: Int, _ connection: any SQLConnection) throws -> [Job] {
    try connection.query("SELECT \(columns) FROM jobs WHERE state = \(state.rawValue) ORDER BY due, id LIMIT \(limit)")
      .map(Job.init(row:))
  }

  private static func isDue(_ kinds: [String], at now: Timestamp, onDatabase databaseNow: Timestamp) -> SQL {
    """
    kind IN \(list: kinds)
      AND ((state = 'waiting' AND due <= \(now)) OR (state = 'running' AND leased_until < \(databaseNow)))
    """
  }
}

extension Job {
  /// From a row of `JobStore.columns`.
  fileprivate init(row: SQLRow) throws {
    let state: String = try row[4]
    guard let state = State(rawValue: state) else { throw SQLError.unreadable("the state of a job: \(state)") }
    self.init(
      id: try row[0], kind: try row[1], key: try row[2], payload: try JSON(decoding: try row[3] as [UInt8]), state: state,
      due: try row[5], scheduled: try row[6], tries: try row[7], failure: try row[8], token: try row[9])
  }
}

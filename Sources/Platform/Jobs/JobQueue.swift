public import Database
public import Journal
public import Kernel

/// What the operator sees of the jobs, and may do about them.
public enum JobQueue {
  /// How many jobs of a kind there are in a state.
  public struct Count: Sendable, Equatable {
    public let kind: String
    public let state: Job.State
    public let count: Int
    /// When the one that has been due longest was due.
    public let oldest: Timestamp
  }

  public static func counts(_ connection: any SQLConnection) throws -> [Count] {
    let rows = try connection.query("SELECT kind, state, COUNT(*), MIN(due) FROM jobs GROUP BY kind, state ORDER BY kind, state")
    return try rows.map { row in
      let state: String = try row[1]
      guard let state = Job.State(rawValue: state) else { throw SQLError.unreadable("the state of a job: \(state)") }
      return Count(kind: try row[0], state: state, count: try row[2], oldest: try row[3])
    }
  }

  /// Jobs in a state, those due longest first.
  public static func jobs(_ state: Job.State, limit: Int, _ connection: any SQLConnection) throws -> [Job] {
    try JobStore.all(state, limit: limit, connection)
  }

  /// Has a failed job tried again, as often as a new one.
  /// - Throws: `DomainError.notFound` when there is no such failed job.
  public static func tryAgain(_ id: ID<Job>, in act: Act) throws {
    let count = try act.connection.execute(
      "UPDATE jobs SET state = 'waiting', tries = 0, due = \(act.now) WHERE id = \(id) AND state = 'failed'")
    if count == 0 { throw DomainError.notFound }
  }

  /// Deletes a failed job.
  /// - Throws: `DomainError.notFound` when there is no such failed job.
  public static func discard(_ id: ID<Job>, in act: Act) throws {
    if try act.connection.execute("DELETE FROM jobs WHERE id = \(id) AND state = 'failed'") == 0 { throw DomainError.notFound }
  }
}

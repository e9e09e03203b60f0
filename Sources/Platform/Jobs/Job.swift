import Database
public import Journal
public import Kernel

/// Something to be done after the act that asked for it, once or again and again until it succeeds.
///
/// It is done at least once: what it does outside the database must bear being done twice. A job is deleted when it is done.
public struct Job: Sendable, Equatable {
  public enum State: String, Sendable, Equatable {
    /// Until it is due and a server takes it.
    case waiting
    /// A server has taken it. If the server falls silent, another takes it when the lease is over.
    case running
    /// It was tried often enough, or cannot succeed. It stays so until somebody looks into it.
    case failed
  }

  public let id: ID<Job>
  public let kind: String
  /// At most one job of a kind and key waits at a time.
  public let key: String?
  /// Ids and numbers, never contact details.
  public let payload: JSON
  public let state: State
  /// When it may be done.
  public let due: Timestamp
  public let scheduled: Timestamp
  /// How often it was begun.
  public let tries: Int
  /// Why it did not succeed the last time.
  public let failure: String?
  /// The number of its lease: whoever has a lower one has lost it.
  let token: Int64

  /// Makes sure that this job is still ours, and keeps it so until the act is committed.
  /// - Throws: `JobLost` when another server has taken over, so that what it has done is not done again.
  public func check(in act: Act) throws {
    let isOurs = try act.connection.execute("UPDATE jobs SET token = token WHERE id = \(id) AND token = \(token)")
    if isOurs == 0 { throw JobLost() }
  }

  /// Marks it as done together with what the act does: both happen, once, or neither.
  /// - Throws: `JobLost` when another server has taken over.
  public func finish(in act: Act) throws {
    let isOurs = try act.connection.execute("DELETE FROM jobs WHERE id = \(id) AND token = \(token)")
    if isOurs == 0 { throw JobLost() }
  }
}

/// The lease of a job ran out and another server took it over.
public struct JobLost: Error, Equatable {
  public init() {}
}

/// Why a job did not succeed, as its handler tells it. The reason is stored: it must hold no contact details.
public struct JobFailure: Error, Equatable {
  public let reason: String
  /// Nil when there is no sense in trying again.
  let again: Again?

  enum Again: Sendable, Equatable {
    case later
    case after(Timestamp.Interval)
  }

  /// It shall be tried again, after the usual time or after what the other side asked for.
  public init(_ reason: String, after interval: Timestamp.Interval? = nil) {
    self.reason = reason
    again = interval.map { .after($0) } ?? .later
  }

  private init(reason: String) {
    self.reason = reason
    again = nil
  }

  /// It cannot succeed.
  public static func final(_ reason: String) -> JobFailure {
    JobFailure(reason: reason)
  }
}

extension Act {
  /// Has something done after this act is committed.
  /// - Parameters:
  ///   - kind: the name of a `JobKind`.
  ///   - payload: ids and numbers, never contact details.
  ///   - time: not before; at once when nil.
  ///   - key: unique among the waiting jobs of the kind. When there is one already nothing is added, and it is done at the
  ///     earlier of the two times. One that is running does not count: it may have read what this act has changed.
  /// - Returns: the job that waits.
  @discardableResult
  public func schedule(_ kind: String, payload: JSON = [:], at time: Timestamp? = nil, key: String? = nil) throws -> ID<Job> {
    let due = time ?? now
    let id: String? = try connection.value(
      """
      INSERT INTO jobs (id, kind, key, payload, state, due, scheduled, tries, token)
      VALUES (\(newID(Job.self)), \(kind), \(key), \(try payload.encoded()), 'waiting', \(due), \(now), 0, 0)
      ON CONFLICT (kind, key) WHERE state = 'waiting' AND key IS NOT NULL
      DO UPDATE SET due = CASE WHEN jobs.due > excluded.due THEN excluded.due ELSE jobs.due END
      RETURNING id
      """)
    guard let id else { throw SQLError.unreadable("the job just scheduled") }
    return ID(id)
  }

  /// The same at once, unless one with the key waits already, for whenever, or runs: a server that starts does not hurry what another
  /// has done.
  func begin(_ kind: String, key: String) throws {
    try connection.execute(
      """
      INSERT INTO jobs (id, kind, key, payload, state, due, scheduled, tries, token)
      SELECT \(newID(Job.self)), \(kind), \(key), \(Array("{}".utf8)), 'waiting', \(now), \(now), 0, 0
      WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE kind = \(kind) AND key = \(key) AND state IN ('waiting', 'running'))
      ON CONFLICT (kind, key) WHERE state = 'waiting' AND key IS NOT NULL DO NOTHING
      """)
  }

  /// Takes back a job that still waits.
  /// - Returns: whether there was one.
  @discardableResult
  public func unschedule(_ kind: String, key: String) throws -> Bool {
    try connection.execute("DELETE FROM jobs WHERE kind = \(kind) AND key = \(key) AND state = 'waiting'") > 0
  }
}

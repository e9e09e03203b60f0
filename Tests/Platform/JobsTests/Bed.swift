import Database
import Journal
import Kernel
import Logging
import Synchronization
import TestKit
import Testing

@testable import Jobs

/// Two servers on one new database, with a table that jobs write into.
struct Bed: Sendable {
  let database: TestDatabase
  let clock: TestClock
  let node: Node
  let other: Node

  static func with(_ engine: Engine, _ body: @Sendable (Bed) async throws -> Void) async throws {
    try await TestDatabase.with(engine) { database in
      try await Migrator(
        JournalMigrations.all + JobsMigrations.all + [
          Migration("letters", 1) { _ in ["CREATE TABLE letters (reader TEXT NOT NULL)"] }
        ]
      ).migrate(database)
      let clock = TestClock()
      let keys = KeyRing.generate(at: 0)
      let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      let second = try await database.another()
      let bed = Bed(
        database: database, clock: clock, node: Node(database: database, keys: keys, clock: clock.now, logger: logger),
        other: Node(database: second, keys: keys, clock: clock.now, logger: logger))
      do {
        try await body(bed)
      } catch {
        await second.close()
        throw error
      }
      await second.close()
    }
  }

  @discardableResult
  func schedule(_ kind: String, _ reader: String, after interval: Timestamp.Interval? = nil, key: String? = nil) async throws
    -> ID<Job>
  {
    try await node.act(as: .system) { act in
      try act.schedule(kind, payload: ["reader": JSON(reader)], at: interval.map { act.now + $0 }, key: key)
    }
  }

  /// The readers letters were written to.
  func letters() async throws -> [String] {
    try await database.read { try $0.query("SELECT reader FROM letters ORDER BY reader").map { try $0[0] } }
  }

  func jobs(_ state: Job.State) async throws -> [Job] {
    try await database.read { try JobQueue.jobs(state, limit: 1_000, $0) }
  }

  /// Writes a letter and finishes in one act.
  static let letter = JobKind("letter") { job, node in try await write(job, node) }

  @Sendable static func write(_ job: Job, _ node: Node) async throws {
    try await node.act(as: .system) { act in
      try act.connection.execute("INSERT INTO letters (reader) VALUES (\(job.payload["reader"]?.string))")
      try job.finish(in: act)
    }
  }
}

/// A clock that a test moves.
final class TestClock: Sendable {
  private let time = Mutex(Timestamp(milliseconds: 1_700_000_000_000))

  func advance(by interval: Timestamp.Interval) {
    time.withLock { $0 = $0 + interval }
  }

  @Sendable func now() -> Timestamp { time.withLock { $0 } }
}

/// Counts across tasks.
final class Counter: Sendable {
  private let number = Mutex(0)

  @discardableResult func count() -> Int {
    number.withLock {
      $0 += 1
      return $0
    }
  }

  var value: Int { number.withLock { $0 } }
}

/// Waits until something is so, for at most ten seconds.
func eventually(_ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
  let end = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < end {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("this has not come about in ten seconds", sourceLocation: sourceLocation)
}

import Database
import DatabasePostgreSQL
import DatabaseSQLite
import Foundation
import Logging
import Synchronization
import TestKit
import Testing

/// Says in every run whether PostgreSQL was among what was tested.
@Suite struct Engines {
  @Test(.enabled(if: TestDatabase.hasPostgreSQL, "CIVIL_TEST_POSTGRESQL is not set: nothing was tested on PostgreSQL"))
  func postgreSQLIsTested() {
    #expect(TestDatabase.engines == Engine.allCases)
  }
}

/// What a body throws of its own accord.
struct Refused: Error, Equatable {}

/// Counts across threads.
final class Counter: Sendable {
  private let number = Mutex(0)

  /// - Returns: the number after counting.
  @discardableResult func count() -> Int {
    number.withLock {
      $0 += 1
      return $0
    }
  }

  var value: Int { number.withLock { $0 } }

  /// Waits until it has been counted so often.
  func reaches(_ goal: Int) async throws {
    while value < goal { try await Task.sleep(for: .milliseconds(2)) }
  }

  /// The same inside a body.
  func wait(for goal: Int) {
    while value < goal { Thread.sleep(forTimeInterval: 0.002) }
  }
}

/// Whether the stream gives an element in time. The stream is used up.
func wakes(_ stream: AsyncStream<Void>, within time: Duration) async -> Bool {
  await withTaskGroup(of: Bool.self) { group in
    group.addTask {
      for await _ in stream { return true }
      return false
    }
    group.addTask {
      try? await Task.sleep(for: time)
      return false
    }
    let first = await group.next() ?? false
    group.cancelAll()
    return first
  }
}

let quiet = {
  var logger = Logger(label: "test")
  logger.logLevel = .critical
  return logger
}()

/// A second server on a test's database, which tells of changes only when there were any.
/// - Parameter name: what its connections are called on PostgreSQL.
func listener(on database: TestDatabase, named name: String = "listener") async throws -> any Database {
  switch database.engine {
  case .sqlite:
    return try SQLiteDatabase(path: database.location, logger: quiet)
  case .postgresql:
    var timing = PostgreSQLTiming()
    timing.tick = .seconds(3600)
    return try await PostgreSQLDatabase(
      url: database.location + "&application_name=" + name, connections: 1, timing: timing, logger: quiet)
  }
}

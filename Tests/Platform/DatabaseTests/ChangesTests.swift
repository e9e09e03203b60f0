import Database
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct ChangesTests {
  private static func withListener(
    _ engine: Engine, _ body: @Sendable (TestDatabase, any Database) async throws -> Void
  ) async throws {
    try await TestDatabase.with(engine) { database in
      try await database.write { connection in try connection.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY)") }
      let listener = try await listener(on: database)
      do {
        try await settle(listener)
        try await body(database, listener)
        await listener.close()
      } catch {
        await listener.close()
        throw error
      }
    }
  }

  /// Waits until the listener is quiet, so that what comes afterwards comes for a reason.
  private static func settle(_ listener: any Database) async throws {
    while await wakes(listener.changes(), within: .milliseconds(700)) {}
  }

  @Test(arguments: TestDatabase.engines)
  func aWriteThroughAnotherServerWakes(engine: Engine) async throws {
    try await Self.withListener(engine) { database, listener in
      for number in 0..<3 {
        let changes = listener.changes()
        try await database.write { connection in try connection.execute("INSERT INTO notes (id) VALUES (\(number))") }
        #expect(await wakes(changes, within: .seconds(1)))
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aRowAddedByAQueryWakes(engine: Engine) async throws {
    try await Self.withListener(engine) { database, listener in
      let changes = listener.changes()
      _ = try await database.write { connection in try connection.query("INSERT INTO notes (id) VALUES (\(1)) RETURNING id") }
      #expect(await wakes(changes, within: .seconds(1)))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anOwnWriteWakes(engine: Engine) async throws {
    try await Self.withListener(engine) { _, listener in
      let changes = listener.changes()
      try await listener.write { connection in try connection.execute("INSERT INTO notes (id) VALUES (\(1))") }
      #expect(await wakes(changes, within: .seconds(1)))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func burstsAreMerged(engine: Engine) async throws {
    try await Self.withListener(engine) { database, listener in
      let changes = listener.changes()
      for number in 0..<20 {
        try await listener.write { connection in try connection.execute("INSERT INTO notes (id) VALUES (\(number))") }
      }
      try await Self.settle(listener)
      await listener.close()
      var count = 0
      for await _ in changes { count += 1 }
      #expect(count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aStreamEndsWithTheDatabase(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      let other = try await database.another()
      let changes = other.changes()
      await other.close()
      for await _ in changes {}
      for await _ in other.changes() {}
    }
  }
}

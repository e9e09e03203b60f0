import Database
import Dispatch
import TestKit
import Testing

@Suite struct TransactionTests {
  private static func withNotes<R: Sendable>(
    _ engine: Engine, _ body: @Sendable (TestDatabase) async throws -> R
  ) async throws -> R {
    try await TestDatabase.with(engine) { database in
      try await database.write { connection in
        try connection.execute("CREATE TABLE notes (id TEXT PRIMARY KEY, words TEXT NOT NULL UNIQUE CHECK (words <> 'bad'))")
        try connection.execute("CREATE TABLE replies (id TEXT PRIMARY KEY, note TEXT NOT NULL REFERENCES notes (id))")
      }
      return try await body(database)
    }
  }

  private static func add(_ id: String, _ words: String? = nil, _ connection: any SQLConnection) throws {
    try connection.execute("INSERT INTO notes (id, words) VALUES (\(id), \(words ?? "words of \(id)"))")
  }

  private static func ids(_ database: any Database) async throws -> [String] {
    try await database.read { connection in try connection.query("SELECT id FROM notes ORDER BY id").map { try $0["id"] } }
  }

  @Test(arguments: TestDatabase.engines)
  func aBodyThatThrowsLeavesNothing(engine: Engine) async throws {
    try await Self.withNotes(engine) { database in
      await #expect(throws: Refused()) {
        try await database.write { connection in
          try Self.add("a", nil, connection)
          throw Refused()
        }
      }
      try await database.write { connection in try Self.add("b", nil, connection) }
      #expect(try await Self.ids(database) == ["b"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func ofManyAtOnceExactlyThoseThatSucceedAreStored(engine: Engine) async throws {
    try await Self.withNotes(engine) { database async throws in
      let results = await withTaskGroup(of: (Int, Bool).self) { group in
        for number in 100..<164 {
          group.addTask {
            do {
              try await database.write { connection in
                try Self.add("n\(number)", nil, connection)
                if number % 5 == 0 { throw Refused() }
                if number % 7 == 0 { try Self.add("n\(number)", nil, connection) }
              }
              return (number, true)
            } catch {
              return (number, false)
            }
          }
        }
        return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
      }
      let kept = (100..<164).filter { $0 % 5 != 0 && $0 % 7 != 0 }
      #expect(results.filter(\.value).keys.sorted() == kept)
      #expect(try await Self.ids(database) == kept.map { "n\($0)" })
    }
  }

  @Test(arguments: TestDatabase.engines)
  func brokenConstraintsHaveNames(engine: Engine) async throws {
    try await Self.withNotes(engine) { database in
      try await database.write { connection in try Self.add("a", "alpha", connection) }
      func failure(_ sql: SQL) async -> SQLError? {
        await #expect(throws: SQLError.self) { try await database.write { connection in try connection.execute(sql) } }
      }
      let name = engine == .sqlite ? "UNIQUE constraint failed: notes.words" : "notes_words_key"
      #expect(await failure("INSERT INTO notes (id, words) VALUES ('b', 'alpha')") == .unique(name))
      let key = engine == .sqlite ? "UNIQUE constraint failed: notes.id" : "notes_pkey"
      #expect(await failure("INSERT INTO notes (id, words) VALUES ('a', 'beta')") == .unique(key))
      #expect(await failure("INSERT INTO replies (id, note) VALUES ('r', 'none')") == .foreignKey)
      let check = engine == .sqlite ? "CHECK constraint failed: words <> 'bad'" : "notes_words_check"
      #expect(await failure("INSERT INTO notes (id, words) VALUES ('b', 'bad')") == .check(check))
      let column = engine == .sqlite ? "NOT NULL constraint failed: notes.words" : "words"
      #expect(await failure("INSERT INTO notes (id, words) VALUES ('b', NULL)") == .check(column))
      try await database.write { connection in try connection.execute("INSERT INTO replies (id, note) VALUES ('r', 'a')") }
      #expect(await failure("DELETE FROM notes WHERE id = 'a'") == .foreignKey)
      guard case .other = await failure("SELECT FROM WHERE") else {
        Issue.record("a mistake in the SQL is no constraint")
        return
      }
    }
  }

  /// PostgreSQL undoes the whole transaction when a statement fails, whatever the body makes of it. So does SQLite here, or a body
  /// could work on one engine only.
  @Test(arguments: TestDatabase.engines)
  func aFailureCannotBeIgnored(engine: Engine) async throws {
    try await Self.withNotes(engine) { database async throws in
      let failure = await #expect(throws: SQLError.self) {
        try await database.write { connection in
          try Self.add("a", "alpha", connection)
          do { try Self.add("b", "alpha", connection) } catch {}
          do { try Self.add("c", "gamma", connection) } catch {}
        }
      }
      guard case .unique = failure else {
        Issue.record("\(String(describing: failure)) is not the first failure")
        return
      }
      #expect(try await Self.ids(database) == [])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aReadSeesOneSnapshot(engine: Engine) async throws {
    try await Self.withNotes(engine) { database in
      try await database.write { connection in try Self.add("a", nil, connection) }
      let (begun, written) = (Counter(), DispatchSemaphore(value: 0))
      async let counts = database.read { connection in
        let before = try connection.value("SELECT COUNT(*) FROM notes", as: Int.self)
        begun.count()
        written.wait()
        return [before, try connection.value("SELECT COUNT(*) FROM notes", as: Int.self)]
      }
      try await begun.reaches(1)
      try await database.write { connection in try Self.add("b", nil, connection) }
      written.signal()
      let seen = try await counts
      #expect(seen == [1, 1])
      #expect(try await Self.ids(database) == ["a", "b"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aReadCannotWrite(engine: Engine) async throws {
    try await Self.withNotes(engine) { database async throws in
      await #expect(throws: SQLError.self) {
        try await database.read { connection in try Self.add("a", nil, connection) }
      }
      #expect(try await Self.ids(database) == [])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func compareAndSetHasOneWinner(engine: Engine) async throws {
    try await Self.withNotes(engine) { database in
      try await database.write { connection in try Self.add("a", "free", connection) }
      let winners = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<16 {
          group.addTask {
            try await database.write { connection in
              try connection.execute("UPDATE notes SET words = \("taken by \(number)") WHERE id = \("a") AND words = \("free")")
            }
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(winners == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func closeFinishesWhatIsUnderWayAndRefusesTheRest(engine: Engine) async throws {
    try await Self.withNotes(engine) { database in
      let other = try await database.another()
      let (begun, closing) = (Counter(), DispatchSemaphore(value: 0))
      let first = Task {
        try await other.write { connection in
          try Self.add("a", nil, connection)
          begun.count()
          closing.wait()
        }
      }
      try await begun.reaches(1)
      let end = Task { await other.close() }
      closing.signal()
      try await first.value
      await end.value
      await #expect(throws: SQLError.closed) { try await other.write { connection in try Self.add("b", nil, connection) } }
      await #expect(throws: SQLError.closed) { try await other.read { connection in try connection.query("SELECT 1") } }
      await other.close()
      #expect(try await Self.ids(database) == ["a"])
    }
  }
}

import Database
import TestKit
import Testing

@Suite struct MigratorTests {
  private static let first = Migration("notes", 1) { engine in
    ["CREATE TABLE notes (id TEXT PRIMARY KEY, body \(raw: engine.bytes))", "INSERT INTO notes (id) VALUES ('first')"]
  }
  private static let second = Migration("notes", 2) { _ in
    [
      "ALTER TABLE notes ADD COLUMN words TEXT NOT NULL DEFAULT 'none'",
      "INSERT INTO notes (id, words) SELECT 'second', words FROM notes",
    ]
  }
  private static let other = Migration("replies", 1) { _ in
    ["CREATE TABLE replies (id TEXT PRIMARY KEY, note TEXT NOT NULL REFERENCES notes (id))"]
  }
  private static let all = Migrator([first, other, second])

  private static func ids(_ database: any Database) async throws -> [String] {
    try await database.read { connection in try connection.query("SELECT id FROM notes ORDER BY id").map { try $0["id"] } }
  }

  @Test(arguments: TestDatabase.engines)
  func stepsAreAppliedInOrderAndOnce(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database async throws in
      #expect(try await Self.all.missing(in: database) == ["notes 1", "replies 1", "notes 2"])
      #expect(try await Migrator([Self.first]).migrate(database) == ["notes 1"])
      #expect(try await Self.all.missing(in: database) == ["replies 1", "notes 2"])
      #expect(try await Self.all.migrate(database) == ["replies 1", "notes 2"])
      #expect(try await Self.all.migrate(database) == [])
      #expect(try await Self.all.missing(in: database) == [])
      #expect(try await Self.ids(database) == ["first", "second"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func programsThatStartAtOnceTakeTurns(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      let other = try await database.another()
      async let one = Self.all.migrate(database)
      async let two = Self.all.migrate(other)
      async let three = Self.all.migrate(database)
      let applied = try await one + two + three
      await other.close()
      #expect(applied.sorted() == ["notes 1", "notes 2", "replies 1"])
      #expect(try await Self.ids(database) == ["first", "second"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anEditedStepIsRefused(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      try await Self.all.migrate(database)
      let edited = Migration("notes", 1) { _ in ["CREATE TABLE notes (id TEXT PRIMARY KEY)"] }
      let refusal = SQLError.schema(
        "step notes 1 of the schema differs from the one that was applied: this is not the program that made the database")
      await #expect(throws: refusal) { try await Migrator([edited, Self.other, Self.second]).migrate(database) }
      await #expect(throws: refusal) { try await Migrator([edited, Self.other, Self.second]).missing(in: database) }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aNewerDatabaseIsRefused(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      try await Self.all.migrate(database)
      let refusal = SQLError.schema(
        "the database was changed by a newer program (it has step notes 2): install that version or a newer one")
      await #expect(throws: refusal) { try await Migrator([Self.first, Self.other]).migrate(database) }
      await #expect(throws: refusal) { try await Migrator([Self.first, Self.other]).missing(in: database) }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aStepThatFailsLeavesNothing(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database async throws in
      let broken = Migration("notes", 2) { _ in
        [
          "CREATE TABLE half (id TEXT)", "INSERT INTO notes (id) VALUES ('half')", "INSERT INTO nowhere (id) VALUES ('half')",
        ]
      }
      await #expect(throws: SQLError.self) { try await Migrator([Self.first, broken]).migrate(database) }
      #expect(try await Self.ids(database) == ["first"])
      #expect(try await Migrator([Self.first, broken]).missing(in: database) == ["notes 2"])
      let mended = Migration("notes", 2) { _ in ["CREATE TABLE half (id TEXT)"] }
      #expect(try await Migrator([Self.first, mended]).migrate(database) == ["notes 2"])
    }
  }
}

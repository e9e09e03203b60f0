import Database
import TestKit
import Testing

/// One SQL text, two engines.
@Suite struct StatementTests {
  private static func withNotes<R: Sendable>(
    _ engine: Engine, _ body: @escaping @Sendable (any SQLConnection) throws -> R
  ) async throws -> R {
    try await TestDatabase.with(engine) { database in
      try await database.write { connection in
        try connection.execute("CREATE TABLE notes (id TEXT PRIMARY KEY, words TEXT NOT NULL, seen BIGINT NOT NULL DEFAULT 0)")
        for (id, words) in [("a", "one"), ("b", "two"), ("c", "three")] {
          try connection.execute("INSERT INTO notes (id, words) VALUES (\(id), \(words))")
        }
      }
      return try await database.write(body)
    }
  }

  private static func words(_ connection: any SQLConnection, where condition: SQL) throws -> [String] {
    try connection.query("SELECT words FROM notes WHERE \(condition) ORDER BY id").map { try $0["words"] }
  }

  @Test(arguments: TestDatabase.engines)
  func upsert(engine: Engine) async throws {
    let all = try await Self.withNotes(engine) { connection in
      for (id, words) in [("c", "drei"), ("d", "vier")] {
        let changed = try connection.execute(
          """
          INSERT INTO notes (id, words) VALUES (\(id), \(words))
          ON CONFLICT (id) DO UPDATE SET words = excluded.words, seen = notes.seen + 1
          """)
        #expect(changed == 1)
      }
      let ignored = try connection.execute(
        "INSERT INTO notes (id, words) VALUES (\("a"), \("eins")) ON CONFLICT (id) DO NOTHING")
      #expect(ignored == 0)
      return try connection.query("SELECT id, words, seen FROM notes ORDER BY id").map(\.values)
    }
    #expect(
      all == [
        [.text("a"), .text("one"), .integer(0)], [.text("b"), .text("two"), .integer(0)],
        [.text("c"), .text("drei"), .integer(1)], [.text("d"), .text("vier"), .integer(0)],
      ])
  }

  @Test(arguments: TestDatabase.engines)
  func returning(engine: Engine) async throws {
    let rows = try await Self.withNotes(engine) { connection in
      try connection.query(
        "UPDATE notes SET seen = seen + \(2) WHERE id = \("b") AND seen = \(0) RETURNING id, seen"
      ).map(\.values)
    }
    #expect(rows == [[.text("b"), .integer(2)]])
  }

  @Test(arguments: TestDatabase.engines)
  func lists(engine: Engine) async throws {
    try await Self.withNotes(engine) { connection throws in
      #expect(try Self.words(connection, where: "id IN \(list: ["c", "a", "x"])") == ["one", "three"])
      #expect(try Self.words(connection, where: "id IN \(list: [String]())") == [])
      #expect(try Self.words(connection, where: "seen IN \(list: [0, 7]) AND id <> \("a")") == ["two", "three"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func nestedPartsAreNumberedAnew(engine: Engine) async throws {
    try await Self.withNotes(engine) { connection throws in
      let wanted = "c"
      let inner: SQL = "(id = \(wanted) OR words = \("one"))"
      let parts: [SQL] = ["seen = \(0)", inner, "\(inner)", "id <> \("b")"]
      #expect(try Self.words(connection, where: SQL.joined(parts, by: " AND ")) == ["one", "three"])
      #expect(
        try Self.words(connection, where: "words <> \("one") AND \(inner) AND (id = \(wanted) OR id = \(wanted))") == ["three"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func valuesAreBoundInTheirOrder(engine: Engine) async throws {
    try await Self.withNotes(engine) { connection in
      let row = try connection.first(
        "SELECT CAST(\(1) AS BIGINT), CAST(\("two") AS TEXT), CAST(\(3) AS BIGINT), CAST(\("two") AS TEXT), CAST(\(1) AS BIGINT)")
      #expect(row?.values == [.integer(1), .text("two"), .integer(3), .text("two"), .integer(1)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func changedRowsAreCounted(engine: Engine) async throws {
    try await Self.withNotes(engine) { connection throws in
      #expect(try connection.execute("UPDATE notes SET seen = 1 WHERE id <> \("a")") == 2)
      #expect(try connection.execute("UPDATE notes SET seen = 1 WHERE id = \("x")") == 0)
      #expect(try connection.execute("DELETE FROM notes WHERE id = \("a")") == 1)
      #expect(try connection.execute("CREATE TABLE others (id TEXT)") == 0)
      #expect(try connection.execute("SELECT id FROM notes") == 0)
      #expect(try connection.execute("INSERT INTO others (id) SELECT id FROM notes") == 2)
      #expect(try connection.execute("DROP TABLE others") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func manyDifferentStatements(engine: Engine) async throws {
    try await Self.withNotes(engine) { connection throws in
      for _ in 0..<2 {
        for number in 0..<300 {
          #expect(try connection.value("SELECT CAST(\(number) AS BIGINT) + \(raw: String(number))", as: Int.self) == 2 * number)
        }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func thousandsOfValues(engine: Engine) async throws {
    let numbers = Array(0..<20_000)
    try await Self.withNotes(engine) { connection throws in
      #expect(try connection.value("SELECT COUNT(*) FROM notes WHERE seen IN \(list: numbers)", as: Int.self) == 3)
    }
  }
}

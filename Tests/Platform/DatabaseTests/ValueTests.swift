import Database
import Kernel
import TestKit
import Testing

@Suite struct ValueTests {
  @Test(arguments: TestDatabase.engines)
  func valuesComeBackAsTheyWere(engine: Engine) async throws {
    let integers: [Int64?] = [0, 1, -1, .max, .min, 9_007_199_254_740_993, nil]
    let reals: [Double?] = [0, 0.1, -1.5, 1e308, Double.leastNonzeroMagnitude, .pi, .infinity, nil]
    let texts: [String?] = [
      "", "a", "naïve café", "مرحبا بالعالم", "हिन्दी", "日本語", "👩‍👩‍👧‍👦", "e\u{301}", "'; DROP TABLE values; --", "$1 ?1 %s \\ \\x00",
      "line\r\nbreak\u{1}\u{7F}\u{2028}", String(repeating: "ü", count: 100_000), nil,
    ]
    let bytes: [[UInt8]?] = [[], [0], Array(0...255), Array(repeating: 0xFF, count: 300_000), Array("\\x41".utf8), nil]
    try await TestDatabase.with(engine) { database in
      try await database.write { connection in
        try connection.execute(
          "CREATE TABLE samples (n BIGINT, i BIGINT, r DOUBLE PRECISION, t TEXT, b \(raw: connection.engine.bytes))")
      }
      let count = max(integers.count, reals.count, texts.count, bytes.count)
      for n in 0..<count {
        let (i, r) = (integers[n % integers.count], reals[n % reals.count])
        let (t, b) = (texts[n % texts.count], bytes[n % bytes.count])
        try await database.write { connection in
          try connection.execute("INSERT INTO samples (n, i, r, t, b) VALUES (\(n), \(i), \(r), \(t), \(b))")
        }
        let row = try await database.read { connection in try connection.first("SELECT i, r, t, b FROM samples WHERE n = \(n)") }
        #expect(row?.values == [i.sqlValue, r.sqlValue, t.sqlValue, b.sqlValue])
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func expressionsHaveTheTypesBothEnginesShare(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      let row = try await database.read { connection in
        try connection.first(
          """
          SELECT 1 = 1 AS yes, 1 = 2 AS no, COUNT(*) AS many, CAST(3 AS INTEGER) AS small, CAST(0.5 AS REAL) AS half,
            AVG(n) AS mean, 'word' AS word, NULL AS unknown
          FROM (SELECT 1 AS n UNION ALL SELECT 2) AS numbers
          """)
      }
      #expect(
        row?.values == [.integer(1), .integer(0), .integer(2), .integer(3), .real(0.5), .real(1.5), .text("word"), .null])
      #expect(row?.columns.names == ["yes", "no", "many", "small", "half", "mean", "word", "unknown"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func textThatHoldsZeroIsRefused(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      await #expect(throws: SQLError.zeroInText) {
        try await database.read { connection in try connection.query("SELECT CAST(\("a\0b") AS TEXT)") }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func onePlaceholderTakesValuesOfSeveralTypes(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      let values: [SQLValue] = [.null, .integer(1), .real(1.5), .null, .text("1"), .integer(-7), .text("")]
      let seen = try await database.read { connection in
        try values.map { value in try connection.value("SELECT CAST(\(value) AS TEXT)", as: SQLValue.self) }
      }
      #expect(seen == [.null, .text("1"), .text("1.5"), .null, .text("1"), .text("-7"), .text("")])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theClockIsNow(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      let before = Timestamp.now()
      let now = try await database.read { connection in try connection.now() }
      #expect(before - .seconds(2) < now)
      #expect(now < Timestamp.now() + .seconds(2))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aValueOfAnotherKindIsAnError(engine: Engine) async throws {
    try await TestDatabase.with(engine) { database in
      let row = try #require(try await database.read { connection in try connection.first("SELECT 'x' AS word") })
      #expect(throws: SQLError.unreadable("column word is no Int")) { try row["word"] as Int }
      #expect(throws: SQLError.unreadable("there is no column wrod among word")) { try row["wrod"] as String }
    }
  }
}

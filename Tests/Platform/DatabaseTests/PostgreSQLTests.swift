import Database
import DatabasePostgreSQL
import Dispatch
import Synchronization
import TestKit
import Testing

@Suite(
  .enabled(if: TestDatabase.hasPostgreSQL, "CIVIL_TEST_POSTGRESQL is not set: nothing was tested on PostgreSQL"),
  .timeLimit(.minutes(2)))
struct PostgreSQLTests {
  private static func withCounter(_ body: @Sendable (TestDatabase) async throws -> Void) async throws {
    try await TestDatabase.with(.postgresql) { database in
      try await database.write { connection in
        try connection.execute("CREATE TABLE counters (id BIGINT PRIMARY KEY, n BIGINT NOT NULL)")
        try connection.execute("INSERT INTO counters (id, n) VALUES (1, 0), (2, 0)")
      }
      try await body(database)
    }
  }

  private static func numbers(_ database: any Database) async throws -> [Int] {
    try await database.read { connection in try connection.query("SELECT n FROM counters ORDER BY id").map { try $0["n"] } }
  }

  /// - Returns: how many connections of this name were cut off.
  private static func terminate(_ name: String, through database: any Database) async throws -> Int {
    try await database.write { connection in
      try connection.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = \(name)").count
    }
  }

  @Test func aSerializationFailureIsTriedAgain() async throws {
    try await Self.withCounter { database in
      let attempts = Counter()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            try await database.write { connection in
              try connection.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
              let n = try connection.value("SELECT n FROM counters WHERE id = 1", as: Int.self) ?? 0
              // Both have read before either writes.
              if attempts.count() <= 2 { attempts.wait(for: 2) }
              try connection.execute("UPDATE counters SET n = \(n + 1) WHERE id = 1")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await Self.numbers(database) == [2, 0])
      #expect(attempts.value == 3)
    }
  }

  @Test func aDeadlockIsTriedAgain() async throws {
    try await Self.withCounter { database in
      let (attempts, locked) = (Counter(), Counter())
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (first, then) in [(1, 2), (2, 1)] {
          group.addTask {
            try await database.write { connection in
              let isFirstTry = attempts.count() <= 2
              try connection.execute("UPDATE counters SET n = n + 1 WHERE id = \(first)")
              if isFirstTry {
                locked.count()
                locked.wait(for: 2)
              }
              try connection.execute("UPDATE counters SET n = n + 1 WHERE id = \(then)")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await Self.numbers(database) == [2, 2])
      // The one that was tried again may meet the other once more.
      #expect(attempts.value >= 3)
    }
  }

  @Test func aConnectionLostBeforeTheCommitIsTriedAgain() async throws {
    try await Self.withCounter { database in
      let attempts = Counter()
      let answer = try await database.write { connection in
        try connection.execute("UPDATE counters SET n = n + 1 WHERE id = 1")
        // What the body makes of the loss does not matter.
        if attempts.count() == 1 {
          do { _ = try connection.query("SELECT pg_terminate_backend(pg_backend_pid())") } catch { throw Refused() }
        }
        return try connection.value("SELECT n FROM counters WHERE id = 1", as: Int.self)
      }
      #expect(answer == 1)
      #expect(attempts.value == 2)
      #expect(try await Self.numbers(database) == [1, 0])
    }
  }

  /// The loss is seen before COMMIT is sent, so that there is no doubt.
  @Test func aConnectionLostAfterTheLastStatementIsTriedAgain() async throws {
    try await Self.withCounter { database in
      let (attempts, ended) = (Counter(), DispatchSemaphore(value: 0))
      async let written: Int = database.write { connection in
        let changed = try connection.execute("UPDATE counters SET n = n + 1")
        if attempts.count() == 1 { ended.wait() }
        return changed
      }
      try await attempts.reaches(1)
      let terminated = try await database.write { connection in
        try connection.query(
          """
          SELECT pg_terminate_backend(pid, 5000) AS done FROM pg_locks
          WHERE relation = CAST('counters' AS regclass) AND mode = 'RowExclusiveLock'
          """
        ).map { try $0["done"] as Bool }
      }
      ended.signal()
      #expect(terminated == [true])
      #expect(try await written == 2)
      #expect(attempts.value == 2)
      #expect(try await Self.numbers(database) == [1, 1])
    }
  }

  @Test func aConnectionLostWhileIdleIsReplaced() async throws {
    try await Self.withCounter { database in
      let own = try await listener(on: database, named: "idle")
      for _ in 1...3 {
        try await own.write { connection in try connection.execute("UPDATE counters SET n = n + 1 WHERE id = 1") }
        #expect(try await Self.terminate("idle", through: database) > 0)
      }
      #expect(try await Self.numbers(own) == [3, 0])
      await own.close()
    }
  }

  @Test func aConnectionLostDuringTheCommitIsNeverTriedAgain() async throws {
    try await Self.withCounter { database in
      try await database.write { connection in
        try connection.execute(
          """
          CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END'
          """)
        try connection.execute(
          """
          CREATE CONSTRAINT TRIGGER vanishing AFTER UPDATE ON counters DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION vanish()
          """)
      }
      let attempts = Counter()
      await #expect(throws: SQLError.outcomeUnknown) {
        try await database.write { connection in
          attempts.count()
          try connection.execute("UPDATE counters SET n = n + 1 WHERE id = 1")
        }
      }
      #expect(attempts.value == 1)
      #expect(try await Self.numbers(database) == [0, 0])
    }
  }

  /// What a server that has become a replica answers.
  @Test func aServerThatTakesNoWritesIsLeft() async throws {
    try await Self.withCounter { database in
      let attempts = Counter()
      let pids = Mutex<[Int]>([])
      try await database.write { connection in
        let pid = try connection.value("SELECT pg_backend_pid()", as: Int.self) ?? 0
        pids.withLock { $0.append(pid) }
        if attempts.count() == 1 { try connection.execute("SET TRANSACTION READ ONLY") }
        try connection.execute("UPDATE counters SET n = n + 1 WHERE id = 1")
      }
      #expect(attempts.value == 2)
      #expect(Set(pids.withLock { $0 }).count == 2)
      #expect(try await Self.numbers(database) == [1, 0])
    }
  }

  @Test func aFailureThatStaysIsToldInTheEnd() async throws {
    try await Self.withCounter { database in
      var timing = PostgreSQLTiming()
      timing.patience = .milliseconds(100)
      let impatient = try await PostgreSQLDatabase(url: database.location, connections: 1, timing: timing, logger: quiet)
      let attempts = Counter()
      await #expect(throws: SQLError.connection("the server takes no writes")) {
        try await impatient.write { connection in
          attempts.count()
          try connection.execute("SET TRANSACTION READ ONLY")
          try connection.execute("UPDATE counters SET n = n + 1")
        }
      }
      await impatient.close()
      #expect(attempts.value >= 2)
    }
  }

  @Test func aServerThatIsNotThereIsAnError() async throws {
    let failure = await #expect(throws: SQLError.self) {
      _ = try await PostgreSQLDatabase(url: "postgresql://nobody@127.0.0.1:1/nothing", logger: quiet)
    }
    guard case .connection = failure else {
      Issue.record("\(String(describing: failure)) is no lost connection")
      return
    }
  }

  @Test func changesAreNoticedAgainAfterTheListenerWasCutOff() async throws {
    try await Self.withCounter { database in
      let listener = try await listener(on: database, named: "cut")
      while await wakes(listener.changes(), within: .milliseconds(700)) {}
      let changes = listener.changes()
      #expect(try await Self.terminate("cut", through: database) > 0)
      // It connects again, and says so, since something may have been missed.
      #expect(await wakes(changes, within: .seconds(5)))
      while await wakes(listener.changes(), within: .milliseconds(700)) {}
      let later = listener.changes()
      try await database.write { connection in try connection.execute("UPDATE counters SET n = 1") }
      #expect(await wakes(later, within: .seconds(1)))
      await listener.close()
    }
  }

  @Test func everySecondIsAChange() async throws {
    try await TestDatabase.with(.postgresql) { database in
      while await wakes(database.changes(), within: .milliseconds(300)) {}
      #expect(await wakes(database.changes(), within: .seconds(2)))
    }
  }

  @Test func aTableThatAnotherProgramChangesStaysReadable() async throws {
    try await Self.withCounter { database in
      func columns() async throws -> [[String]] {
        try await database.read { connection in try connection.query("SELECT * FROM counters WHERE id = 1").map(\.columns.names) }
      }
      #expect(try await columns() == [["id", "n"]])
      let other = try await database.another()
      try await other.write { connection in try connection.execute("ALTER TABLE counters ADD COLUMN extra TEXT") }
      await other.close()
      #expect(try await columns() == [["id", "n", "extra"]])
    }
  }

  @Test func statementsKeptPreparedAreBounded() async throws {
    try await TestDatabase.with(.postgresql) { database in
      let kept = try await database.read { connection in
        for number in 0..<400 {
          _ = try connection.query("SELECT \(raw: String(number))")
          _ = try connection.query("SELECT 'often'")
        }
        return try connection.query("SELECT statement FROM pg_prepared_statements").map { try $0["statement"] as String }
      }
      #expect(kept.count == 256)
      #expect(Set(kept).isSuperset(of: ["SELECT 'often'", "SELECT 399"]))
      #expect(!kept.contains("SELECT 0"))
    }
  }

  @Test func tooManyValuesAreRefused() async throws {
    try await TestDatabase.with(.postgresql) { database in
      let refusal = SQLError.other(code: "54000", message: "a statement takes 65535 values, not 65536")
      await #expect(throws: refusal) {
        try await database.read { connection in try connection.query("SELECT 1 WHERE 1 IN \(list: Array(0..<65_536))") }
      }
      let found = try await database.read { connection in
        try connection.value("SELECT 1 WHERE 7 IN \(list: Array(0..<65_535))", as: Int.self)
      }
      #expect(found == 1)
    }
  }

  @Test func settingsHold() async throws {
    try await TestDatabase.with(.postgresql) { database in
      let settings = try await database.write { connection in
        try ["synchronous_commit", "statement_timeout", "transaction_isolation", "transaction_read_only"].map { name in
          try connection.value("SELECT current_setting(\(name))", as: String.self)
        }
      }
      #expect(settings == ["on", "30s", "read committed", "off"])
      let reading = try await database.read { connection in
        try ["transaction_isolation", "transaction_read_only"].map { name in
          try connection.value("SELECT current_setting(\(name))", as: String.self)
        }
      }
      #expect(reading == ["repeatable read", "on"])
    }
  }

  @Test func aStepOfTheSchemaMayTakeLong() async throws {
    try await TestDatabase.with(.postgresql) { database in
      let step = Migration("notes", 1) { _ in
        ["CREATE TABLE notes (words TEXT)", "INSERT INTO notes (words) SELECT current_setting('statement_timeout')"]
      }
      try await Migrator([step]).migrate(database)
      let timeout = try await database.read { connection in try connection.value("SELECT words FROM notes", as: String.self) }
      #expect(timeout == "0")
    }
  }
}

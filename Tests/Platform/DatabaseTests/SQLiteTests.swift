import Database
import DatabaseSQLite
import Foundation
import TestKit
import Testing

@Suite struct SQLiteTests {
  /// 2 is FULL: what was acknowledged survives a power failure.
  @Test func writesAreSyncedFully() async throws {
    try await TestDatabase.with(.sqlite) { database in
      let level = try await database.write { connection in try connection.value("PRAGMA synchronous", as: Int.self) }
      #expect(level == 2)
      let mode = try await database.write { connection in try connection.value("PRAGMA journal_mode", as: String.self) }
      #expect(mode == "wal")
    }
  }

  @Test(.timeLimit(.minutes(1))) func anotherProcessWrites() async throws {
    try await TestDatabase.with(.sqlite) { database in
      try await database.write { connection in try connection.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY)") }
      while await wakes(database.changes(), within: .milliseconds(500)) {}
      let changes = database.changes()
      let path = database.location
      await #expect(processExitsWith: .success) { [path = path as String] in
        let own = try SQLiteDatabase(path: path, logger: quiet)
        for number in 0..<20 {
          try await own.write { connection in try connection.execute("INSERT INTO notes (id) VALUES (\(number))") }
        }
        await own.close()
      }
      #expect(await wakes(changes, within: .seconds(1)))
      // Both may write: they wait for each other.
      try await database.write { connection in try connection.execute("INSERT INTO notes (id) VALUES (20)") }
      let count = try await database.read { connection in try connection.value("SELECT COUNT(*) FROM notes", as: Int.self) }
      #expect(count == 21)
    }
  }

  @Test func twoServersWriteAtOnce() async throws {
    try await TestDatabase.with(.sqlite) { database in
      try await database.write { connection in try connection.execute("CREATE TABLE counters (n BIGINT)") }
      try await database.write { connection in try connection.execute("INSERT INTO counters (n) VALUES (0)") }
      let other = try await database.another()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            try await (number.isMultiple(of: 2) ? database as any Database : other).write { connection in
              let n = try connection.value("SELECT n FROM counters", as: Int.self) ?? 0
              try connection.execute("UPDATE counters SET n = \(n + 1)")
            }
          }
        }
        try await group.waitForAll()
      }
      await other.close()
      let n = try await database.read { connection in try connection.value("SELECT n FROM counters", as: Int.self) }
      #expect(n == 100)
    }
  }

  @Test func aBackupIsWhole() async throws {
    try await TestDatabase.with(.sqlite) { database in
      let source = try SQLiteDatabase(path: database.location, logger: quiet)
      try await source.write { connection in
        try connection.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY)")
        for number in 0..<1000 { try connection.execute("INSERT INTO notes (id) VALUES (\(number))") }
      }
      let path = database.location + ".copy"
      try source.backup(to: path) { _ in }
      await source.close()
      let copy = try SQLiteDatabase(path: path, logger: quiet)
      let count = try await copy.read { connection in try connection.value("SELECT COUNT(*) FROM notes", as: Int.self) }
      await copy.close()
      #expect(count == 1000)
    }
  }

  /// Words of people are in it: nobody else on the machine reads them.
  @Test func aNewFileIsForItsOwnerAlone() async throws {
    try await TestDatabase.with(.sqlite) { database in
      try await database.write { connection in try connection.execute("CREATE TABLE notes (id BIGINT PRIMARY KEY)") }
      for suffix in ["", "-wal", "-shm"] {
        #expect(Self.mode(database.location + suffix) == 0o600, "\(suffix)")
      }
    }
  }

  @Test func anExistingFileKeepsItsMode() async throws {
    try await TestDatabase.with(.sqlite) { database in
      let path = database.location + ".shared"
      try Data().write(to: URL(fileURLWithPath: path))
      #expect(chmod(path, 0o640) == 0)
      let shared = try SQLiteDatabase(path: path, logger: quiet)
      await shared.close()
      #expect(Self.mode(path) == 0o640)
    }
  }

  @Test func aFileThatCannotBeMadeIsTold() async throws {
    try await TestDatabase.with(.sqlite) { database in
      let path = database.location + ".no/such/folder/test.sqlite"
      #expect(throws: SQLError.noSpace("unable to open database file")) { try SQLiteDatabase(path: path, logger: quiet) }
    }
  }

  /// The nine permission bits; nil when there is no such file.
  private static func mode(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_mode & 0o777) : nil
  }
}

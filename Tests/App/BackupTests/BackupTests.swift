import Database
import Foundation
import Journal
import Kernel
import TestKit
import Testing

@testable import App

@Suite struct BackupTests {
  @Test(arguments: TestDatabase.engines)
  func bringsBackWhatWasThere(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let (before, epoch) = (try await bed.contents(), try await bed.epoch())
      let path = try await bed.backUp()
      try await bed.note("written after the backup")
      let outcome = try await bed.restore(path, isForced: true)
      #expect(try await bed.contents() == before)
      #expect(before.count == 200)
      #expect(outcome.header.entries == 200)
      #expect(outcome.steps == [])
      #expect(outcome.epoch > epoch)
      #expect(try await bed.epoch() == outcome.epoch)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theJournalKnowsOfTheRestoration(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let path = try await bed.backUp()
      try await bed.note("written after the backup")
      try await bed.restore(path, isForced: true)
      let report = try await bed.withNode { node in
        try await JournalVerifier(keys: node.keys).verify(node.database, headFile: bed.settings.journalHead)
      }
      #expect(report.findings == [])
      #expect(report.acknowledgedLoss?.position == 201)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func nobodyReadsItWithoutTheKey(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let bytes = try Bed.bytes(try await bed.backUp())
      #expect(bytes.count > 2 * StreamCipher.chunkByteCount)
      #expect(Data(bytes).range(of: Data(Bed.planted.utf8)) == nil)
      #expect(Data(bytes).range(of: Data("journal_entries".utf8)) == nil)
      let mode = try FileManager.default.attributesOfItem(atPath: bed.path("a.backup"))[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test func keysAreNeverInIt() async throws {
    try await Bed.with(.sqlite) { bed in
      let content = Data(try Bed.bytes(try await bed.backUp(isPlain: true)))
      let secrets = try String(contentsOfFile: bed.settings.keys, encoding: .utf8).split(separator: "\n")
        .filter { $0.hasPrefix("signing") || $0.hasPrefix("master") }.compactMap { $0.split(separator: " ").last }
      #expect(secrets.count == 2)
      for secret in secrets {
        #expect(content.range(of: Data(secret.utf8)) == nil)
        let bytes = try #require(Base64URL.decode(secret))
        #expect(content.range(of: Data(bytes)) == nil)
      }
    }
  }

  @Test func goesIntoANewFile() async throws {
    try await Bed.with(.sqlite) { bed in
      let before = try await bed.contents()
      let path = try await bed.backUp()
      let other = Bed.settings(.sqlite(path: bed.path("other.sqlite")), bed.folder)
      try await bed.restore(path, into: other)
      #expect(try await bed.contents(other) == before)
      let mode = try FileManager.default.attributesOfItem(atPath: bed.path("other.sqlite"))[.posixPermissions] as? Int
      #expect(mode == 0o600)
      #expect(try bed.files() == ["a.backup", "node.head", "node.keys", "node.sqlite", "other.sqlite"])
    }
  }

  @Test func goesIntoADatabaseThatWasOnlyMigrated() async throws {
    try await Bed.with(.sqlite) { bed in
      let before = try await bed.contents()
      let path = try await bed.backUp()
      let other = Bed.settings(.sqlite(path: bed.path("other.sqlite")), bed.folder)
      _ = try await OpenNode.migrate(other, logger: Bed.logger)
      try await bed.restore(path, into: other)
      #expect(try await bed.contents(other) == before)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whatIsThereIsNotLostUnasked(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let path = try await bed.backUp()
      try await bed.note("written after the backup")
      let before = try await bed.contents()
      await #expect(throws: BackupError.notEmpty(database: bed.settings.database.description)) { try await bed.restore(path) }
      #expect(try await bed.contents() == before)
    }
  }

  @Test func tablesOfOthersCountAsContent() async throws {
    try await Bed.with(.sqlite) { bed in
      let path = try await bed.backUp()
      let other = Bed.settings(.sqlite(path: bed.path("other.sqlite")), bed.folder)
      let database = try await OpenNode.database(other.database, logger: Bed.logger)
      try await database.write { connection in _ = try connection.execute("CREATE TABLE recipes (id TEXT)") }
      await database.close()
      await #expect(throws: BackupError.notEmpty(database: other.database.description)) {
        try await bed.restore(path, into: other)
      }
    }
  }

  @Test func noFileIsOverwritten() async throws {
    try await Bed.with(.sqlite) { bed in
      let path = try bed.write([1, 2, 3], "a.backup")
      await #expect(throws: BackupError.exists(path: path)) { _ = try await bed.backUp() }
      #expect(try Bed.bytes(path) == [1, 2, 3])
    }
  }

  @Test func aDatabaseThatIsNotThereIsNotMade() async throws {
    try await Bed.with(.sqlite) { bed in
      let other = Bed.settings(.sqlite(path: bed.path("other.sqlite")), bed.folder)
      await #expect(throws: BackupError.noNode(database: other.database.description)) {
        _ = try await Backup(other, logger: Bed.logger)(to: bed.path("a.backup"))
      }
      let files = try bed.files()
      #expect(files == ["node.head", "node.keys", "node.sqlite"])
    }
  }

  @Test func nothingStaysBesideTheDatabase() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.backUp()
      #expect(try bed.files() == ["a.backup", "node.head", "node.keys", "node.sqlite"])
    }
  }

  @Test func aBackupIsMadeWhileTheNodeWrites() async throws {
    try await Bed.with(.sqlite) { bed in
      try await bed.withNode { node in
        let writing = Task {
          var count = 0
          while !Task.isCancelled {
            try await node.act(as: .system) { try $0.record(Event("notes", "written", subject: "note", payload: [:])) }
            count += 1
          }
          return count
        }
        let path = try await bed.backUp()
        writing.cancel()
        #expect(try await writing.value > 0)
        let other = Bed.settings(.sqlite(path: bed.path("other.sqlite")), bed.folder)
        try await bed.restore(path, into: other)
        #expect(try await bed.contents(other).count >= 200)
      }
    }
  }

  @Test func isNamedByItsTime() {
    #expect(Backup.name(at: Timestamp(milliseconds: 1_772_418_600_000)) == "civil-20260302-023000.backup")
  }

  @Test(.enabled(if: TestDatabase.hasPostgreSQL)) func oneEngineIsNotTheOther() async throws {
    try await Bed.with(.postgresql) { bed in
      let path = try await bed.backUp()
      let other = Bed.settings(.sqlite(path: bed.path("other.sqlite")), bed.folder)
      await #expect(throws: BackupError.otherEngine(backup: .postgresql, database: .sqlite)) {
        try await bed.restore(path, into: other)
      }
      #expect(try bed.files() == ["a.backup", "node.head", "node.keys"])
    }
  }

  @Test(.enabled(if: TestDatabase.hasPostgreSQL)) func whatANewerProgramAddedGoes() async throws {
    try await Bed.with(.postgresql) { bed in
      let path = try await bed.backUp()
      let database = try #require(bed.database)
      try await database.write { connection in
        _ = try connection.execute("CREATE TABLE later (entry TEXT REFERENCES journal_entries (id))")
      }
      try await bed.restore(path, isForced: true)
      let name: String? = try await database.read {
        try $0.value("SELECT CAST(to_regclass('later') AS TEXT)", as: String?.self) ?? nil
      }
      #expect(name == nil)
    }
  }

  @Test(arguments: [
    ("postgresql://civil@db/civil", "postgresql://civil@db/civil", nil),
    (
      "postgresql://civil:a%40b@db1,db2:5433/civil?sslmode=require", "postgresql://civil@db1,db2:5433/civil?sslmode=require",
      "a@b"
    ),
    ("postgres://db/civil?user=civil&password=x%20y", "postgres://db/civil?user=civil", "x y"),
    ("postgresql:///civil?password=x", "postgresql:///civil", "x"),
    ("postgresql://:x@db/civil", "postgresql://@db/civil", "x"),
    ("postgresql://db/civil?options=-csearch_path%3Da@b", "postgresql://db/civil?options=-csearch_path%3Da@b", nil),
  ])
  func thePasswordIsNoArgument(url: String, kept: String, password: String?) throws {
    let address = try PostgreSQLAddress(url)
    #expect(address.url == kept)
    #expect(address.password == password)
    #expect(address.environment["PGPASSWORD"] == password)
  }

  @Test func thePasswordOfACertificateIsRefused() {
    #expect(throws: BackupError.unsafeAddress) { _ = try PostgreSQLAddress("postgresql://db/civil?sslpassword=x") }
  }
}

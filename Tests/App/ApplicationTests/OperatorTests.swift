import Database
import Foundation
import Kernel
import Needs
import Testing

@testable import App

/// What operators give the command, and what it tells them.
@Suite struct OperatorTests {
  // MARK: - Databases

  @Test(arguments: [
    ("postgresql://h/db?password=secret", "postgresql://h/db?password=…"),
    (
      "postgresql://h/db?sslmode=require&sslpassword=secret&sslkey=/k",
      "postgresql://h/db?sslmode=require&sslpassword=…&sslkey=/k"
    ),
    ("postgresql://h/db?p%61ssword=secret&passfile=/p", "postgresql://h/db?p%61ssword=…&passfile=/p"),
    ("postgresql://h/db?PASSWORD=secret@x", "postgresql://h/db?PASSWORD=…"),
    ("postgresql://u:secret@h/db", "postgresql://…@h/db"),
    ("postgresql://u:sec@ret@h/db?password=secret", "postgresql://…@h/db?password=…"),
    ("postgresql://u:sec/ret@h/db", "postgresql://…@h/db"),
    ("postgresql://u:sec?ret@h/db", "postgresql://…@h/db"),
    ("postgresql://u:sec/ret?x@h/db", "postgresql://…"),
    ("postgresql://h:5432/db", "postgresql://h:5432/db"),
    ("host=h password=secret dbname=d", "host=h password=… dbname=d"),
    ("host=h sslpassword = 'se cr\\'et' dbname=d", "host=h sslpassword = … dbname=d"),
    ("host=h passfile=/p sslkey=/k", "host=h passfile=/p sslkey=/k"),
    ("u:secret@h/db", "…@h/db"),
    ("sqlite:/a@b/c.sqlite", "sqlite:/a@b/c.sqlite"),
  ]) func showsNoPassword(text: String, shown: String) {
    #expect(DatabaseURL.masked(text) == shown)
    if let url = DatabaseURL(text) { #expect(url.description == shown) }
  }

  @Test(arguments: ["sqlite::memory:", "sqlite:", "mysql://u:secret@h/db", "host=h password=secret", ""])
  func refusesWhatIsNoDatabase(text: String) {
    let error = #expect(throws: SettingsError.self) { try DatabaseURL.read(text) }
    #expect(error?.description.contains("secret") == false)
  }

  @Test func saysWhichDatabaseFails() {
    let url = DatabaseURL.sqlite(path: "/d/x.sqlite")
    #expect(
      SQLError.noSpace("attempt to write a readonly database").sentence(about: url).hasPrefix(
        "The database file /d/x.sqlite cannot be written: attempt to write a readonly database."))
    #expect(
      SQLError.noSpace("unable to open database file").sentence(about: url).hasPrefix(
        "The database /d/x.sqlite cannot be opened: "))
    #expect(
      SQLError.other(code: "26", message: "file is not a database").sentence(about: url).hasPrefix(
        "/d/x.sqlite is no SQLite database."))
    let remote = DatabaseURL.postgresql(url: "postgresql://u:sec%zzret@h/db")
    let sentence = SQLError.connection("invalid percent-encoded token: \"sec%zzret\"").sentence(about: remote)
    #expect(sentence.hasPrefix("The database postgresql://…@h/db cannot be reached: invalid percent-encoded token: “…”."))
  }

  // MARK: - Files

  @Test(arguments: ["/no/such/file", "/", "/dev/null"]) func namesAFileThatCannotBeRead(path: String) {
    let error = #expect(throws: FileError.self) { try OperatorFile.read(path) }
    #expect(error?.description.hasPrefix("The file \(path) cannot be read (") == true)
  }

  @Test func readsAFile() throws {
    try Self.withFile("words") { path in
      let bytes = try OperatorFile.read(path)
      #expect(bytes == Array("words".utf8))
    }
  }

  @Test(arguments: [
    "{}", #"{"database": "sqlite:x", "port": 8080, "behind": {"proxy": true}}"#, #"{"port": "8080", "log.level": "debug"}"#,
  ]) func takesAFileOfSettings(text: String) throws {
    try Self.withFile(text) { path in try SettingsFile.check(path, known: Self.known) }
  }

  @Test(arguments: [
    (#"{"datbase": "x"}"#, "“datbase”"), (#"{"database": 5}"#, "“database”"), (#"{"database": null}"#, "“database”"),
    (#"{"port": 80.5}"#, "“port”"), (#"{"port": true}"#, "“port”"), (#"{"log": {"levle": "debug"}}"#, "“log.levle”"),
    (#"{"log": "debug"}"#, "“log”"), (#"{"log": {"level": "debug"}, "log.level": "info"}"#, "“log.level”"), ("[]", "object"),
    ("{", "JSON"),
  ]) func refusesAFileOfSettings(text: String, complaint: String) throws {
    try Self.withFile(text) { path in
      let error = #expect(throws: SettingsError.self) { try SettingsFile.check(path, known: Self.known) }
      #expect(error?.description.contains(complaint) == true)
      #expect(error?.description.contains(path) == true)
    }
  }

  @Test(arguments: ["state-need 1 inf", "state-need 1 1e300", "state-need 99999999999999 60", "state-need 1 0"])
  func refusesALimitBeyondMeasure(text: String) throws {
    try Self.withFile(text) { path in
      let error = #expect(throws: SettingsError.self) { try LimitsFile.read(path) }
      #expect(error?.description.hasPrefix(path) == true)
    }
  }

  // MARK: - Needs to prescribe for

  @Test func answersGoodLinesAndNamesBadOnes() throws {
    let text = """
      \u{FEFF}{"id": "a", "language": "en", "words": "a website", "constraints": ["offline", "no_cost"]}\r
      []

      5
       \t\r
      {"id": "b", "language": "en"}
      {"language": "en", "words": "a website"}
      {"id": "c", "language": "en", "words": "a website", "constraints": ["cheap"]}
      {"id": "d", "language": "en", "words": "a website", "constraints": "offline"}
      {"id": 7, "language": "tlh", "words": "a website"}
      {"id":
      """
    let lines = try NeedLines.read(Array(text.utf8), file: "needs.jsonl")
    #expect(lines.map(\.number) == [1, 2, 4, 6, 7, 8, 9, 10, 11])
    let good = lines.compactMap { try? $0.content.get() }
    #expect(good.map(\.id) == [.string("a"), .string("c"), .int(7)])
    #expect(good.map(\.question.language) == ["en", "en", "tlh"])
    #expect(good.map(\.question.constraints) == [[.offline, .noCost], [], []])
    #expect(good.map(\.passedOver) == [[], ["cheap"], []])
    let reasons = lines.compactMap { line -> String? in
      if case .failure(let flaw) = line.content { flaw.reason } else { nil }
    }
    #expect(reasons.count == 6)
    #expect(reasons[4] == "“constraints” is no array.")
  }

  @Test(arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian])
  func refusesAnotherEncoding(encoding: String.Encoding) throws {
    let data = try #require(#"{"id": "a", "language": "en", "words": "a website"}"#.data(using: encoding))
    #expect(throws: SettingsError.self) { try NeedLines.read([UInt8](data), file: "needs.jsonl") }
  }

  // MARK: -

  private static let known = ["database", "port", "behind.proxy", "log.level"]

  private static func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "operator-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    try body(file.path(percentEncoded: false))
  }
}

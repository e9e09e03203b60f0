import App
import Database
import Foundation
import HTTPTypes
import Jobs
import Journal
import Kernel
import Localization
import Logging
import Messaging
import Notices
import People
import SMTP
import Synchronization
import TestKit
import Web

/// A node with all its features, a clock that a test moves, and a mail server on this machine.
struct MailBed: Sendable {
  let app: CivilApplication
  let database: TestDatabase
  let clock: MovedClock
  let server: TestMailServer
  let settings: Settings
  let keys: KeyRing

  static func with(_ engine: Engine, _ body: @Sendable (MailBed) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mail-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TestMailServer.with { server in
      try await TestDatabase.with(engine) { database in
        try await Migrator(Features.migrations).migrate(database)
        let path = folder.appending(path: "test").path(percentEncoded: false)
        let settings = Settings(
          database: .sqlite(path: path), keys: path + ".keys", name: "Riverside", address: "https://riverside.example",
          outbox: folder,
          mail: try MailSettings.read(
            server: server.url, from: "post@riverside.example", address: "https://riverside.example", name: "Riverside"),
          webhooksToPrivate: true)
        let (keys, clock) = (KeyRing.generate(at: 0), MovedClock())
        let app = try Self.app(settings, database, keys, clock)
        try await app.node.indexes.load()
        try await body(MailBed(app: app, database: database, clock: clock, server: server, settings: settings, keys: keys))
      }
    }
  }

  /// Another server on the same database.
  func withAnother(_ body: @Sendable (CivilApplication) async throws -> Void) async throws {
    let second = try await database.another()
    do {
      try await body(try Self.app(settings, second, keys, clock))
    } catch {
      await second.close()
      throw error
    }
    await second.close()
  }

  private static func app(
    _ settings: Settings, _ database: any Database, _ keys: KeyRing, _ clock: MovedClock
  ) throws -> CivilApplication {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    return try CivilApplication(settings, node: Node(database: database, keys: keys, clock: clock.now, logger: logger))
  }

  // MARK: - People

  /// An account with a confirmed address, `HANDLE@example.org`.
  @discardableResult
  func person(_ handle: String, _ grants: Set<Grant> = [Grant(.volunteer)]) async throws -> ID<Person> {
    let create = CreateAccount(
      handle: Text(handle), name: Text(handle.capitalized), email: Text(handle + "@example.org"), passphrase: Self.passphrase,
      grants: grants)
    let hasher = PassphraseHasher(cost: PassphraseHasher.Cost(memory: 64, passes: 1, lanes: 1))
    return try await PeopleFeature.createAccount(create, on: app.node, hasher: hasher, as: .system).id
  }

  static let passphrase = "three brown goats sing"

  func organization(languages: [String] = []) async throws -> ID<Organization> {
    let statement = OrganizationStatement(name: "Las Amapolas", country: "CL", languages: languages)
    return try await app.node.act(as: .system) { act in try FindOrMakeOrganization(statement)(in: act).id }
  }

  /// A browser in which somebody is signed in.
  func signedIn(_ handle: String) async throws -> TestBrowser {
    let browser = browser()
    _ = try await browser.get("/sign-in")
    _ = try await browser.post("/sign-in", [("handle", handle), ("passphrase", Self.passphrase)])
    return browser
  }

  func browser(_ headers: HTTPFields = [:]) -> TestBrowser {
    var parts = app.site.parts
    parts.limiter = Limiter(isOff: true)
    return TestBrowser(Site(parts, node: app.node), headers: headers)
  }

  /// Says on the page how somebody wants to hear.
  func choose(
    _ handle: String, _ rhythm: MailPreferences.Rhythm, hour: Int = 8, zone: String = "UTC", language: String = "en"
  ) async throws -> TestBrowser.Reply {
    let browser = try await signedIn(handle)
    _ = try await browser.get("/me/notices")
    return try await browser.post(
      "/me/notices", [("rhythm", rhythm.rawValue), ("hour", "\(hour)"), ("timeZone", zone), ("language", language)])
  }

  // MARK: - Being told, and hearing

  /// A second later.
  func tell(_ recipients: [Recipient], _ key: String, isUrgent: Bool = false) async throws {
    clock.advance(by: .seconds(1))
    try await app.node.act(as: .system) { act in
      for recipient in recipients {
        try act.tell(
          recipient, Message("An offer has come for {code}.", ["code": "N-" + key]), path: "/needs/N-" + key, subject: key,
          key: key,
          isUrgent: isUrgent)
      }
    }
  }

  /// Goes to a time and does what is due there.
  func at(_ time: String, _ app: CivilApplication? = nil) async throws {
    clock.set(Timestamp(iso8601: time))
    try await work(app)
  }

  func work(_ app: CivilApplication? = nil) async throws {
    let app = app ?? self.app
    try await app.node.act(as: .system) { act in try act.schedule("notices.collect", key: "regular") }
    try await JobRunner(app.node, kinds: app.people.jobs.filter { $0.interval == nil } + app.notices.jobs).runDue()
  }

  /// To whom mails went since the last time, in the order of their addresses.
  func heard() -> [String] { server.take().map(\.to).sorted() }

  func count(_ table: String, where condition: SQL = "1 = 1") async throws -> Int {
    try await app.node.read { try $0.value("SELECT COUNT(*) FROM \(raw: table) WHERE \(condition)") ?? 0 }
  }
}

/// A clock that a test moves.
final class MovedClock: Sendable {
  private let time = Mutex(Timestamp(iso8601: "2026-03-05T07:00:00Z") ?? Timestamp(milliseconds: 0))

  func set(_ new: Timestamp?) { if let new { time.withLock { $0 = new } } }
  func advance(by interval: Timestamp.Interval) { time.withLock { $0 = $0 + interval } }
  @Sendable func now() -> Timestamp { time.withLock { $0 } }
}

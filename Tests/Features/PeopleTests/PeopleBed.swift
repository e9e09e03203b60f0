import Database
import Foundation
import HTTPTypes
import Jobs
import Journal
import Kernel
import Localization
import Logging
import Messaging
import Synchronization
import TestKit
import Testing
import Web

@testable import People

/// A node with People alone, its site, and the mails it has sent.
struct PeopleBed: Sendable {
  let node: Node
  let database: TestDatabase
  let clock: Clock
  let feature: PeopleFeature
  let site: Site
  let outbox: Outbox

  /// Argon2 at its cheapest: what is tested here is not its cost.
  static let cost = PassphraseHasher.Cost(memory: 64, passes: 1, lanes: 1)
  static let passphrase = "three brown goats sing"

  static func with(_ engine: Engine, limits: Bool = false, _ body: @Sendable (PeopleBed) async throws -> Void) async throws {
    try await TestDatabase.with(engine) { database in
      try await Migrator(JournalMigrations.all + JobsMigrations.all + MessagingMigrations.all + PeopleMigrations.all).migrate(
        database)
      let clock = Clock()
      let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      let node = Node(database: database, keys: KeyRing.generate(at: 0), clock: clock.now, logger: logger)
      let locales = try Locales.load()
      let outbox = Outbox()
      let limiter = Limiter(isOff: !limits)
      let feature = PeopleFeature(
        node: node, assets: try Assets.load(), limiter: limiter,
        ports: PeopleFeature.Ports(
          siteName: "Riverside", siteAddress: "https://riverside.example", locales: locales, sendMail: { outbox.add($0) },
          exported: { _, _ in ["offers": .array([])] }), hasher: PassphraseHasher(cost: cost))
      let site = Site(
        Site.Parts(
          routes: feature.routes,
          frame: SiteFrame(
            name: "Riverside", nodeID: node.id, languages: locales.languages, navigation: { _ in [] }, hasDemonstration: { false }
          ),
          authenticator: feature.identify.authenticator, locales: locales, assets: feature.assets, limiter: limiter,
          metrics: Metrics(),
          isBehindProxy: false), node: node)
      try await body(PeopleBed(node: node, database: database, clock: clock, feature: feature, site: site, outbox: outbox))
    }
  }

  // MARK: - People

  /// An account, made by the operator.
  @discardableResult
  func person(
    _ handle: String, _ grants: Set<Grant> = [Grant(.volunteer)], email: String = "", origin: Organization.Origin = .stated
  ) async throws -> ID<Person> {
    let create = CreateAccount(
      handle: Text(handle), name: Text(handle.capitalized), email: Text(email), passphrase: Self.passphrase, grants: grants,
      origin: origin)
    return try await PeopleFeature.createAccount(create, on: node, hasher: feature.hasher, as: .system).id
  }

  /// Sets up one-time codes as the operator does.
  func issueTOTP(_ person: ID<Person>) async throws -> TOTP {
    try await node.act(as: .system) { act in try IssueTOTP(person)(in: act) }
  }

  /// The code of this moment; each works once.
  func code(_ totp: TOTP) -> String { totp.code(counter: TOTP.counter(at: clock.now().milliseconds)) }

  func browser(address: String = "192.0.2.7", headers: HTTPFields = [:]) -> TestBrowser {
    TestBrowser(site, address: address, headers: headers)
  }

  /// Shows handle and passphrase on the page.
  func signIn(
    _ handle: String, _ passphrase: String = PeopleBed.passphrase, next: String? = nil, with browser: TestBrowser
  ) async throws -> TestBrowser.Reply {
    _ = try await browser.get("/sign-in")
    let fields = [("handle", handle), ("passphrase", passphrase)] + (next.map { [("next", $0)] } ?? [])
    return try await browser.post("/sign-in", fields)
  }

  /// A browser in which somebody is signed in, with their one-time code where it is asked.
  func signedIn(_ handle: String, _ totp: TOTP? = nil) async throws -> TestBrowser {
    let browser = browser()
    var reply = try await signIn(handle, with: browser)
    if let totp {
      reply = try await browser.post("/sign-in/code", [("ticket", reply.hidden("ticket") ?? ""), ("code", code(totp))])
    }
    #expect(reply.status == 303)
    return browser
  }

  /// A program with a token.
  func program(_ role: Role, scope: String? = nil) async throws -> TestBrowser {
    let create = CreateToken(name: "Test", grant: Grant(role, scope: scope), expiresAt: nil)
    let token = try await node.act(as: .system) { act in try create(in: act) }
    return browser(headers: [.authorization: "Bearer " + token])
  }

  func organization(_ name: String = "Las Amapolas", country: String = "CL") async throws -> Organization {
    let statement = OrganizationStatement(name: Text(name), country: country)
    return try await node.act(as: .system) { act in try FindOrMakeOrganization(statement)(in: act) }
  }

  // MARK: - What happened

  /// Does what waits to be done, and says what was mailed since the last time.
  func mails() async throws -> [Mail] {
    try await JobRunner(node, kinds: feature.jobs.filter { $0.interval == nil }).runDue()
    return outbox.take()
  }

  /// What the journal says about a record, in order.
  func history(_ subject: String) async throws -> [String] {
    try await Numberer(node).number()
    return try await node.read { try JournalReader.history(of: subject, feature: "people", $0) }.map(\.kind)
  }

  func count(_ table: String) async throws -> Int {
    try await database.read { try $0.value("SELECT COUNT(*) FROM \(raw: table)") ?? 0 }
  }

  func person(_ id: ID<Person>) async throws -> Person? { try await node.read { try AccountStore($0).person(id) } }
}

/// A clock that a test moves.
final class Clock: Sendable {
  private let time = Mutex(Timestamp(milliseconds: 1_700_000_000_000))

  func advance(by interval: Timestamp.Interval) {
    time.withLock { $0 = $0 + interval }
  }

  @Sendable func now() -> Timestamp { time.withLock { $0 } }
}

/// The mails that were handed over.
final class Outbox: Sendable {
  private let mails = Mutex<[Mail]>([])

  func add(_ mail: Mail) { mails.withLock { $0.append(mail) } }

  func take() -> [Mail] {
    mails.withLock { mails in
      defer { mails = [] }
      return mails
    }
  }
}

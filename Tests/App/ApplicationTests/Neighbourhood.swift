import App
import Database
import Foundation
import HTTPTypes
import Jobs
import Journal
import Kernel
import Logging
import Needs
import People
import Synchronization
import TestKit
import Testing
import Volunteers
import Web

/// A node with a group and its facilitator, and people who help: a session is named after who it is. Its clock stands still until it
/// is moved.
struct Neighbourhood: Sendable {
  let bed: Bed
  let clock: StoppedClock
  let site: Site
  let need: ID<Need>
  let code: String
  let organization: ID<Organization>
  private let people: [String: ID<Person>]

  /// Everybody with an account, by name.
  static let names = ["Vera", "Victor", "Mina", "Fatima", "Moses", "Sigrid"]
  static let words = "We keep the savings of our members in a notebook and lose count. Call Rosa at +56 9 5550 1234."

  static func with(
    _ engine: Engine, connectivity: Organization.Connectivity? = .smartphone,
    _ body: @Sendable (Neighbourhood) async throws -> Void
  ) async throws {
    let clock = StoppedClock()
    try await Bed.with(engine, clock: clock.now) { bed in
      let node = bed.app.node
      let people = try await Self.people(on: node)
      let id = try await bed.app.needs.submit(
        NeedStatement(
          organization: OrganizationStatement(name: "Wiphala", country: "CL", connectivity: connectivity), words: Text(words),
          language: "es", showPublicly: true, channel: .web, reachAt: "rosa@wiphala.example"), as: .system, once: nil
      ).id
      let need = try await node.act(as: .system) { act in
        let need = try #require(try NeedStore(act.connection).find(id))
        return try TriageNeed(
          id, version: need.version, summary: "A savings group wants to keep its book in a spreadsheet.", summaryLanguage: "en",
          outcome: .open, work: Need.Work(skills: ["skill.spreadsheets", "skill.accounting"], effort: .day))(in: act)
      }
      var parts = bed.app.site.parts
      parts.limiter = Limiter(isOff: true)
      parts.authenticator = Authenticator { session, token, visitor in
        let name = token ?? session ?? ""
        guard let actor = Self.actor(name, people, id) else {
          return Identity(actor: Actor(.stranger(visitor: visitor)), name: nil, session: nil, visitor: visitor)
        }
        return Identity(actor: actor, name: name, session: session, visitor: visitor)
      }
      try await body(
        Neighbourhood(
          bed: bed, clock: clock, site: Site(parts, node: node), need: id, code: need.code.description,
          organization: need.organization, people: people))
    }
  }

  private static func people(on node: Node) async throws -> [String: ID<Person>] {
    try await node.act(as: .system) { act in
      try Dictionary(
        uniqueKeysWithValues: names.map { name in
          let id: ID<Person> = act.newID()
          let grants =
            name == "Fatima"
            ? [Grant(.facilitator)] : name == "Sigrid" ? [Grant(.safeguarding)] : name == "Moses" ? [Grant(.moderator)] : []
          try act.connection.execute(
            """
            INSERT INTO people (id, handle, name, is_on_probation, origin, passphrase, created_at)
            VALUES (\(id), \(name.lowercased()), \(name + " Quispe"), 0, 'stated', '-', \(act.now))
            """)
          for grant in grants {
            try act.connection.execute("INSERT INTO grants (person, role, scope) VALUES (\(id), \(grant.role.rawValue), '')")
          }
          return (name, id)
        })
    }
  }

  private static func actor(_ name: String, _ people: [String: ID<Person>], _ need: ID<Need>) -> Actor? {
    if name == "group" { return Actor(.stranger(visitor: "group"), receipts: [need.rawValue]) }
    guard let id = people[name] else { return nil }
    let grants: Set<Grant> =
      switch name {
      case "Fatima": [Grant(.facilitator)]
      case "Sigrid": [Grant(.safeguarding)]
      case "Moses": [Grant(.moderator)]
      default: [Grant(.volunteer)]
      }
    return Actor(.person(id: id.rawValue), grants: grants)
  }

  func person(_ name: String) -> ID<Person> { people[name] ?? ID("nobody") }

  func actor(_ name: String) -> Actor { Self.actor(name, people, need) ?? .stranger }

  func browser(_ name: String?) -> TestBrowser {
    TestBrowser(site, headers: name.map { [.cookie: "session=\($0)"] } ?? [:])
  }

  /// Acts as somebody, without a page.
  @discardableResult
  func act<T: Sendable>(_ name: String, _ body: @escaping @Sendable (Act) throws -> T) async throws -> T {
    try await bed.app.node.act(as: actor(name), body)
  }

  /// Makes somebody a volunteer.
  func join(_ name: String, ageBand: Volunteer.AgeBand = .adult) async throws {
    let keep = KeepProfile(
      KeepProfile.Statement(
        skills: ["skill.spreadsheets"], languages: ["es", "en"], hoursAWeek: "4", country: "CL", ageBand: ageBand.rawValue),
      version: nil, vocabulary: bed.app.vocabulary)
    try await act(name) { act in _ = try keep(in: act) }
  }

  /// Has somebody offer.
  func offer(_ name: String, part: String = "") async throws -> ID<Offer> {
    let make = MakeOffer(need, words: "I can build the spreadsheet with you.", language: "en", part: Text(part))
    return try await act(name) { act in try make(in: act).id }
  }

  func find(_ offer: ID<Offer>) async throws -> Offer {
    let found = try await bed.app.node.read { try OfferStore($0).find(offer) }
    return try #require(found)
  }

  func state() async throws -> Need.State {
    let found = try await bed.app.node.read { [need] connection in try NeedStore(connection).find(need) }
    return try #require(found).state
  }

  /// What somebody was told, the oldest first.
  func told(_ recipient: String) async throws -> [String] {
    let who = recipient == "group" ? "organization:" + organization.rawValue : "person:" + person(recipient).rawValue
    return try await bed.column("SELECT key FROM notices WHERE recipient = \(who) ORDER BY created_at, id")
  }

  /// Lets time pass, and does what happens by itself.
  func pass(_ interval: Timestamp.Interval) async throws {
    clock.advance(by: interval)
    try await TendOffers()(bed.app.node)
  }
}

final class StoppedClock: Sendable {
  private let time = Mutex(Timestamp(milliseconds: 1_790_000_000_000))

  func advance(by interval: Timestamp.Interval) { time.withLock { $0 = $0 + interval } }

  @Sendable func now() -> Timestamp { time.withLock { $0 } }
}

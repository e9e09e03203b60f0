import App
import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Messaging
import Needs
import People
import TestKit
import Testing
import Web

/// A node with two groups and the people around them. A browser is signed in as whoever its session is named after.
struct Village: Sendable {
  let bed: Bed
  let site: Site
  /// A facilitator has written down its need; it has said nothing about being shown. Amina is its member.
  let poppies: ID<Organization>
  /// The need of the poppies.
  let need: Need
  /// It stands in a public list, with a need.
  let readers: ID<Organization>

  /// What no stranger may ever read.
  static let secrets = ["Las Amapolas", "Quillagua", "5550 1234", "Rosa Mamani", "Amina", "amina"]

  static func with(_ engine: Engine, _ body: @Sendable (Village) async throws -> Void) async throws {
    try await Bed.with(engine) { bed in
      let people: [(String, Grant)] = [
        ("felix", Grant(.facilitator, scope: "country:CL")), ("gina", Grant(.facilitator, scope: "country:CL")),
        ("pedro", Grant(.facilitator, scope: "country:PE")), ("mona", Grant(.moderator)), ("root", Grant(.administrator)),
        ("amina", Grant(.volunteer)), ("berta", Grant(.volunteer)), ("carla", Grant(.volunteer)), ("dora", Grant(.volunteer)),
      ]
      for (handle, grant) in people { try await bed.person(handle, grant) }
      let felix = try await bed.actor("felix")
      let statement = NeedStatement(
        organization: OrganizationStatement(name: "Las Amapolas", country: "CL", kind: .cooperative, languages: ["es"]),
        words: "Quillagua needs to keep its accounts.", language: "en",
        provenance: ProvenanceStatement(
          statedBy: "Rosa Mamani", relation: "treasurer", how: "telephone", consent: "spoken", at: ""),
        showPublicly: true, channel: .web, reachAt: "+56 9 5550 1234")
      let stated = try await bed.app.needs.submit(statement, as: felix, once: nil).id
      let imported = NeedStatement(
        organization: OrganizationStatement(name: "River Readers", country: "CL", kind: .charity, origin: .imported),
        words: "We want to lend books.", language: "en", showPublicly: true, channel: .imported, externalID: "list:1")
      let listed = try await bed.app.needs.submit(imported, as: .system, once: nil).id
      let (need, other) = try await bed.app.node.act(as: felix) { act in
        let store = NeedStore(act.connection)
        let triaged = try TriageNeed(
          stated, version: 1, summary: "A small group wants to keep its accounts.", summaryLanguage: "en", outcome: .open)(
            in: act)
        return (triaged, try #require(try store.find(listed)))
      }
      let (root, amina) = (try await bed.actor("root"), try await bed.actor("amina"))
      try await bed.app.node.act(as: root) { act in
        try GrantRole(Grant(.member, scope: "organization:" + need.organization.rawValue), to: ID(amina.personID ?? ""))(in: act)
      }
      try await body(
        Village(bed: bed, site: bed.site, poppies: need.organization, need: need, readers: other.organization))
    }
  }

  /// - Parameter session: a handle, or `receipt` for somebody without an account who holds that of the poppies' need, or a handle and
  ///   `+receipt`.
  func browser(_ session: String? = nil, on site: Site? = nil) -> TestBrowser {
    var headers: HTTPFields = [:]
    if let session { headers[.cookie] = "session=" + session.replacing("receipt", with: "receipt:" + need.id.rawValue) }
    return TestBrowser(site ?? self.site, headers: headers)
  }

  func program(_ role: Role, scope: String? = nil, headers: HTTPFields = [:]) async throws -> TestBrowser {
    let create = CreateToken(name: "Test", grant: Grant(role, scope: scope), expiresAt: nil)
    let token = try await bed.app.node.act(as: .system) { act in try create(in: act) }
    var headers = headers
    headers[.authorization] = "Bearer " + token
    return TestBrowser(bed.siteWithoutLimits, headers: headers)
  }

  /// Opens a page, for its form id, and sends its form.
  @discardableResult
  func send(
    _ path: String, as session: String?, _ fields: [(name: String, value: String)] = []
  ) async throws -> TestBrowser.Reply {
    let browser = browser(session)
    _ = try await browser.get("/receipt")
    return try await browser.post(path, fields)
  }

  func path(_ organization: ID<Organization>, _ rest: String = "") -> String {
    "/organizations/" + organization.rawValue + rest
  }

  /// A member's yes to being shown by its name.
  func showPoppies() async throws {
    let reply = try await send(path(poppies, "/answers"), as: "amina", [("showPublicly", "named")])
    #expect(reply.status == 303)
  }

  func organization(_ id: ID<Organization>) async throws -> Organization {
    try #require(try await bed.app.node.read { try OrganizationStore($0).find(id) })
  }

  func members(_ id: ID<Organization>) async throws -> Int {
    let scope = "organization:" + id.rawValue
    return try await bed.count("grants", where: "role = 'member' AND scope = \(scope)")
  }

  /// What somebody was told, newest first.
  /// But for what becomes of its need.
  func told(_ recipient: Recipient) async throws -> [Notice] {
    try await bed.app.node.read { try NoticeStore($0).notices(for: [recipient], limit: 50) }
      .filter { !$0.path.hasPrefix("/needs/") }
  }

  func recipient(_ handle: String) async throws -> Recipient { .person(try await bed.actor(handle).personID ?? "") }

  func setProbation(_ handle: String, _ isOnProbation: Bool) async throws {
    let id = try await bed.actor(handle).personID ?? ""
    let reply = try await send("/people/\(id)/probation", as: "root", isOnProbation ? [("probation", "1")] : [])
    #expect(reply.status == 303)
  }
}

extension Bed {
  /// An account as the operator makes it, not on probation.
  func person(_ handle: String, _ grant: Grant) async throws {
    let create = CreateAccount(
      handle: Text(handle), name: Text(handle.capitalized), passphrase: "three brown goats sing", grants: [grant])
    let hasher = PassphraseHasher(cost: PassphraseHasher.Cost(memory: 64, passes: 1, lanes: 1))
    _ = try await PeopleFeature.createAccount(create, on: app.node, hasher: hasher, as: .system)
  }

  func actor(_ handle: String, receipts: Set<String> = []) async throws -> Actor {
    let person = try #require(try await app.node.read { try AccountStore($0).person(handle: handle) })
    return Actor(
      .person(id: person.id.rawValue), grants: person.grants, receipts: receipts, isOnProbation: person.isOnProbation)
  }

  var siteWithoutLimits: Site {
    var parts = app.site.parts
    parts.limiter = Limiter(isOff: true)
    return Site(parts, node: app.node)
  }

  /// The site, with sessions named after their people.
  var site: Site { site(of: app) }

  func site(of app: CivilApplication) -> Site {
    var parts = app.site.parts
    parts.limiter = Limiter(isOff: true)
    parts.authenticator = Authenticator { session, _, visitor in
      let words = (session ?? "").split(separator: "+").map(String.init)
      let receipts = Set(words.filter { $0.hasPrefix("receipt:") }.map { String($0.dropFirst("receipt:".count)) })
      let handle = words.first { !$0.hasPrefix("receipt:") }
      let person = try await app.node.read { connection in try handle.flatMap { try AccountStore(connection).person(handle: $0) }
      }
      let actor =
        person.map {
          Actor(.person(id: $0.id.rawValue), grants: $0.grants, receipts: receipts, isOnProbation: $0.isOnProbation)
        } ?? Actor(.stranger(visitor: visitor), receipts: receipts)
      return Identity(actor: actor, name: nil, session: nil, visitor: visitor)
    }
    return Site(parts, node: app.node)
  }
}

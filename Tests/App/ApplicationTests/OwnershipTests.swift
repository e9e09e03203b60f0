import App
import Database
import HTTPTypes
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing
import Volunteers
import Web

/// Walks every address that names a record of somebody: whoever has no part in it gets what they would get if there were none, and changes
/// nothing.
@Suite struct OwnershipTests {
  @Test(arguments: TestDatabase.engines, [false, true])
  func whatIsSomebodysIsNobodyElses(engine: Engine, isAccepted: Bool) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let property = try await Property(neighbourhood, isAccepted: isAccepted)
      let before = try await property.contents()
      for route in neighbourhood.bed.app.routes where property.isSomebodys(route) {
        guard let (real, never) = property.addresses(of: route) else {
          Issue.record("\(route.method) \(route.path): say in Property whose it is")
          continue
        }
        for role in property.outsiders(of: route) {
          let (found, none) = (try await property.send(route, real, as: role), try await property.send(route, never, as: role))
          let who = "\(route.method) \(route.path) as \(role?.rawValue ?? "a stranger")"
          #expect(found.status == none.status && found.status != 200, "\(who): \(found.status), \(none.status)")
          #expect(property.faceless(found) == property.faceless(none), "\(who)")
        }
      }
      #expect(try await property.contents() == before)
    }
  }

  /// Who has a part in it does get there, so that the walk above means something.
  @Test func whoHasAPartGetsThere() async throws {
    try await Neighbourhood.with(.sqlite) { neighbourhood in
      let property = try await Property(neighbourhood, isAccepted: true)
      for route in neighbourhood.bed.app.routes where property.isSomebodys(route) && route.method == .get {
        guard let (real, _) = property.addresses(of: route) else { continue }
        let statuses = try await property.owners.asyncMap { owner in
          let headers: HTTPFields =
            route.kind == .api ? [.authorization: "Bearer \(owner)"] : [.cookie: "session=\(owner)"]
          return try await TestBrowser(neighbourhood.site, headers: headers).get(real).status
        }
        #expect(
          statuses.contains(200) || route.audience != .everyone && route.audience != .signedIn, "\(route.path): \(statuses)")
      }
    }
  }
}

/// What belongs to somebody, one of each kind.
private struct Property: Sendable {
  let neighbourhood: Neighbourhood
  let owners = ["Vera", "group", "Fatima", "Moses"]
  private let site: Site
  private let offer: ID<Offer>
  /// What stands in an address, by where it stands.
  private let ids: [(path: String, part: String, id: String)]

  /// Of the right form, and never given out.
  private static let never = "0190a000-0000-7000-8000-000000000000"
  /// Addresses of what everybody may read; a role that may for another reason than having a part in it.
  private static let open = ["/vocabulary/{id}"]
  private static let moderated = "/tools/{id}"
  /// Parts of addresses that are secrets: whoever knows them may.
  private static let secrets = ["{token}", "{signature}"]

  init(_ neighbourhood: Neighbourhood, isAccepted: Bool) async throws {
    self.neighbourhood = neighbourhood
    for name in ["Vera", "Mina"] { try await neighbourhood.join(name) }
    let offer = try await neighbourhood.offer("Vera")
    self.offer = offer
    if isAccepted { try await neighbourhood.act("group") { act in try AcceptOffer(offer, seeksMore: true)(in: act) } }
    let file = SentFile(name: "list.txt", bytes: Array("A list.".utf8))
    try await neighbourhood.act("Vera") { act in
      _ = try WritePost(offer, words: "Here is a list.", language: "en", kind: .message, files: isAccepted ? [file] : [])(in: act)
    }
    let hidden = try await neighbourhood.bed.app.node.act(as: .system) { act in
      let id = try FindOrMakeOrganization(OrganizationStatement(name: "Quillagua", country: "CL"))(in: act).id
      try GrantRole(Grant(.member, scope: "organization:" + id.rawValue), to: neighbourhood.person("Vera"))(in: act)
      let claim: ID<Claim> = act.newID()
      try act.connection.execute(
        """
        INSERT INTO organization_claims (id, organization, person, words, language, state, created_at)
        VALUES (\(claim), \(id), \(neighbourhood.person("Mina")), 'I am its treasurer.', 'en', 'open', \(act.now))
        """)
      _ = try CreateToken(name: "Test", grant: Grant(.facilitator), expiresAt: nil)(in: act)
      return id.rawValue
    }
    let vera = neighbourhood.browser("Vera")
    _ = try await vera.get("/me/webhooks")
    _ = try await vera.post("/me/webhooks", [("address", "https://hooks.example.org/civil")])
    let stranger = neighbourhood.browser(nil)
    _ = try await stranger.get("/tools/new")
    _ = try await stranger.post(
      "/tools", [("name", "Quillaguaware"), ("description", "Keeps books."), ("website", "https://quillaguaware.example")])

    func first(_ table: String) async throws -> String {
      try await neighbourhood.bed.column("SELECT id FROM \(raw: table) ORDER BY created_at DESC LIMIT 1").first ?? "no \(table)"
    }
    let stored = try await neighbourhood.bed.column("SELECT id FROM offer_files").first ?? Self.never
    let item = try await neighbourhood.bed.column("SELECT id FROM prescription_items").first ?? Self.never
    ids = [
      ("/organizations/{id}", "{id}", hidden), ("/people/{id}", "{id}", neighbourhood.person("Vera").rawValue),
      ("/tools/{id}", "{id}", try await first("tools")), ("/claims/{id}", "{id}", try await first("organization_claims")),
      ("/tokens/{id}", "{id}", try await first("tokens")), ("/webhooks/{id}", "{id}", try await first("webhooks")),
      ("/offers/{offer}", "{offer}", offer.rawValue), ("/posts/{post}", "{post}", try await first("offer_posts")),
      ("/files/{file}", "{file}", stored),
      (
        "/prescription/{item}", "{item}",
        item
      ),
    ]

    for one in ids where one.id.hasPrefix("no ") { Issue.record("\(one.id): nothing is there to be walked to") }
    var parts = neighbourhood.site.parts
    parts.authenticator = Authenticator { session, token, visitor in
      guard let role = (token ?? session).flatMap(Role.init) else {
        return Identity(actor: Actor(.stranger(visitor: visitor)), name: nil, session: nil, visitor: visitor)
      }
      let scope: String? = role == .facilitator || role == .member ? "organization:elsewhere" : nil
      let who: Actor.Who = .person(id: neighbourhood.person("Victor").rawValue)
      return Identity(actor: Actor(who, grants: [Grant(role, scope: scope)]), name: "Victor", session: session, visitor: visitor)
    }
    site = Site(parts, node: neighbourhood.bed.app.node)
  }

  /// Whether its address names more than a need, whose code `RouteTests` walks with.
  func isSomebodys(_ route: Route) -> Bool {
    let path = route.path.replacing("{code}", with: "")
    return path.contains("{") && !Self.open.contains(route.path) && !Self.secrets.contains { path.contains($0) }
  }

  /// The address of what is there, and that of what never was; nil where this does not know the one it names.
  func addresses(of route: Route) -> (real: String, never: String)? {
    let path = route.path.replacing("{code}", with: neighbourhood.code)
    let real = ids.reduce(path) { path, one in
      route.path.contains(one.path) ? path.replacing(one.part, with: one.id) : path
    }
    let never = ids.reduce(path) { $0.replacing($1.part, with: Self.never) }
    return real.contains("{") ? nil : (real, never)
  }

  /// Nobody, and every role that has no part in it.
  func outsiders(of route: Route) -> [Role?] {
    var roles = Role.allCases.filter { $0 != .administrator }
    if route.path.contains(Self.moderated) { roles.removeAll { $0 == .moderator || $0 == .facilitator } }
    return [nil] + roles
  }

  /// Sends what could do harm where it is let in.
  func send(_ route: Route, _ path: String, as role: Role?) async throws -> TestBrowser.Reply {
    let name = role?.rawValue ?? ""
    let headers: HTTPFields =
      role == nil ? [:] : route.kind == .api ? [.authorization: "Bearer \(name)"] : [.cookie: "session=\(name)"]
    let browser = TestBrowser(site, headers: headers)
    switch route.kind {
    case .page, .feed: return try await browser.get(path)
    case .api: return try await browser.send(route.method, path, route.method == .get ? nil : Self.body)
    case .form:
      _ = try await browser.get("/receipt")
      return try await browser.post(path, Self.fields)
    }
  }

  private static let fields: [(name: String, value: String)] = [
    ("words", "Changed."), ("reason", "full"), ("seeksMore", "yes"), ("share", "yes"), ("hours", "3"), ("change", "Changed."),
    ("story", "Changed."), ("mayBePublished", "yes"), ("rendering", "Changed."), ("language", "en"), ("report", "Changed."),
    ("block", "yes"), ("version", "1"), ("name", "Changed"), ("country", "CL"), ("kind", "cooperative"), ("helped", "yes"),
    ("standing", "hidden"), ("decision", "accept"), ("role", "facilitator"), ("description", "Changed."), ("person", "victor"),
    ("at", "2026-09-24"), ("showPublicly", "yes"),
  ]

  private static let body = JSON.object(
    JSON.Object(
      fields.map { name, value in (key: name, value: value == "yes" ? .bool(true) : Int(value).map { .int($0) } ?? .string(value))
      }))

  /// A page without what differs between any two requests, and without what was asked for.
  func faceless(_ reply: TestBrowser.Reply) -> String {
    let text = (ids.map(\.id) + [Self.never]).reduce(reply.text) { $0.replacing($1, with: "ID") }
    return text.replacing(/name="form" value="[^"]*"/, with: "name=\"form\"")
  }

  /// All that is kept, but for what no stranger can see or change by looking.
  func contents() async throws -> [String] {
    let tables = [
      "needs", "need_answers", "prescription_items", "organizations", "organization_answers", "organization_texts",
      "organization_claims",
      "organization_invitations", "organization_letters", "organization_vouches", "contacts", "tools", "people", "grants",
      "tokens",
      "webhooks", "volunteers", "offers", "offer_posts", "offer_files", "outcomes", "offer_blocks", "offer_reports", "meetings",
      "sayings", "notices", "journal_entries",
    ]
    return try await neighbourhood.bed.app.node.read { connection in
      try tables.flatMap { table in
        try connection.query("SELECT * FROM \(raw: table)").map { row in "\(table): \(row.values)" }.sorted()
      }
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var values: [T] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}

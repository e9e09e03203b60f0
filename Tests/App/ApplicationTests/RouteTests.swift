import App
import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing
import Web

/// Walks every route of the application: who gets in, and what somebody learns or changes who knows nothing but a code.
@Suite struct RouteTests {
  /// Every route, with who gets further than "sign in first" and "no such thing". Whoever adds one decides it here too.
  private static let audiences = """
    GET / everyone
    GET /api/v1/me signedIn
    GET /api/v1/me/notices signedIn
    GET /api/v1/me/webhooks signedIn
    GET /api/v1/needs everyone
    GET /api/v1/needs/{code} everyone
    GET /api/v1/needs/{code}/offers everyone
    GET /api/v1/needs/{code}/offers/{offer} everyone
    GET /api/v1/needs/{code}/offers/{offer}/files/{file} everyone
    GET /api/v1/openapi.json everyone
    GET /api/v1/organizations everyone
    GET /api/v1/organizations/{id} everyone
    GET /api/v1/organizations/{id}/answers signedIn
    GET /api/v1/organizations/{id}/meetings signedIn
    GET /api/v1/organizations/{id}/news facilitator
    GET /api/v1/tokens administrator
    GET /api/v1/tools everyone
    GET /api/v1/tools/{id} everyone
    GET /api/v1/vocabulary everyone
    GET /api/v1/volunteer signedIn
    GET /api/v1/volunteer/needs signedIn
    GET /api/v1/volunteer/offers signedIn
    GET /calendar/{token} everyone
    GET /desk facilitator
    GET /desk/claims facilitator
    GET /desk/help facilitator
    GET /desk/import facilitator
    GET /desk/import/template.csv facilitator
    GET /desk/news facilitator
    GET /desk/notebook facilitator
    GET /desk/organizations facilitator
    GET /desk/organizations/{id} facilitator
    GET /desk/organizations/{id}/withdrawal facilitator
    GET /desk/reports moderator
    GET /desk/slips facilitator
    GET /desk/{code} facilitator
    GET /desk/{code}/withdrawal facilitator
    GET /goodbye everyone
    GET /health/live everyone
    GET /health/ready everyone
    GET /invitations signedIn
    GET /invitations/{token} signedIn
    GET /journal/head everyone
    GET /mail/stop/{token} everyone
    GET /me signedIn
    GET /me/claims signedIn
    GET /me/email signedIn
    GET /me/email/{token} signedIn
    GET /me/export signedIn
    GET /me/leave signedIn
    GET /me/notices signedIn
    GET /me/passphrase signedIn
    GET /me/programs signedIn
    GET /me/recovery-codes signedIn
    GET /me/second-factor signedIn
    GET /me/tokens administrator
    GET /me/waiting signedIn
    GET /me/webhooks signedIn
    GET /metrics everyone
    GET /needs everyone
    GET /needs.atom everyone
    GET /needs.csv everyone
    GET /needs/new everyone
    GET /needs/{code} everyone
    GET /needs/{code}/correction everyone
    GET /needs/{code}/offer signedIn
    GET /needs/{code}/offers/{offer} everyone
    GET /needs/{code}/offers/{offer}/files/{file} everyone
    GET /needs/{code}/slip everyone
    GET /needs/{code}/withdrawal everyone
    GET /offers signedIn
    GET /organizations everyone
    GET /organizations/{id} everyone
    GET /organizations/{id}/answers everyone
    GET /organizations/{id}/claim signedIn
    GET /organizations/{id}/description signedIn
    GET /organizations/{id}/edit signedIn
    GET /organizations/{id}/letter everyone
    GET /organizations/{id}/letters signedIn
    GET /organizations/{id}/members signedIn
    GET /organizations/{id}/vouches signedIn
    GET /people administrator
    GET /people/{id} administrator
    GET /privacy everyone
    GET /receipt everyone
    GET /records/{offer}/{signature} everyone
    GET /sign-in everyone
    GET /sign-in/link everyone
    GET /sign-in/link/{token} everyone
    GET /sign-in/recovery everyone
    GET /sign-up everyone
    GET /tools everyone
    GET /tools/moderation facilitator moderator
    GET /tools/new everyone
    GET /tools/thanks everyone
    GET /tools/{id} everyone
    GET /tools/{id}/correction facilitator moderator
    GET /vocabulary everyone
    GET /vocabulary/{id} everyone
    GET /volunteer everyone
    GET /volunteer/profile signedIn
    DELETE /api/v1/me/webhooks/{id} signedIn
    DELETE /api/v1/organizations/{id}/vouches signedIn
    DELETE /api/v1/tokens/{id} administrator
    PATCH /api/v1/needs/{code} signedIn
    PATCH /api/v1/organizations/{id} signedIn
    PATCH /api/v1/organizations/{id}/answers signedIn
    PUT /api/v1/volunteer signedIn
    POST /api/v1/me/webhooks signedIn
    POST /api/v1/needs signedIn
    POST /api/v1/needs/{code}/assignment signedIn
    POST /api/v1/needs/{code}/offers signedIn
    POST /api/v1/needs/{code}/offers/{offer}/acceptance everyone
    POST /api/v1/needs/{code}/offers/{offer}/contact everyone
    POST /api/v1/needs/{code}/offers/{offer}/end everyone
    POST /api/v1/needs/{code}/offers/{offer}/outcome everyone
    POST /api/v1/needs/{code}/offers/{offer}/posts everyone
    POST /api/v1/needs/{code}/offers/{offer}/posts/{post}/rendering everyone
    POST /api/v1/needs/{code}/offers/{offer}/refusal everyone
    POST /api/v1/needs/{code}/offers/{offer}/report everyone
    POST /api/v1/needs/{code}/offers/{offer}/work everyone
    POST /api/v1/needs/{code}/split signedIn
    POST /api/v1/organizations/{id}/meetings signedIn
    POST /api/v1/organizations/{id}/vouches signedIn
    POST /api/v1/tokens administrator
    POST /api/v1/tools everyone
    POST /desk/claims/{id} facilitator
    POST /desk/import facilitator
    POST /desk/import/rows facilitator
    POST /desk/news facilitator
    POST /desk/notebook facilitator
    POST /desk/notebook/needs facilitator
    POST /desk/organizations/{id}/meetings facilitator
    POST /desk/organizations/{id}/receipts facilitator
    POST /desk/organizations/{id}/withdrawal facilitator
    POST /desk/reports moderator
    POST /desk/{code} facilitator
    POST /desk/{code}/assignment facilitator
    POST /desk/{code}/closure facilitator
    POST /desk/{code}/merge facilitator
    POST /desk/{code}/reopening facilitator
    POST /desk/{code}/split facilitator
    POST /desk/{code}/withdrawal facilitator
    POST /exit everyone
    POST /forget everyone
    POST /invitations signedIn
    POST /mail/stop/{token} everyone
    POST /mail/stop/{token}/undo everyone
    POST /me/email signedIn
    POST /me/email/{token} signedIn
    POST /me/leave signedIn
    POST /me/notices signedIn
    POST /me/notices/calendar signedIn
    POST /me/passphrase signedIn
    POST /me/programs signedIn
    POST /me/programs/removal signedIn
    POST /me/recovery-codes signedIn
    POST /me/second-factor signedIn
    POST /me/second-factor/removal signedIn
    POST /me/sessions/removal signedIn
    POST /me/tokens administrator
    POST /me/tokens/removal administrator
    POST /me/waiting signedIn
    POST /me/webhooks signedIn
    POST /me/webhooks/pause signedIn
    POST /me/webhooks/removal signedIn
    POST /me/webhooks/resumption signedIn
    POST /me/webhooks/test signedIn
    POST /needs everyone
    POST /needs/new everyone
    POST /needs/{code}/consent everyone
    POST /needs/{code}/correction everyone
    POST /needs/{code}/offer signedIn
    POST /needs/{code}/offers/{offer}/acceptance everyone
    POST /needs/{code}/offers/{offer}/contact everyone
    POST /needs/{code}/offers/{offer}/end everyone
    POST /needs/{code}/offers/{offer}/outcome everyone
    POST /needs/{code}/offers/{offer}/posts everyone
    POST /needs/{code}/offers/{offer}/posts/{post}/rendering everyone
    POST /needs/{code}/offers/{offer}/refusal everyone
    POST /needs/{code}/offers/{offer}/report everyone
    POST /needs/{code}/offers/{offer}/work everyone
    POST /needs/{code}/prescription facilitator
    POST /needs/{code}/prescription/{item}/judgement everyone
    POST /needs/{code}/prescription/{item}/standing facilitator
    POST /needs/{code}/receipt everyone
    POST /needs/{code}/receipt-renewal everyone
    POST /needs/{code}/withdrawal everyone
    POST /organizations/{id}/answers everyone
    POST /organizations/{id}/claim signedIn
    POST /organizations/{id}/description signedIn
    POST /organizations/{id}/edit signedIn
    POST /organizations/{id}/invitations signedIn
    POST /organizations/{id}/letter everyone
    POST /organizations/{id}/letters/answered signedIn
    POST /organizations/{id}/letters/removal signedIn
    POST /organizations/{id}/members/removal signedIn
    POST /organizations/{id}/seen facilitator
    POST /organizations/{id}/vouches signedIn
    POST /organizations/{id}/vouches/removal signedIn
    POST /people/{id}/probation administrator
    POST /people/{id}/roles administrator
    POST /people/{id}/roles/removal administrator
    POST /receipt everyone
    POST /sign-in everyone
    POST /sign-in/code everyone
    POST /sign-in/link everyone
    POST /sign-in/link/{token} everyone
    POST /sign-in/recovery everyone
    POST /sign-out everyone
    POST /sign-up everyone
    POST /tools everyone
    POST /tools/{id}/correction facilitator moderator
    POST /tools/{id}/decision facilitator moderator
    POST /volunteer/profile signedIn
    POST /volunteer/rest signedIn
    """

  @Test func everyRouteIsListedWithItsAudience() async throws {
    try await Bed.with(.sqlite) { bed in
      let routes = bed.app.routes.map { "\($0.method.rawValue) \($0.path) \(Self.name(of: $0.audience))" }
      let listed = Self.audiences.split(separator: "\n").map(String.init)
      #expect(Set(routes).subtracting(listed).sorted() == [])
      #expect(Set(listed).subtracting(routes).sorted() == [])
      #expect(routes.count == listed.count)
    }
  }

  @Test(arguments: TestDatabase.engines) func whoHasNotTheRoleGetsNoFurther(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let walk = try await Walk(bed)
      let before = try await walk.contents()
      for route in bed.app.routes where route.audience != .everyone {
        let path = walk.path(route, code: walk.stated, item: walk.item)
        for role in [nil] + Role.allCases.map(Optional.some) {
          if let role, walk.isLetIn(role, by: route.audience) { continue }
          let reply = try await walk.send(route, path, as: role)
          let who = "\(route.method) \(route.path) as \(role?.rawValue ?? "a stranger")"
          #expect(reply.status == (role != nil ? 404 : route.kind == .page ? 303 : 401), "\(who)")
          for secret in walk.secrets { #expect(!reply.text.contains(secret), "\(who) tells \(secret)") }
        }
      }
      #expect(try await walk.contents() == before)
    }
  }

  /// The need is hidden: whoever knows its code and nothing else gets for it what they get for a code that was never given out.
  @Test(arguments: TestDatabase.engines) func aHiddenNeedIsAsIfItDidNotExist(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let walk = try await Walk(bed)
      let before = try await walk.contents()
      for route in bed.app.routes where route.path.contains("{code}") {
        for role in walk.outsiders {
          let hidden = try await walk.send(route, walk.path(route, code: walk.hidden, item: walk.item), as: role)
          let none = try await walk.send(route, walk.path(route, code: walk.never, item: walk.item), as: role)
          #expect(hidden.status == none.status, "\(route.method) \(route.path) as \(role?.rawValue ?? "a stranger")")
          #expect(
            walk.faceless(hidden) == walk.faceless(none), "\(route.method) \(route.path) as \(role?.rawValue ?? "a stranger")")
        }
      }
      #expect(try await walk.contents() == before)
    }
  }

  /// What is stated and what is listed have codes that anybody may know. A code alone changes nothing and opens nothing private.
  @Test(arguments: TestDatabase.engines) func aCodeGrantsNothing(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let walk = try await Walk(bed)
      let before = try await walk.contents()
      let open = ["/needs/{code}", "/api/v1/needs/{code}"]
      for route in bed.app.routes where route.path.contains("{code}") {
        for (code, role) in [walk.stated, walk.listed].flatMap({ code in walk.outsiders.map { (code, $0) } }) {
          let reply = try await walk.send(route, walk.path(route, code: code, item: walk.item), as: role)
          let isPublic = route.method == .get && open.contains(route.path)
          let who = "\(route.method) \(route.path) as \(role?.rawValue ?? "a stranger"): \(reply.status)"
          if isPublic {
            #expect(reply.status == 200, "\(who)")
          } else {
            #expect(reply.status >= 303 && reply.status != 304, "\(who)")
          }
          // Elsewhere means: say first who you are, or what you can do.
          let isAsked = ["/sign-in", "/volunteer/profile"].contains { reply.location?.hasPrefix($0) == true }
          #expect(reply.status != 303 || isAsked, "\(who)")
          for secret in walk.secrets { #expect(!reply.text.contains(secret), "\(who) tells \(secret)") }
        }
      }
      #expect(try await walk.contents() == before)
    }
  }

  private static func name(of audience: Route.Audience) -> String {
    switch audience {
    case .everyone: "everyone"
    case .signedIn: "signedIn"
    case .roles(let roles): roles.map(\.rawValue).sorted().joined(separator: " ")
    }
  }
}

/// A node with three needs, and people of every role who have nothing to do with them.
private struct Walk: Sendable {
  let bed: Bed
  let site: Site
  /// Read by nobody yet; listed; closed for a reason that is nobody's business.
  let (stated, listed, hidden): (String, String, String)
  /// A code of the right form that no need has.
  let never: String
  let item: String
  let secrets = ["Quillagua", "Wiphala", "+56 9 5550 1234", "Rosa Mamani"]

  /// Nobody, and everybody whose role lies elsewhere.
  let outsiders: [Role?] = [nil] + Role.allCases.filter { $0 != .administrator }.map(Optional.some)

  init(_ bed: Bed) async throws {
    self.bed = bed
    var parts = bed.app.site.parts
    parts.limiter = Limiter(isOff: true)
    parts.authenticator = Authenticator { session, token, visitor in
      guard let role = (token ?? session).flatMap(Role.init) else {
        return Identity(actor: Actor(.stranger(visitor: visitor)), name: nil, session: nil, visitor: visitor)
      }
      // Elsewhere: of another country and another organization than the needs are.
      let scope: String? = role == .facilitator || role == .member ? "organization:elsewhere" : nil
      let who: Actor.Who = token == nil ? .person(id: "walker") : .token(id: "walker")
      return Identity(actor: Actor(who, grants: [Grant(role, scope: scope)]), name: "Walker", session: session, visitor: visitor)
    }
    site = Site(parts, node: bed.app.node)

    let needs = try await ["stated", "listed", "hidden"].asyncMap { name in
      let statement = NeedStatement(
        organization: OrganizationStatement(name: Text("Wiphala \(name)"), country: "CL"),
        words: Text("Quillagua needs to keep its accounts. Call +56 9 5550 1234."), language: "en",
        provenance: ProvenanceStatement(
          statedBy: Text("Rosa Mamani"), relation: Text("treasurer"), how: "telephone", consent: "spoken", at: ""),
        showPublicly: name != "hidden", channel: .web)
      return try await bed.app.needs.submit(statement, as: .system, once: nil).id
    }
    (stated, listed, hidden) = try await bed.app.node.act(as: .system) { act in
      let store = NeedStore(act.connection)
      let found = try needs.map { try #require(try store.find($0)) }
      _ = try TriageNeed(
        found[1].id, version: found[1].version, summary: Text("A small group wants to keep its accounts."), summaryLanguage: "en",
        outcome: .open)(in: act)
      _ = try CloseNeed(found[2].id, version: found[2].version, closure: .notReal)(in: act)
      return (found[0].code.description, found[1].code.description, found[2].code.description)
    }
    try await bed.app.node.act(as: .system) { act in
      _ = try CreateToken(name: "Quillagua's program", grant: Grant(.facilitator), expiresAt: nil)(in: act)
    }
    never = Code.random(bed.app.node.randomness.bytes).description
    item = try await bed.column("SELECT id FROM prescription_items").first ?? "0190a000-0000-7000-8000-000000000000"
  }

  func isLetIn(_ role: Role, by audience: Route.Audience) -> Bool {
    switch audience {
    case .everyone, .signedIn: true
    case .roles(let roles): roles.contains(role) || role == .administrator && roles.contains(where: \.isStaff)
    }
  }

  func path(_ route: Route, code: String, item: String) -> String {
    route.path.replacing("{code}", with: code).replacing("{item}", with: item)
      .replacing("{id}", with: "0190a000-0000-7000-8000-000000000000").replacing("{token}", with: "nothing")
      .replacing("{offer}", with: "0190a000-0000-7000-8000-000000000000").replacing("{post}", with: "nothing")
      .replacing("{file}", with: "nothing").replacing("{signature}", with: "nothing")
  }

  /// Sends what could do harm: fields that every form of the needs understands.
  func send(_ route: Route, _ path: String, as role: Role?) async throws -> TestBrowser.Reply {
    var headers: HTTPFields = [:]
    if let role {
      headers[route.kind == .api ? .authorization : .cookie] =
        route.kind == .api ? "Bearer \(role.rawValue)" : "session=\(role.rawValue)"
    }
    let browser = TestBrowser(site, headers: headers)
    switch route.kind {
    case .page, .feed: return try await browser.get(path)
    case .api:
      return try await browser.send(
        route.method, path, route.method == .get ? nil : ["version": 1, "summary": "Changed.", "state": "open"])
    case .form:
      // The form id is the one thing a stranger gets from us.
      _ = try await browser.get("/receipt")
      return try await browser.post(
        path,
        [
          ("words", "Changed."), ("language", "en"), ("version", "1"), ("showPublicly", "yes"), ("helped", "yes"),
          ("standing", "hidden"),
          ("summary", "Changed."), ("summaryLanguage", "en"), ("outcome", "open"), ("closure", "notReal"), ("into", listed),
          ("receipt", "0000-0000-0000-0000"), ("tool", "0190a000-0000-7000-8000-000000000000"),
        ])
    }
  }

  /// A page without what differs between any two requests, and without the code that was asked for.
  func faceless(_ reply: TestBrowser.Reply) -> String {
    var text = reply.text
    for code in [hidden, never] { text = text.replacing(code, with: "CODE").replacing(code.lowercased(), with: "CODE") }
    return text.replacing(/name="form" value="[^"]*"/, with: "name=\"form\"")
  }

  /// Everything that a stranger could change.
  func contents() async throws -> [String] {
    try await bed.app.node.read { connection in
      try [
        "needs", "need_answers", "prescription_items", "organizations", "contacts", "tools", "people", "grants", "tokens",
        "journal_entries",
      ]
      .flatMap { table in
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

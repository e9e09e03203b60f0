import App
import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import TestKit
import Testing
import Web

/// Whatever goes wrong with a form, the page says what, and nothing that was typed is lost.
@Suite struct FormsAgainTests {
  private static let typed = "What I typed with much care"

  @Test func aColleagueWasFaster() async throws {
    try await Desk.with { desk in
      let browser = desk.browser("facilitator")
      _ = try await browser.get("/desk/\(desk.code)")
      let fields = [("version", "0"), ("summary", Self.typed), ("summaryLanguage", "en"), ("outcome", "open")]
      let reply = try await browser.post("/desk/\(desk.code)", fields)
      #expect(reply.status == 409)
      #expect(reply.text.contains(Self.typed) && reply.text.contains("Somebody else has changed this need meanwhile."))
      #expect(reply.text.contains("The first summary"), "and how it is now")
    }
  }

  @Test func theGroupItselfWasFaster() async throws {
    try await Desk.with { desk in
      let browser = desk.browser("group")
      _ = try await browser.get("/needs/\(desk.code)/correction")
      let fields = [("version", "0"), ("words", Self.typed), ("language", "en")]
      let reply = try await browser.post("/needs/\(desk.code)/correction", fields)
      #expect(reply.status == 409)
      #expect(reply.text.contains(Self.typed) && reply.text.contains("Somebody else has changed this need meanwhile."))
      #expect(reply.text.contains(Desk.words), "and how it is now")
    }
  }

  @Test func whatIsPressedTwiceIsDoneOnce() async throws {
    try await Desk.with { desk in
      let browser = desk.browser("group")
      let page = try await browser.get("/needs/\(desk.code)/correction")
      let fields = [
        ("form", try #require(page.hidden("form"))), ("version", try #require(page.hidden("version"))), ("words", Self.typed),
        ("language", "en"),
      ]
      for _ in 1...2 {
        let reply = try await browser.post("/needs/\(desk.code)/correction", Array(fields.dropFirst()))
        #expect(reply.status == 303)
      }
      #expect(try await desk.bed.count("needs", where: "version = 3") == 1)
    }
  }

  @Test func whoIsNoLongerSignedInCanCopyIt() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      _ = try await browser.get("/receipt")
      let desk401 = try await browser.post("/desk/\(desk.code)", [("summary", Self.typed), ("version", "1")])
      #expect(desk401.status == 401 && desk401.text.contains(Self.typed))
      let own404 = try await browser.post("/needs/\(desk.code)/correction", [("words", Self.typed), ("version", "1")])
      #expect(own404.status == 404 && own404.text.contains(Self.typed))
    }
  }

  @Test func lettersWithoutSpacesAreKeptToo() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      _ = try await browser.get("/receipt")
      let reply = try await browser.post("/needs/\(desk.code)/correction", [("words", "我们需要记账"), ("version", "1")])
      #expect(reply.status == 404 && reply.text.contains("我们需要记账"))
    }
  }

  /// Where nobody knows whether it was stored, sending it again has to be recognized as the same.
  @Test func whatMayBeStoredIsSentUnderTheSameID() {
    var visit = Visit(
      method: .post, path: "/needs", headers: [:], visitor: "visitor", remoteAddress: "", isSecure: false, localizer: .english,
      site: SiteFrame(name: "", nodeID: "", languages: [], navigation: { _ in [] }, hasDemonstration: { false }))
    visit.formID = "new"
    let form = Form([("form", "old"), ("words", Self.typed)])
    let unknown = FormView(
      visit, form: form, error: .unavailable(Message("We do not know yet whether this was stored. Sending it again is safe")))
    #expect(unknown.formID == "old" && !unknown.summary.text.contains("Nothing was stored"))
    let changed = FormView(visit, form: form, error: .changedAfterSending(subject: ""))
    #expect(changed.formID == "new" && !changed.summary.text.contains("Nothing was stored"))
    let stale = FormView(visit, form: form, error: .conflict(Message("Somebody else has changed this need meanwhile.")))
    #expect(stale.formID == "new" && stale.summary.text.contains("Nothing was stored"))
  }

  @Test func secretsAreNotShownAgain() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      _ = try await browser.get("/receipt")
      let reply = try await browser.post("/me/passphrase", [("current", "four words and more"), ("new", "as many words again")])
      #expect(reply.status >= 400)
      #expect(!reply.text.contains("four words") && !reply.text.contains("many words"))
    }
  }

  /// Without her session, what a facilitator wrote down would look as if the group had said it here.
  @Test func nobodySpeaksForAGroupUnseen() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      _ = try await browser.get("/receipt")
      let reply = try await browser.post(
        "/needs",
        [
          ("name", "Group of the hill"), ("country", "CL"), ("words", Self.typed), ("language", "en"),
          ("provenance.statedBy", "Rosa of the hill"), ("provenance.relation", "member"), ("provenance.how", "telephone"),
          ("provenance.consent", "spoken"),
        ])
      #expect(reply.status == 401)
      #expect(reply.text.contains(Self.typed) && reply.text.contains("Rosa of the hill") && reply.text.contains("/sign-in"))
      #expect(try await desk.bed.count("needs") == 1)
    }
  }

  @Test func whoTriesTooOftenIsToldHowLongToWait() async throws {
    try await Desk.with(limits: true) { desk in
      let browser = desk.browser(nil)
      _ = try await browser.get("/receipt")
      var last = try await browser.get("/receipt")
      for _ in 0..<11 { last = try await browser.post("/receipt", [("code", desk.code), ("receipt", "0000-0000")]) }
      #expect(last.status == 429)
      #expect(last.text.contains("That was too often in a short time") && last.headers[.retryAfter] != nil)
      #expect(last.hidden("form")?.isEmpty == false)
      // Programs that guess are counted too.
      let program = desk.browser(nil, headers: [HTTPField.Name("Civil-Receipt")!: "0000-0000-0000-0000-0000-0000"])
      var statuses: Set<Int> = []
      for _ in 0..<12 { statuses.insert(try await program.get("/api/v1/needs/\(desk.code)").status) }
      #expect(statuses.isSubset(of: [404, 429]))
    }
  }

  @Test func whatCannotBeReadIsNotOurFault() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      for path in ["/needs?country=%00", "/api/v1/needs?country=%00", "/tools/%00", "/api/v1/tools/%00"] {
        let reply = try await browser.get(path)
        #expect([400, 404, 422].contains(reply.status), "\(path): \(reply.status)")
      }
    }
  }

  @Test func anotherEncodingIsShownWithItsHoles() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      let page = try await browser.get("/needs/new")
      let id = try #require(page.hidden("form"))
      let reply = try await browser.send("/needs", "form=\(id)&name=Group&country=CL&language=es&words=La+se%F1ora+de+la+casa")
      #expect(reply.status == 400)
      #expect(reply.text.contains("La se\u{FFFD}ora de la casa") && reply.text.contains("Some signs in this could not be read."))
    }
  }

  @Test func whatIsFarTooLongIsKept() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil)
      _ = try await browser.get("/needs/new")
      let long = String(repeating: "many words ", count: 30_000)
      let reply = try await browser.post("/needs", [("name", "Group"), ("country", "CL"), ("language", "en"), ("words", long)])
      #expect(reply.status == 422)
      #expect(reply.text.contains(long.prefix(300_000)))
    }
  }

  @Test func aHeadHasNoBody() async throws {
    try await Desk.with { desk in
      for path in ["/", "/nowhere", "/api/v1/nowhere", "/needs"] {
        let reply = try await desk.browser(nil).send(.head, path)
        #expect(reply.text.isEmpty, "\(path)")
      }
    }
  }

  /// `curl -d` says by itself that it sends a form.
  @Test func jsonIsJSONWhateverItIsCalled() async throws {
    try await Desk.with { desk in
      let browser = desk.browser(nil, headers: [.authorization: "Bearer facilitator", .idempotencyKey: "one"])
      let words = "We keep 100%ab of it &form=zz"
      let body: JSON = [
        "organization": ["name": "Group", "country": "CL"], "words": .string(words), "language": "en",
        "provenance": ["statedBy": "Ana", "relation": "member", "how": "telephone", "consent": "spoken"],
      ]
      let reply = try await browser.send("/api/v1/needs", body.description)
      #expect(reply.status == 201)
      #expect(reply.json["words"]?.string == words)
      #expect(try await desk.bed.count("idempotency", where: "key = 'one'") == 1)
    }
  }
}

/// A need that is open and may be corrected, and who may be what: a session or a token is named after what it is.
private struct Desk: Sendable {
  static let words = "We lose the notebook with the names of our members."

  let bed: Bed
  let site: Site
  let code: String

  static func with(limits: Bool = false, _ body: @Sendable (Desk) async throws -> Void) async throws {
    try await Bed.with(.sqlite) { bed in
      let statement = NeedStatement(
        organization: OrganizationStatement(name: "Wiphala", country: "CL"), words: Text(words), language: "en",
        showPublicly: true, channel: .web)
      let id = try await bed.app.needs.submit(statement, as: .system, once: nil).id
      let code = try await bed.app.node.act(as: .system) { act in
        let need = try #require(try NeedStore(act.connection).find(id))
        let triage = TriageNeed(
          id, version: need.version, summary: "The first summary of it.", summaryLanguage: "en", outcome: .open)
        return try triage(in: act).code.description
      }
      var parts = bed.app.site.parts
      if !limits { parts.limiter = Limiter(isOff: true) }
      parts.authenticator = Authenticator { session, token, visitor in
        let actor: Actor =
          switch token ?? session {
          case "facilitator": Actor(.person(id: "facilitator"), grants: [Grant(.facilitator)])
          case "group": Actor(.stranger(visitor: visitor), receipts: [id.rawValue])
          default: Actor(.stranger(visitor: visitor))
          }
        return Identity(actor: actor, name: nil, session: nil, visitor: visitor)
      }
      try await body(Desk(bed: bed, site: Site(parts, node: bed.app.node), code: code))
    }
  }

  func browser(_ session: String?, headers: HTTPFields = [:]) -> TestBrowser {
    var headers = headers
    if let session { headers[.cookie] = "session=\(session)" }
    return TestBrowser(site, headers: headers)
  }
}

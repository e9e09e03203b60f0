import App
import Database
import HTTPTypes
import Journal
import Kernel
import People
import TestKit
import Testing
import Web

/// Needs as programs state, list and open them: nothing that they did not mean is done.
@Suite struct NeedAPITests {
  private static let stated: JSON = [
    "organization": ["name": "Las Amapolas", "country": "CL"], "words": "We keep our accounts on paper.", "language": "en",
    "provenance": ["statedBy": "Rosa", "relation": "treasurer", "how": "in person", "consent": "spoken"],
  ]

  @Test(arguments: TestDatabase.engines) func aStatementOfTheWrongKindIsRefusedAndNamed(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let program = try await facilitator(bed)
      let cases: [(String, JSON)] = [
        ("organization", 5), ("organization", .null), ("organization", []), ("organization.id", 5),
        ("organization.name", ["x"]), ("organization.country", 5), ("organization.subdivision", false),
        ("organization.kind", 5), ("organization.kind", "club"), ("organization.connectivity", true),
        ("organization.connectivity", "pigeon"), ("words", .null), ("words", 5), ("language", ["en"]),
        ("constraints", "offline"), ("constraints", ["offline", 5]), ("constraints", ["moon"]), ("showPublicly", "yes"),
        ("showPublicly", 1), ("showPublicly", .null), ("provenance", "Rosa"), ("provenance.statedBy", 5),
        ("provenance.relation", .null), ("provenance.how", 5), ("provenance.consent", true), ("provenance.at", 5),
      ]
      for (path, value) in cases {
        let reply = try await program.send(.post, "/api/v1/needs", Self.setting(path, value))
        #expect(reply.status == 422, "\(path): \(value)")
        #expect(Self.fields(reply) == [path], "\(path): \(value)")
      }
      for body in [5, [], .null, "text"] as [JSON] {
        #expect(try await program.send(.post, "/api/v1/needs", body).status == 400)
      }
      #expect(try await bed.count("needs") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatALaterVersionMayKnowIsPassedOver(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let program = try await facilitator(bed)
      var body = Self.stated
      body["colour"] = "red"
      body["constraints"] = JSON.null
      body["showPublicly"] = true
      body["organization"]?["size"] = 40
      for name in ["id", "kind", "subdivision", "connectivity"] { body["organization"]?[name] = JSON.null }
      body["provenance"]?["at"] = JSON.null
      body["provenance"]?["place"] = "the market"
      let reply = try await program.send(.post, "/api/v1/needs", body)
      #expect(reply.status == 201)
      #expect(reply.json["showPublicly"] == true)
    }
  }

  @Test(arguments: TestDatabase.engines) func aNeedIsOpenedOnlyWhenThatIsWhatWasSaid(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let program = try await facilitator(bed)
      let need = try await program.send(.post, "/api/v1/needs", Self.setting("showPublicly", true)).json
      let path = "/api/v1/needs/\(try #require(need["code"]?.string))"
      let cases: [(JSON, [String])] = [
        (["version": 1, "summary": "x", "state": "Triaged"], ["state"]),
        (["version": 1, "summary": "x", "state": "closed"], ["state"]),
        (["version": 1, "summary": "x", "state": "expressed"], ["state"]),
        (["version": 1, "summary": "x", "state": ""], ["state"]), (["version": 1, "summary": "x", "state": 5], ["state"]),
        (["version": 1, "summary": "x", "state": .null], ["state"]),
        (["version": 1, "summary": "x", "summaryLanguage": 5], ["summaryLanguage"]),
        (["version": 1, "summary": "x", "summaryLanguage": .null], ["summaryLanguage"]),
        (["version": 1, "summary": "x", "summaryLanguage": "x"], ["summaryLanguage"]),
        (["version": 1, "summary": "x", "summaryLanguage": "in English"], ["summaryLanguage"]),
        (["version": "1", "summary": "x"], ["version"]), (["version": 1.5, "summary": "x"], ["version"]),
        (["summary": "x"], ["version"]), ([:], ["version"]), (["version": 1, "summary": 5], ["summary"]),
        (["version": 1, "summary": .null], ["summary"]), (["version": 1], ["summary"]),
        (["version": 1, "summary": "x", "outcome": "triaged"], ["outcome"]),
        (
          ["version": .null, "summary": true, "summaryLanguage": "", "state": [], "words": "x"],
          ["version", "summary", "summaryLanguage", "state", "words"]
        ),
      ]
      for (body, fields) in cases {
        let reply = try await program.send(.patch, path, body)
        #expect(reply.status == 422, "\(body)")
        #expect(Self.fields(reply) == fields, "\(body)")
      }
      let closed = try await program.send(.patch, path, ["version": 1, "summary": "x", "state": "closed"])
      #expect(closed.text.contains("triaged, open"))
      for body in [5, [], .null, "text"] as [JSON] { #expect(try await program.send(.patch, path, body).status == 400) }
      let untouched = try await program.get(path).json
      #expect(untouched["state"] == "expressed")
      #expect(untouched["version"] == 1)

      let triage: JSON = ["version": 1, "summary": "Accounts are kept on paper.", "summaryLanguage": "en", "state": "triaged"]
      #expect(try await program.send(.patch, path, triage).json["state"] == "triaged")
      #expect(try await program.send(.patch, path, triage).status == 409)
      let open = try await program.send(.patch, path, ["version": 2, "summary": "Accounts are kept on paper."])
      #expect(open.json["state"] == "open")
      #expect(open.json["summaryLanguage"] == "en")
    }
  }

  @Test(arguments: TestDatabase.engines) func aFilterThatIsNotKnownListsNothing(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let program = try await facilitator(bed)
      #expect(try await program.send(.post, "/api/v1/needs", Self.stated).status == 201)
      let queries = [
        ("state=bogus", ["state"]), ("state=Open", ["state"]), ("country=Chile", ["country"]), ("language=x", ["language"]),
        ("state=5&country=QQ&language=no%20such", ["state", "country", "language"]),
      ]
      for (query, fields) in queries {
        let reply = try await program.get("/api/v1/needs?\(query)")
        #expect(reply.status == 422, "\(query)")
        #expect(Self.fields(reply) == fields, "\(query)")
        // A page is for people: it shows what it can.
        #expect(try await program.get("/needs?\(query)").status == 200, "\(query)")
      }
      for query in ["", "state=", "state=expressed&country=cl&language=en"] {
        #expect(try await program.get("/api/v1/needs?\(query)").json["items"]?.array?.count == 1, "\(query)")
      }
      #expect(try await program.get("/api/v1/needs?state=closed").json["items"]?.array?.count == 0)
    }
  }

  /// A program of a facilitator of the whole node, before a site without limits.
  private func facilitator(_ bed: Bed) async throws -> TestBrowser {
    let create = CreateToken(name: "Test", grant: Grant(.facilitator), expiresAt: nil)
    let token = try await bed.app.node.act(as: .system) { act in try create(in: act) }
    var parts = bed.app.site.parts
    parts.limiter = Limiter(isOff: true)
    return TestBrowser(Site(parts, node: bed.app.node), headers: [.authorization: "Bearer " + token])
  }

  /// The statement with one member set to another value.
  private static func setting(_ path: String, _ value: JSON) -> JSON {
    var body = stated
    let names = path.split(separator: ".").map { String($0) }
    if names.count == 2 { body[names[0]]?[names[1]] = value } else { body[names[0]] = value }
    return body
  }

  /// The fields that a problem names.
  private static func fields(_ reply: TestBrowser.Reply) -> [String] {
    reply.json["errors"]?.array?.compactMap { $0["field"]?.string } ?? []
  }
}

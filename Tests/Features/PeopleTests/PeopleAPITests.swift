import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import TestKit
import Testing
import Web

@testable import People

@Suite struct PeopleAPITests {
  @Test(arguments: TestDatabase.engines)
  func aTokenLearnsWhatItIs(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let program = try await bed.program(.facilitator, scope: "country:CL")
      let me = try await program.get("/api/v1/me")
      #expect(me.status == 200)
      #expect(me.json["name"] == "Test")
      #expect(me.json["role"] == "facilitator")
      #expect(me.json["scope"] == "country:CL")
      #expect(me.json["token"] == nil)
      #expect(try await bed.browser().get("/api/v1/me").status == 401)
      #expect(try await bed.browser(headers: [.authorization: "Bearer civil_nonsense"]).get("/api/v1/me").status == 401)
      // A program's rights come from its token alone.
      try await bed.person("amina")
      #expect(try await bed.signedIn("amina").get("/api/v1/me").status == 401)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func administratorsMakeListAndRevokeTokens(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let root = try await bed.program(.administrator)
      let ends = (bed.clock.now() + .days(30)).iso8601
      let made = try await root.send(
        .post, "/api/v1/tokens", ["name": "Radio", "role": "facilitator", "scope": "country:CL", "expiresAt": .string(ends)])
      #expect(made.status == 201)
      let token = try #require(made.json["token"]?.string)
      #expect(token.hasPrefix("civil_") && token.count == 54)
      let program = bed.browser(headers: [.authorization: "Bearer " + token])
      #expect(try await program.get("/api/v1/me").json["expiresAt"] == .string(ends))
      #expect(try await program.get("/api/v1/tokens").status == 404)

      let list = try await root.get("/api/v1/tokens")
      #expect(list.json["items"]?.array?.count == 2)
      #expect(list.text.contains(token) == false)
      let id = try #require(made.json["id"]?.string)
      #expect(try await program.send(.delete, "/api/v1/tokens/\(id)").status == 404)
      #expect(try await root.send(.delete, "/api/v1/tokens/\(id)").status == 204)
      #expect(try await root.send(.delete, "/api/v1/tokens/\(id)").status == 404)
      #expect(try await program.get("/api/v1/me").status == 401)
      #expect(try await bed.history(id) == ["tokenCreated", "tokenRevoked"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func tokensRunOut(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let create = CreateToken(name: "Radio", grant: Grant(.facilitator), expiresAt: bed.clock.now() + .days(1))
      let token = try await bed.node.act(as: .system) { act in try create(in: act) }
      let program = bed.browser(headers: [.authorization: "Bearer " + token])
      #expect(try await program.get("/api/v1/me").status == 200)
      bed.clock.advance(by: .days(1))
      #expect(try await program.get("/api/v1/me").status == 401)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theSameKeyMakesOneToken(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let create = CreateToken(name: "Root", grant: Grant(.administrator), expiresAt: nil)
      let token = try await bed.node.act(as: .system) { act in try create(in: act) }
      let root = bed.browser(headers: [.authorization: "Bearer " + token, .idempotencyKey: "one"])
      let body: JSON = ["name": "Radio", "role": "facilitator"]
      let first = try await root.send(.post, "/api/v1/tokens", body)
      let second = try await root.send(.post, "/api/v1/tokens", body)
      #expect(first.status == 201)
      #expect(second.status == 201)
      #expect(first.text == second.text)
      #expect(try await root.send(.post, "/api/v1/tokens", ["name": "Radio", "role": "administrator"]).status == 422)
      #expect(try await bed.count("tokens") == 2)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func badTokensAreRefusedFieldByField(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let root = try await bed.program(.administrator)
      let cases: [(JSON, [String])] = [
        ([:], ["role"]), (["name": 5, "role": "king"], ["name", "role"]), (["name": "", "role": "facilitator"], ["name"]),
        (["name": "x", "role": "facilitator", "scope": "Chile"], ["scope"]),
        (["name": "x", "role": "facilitator", "expiresAt": "soon"], ["expiresAt"]),
        (["name": "x", "role": "facilitator", "expiresAt": "2001-01-01T00:00:00Z"], ["expiresAt"]),
        (["name": "x", "role": "facilitator", "expiresAt": "2099-01-01T00:00:00Z"], ["expiresAt"]),
        (["name": "x", "role": "facilitator", "expiresAt": "9999999999-01-01T00:00:00Z"], ["expiresAt"]),
        (["name": "x", "role": "facilitator", "expiresAt": true], ["expiresAt"]),
        (["name": "x", "role": "facilitator", "scope": 5], ["scope"]), (["name": "x", "role": 5], ["role"]),
        (["name": .null, "role": .null], ["name", "role"]),
        // What would be passed over is no end at all.
        (["name": "x", "role": "facilitator", "days": 5], ["days"]),
        (["name": "x", "role": "facilitator", "expires": "x", "scopes": []], ["expires", "scopes"]),
      ]
      for (body, fields) in cases {
        let reply = try await root.send(.post, "/api/v1/tokens", body)
        #expect(reply.status == 422)
        #expect(reply.json["errors"]?.array?.compactMap { $0["field"]?.string } == fields)
      }
      for body in ["text", 5, [], .null] as [JSON] {
        #expect(try await root.send(.post, "/api/v1/tokens", body).status == 400)
      }
      #expect(try await bed.count("tokens") == 1)
      let open = try await root.send(
        .post, "/api/v1/tokens", ["name": "x", "role": "facilitator", "scope": .null, "expiresAt": .null])
      #expect(open.status == 201)
      #expect(open.json["expiresAt"] == .null)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func tokensAreMadeAndRevokedOnAPage(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let root = try await bed.person("root", [Grant(.administrator)])
      let browser = try await bed.signedIn("root", try await bed.issueTOTP(root))
      _ = try await browser.get("/me/tokens")
      let fields = [("name", "Radio"), ("role", "facilitator"), ("scope", "country:CL"), ("days", "30")]
      let wrong = try await browser.post("/me/tokens", fields.map { ($0.0, $0.0 == "days" ? "soon" : $0.1) })
      #expect(wrong.status == 422)
      #expect(wrong.text.contains("value=\"Radio\"") && wrong.text.contains("value=\"soon\""))
      let first = try await browser.post("/me/tokens", fields)
      let token = try #require(first.part(after: "<code dir=\"ltr\">"))
      // Pressed twice: the same token, not a second one.
      #expect(try await browser.post("/me/tokens", fields).part(after: "<code dir=\"ltr\">") == token)
      #expect(try await bed.count("tokens") == 1)
      let program = bed.browser(headers: [.authorization: "Bearer " + token])
      #expect(try await program.get("/api/v1/me").status == 200)
      let page = try await browser.get("/me/tokens")
      #expect(page.text.contains(token) == false)
      let id = try #require(page.hidden("token") ?? page.part(after: "name=\"token\" value=\""))
      #expect(try await browser.post("/me/tokens/removal", [("token", id)]).status == 303)
      #expect(try await browser.post("/me/tokens/removal", [("token", id)]).status == 303)
      #expect(try await program.get("/api/v1/me").status == 401)
    }
  }

  // MARK: - Organizations

  @Test(arguments: TestDatabase.engines)
  func anOrganizationIsReadAndChangedByThoseWhoSpeakForIt(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let organization = try await bed.organization()
      let path = "/api/v1/organizations/\(organization.id.rawValue)"
      let member = try await bed.program(.member, scope: "organization:\(organization.id.rawValue)")
      let facilitator = try await bed.program(.facilitator, scope: "country:CL")
      for program in [member, facilitator] { #expect(try await program.get(path).json["name"] == "Las Amapolas") }
      for role in [Role.volunteer, .moderator, .partner, .organizer] {
        let program = try await bed.program(role)
        #expect(try await program.get(path).status == 404)
        #expect(try await program.send(.patch, path, ["version": 1, "kind": "ngo"]).status == 404)
      }
      #expect(try await bed.program(.facilitator, scope: "country:PE").get(path).status == 404)
      #expect(try await bed.browser().get(path).status == 404)
      let changed = try await member.send(
        .patch, path,
        [
          "version": 1, "kind": "cooperative", "languages": ["es", "arn"], "subdivision": "cl-rm", "connectivity": "basicPhone",
          "visibility": "pseudonym", "pseudonym": "The Poppies",
        ])
      #expect(changed.status == 200)
      #expect(changed.json["version"] == 2)
      let read = try await facilitator.get(path).json
      #expect(read == changed.json)
      #expect(read["kind"] == "cooperative")
      #expect(read["languages"] == ["es", "arn"])
      #expect(read["subdivision"] == "CL-RM")
      #expect(read["connectivity"] == "basicPhone")
      #expect(read["name"] == "Las Amapolas")
      let known = try await bed.node.read { try OrganizationStore($0).find(organization.id) }
      #expect(known?.publicName == "The Poppies")
      // Somebody who read it before does not overwrite what was changed.
      #expect(try await facilitator.send(.patch, path, ["version": 1, "kind": "ngo"]).status == 409)
      let emptied = try await member.send(.patch, path, ["version": 2, "subdivision": .null, "connectivity": .null])
      #expect(emptied.json["subdivision"] == .null)
      #expect(emptied.json["connectivity"] == .null)
      #expect(
        try await bed.history(organization.id.rawValue) == ["organizationMade", "organizationChanged", "organizationChanged"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whatCannotBeTakenIsNamed(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let organization = try await bed.organization()
      let path = "/api/v1/organizations/\(organization.id.rawValue)"
      let program = try await bed.program(.facilitator)
      let cases: [(JSON, [String])] = [
        (["kind": "ngo"], ["version"]), (["version": 1, "kind": "club"], ["kind"]),
        (["version": 1, "country": "Chile"], ["country"]),
        (["version": 1, "subdivision": "PE-LIM"], ["subdivision"]), (["version": 1, "languages": ["x y"]], ["languages"]),
        (["version": 1, "languages": "es"], ["languages"]), (["version": 1, "visibility": "pseudonym"], ["pseudonym"]),
        (["version": 1, "name": ""], ["name"]), (["version": 1, "isVerified": true], ["isVerified"]),
        (["version": 1, "connectivity": "pigeon", "visibility": "loud"], ["connectivity", "visibility"]),
        (["version": "1", "kind": "ngo"], ["version"]), (["version": .null, "kind": "ngo"], ["version"]),
        (["version": 1, "kind": 5, "subdivision": false], ["kind", "subdivision"]),
        (["version": 1, "name": .null, "visibility": .null], ["name", "visibility"]),
        (["version": 1, "languages": ["es", 5]], ["languages"]), (["version": 1, "pseudonym": 5], ["pseudonym"]),
        (["version": 1, "colour": "red"], ["colour"]),
      ]
      for (body, fields) in cases {
        let reply = try await program.send(.patch, path, body)
        #expect(reply.status == 422)
        #expect(reply.json["errors"]?.array?.compactMap { $0["field"]?.string } == fields)
      }
      for body in [5, []] as [JSON] { #expect(try await program.send(.patch, path, body).status == 400) }
      #expect(try await program.get(path).json["version"] == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anotherNameHasToBeVouchedForAnew(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let organization = try await bed.organization()
      try await bed.database.write { try $0.execute("UPDATE organizations SET is_verified = 1") }
      let path = "/api/v1/organizations/\(organization.id.rawValue)"
      let member = try await bed.program(.member, scope: "organization:\(organization.id.rawValue)")
      #expect(try await member.send(.patch, path, ["version": 1, "kind": "ngo"]).json["isVerified"] == true)
      let facilitator = try await bed.program(.facilitator)
      #expect(try await facilitator.send(.patch, path, ["version": 2, "name": "Las Rosas"]).json["isVerified"] == true)
      #expect(try await member.send(.patch, path, ["version": 3, "name": "The Red Cross"]).json["isVerified"] == false)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anOrganizationIsChangedOnAPage(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let organization = try await bed.organization()
      try await bed.person("amina", [Grant(.member, scope: "organization:\(organization.id.rawValue)")])
      let browser = try await bed.signedIn("amina")
      let path = "/organizations/\(organization.id.rawValue)/edit"
      #expect(try await browser.get("/me").text.contains("href=\"\(path)\""))
      let page = try await browser.get(path)
      #expect(page.text.contains("value=\"Las Amapolas\""))
      let fields = [
        ("version", "1"), ("name", "Las Amapolas"), ("kind", "cooperative"), ("country", "CL"), ("subdivision", "Santiago"),
        ("connectivity", ""),
        ("languages", "es"), ("languages", "qu"), ("visibility", "named"), ("pseudonym", ""),
      ]
      let wrong = try await browser.post(path, fields)
      #expect(wrong.status == 422)
      #expect(wrong.text.contains("value=\"Santiago\""))
      #expect(wrong.text.contains("value=\"qu\" checked"))
      #expect(try await browser.post(path, fields.map { ($0.0, $0.0 == "subdivision" ? "" : $0.1) }).location == path)
      let known = try await bed.node.read { try OrganizationStore($0).find(organization.id) }
      #expect(known?.kind == .cooperative)
      #expect(known?.languages == ["es", "qu"])
      // The page was open twice.
      #expect(try await browser.post(path, fields.map { ($0.0, $0.0 == "subdivision" ? "CL-RM" : $0.1) }).status == 409)
      try await bed.person("eve")
      let eve = try await bed.signedIn("eve")
      #expect(try await eve.get(path).status == 404)
    }
  }
}

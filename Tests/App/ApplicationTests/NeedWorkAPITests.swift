import App
import Database
import HTTPTypes
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing
import Web

/// What a need asks of whoever helps, as programs read and write it.
@Suite struct NeedWorkAPITests {
  @Test(arguments: TestDatabase.engines) func aProgramSaysWhatTheWorkIs(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/api/v1/needs/\(village.need.code)"
      let program = try await village.program(.facilitator, scope: "country:CL")
      func patch(_ more: [(String, JSON)]) async throws -> TestBrowser.Reply {
        let version = try #require(try await program.get(path).json["version"])
        let body: [JSON.Object.Member] = [("version", version), ("summary", "A small group wants to keep its accounts.")]
        return try await program.send(.patch, path, .object(JSON.Object(body + more.map { ($0.0, $0.1) })))
      }
      let said: [(String, JSON)] = [
        ("skills", ["skill.accounting", "skill.spreadsheets"]), ("effort", "week"), ("neededBy", "2031-05-04"),
        ("isOnSite", true), ("seeksMore", true),
      ]
      let reply = try await patch(said)
      #expect(reply.status == 200)
      // A stranger reads it too, because a volunteer has to know it before offering.
      let stranger = TestBrowser(village.bed.siteWithoutLimits)
      for json in [reply.json, try await program.get(path).json, try await stranger.get(path).json] {
        for (name, value) in said { #expect(json[name] == value, "\(name)") }
      }
      // What is not sent stays; null empties.
      #expect(try await patch([("effort", .null)]).status == 200)
      let left = try await program.get(path).json
      #expect(left["effort"] == JSON.null && left["neededBy"] == "2031-05-04" && left["isOnSite"] == true)
      #expect(left["skills"] == ["skill.accounting", "skill.spreadsheets"])
      #expect(try await patch([("neededBy", .null), ("skills", .null), ("isOnSite", false)]).status == 200)
      let emptied = try await program.get(path).json
      #expect(emptied["neededBy"] == JSON.null && emptied["skills"] == [] && emptied["isOnSite"] == false)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsNoWorkIsRefusedAndNamed(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/api/v1/needs/\(village.need.code)"
      let program = try await village.program(.facilitator, scope: "country:CL")
      let cases: [(String, JSON)] = [
        ("skills", ["skill.flying"]), ("skills", "skill.accounting"), ("skills", [5]), ("effort", "year"), ("effort", 5),
        ("neededBy", "tomorrow"), ("neededBy", 5), ("neededBy", "2031-02-30"), ("isOnSite", "yes"), ("isOnSite", .null),
        ("seeksMore", 1), ("remote", true),
      ]
      for (name, value) in cases {
        var body: JSON = ["version": .int(village.need.version), "summary": "A small group wants to keep its accounts."]
        body[name] = value
        let reply = try await program.send(.patch, path, body)
        #expect(reply.status == 422, "\(name): \(value)")
        #expect(reply.json["errors"]?.array?.compactMap { $0["field"]?.string } == [name], "\(name): \(value)")
      }
      #expect(try await program.get(path).json["version"] == .int(village.need.version))
    }
  }

  @Test func everyMemberIsDescribed() async throws {
    try await Bed.with(.sqlite) { bed in
      let paths = bed.app.openAPI["paths"]
      let patch = paths?["/api/v1/needs/{code}"]?["patch"]?["requestBody"]?["content"]?["application/json"]?["schema"]
      let need = NeedAPI.needSchema["properties"]
      for name in ["skills", "effort", "neededBy", "isOnSite", "seeksMore"] {
        #expect(patch?["properties"]?[name] != nil, "\(name)")
        #expect(need?[name] != nil, "\(name)")
      }
      for act in ["split", "assignment"] { #expect(paths?["/api/v1/needs/{code}/\(act)"]?["post"] != nil, "\(act)") }
    }
  }
}

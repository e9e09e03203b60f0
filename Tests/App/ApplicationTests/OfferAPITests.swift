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

/// The same through the API alone: a volunteer with a token of their own, a group with nothing but its receipt.
@Suite struct OfferAPITests {
  @Test(arguments: TestDatabase.engines) func fromANeedToASolvedOne(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let vera = TestBrowser(neighbourhood.site, headers: [.authorization: "Bearer Vera"])
      let profile: JSON = [
        "skills": [["skill": "skill.spreadsheets", "level": 3]], "languages": ["es"], "hoursAWeek": 4, "ageBand": "adult",
      ]
      #expect(try await vera.send(.get, "/api/v1/volunteer").status == 404)
      #expect(try await vera.send(.put, "/api/v1/volunteer", profile).json["skills"]?.array?.count == 1)
      let fits = try await vera.send(.get, "/api/v1/volunteer/needs").json["items"]?.array
      #expect(fits?.map { $0["code"]?.string } == [neighbourhood.code])
      #expect(fits?.first?["warnings"]?.array?.isEmpty == true)

      let offers = "/api/v1/needs/\(neighbourhood.code)/offers"
      let made = try await vera.send(.post, offers, ["words": "I can do it.", "language": "en"])
      #expect(made.status == 201 && made.json["state"]?.string == "offered")
      let path = offers + "/" + (made.json["id"]?.string ?? "")
      let group = try await self.group(neighbourhood)
      #expect(try await group.send(.get, offers).json["items"]?.array?.count == 1)
      #expect(try await TestBrowser(neighbourhood.site).send(.get, offers).status == 404)
      #expect(try await group.send(.post, path + "/acceptance", ["seeksMore": false]).json["state"]?.string == "accepted")
      let seen = try await vera.send(.post, path + "/posts", ["words": "Here it is.", "language": "en", "kind": "progress"]).json
      #expect(seen["posts"]?.array?.count == 2 && seen["words"]?.string == Neighbourhood.words)
      let file: JSON = ["name": "list.csv", "content": "YSxiCjEsMgo="]
      let sent = try await vera.send(.post, path + "/posts", ["words": "The list.", "files": [file]]).json["posts"]?.array
      let link = try #require(sent?.compactMap { $0["files"]?.array?.first?["id"]?.string }.first)
      #expect(try await group.get(path + "/files/" + link).text == "a,b\n1,2\n")
      #expect(try await TestBrowser(neighbourhood.site).send(.get, path + "/files/" + link).status == 404)
      for wrong: JSON in [["name": "list.csv"], ["name": "list.csv", "content": "%"], "list.csv"] {
        #expect(try await vera.send(.post, path + "/posts", ["words": "The list.", "files": [wrong]]).status == 422)
      }
      #expect(try await vera.send(.post, path + "/work", ["hours": 0]).status == 422)
      #expect(try await vera.send(.post, path + "/work", ["hours": 3]).status == 200)
      let outcome: JSON = ["change": "Nobody loses count.", "language": "en", "namesOnRecord": true]
      let done = try await group.send(.post, path + "/outcome", outcome).json
      #expect(done["state"]?.string == "completed" && done["outcome"]?["hours"]?.int == 3)
      #expect(try await neighbourhood.state() == .resolved)
      #expect(try await vera.send(.get, path).json["record"]?.string?.hasPrefix("/records/") == true)
    }
  }

  @Test(arguments: TestDatabase.engines) func aKeyIsDoneOnce(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let vera = TestBrowser(neighbourhood.site, headers: [.authorization: "Bearer Vera", .idempotencyKey: "one"])
      let offers = "/api/v1/needs/\(neighbourhood.code)/offers"
      let first = try await vera.send(.post, offers, ["words": "I can do it."]).json["id"]?.string
      let again = try await vera.send(.post, offers, ["words": "I can do it."]).json["id"]?.string
      #expect(first == again && first != nil)
      #expect(try await vera.send(.post, offers, ["words": "Something else."]).status == 422)
      #expect(try await vera.send(.post, offers, ["words": "I can do it.", "name": "?"]).status == 422)
    }
  }

  /// The need's own receipt, as its slip has it.
  private func group(_ neighbourhood: Neighbourhood) async throws -> TestBrowser {
    let found = try await neighbourhood.bed.app.node.read { [need = neighbourhood.need] in try NeedStore($0).find(need) }
    let need = try #require(found)
    let receipt = neighbourhood.bed.app.node.keys.receipt(subject: need.id.rawValue, generation: need.receiptGeneration).text
    let name = try #require(HTTPField.Name("Civil-Receipt"))
    return TestBrowser(neighbourhood.site, headers: [name: receipt])
  }
}

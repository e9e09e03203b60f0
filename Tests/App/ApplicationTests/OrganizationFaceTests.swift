import App
import Database
import HTTPTypes
import Journal
import Kernel
import Logging
import Needs
import People
import TestKit
import Testing
import Web

/// What strangers read of a group, and that a no ends it at once.
@Suite struct OrganizationFaceTests {
  @Test(arguments: TestDatabase.engines)
  func aGroupIsShownWhenItHasSaidYes(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies)
      #expect(try await village.browser().get(path).status == 404)
      #expect(try await village.browser().get("/api/v1" + path).status == 404)
      try await village.showPoppies()
      let page = try await village.browser().get(path)
      #expect(page.status == 200)
      #expect(page.text.contains("Las Amapolas") && page.text.contains("not yet verified"))
      #expect(page.text.contains(village.need.code.description), "a need that everybody may read stands there")
      for secret in Village.secrets.dropFirst() { #expect(!page.text.contains(secret), "\(secret)") }
      #expect(try await village.browser().get("/organizations").text.contains("Las Amapolas"))
      let json = try await village.browser().get("/api/v1" + path).json
      #expect(json["name"] == "Las Amapolas")
      #expect(json["needs"]?.array?.first?["code"]?.string == village.need.code.description)
      #expect(json["version"] == nil && json["connectivity"] == nil && json["visibility"] == nil)
      // From the need one comes to the group.
      #expect(try await village.browser().get("/needs/\(village.need.code)").text.contains("href=\"\(path)\""))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func underAnotherNameTheOwnIsNowhere(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let yes = [("showPublicly", "pseudonym"), ("pseudonym", "The Poppies")]
      #expect(try await village.send(village.path(village.poppies, "/answers"), as: "amina", yes).status == 303)
      let places = [
        village.path(village.poppies), "/organizations", "/organizations?q=poppies", "/api/v1/organizations",
        "/api/v1" + village.path(village.poppies), "/needs", "/needs.atom", "/needs.csv", "/needs/\(village.need.code)",
        village.path(village.poppies, "/letter"),
      ]
      for place in places {
        let reply = try await village.browser().get(place)
        #expect(reply.status == 200 && reply.text.contains("The Poppies"), "\(place)")
        for secret in Village.secrets { #expect(!reply.text.contains(secret), "\(place) tells \(secret)") }
      }
      let search = try await village.browser().get("/organizations?q=amapolas")
      #expect(search.text.contains("No group fits this search."))
      #expect(try await village.browser().get("/api/v1/organizations?q=amapolas").json["items"]?.array?.count == 0)
    }
  }

  /// Every page, every feed and every form, as somebody who has nothing to do with the group.
  @Test(arguments: TestDatabase.engines)
  func aHiddenGroupIsAsIfItDidNotExist(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let never = "0190a000-0000-7000-8000-000000000000"
      let routes = village.bed.app.routes.filter { $0.path.contains("organizations/{id}") }
      #expect(routes.count > 15)
      for session in [nil, "berta", "pedro", "mona"] {
        for route in routes where route.kind != .api {
          func reply(_ id: String) async throws -> (status: Int, text: String) {
            let path = route.path.replacing("{id}", with: id)
            let reply =
              route.kind == .form
              ? try await village.send(
                path, as: session,
                [
                  ("words", "Hello."), ("answerTo", "a@b.example"), ("reason", "I know them."), ("agrees", "1"),
                  ("showPublicly", "named"), ("version", "1"), ("person", "x"), ("letter", "x"),
                ])
              : try await village.browser(session).get(path)
            return (
              reply.status,
              reply.text.replacing(id, with: "ID").replacing(/name="form" value="[^"]*"/, with: "form")
                + (reply.location ?? "").replacing(id, with: "ID")
            )
          }
          let hidden = try await reply(village.poppies.rawValue)
          #expect(try await reply(never) == hidden, "\(route.method) \(route.path) as \(session ?? "a stranger")")
          #expect([303, 401, 404].contains(hidden.status), "\(route.method) \(route.path) as \(session ?? "a stranger")")
          for secret in Village.secrets { #expect(!hidden.text.contains(secret), "\(route.path) tells \(secret)") }
        }
      }
      for place in ["/", "/organizations", "/api/v1/organizations", "/needs", "/needs.atom", "/needs.csv", "/api/v1/needs"] {
        let text = try await village.browser().get(place).text
        for secret in Village.secrets { #expect(!text.contains(secret), "\(place) tells \(secret)") }
        #expect(!text.contains(village.poppies.rawValue))
      }
      #expect(try await village.bed.count("organization_letters") == 0)
      #expect(try await village.bed.count("organization_answers") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aNoCountsOnAnotherServerWithinASecond(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      let bed = village.bed
      let other = try CivilApplication(
        bed.app.settings, node: Node(database: try await bed.database.another(), keys: bed.app.node.keys, logger: logger))
      try await other.node.indexes.load()
      let site = bed.site(of: other)
      let places = [village.path(village.poppies), "/organizations", "/needs/\(village.need.code)", "/needs.atom"]
      func telling() async throws -> [Bool] {
        var found: [Bool] = []
        for place in places { found.append(try await village.browser(on: site).get(place).text.contains("Las Amapolas")) }
        return found
      }
      #expect(try await telling() == [false, false, false, false])
      try await village.showPoppies()
      #expect(try await telling() == [true, true, true, true])
      let began = ContinuousClock.now
      let no = try await village.send(village.path(village.poppies, "/answers"), as: "receipt", [("showPublicly", "no")])
      #expect(no.status == 303, "the holder of a receipt may take it back")
      #expect(try await telling() == [false, false, false, false])
      #expect(ContinuousClock.now - began < .seconds(1))
      #expect(try await village.browser(on: site).get(places[0]).status == 404)
      await other.node.database.close()
    }
  }

  @Test(arguments: TestDatabase.engines)
  func threeAnswersAreKeptEachWithItsHistory(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies, "/answers")
      let member = try await village.program(.member, scope: "organization:" + village.poppies.rawValue)
      #expect(try await member.get("/api/v1" + path).json["shareWithFunders"] == .null)
      let yes = try await member.send(.patch, "/api/v1" + path, ["shareWithFunders": true, "reuseAsOpenData": true])
      #expect(yes.json["shareWithFunders"]?["answer"] == true)
      #expect(yes.json["shareWithFunders"]?["wording"] == .int(OrganizationConsent.wording))
      #expect(yes.json["isShown"] == false)
      #expect(try await member.send(.patch, "/api/v1" + path, ["shareWithFunders": false]).status == 200)
      #expect(try await member.send(.patch, "/api/v1" + path, ["shareWithFunders": false]).status == 200)
      #expect(
        try await village.bed.column("SELECT question || answer FROM organization_answers ORDER BY number")
          == ["shareWithFunders1", "reuseAsOpenData1", "shareWithFunders0"])
      let page = try await village.browser("amina").get(path)
      #expect(page.text.contains("What was answered when"))
      // Whoever speaks for others says how they agreed.
      let refused = try await village.send(path, as: "felix", [("showPublicly", "named")])
      #expect(refused.status == 422 && refused.text.contains("how they agreed"))
      let written = [("showPublicly", "named"), ("agreement", "written")]
      #expect(try await village.send(path, as: "felix", written).status == 303)
      #expect(try await village.browser().get(village.path(village.poppies)).status == 200)
      for (body, status) in [(["showPublicly": "yes"], 422), (["colour": true], 422), ([], 400)] as [(JSON, Int)] {
        #expect(try await member.send(.patch, "/api/v1" + path, body).status == status)
      }
      #expect(
        try await village.program(.facilitator, scope: "country:PE").get("/api/v1/organizations/nobody/answers").status == 404)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whoNobodyKnowsYetShowsNothingUntilSomebodyHasLooked(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies)
      #expect(try await village.send(path + "/answers", as: "receipt", [("showPublicly", "named")]).status == 303)
      #expect(try await village.browser().get(path).status == 404)
      try await village.setProbation("amina", true)
      let words = [("words", "We grow poppies."), ("language", "en")]
      #expect(try await village.send(path + "/description", as: "amina", words).status == 303)
      #expect(try await village.browser("felix").get("/desk/claims").text.contains("Las Amapolas"))
      #expect(try await village.browser("pedro").get("/desk/claims").text.contains("Las Amapolas") == false)
      let page = try await village.browser("felix").get(path)
      let seen = [
        ("version", try #require(page.hidden("version"))), ("textAt", try #require(page.hidden("textAt"))),
      ]
      #expect(try await village.send(path + "/seen", as: "amina", seen).status == 404)
      #expect(try await village.send(path + "/seen", as: "felix", [("version", "0"), seen[1]]).status == 409)
      #expect(try await village.send(path + "/seen", as: "felix", seen).status == 303)
      let shown = try await village.browser().get(path)
      #expect(shown.status == 200 && shown.text.contains("We grow poppies."))
      #expect(try await village.browser("felix").get("/desk/claims").text.contains("Las Amapolas") == false)
      // What an unknown account changes waits again.
      let other = [("words", "Buy poppies from us."), ("language", "en")]
      #expect(try await village.send(path + "/description", as: "amina", other).status == 303)
      #expect(try await village.browser().get(path).text.contains("Buy poppies") == false)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whatLeaksInTheTextIsRefusedAndKept(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies, "/description")
      for words in ["Call us on 0912 345 678.", "Write to us@example.org", "See https://x.example", "At 12 Market Street"] {
        let reply = try await village.send(path, as: "amina", [("words", words), ("language", "en")])
        #expect(reply.status == 422 && reply.text.contains(words) && reply.text.contains("at character"), "\(words)")
      }
      let long = String(repeating: "a", count: OrganizationText.longest + 1)
      #expect(try await village.send(path, as: "amina", [("words", long), ("language", "en")]).status == 422)
      #expect(try await village.bed.count("organization_texts") == 0)
      let name = [("showPublicly", "pseudonym"), ("pseudonym", "Call 0912 345 678")]
      #expect(try await village.send(village.path(village.poppies, "/answers"), as: "amina", name).status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whatIsImportedIsShownUntilSomebodySaysNo(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.readers)
      let page = try await village.browser().get(path)
      #expect(page.status == 200 && page.text.contains("Imported: not yet claimed"))
      #expect(try await village.send(path + "/answers", as: "felix", [("showPublicly", "no")]).status == 303)
      #expect(try await village.browser().get(path).status == 404)
      for place in ["/organizations", "/needs", "/needs.csv", "/api/v1/organizations"] {
        #expect(try await village.browser().get(place).text.contains("River Readers") == false, "\(place)")
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theListIsFilteredAndPaged(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      for number in 1...4 {
        let statement = NeedStatement(
          organization: OrganizationStatement(
            name: Text("Café Número \(number)"), country: number == 1 ? "PE" : "CL", kind: .ngo, origin: .imported),
          words: "We want to lend books.", language: "en", showPublicly: true, channel: .imported, externalID: "cafe:\(number)")
        _ = try await village.bed.app.needs.submit(statement, as: .system, once: nil)
      }
      let browser = village.browser()
      var names: [String] = []
      var next = ""
      repeat {
        let page = try await browser.get("/api/v1/organizations?limit=2&cursor=\(next)").json
        names += page["items"]?.array?.compactMap { $0["name"]?.string } ?? []
        next = page["next"]?.string ?? ""
      } while !next.isEmpty
      #expect(Set(names) == ["Café Número 1", "Café Número 2", "Café Número 3", "Café Número 4", "River Readers"])
      #expect(names.count == 5)
      func count(_ query: String) async throws -> Int? {
        try await browser.get("/api/v1/organizations?" + query).json["items"]?.array?.count
      }
      #expect(try await count("q=cafe%20numero") == 4)
      #expect(try await count("q=CAF%C3%89&country=pe") == 1)
      #expect(try await count("kind=charity") == 1)
      #expect(try await count("q=%25") == 0)
      #expect(try await browser.get("/api/v1/organizations?kind=club&country=Chile").status == 422)
      #expect(try await browser.get("/organizations?kind=club&country=Chile").status == 200)
      #expect(try await browser.get("/organizations?q=nothing").text.contains("No group fits this search."))
    }
  }
}

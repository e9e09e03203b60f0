import Database
import Journal
import Kernel
import TestKit
import Testing
import Tools
import Web

@Suite struct ToolSiteTests {
  private let typed = [
    ("name", "Seed <Ledger>"), ("description", "Keeps track of a seed bank."), ("website", "seeds.example.org"),
    ("language", "en"),
    ("worksOffline", "yes"), ("worksOnBasicPhone", "unknown"), ("cost", "free"), ("languages", "en, sw"), ("licence", "MIT"),
  ]

  @Test func anEmptyCatalogueSaysWhatToDo() async throws {
    try await Bed.with(.sqlite) { bed in
      let page = try await Browser(try ToolSite(bed)).get("/tools")
      #expect(page.status == 200)
      #expect(page.text.contains("No tool is in the catalogue yet."))
      #expect(page.text.contains("href=\"/tools/new\""))
    }
  }

  @Test func theCatalogueIsReadAndSearched() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting, Cast.maps)
      let browser = Browser(try ToolSite(bed))
      let all = try await browser.get("/tools")
      #expect(all.text.contains("3 tools"))
      #expect(all.text.contains("Ring Around"))
      let found = try await browser.get("/tools?q=penny&function=&offline=&cost=")
      #expect(found.text.contains("Penny Book"))
      #expect(!found.text.contains("Ring Around"))
      let none = try await browser.get("/tools?offline=yes&q=")
      #expect(none.text.contains("We know no tool that fits all of this."))
      #expect(none.text.contains("href=\"/tools?offline=maybe\""))
      let id = try #require(bed.index.catalogue.find("penny-book")).id
      let tool = try await browser.get("/tools/\(id)")
      #expect(tool.text.contains("<h1 lang=\"en\" dir=\"auto\">Penny Book</h1>"))
      #expect(tool.text.contains("We do not know what it costs"))
      #expect(tool.text.contains("href=\"/vocabulary/function.accounting\""))
      #expect(tool.text.contains("The registry of the Digital Public Goods Alliance"))
      #expect(!tool.text.contains("Moderation"))
    }
  }

  @Test(arguments: TestDatabase.engines) func aStrangerSuggestsAndAModeratorDecides(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let site = try ToolSite(bed)
      let stranger = Browser(site)
      let form = try await stranger.get("/tools/new")
      let id = try #require(form.hidden("form"))
      let sent = try await stranger.post("/tools", typed + [("form", id)])
      #expect(sent.status == 303)
      #expect(sent.location == "/tools/thanks")
      #expect(try await stranger.get("/tools/thanks").status == 200)
      // Sent twice by an impatient finger: one suggestion.
      #expect(try await stranger.post("/tools", typed + [("form", id)]).location == "/tools/thanks")
      #expect(try await bed.count(of: "tools") == 1)
      #expect(try await stranger.get("/tools").text.contains("No tool is in the catalogue yet."))

      let moderator = Browser(site, as: "mara")
      let waiting = try await moderator.get("/tools/moderation")
      #expect(waiting.text.contains("One suggestion waits."))
      #expect(waiting.text.contains("Seed &lt;Ledger&gt;"))
      #expect(waiting.text.contains("https://seeds.example.org"))
      let path = try #require(waiting.text.firstMatch(of: /action="(\/tools\/[0-9a-f-]+)\/decision"/)).output.1
      #expect(try await stranger.get(String(path)).status == 404)
      let decided = try await moderator.post(
        "\(path)/decision",
        [
          ("form", try #require(waiting.hidden("form"))), ("version", try #require(waiting.hidden("version"))),
          ("decision", "publish"),
          ("next", "/tools/moderation"),
        ])
      #expect(decided.location == "/tools/moderation")
      #expect(try await stranger.get(String(path)).text.contains("Seed &lt;Ledger&gt;"))
      #expect(try await moderator.get("/tools/moderation").text.contains("Nothing waits here."))
    }
  }

  @Test func whatWasTypedIsKeptWhenAFieldCannotBeTaken() async throws {
    try await Bed.with(.sqlite) { bed in
      let browser = Browser(try ToolSite(bed))
      let form = try await browser.get("/tools/new")
      let id = try #require(form.hidden("form"))
      let wrong = typed.map { $0.0 == "website" ? ($0.0, "javascript:alert(1)") : $0 } + [("form", id)]
      let again = try await browser.post("/tools", wrong)
      #expect(again.status == 422)
      #expect(again.text.contains("<a href=\"#website\">This is no address of a website"))
      for value in ["Seed &lt;Ledger&gt;", "Keeps track of a seed bank.", "javascript:alert(1)", "en, sw"] {
        #expect(again.text.contains(value))
      }
      #expect(again.text.contains("value=\"yes\" checked"))
      #expect(try await bed.count(of: "tools") == 0)
      let changed = typed.map { $0.0 == "name" ? ($0.0, "Other") : $0 } + [("form", id)]
      #expect(try await browser.post("/tools", typed + [("form", id)]).status == 303)
      let twice = try await browser.post("/tools", changed)
      #expect(twice.status == 422)
      #expect(twice.text.contains("You changed this after sending it."))
      #expect(twice.text.contains("value=\"Other\""))
      #expect(try await bed.count(of: "tools") == 1)
      // A form that never came from us is taken by nobody.
      #expect(try await browser.post("/tools", typed).status == 409)
    }
  }

  @Test(arguments: TestDatabase.engines) func aModeratorCorrectsAndConfirms(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.bulkSMS)
      let tool = try #require(try await bed.tool(externalID: "ring-around"))
      let browser = Browser(try ToolSite(bed), as: "mara")
      let form = try await browser.get("/tools/\(tool.id)/correction")
      #expect(form.text.contains("value=\"function.bulk-sms\" checked"))
      #expect(form.text.contains("value=\"Ring Around\""))
      func fields(_ form: Reply, name: String) throws -> [(String, String)] {
        [
          ("form", try #require(form.hidden("form"))), ("version", try #require(form.hidden("version"))), ("name", name),
          ("description", "Texts everybody."), ("language", "en"), ("website", "https://ring.example.org"), ("repository", ""),
          ("licence", "MIT"), ("cost", "free"), ("worksOffline", "no"), ("worksOnBasicPhone", "yes"), ("languages", ""),
          ("upkeep", "active"), ("functions", "function.bulk-sms"), ("functions", "function.reminders"),
        ]
      }
      let first = try fields(form, name: "Ring")
      #expect(try await browser.post("/tools/\(tool.id)/correction", first).location == "/tools/\(tool.id)")
      #expect(try await browser.post("/tools/\(tool.id)/correction", first).location == "/tools/\(tool.id)")
      let corrected = try #require(try await bed.tool(tool.id))
      #expect(corrected.version == 2)
      #expect(corrected.facts.worksOnBasicPhone == true)
      #expect(corrected.functions.map(\.concept) == ["function.bulk-sms", "function.reminders"])
      // Somebody else still has the old page open.
      let other = Browser(try ToolSite(bed), as: "fatou")
      let fresh = try await other.get("/tools/\(tool.id)/correction")
      let stale = try fields(fresh, name: "Stale").map { $0.0 == "version" ? ($0.0, "1") : $0 }
      let refused = try await other.post("/tools/\(tool.id)/correction", stale)
      #expect(refused.status == 409)
      #expect(refused.text.contains("Somebody else has changed this tool meanwhile."))
      #expect(refused.text.contains("value=\"Stale\""))
      let knowingly = try fields(refused, name: "Stale")
      #expect(try await other.post("/tools/\(tool.id)/correction", knowingly).status == 303)
      #expect(try await bed.tool(tool.id)?.facts.name == "Stale")
    }
  }

  @Test func strangersAndScopedRolesDoNotModerate() async throws {
    try await Bed.with(.sqlite) { bed in
      let site = try ToolSite(bed)
      let tool = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      let stranger = Browser(site)
      #expect(try await stranger.get("/tools/moderation").location == "/sign-in?next=%2Ftools%2Fmoderation")
      #expect(try await stranger.get("/tools/\(tool.id)").status == 404)
      #expect(try await stranger.get("/api/v1/tools/\(tool.id)").status == 404)
      let form = try #require(try await stranger.get("/tools/new").hidden("form"))
      #expect(
        try await stranger.post("/tools/\(tool.id)/decision", [("form", form), ("decision", "publish"), ("version", "1")]).status
          == 401)
      let carlos = Browser(site, as: "carlos")
      #expect(try await carlos.get("/tools/moderation").status == 403)
      let his = try #require(try await carlos.get("/tools/new").hidden("form"))
      #expect(
        try await carlos.post("/tools/\(tool.id)/decision", [("form", his), ("decision", "publish"), ("version", "1")]).status
          == 404)
      #expect(try await bed.tool(tool.id) == tool)
    }
  }

  @Test(arguments: TestDatabase.engines) func programsReadSearchAndSuggest(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting, Cast.maps)
      let site = try ToolSite(bed)
      let browser = Browser(site)
      let first = try #require(try await browser.get("/api/v1/tools?limit=2").json)
      #expect(first["total"] == 3)
      #expect(first["items"]?.array?.compactMap { $0["externalId"]?.string } == ["penny-book", "ring-around"])
      let cursor = try #require(first["next"]?.string)
      let second = try #require(try await browser.get("/api/v1/tools?limit=2&cursor=\(cursor)").json)
      #expect(second["items"]?.array?.compactMap { $0["externalId"]?.string } == ["village-lines"])
      #expect(second["next"] == .null)
      let found = try #require(try await browser.get("/api/v1/tools?q=members&function=function.bulk-sms").json)
      let item = try #require(found["items"]?[0])
      #expect(item["worksOffline"] == .null)
      let one = try #require(try await browser.get("/api/v1/tools/\(item["id"]?.string ?? "")").json)
      #expect(one["description"] == "Sends bulk SMS to all members of a group.")
      #expect(one["functions"]?.array?.contains { $0["concept"] == "function.bulk-sms" && $0["isConfirmed"] == false } == true)
      for wrong in ["limit=0", "limit=101", "limit=x", "cursor=nonsense"] {
        #expect(try await browser.get("/api/v1/tools?\(wrong)").status == 422)
      }
      let body =
        #"{"name": "Seed Ledger", "description": "Seeds.", "language": "en", "website": "https://s.example.org", "worksOffline": true}"#
      let made = try await browser.post("/api/v1/tools", json: body, key: "k1")
      #expect(made.status == 201)
      #expect(made.json?["state"] == "suggested")
      #expect(try await browser.post("/api/v1/tools", json: body, key: "k1").json == made.json)
      #expect(try await browser.post("/api/v1/tools", json: body.replacing("Seeds.", with: "More."), key: "k1").status == 422)
      #expect(try await bed.count(of: "tools") == 4)
      #expect(
        try await browser.post("/api/v1/tools", json: #"{"name": 7, "worksOffline": "yes", "languages": "en"}"#).status == 422)
      #expect(try await browser.post("/api/v1/tools", json: "[").status == 400)
      #expect(try await Browser(site, token: "fatou").post("/api/v1/tools", json: body).json?["state"] == "published")
    }
  }

  @Test func whatIsNotKnownIsRefusedAndNamed() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting)
      let browser = Browser(try ToolSite(bed))
      let queries = [
        ("offline=bogus", ["offline"]), ("cost=no", ["cost"]), ("function=function.magic", ["function"]),
        ("function=nonsense&offline=YES&cost=1", ["function", "offline", "cost"]),
      ]
      for (query, fields) in queries {
        let refused = try await browser.get("/api/v1/tools?\(query)")
        #expect(refused.status == 422)
        #expect(refused.json?["errors"]?.array?.compactMap { $0["field"]?.string } == fields)
        // A page is for people: it shows what it can.
        #expect(try await browser.get("/tools?\(query)").status == 200)
      }
      let empty = try await browser.get("/api/v1/tools?function=&offline=&cost=")
      #expect(empty.json?["total"] == 2)
      #expect(try await browser.get("/api/v1/tools?offline=maybe&cost=yes&function=function.bulk-sms").status == 200)

      let bodies = [
        (#"{"name": 7, "worksOffline": "yes", "languages": "en"}"#, ["name", "worksOffline", "languages"]),
        (#"{"name": null, "description": true, "language": 5}"#, ["name", "description", "language"]),
        (#"{"website": 5, "repository": [], "licence": {}, "cost": 0}"#, ["website", "repository", "licence", "cost"]),
        (#"{"worksOnBasicPhone": 1, "languages": ["en", null]}"#, ["worksOnBasicPhone", "languages"]),
      ]
      for (body, fields) in bodies {
        let refused = try await browser.post("/api/v1/tools", json: body)
        #expect(refused.status == 422)
        #expect(refused.json?["errors"]?.array?.compactMap { $0["field"]?.string } == fields)
      }
      for body in ["5", "[]", "null"] { #expect(try await browser.post("/api/v1/tools", json: body).status == 400) }
      #expect(try await bed.count(of: "tools") == 2)
      // What a later version may know does no harm here.
      let newer = #"""
        {"name": "S", "description": "S.", "language": "en", "website": "https://s.example.org", "cost": null,
        "languages": null, "worksOffline": null, "colour": "red"}
        """#
      #expect(try await browser.post("/api/v1/tools", json: newer).status == 201)
    }
  }

  @Test func suggestingIsLimited() async throws {
    try await Bed.with(.sqlite) { bed in
      let browser = Browser(try ToolSite(bed, limiter: Limiter(overrides: [Limit("suggest-tool", 2, every: 3600)])))
      let body = #"{"name": "S", "description": "S.", "language": "en", "website": "https://s.example.org"}"#
      #expect(try await browser.post("/api/v1/tools", json: body).status == 201)
      #expect(try await browser.post("/api/v1/tools", json: body).status == 201)
      #expect(try await browser.post("/api/v1/tools", json: body).status == 429)
    }
  }

  @Test func aPageAsksAsOftenForThirtyAsForOne() async throws {
    try await Bed.with(.sqlite) { bed in
      let database = Counting(bed.database)
      let node = Node(database: database, keys: bed.node.keys, logger: Bed.logger)
      node.indexes.register(bed.index)
      let counted = Bed(node: node, database: bed.database, vocabulary: bed.vocabulary, index: bed.index)
      let moderator = Browser(try ToolSite(counted), as: "mara")
      func asked() async throws -> [Int] {
        var counts: [Int] = []
        for path in ["/tools", "/tools?q=seed", "/api/v1/tools", "/tools/moderation"] {
          _ = database.take()
          #expect(try await moderator.get(path).status == 200)
          counts.append(database.take())
        }
        return counts
      }
      _ = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      _ = try await bed.suggest(Cast.suggestion, as: Bed.moderator)
      let one = try await asked()
      for _ in 0..<29 {
        _ = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
        _ = try await bed.suggest(Cast.suggestion, as: Bed.moderator)
      }
      #expect(try await asked() == one)
      #expect(one == [0, 0, 0, 2])
    }
  }
}

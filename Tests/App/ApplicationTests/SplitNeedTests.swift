import App
import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions
import TestKit
import Testing
import Tools
import Volunteers
import Web

/// A group has said several things at once: each becomes a need of its own, and nothing of what it said or answered is lost.
@Suite struct SplitNeedTests {
  private static let accounts = "A small group wants to keep its accounts: money in, money out."
  private static let survey = "A small group wants surveys and forms on a phone."

  /// What the desk's form sends.
  private static func form(
    _ need: Need, _ summaries: [String], outcome: String = "open"
  ) -> [(name: String, value: String)] {
    [("version", String(need.version)), ("outcome", outcome)]
      + summaries.enumerated().flatMap { place, text in
        [("part.\(place + 1)", text), ("partLanguage.\(place + 1)", "en")]
      }
  }

  @Test(arguments: TestDatabase.engines) func eachPartIsANeedOfItsOwn(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/desk/\(village.need.code)"
      let felix = village.browser("felix")
      let page = try await felix.get(path)
      #expect(page.text.contains("Cut into parts"))
      let fields = Self.form(village.need, [Self.accounts, "", Self.survey]) + [("form", try #require(page.hidden("form")))]
      // Pressed twice is done once.
      for _ in 1...2 { #expect(try await felix.send(path + "/split", Form(fields).urlEncoded).location == path) }
      let (first, part) = try await village.parts()
      #expect(try await village.bed.count("needs", where: "split_from = \(village.need.id)") == 2)
      #expect(first.code == village.need.code && first.receiptGeneration == village.need.receiptGeneration)
      #expect(first.summary == Self.accounts && part.summary == Self.survey)
      #expect([first.state, part.state] == [.open, .open])
      #expect(part.code != first.code && part.id != first.id)
      #expect(part.words == village.need.words && part.language == village.need.language)
      #expect(part.organization == first.organization && part.constraints == first.constraints && part.country == first.country)
      #expect(part.isPublic && part.createdAt == first.createdAt && part.provenance?.relation == "treasurer")
      let answers = try await village.bed.app.node.read { connection in
        (try NeedStore(connection).answers(of: first.id), try NeedStore(connection).answers(of: part.id))
      }
      #expect(answers.0 == answers.1 && answers.1 == ["showPublicly": true])
      // Her name stands with each part, and is kept with each.
      #expect(try await felix.get("/desk/\(part.code)").text.contains("Rosa Mamani"))
      #expect(try await village.bed.count("contacts", where: "owner = \(part.id) AND kind = 'name'") == 1)
      let entries = try await village.bed.column(
        "SELECT kind FROM journal_entries WHERE subject IN (\(first.id), \(part.id)) AND kind IN ('split', 'part') ORDER BY kind")
      #expect(entries == ["part", "split"])
    }
  }

  @Test(arguments: TestDatabase.engines) func theGroupIsToldAndItsReceiptOpensEveryPart(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.split([Self.accounts, Self.survey])
      let (first, part) = try await village.parts()
      let told = try await village.bed.app.node.read { connection in
        try NoticeStore(connection).notices(for: .organization(village.poppies.rawValue), about: first.id.rawValue)
      }
      #expect(told.last?.message.values["parts"] == "\(first.code), \(part.code)")
      #expect(told.last?.path == "/needs/\(first.code)")

      let receipt = village.bed.app.node.keys.receipt(subject: first.id.rawValue, generation: first.receiptGeneration).text
      let rosa = TestBrowser(village.bed.siteWithoutLimits)
      _ = try await rosa.get("/receipt")
      // A browser that comes back with the first paper and the code of the part.
      #expect(try await rosa.post("/needs/\(part.code)/receipt", [("receipt", receipt)]).location == "/needs/\(part.code)")
      let (whole, other) = (try await rosa.get("/needs/\(first.code)"), try await rosa.get("/needs/\(part.code)"))
      for page in [whole, other] { #expect(page.text.contains("Quillagua needs to keep its accounts.")) }
      #expect(whole.text.contains("Other parts: <a class=\"mono\" href=\"/needs/\(part.code)\">"))
      #expect(other.text.contains("This is a part of <a class=\"mono\" href=\"/needs/\(first.code)\">"))
      let held = Actor(.stranger(visitor: nil), receipts: [first.id.rawValue])
      let own = try await village.bed.app.node.read { connection in
        try NeedStore(connection).page(.own(by: held), NeedFilter(), after: nil, limit: 9)
      }
      #expect(Set(own.map(\.code)) == [first.code, part.code])

      // The paper of a part opens that part alone.
      let holder = TestBrowser(village.site, headers: [.cookie: "session=receipt:" + part.id.rawValue])
      #expect(try await holder.get("/needs/\(part.code)").text.contains("Quillagua"))
      #expect(try await holder.get("/needs/\(first.code)").text.contains("Quillagua") == false)
      #expect(try await holder.get("/needs/\(first.code)/slip").status == 404)
    }
  }

  @Test(arguments: TestDatabase.engines) func strangersReadOnlyOfPartsThatAreShown(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.split([Self.accounts, Self.survey])
      let (first, part) = try await village.parts()
      let stranger = village.browser()
      #expect(try await stranger.get("/needs/\(first.code)").text.contains(part.code.description))
      let felix = try await village.bed.actor("felix")
      try await village.bed.app.node.act(as: felix) { act in
        _ = try CloseNeed(part.id, version: part.version, closure: .notReal)(in: act)
      }
      #expect(try await stranger.get("/needs/\(first.code)").text.contains(part.code.description) == false)
      #expect(try await stranger.get("/needs/\(part.code)").status == 404)
      #expect(try await village.program(.moderator).get("/api/v1/needs/\(first.code)").json["parts"] == [])
      #expect(try await village.browser("receipt").get("/needs/\(first.code)").text.contains(part.code.description))
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsPrescribedFollowsThePart(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await Self.importTools(village.bed)
      try await village.split([Self.accounts, Self.survey])
      let (first, part) = try await village.parts()
      #expect(try await Self.names(first, village) == ["Cuenta Clara"])
      #expect(try await Self.names(part, village) == ["Field Form"])
      // Later too, when its summary is written anew; and the words, which speak of all parts, change nothing.
      let text = "A group wants to send one short text message to all members."
      let fields = [("version", String(part.version)), ("summary", text), ("summaryLanguage", "en"), ("outcome", "open")]
      #expect(try await village.send("/desk/\(part.code)", as: "felix", fields).status == 303)
      #expect(try await Self.names(part, village) == ["Ring Round"])
      let words = [("version", String(part.version + 1)), ("words", "Accounts, and surveys on a phone."), ("language", "en")]
      #expect(try await village.send("/needs/\(part.code)/correction", as: "felix", words).status == 303)
      #expect(try await Self.names(part, village) == ["Ring Round"])
    }
  }

  @Test(arguments: TestDatabase.engines) func whatCannotBeCutSaysWhy(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let path = "/desk/\(neighbourhood.code)"
      let fatima = neighbourhood.browser("Fatima")
      func cut(_ summaries: [String]) async throws -> TestBrowser.Reply {
        let page = try await fatima.get(path)
        let version = try #require(page.hidden("version"))
        return try await fatima.post(
          path + "/split",
          [("version", version)] + summaries.enumerated().map { ("part.\($0 + 1)", $1) })
      }
      let alone = try await cut([Self.accounts])
      #expect(alone.status == 422 && alone.text.contains("there are two to five") && alone.text.contains(Self.accounts))
      let told = try await cut([Self.accounts, "Call us at +56 9 5550 1234."])
      #expect(told.status == 422 && told.text.contains("href=\"#part.2\"") && told.text.contains("Call us at"))
      #expect(told.text.contains("<details open><summary>Cut into parts"))

      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      let offered = try await cut([Self.accounts, Self.survey])
      #expect(offered.status == 409 && offered.text.contains("Answer the offer before"))
      try await neighbourhood.act("Vera") { act in try EndOffer(offer)(in: act) }
      let need = neighbourhood.need
      try await neighbourhood.act("Fatima") { act in
        let known = try #require(try NeedStore(act.connection).find(need))
        _ = try CloseNeed(need, version: known.version, closure: .outOfScope)(in: act)
      }
      let closed = try await cut([Self.accounts, Self.survey])
      #expect(closed.status == 409 && closed.text.contains("Take it up again before"))
      #expect(try await fatima.get(path).text.contains("Cut into parts") == false)
      #expect(try await neighbourhood.bed.count("needs") == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func whoIsElsewhereFindsNothing(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/desk/\(village.need.code)/split"
      let form = Self.form(village.need, [Self.accounts, Self.survey])
      for who in ["pedro", "berta", "amina", "mona"] {
        let reply = try await village.send(path, as: who, form)
        #expect(reply.status == 404, "\(who)")
      }
      #expect(try await village.bed.count("needs", where: "split_from IS NOT NULL") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func takingOneBackTakesTheSameWordsBack(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.split([Self.accounts, Self.survey])
      let (first, part) = try await village.parts()
      let rosa = village.browser("receipt")
      // A no counts for every part.
      _ = try await rosa.get("/needs/\(part.code)")
      #expect(try await rosa.post("/needs/\(part.code)/consent", [("showPublicly", "0")]).status == 303)
      #expect(try await village.browser().get("/needs/\(first.code)").status == 404)
      #expect(try await rosa.get("/needs/\(first.code)/withdrawal").text.contains(part.code.description))
      #expect(try await rosa.post("/needs/\(first.code)/withdrawal", [("parts", "1")]).status == 303)
      #expect(try await village.bed.column("SELECT words FROM needs WHERE split_from = \(first.id)") == ["", ""])
      #expect(try await village.bed.count("contacts", where: "owner IN (\(first.id), \(part.id))") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func aPartIsJoinedAgainAndWhoFollowedStillDoes(engine: Engine) async throws {
    try await Village.with(engine) { village in
      // Another group said the same before, and follows.
      let readers = try await village.bed.app.node.read { [village] in
        try #require(try NeedStore($0).needs(of: [village.readers]).first)
      }
      let felix = try await village.bed.actor("felix")
      try await village.bed.app.node.act(as: felix) { act in
        _ = try MergeNeed(readers.id, version: readers.version, into: village.need.code)(in: act)
      }
      try await village.split([Self.accounts, Self.survey])
      let (first, part) = try await village.parts()
      let followers = try await village.bed.app.node.read { connection in
        [try NeedStore(connection).followers(of: first.id), try NeedStore(connection).followers(of: part.id)]
      }
      #expect(followers == [[village.readers], [village.readers]])
      let fields = [("version", String(part.version)), ("into", first.code.description)]
      #expect(try await village.send("/desk/\(part.code)/merge", as: "felix", fields).status == 303)
      let (_, joined) = try await village.parts()
      #expect(joined.closure == .merged && joined.mergedInto == first.id)
      #expect(try await village.browser().get("/needs/\(part.code)").status == 404)
    }
  }

  @Test(arguments: TestDatabase.engines) func aProgramCutsTheSame(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/api/v1/needs/\(village.need.code)"
      let parts: JSON = [["summary": .string(Self.accounts), "summaryLanguage": "en"], ["summary": .string(Self.survey)]]
      let body: JSON = ["version": .int(village.need.version), "parts": parts]
      #expect(try await village.program(.facilitator, scope: "country:PE").send(.post, path + "/split", body).status == 404)
      let program = try await village.program(.facilitator, scope: "country:CL", headers: [.idempotencyKey: "once"])
      var wrong = body
      wrong["parts"] = [["summary": "Accounts", "skills": []], 5]
      wrong["colour"] = "red"
      let refused = try await program.send(.post, path + "/split", wrong)
      #expect(refused.status == 422)
      #expect(refused.json["errors"]?.array?.compactMap { $0["field"]?.string } == ["part.1", "part.2", "colour"])
      let replies = [try await program.send(.post, path + "/split", body), try await program.send(.post, path + "/split", body)]
      #expect(replies.map(\.status) == [201, 201])
      #expect(replies[0].json == replies[1].json)
      let codes = (replies[0].json["items"]?.array ?? []).compactMap { $0["code"]?.string }
      #expect(codes.count == 2 && codes.first == village.need.code.description)
      let (one, other) = (try await program.get(path).json, try await program.get("/api/v1/needs/\(codes.last ?? "")").json)
      #expect(one["parts"] == [.string(codes.last ?? "")] && one["splitFrom"] == JSON.null)
      #expect(other["parts"] == [.string(codes.first ?? "")] && other["splitFrom"] == .string(codes.first ?? ""))
    }
  }

  private static func names(_ need: Need, _ village: Village) async throws -> [String] {
    let items = try await village.bed.app.node.read { try Prescription.of(need.id, $0) }.shown
    return village.bed.app.prescriber.show(items).prefix(1).map(\.shown.name)
  }

  private static func importTools(_ bed: Bed) async throws {
    let texts = [
      "Cuenta Clara": "Simple bookkeeping for groups: money in, money out, accounts and what each member owes, on a phone.",
      "Ring Round": "Sends one short text message to a list of telephone numbers: SMS to all members.",
      "Field Form": "Surveys and forms filled in offline on a phone, lists of members.",
    ]
    let lines = texts.map { name, text in
      let slug = name.lowercased().replacing(" ", with: "-")
      let json: JSON = [
        "name": .string(name), "description": .string(text), "website": .string("https://\(slug).example.org/"),
        "type": ["software"], "stage": "DPG", "_slug": .string(slug), "_dir": "nominees",
      ]
      return json.description
    }
    let file = ImportFile(name: "tools.jsonl", bytes: Array(lines.joined(separator: "\n").utf8))
    _ = try await ImportTools(node: bed.app.node, vocabulary: bed.app.vocabulary)([file], as: .digitalPublicGoods)
  }
}

extension Village {
  /// Cuts the need of the poppies, as their facilitator does.
  fileprivate func split(_ summaries: [String]) async throws {
    let split = SplitNeed(
      need.id, version: need.version, parts: summaries.map { SplitNeed.Part(summary: Text($0), language: "en") }, outcome: .open,
      isOffered: { _, _ in false })
    let felix = try await bed.actor("felix")
    let asked = bed.app.prescriber
    let drafts = summaries.map { asked.draft(Question(words: $0, language: "en", constraints: [], country: "CL")) }
    try await bed.app.node.act(as: felix) { act in
      for (part, draft) in zip(try split(in: act), drafts) { try draft.keep(for: part, in: act) }
    }
  }

  /// The need itself, and the part that was cut from it.
  fileprivate func parts() async throws -> (first: Need, part: Need) {
    try await bed.app.node.read { [need] connection in
      let first = try #require(try NeedStore(connection).find(need.id))
      return (first, try #require(try NeedStore(connection).parts(beside: first).first))
    }
  }
}

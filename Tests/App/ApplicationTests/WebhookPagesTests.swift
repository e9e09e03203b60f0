import App
import Database
import HTTPTypes
import Journal
import Kernel
import Messaging
import People
import TestKit
import Testing
import Web

/// Where people and their programs name programs that are told things.
@Suite struct WebhookPagesTests {
  @Test(arguments: TestDatabase.engines) func theSecretIsShownOnce(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      try await bed.person("amina")
      let secret = try await bed.addWebhook("amina", program.url + "/hear")
      #expect(secret.hasPrefix("whsec_"))
      let page = try await bed.webhookPage("amina")
      #expect(page.text.contains(program.url + "/hear"))
      #expect(!page.text.contains("whsec_"))
      #expect(try await page.browser.get("/me/programs").text.contains("href=\"/me/webhooks\""))
      let kept = try await bed.app.node.read { connection in
        try connection.query("SELECT address, secret FROM webhooks").flatMap { row -> [[UInt8]] in [try row[0], try row[1]] }
      }
      #expect(kept.count == 2)
      for bytes in kept {
        #expect(bytes.firstRange(of: Array("127.0.0.1".utf8)) == nil)
        #expect(WebhookSecret(secret).map { bytes.firstRange(of: Array($0.text.utf8)) == nil } == true)
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func pressedTwiceIsDoneOnce(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      try await bed.person("amina")
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/webhooks")
      let first = try await browser.post("/me/webhooks", [("address", program.url)])
      let second = try await browser.post("/me/webhooks", [("address", program.url)])
      #expect(first.part(after: "whsec_") == second.part(after: "whsec_"))
      #expect(try await bed.count("webhooks") == 1)
      let page = try await bed.webhookPage("amina")
      for _ in 1...2 { _ = try await page.browser.post("/me/webhooks/test", [("webhook", page.id)]) }
      try await bed.callPrograms()
      let tests = program.take()
      #expect(tests.map { $0.json["type"]?.string } == ["test"])
      #expect(try await bed.webhookPage("amina").text.contains("The answer was 200."))
    }
  }

  /// A test says at once what is wrong, and is not repeated.
  @Test(arguments: TestDatabase.engines) func aTestIsSentOnce(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      try await bed.person("amina")
      try await bed.addWebhook("amina", program.url)
      program.answer(.status(404))
      let page = try await bed.webhookPage("amina")
      _ = try await page.browser.post("/me/webhooks/test", [("webhook", page.id)])
      try await bed.callPrograms()
      try await bed.callPrograms(after: .days(1))
      #expect(program.requests.count == 1)
      #expect(try await bed.webhookPage("amina").text.contains("The answer was 404. It was given up."))
    }
  }

  @Test(arguments: TestDatabase.engines) func whoPausesHearsWhatWaitedAndNotWhatCameMeanwhile(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.addWebhook("amina", program.url)
      program.answer(.status(500))
      try await bed.tell([amina], "1")
      try await bed.callPrograms()
      let page = try await bed.webhookPage("amina")
      #expect(try await page.browser.post("/me/webhooks/pause", [("webhook", page.id)]).location == "/me/webhooks")
      try await bed.tell([amina], "2")
      try await bed.callPrograms(after: .hours(1))
      #expect(program.requests.count == 1)
      let paused = try await page.browser.get("/me/webhooks")
      #expect(paused.text.contains("You have stopped this one."))
      #expect(try await page.browser.post("/me/webhooks/test", [("webhook", page.id)]).status == 409)
      _ = try await page.browser.post("/me/webhooks/resumption", [("webhook", page.id)])
      try await bed.tell([amina], "3")
      try await bed.callPrograms()
      #expect(program.take().map { $0.json["data"]?["code"]?.string } == ["N-1", "N-1", "N-3"])
    }
  }

  @Test(arguments: TestDatabase.engines) func nobodyTouchesSomebodyElses(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      try await bed.person("amina")
      try await bed.person("bilal")
      try await bed.addWebhook("amina", program.url)
      let id = try await bed.webhookPage("amina").id
      let other = try await bed.webhookPage("bilal")
      #expect(!other.text.contains(program.url))
      for act in ["test", "pause", "resumption", "removal"] {
        #expect(try await other.browser.post("/me/webhooks/" + act, [("webhook", id)]).status == 404, "\(act)")
      }
      #expect(try await bed.program(of: "bilal").send(.delete, "/api/v1/me/webhooks/\(id)").status == 404)
      #expect(try await bed.count("webhooks", where: "pause IS NULL") == 1)
      let own = try await bed.webhookPage("amina")
      #expect(try await own.browser.post("/me/webhooks/removal", [("webhook", id)]).location == "/me/webhooks")
      #expect(try await bed.count("webhooks") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func fiveAreEnough(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      try await bed.person("amina")
      for number in 1...5 { try await bed.addWebhook("amina", program.url + "/\(number)") }
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/webhooks")
      let refused = try await browser.post("/me/webhooks", [("address", program.url + "/6")])
      #expect(refused.status == 409)
      #expect(refused.text.contains("value=\"\(program.url)/6\""))
      #expect(try await bed.count("webhooks") == 5)
      let page = try await bed.webhookPage("amina")
      _ = try await page.browser.post("/me/webhooks/removal", [("webhook", page.id)])
      try await bed.addWebhook("amina", program.url + "/6")
      #expect(try await bed.count("webhooks") == 5)
    }
  }

  @Test(arguments: TestDatabase.engines) func programsAddListAndRemoveThem(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      let client = try await bed.program(of: "amina")
      let refused = try await client.send(.post, "/api/v1/me/webhooks", ["address": "ftp://example.org", "extra": 1])
      #expect(refused.status == 422)
      let added = try await client.send(.post, "/api/v1/me/webhooks", ["address": .string(program.url)])
      #expect(added.status == 201)
      let (id, secret) = (try #require(added.json["id"]?.string), try #require(added.json["secret"]?.string))
      try await bed.tell([amina], "1")
      try await bed.callPrograms()
      #expect(program.requests.first?.isSigned(with: secret) == true)
      let listed = try await client.get("/api/v1/me/webhooks")
      let item = try #require(listed.json["items"]?.array?.first)
      #expect(item["address"]?.string == program.url)
      #expect(item["deliveries"]?.array?.map { $0["status"]?.int } == [200])
      #expect(item["deliveries"]?.array?.first?["id"]?.string == program.requests.first?.id)
      #expect(!listed.text.contains("whsec_"))
      #expect(try await client.send(.delete, "/api/v1/me/webhooks/\(id)").status == 204)
      #expect(try await client.send(.delete, "/api/v1/me/webhooks/\(id)").status == 404)
      #expect(try await client.get("/api/v1/me/webhooks").json["items"]?.array?.count == 0)
    }
  }

  /// As everywhere: the same request with the same key is done once, and answered alike.
  @Test(arguments: TestDatabase.engines) func aProgramThatAsksTwiceGetsTheSameSecret(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      try await bed.person("amina")
      let key: HTTPFields = [.idempotencyKey: "hook 1"]
      let client = try await bed.program(of: "amina", key)
      let replies = [
        try await client.send(.post, "/api/v1/me/webhooks", ["address": .string(program.url)]),
        try await client.send(.post, "/api/v1/me/webhooks", ["address": .string(program.url)]),
      ]
      #expect(replies.map(\.status) == [201, 201])
      #expect(replies[0].json["secret"]?.string?.hasPrefix("whsec_") == true)
      #expect(replies[0].json == replies[1].json)
      #expect(try await bed.count("webhooks") == 1)
    }
  }

  /// Each test is a request to an address of somebody's choice.
  @Test func nobodyTestsWithoutEnd() async throws {
    try await MailBed.withProgram(.sqlite) { bed, program in
      try await bed.person("amina")
      try await bed.addWebhook("amina", program.url)
      let id = try await bed.webhookPage("amina").id
      let browser = TestBrowser(bed.app.site)
      _ = try await browser.get("/sign-in")
      _ = try await browser.post("/sign-in", [("handle", "amina"), ("passphrase", MailBed.passphrase)])
      var statuses: [Int] = []
      for _ in 1...21 {
        _ = try await browser.get("/me/webhooks")
        statuses.append(try await browser.post("/me/webhooks/test", [("webhook", id)]).status)
      }
      #expect(statuses == [Int](repeating: 303, count: 20) + [429])
    }
  }

  @Test func theFirstViewIsSmall() async throws {
    try await MailBed.withProgram(.sqlite) { bed, program in
      try await bed.person("amina")
      for number in 1...5 { try await bed.addWebhook("amina", program.url + "/\(number)") }
      let page = try await bed.signedIn("amina").get("/me/webhooks?lang=ar").text
      let style = try #require(bed.app.assets.file(at: bed.app.assets.address(of: "civil.css")))
      let whole = (Gzip.compress(Array(page.utf8))?.count ?? .max) + (style.compressed?.count ?? .max)
      #expect(whole <= 14_600)
    }
  }
}

import App
import Database
import Jobs
import Journal
import Kernel
import Localization
import Messaging
import Notices
import People
import TestKit
import Testing

/// What programs are told, when and how often, by one on this machine.
@Suite struct WebhookTests {
  @Test(arguments: TestDatabase.engines) func whatSomebodyIsToldIsSentOnceAndSigned(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      _ = try await bed.choose("amina", .never, language: "es")
      try await bed.tell([amina], "OLD")
      let secret = try await bed.addWebhook("amina", program.url + "/hear")
      bed.clock.advance(by: .seconds(1))
      try await bed.app.node.act(as: .system) { act in
        try act.tell(
          amina, Message("Your need {code} was taken up again.", ["code": "N-1"]), path: "/needs/N-1", subject: "need", key: "1",
          isUrgent: true)
      }
      try await bed.callPrograms()
      let request = try #require(program.take().first)
      #expect(request.path == "/hear")
      #expect(request.isSigned(with: secret))
      #expect(!request.isSigned(with: WebhookSecret(random: Randomness.system.bytes).text))
      let notice = try #require(
        try await bed.app.node.read { try NoticeStore($0).notices(for: [amina], limit: 1).first })
      #expect(
        request.json == [
          "type": "notice", "timestamp": .string(notice.createdAt.iso8601),
          "data": [
            "id": .string(notice.id.rawValue), "text": "Your need N-1 was taken up again.",
            "translation": ["language": "es", "text": "Su necesidad N-1 se retomó."], "path": "/needs/N-1",
            "address": "https://riverside.example/needs/N-1", "code": "N-1", "subject": "need", "isUrgent": true,
          ],
        ])
      for _ in 1...3 { try await bed.callPrograms(after: .hours(1)) }
      #expect(program.take().count == 0)
      let (deliveries, waiting) = (
        try await bed.count("webhook_deliveries"), try await bed.count("jobs", where: "kind = 'notices.sendToWebhook'")
      )
      #expect([deliveries, waiting] == [1, 0])
    }
  }

  @Test(arguments: TestDatabase.engines) func membersProgramsHearWhatTheirOrganizationIsTold(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let group = try await bed.organization()
      let member = Grant(.member, scope: "organization:" + group.rawValue)
      for handle in ["amina", "bilal"] { try await bed.person(handle, [member]) }
      try await bed.person("chipo")
      for handle in ["amina", "bilal", "chipo"] { try await bed.addWebhook(handle, program.url + "/" + handle) }
      try await bed.tell([.organization(group.rawValue)], "1")
      try await bed.callPrograms()
      let requests = program.take()
      #expect(requests.map(\.path).sorted() == ["/amina", "/bilal"])
      #expect(Set(requests.map(\.id)).count == 2)
      #expect(Set(requests.map { $0.json["data"]?["id"]?.string }).count == 1)
    }
  }

  // MARK: - Again

  @Test(arguments: TestDatabase.engines) func whatFailedIsSentAgainUnderTheSameID(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      let secret = try await bed.addWebhook("amina", program.url)
      program.answer(.status(500), .redirect(to: program.url + "/elsewhere"))
      try await bed.tell([amina], "1")
      try await bed.callPrograms()
      try await bed.callPrograms(after: .seconds(59))
      #expect(program.requests.count == 1)
      try await bed.callPrograms(after: .seconds(1))
      #expect(program.requests.count == 2)
      #expect(try await bed.webhookPage("amina").text.contains("The answer was 302."))
      try await bed.callPrograms(after: .seconds(299))
      #expect(program.requests.count == 2)
      try await bed.callPrograms(after: .seconds(1))
      try await bed.callPrograms(after: .days(2))
      let requests = program.take()
      #expect(requests.map(\.path) == ["/", "/", "/"])
      #expect(Set(requests.map(\.id)).count == 1)
      #expect(Set(requests.map(\.body)).count == 1)
      #expect(Set(requests.map { $0.headers["webhook-timestamp"] }).count == 3)
      #expect(requests.allSatisfy { $0.isSigned(with: secret) })
      #expect(try await bed.webhookPage("amina").text.contains("The answer was 200."))
    }
  }

  @Test(arguments: TestDatabase.engines) func whatFailsAlwaysIsGivenUp(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.addWebhook("amina", program.url)
      program.answerAlways(.status(503))
      try await bed.tell([amina], "1")
      try await bed.callPrograms()
      for (count, pause) in WebhookDelivery.pauses.enumerated() {
        #expect(program.requests.count == count + 1)
        try await bed.callPrograms(after: pause)
      }
      #expect(program.requests.count == 7)
      try await bed.callPrograms(after: .days(2))
      #expect(program.requests.count == 7)
      #expect(try await bed.webhookPage("amina").text.contains("It was given up."))
      // It is still in use, and what comes next is sent.
      program.answerAlways(.status(200))
      try await bed.tell([amina], "2")
      try await bed.callPrograms()
      #expect(program.requests.count == 8)
    }
  }

  /// A program that fails is asked once a minute at most, however much waits for it.
  @Test(arguments: TestDatabase.engines) func aProgramThatFailsIsLeftAloneForAMinute(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.addWebhook("amina", program.url)
      program.answerAlways(.status(500))
      for number in 1...4 { try await bed.tell([amina], "\(number)") }
      try await bed.callPrograms()
      try await bed.callPrograms(after: .seconds(59))
      #expect(program.requests.count == 1)
      try await bed.callPrograms(after: .seconds(1))
      #expect(program.requests.count == 2)
      program.answerAlways(.status(200))
      try await bed.callPrograms(after: .minutes(1))
      try await bed.callPrograms(after: .minutes(5))
      #expect(Set(program.requests.map(\.id)).count == 4)
      let open = try await bed.count("webhook_deliveries", where: "delivered_at IS NULL")
      #expect(open == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func aProgramThatFailsForDaysIsPausedAndItsOwnerToldOnce(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let id = try await bed.person("amina").rawValue
      try await bed.addWebhook("amina", program.url)
      program.answerAlways(.status(500))
      for day in 1...8 {
        try await bed.tell([.person(id)], "\(day)")
        for _ in 1...24 { try await bed.callPrograms(after: .hours(1)) }
      }
      let told = try await bed.app.node.read { try NoticeStore($0).notices(for: [.person(id)], limit: 100) }
      #expect(told.filter { $0.path == "/me/webhooks" }.count == 1)
      let count = program.requests.count
      try await bed.tell([.person(id)], "9")
      try await bed.callPrograms(after: .days(1))
      #expect(program.requests.count == count)
      program.answerAlways(.status(200))
      let page = try await bed.webhookPage("amina")
      #expect(page.text.contains("The program has taken nothing for days"))
      #expect(try await page.browser.post("/me/webhooks/resumption", [("webhook", page.id)]).location == "/me/webhooks")
      try await bed.tell([.person(id)], "10")
      try await bed.callPrograms()
      #expect(program.requests.last?.json["data"]?["code"] == "N-10")
      #expect(!program.requests.contains { $0.json["data"]?["code"] == "N-9" })
    }
  }

  @Test(arguments: TestDatabase.engines) func aProgramThatIsGoneIsCalledNoMore(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let id = try await bed.person("amina").rawValue
      try await bed.addWebhook("amina", program.url)
      program.answerAlways(.status(410))
      for number in 1...3 { try await bed.tell([.person(id)], "\(number)") }
      try await bed.callPrograms()
      try await bed.callPrograms(after: .days(1))
      #expect(program.requests.count == 1)
      #expect(try await bed.webhookPage("amina").text.contains("The program has said that it is gone"))
      let told = try await bed.app.node.read { try NoticeStore($0).notices(for: [.person(id)], limit: 100) }
      #expect(told.filter { $0.path == "/me/webhooks" }.count == 1)
    }
  }

  // MARK: - Several servers, and servers that end

  @Test(arguments: TestDatabase.engines) func twoServersSendEachThingOnce(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      for number in 10..<20 {
        try await bed.person("person\(number)")
        try await bed.addWebhook("person\(number)", program.url + "/\(number)")
      }
      let people = try await bed.app.node.read { try AccountStore($0).people().map { Recipient.person($0.id.rawValue) } }
      for number in 1...4 { try await bed.tell(people, "\(number)") }
      try await bed.withAnother { other in
        let servers = [bed.app, other].map { app in
          Task { await JobRunner(app.node, kinds: app.notices.webhookJobs).run() }
        }
        for _ in 1...400 where try await bed.count("webhook_deliveries", where: "delivered_at IS NOT NULL") < 40 {
          bed.clock.advance(by: .seconds(1))
          try await Task.sleep(for: .milliseconds(50))
        }
        for server in servers { server.cancel() }
        for server in servers { await server.value }
      }
      let requests = program.take()
      #expect(requests.count == 40)
      #expect(Set(requests.map(\.id)).count == 40)
      #expect(Set(requests.map(\.path)) == Set((10..<20).map { "/\($0)" }))
    }
  }

  /// Nobody can know whether what a server sent arrived that ended before it noted the answer: it is sent again, under the same id.
  @Test(arguments: TestDatabase.engines) func whatAServerSentThatEndedIsSentAgainByAnother(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.addWebhook("amina", program.url)
      try await bed.tell([amina], "1")
      program.answer(.silence)
      let server = Task { try await bed.callPrograms() }
      while program.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      server.cancel()
      _ = try? await server.value
      try await bed.withAnother { other in
        try await bed.callPrograms(other)
        #expect(program.requests.count == 1)
        bed.clock.advance(by: .minutes(1))
        try await bed.callPrograms(other)
        #expect(program.requests.count == 2)
        bed.clock.advance(by: .days(1))
        try await bed.callPrograms(other)
      }
      let requests = program.take()
      #expect(requests.count == 2)
      #expect(Set(requests.map(\.id)).count == 1)
    }
  }

  // MARK: - Leaving

  @Test(arguments: TestDatabase.engines) func whoeverLeavesLeavesNoWebhook(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let group = try await bed.organization()
      let id = try await bed.person("amina", [Grant(.member, scope: "organization:" + group.rawValue)])
      try await bed.addWebhook("amina", program.url + "/hear")
      program.answerAlways(.status(500))
      try await bed.tell([.person(id.rawValue), .organization(group.rawValue)], "1")
      try await bed.callPrograms()
      let export = try await bed.signedIn("amina").get("/me/export").json["more"]?["notices"]
      #expect(export?["webhooks"]?.array?.compactMap { $0["address"]?.string } == [program.url + "/hear"])
      try await bed.app.node.act(as: .system) { act in
        try EraseAccount(id, erased: { act, person in try NoticesFeature.erase(person, in: act) })(in: act)
      }
      for table in ["webhooks", "webhook_deliveries"] { #expect(try await bed.count(table) == 0, "\(table)") }
      #expect(try await bed.count("jobs", where: "kind = 'notices.sendToWebhook'") == 0)
      try await bed.callPrograms(after: .days(1))
      #expect(program.requests.count == 1)
    }
  }

  /// What was told of a record goes with the record.
  @Test(arguments: TestDatabase.engines) func whatIsForgottenIsNotSent(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.addWebhook("amina", program.url)
      program.answer(.status(500))
      try await bed.tell([amina], "1")
      try await bed.callPrograms()
      try await bed.app.node.act(as: .system) { act in try NoticeStore(act.connection).erase(about: "1") }
      try await bed.callPrograms(after: .minutes(1))
      #expect(program.requests.count == 1)
      #expect(try await bed.count("webhook_deliveries") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func theJournalHoldsIDsOnly(engine: Engine) async throws {
    try await MailBed.withProgram(engine) { bed, program in
      let id = try await bed.person("amina")
      let secret = try await bed.addWebhook("amina", program.url)
      program.answer(.status(410))
      try await bed.tell([.person(id.rawValue)], "1")
      try await bed.callPrograms()
      let payloads = try await bed.app.node.read { connection in
        try connection.query("SELECT payload FROM journal_payloads").map { String(decoding: try $0[0] as [UInt8], as: UTF8.self) }
      }
      #expect(payloads.contains { $0.contains("webhook") })
      for part in ["127.0.0.1", "http", secret] { #expect(!payloads.contains { $0.contains(part) }, "\(part)") }
    }
  }
}

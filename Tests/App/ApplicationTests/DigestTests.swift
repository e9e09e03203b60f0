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
import Volunteers

/// Who hears what, when and how often, by mails that a server on this machine takes.
@Suite struct DigestTests {
  @Test(arguments: TestDatabase.engines) func oneDigestADayTellsOfEverythingUnseen(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      try await bed.tell([amina], "2", isUrgent: true)
      try await bed.at("2026-03-05T07:59:00Z")
      #expect(bed.heard() == [])
      try await bed.at("2026-03-05T08:00:00Z")
      let mail = try #require(bed.server.take().first).mail
      #expect(mail["Subject"] == "2 things are new for you on Riverside")
      #expect(mail["To"] == "amina@example.org")
      #expect(
        mail.body.hasPrefix(
          """
          This is new for you on Riverside:

          An offer has come for N-1.
          https://riverside.example/needs/N-1

          An offer has come for N-2.
          https://riverside.example/needs/N-2

          """))
      try await bed.at("2026-03-05T08:01:00Z")
      try await bed.tell([amina], "3")
      try await bed.at("2026-03-05T20:00:00Z")
      #expect(bed.heard() == [])
      try await bed.at("2026-03-06T08:00:00Z")
      #expect(bed.server.take().map { $0.mail["Subject"] } == ["Something is new for you on Riverside"])
      try await bed.at("2026-03-07T08:00:00Z")
      #expect(bed.heard() == [])
      #expect(try await bed.count("notices", where: "mailed_at IS NULL") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatWasSeenIsNotMailed(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      try await bed.app.node.act(as: .system) { act in
        let store = NoticeStore(act.connection)
        try store.markSeen(try store.notices(for: [amina], limit: 10).map(\.id), at: act.now)
      }
      try await bed.at("2026-03-05T08:00:00Z")
      #expect(bed.heard() == [])
    }
  }

  @Test(arguments: TestDatabase.engines) func comesWhenAndInTheLanguageThatSomebodyChose(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      #expect(try await bed.choose("amina", .daily, hour: 19, zone: "Africa/Nairobi", language: "ar").location == "/me")
      try await bed.tell([amina], "1")
      try await bed.at("2026-03-05T15:59:00Z")
      #expect(bed.heard() == [])
      try await bed.at("2026-03-05T16:00:00Z")
      let mail = try #require(bed.server.take().first).mail
      #expect(mail["Content-Language"] == "ar")
      let arabic = bed.app.locales.localizer(for: try #require(Language("ar")))
      let expected = arabic.phrase(
        "Something is new for you on {site}", "{count} things are new for you on {site}", 1, ["site": "Riverside"])
      #expect(mail["Subject"] == expected.text)
      #expect(mail.body.contains(arabic.phrase("An offer has come for {code}.", ["code": "N-1"]).text))
    }
  }

  @Test(arguments: TestDatabase.engines) func atOnceIsAtOnceForWhatIsUrgent(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      for handle in ["amina", "bilal", "chipo"] { try await bed.person(handle) }
      let people = try await bed.app.node.read { try AccountStore($0).people().map { Recipient.person($0.id.rawValue) } }
      _ = try await bed.choose("amina", .atOnce)
      _ = try await bed.choose("chipo", .never)
      try await bed.at("2026-03-05T10:00:00Z")
      try await bed.tell(people, "1")
      try await bed.at("2026-03-05T10:05:00Z")
      #expect(bed.heard() == [])
      try await bed.at("2026-03-05T10:10:01Z")
      #expect(bed.heard() == ["amina@example.org"])
      try await bed.tell(people, "2", isUrgent: true)
      try await bed.work()
      #expect(bed.heard() == ["amina@example.org"])
      try await bed.at("2026-03-06T08:00:00Z")
      #expect(
        bed.server.take().map { [$0.to, $0.mail["Subject"]] } == [["bilal@example.org", "2 things are new for you on Riverside"]])
    }
  }

  /// Each by their own hour; the notice is done with when all have heard.
  @Test(arguments: TestDatabase.engines) func membersHearWhatTheirOrganizationIsTold(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let group = try await bed.organization(languages: ["qu", "es-CL"])
      let member = Grant(.member, scope: "organization:" + group.rawValue)
      for handle in ["amina", "bilal", "chipo"] { try await bed.person(handle, [member]) }
      try await bed.person("dora", [Grant(.member, scope: "organization:" + (try await other(bed)).rawValue)])
      _ = try await bed.choose("bilal", .daily, hour: 12, language: "fr")
      _ = try await bed.choose("chipo", .never)
      try await bed.tell([.organization(group.rawValue)], "1")
      try await bed.at("2026-03-05T08:00:00Z")
      #expect(bed.server.take().map { [$0.to, $0.mail["Content-Language"]] } == [["amina@example.org", "es"]])
      try await bed.at("2026-03-05T11:59:00Z")
      #expect(try await bed.count("notices", where: "mailed_at IS NULL") == 1)
      try await bed.at("2026-03-05T12:00:00Z")
      #expect(bed.server.take().map { [$0.to, $0.mail["Content-Language"]] } == [["bilal@example.org", "fr"]])
      try await bed.at("2026-03-06T12:00:00Z")
      #expect(bed.heard() == [])
      #expect(try await bed.count("notices", where: "mailed_at IS NULL") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func volunteersHearAtTheirHourInTheirLanguage(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let group = try await bed.organization(languages: ["fr"])
      let vera = try await bed.person("vera", [Grant(.member, scope: "organization:" + group.rawValue)])
      let keep = KeepProfile(
        KeepProfile.Statement(
          skills: ["skill.spreadsheets"], languages: ["sw", "es"], hoursAWeek: "4", timeZone: "Africa/Nairobi",
          ageBand: Volunteer.AgeBand.adult.rawValue), version: nil, vocabulary: bed.app.vocabulary)
      try await bed.app.node.act(as: Actor(.person(id: vera.rawValue))) { act in _ = try keep(in: act) }
      try await bed.tell([.person(vera.rawValue)], "1")
      try await bed.at("2026-03-06T04:59:00Z")
      #expect(bed.heard() == [])
      try await bed.at("2026-03-06T05:00:00Z")
      #expect(bed.server.take().map { [$0.to, $0.mail["Content-Language"]] } == [["vera@example.org", "es"]])
    }
  }

  @Test(arguments: TestDatabase.engines) func whatSomebodyWasToldIsExportedInTheirLanguage(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let vera = try await bed.person("vera")
      try await bed.tell([.person(vera.rawValue)], "1")
      let told = try await bed.signedIn("vera").get("/me/export?lang=es").json["more"]?["volunteering"]?["told"]
      let spanish = bed.app.locales.localizer(for: try #require(Language("es")))
      #expect(told?.array?.first?["what"] == .string(spanish.phrase("An offer has come for {code}.", ["code": "N-1"]).text))
    }
  }

  @Test(arguments: TestDatabase.engines) func onlyAConfirmedAddressGetsMail(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      try await bed.tell([.person(amina.rawValue)], "1")
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/email")
      #expect(try await browser.post("/me/email", [("email", "new@example.org")]).location == "/me")
      try await bed.at("2026-03-05T08:00:00Z")
      let asked = bed.server.take()
      #expect(asked.map(\.to) == ["new@example.org"])
      #expect(try await browser.get("/me/notices").text.contains("No mail comes yet"))
      let link = try #require(
        asked[0].mail.address("https://riverside.example/me/email/")?.dropFirst("https://riverside.example".count))
      _ = try await browser.get(String(link))
      #expect(try await browser.post(String(link)).location == "/me")
      try await bed.work()
      #expect(bed.heard() == ["new@example.org"])
    }
  }

  // MARK: - Stopping

  @Test(arguments: TestDatabase.engines) func theLinkInAMailStopsThemWithoutSigningIn(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      try await bed.at("2026-03-05T08:00:00Z")
      let mail = try #require(bed.server.take().first).mail
      let address = try #require(mail.address("https://riverside.example/mail/stop/"))
      #expect(mail["List-Unsubscribe"] == "<\(address)>")
      #expect(mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
      #expect(!address.contains("amina"))
      let path = String(address.dropFirst("https://riverside.example".count))

      // A program that follows every link changes nothing.
      #expect(try await bed.browser().get(path).status == 200)
      try await bed.tell([amina], "2")
      try await bed.at("2026-03-06T08:00:00Z")
      #expect(bed.heard() == ["amina@example.org"])

      // As mail programs send it: no cookie, no form of ours.
      let stopped = try await bed.browser().send(path, "List-Unsubscribe=One-Click")
      #expect(stopped.status == 200)
      try await bed.tell([amina], "3")
      try await bed.at("2026-03-07T08:00:00Z")
      #expect(bed.heard() == [])
      #expect(try await bed.signedIn("amina").get("/me/notices").text.contains("You have stopped the mails."))

      let browser = bed.browser()
      #expect(try await browser.get(path).text.contains("\(path)/undo"))
      #expect(try await browser.post(path + "/undo").status == 200)
      try await bed.work()
      #expect(bed.heard() == ["amina@example.org"])
    }
  }

  @Test(arguments: TestDatabase.engines) func aForgedAddressStopsNothing(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let forged = SignedToken(keys: .generate(at: 0), purpose: .mailStop).text
      let unknown = SignedToken(keys: bed.keys, purpose: .mailStop).text
      for token in [forged, unknown, "x"] {
        let shown = try await bed.browser().get("/mail/stop/\(token)")
        let sent = try await bed.browser().send("/mail/stop/\(token)", "List-Unsubscribe=One-Click")
        #expect([shown.status, sent.status] == [404, 404])
      }
    }
  }

  // MARK: - Refusals

  @Test(arguments: TestDatabase.engines) func whoeverIsRefusedGetsNoMoreUntilTheyConfirmAgain(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      bed.server.answer("RCPT", with: "550 5.1.1 nobody of that name")
      try await bed.at("2026-03-05T08:00:00Z")
      bed.server.answer("RCPT", with: nil)
      try await bed.tell([amina], "2")
      try await bed.at("2026-03-06T08:00:00Z")
      #expect(bed.heard() == [])
      #expect(try await bed.count("jobs", where: "kind = 'notices.sendDigest'") == 0)
      let browser = try await bed.signedIn("amina")
      #expect(try await browser.get("/me/notices").text.contains("Mail to your address came back"))
      #expect(try await browser.get("/me/email").text.contains("Mail to this address came back"))

      _ = try await browser.post("/me/email", [("email", "amina@example.org")])
      let anew = try await browser.get("/me/email").text
      #expect(!anew.contains("came back"))
      try await bed.work()
      let asked = bed.server.take()
      #expect(asked.count == 1)
      let link = try #require(
        asked[0].mail.address("https://riverside.example/me/email/")?.dropFirst("https://riverside.example".count))
      _ = try await browser.get(String(link))
      _ = try await browser.post(String(link))
      try await bed.work()
      #expect(bed.server.take().map { $0.mail["Subject"] } == ["2 things are new for you on Riverside"])
    }
  }

  /// A mail to confirm an address that comes back says so on the page of the address.
  @Test(arguments: TestDatabase.engines) func aMistypedAddressIsToldOf(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      try await bed.person("amina")
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/email")
      _ = try await browser.post("/me/email", [("email", "amnia@example.org")])
      bed.server.answer("RCPT", with: "550 5.1.1 nobody of that name")
      try await bed.work()
      #expect(try await browser.get("/me/email").text.contains("Mail to this address came back"))
      #expect(try await bed.count("jobs", where: "kind = 'people.mailLink'") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func aServerThatIsBusyIsAskedAgain(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      bed.server.answer(".", with: "451 4.7.1 come again")
      try await bed.at("2026-03-05T08:00:00Z")
      #expect(bed.heard() == [])
      bed.server.answer(".", with: nil)
      try await bed.tell([amina], "2")
      try await bed.at("2026-03-05T08:00:01Z")
      #expect(bed.heard() == [])
      try await bed.at("2026-03-05T08:00:06Z")
      #expect(bed.server.take().map { $0.mail["Subject"] } == ["Something is new for you on Riverside"])
    }
  }

  // MARK: - Several servers, and servers that end

  @Test(arguments: TestDatabase.engines) func twoServersSendEachDigestOnce(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let people = try await (10..<30).asyncMap { try await bed.person("person\($0)") }
      try await bed.tell(people.map { .person($0.rawValue) }, "1")
      try await bed.tell(people.map { .person($0.rawValue) }, "2")
      bed.clock.set(Timestamp(iso8601: "2026-03-05T08:00:00Z"))
      try await bed.withAnother { other in
        let servers = [bed.app, other].map { app in
          Task { await JobRunner(app.node, kinds: app.notices.jobs).run() }
        }
        for _ in 1...300 where try await bed.count("notices", where: "mailed_at IS NULL") > 0 || bed.server.deliveries.count < 20
        {
          // Each looks for what is due every minute: the clock goes on for them.
          bed.clock.advance(by: .seconds(1))
          try await Task.sleep(for: .milliseconds(50))
        }
        for server in servers { server.cancel() }
        for server in servers { await server.value }
      }
      #expect(bed.heard() == people.indices.map { "person\($0 + 10)@example.org" })
      #expect(try await bed.count("jobs", where: "kind = 'notices.sendDigest'") == 0)
    }
  }

  /// A server that ends before it has sent leaves the digest to another; the notices in it are in no other digest meanwhile.
  @Test(arguments: TestDatabase.engines) func whatAServerLeftIsSentByAnother(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      bed.clock.set(Timestamp(iso8601: "2026-03-05T08:00:00Z"))
      let collect = bed.app.notices.jobs.filter { $0.name == "notices.collect" }
      for _ in 1...2 {
        try await bed.app.node.act(as: .system) { act in try act.schedule("notices.collect", key: "regular") }
        try await JobRunner(bed.app.node, kinds: collect).runDue()
      }
      #expect(try await bed.count("jobs", where: "kind = 'notices.sendDigest'") == 1)
      // It took the job, and ended.
      try await bed.database.write { connection in
        _ = try connection.execute(
          "UPDATE jobs SET state = 'running', tries = 1, token = token + 1, leased_until = 0 WHERE kind = 'notices.sendDigest'")
      }
      try await bed.withAnother { other in try await bed.work(other) }
      #expect(bed.heard() == ["amina@example.org"])
    }
  }

  /// Nobody can know whether the last mail of a server that ended arrived: it is sent again, as the same mail, which other servers drop.
  @Test(arguments: TestDatabase.engines) func aMailThatIsSentAgainIsTheSameMail(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = Recipient.person(try await bed.person("amina").rawValue)
      try await bed.tell([amina], "1")
      // The server has taken it, and the connection breaks before it says so.
      bed.server.takeWithoutAnswer()
      try await bed.at("2026-03-05T08:00:00Z")
      try await bed.tell([amina], "2")
      try await bed.at("2026-03-05T08:00:10Z")
      let mails = bed.server.take().map(\.mail)
      #expect(mails.count == 2)
      #expect(Set(mails.map { $0["Message-ID"] }).count == 1)
      #expect(Set(mails.map(\.body)).count == 1)
      try await bed.at("2026-03-05T09:00:00Z")
      #expect(bed.heard() == [])
    }
  }

  @Test(arguments: TestDatabase.engines) func whoeverLeavesTakesItAll(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let id = try await bed.person("amina")
      try await bed.tell([.person(id.rawValue)], "1")
      _ = try await bed.choose("amina", .daily)
      try await bed.at("2026-03-05T08:00:00Z")
      let path = try #require(bed.server.take().first?.mail.address("https://riverside.example/mail/stop/")?.dropFirst(25))
      let export = try await bed.signedIn("amina").get("/me/export").json["more"]?["notices"]
      #expect(export?["mail"]?["rhythm"] == "daily")
      #expect(export?["told"]?.array?.count == 1)
      try await bed.app.node.act(as: .system) { act in
        try EraseAccount(id, erased: { act, person in try NoticesFeature.erase(person, in: act) })(in: act)
      }
      for table in ["notices", "digest_notices", "mail_preferences"] { #expect(try await bed.count(table) == 0) }
      #expect(try await bed.browser().get(String(path)).status == 404)
    }
  }

  private func other(_ bed: MailBed) async throws -> ID<Organization> {
    let statement = OrganizationStatement(name: "Rivière", country: "FR")
    return try await bed.app.node.act(as: .system) { act in try FindOrMakeOrganization(statement)(in: act).id }
  }
}

extension Sequence {
  fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
    var values: [T] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}

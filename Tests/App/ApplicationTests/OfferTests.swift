import App
import Database
import Foundation
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing
import Volunteers
import Web

/// A need finds a person; the two work together; what came of it is kept.
@Suite struct OfferTests {
  @Test(arguments: TestDatabase.engines) func fromANeedToASolvedOne(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let vera = village.browser("Vera")
      #expect(try await vera.get("/volunteer").location == "/volunteer/profile")
      _ = try await vera.get("/volunteer/profile")
      let joined = try await vera.post(
        "/volunteer/profile",
        [
          ("skills", "skill.spreadsheets"), ("languages", "es"), ("hoursAWeek", "3"), ("worksRemotely", "1"),
          ("ageBand", "adult"),
        ])
      #expect(joined.location == "/volunteer")
      let fits = try await vera.get("/volunteer")
      #expect(fits.text.contains(village.code) && fits.text.contains("It asks for what you can do: "))

      _ = try await vera.get("/needs/\(village.code)/offer")
      let offered = try await vera.post("/needs/\(village.code)/offer", [("words", "I can do this on Sunday."), ("part", "")])
      let path = try #require(offered.location)
      #expect(!(try await vera.get(path)).text.contains("notebook"), "the words are for whoever was accepted")

      let group = village.browser("group")
      #expect(try await group.get("/needs/\(village.code)").text.contains("Vera Quispe"))
      #expect(try await group.get(path).text.contains("I can do this on Sunday."))
      #expect(try await group.post(path + "/acceptance").status == 303)
      #expect(try await village.state() == .matched)
      #expect((try await vera.get(path)).text.contains("notebook"))

      #expect(try await vera.post(path + "/posts", [("words", "Here is a first version.")]).status == 303)
      #expect(try await village.state() == .inProgress)
      _ = try await group.get(path)
      #expect(try await group.post(path + "/posts", [("words", "It works on our phone.")]).status == 303)
      #expect(try await vera.get(path).text.contains("It works on our phone."))

      #expect(try await vera.post(path + "/work", [("hours", "5")]).status == 303)
      _ = try await group.get(path)
      let story =
        "A savings group kept its book on paper. A volunteer made a spreadsheet for the telephone; nobody loses count now."
      let told = try await group.post(
        path + "/outcome",
        [("change", "Nobody loses count."), ("mayBePublished", "1"), ("story", story), ("namesOnRecord", "1")])
      #expect(told.status == 303)
      #expect(try await village.state() == .resolved)
      let stranger = village.browser(nil)
      #expect(
        !(try await stranger.get("/needs/\(village.code)")).text.contains("nobody loses count now"), "nobody has read it yet")

      let fatima = village.browser("Fatima")
      #expect(try await fatima.get(path).text.contains("nobody loses count now"))
      let approved = try await fatima.post(
        path + "/outcome", [("change", "Nobody loses count."), ("mayBePublished", "1"), ("story", story), ("namesOnRecord", "1")])
      #expect(approved.status == 303)
      let shown = try await stranger.get("/needs/\(village.code)")
      #expect(shown.text.contains("nobody loses count now") && !shown.text.contains("Wiphala") && !shown.text.contains("Vera"))

      let record = try #require(try await vera.get(path).part(after: "button quiet\" href=\"/records/"))
      let paper = try await stranger.get("/records/" + record)
      #expect(paper.status == 200 && paper.text.contains("Vera Quispe") && paper.text.contains("Wiphala"))
      #expect(try await stranger.get("/records/" + record.dropLast() + (record.last == "A" ? "Q" : "A")).status == 404)

      let like = try await village.bed.app.needs.submit(
        NeedStatement(
          organization: OrganizationStatement(name: "Other", country: "PE"),
          words: "Our savings group writes its book on paper and we lose count of the money.", language: "en", channel: .web),
        as: .system, once: nil
      ).id
      #expect(try await village.bed.count("prescription_items", where: "need = \(like) AND shelf = 'solved'") == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func aWithdrawnStoryIsGoneAtOnce(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let offer = try await solved(village)
      let shelf = village.bed.app.volunteers.solved
      #expect(shelf.stories(of: village.need).count == 1)
      try await village.act("group") { act in
        try AnswerStory(offer, mayBePublished: false, namesOrganization: false, namesOnRecord: false)(in: act)
      }
      #expect(shelf.stories(of: village.need).isEmpty)
      try await village.act("group") { act in
        try AnswerStory(offer, mayBePublished: true, namesOrganization: false, namesOnRecord: false)(in: act)
      }
      #expect(shelf.stories(of: village.need).count == 1)
      try await village.act("group") { [village] act in _ = try AnswerConsent(village.need, showPublicly: false)(in: act) }
      #expect(shelf.stories(of: village.need).isEmpty, "a need that is hidden hides its story")
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsSaidGoesWithTheNeed(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      let offer = try await village.offer("Vera")
      try await village.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      let group = village.browser("group")
      _ = try await group.get("/needs/\(village.code)/withdrawal")
      #expect(try await group.post("/needs/\(village.code)/withdrawal").status == 303)
      #expect(try await village.bed.count("offer_posts") == 0)
      #expect(try await village.find(offer).ending == .needClosed)
      #expect(try await village.told("Vera").contains("offer \(offer) ended"))
    }
  }

  @Test(arguments: TestDatabase.engines) func strangersReadNothing(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      try await village.join("Victor")
      let offer = try await village.offer("Vera")
      let path = "/needs/\(village.code)/offers/\(offer)"
      for name in [nil, "Victor", "Moses", "Sigrid"] {
        let browser = village.browser(name)
        #expect(try await browser.get(path).status == 404, "\(name ?? "a stranger")")
        _ = try await browser.get("/receipt")
        for act in ["acceptance", "refusal", "end", "posts", "contact", "work", "outcome", "report"] {
          #expect(try await browser.post(path + "/" + act, [("words", "x"), ("reason", "notNow")]).status == 404, "\(act)")
        }
      }
      // The volunteer cannot answer for the group, nor the group for the volunteer.
      let vera = village.browser("Vera")
      _ = try await vera.get(path)
      #expect(try await vera.post(path + "/acceptance").status == 403)
      #expect(try await village.state() == .open)
      try await village.act("Vera") { act in
        try ReportOffer(offer, words: "They ask for money.", isBlocking: false)(in: act)
      }
      #expect(try await village.browser("Moses").get(path).status == 200, "a moderator reads what was reported")
    }
  }

  @Test(arguments: TestDatabase.engines) func contactsAreShownWhenBothSayYes(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      let offer = try await village.offer("Vera")
      let path = "/needs/\(village.code)/offers/\(offer)"
      try await village.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      let vera = village.browser("Vera")
      try await village.act("Vera") { act in try ShareContact(offer, true)(in: act) }
      #expect(!(try await vera.get(path)).text.contains("rosa@wiphala.example"))
      try await village.act("group") { act in try ShareContact(offer, true)(in: act) }
      #expect((try await vera.get(path)).text.contains("rosa@wiphala.example"))
      try await village.act("group") { act in try EndOffer(offer)(in: act) }
      #expect(!(try await vera.get(path)).text.contains("rosa@wiphala.example"), "it is over")
      #expect(try await village.state() == .open)
    }
  }

  @Test(arguments: TestDatabase.engines) func aMinorHelpsVerifiedGroupsAndIsWatchedOver(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Mina", ageBand: .under18)
      await #expect(throws: DomainError.self) { try await village.offer("Mina") }
      try await village.act("Fatima") { [village] act in
        try act.connection.execute("UPDATE organizations SET is_verified = 1 WHERE id = \(village.organization)")
      }
      let offer = try await village.offer("Mina")
      let page = try await village.browser("Sigrid").get("/needs/\(village.code)/offers/\(offer)")
      #expect(page.status == 200 && page.text.contains("Sigrid Quispe"))
      try await village.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      await #expect(throws: DomainError.self) { try await village.act("Mina") { act in try ShareContact(offer, true)(in: act) } }
    }
  }

  @Test(arguments: TestDatabase.engines) func severalTakeParts(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      try await village.join("Victor")
      try await village.join("Mina")
      let first = try await village.offer("Vera", part: "The sheet")
      try await village.act("group") { act in try AcceptOffer(first, seeksMore: true)(in: act) }
      let second = try await village.offer("Victor", part: "The training")
      let third = try await village.offer("Mina")
      try await village.act("group") { act in try AcceptOffer(second, seeksMore: false)(in: act) }
      #expect(try await village.find(third).ending == .foundSomebody)
      for (offer, name) in [(first, "Vera"), (second, "Victor")] {
        #expect(try await village.state() != .resolved)
        try await village.act(name) { act in try ReportWork(offer, hours: 2)(in: act) }
        try await village.act("group") { act in try ConfirmOutcome(offer, change: "It works.", language: "en")(in: act) }
      }
      #expect(try await village.state() == .resolved)
    }
  }

  @Test(arguments: TestDatabase.engines) func offeringTwiceIsOnce(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      let vera = village.browser("Vera")
      let form = try #require(try await vera.get("/needs/\(village.code)/offer").hidden("form"))
      for _ in 1...2 {
        let body = Form([("form", form), ("words", "I can do it."), ("part", "")]).urlEncoded
        #expect(try await vera.send("/needs/\(village.code)/offer", body).status == 303)
      }
      #expect(try await village.bed.count("offers") == 1)
      await #expect(throws: DomainError.self) { try await village.offer("Vera") }
    }
  }

  @Test(arguments: TestDatabase.engines) func whoIsBlockedCannotOffer(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      let offer = try await village.offer("Vera")
      try await village.act("group") { act in try ReportOffer(offer, words: "Rude.", isBlocking: true)(in: act) }
      #expect(try await village.find(offer).ending == .stopped)
      await #expect(throws: DomainError.self) { try await village.offer("Vera") }
      #expect(!(try await village.browser("Vera").get("/volunteer")).text.contains(village.code))
    }
  }

  @Test(arguments: TestDatabase.engines) func filesAreKeptSafely(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.join("Vera")
      let offer = try await village.offer("Vera")
      let path = "/needs/\(village.code)/offers/\(offer)"
      let vera = village.browser("Vera")
      let table = FormFile(field: "file", name: "../our list.csv", type: "text/html", bytes: Array("name,share\nRosa,3\n".utf8))
      let page = FormFile(field: "file", name: "page.html", type: "text/html", bytes: Array("<script>alert(1)</script>".utf8))
      _ = try await vera.get(path)
      #expect(try await vera.post(path + "/posts", [("words", "Look at this.")], files: [page]).status == 422)
      #expect(try await vera.post(path + "/posts", [("words", "The list.")], files: [table]).status == 303)
      let link = try #require(try await vera.get(path).part(after: path + "/files/"))
      let file = try await village.browser("group").get(path + "/files/" + link)
      #expect(file.text == "name,share\nRosa,3\n" && file.headers[.contentType] == "text/csv; charset=utf-8")
      #expect(file.headers[.contentDisposition]?.contains("attachment; filename=\"our list.csv\"") == true)
      #expect(try await village.browser(nil).get(path + "/files/" + link).status == 404)
      village.clock.advance(by: .days(91))
      #expect(try await vera.get(path + "/files/" + link).status == 404)
    }
  }

  /// Brings a need to its story.
  private func solved(_ village: Village) async throws -> ID<Offer> {
    try await village.join("Vera")
    let offer = try await village.offer("Vera")
    try await village.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
    try await village.act("Vera") { act in try ReportWork(offer, hours: 2)(in: act) }
    try await village.act("Fatima") { act in
      try ConfirmOutcome(
        offer, change: "It works.", language: "en", story: "A group keeps its book in a spreadsheet.", mayBePublished: true)(
          in: act)
    }
    return offer
  }
}

import App
import Database
import Foundation
import HTTPTypes
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
    try await Neighbourhood.with(engine) { neighbourhood in
      let vera = neighbourhood.browser("Vera")
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
      #expect(fits.text.contains(neighbourhood.code) && fits.text.contains("It asks for what you can do: "))

      _ = try await vera.get("/needs/\(neighbourhood.code)/offer")
      let offered = try await vera.post(
        "/needs/\(neighbourhood.code)/offer", [("words", "I can do this on Sunday."), ("part", "")])
      let path = try #require(offered.location)
      #expect(!(try await vera.get(path)).text.contains("notebook"), "the words are for whoever was accepted")

      let group = neighbourhood.browser("group")
      #expect(try await group.get("/needs/\(neighbourhood.code)").text.contains("Vera Quispe"))
      #expect(try await group.get(path).text.contains("I can do this on Sunday."))
      #expect(try await group.post(path + "/acceptance").status == 303)
      #expect(try await neighbourhood.state() == .matched)
      #expect((try await vera.get(path)).text.contains("notebook"))

      #expect(try await vera.post(path + "/posts", [("words", "Here is a first version.")]).status == 303)
      #expect(try await neighbourhood.state() == .inProgress)
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
      #expect(try await neighbourhood.state() == .resolved)
      let stranger = neighbourhood.browser(nil)
      #expect(
        !(try await stranger.get("/needs/\(neighbourhood.code)")).text.contains("nobody loses count now"),
        "nobody has read it yet")

      let fatima = neighbourhood.browser("Fatima")
      #expect(try await fatima.get(path).text.contains("nobody loses count now"))
      let approved = try await fatima.post(
        path + "/outcome", [("change", "Nobody loses count."), ("mayBePublished", "1"), ("story", story), ("namesOnRecord", "1")])
      #expect(approved.status == 303)
      let shown = try await stranger.get("/needs/\(neighbourhood.code)")
      #expect(shown.text.contains("nobody loses count now") && !shown.text.contains("Wiphala") && !shown.text.contains("Vera"))

      let record = try #require(try await vera.get(path).part(after: "button quiet\" href=\"/records/"))
      let paper = try await stranger.get("/records/" + record)
      #expect(paper.status == 200 && paper.text.contains("Vera Quispe") && paper.text.contains("Wiphala"))
      #expect(try await stranger.get("/records/" + record.dropLast() + (record.last == "A" ? "Q" : "A")).status == 404)

      let like = try await neighbourhood.bed.app.needs.submit(
        NeedStatement(
          organization: OrganizationStatement(name: "Other", country: "PE"),
          words: "Our savings group writes its book on paper and we lose count of the money.", language: "en", channel: .web),
        as: .system, once: nil
      ).id
      #expect(try await neighbourhood.bed.count("prescription_items", where: "need = \(like) AND shelf = 'solved'") == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func aWithdrawnStoryIsGoneAtOnce(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let offer = try await solved(neighbourhood)
      let shelf = neighbourhood.bed.app.volunteers.solved
      #expect(shelf.stories(of: neighbourhood.need).count == 1)
      let story = Text("A group keeps its book in a spreadsheet.")
      for (isTold, count) in [(false, 0), (true, 1)] {
        try await neighbourhood.act("Fatima") { act in
          try ConfirmOutcome(offer, change: "It works.", language: "en", story: story, mayBePublished: isTold)(in: act)
        }
        #expect(shelf.stories(of: neighbourhood.need).count == count)
      }
      try await neighbourhood.act("group") { [neighbourhood] act in
        _ = try AnswerConsent(neighbourhood.need, showPublicly: false)(in: act)
      }
      #expect(shelf.stories(of: neighbourhood.need).isEmpty, "a need that is hidden hides its story")
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsSaidGoesWithTheNeed(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      try await neighbourhood.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      let group = neighbourhood.browser("group")
      _ = try await group.get("/needs/\(neighbourhood.code)/withdrawal")
      #expect(try await group.post("/needs/\(neighbourhood.code)/withdrawal").status == 303)
      #expect(try await neighbourhood.bed.count("offer_posts") == 0)
      #expect(try await neighbourhood.find(offer).ending == .needClosed)
      #expect(try await neighbourhood.told("Vera").contains("offer \(offer) ended"))
    }
  }

  @Test(arguments: TestDatabase.engines) func strangersReadNothing(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      try await neighbourhood.join("Victor")
      let offer = try await neighbourhood.offer("Vera")
      let path = "/needs/\(neighbourhood.code)/offers/\(offer)"
      for name in [nil, "Victor", "Moses", "Sigrid"] {
        let browser = neighbourhood.browser(name)
        #expect(try await browser.get(path).status == 404, "\(name ?? "a stranger")")
        _ = try await browser.get("/receipt")
        for act in ["acceptance", "refusal", "end", "posts", "contact", "work", "outcome", "report"] {
          #expect(try await browser.post(path + "/" + act, [("words", "x"), ("reason", "notNow")]).status == 404, "\(act)")
        }
      }
      // The volunteer cannot answer for the group, nor the group for the volunteer.
      let vera = neighbourhood.browser("Vera")
      _ = try await vera.get(path)
      #expect(try await vera.post(path + "/acceptance").status == 403)
      #expect(try await neighbourhood.state() == .open)
      try await neighbourhood.act("Vera") { act in
        try ReportOffer(offer, words: "They ask for money.", isBlocking: false)(in: act)
      }
      #expect(try await neighbourhood.browser("Moses").get(path).status == 200, "a moderator reads what was reported")
    }
  }

  @Test(arguments: TestDatabase.engines) func contactsAreShownWhenBothSayYes(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      let path = "/needs/\(neighbourhood.code)/offers/\(offer)"
      try await neighbourhood.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      let vera = neighbourhood.browser("Vera")
      try await neighbourhood.act("Vera") { act in try ShareContact(offer, true)(in: act) }
      #expect(!(try await vera.get(path)).text.contains("rosa@wiphala.example"))
      try await neighbourhood.act("group") { act in try ShareContact(offer, true)(in: act) }
      #expect((try await vera.get(path)).text.contains("rosa@wiphala.example"))
      try await neighbourhood.act("group") { act in try EndOffer(offer)(in: act) }
      #expect(!(try await vera.get(path)).text.contains("rosa@wiphala.example"), "it is over")
      #expect(try await neighbourhood.state() == .open)
    }
  }

  @Test(arguments: TestDatabase.engines) func aMinorHelpsVerifiedGroupsAndIsWatchedOver(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Mina", ageBand: .under18)
      await #expect(throws: DomainError.self) { try await neighbourhood.offer("Mina") }
      try await neighbourhood.act("Fatima") { [neighbourhood] act in
        try act.connection.execute("UPDATE organizations SET is_verified = 1 WHERE id = \(neighbourhood.organization)")
      }
      let offer = try await neighbourhood.offer("Mina")
      let page = try await neighbourhood.browser("Sigrid").get("/needs/\(neighbourhood.code)/offers/\(offer)")
      #expect(page.status == 200 && page.text.contains("Sigrid Quispe"))
      try await neighbourhood.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      await #expect(throws: DomainError.self) {
        try await neighbourhood.act("Mina") { act in try ShareContact(offer, true)(in: act) }
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func severalTakeParts(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      try await neighbourhood.join("Victor")
      try await neighbourhood.join("Mina")
      let first = try await neighbourhood.offer("Vera", part: "The sheet")
      try await neighbourhood.act("group") { act in try AcceptOffer(first, seeksMore: true)(in: act) }
      let second = try await neighbourhood.offer("Victor", part: "The training")
      let third = try await neighbourhood.offer("Mina")
      try await neighbourhood.act("group") { act in try AcceptOffer(second, seeksMore: false)(in: act) }
      #expect(try await neighbourhood.find(third).ending == .foundSomebody)
      for (offer, name) in [(first, "Vera"), (second, "Victor")] {
        #expect(try await neighbourhood.state() != .resolved)
        try await neighbourhood.act(name) { act in try ReportWork(offer, hours: 2)(in: act) }
        try await neighbourhood.act("group") { act in try ConfirmOutcome(offer, change: "It works.", language: "en")(in: act) }
      }
      #expect(try await neighbourhood.state() == .resolved)
    }
  }

  @Test(arguments: TestDatabase.engines) func offeringTwiceIsOnce(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let vera = neighbourhood.browser("Vera")
      let form = try #require(try await vera.get("/needs/\(neighbourhood.code)/offer").hidden("form"))
      for _ in 1...2 {
        let body = Form([("form", form), ("words", "I can do it."), ("part", "")]).urlEncoded
        #expect(try await vera.send("/needs/\(neighbourhood.code)/offer", body).status == 303)
      }
      #expect(try await neighbourhood.bed.count("offers") == 1)
      await #expect(throws: DomainError.self) { try await neighbourhood.offer("Vera") }
    }
  }

  @Test(arguments: TestDatabase.engines) func whoIsBlockedCannotOffer(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      try await neighbourhood.act("group") { act in try ReportOffer(offer, words: "Rude.", isBlocking: true)(in: act) }
      #expect(try await neighbourhood.find(offer).ending == .stopped)
      await #expect(throws: DomainError.self) { try await neighbourhood.offer("Vera") }
      #expect(!(try await neighbourhood.browser("Vera").get("/volunteer")).text.contains(neighbourhood.code))
    }
  }

  @Test(arguments: TestDatabase.engines) func filesAreKeptSafely(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      let path = "/needs/\(neighbourhood.code)/offers/\(offer)"
      let vera = neighbourhood.browser("Vera")
      let table = FormFile(field: "file", name: "../our list.csv", type: "text/html", bytes: Array("name,share\nRosa,3\n".utf8))
      let page = FormFile(field: "file", name: "page.html", type: "text/html", bytes: Array("<script>alert(1)</script>".utf8))
      _ = try await vera.get(path)
      #expect(try await vera.post(path + "/posts", [("words", "Look at this.")], files: [page]).status == 422)
      #expect(try await vera.post(path + "/posts", [("words", "The list.")], files: [table]).status == 303)
      let link = try #require(try await vera.get(path).part(after: path + "/files/"))
      let file = try await neighbourhood.browser("group").get(path + "/files/" + link)
      #expect(file.text == "name,share\nRosa,3\n" && file.headers[.contentType] == "text/csv; charset=utf-8")
      #expect(file.headers[.contentDisposition]?.contains("attachment; filename=\"our list.csv\"") == true)
      #expect(try await neighbourhood.browser(nil).get(path + "/files/" + link).status == 404)
      neighbourhood.clock.advance(by: .days(91))
      #expect(try await vera.get(path + "/files/" + link).status == 404)
    }
  }

  /// Several forms stand on one page: what was typed comes back in the one that was sent.
  @Test func whatWasTypedComesBackInItsOwnForm() async throws {
    try await Neighbourhood.with(.sqlite) { neighbourhood in
      try await neighbourhood.join("Vera")
      let path = "/needs/\(neighbourhood.code)/offers/\(try await neighbourhood.offer("Vera"))"
      let vera = neighbourhood.browser("Vera")
      _ = try await vera.get(path)
      let long = String(repeating: "Rude. ", count: 400)
      let page = try await vera.post(path + "/report", [("report", long), ("block", "1")])
      #expect(page.status == 422 && page.text.contains(long))
      #expect(page.text.contains("<a href=\"#report\">") && page.text.contains("<details open><summary>Something is wrong"))
      #expect(page.part(after: "name=\"words\"")?.contains("aria-invalid") != true)
    }
  }

  /// Also where the work is over, and thanks could still be said.
  @Test(arguments: TestDatabase.engines) func whoIsBlockedIsHeardNoMore(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let offer = try await solved(neighbourhood)
      let write: @Sendable (Act) throws -> Void = { act in _ = try WritePost(offer, words: "Thank you.", language: "en")(in: act)
      }
      try await neighbourhood.act("Vera", write)
      try await neighbourhood.act("group") { act in try ReportOffer(offer, words: "Rude.", isBlocking: true)(in: act) }
      await #expect(throws: DomainError.self) { try await neighbourhood.act("Vera", write) }
    }
  }

  @Test(arguments: TestDatabase.engines) func aRecordNamesNobodyWhoHasHidden(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let offer = try await solved(neighbourhood)
      try await neighbourhood.act("Fatima") { act in
        try ConfirmOutcome(offer, change: "It works.", language: "en", namesOnRecord: true)(in: act)
      }
      let page = try await neighbourhood.browser("Vera").get("/needs/\(neighbourhood.code)/offers/\(offer)")
      let record = "/records/" + (try #require(page.part(after: "button quiet\" href=\"/records/")))
      #expect(try await neighbourhood.browser(nil).get(record).text.contains("Wiphala"))
      try await neighbourhood.act("Fatima") { [neighbourhood] act in
        _ = try act.connection.execute("UPDATE organizations SET visibility = 'hidden' WHERE id = \(neighbourhood.organization)")
      }
      #expect(!(try await neighbourhood.browser(nil).get(record)).text.contains("Wiphala"))
      let arabic = try await neighbourhood.browser("Vera").get("/needs/\(neighbourhood.code)/offers/\(offer)?lang=ar")
      #expect(!arabic.text.contains("the group") && !arabic.text.contains("Wiphala"))
    }
  }

  /// Brings a need to its story.
  private func solved(_ neighbourhood: Neighbourhood) async throws -> ID<Offer> {
    try await neighbourhood.join("Vera")
    let offer = try await neighbourhood.offer("Vera")
    try await neighbourhood.act("group") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
    try await neighbourhood.act("Vera") { act in try ReportWork(offer, hours: 2)(in: act) }
    try await neighbourhood.act("Fatima") { act in
      try ConfirmOutcome(
        offer, change: "It works.", language: "en", story: "A group keeps its book in a spreadsheet.", mayBePublished: true)(
          in: act)
    }
    return offer
  }
}

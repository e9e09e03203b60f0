import App
import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Notices
import People
import TestKit
import Testing
import Web

/// The pages on which people say how they want to hear, and their calendars.
@Suite struct NoticePagesTests {
  @Test(arguments: TestDatabase.engines) func whatWasChosenIsShownAgain(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      try await bed.person("amina")
      #expect(try await bed.choose("amina", .atOnce, hour: 19, zone: "Asia/Kathmandu", language: "ar").status == 303)
      let page = try await bed.signedIn("amina").get("/me/notices").text
      for chosen in [
        "value=\"atOnce\" checked", "value=\"19\" selected", "value=\"Asia/Kathmandu\" selected", "value=\"ar\" selected",
      ] {
        #expect(page.contains(chosen), "\(chosen)")
      }
      #expect(try await bed.signedIn("amina").get("/me").text.contains("href=\"/me/notices\""))
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsNotOfferedIsNotTaken(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      try await bed.person("amina")
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/notices")
      let reply = try await browser.post(
        "/me/notices", [("rhythm", "hourly"), ("hour", "24"), ("timeZone", "Mars/Base"), ("language", "tlh")])
      #expect(reply.status == 422)
      for field in ["rhythm", "hour", "timeZone", "language"] { #expect(reply.text.contains("href=\"#\(field)\""), "\(field)") }
      #expect(try await bed.count("mail_preferences", where: "rhythm IS NOT NULL") == 0)
    }
  }

  @Test func theFirstViewIsSmall() async throws {
    try await MailBed.with(.sqlite) { bed in
      try await bed.person("amina")
      let page = try await bed.signedIn("amina").get("/me/notices?lang=ar").text
      let style = try #require(bed.app.assets.file(at: bed.app.assets.address(of: "civil.css")))
      let whole = (Gzip.compress(Array(page.utf8))?.count ?? .max) + (style.compressed?.count ?? .max)
      #expect(whole <= 14_600)
    }
  }

  @Test(arguments: TestDatabase.engines) func aCalendarHasASecretAddressThatCanBeReplaced(engine: Engine) async throws {
    try await MailBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      _ = try await bed.choose("amina", .daily, language: "es")
      let site = try site(bed) { _, person, now in
        person != amina
          ? []
          : [
            CalendarDate(id: "1", title: Message("Needs"), path: "/needs/N-1", when: .time(now + .days(2))),
            CalendarDate(id: "2", title: Message("Tools"), path: "/needs/N-2", when: .day(year: 2026, month: 3, day: 9)),
          ]
      }
      let browser = try await bed.signedIn("amina")
      let before = try await browser.get("/me/notices").text
      #expect(!before.contains("riverside.example/calendar/"))
      let first = try await newAddress(browser)
      let feed = try await TestBrowser(site).get(first)
      #expect(feed.status == 200)
      #expect(feed.headers[.contentType] == "text/calendar; charset=utf-8")
      #expect(feed.text.contains("DTSTART:20260307T070000Z\r\n"))
      #expect(feed.text.contains("DTSTART;VALUE=DATE:20260309\r\n"))
      let spanish = bed.app.locales.localizer(for: try #require(Language("es")))
      #expect(feed.text.contains("SUMMARY:\(spanish.phrase("Tools").text)\r\n"))
      #expect(feed.text.contains("UID:2@riverside.example\r\n"))

      let second = try await newAddress(browser)
      #expect(second != first)
      #expect(try await TestBrowser(site).get(first).status == 404)
      #expect(try await TestBrowser(site).get(second).status == 200)
      #expect(try await TestBrowser(site).get("/calendar/" + SignedToken(keys: bed.keys, purpose: .calendar).text).status == 404)
    }
  }

  private func newAddress(_ browser: TestBrowser) async throws -> String {
    _ = try await browser.get("/me/notices")
    #expect(try await browser.post("/me/notices/calendar").location == "/me/notices#calendar")
    let page = try await browser.get("/me/notices")
    return "/calendar/" + (try #require(page.part(after: "https://riverside.example/calendar/")))
  }

  /// The site with dates that somebody else knows.
  private func site(
    _ bed: MailBed, dates: @escaping @Sendable (any SQLConnection, ID<Person>, Timestamp) throws -> [CalendarDate]
  ) throws -> Site {
    let notices = NoticesFeature(
      node: bed.app.node, assets: bed.app.assets,
      ports: NoticesFeature.Ports(
        siteName: "Riverside", siteAddress: "https://riverside.example", locales: bed.app.locales, sendMail: { _ in },
        dates: dates))
    var parts = bed.app.site.parts
    parts.routes = notices.routes
    return Site(parts, node: bed.app.node)
  }
}

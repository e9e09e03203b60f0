import Kernel
import Localization
import Testing

@testable import Notices

@Suite struct CalendarFeedTests {
  @Test func isWhatCalendarProgramsRead() throws {
    let now = try #require(Timestamp(iso8601: "2026-03-05T11:40:09Z"))
    let feed = CalendarFeed(
      dates: [
        CalendarDate(
          id: "offer-1", title: Message("Answer the offer for {code}; it ends, then", ["code": "N-7K2Q-F4XM"]),
          path: "/needs/N-7K2Q-F4XM",
          when: .day(year: 2026, month: 3, day: 9)),
        CalendarDate(id: "camp-1", title: Message("The camp\nbegins"), path: "/camps/1", when: .time(now + .hours(14))),
      ], siteName: "Riverside", siteAddress: "https://riverside.example", now: now)
    #expect(
      feed.text
        == """
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:-//Civil Society 2.0//Dates//EN
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        NAME:Riverside: my dates
        X-WR-CALNAME:Riverside: my dates
        REFRESH-INTERVAL;VALUE=DURATION:PT6H
        BEGIN:VEVENT
        UID:offer-1@riverside.example
        DTSTAMP:20260305T114009Z
        DTSTART;VALUE=DATE:20260309
        SUMMARY:Answer the offer for N-7K2Q-F4XM\\; it ends\\, then
        URL:https://riverside.example/needs/N-7K2Q-F4XM
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        UID:camp-1@riverside.example
        DTSTAMP:20260305T114009Z
        DTSTART:20260306T014009Z
        SUMMARY:The camp\\nbegins
        URL:https://riverside.example/camps/1
        TRANSP:TRANSPARENT
        END:VEVENT
        END:VCALENDAR

        """.replacing("\n", with: "\r\n"))
  }

  @Test func noLineIsTooLongAndNoCharacterIsSplit() {
    let title = String(repeating: "موعد 😀 ", count: 60)
    let feed = CalendarFeed(
      dates: [CalendarDate(id: "1", title: Message(stored: title, [:]), path: "/me", when: .day(year: 2026, month: 3, day: 9))],
      siteName: "R", siteAddress: "https://r.example", now: Timestamp(milliseconds: 0))
    let lines = feed.text.split(separator: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 75 })
    #expect(feed.text.replacing("\r\n ", with: "").contains("SUMMARY:" + title))
  }

  @Test func noTitleBeginsALine() {
    let feed = CalendarFeed(
      dates: [
        CalendarDate(
          id: "1\r\nX:1", title: Message(stored: "a\r\nATTACH:x", [:]), path: "/me\r\nX:1",
          when: .day(year: 2026, month: 3, day: 9))
      ], siteName: "R\r\nX:1", siteAddress: "https://r.example", now: Timestamp(milliseconds: 0))
    #expect(!feed.text.split(separator: "\r\n").contains { $0.hasPrefix("X:1") || $0.hasPrefix("ATTACH") })
  }
}

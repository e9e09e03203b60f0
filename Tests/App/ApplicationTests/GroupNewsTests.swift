import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import TestKit
import Testing
import Web

@testable import App

/// A facilitator meets groups, tells them what is new, and brings back what they answered.
@Suite struct GroupNewsTests {
  @Test(arguments: TestDatabase.engines) func meetingsAreRecordedOnce(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let path = "/desk/organizations/\(need.organization.rawValue)"
      let chile = bed.browser("chile")
      let page = try await chile.get(path)
      #expect(page.status == 200 && page.text.contains("No meeting is recorded."))
      let fields = [("form", try #require(page.hidden("form"))), ("heldAt", ""), ("nextAt", "")]
      for _ in 1...2 { #expect(try await chile.send(path + "/meetings", Form(fields).urlEncoded).status == 303) }
      #expect(try await bed.bed.count("meetings") == 1)
      let wrong = try await chile.post(path + "/meetings", [("heldAt", "2040-01-01"), ("nextAt", "2020-01-01")])
      #expect(wrong.status == 422 && wrong.text.contains("value=\"2040-01-01\""))
      let (last, next) = try await bed.node.read { connection in
        let store = MeetingStore(connection)
        return (try store.last(of: need.organization), try store.next(of: need.organization))
      }
      #expect(next == last.map { $0 + .days(30) })
      #expect(last != nil)
    }
  }

  @Test(arguments: TestDatabase.engines) func theLastMeetingCounts(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let now = bed.node.clock()
      func day(_ days: Int64) -> String { String((now - .days(days)).iso8601.prefix(10)) }
      let actor = try #require(FacilitatorBed.actors["chile"])
      for (held, next) in [(day(40), day(20)), (day(10), day(-20)), (day(30), day(25))] {
        try await bed.node.act(as: actor) { act in
          _ = try RecordMeeting(with: need.organization, heldAt: held, nextAt: next)(in: act)
        }
      }
      let store = try await bed.node.read { connection in
        let store = MeetingStore(connection)
        return (
          try store.last(of: need.organization), try store.next(of: need.organization),
          try store.meetings(of: need.organization, limit: 9).count
        )
      }
      #expect(store.0?.iso8601 == day(10) + "T12:00:00Z")
      #expect(store.1?.iso8601 == day(-20) + "T12:00:00Z")
      #expect(store.2 == 3)
      await #expect(throws: DomainError.notFound) {
        try await bed.node.act(as: try #require(FacilitatorBed.actors["peru"])) { act in
          _ = try RecordMeeting(with: need.organization)(in: act)
        }
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsNewStandsOnASheetUntilItIsTold(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let first = try await bed.state("Llevar las cuentas", for: "Las Amapolas", isPublic: true)
      let second = try await bed.state("We need water", for: "The Well", language: "en")
      try await bed.state("Silencio", for: "Los Callados")
      let needs = [first, second]
      try await bed.node.act(as: .system) { act in
        for need in needs {
          for (key, days) in [("a", 3), ("b", 5)] {
            try act.tell(
              .organization(need.organization.rawValue), Message("{count} days are left.", ["count": String(days)]),
              path: "/needs/\(need.code)", subject: need.id.rawValue, key: key)
          }
        }
      }
      try await bed.node.act(as: try #require(FacilitatorBed.actors["chile"])) { act in
        let triage = TriageNeed(first.id, version: 1, summary: "Accounts.", summaryLanguage: "en", outcome: .open)
        _ = try triage(in: act)
      }
      let chile = bed.browser("chile")
      let sheet = try await chile.get("/desk/news")
      #expect(sheet.text.components(separatedBy: "<section class=\"sheet large\"").count == 3)
      #expect(sheet.text.contains("<section class=\"sheet large\" lang=\"es\""))
      #expect(sheet.text.contains("3 days are left.") && sheet.text.contains(first.code.description))
      #expect(sheet.text.contains("Nothing is new for: Los Callados"))

      // Of the first group one notice was not told.
      let ids = try await bed.node.read { connection in
        try needs.map {
          try NoticeStore(connection).notices(for: [.organization($0.organization.rawValue)], limit: 9).map(\.id.rawValue)
        }
      }
      let told = [
        ("told." + first.organization.rawValue, ids[0][0]), ("told." + first.organization.rawValue, first.id.rawValue + "@2"),
      ]
      let groups = needs.map { ("group", $0.organization.rawValue) }
      let reply = try await chile.post("/desk/news", groups + told + [("organization", first.organization.rawValue)])
      #expect(reply.status == 303)
      #expect(try await bed.bed.count("notices", where: "seen_at IS NOT NULL") == 1)
      #expect(try await bed.bed.count("meetings") == 1)
      let left = try await bed.node.read { connection in
        try GroupNews.gather(
          try KnownOrganizations(connection, of: try #require(FacilitatorBed.actors["chile"])).page(.mine, limit: 9), connection)
      }
      #expect(left.map(\.count).sorted() == [0, 1, 2])

      let all =
        ids[0].map { ("told." + first.organization.rawValue, $0) } + ids[1].map { ("told." + second.organization.rawValue, $0) }
      #expect(try await chile.post("/desk/news", groups + all + [("organization", "all")]).status == 303)
      #expect(try await chile.get("/desk/news").text.contains("Nothing is new for them."))
      #expect(try await bed.bed.count("meetings") == 3)
    }
  }

  @Test(arguments: TestDatabase.engines) func groupsElsewhereAreAsIfTheyDidNotExist(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let id = need.organization.rawValue
      let peru = bed.browser("peru")
      let never = "0190a000-0000-7000-8000-000000000000"
      _ = try await peru.get("/desk/notebook")
      for path in ["/desk/organizations/{id}", "/desk/organizations/{id}/withdrawal", "/desk/news?organization={id}"] {
        let (hidden, none) = (
          try await peru.get(path.replacing("{id}", with: id)), try await peru.get(path.replacing("{id}", with: never))
        )
        #expect(hidden.status == 404 && none.status == 404, "\(path)")
      }
      for path in ["meetings", "receipts", "withdrawal"] {
        #expect(
          try await peru.post("/desk/organizations/\(id)/\(path)", FacilitatorBed.said + [("hide", "1")]).status == 404, "\(path)"
        )
      }
      #expect(try await peru.post("/desk/news", [("organization", id), ("group", id)]).status == 404)
      #expect(try await peru.post("/desk/\(need.code)/withdrawal", FacilitatorBed.said + [("what", "takenBack")]).status == 404)
      #expect(try await peru.get("/desk/organizations?which=all").text.contains("No group is found here."))
      #expect(try await bed.program("peru").get("/api/v1/organizations/\(id)/news").status == 404)
      #expect(try await bed.program("peru").send(.post, "/api/v1/organizations/\(id)/meetings", [:]).status == 404)
      #expect(try await bed.bed.count("meetings") == 0)
      let unchanged = try await bed.need(need.id)
      #expect(unchanged == need)
    }
  }

  /// Whoever says that she has told her own group the news of another has taken nothing from that one.
  @Test(arguments: TestDatabase.engines) func nobodyTellsTheNewsOfOthers(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let own = try await bed.state("Agua", for: "El Pozo", as: "peru", country: "PE")
      try await bed.node.act(as: .system) { act in
        try act.tell(
          .organization(need.organization.rawValue), Message("Something."), path: "/needs/\(need.code)",
          subject: need.id.rawValue, key: "a")
      }
      let notice = try #require(try await bed.bed.column("SELECT id FROM notices").first)
      let peru = bed.browser("peru")
      _ = try await peru.get("/desk/notebook")
      let id = own.organization.rawValue
      let reply = try await peru.post("/desk/news", [("group", id), ("organization", id), ("told." + id, notice)])
      #expect(reply.status == 303)
      #expect(try await bed.bed.count("notices", where: "seen_at IS NOT NULL") == 0)
      #expect(try await bed.browser("chile").get("/desk/news").text.contains("Something."))
    }
  }

  @Test(arguments: TestDatabase.engines) func programsReadAndRecordTheSame(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let path = "/api/v1/organizations/\(need.organization.rawValue)"
      try await bed.node.act(as: .system) { act in
        try act.tell(
          .organization(need.organization.rawValue), Message("Something."), path: "/needs/\(need.code)",
          subject: need.id.rawValue, key: "a")
      }
      let program = bed.program("chile")
      let news = try await program.get(path + "/news").json
      let notice = try #require(news["notices"]?.array?.first?["id"]?.string)
      #expect(news["needs"]?.array?.first?["code"]?.string == need.code.description)
      #expect(news["lastMetAt"] == .null)
      let made = try await program.send(.post, path + "/meetings", ["nextAt": .null, "told": [.string(notice)]])
      #expect(made.status == 201)
      #expect(try await program.get(path + "/news").json["notices"]?.array?.count == 0)
      #expect(try await program.get(path + "/meetings").json["items"]?.array?.first?["id"] == made.json["id"])
      for body in [["heldAt": 5], ["heldAt": "yesterday"], ["next": "2026-01-01"], ["told": "all"]] as [JSON] {
        #expect(try await program.send(.post, path + "/meetings", body).status == 422, "\(body)")
      }
    }
  }
}

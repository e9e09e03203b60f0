import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import Web

/// Where a facilitator finds her groups, records that she has met them, and hands their records over.
extension FacilitatorDesk {
  var organizationRoutes: [Route] {
    [
      .page("/desk/organizations", for: Self.audience, organizations),
      .page("/desk/organizations/{id}", for: Self.audience) { visit in try await organizationPage(visit, FormView(visit)) },
      .form("/desk/organizations/{id}/meetings", for: Self.audience, recordMeeting) { visit, error in
        try await organizationPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/desk/organizations/{id}/receipts", for: Self.audience, renewReceipts),
    ]
  }

  private static let pageLength = 50
  private static let mostMeetings = 12

  private func organizations(_ visit: Visit) async throws -> Answer {
    let (actor, query) = (visit.actor, visit.query)
    let choice = query.first("which").flatMap(OrganizationChoice.init) ?? .mine
    let words = String((query.first("q") ?? "").prefix(200))
    let cursor = query.first("cursor").map { ID<Organization>($0) }
    let entries = try await node.read { connection in
      let found = try KnownOrganizations(connection, of: actor).page(
        choice, holding: words, after: cursor, limit: Self.pageLength + 1)
      let meetings = try MeetingStore(connection).latest(of: found.map(\.id))
      let needs = Dictionary(grouping: try NeedStore(connection).needs(of: found.map(\.id)), by: \.organization)
      return found.map {
        OrganizationDeskPages.Entry(organization: $0, meeting: meetings[$0.id], needs: needs[$0.id]?.count ?? 0)
      }
    }
    let shown = Array(entries.prefix(Self.pageLength))
    let last = entries.count > shown.count ? shown.last?.organization.id.rawValue : nil
    let next = last.map { "/desk/organizations?" + query.setting("cursor", to: $0).urlEncoded }
    return page(
      OrganizationDeskPages.list(shown, choice: choice, words: words, next: next, now: node.clock()), for: visit)
  }

  private func organizationPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let known = try await organization(visit)
    let (needs, meetings, news) = try await node.read { connection in
      (
        try NeedStore(connection).needs(of: [known.id]),
        try MeetingStore(connection).meetings(of: known.id, limit: Self.mostMeetings),
        try GroupNews.gather([known], connection).first?.count ?? 0
      )
    }
    let said = try await app.needs.sayings(of: known.id)
    return page(OrganizationDeskPages.page(known, needs, meetings, said: said, news: news, fields), for: visit)
  }

  private func recordMeeting(_ visit: Visit) async throws -> Answer {
    let known = try await organization(visit)
    let record = app.people.meeting(
      with: known.id, heldAt: visit.form.first("heldAt") ?? "", nextAt: visit.form.first("nextAt") ?? "")
    try await once("desk.meeting", visit) { act in _ = try record(in: act) }
    return .see("/desk/organizations/\(known.id.rawValue)#meetings")
  }

  /// The group takes its record over: what anybody has on paper or on a screen stops working, and new slips are shown.
  private func renewReceipts(_ visit: Visit) async throws -> Answer {
    let known = try await organization(visit)
    let needs = try await node.read { try NeedStore($0).needs(of: [known.id]).filter { $0.closure != .withdrawn } }
    guard !needs.isEmpty else { throw DomainError.conflict(Message("This group has no need that could be handed over.")) }
    try await once("desk.receipts", visit) { act in
      for need in needs { _ = try RenewReceipt(need.id)(in: act) }
    }
    return .see("/desk/slips?" + Form(needs.map { ("code", $0.code.description) }).urlEncoded)
  }

  /// What is pressed twice is done once.
  func once(_ what: String, _ visit: Visit, _ body: @escaping @Sendable (Act) throws -> Void) async throws {
    guard let key = try visit.once(what) else { return try await node.act(as: visit.actor, body) }
    try await node.act(as: visit.actor, once: key) { act in
      try body(act)
      return ""
    }
  }
}

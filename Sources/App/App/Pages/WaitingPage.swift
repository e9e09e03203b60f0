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

/// What waits for somebody: everything they were told and have not put aside yet.
struct WaitingPage {
  private let app: CivilApplication

  init(_ app: CivilApplication) {
    self.app = app
  }

  var routes: [Route] {
    [
      .page("/me/waiting", for: .signedIn, page),
      .form("/me/waiting", for: .signedIn, putAside),
      .api(
        .get, "/api/v1/me/notices", for: .signedIn,
        Operation(
          "listNotices", "What the person whose token it is was told, newest first",
          answers: [
            200: (
              "Notices",
              [
                "type": "object", "required": ["items", "next"],
                "properties": ["items": ["type": "array", "items": ["type": "object"]], "next": ["type": ["string", "null"]]],
              ]
            )
          ]), json),
    ]
  }

  private static let most = 200

  /// A person hears what they are told, and what their organizations are.
  static func recipients(_ actor: Actor) -> [Recipient] {
    guard let person = actor.personID else { return [] }
    let organizations = actor.scopes(of: .member).compactMap { scope in
      scope.flatMap { $0.hasPrefix("organization:") ? Recipient($0) : nil }
    }
    return [.person(person)] + organizations
  }

  private func page(_ visit: Visit) async throws -> Answer {
    let recipients = Self.recipients(visit.actor)
    let notices = try await app.node.read { try NoticeStore($0).notices(for: recipients, limit: Self.most) }
    let cared = try await caredFor(visit.actor)
    let (waiting, earlier) = (notices.filter { $0.seenAt == nil }, notices.filter { $0.seenAt != nil })
    let page = Page(
      tr("What waits for me"),
      """
      <h1>\(tr("What waits for me"))</h1>
      \(if: !cared.isEmpty, Self.cared(cared))
      \(if: waiting.isEmpty && cared.isEmpty, "<p class=\"notice\">\(tr("Nothing waits for you."))</p>")
      \(if: !waiting.isEmpty, Self.list(waiting))
      \(if: !waiting.isEmpty, "<form method=\"post\" action=\"/me/waiting\" class=\"actions\"><input type=\"hidden\" name=\"form\" value=\"\(visit.formID)\"><input type=\"hidden\" name=\"until\" value=\"\(waiting[0].id.rawValue)\"><button class=\"quiet\">\(tr("I have seen all of this"))</button></form>")
      \(if: !earlier.isEmpty, "<details><summary>\(tr("Earlier"))</summary>\(Self.list(earlier))</details>")
      """)
    return .page(page.html(for: visit, assets: app.assets))
  }

  /// The needs that somebody cares for on the desk, while their role lets them see it.
  private func caredFor(_ actor: Actor) async throws -> [Need] {
    guard let person = actor.personID, NeedPolicy.maySeeDesk(actor) else { return [] }
    return try await app.node.read { try NeedStore($0).waiting(with: ID(person), limit: Self.most) }
      .filter { NeedPolicy.mayTriage(actor, $0) }
  }

  private static func cared(_ needs: [Need]) -> HTML {
    """
    <h2>\(tr("Needs you care for"))</h2>
    <ul>
    \(each: needs, { "<li><a class=\"mono\" href=\"\(url: "/desk/\($0.code)")\">\($0.code.description)</a> · \($0.state.label)</li>\n" })</ul>

    """
  }

  /// Notices, each with its day, leading to where one looks.
  static func list(_ notices: [Notice]) -> HTML {
    """
    <ul class="cards">
    \(each: notices, { notice in
      "<li class=\"card\"><p><a href=\"\(url: notice.path)\">\(notice.message.phrase())</a></p><p class=\"meta\"><time datetime=\"\(notice.createdAt.iso8601)\">\(localizedDate(notice.createdAt.milliseconds, style: .day, timeZone: .gmt))</time></p></li>\n"
    })</ul>
    """
  }

  /// What came while they read stays.
  private func putAside(_ visit: Visit) async throws -> Answer {
    let recipients = Self.recipients(visit.actor)
    let until = ID<Notice>(visit.form.first("until") ?? "")
    try await app.node.act(as: visit.actor) { act in
      let store = NoticeStore(act.connection)
      let seen = try store.notices(for: recipients, isUnseen: true, limit: Self.most).map(\.id).filter { $0 <= until }
      try store.markSeen(seen, at: act.now)
    }
    return .see("/me/waiting")
  }

  private func json(_ visit: Visit) async throws -> Answer {
    let recipients = Self.recipients(visit.actor)
    let notices = try await app.node.read { try NoticeStore($0).notices(for: recipients, limit: Self.most) }
    let items = notices.map { notice -> JSON in
      [
        "id": .string(notice.id.rawValue), "text": .string(notice.message.phrase().text), "path": .string(notice.path),
        "createdAt": .string(notice.createdAt.iso8601), "seenAt": JSON(notice.seenAt?.iso8601),
      ]
    }
    return try .json(["items": .array(items), "next": .null])
  }
}

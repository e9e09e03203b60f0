import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions
import Web

/// Where a facilitator prints what is new for her groups, and says that she has told them.
extension FacilitatorDesk {
  var newsRoutes: [Route] {
    [
      .page("/desk/news", for: Self.audience) { visit in try await newsPage(visit, FormView(visit)) },
      .form("/desk/news", for: Self.audience, tellNews) { visit, error in
        try await newsPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .api(.get, "/api/v1/organizations/{id}/news", for: .roles([.facilitator]), NewsAPI.get, newsJSON),
    ]
  }

  /// Groups of one page: a day's walk.
  private static let pageLength = 20

  private func newsPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (actor, query) = (visit.actor, visit.query)
    let choice = query.first("which").flatMap(OrganizationChoice.init) ?? .mine
    let cursor = query.first("cursor").map { ID<Organization>($0) }
    // A form that comes again shows the groups it was about.
    let ids = query.first("organization").map { [$0] } ?? visit.form.all("group")
    let found = try await node.read { connection in
      let known = KnownOrganizations(connection, of: actor)
      let organizations =
        ids.isEmpty
        ? try known.page(choice, after: cursor, limit: Self.pageLength + 1)
        : try ids.prefix(Self.pageLength).compactMap { try known.find(ID($0)) }
      return try GroupNews.gather(organizations, connection)
    }
    guard query.first("organization") == nil || !found.isEmpty else { throw DomainError.notFound }
    let groups = Array(found.prefix(Self.pageLength))
    let isEveryone = query.isChecked("everyone") || !ids.isEmpty
    let next = found.count > groups.count ? groups.last?.organization.id.rawValue : nil
    let items = groups.flatMap { $0.needs.flatMap(\.items) }
    let shown = Dictionary(
      app.prescriber.show(items).map { ($0.item.id, $0.shown) }, uniquingKeysWith: { first, _ in first })
    let pages = NewsPages(
      fields: fields, news: groups.filter { isEveryone || $0.count > 0 }, shown: { shown[$0.id] },
      quiet: isEveryone ? [] : groups.filter { $0.count == 0 }.map(\.organization), choice: choice, isEveryone: isEveryone,
      next: next.map { "/desk/news?" + query.setting("cursor", to: $0).urlEncoded }, now: node.clock(), locales: app.locales)
    return page(pages.page, for: visit)
  }

  /// She has met one of the groups, or all of them, and told what is ticked.
  private func tellNews(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    let chosen = form.first("organization") ?? ""
    let ids = chosen == "all" ? form.all("group") : [chosen]
    let meetings = ids.prefix(Self.pageLength).map { id in
      app.people.meeting(
        with: ID(id), heldAt: form.first("heldAt") ?? "", nextAt: form.first("nextAt") ?? "", telling: form.all("told." + id))
    }
    // Each group has a button of its own on the same page.
    try await once("desk.news " + chosen, visit) { act in
      for meeting in meetings { _ = try meeting(in: act) }
    }
    let isLast = form.all("group").count == 1
    let which = form.first("which").flatMap(OrganizationChoice.init) ?? .mine
    return .see(isLast ? "/desk/organizations/\(chosen)#meetings" : "/desk/news?which=\(which.rawValue)")
  }

  // MARK: - API

  private func newsJSON(_ visit: Visit) async throws -> Answer {
    let known = try await organization(visit)
    guard let news = try await node.read({ try GroupNews.gather([known], $0).first }) else { throw DomainError.notFound }
    let shown = Dictionary(
      app.prescriber.show(news.needs.flatMap(\.items)).map { ($0.item.id, $0.shown) }, uniquingKeysWith: { first, _ in first })
    return try .json(NewsAPI.json(news) { shown[$0.id] })
  }
}

/// What is new for a group, as programs read it.
enum NewsAPI {
  static func json(_ news: GroupNews, shown: (Prescription.Item) -> ShelfItem?) -> JSON {
    [
      "organizationId": .string(news.organization.id.rawValue), "lastMetAt": JSON(news.meeting?.heldAt.iso8601),
      "nextMeetingAt": JSON(news.meeting?.nextAt.iso8601),
      "notices": .array(
        news.notices.map { notice in
          [
            "id": .string(notice.id.rawValue), "message": .string(notice.message.phrase().text), "path": .string(notice.path),
            "createdAt": .string(notice.createdAt.iso8601),
          ]
        }),
      "needs": .array(
        news.needs.map { entry in
          [
            "id": .string(entry.id), "code": .string(entry.need.code.description), "state": .string(entry.need.state.rawValue),
            "changedAt": .string(entry.need.changedAt.iso8601), "isNew": .bool(entry.isNew),
            "items": .array(
              entry.items.map { item in
                ["id": .string(item.id.rawValue), "name": JSON(shown(item)?.name), "path": JSON(shown(item)?.path)]
              }),
          ]
        }),
    ]
  }

  static let get = Operation(
    "getOrganizationNews", "What an organization that is not online has not heard yet, for its facilitators",
    parameters: [.init("id", in: .path, "The organization's id")], answers: [200: ("The news", schema)])

  private static let schema: JSON = [
    "type": "object", "required": ["organizationId", "lastMetAt", "nextMeetingAt", "notices", "needs"],
    "properties": [
      "organizationId": ["type": "string"], "lastMetAt": ["type": ["string", "null"], "format": "date-time"],
      "nextMeetingAt": ["type": ["string", "null"], "format": "date-time"],
      "notices": [
        "type": "array",
        "items": [
          "type": "object", "required": ["id", "message", "path", "createdAt"],
          "properties": [
            "id": ["type": "string"], "message": ["type": "string"], "path": ["type": "string"],
            "createdAt": ["type": "string", "format": "date-time"],
          ],
        ],
      ],
      "needs": [
        "type": "array",
        "items": [
          "type": "object", "required": ["id", "code", "state", "changedAt", "isNew", "items"],
          "properties": [
            "id": ["type": "string", "description": "To be sent as told once the group has heard of it"],
            "code": ["type": "string"], "state": ["type": "string"], "changedAt": ["type": "string", "format": "date-time"],
            "isNew": ["type": "boolean"],
            "items": [
              "type": "array",
              "items": [
                "type": "object", "required": ["id", "name", "path"],
                "properties": [
                  "id": ["type": "string"], "name": ["type": ["string", "null"]], "path": ["type": ["string", "null"]],
                ],
              ],
            ],
          ],
        ],
      ],
    ],
  ]
}

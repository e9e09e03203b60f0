import Foundation
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions
import Web

/// What those who speak for groups that are not online do beside triage: write down many needs at once, carry slips and news there,
/// and bring answers back.
struct FacilitatorDesk {
  let app: CivilApplication
  var node: Node { app.node }

  static let audience = Route.Audience.roles([.facilitator])

  init(_ app: CivilApplication) {
    self.app = app
  }

  var routes: [Route] { notebookRoutes + slipRoutes + importRoutes + organizationRoutes + newsRoutes }

  func page(_ page: Page, for visit: Visit) -> Answer { .page(page.html(for: visit, assets: app.assets)) }

  /// An organization in the facilitator's reach.
  /// - Throws: `DomainError.notFound` also for one elsewhere.
  func organization(_ visit: Visit) async throws -> Organization {
    let id = ID<Organization>(try visit.parameter("id"))
    let actor = visit.actor
    guard let known = try await node.read({ try KnownOrganizations($0, of: actor).find(id) }) else {
      throw DomainError.notFound
    }
    return known
  }

  /// Speaks the first language of a group that this node speaks too, so that a sheet can be read to it.
  static func speaking<T>(to organization: Organization?, _ needs: [Need], _ locales: Locales, _ body: () -> T) -> T {
    let tags = (organization?.languages ?? []) + needs.map(\.language)
    let language = tags.lazy.compactMap { Language($0) }.first { locales.speaks($0) }
    guard let language else { return body() }
    return Localization.$current.withValue(locales.localizer(for: language), operation: body)
  }
}

extension Locales {
  /// Whether a language, or one that its tag is a longer form of, is among the node's.
  func speaks(_ language: Language) -> Bool {
    languages.contains { $0 == language || language.tag.hasPrefix($0.tag + "-") }
  }
}

/// What the desk leads to, with what waits there.
struct FacilitatorLinks {
  let node: Node

  /// Organizations whose news are counted: more than one person visits.
  private static let most = 500

  func html(for visit: Visit) async throws -> HTML {
    let (actor, now) = (visit.actor, node.clock())
    let counts = try await node.read { connection in
      let known = KnownOrganizations(connection, of: actor)
      let recipients = try known.newest(limit: Self.most).map { Recipient.organization($0.id.rawValue) }
      return (
        mine: try known.count(.mine), overdue: try known.overdue(at: now),
        news: try NoticeStore(connection).unseen(for: recipients)
      )
    }
    return """
      <h2>\(tr("For groups that are not online"))</h2>
      <ul>
      <li><a href="/desk/notebook">\(tr("Write down what several groups need, one after the other"))</a></li>
      <li><a href="/desk/import">\(tr("Take needs in from a table"))</a></li>
      <li><a href="/desk/organizations">\(tr("My groups"))</a> (\(localizedNumber(counts.mine)))\(if: counts.overdue > 0, ", \(ntr("{count} of them waits for your visit", "{count} of them wait for your visit", counts.overdue))")</li>
      <li><a href="/desk/news">\(tr("What is new for my groups, to print and carry there"))</a> (\(localizedNumber(counts.news)))</li>
      <li><a href="/desk/slips">\(tr("Print slips of what I wrote down"))</a></li>
      </ul>
      """
  }
}

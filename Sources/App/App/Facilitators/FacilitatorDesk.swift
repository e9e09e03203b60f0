import Foundation
import Journal
import Kernel
import Localization
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

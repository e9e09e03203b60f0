import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import Web

/// Programs that hear what somebody is told: where they are named, tried and forgotten.
extension NoticesFeature {
  var webhookRoutes: [Route] {
    [
      .page("/me/webhooks", for: .signedIn) { visit in try await webhooksPage(visit, FormView(visit)) },
      .form("/me/webhooks", for: .signedIn, limit: Self.addingWebhooks, addWebhook) { visit, error in
        try await webhooksPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/me/webhooks/test", for: .signedIn, limit: Self.testingWebhooks, testWebhook) { visit, error in
        try await webhooksPage(visit, FormView(visit, error: error))
      },
      .form("/me/webhooks/pause", for: .signedIn) { visit in try await setPause(true, visit) },
      .form("/me/webhooks/resumption", for: .signedIn) { visit in try await setPause(false, visit) },
      .form("/me/webhooks/removal", for: .signedIn, removeWebhook),
    ]
  }

  static let addingWebhooks = Limit("webhooks", 20, every: 3600)
  /// Each is a request to an address of somebody's choice.
  static let testingWebhooks = Limit("webhook-tests", 20, every: 600)

  /// Deliveries of a webhook that are shown.
  static let deliveriesShown = 5

  /// Somebody's webhooks, opened, each with what went there last.
  func webhooks(of person: String) async throws -> [WebhookView] {
    let keys = node.keys
    return try await node.read { connection in
      let store = WebhookStore(connection)
      let webhooks = try store.webhooks(of: person)
      let deliveries = try store.last(Self.deliveriesShown, of: webhooks.map(\.id))
      return try webhooks.map {
        WebhookView(webhook: $0, address: try $0.address(keys), deliveries: deliveries[$0.id] ?? [])
      }
    }
  }

  private func webhooksPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    guard let person = visit.actor.personID else { throw DomainError.notFound }
    let zone = try await node.read { try MailPreferenceStore($0).preferences(of: person).timeZone }
    let page = WebhookPages(timeZone: zone.flatMap(TimeZone.init(identifier:)) ?? .gmt)
      .webhooks(try await webhooks(of: person), fields)
    return .page(page.html(for: visit, assets: assets))
  }

  private func addWebhook(_ visit: Visit) async throws -> Answer {
    let add = try AddWebhook(visit.form.text("address"), toPrivate: ports.callsPrivateAddresses)
    guard let key = try visit.once("notices.addWebhook") else { throw DomainError.notFound }
    let id = try await node.act(as: visit.actor, once: key) { act in try add(in: act).rawValue }.subject
    let (address, secret) = try await opened(ID(id))
    return .page(WebhookPages.added(address, secret).html(for: visit, assets: assets))
  }

  /// What a webhook just added is checked with.
  /// - Throws: `DomainError.notFound` when it has been removed meanwhile.
  func opened(_ id: ID<Webhook>) async throws -> (address: String, secret: WebhookSecret) {
    guard let webhook = try await node.read({ try WebhookStore($0).find(id) }) else { throw DomainError.notFound }
    return (try webhook.address(node.keys), try webhook.secret(node.keys))
  }

  private func testWebhook(_ visit: Visit) async throws -> Answer {
    let test = TestWebhook(id: Self.named(visit))
    guard let key = try visit.once("notices.testWebhook " + test.id.rawValue) else { throw DomainError.notFound }
    try await node.act(as: visit.actor, once: key) { act in
      try test(in: act)
      return test.id.rawValue
    }
    return .see("/me/webhooks")
  }

  private func setPause(_ isPaused: Bool, _ visit: Visit) async throws -> Answer {
    let pause = PauseWebhook(id: Self.named(visit), isPaused: isPaused)
    try await node.act(as: visit.actor) { act in try pause(in: act) }
    return .see("/me/webhooks")
  }

  private func removeWebhook(_ visit: Visit) async throws -> Answer {
    let remove = RemoveWebhook(id: Self.named(visit))
    try await node.act(as: visit.actor) { act in try remove(in: act) }
    return .see("/me/webhooks")
  }

  private static func named(_ visit: Visit) -> ID<Webhook> { ID(visit.form.first("webhook") ?? "") }
}

/// A webhook as its owner sees it.
struct WebhookView: Sendable {
  let webhook: Webhook
  let address: String
  /// The newest first.
  let deliveries: [WebhookDelivery]
}

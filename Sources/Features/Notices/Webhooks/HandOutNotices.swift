import Database
import Journal
import Kernel
import Messaging
import People

/// Every few seconds: what people were told is handed out to their webhooks, each notice once. Those of an organization's members hear
/// what it is told, as their mails tell it.
///
/// Two servers may do it at once: a webhook has one row for a notice, so the second finds it there.
struct HandOutNotices: Sendable {
  private static let noticesInAnAct = 200

  func callAsFunction(_ node: Node) async throws {
    while try await node.read({ try !WebhookStore($0).toHandOut(limit: 1).isEmpty }) {
      try await node.act(as: .system) { act in try handOut(in: act) }
    }
  }

  private func handOut(in act: Act) throws {
    let store = WebhookStore(act.connection)
    let notices = try store.toHandOut(limit: Self.noticesInAnAct)
    let audiences = try audiences(of: notices.compactMap(\.recipient), act.connection)
    let webhooks = try store.active(of: Set(audiences.values.joined()))
    var called: Set<ID<Webhook>> = []
    for notice in notices {
      let people = notice.recipient.flatMap { audiences[$0] } ?? []
      for webhook in people.flatMap({ webhooks[$0] ?? [] }) where webhook.createdAt <= notice.createdAt {
        if try store.insert(act.newID(), of: notice.id, to: webhook.id, at: act.now) { called.insert(webhook.id) }
      }
    }
    try store.markHandedOut(notices.map(\.id), at: act.now)
    for webhook in called.sorted() { try SendToWebhook.schedule(webhook, in: act) }
  }

  /// Who hears what these are told.
  private func audiences(of recipients: [Recipient], _ connection: any SQLConnection) throws -> [Recipient: [String]] {
    let organizations = Set(
      recipients.compactMap { recipient -> ID<Organization>? in
        if case .organization(let id) = recipient { ID(id) } else { nil }
      })
    let members = try AccountStore(connection).members(of: organizations)
    let pairs = Set(recipients).map { recipient -> (Recipient, [String]) in
      switch recipient {
      case .person(let id): (recipient, [id])
      case .organization(let id): (recipient, (members[ID(id)] ?? []).map(\.rawValue))
      }
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}

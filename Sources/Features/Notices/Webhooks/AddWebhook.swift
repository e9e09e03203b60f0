import Journal
import Kernel
import Localization
import Messaging

/// Somebody has a program told what they are told from now on.
struct AddWebhook: Sendable {
  private let address: String

  /// - Throws: `DomainError.invalid` for an address to which nothing can be sent.
  init(_ address: Text, toPrivate: Bool) throws {
    self.address = try WebhookAddress.read(address, toPrivate: toPrivate)
  }

  /// - Throws: `DomainError.signInNeeded`; `DomainError.conflict` for who has as many as one may have.
  func callAsFunction(in act: Act) throws -> ID<Webhook> {
    guard let person = act.actor.personID else { throw DomainError.signInNeeded }
    let webhook = try Webhook(
      act.newID(), of: person, to: address, secret: WebhookSecret(random: act.random), keys: act.keys, at: act.now,
      random: act.random)
    guard try WebhookStore(act.connection).insert(webhook) else {
      throw DomainError.conflict(Message("You have many of these already. Remove one that you no longer need."))
    }
    try act.record(Event("notices", "webhookAdded", subject: person, payload: ["webhook": .string(webhook.id.rawValue)]))
    return webhook.id
  }
}

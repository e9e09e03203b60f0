import Database
import Jobs
import Journal
import Kernel
import Localization
import Messaging
import People

/// Somebody has nothing more sent to their program for now, or has it begin again. What waited then comes; what they were told meanwhile
/// does not.
struct PauseWebhook: Sendable {
  let id: ID<Webhook>
  /// False begins again.
  let isPaused: Bool

  /// - Throws: `DomainError.notFound` for who has no such webhook.
  func callAsFunction(in act: Act) throws {
    let webhook = try act.ownWebhook(id)
    guard try WebhookStore(act.connection).setPause(isPaused ? .owner : nil, of: id) else { return }
    if !isPaused { try SendToWebhook.schedule(id, in: act) }
    try act.record(
      Event(
        "notices", isPaused ? "webhookPaused" : "webhookResumed", subject: webhook.person,
        payload: ["webhook": .string(id.rawValue)]))
  }
}

/// Somebody tries whether their program hears.
struct TestWebhook: Sendable {
  let id: ID<Webhook>

  /// - Throws: `DomainError.notFound` for who has no such webhook; `DomainError.conflict` for one that is paused.
  func callAsFunction(in act: Act) throws {
    guard try act.ownWebhook(id).pause == nil else {
      throw DomainError.conflict(Message("Nothing is sent there at present. Let it begin again first."))
    }
    _ = try WebhookStore(act.connection).insert(act.newID(), of: nil, to: id, at: act.now)
    try SendToWebhook.schedule(id, in: act)
  }
}

/// Somebody has nothing more sent to their program, and nothing is kept of it.
struct RemoveWebhook: Sendable {
  let id: ID<Webhook>

  /// - Throws: `DomainError.notFound` for who has no such webhook.
  func callAsFunction(in act: Act) throws {
    let webhook = try act.ownWebhook(id)
    try Self.remove(webhook, in: act)
    try act.record(
      Event("notices", "webhookRemoved", subject: webhook.person, payload: ["webhook": .string(id.rawValue)]))
  }

  /// Their owner leaves.
  static func all(of person: ID<Person>, in act: Act) throws {
    for webhook in try WebhookStore(act.connection).webhooks(of: person.rawValue) { try remove(webhook, in: act) }
  }

  private static func remove(_ webhook: Webhook, in act: Act) throws {
    try WebhookStore(act.connection).delete(webhook.id)
    try act.unschedule(SendToWebhook.job, key: webhook.id.rawValue)
    try NoticeStore(act.connection).erase(about: webhook.id.rawValue)
    try act.scrub("webhooks")
  }
}

extension Act {
  /// - Throws: `DomainError.notFound` unless it is one of who acts.
  fileprivate func ownWebhook(_ id: ID<Webhook>) throws -> Webhook {
    guard let webhook = try WebhookStore(connection).find(id), webhook.person == actor.personID else {
      throw DomainError.notFound
    }
    return webhook
  }
}

import Database
import Jobs
import Journal
import Kernel
import Localization
import Messaging
import People

/// Sends a webhook what is due for it, one thing after the other, until something fails: then it is left alone for a minute.
///
/// A try is taken, and the next one settled, before anything is sent. So two servers do not send the same thing, and what a server that
/// ended has sent or not is sent again later, under the same id: programs pass over an id that they know. What was answered with yes, and
/// noted, is sent no more.
struct SendToWebhook: Sendable {
  let ports: NoticesFeature.Ports

  static let job = "notices.sendToWebhook"

  /// So that a job ends long before anybody takes it for dead.
  private static let mostInAJob = 20
  private static let rest = Timestamp.Interval.minutes(1)

  static func schedule(_ webhook: ID<Webhook>, at time: Timestamp? = nil, in act: Act) throws {
    try act.schedule(job, payload: ["webhook": .string(webhook.rawValue)], at: time, key: webhook.rawValue)
  }

  func callAsFunction(_ job: Job, _ node: Node) async throws {
    guard let id = job.payload["webhook"]?.string.map(ID<Webhook>.init) else {
      throw JobFailure.final("the job names no webhook")
    }
    let isWell = try await sendAll(to: id, job, node)
    try await node.act(as: .system) { act in
      try job.finish(in: act)
      let store = WebhookStore(act.connection)
      guard let webhook = try store.find(id), webhook.pause == nil, let next = try store.nextTry(of: id) else { return }
      try Self.schedule(id, at: isWell ? next : max(next, act.now + Self.rest), in: act)
    }
  }

  /// - Returns: false when something failed.
  private func sendAll(to id: ID<Webhook>, _ job: Job, _ node: Node) async throws -> Bool {
    for _ in 1...Self.mostInAJob {
      guard let attempt = try await node.act(as: .system, { act in try begin(id, job, in: act) }) else { return true }
      let answer = try await answer(attempt.post)
      let isTaken = try await node.act(as: .system) { act in try note(answer, attempt, in: act) }
      if !isTaken { return false }
    }
    return true
  }

  private struct Attempt: Sendable {
    let webhook: Webhook
    let delivery: WebhookDelivery
    /// How many there were, with this one.
    let number: Int
    let post: WebhookPost
  }

  /// - Returns: nil when nothing is to be sent.
  private func begin(_ id: ID<Webhook>, _ job: Job, in act: Act) throws -> Attempt? {
    // A server that was silent for long may have lost the job meanwhile.
    try job.check(in: act)
    let store = WebhookStore(act.connection)
    guard let webhook = try store.find(id), webhook.pause == nil, let delivery = try store.due(for: id, at: act.now) else {
      return nil
    }
    let number = delivery.tries + 1
    let next = act.now + (Self.pause(after: number, delivery) ?? Self.rest)
    guard try store.begin(delivery, next: next, at: act.now) else { return nil }
    let body = try body(delivery, for: webhook, act.connection)
    let post = WebhookPost(
      id: delivery.id.rawValue, to: try webhook.address(act.keys), body, secret: try webhook.secret(act.keys), at: act.now)
    return Attempt(webhook: webhook, delivery: delivery, number: number, post: post)
  }

  private func body(_ delivery: WebhookDelivery, for webhook: Webhook, _ connection: any SQLConnection) throws -> [UInt8] {
    let language =
      try MailPreferenceStore(connection).preferences(of: webhook.person).language
      ?? ports.usualLanguage(of: ID(webhook.person), connection)
    let body = WebhookBody(siteAddress: ports.siteAddress, localizer: ports.locales.localizer(for: language))
    guard let notice = try WebhookStore(connection).notice(of: delivery) else { return try body.test(at: delivery.createdAt) }
    return try body.notice(notice)
  }

  private func answer(_ post: WebhookPost) async throws -> Result<Int, WebhookFailure> {
    do {
      return .success(try await ports.postWebhook(post))
    } catch let failure as WebhookFailure {
      return .failure(failure)
    }
  }

  // MARK: - What was answered

  /// - Returns: whether it was taken.
  private func note(_ answer: Result<Int, WebhookFailure>, _ attempt: Attempt, in act: Act) throws -> Bool {
    let store = WebhookStore(act.connection)
    var (status, failure): (Int?, WebhookFailure?) = (nil, nil)
    switch answer {
    case .success(let code) where (200...299).contains(code):
      try store.markDelivered(attempt.delivery, status: code, at: act.now)
      return true
    case .success(let code): status = code
    case .failure(let reason): failure = reason
    }
    let isGone = status == 410
    let next = isGone ? nil : Self.pause(after: attempt.number, attempt.delivery).map { act.now + $0 }
    let since = try store.markFailed(attempt.delivery, tries: attempt.number, status: status, failure, next: next, at: act.now)
    if isGone {
      try pause(attempt.webhook, .gone, in: act)
    } else if let since, since <= act.now - Webhook.longestFailing {
      try pause(attempt.webhook, .failing, in: act)
    }
    return false
  }

  /// Its owner is told, once for every time.
  private func pause(_ webhook: Webhook, _ reason: Webhook.Pause, in act: Act) throws {
    guard try WebhookStore(act.connection).setPause(reason, of: webhook.id) else { return }
    try act.record(
      Event(
        "notices", "webhookGivenUp", subject: webhook.person,
        payload: ["webhook": .string(webhook.id.rawValue), "reason": .string(reason.rawValue)]))
    let message =
      reason == .gone
      ? Message("A program of yours has said that it is gone. Nothing is sent there any more.")
      : Message("A program of yours has taken nothing for days. Nothing is sent there until you let it begin again.")
    try act.tell(
      .person(webhook.person), message, path: "/me/webhooks", subject: webhook.id.rawValue,
      key: "webhook \(webhook.id.rawValue) paused \(act.now.milliseconds)")
  }

  /// - Returns: nil when there is no further try. A test is sent once.
  private static func pause(after tries: Int, _ delivery: WebhookDelivery) -> Timestamp.Interval? {
    delivery.notice != nil && tries <= WebhookDelivery.pauses.count ? WebhookDelivery.pauses[tries - 1] : nil
  }
}

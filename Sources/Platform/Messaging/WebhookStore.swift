public import Database
public import Kernel

/// The SQL about webhooks, and about what goes to which of them.
public struct WebhookStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  // MARK: - Webhooks

  /// - Returns: false when this person has as many as one may have.
  public func insert(_ webhook: Webhook) throws -> Bool {
    let taken: [Int] = try connection.query("SELECT place FROM webhooks WHERE person = \(webhook.person)").map { try $0[0] }
    // Two at once meet in one place.
    guard let place = (1...Webhook.most).first(where: { !taken.contains($0) }) else { return false }
    return try connection.execute(
      """
      INSERT INTO webhooks (id, person, place, address, secret, created_at)
      VALUES (\(webhook.id), \(webhook.person), \(place), \(webhook.sealed.address), \(webhook.sealed.secret), \(webhook.createdAt))
      ON CONFLICT (person, place) DO NOTHING
      """) > 0
  }

  public func find(_ id: ID<Webhook>) throws -> Webhook? {
    try connection.first("SELECT * FROM webhooks WHERE id = \(id)").map { try Webhook($0) }
  }

  /// Those of one person, the oldest first.
  public func webhooks(of person: String) throws -> [Webhook] {
    try connection.query("SELECT * FROM webhooks WHERE person = \(person) ORDER BY created_at, id").map { try Webhook($0) }
  }

  /// - Returns: whether that was news.
  public func setPause(_ pause: Webhook.Pause?, of id: ID<Webhook>) throws -> Bool {
    let other: SQL = pause == nil ? "pause IS NOT NULL" : "pause IS NULL"
    // Who begins again begins anew to be waited for.
    return try connection.execute("UPDATE webhooks SET pause = \(pause), failing_since = NULL WHERE id = \(id) AND \(other)") > 0
  }

  /// With everything that was to go there.
  public func delete(_ id: ID<Webhook>) throws {
    try connection.execute("DELETE FROM webhooks WHERE id = \(id)")
  }

  public func erase(of person: String) throws {
    try connection.execute("DELETE FROM webhooks WHERE person = \(person)")
  }

  // MARK: - Handing out

  /// What has not been handed out to the webhooks of those who are told: the oldest.
  public func toHandOut(limit: Int) throws -> [(id: ID<Notice>, recipient: Recipient?, createdAt: Timestamp)] {
    try connection.query(
      "SELECT id, recipient, created_at FROM notices WHERE handed_out_at IS NULL ORDER BY created_at, id LIMIT \(limit)"
    ).map { (try $0["id"], Recipient(try $0["recipient"]), try $0["created_at"]) }
  }

  public func markHandedOut(_ notices: some Collection<ID<Notice>>, at now: Timestamp) throws {
    guard !notices.isEmpty else { return }
    try connection.execute(
      "UPDATE notices SET handed_out_at = \(now) WHERE handed_out_at IS NULL AND id IN \(list: Array(notices))")
  }

  /// Those to which something is sent at present, by whose they are.
  public func active(of people: some Collection<String>) throws -> [String: [Webhook]] {
    guard !people.isEmpty else { return [:] }
    let webhooks = try connection.query(
      "SELECT * FROM webhooks WHERE pause IS NULL AND person IN \(list: Array(people)) ORDER BY id"
    ).map { try Webhook($0) }
    return Dictionary(grouping: webhooks, by: \.person)
  }

  /// - Parameter notice: nil for a test.
  /// - Returns: false when this webhook is told of it already.
  public func insert(
    _ id: ID<WebhookDelivery>, of notice: ID<Notice>?, to webhook: ID<Webhook>, at now: Timestamp
  ) throws -> Bool {
    try connection.execute(
      """
      INSERT INTO webhook_deliveries (id, webhook, notice, created_at, tries, next_try)
      VALUES (\(id), \(webhook), \(notice), \(now), 0, \(now)) ON CONFLICT (webhook, notice) DO NOTHING
      """) > 0
  }

  // MARK: - Sending

  /// What is due for a webhook: that which has been so for the longest time.
  public func due(for webhook: ID<Webhook>, at now: Timestamp) throws -> WebhookDelivery? {
    try connection.first(
      """
      SELECT * FROM webhook_deliveries WHERE webhook = \(webhook) AND next_try <= \(now) ORDER BY next_try, created_at, id LIMIT 1
      """
    ).map { try WebhookDelivery($0) }
  }

  /// Takes a try for oneself, and says when the next one is if nobody says how this one ended.
  /// - Returns: false when somebody else has taken it.
  public func begin(_ delivery: WebhookDelivery, next: Timestamp, at now: Timestamp) throws -> Bool {
    try connection.execute(
      """
      UPDATE webhook_deliveries SET tries = tries + 1, next_try = \(next), tried_at = \(now)
      WHERE id = \(delivery.id) AND tries = \(delivery.tries) AND next_try IS NOT NULL
      """) > 0
  }

  /// What a delivery tells of; nil for a test, and where the sentence cannot be read any more.
  public func notice(of delivery: WebhookDelivery) throws -> Notice? {
    try connection.first("SELECT * FROM notices WHERE id = \(delivery.notice)").flatMap { try Notice($0) }
  }

  /// It has arrived, and is sent no more.
  public func markDelivered(_ delivery: WebhookDelivery, status: Int, at now: Timestamp) throws {
    try connection.execute(
      """
      UPDATE webhook_deliveries SET delivered_at = \(now), next_try = NULL, status = \(status), failure = NULL
      WHERE id = \(delivery.id) AND delivered_at IS NULL
      """)
    try connection.execute("UPDATE webhooks SET failing_since = NULL WHERE id = \(delivery.webhook)")
  }

  /// A try has failed, and no other has been begun since.
  /// - Parameters:
  ///   - tries: how many had been begun with it.
  ///   - next: nil when it is given up.
  /// - Returns: since when the webhook has failed; nil when this try counts no more.
  public func markFailed(
    _ delivery: WebhookDelivery, tries: Int, status: Int?, _ failure: WebhookFailure?, next: Timestamp?, at now: Timestamp
  ) throws -> Timestamp? {
    let counts = try connection.execute(
      """
      UPDATE webhook_deliveries SET next_try = \(next), status = \(status), failure = \(failure)
      WHERE id = \(delivery.id) AND tries = \(tries) AND delivered_at IS NULL
      """)
    guard counts > 0 else { return nil }
    return try connection.value(
      """
      UPDATE webhooks SET failing_since = COALESCE(failing_since, \(now)) WHERE id = \(delivery.webhook) RETURNING failing_since
      """)
  }

  /// When something is to be sent there next.
  public func nextTry(of webhook: ID<Webhook>) throws -> Timestamp? {
    try connection.first(
      "SELECT next_try FROM webhook_deliveries WHERE webhook = \(webhook) AND next_try IS NOT NULL ORDER BY next_try LIMIT 1"
    ).map { try $0[0] }
  }

  // MARK: - Looking back

  /// The last of each of several, the newest first.
  public func last(_ count: Int, of webhooks: some Collection<ID<Webhook>>) throws -> [ID<Webhook>: [WebhookDelivery]] {
    guard !webhooks.isEmpty else { return [:] }
    let deliveries = try connection.query(
      """
      SELECT * FROM (
        SELECT webhook_deliveries.*, ROW_NUMBER() OVER (PARTITION BY webhook ORDER BY created_at DESC, id DESC) AS place
        FROM webhook_deliveries WHERE webhook IN \(list: Array(webhooks))) AS ranked
      WHERE place <= \(count) ORDER BY created_at DESC, id DESC
      """
    ).map { try WebhookDelivery($0) }
    return Dictionary(grouping: deliveries, by: \.webhook)
  }

  /// Forgets what came to an end long ago.
  public func sweep(before oldest: Timestamp) throws {
    try connection.execute("DELETE FROM webhook_deliveries WHERE next_try IS NULL AND created_at < \(oldest)")
  }
}

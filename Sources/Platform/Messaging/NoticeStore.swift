public import Database
public import Journal
public import Kernel
public import Localization

extension Act {
  /// Tells somebody something.
  /// - Parameters:
  ///   - message: with codes, dates and numbers for values, never names or what somebody said.
  ///   - path: the page to look at.
  ///   - subject: the id of the record it is about.
  ///   - key: what happened, of all that this recipient is ever told: whoever was told it is not told again.
  ///   - isUrgent: whether it cannot wait for the next digest.
  /// - Returns: whether it is news.
  @discardableResult
  public func tell(
    _ recipient: Recipient, _ message: Message, path: String, subject: String, key: String, isUrgent: Bool = false
  ) throws -> Bool {
    try connection.execute(
      """
      INSERT INTO notices (id, recipient, key, message, path, subject, is_urgent, created_at)
      VALUES (\(newID(Notice.self)), \(recipient.text), \(key), \(try NoticeStore.encoded(message)), \(path), \(subject),
        \(isUrgent), \(now))
      ON CONFLICT (recipient, key) DO NOTHING
      """) > 0
  }
}

/// The SQL about notices.
public struct NoticeStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// What these were told, newest first.
  /// - Parameter isUnseen: only what nobody has looked at yet.
  public func notices(for recipients: some Collection<Recipient>, isUnseen: Bool = false, limit: Int) throws -> [Notice] {
    guard !recipients.isEmpty else { return [] }
    return try connection.query(
      """
      SELECT * FROM notices WHERE recipient IN \(list: Set(recipients.map(\.text)))
        \(raw: isUnseen ? "AND seen_at IS NULL" : "")
      ORDER BY created_at DESC, id DESC LIMIT \(limit)
      """
    ).compactMap(Notice.init)
  }

  /// What an organization was told about one record, oldest first.
  public func notices(for recipient: Recipient, about subject: String) throws -> [Notice] {
    try connection.query(
      "SELECT * FROM notices WHERE recipient = \(recipient.text) AND subject = \(subject) ORDER BY created_at, id"
    ).compactMap(Notice.init)
  }

  /// How many nobody has looked at yet.
  public func unseen(for recipients: some Collection<Recipient>) throws -> Int {
    guard !recipients.isEmpty else { return 0 }
    return try connection.value(
      "SELECT COUNT(*) FROM notices WHERE seen_at IS NULL AND recipient IN \(list: Set(recipients.map(\.text)))") ?? 0
  }

  /// They have looked.
  public func markSeen(_ ids: some Collection<ID<Notice>>, at now: Timestamp) throws {
    guard !ids.isEmpty else { return }
    try connection.execute("UPDATE notices SET seen_at = \(now) WHERE seen_at IS NULL AND id IN \(list: Set(ids))")
  }

  /// Forgets everything that anybody was told about a record.
  public func erase(about subject: String) throws {
    try connection.execute("DELETE FROM notices WHERE subject = \(subject)")
  }

  /// Forgets everything that somebody was told.
  public func erase(for recipient: Recipient) throws {
    try connection.execute("DELETE FROM notices WHERE recipient = \(recipient.text)")
  }

  // MARK: - Sentences

  /// `{"source": …, "values": {…}}`, with `many` and `count` where a number matters.
  static func encoded(_ message: Message) throws -> String {
    var members: [JSON.Object.Member] = [("source", .string(message.source))]
    if let many = message.many, let count = message.count { members += [("many", .string(many)), ("count", .int(count))] }
    members.append(
      ("values", .object(JSON.Object(message.values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))))
    return String(decoding: try JSON.object(JSON.Object(members)).encoded(), as: UTF8.self)
  }

  static func decoded(_ text: String) -> Message? {
    guard let json = try? JSON(decoding: Array(text.utf8)), let source = json["source"]?.string else { return nil }
    let pairs = json["values"]?.object?.members ?? []
    let values = Dictionary(
      pairs.compactMap { name, value in value.string.map { (name, $0) } }, uniquingKeysWith: { first, _ in first })
    if let many = json["many"]?.string, let count = json["count"]?.int { return Message(stored: source, many, count, values) }
    return Message(stored: source, values)
  }
}

extension Notice {
  /// - Returns: nil where the sentence cannot be read any more.
  init?(_ row: SQLRow) throws {
    guard let recipient = Recipient(try row["recipient"]), let message = NoticeStore.decoded(try row["message"]) else {
      return nil
    }
    self.init(
      id: try row["id"], recipient: recipient, message: message, path: try row["path"], subject: try row["subject"],
      createdAt: try row["created_at"], seenAt: try row["seen_at"], isUrgent: try row["is_urgent"])
  }
}

public import Database
public import Kernel

/// A mail that tells one person of several notices.
public struct Digest: Sendable, Equatable {
  public let id: ID<Digest>
  public let person: String

  public init(id: ID<Digest>, person: String) {
    self.id = id
    self.person = person
  }
}

/// A notice that no mail has told of yet.
public struct UnmailedNotice: Sendable, Equatable {
  public let id: ID<Notice>
  public let recipient: Recipient
  public let createdAt: Timestamp
  public let isUrgent: Bool
}

/// The SQL about which notice goes to whom in which mail.
public struct DigestStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  // MARK: - Collecting

  /// What nobody has seen, and not everybody was mailed: a page, the oldest first.
  /// - Parameters:
  ///   - last: the last of the page before.
  ///   - oldest: what is older is no news any more.
  public func unmailed(after last: UnmailedNotice?, since oldest: Timestamp, limit: Int) throws -> [UnmailedNotice] {
    let rest: SQL = last.map { "AND (created_at, id) > (\($0.createdAt), \($0.id))" } ?? ""
    return try connection.query(
      """
      SELECT id, recipient, created_at, is_urgent FROM notices
      WHERE mailed_at IS NULL AND seen_at IS NULL AND created_at >= \(oldest) \(rest) ORDER BY created_at, id LIMIT \(limit)
      """
    ).compactMap { row in
      guard let recipient = Recipient(try row["recipient"]) else { return nil }
      return UnmailedNotice(
        id: try row["id"], recipient: recipient, createdAt: try row["created_at"], isUrgent: try row["is_urgent"])
    }
  }

  /// Who is in a digest for these notices already, and whether it was sent.
  public func told(of notices: some Collection<ID<Notice>>) throws -> [ID<Notice>: [String: Bool]] {
    guard !notices.isEmpty else { return [:] }
    var told: [ID<Notice>: [String: Bool]] = [:]
    for row in try connection.query(
      "SELECT notice, person, mailed_at FROM digest_notices WHERE notice IN \(list: Array(notices))")
    {
      told[try row["notice"], default: [:]][try row["person"]] = try row["mailed_at"] as Timestamp? != nil
    }
    return told
  }

  /// Puts notices into a digest.
  /// - Returns: whether any was put there: those that are in another one of the same person's stay there.
  public func put(_ notices: some Collection<ID<Notice>>, into digest: Digest) throws -> Bool {
    try notices.reduce(false) { isAny, notice in
      try connection.execute(
        """
        INSERT INTO digest_notices (notice, person, digest)
        SELECT id, \(digest.person), \(digest.id) FROM notices WHERE id = \(notice)
        ON CONFLICT (notice, person) DO NOTHING
        """) > 0 || isAny
    }
  }

  /// No mail has to tell of these any more.
  public func finish(_ notices: some Collection<ID<Notice>>, at now: Timestamp) throws {
    guard !notices.isEmpty else { return }
    try connection.execute("UPDATE notices SET mailed_at = \(now) WHERE mailed_at IS NULL AND id IN \(list: Array(notices))")
  }

  // MARK: - Sending

  /// What a digest tells of: what was not seen meanwhile, the oldest first.
  public func notices(of digest: Digest) throws -> [Notice] {
    try connection.query(
      """
      SELECT notices.* FROM digest_notices JOIN notices ON notices.id = digest_notices.notice
      WHERE digest = \(digest.id) AND person = \(digest.person) AND digest_notices.mailed_at IS NULL AND seen_at IS NULL
      ORDER BY created_at, id
      """
    ).compactMap(Notice.init)
  }

  /// It was sent. What was told to its person alone needs no mail any more; for an organization's members see `finish`.
  public func markSent(_ digest: Digest, at now: Timestamp) throws {
    try connection.execute(
      "UPDATE digest_notices SET mailed_at = \(now) WHERE digest = \(digest.id) AND mailed_at IS NULL")
    try connection.execute(
      """
      UPDATE notices SET mailed_at = \(now) WHERE mailed_at IS NULL AND recipient = \(Recipient.person(digest.person).text)
        AND id IN (SELECT notice FROM digest_notices WHERE digest = \(digest.id))
      """)
  }

  /// It is not sent: what it would have told of may go into another one.
  public func dissolve(_ digest: Digest) throws {
    try connection.execute("DELETE FROM digest_notices WHERE digest = \(digest.id) AND mailed_at IS NULL")
  }

  // MARK: - Leaving

  /// Forgets what somebody was told, and how they wanted to hear.
  public func erase(_ person: String) throws {
    try connection.execute("DELETE FROM digest_notices WHERE person = \(person)")
    try connection.execute("DELETE FROM notices WHERE recipient = \(Recipient.person(person).text)")
    try connection.execute("DELETE FROM mail_preferences WHERE person = \(person)")
  }
}

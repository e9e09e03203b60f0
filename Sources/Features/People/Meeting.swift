public import Database
public import Kernel

/// Somebody who speaks for a group has seen it, and says when they go again. For a group without a line, that is when it hears of
/// anything, and when it can answer.
public struct Meeting: Sendable, Equatable {
  public let id: ID<Meeting>
  public let organization: ID<Organization>
  public let heldAt: Timestamp
  public let nextAt: Timestamp
  /// The facilitator, as `Actor.reference`.
  public let heldBy: String
  public let recordedAt: Timestamp

  /// Until the next one, where nothing else was said.
  public static let usual = Timestamp.Interval.days(30)
  /// Until the next one, at most.
  public static let longest = Timestamp.Interval.days(366)
}

/// The SQL about meetings.
public struct MeetingStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// When somebody last saw the group; nil when nobody has said so.
  public func last(of organization: ID<Organization>) throws -> Timestamp? {
    try latest(of: [organization])[organization]?.heldAt
  }

  /// When somebody goes there again, as was said after the last meeting. That day may have passed.
  public func next(of organization: ID<Organization>) throws -> Timestamp? {
    try latest(of: [organization])[organization]?.nextAt
  }

  /// The last meeting with each of several groups, in one statement.
  public func latest(of organizations: some Collection<ID<Organization>>) throws -> [ID<Organization>: Meeting] {
    let rows = try connection.query(
      """
      SELECT * FROM (
        SELECT meetings.*, ROW_NUMBER() OVER (PARTITION BY organization ORDER BY held_at DESC, id DESC) AS place
        FROM meetings WHERE organization IN \(list: Set(organizations))) AS newest
      WHERE place = 1
      """)
    return Dictionary(try rows.map(Meeting.init).map { ($0.organization, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The meetings with a group, the newest first.
  public func meetings(of organization: ID<Organization>, limit: Int) throws -> [Meeting] {
    try connection.query(
      "SELECT * FROM meetings WHERE organization = \(organization) ORDER BY held_at DESC, id DESC LIMIT \(limit)"
    ).map(Meeting.init)
  }

  func insert(_ meeting: Meeting) throws {
    try connection.execute(
      """
      INSERT INTO meetings (id, organization, held_at, next_at, held_by, recorded_at)
      VALUES (\(meeting.id), \(meeting.organization), \(meeting.heldAt), \(meeting.nextAt), \(meeting.heldBy),
        \(meeting.recordedAt))
      """)
  }

  // MARK: - What was told

  /// Remembers which news a group was told at a meeting, so that none is carried there twice and none is forgotten.
  func insert(told news: some Collection<String>, at meeting: Meeting) throws {
    guard !news.isEmpty else { return }
    let rows = Set(news).sorted().map { "(\(meeting.organization), \($0), \(meeting.id))" as SQL }
    try connection.execute(
      """
      INSERT INTO told_news (organization, news, meeting) VALUES \(SQL.joined(rows, by: ", "))
      ON CONFLICT (organization, news) DO NOTHING
      """)
  }

  /// Those of several news that a group was told at a meeting.
  public func told(_ organization: ID<Organization>, among news: some Collection<String>) throws -> Set<String> {
    let rows = try connection.query(
      "SELECT news FROM told_news WHERE organization = \(organization) AND news IN \(list: Set(news))")
    return Set(try rows.map { try $0["news"] })
  }
}

extension Meeting {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], organization: try row["organization"], heldAt: try row["held_at"], nextAt: try row["next_at"],
      heldBy: try row["held_by"], recordedAt: try row["recorded_at"])
  }
}

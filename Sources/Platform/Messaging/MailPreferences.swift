public import Database
public import Kernel
public import Localization

/// How somebody wants to hear by mail what they are told.
public struct MailPreferences: Sendable, Equatable {
  public enum Rhythm: String, Sendable, CaseIterable, SQLCodable {
    /// One mail a day, when there is something that they have not seen.
    case daily
    /// What cannot wait within a minute, the rest gathered for a few minutes.
    case atOnce
    case never
  }

  public var rhythm = Rhythm.daily
  /// When the daily mail goes, by the clock of their time zone: 0…23.
  public var hour = MailPreferences.usualHour
  /// IANA: `Africa/Nairobi`; nil where they did not say.
  public var timeZone: String?
  /// Of the mails; nil where they did not say.
  public var language: Language?
  /// When they stopped the mails by a link in one, which can be undone.
  public var stoppedAt: Timestamp?
  /// When a server refused their address for good; nil again when they give one.
  public var refusedAt: Timestamp?

  /// When most have had breakfast, and nobody is woken.
  public static let usualHour = 8

  public init() {}

  /// Whether they want any, and take it.
  public var takesMail: Bool { rhythm != .never && stoppedAt == nil && refusedAt == nil }
}

/// The SQL about how people want to hear.
public struct MailPreferenceStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// What somebody wants; what is usual where they did not say.
  public func preferences(of person: String) throws -> MailPreferences {
    try preferences(of: [person])[person] ?? MailPreferences()
  }

  /// Those of several, by person; nothing for who has never said anything.
  public func preferences(of people: some Collection<String>) throws -> [String: MailPreferences] {
    guard !people.isEmpty else { return [:] }
    let rows = try connection.query("SELECT * FROM mail_preferences WHERE person IN \(list: Set(people))")
    return Dictionary(try rows.map { (try $0["person"], try MailPreferences($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// What they choose takes the place of what they had stopped.
  public func choose(_ preferences: MailPreferences, for person: String) throws {
    try connection.execute(
      """
      INSERT INTO mail_preferences (person, rhythm, hour, time_zone, language)
      VALUES (\(person), \(preferences.rhythm), \(preferences.hour), \(preferences.timeZone), \(preferences.language?.tag))
      ON CONFLICT (person) DO UPDATE SET rhythm = excluded.rhythm, hour = excluded.hour, time_zone = excluded.time_zone,
        language = excluded.language, stopped_at = NULL
      """)
  }

  /// - Parameter time: nil begins again.
  /// - Returns: whether that was news.
  public func setStopped(_ time: Timestamp?, person: String) throws -> Bool {
    let other: SQL = time == nil ? "stopped_at IS NOT NULL" : "stopped_at IS NULL"
    return try connection.execute("UPDATE mail_preferences SET stopped_at = \(time) WHERE person = \(person) AND \(other)") > 0
  }

  /// A server has refused their address for good.
  public func setRefused(_ time: Timestamp, person: String) throws {
    try connection.execute(
      """
      INSERT INTO mail_preferences (person, refused_at) VALUES (\(person), \(time))
      ON CONFLICT (person) DO UPDATE SET refused_at = excluded.refused_at
      """)
  }

  /// They give an address anew.
  public func forgetRefusal(of person: String) throws {
    try connection.execute("UPDATE mail_preferences SET refused_at = NULL WHERE person = \(person)")
  }

  // MARK: - Addresses that work without signing in

  /// The id by which a mail names who stops it; made when there is none.
  public func stopID(of person: String, otherwise fresh: String) throws -> String {
    let id: String? = try connection.value(
      """
      INSERT INTO mail_preferences (person, stop_id) VALUES (\(person), \(fresh))
      ON CONFLICT (person) DO UPDATE SET stop_id = COALESCE(mail_preferences.stop_id, excluded.stop_id) RETURNING stop_id
      """)
    guard let id else { throw SQLError.unreadable("the id just kept") }
    return id
  }

  /// Nil for somebody who was never mailed.
  public func stopID(of person: String) throws -> String? {
    try connection.first("SELECT stop_id FROM mail_preferences WHERE person = \(person)").flatMap { try $0[0] }
  }

  public func person(stopID: String) throws -> String? {
    try connection.value("SELECT person FROM mail_preferences WHERE stop_id = \(stopID)")
  }

  /// The id of somebody's calendar, if they have one.
  public func calendarID(of person: String) throws -> String? {
    try connection.first("SELECT calendar_id FROM mail_preferences WHERE person = \(person)").flatMap { try $0[0] }
  }

  /// The address with the old one stops working.
  public func setCalendarID(_ id: String?, of person: String) throws {
    try connection.execute(
      """
      INSERT INTO mail_preferences (person, calendar_id) VALUES (\(person), \(id))
      ON CONFLICT (person) DO UPDATE SET calendar_id = excluded.calendar_id
      """)
  }

  public func person(calendarID: String) throws -> String? {
    try connection.value("SELECT person FROM mail_preferences WHERE calendar_id = \(calendarID)")
  }
}

extension MailPreferences {
  init(_ row: SQLRow) throws {
    rhythm = try row["rhythm"] as Rhythm? ?? .daily
    hour = try row["hour"] as Int? ?? Self.usualHour
    timeZone = try row["time_zone"]
    language = try (row["language"] as String?).flatMap { Language($0) }
    stoppedAt = try row["stopped_at"]
    refusedAt = try row["refused_at"]
  }
}

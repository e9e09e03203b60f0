public import Database
public import Kernel
public import Needs

/// What came of an offer: both sides confirm it, the organization says what changed.
public struct Outcome: Sendable, Equatable {
  public let offer: ID<Offer>
  /// Of work, as the volunteer counted them.
  public var hours: Int
  public var volunteerAt: Timestamp?
  public var organizationAt: Timestamp?
  /// What changed for the group, in its words; read by both sides.
  public var change: String?
  /// BCP 47.
  public var language: String?
  /// What everybody may read: without what could lead to a person.
  public var story: String?
  public var storyLanguage: String?
  /// Whether the organization said that everybody may read it.
  public var mayBePublished: Bool
  /// Whether it was looked at by somebody who may publish it: a facilitator, or the organization itself once it is verified.
  public var isApproved: Bool
  /// Two separate yeses, both no by themselves.
  public var namesOrganization: Bool
  public var namesOnRecord: Bool

  public var isConfirmed: Bool { volunteerAt != nil && organizationAt != nil }
  public var isPublished: Bool { isConfirmed && mayBePublished && isApproved && story != nil }

  public static let longestChange = 4_000
  public static let longestStory = 1_200
  public static let mostHours = 2_000
  /// Raised whenever the wording of its questions changes.
  public static let wording = 1
}

/// The SQL about outcomes.
public struct OutcomeStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  public func find(_ offer: ID<Offer>) throws -> Outcome? {
    try connection.first("SELECT * FROM outcomes WHERE offer = \(offer)").map(Outcome.init)
  }

  /// Those of a need.
  public func outcomes(of need: ID<Need>) throws -> [Outcome] {
    try connection.query(
      "SELECT u.* FROM outcomes u JOIN offers o ON o.id = u.offer WHERE o.need = \(need) ORDER BY o.created_at, o.id"
    ).map(Outcome.init)
  }

  /// Stories that wait for somebody who may publish them, the oldest first.
  public func waiting(limit: Int) throws -> [ID<Offer>] {
    try connection.query(
      """
      SELECT offer FROM outcomes WHERE may_be_published = 1 AND is_approved = 0 AND story IS NOT NULL
      ORDER BY organization_at, offer LIMIT \(limit)
      """
    ).map { try $0[0] }
  }

  func keep(_ outcome: Outcome) throws {
    try connection.execute(
      """
      INSERT INTO outcomes (offer, hours, volunteer_at, organization_at, change, language, story, story_language,
        may_be_published, is_approved, names_organization, names_on_record, wording)
      VALUES (\(outcome.offer), \(outcome.hours), \(outcome.volunteerAt), \(outcome.organizationAt), \(outcome.change),
        \(outcome.language), \(outcome.story), \(outcome.storyLanguage), \(outcome.mayBePublished), \(outcome.isApproved),
        \(outcome.namesOrganization), \(outcome.namesOnRecord), \(Outcome.wording))
      ON CONFLICT (offer) DO UPDATE SET hours = excluded.hours, volunteer_at = excluded.volunteer_at,
        organization_at = excluded.organization_at, change = excluded.change, language = excluded.language, story = excluded.story,
        story_language = excluded.story_language, may_be_published = excluded.may_be_published, is_approved = excluded.is_approved,
        names_organization = excluded.names_organization, names_on_record = excluded.names_on_record, wording = excluded.wording
      """)
  }
}

extension Outcome {
  init(_ row: SQLRow) throws {
    offer = try row["offer"]
    hours = try row["hours"]
    volunteerAt = try row["volunteer_at"]
    organizationAt = try row["organization_at"]
    change = try row["change"]
    language = try row["language"]
    story = try row["story"]
    storyLanguage = try row["story_language"]
    mayBePublished = try row["may_be_published"]
    isApproved = try row["is_approved"]
    namesOrganization = try row["names_organization"]
    namesOnRecord = try row["names_on_record"]
  }
}

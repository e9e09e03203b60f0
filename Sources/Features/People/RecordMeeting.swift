public import Journal
public import Kernel
import Localization
import Messaging

/// A facilitator says: I met them on that day, and I go again on this one.
public struct RecordMeeting: Sendable {
  let organization: ID<Organization>
  let heldAt: String
  let nextAt: String
  let news: [String]
  let met: @Sendable (Act, ID<Organization>) throws -> Void

  /// - Parameters:
  ///   - heldAt: a day such as `2026-03-01`, or a moment (RFC 3339); today when empty.
  ///   - nextAt: the same; 30 days later when empty.
  ///   - news: the ids of what they were told there.
  ///   - met: who else has to know, in the same transaction.
  public init(
    with organization: ID<Organization>, heldAt: String = "", nextAt: String = "", telling news: [String] = [],
    met: @escaping @Sendable (Act, ID<Organization>) throws -> Void = { _, _ in }
  ) {
    self.organization = organization
    self.heldAt = heldAt
    self.nextAt = nextAt
    self.news = news
    self.met = met
  }

  private static let mostNews = 1000
  private static let longestID = 100

  /// - Throws: `DomainError.notFound` for a group that is not in the facilitator's reach; `DomainError.forbidden` to its members;
  ///   `DomainError.invalid` for a day that cannot be.
  public func callAsFunction(in act: Act) throws -> Meeting {
    guard let known = try OrganizationStore(act.connection).find(organization), OrganizationPolicy.maySpeak(act.actor, for: known)
    else { throw DomainError.notFound }
    guard OrganizationPolicy.mayFacilitate(act.actor, known) else { throw DomainError.forbidden }
    let days = try Self.days(heldAt, nextAt, now: act.now)
    guard news.count <= Self.mostNews, news.allSatisfy({ $0.utf8.count <= Self.longestID }) else {
      throw DomainError.malformed(Message("What arrived could not be read. Please go back and send it again."))
    }
    let meeting = Meeting(
      id: act.newID(), organization: organization, heldAt: days.held, nextAt: days.next, heldBy: act.actor.reference,
      recordedAt: act.now)
    let store = MeetingStore(act.connection)
    try store.insert(meeting)
    try store.insert(told: news, at: meeting)
    try markSeen(act)
    try act.record(
      Event(
        "people", "groupMet", subject: organization.rawValue,
        payload: ["meeting": .string(meeting.id.rawValue), "next": .string(meeting.nextAt.iso8601)]))
    try met(act, organization)
    return meeting
  }

  /// Only its own notices: the ids came from a form.
  private func markSeen(_ act: Act) throws {
    guard !news.isEmpty else { return }
    let store = NoticeStore(act.connection)
    let own = try store.notices(for: [.organization(organization.rawValue)], isUnseen: true, limit: 1000).map(\.id)
    try store.markSeen(Set(own).intersection(news.map { ID<Notice>($0) }), at: act.now)
  }

  /// Looks at both days without the database.
  /// - Throws: `DomainError.invalid` for a day that cannot be.
  public static func days(_ heldAt: String, _ nextAt: String, now: Timestamp) throws -> (held: Timestamp, next: Timestamp) {
    var check = FieldCheck()
    var held = now
    if !heldAt.isEmpty {
      if let day = moment(heldAt), day <= now + .days(1), day > now - Meeting.longest {
        // What happens later today was not told there.
        held = min(day, now)
      } else {
        check.complain("heldAt", Message("You met them on a day that has been, within the last year, such as 2026-03-01."))
      }
    }
    var next = held + Meeting.usual
    if !nextAt.isEmpty {
      if let day = moment(nextAt), day > held, day <= held + Meeting.longest {
        next = day
      } else {
        check.complain("nextAt", Message("You go again on a later day, within a year, such as 2026-04-01."))
      }
    }
    try check.finish()
    return (held, next)
  }

  /// Noon of a day, in UTC, is that day for most of the world.
  private static func moment(_ text: String) -> Timestamp? {
    Timestamp(iso8601: text) ?? Timestamp(iso8601: text + "T12:00:00Z")
  }
}

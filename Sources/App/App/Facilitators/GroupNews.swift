import Database
import Foundation
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions

/// What a group that is not online has not heard yet: everything that came since it was last met, and was not told there.
struct GroupNews {
  let organization: Organization
  /// The last meeting with it.
  let meeting: Meeting?
  let notices: [Notice]
  let needs: [NeedNews]

  /// How one of its needs is now.
  struct NeedNews {
    let need: Need
    /// Whether the group has not heard yet how it is.
    let isNew: Bool
    /// What was found or chosen for it since.
    let items: [Prescription.Item]

    /// What is remembered once the group has heard how the need is now.
    var id: String { need.id.rawValue + "@" + String(need.version) }
  }

  var count: Int { notices.count + needs.reduce(0) { $0 + ($1.isNew ? 1 : 0) + $1.items.count } }

  /// What is remembered once they have been told everything but the notices, each of which is ticked by itself.
  var untickedIDs: [String] { needs.flatMap { need in (need.isNew ? [need.id] : []) + need.items.map(\.id.rawValue) } }

  /// Notices that are looked at for one group: whoever has more has not been visited for long.
  private static let mostNotices = 40

  /// - Parameter organizations: few enough for one page.
  static func gather(_ organizations: [Organization], _ connection: any SQLConnection) throws -> [GroupNews] {
    let ids = organizations.map(\.id)
    let store = MeetingStore(connection)
    let meetings = try store.latest(of: ids)
    let needs = Dictionary(grouping: try NeedStore(connection).needs(of: ids), by: \.organization)
    return try organizations.map { organization in
      let meeting = meetings[organization.id]
      let notices = try NoticeStore(connection)
        .notices(for: [.organization(organization.id.rawValue)], limit: mostNotices)
        .filter { $0.seenAt == nil || meeting.map { $0.heldAt } ?? organization.createdAt < $0.createdAt }
      let all = try (needs[organization.id] ?? []).map { need in
        try self.news(of: need, since: meeting?.heldAt ?? need.createdAt, connection)
      }
      let ids = notices.map(\.id.rawValue) + all.flatMap { [$0.id] + $0.items.map(\.id.rawValue) }
      let told = try store.told(organization.id, among: ids)
      return GroupNews(
        organization: organization, meeting: meeting, notices: notices.filter { !told.contains($0.id.rawValue) },
        needs: all.map { $0.without(told) })
    }
  }

  private static func news(of need: Need, since time: Timestamp, _ connection: any SQLConnection) throws -> NeedNews {
    let items = need.closure == .withdrawn ? [] : try Prescription.of(need.id, connection).shown
    // What was prescribed when the need was stated stands on its slip.
    return NeedNews(
      need: need, isNew: need.changedAt > max(time, need.createdAt),
      items: items.filter { $0.id.time > max(time, need.createdAt) })
  }
}

extension GroupNews.NeedNews {
  fileprivate func without(_ told: Set<String>) -> GroupNews.NeedNews {
    GroupNews.NeedNews(
      need: need, isNew: isNew && !told.contains(id), items: items.filter { !told.contains($0.id.rawValue) })
  }
}

extension ID {
  /// When it was made: the first 48 bits (RFC 9562 §5.7).
  fileprivate var time: Timestamp {
    Timestamp(milliseconds: Int64(rawValue.filter { $0 != "-" }.prefix(12), radix: 16) ?? 0)
  }
}

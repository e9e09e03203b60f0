import Database
import Kernel
import People

/// The order in which needs wait on the desk: those that are wanted within a week first, the most urgent of them first, and then those that
/// have waited longest. What is over stands with the newest first.
struct DeskQueue: Sendable {
  /// Whose needs are shown.
  enum Whose: String, Sendable, CaseIterable {
    case all, mine, nobodys
  }

  /// Wanted sooner than this is urgent.
  static let soon = Timestamp.Interval.days(7)

  let scope: NeedScope
  let state: Need.State
  let whose: Whose
  /// The person who looks; nil for a program, which cares for nothing itself.
  let reader: String?

  /// Where a page of the desk ended: `<horizon>-<1 or 0>-<milliseconds>-<id>`. What is urgent stays what it was on the first page, so that
  /// nothing is passed over or shown twice while somebody turns pages.
  struct Place: Sendable, Equatable {
    let horizon: Timestamp
    let isUrgent: Bool
    let time: Timestamp
    let id: String

    init(horizon: Timestamp, after need: Need) {
      self.horizon = horizon
      let deadline = need.neededBy.flatMap { $0 <= horizon ? $0 : nil }
      isUrgent = deadline != nil
      time = deadline ?? need.createdAt
      id = need.id.rawValue
    }

    /// A place that was handed out before, or nil.
    init?(_ text: String) {
      let parts = text.split(separator: "-", maxSplits: 3).map(String.init)
      guard parts.count == 4, let horizon = Int64(parts[0]), let time = Int64(parts[2]), ["0", "1"].contains(parts[1]) else {
        return nil
      }
      self.horizon = Timestamp(milliseconds: horizon)
      isUrgent = parts[1] == "1"
      self.time = Timestamp(milliseconds: time)
      id = parts[3]
    }

    var text: String { "\(horizon.milliseconds)-\(isUrgent ? "1" : "0")-\(time.milliseconds)-\(id)" }
  }

  /// Whether needs in this state wait for somebody.
  static func waits(_ state: Need.State) -> Bool { state != .resolved && state != .closed }

  /// - Parameter place: where the page before ended.
  func page(after place: Place?, limit: Int, at now: Timestamp, _ connection: any SQLConnection) throws -> (
    needs: [Need], next: Place?
  ) {
    let horizon = place?.horizon ?? now + Self.soon
    var needs: [Need]
    if Self.waits(state) {
      needs = []
      if place?.isUrgent != false { needs += try urgent(before: horizon, after: place, limit: limit + 1, connection) }
      if needs.count <= limit {
        let last = place?.isUrgent == false ? place : nil
        needs += try others(than: horizon, after: last, limit: limit + 1 - needs.count, connection)
      }
    } else {
      needs = try over(after: place, limit: limit + 1, connection)
    }
    let isMore = needs.count > limit
    needs = Array(needs.prefix(limit))
    guard isMore, let last = needs.last else { return (needs, nil) }
    return (needs, Self.waits(state) ? Place(horizon: horizon, after: last) : Place(over: last, horizon))
  }

  private func urgent(
    before horizon: Timestamp, after place: Place?, limit: Int, _ connection: any SQLConnection
  ) throws -> [Need] {
    var conditions = conditions + ["needed_by <= \(horizon)"]
    if let place {
      conditions.append("(needed_by > \(place.time) OR (needed_by = \(place.time) AND id > \(place.id)))")
    }
    return try find(conditions, orderedBy: "needed_by, id", limit, connection)
  }

  private func others(
    than horizon: Timestamp, after place: Place?, limit: Int, _ connection: any SQLConnection
  ) throws -> [Need] {
    var conditions = conditions + ["(needed_by IS NULL OR needed_by > \(horizon))"]
    if let place {
      conditions.append("(created_at > \(place.time) OR (created_at = \(place.time) AND id > \(place.id)))")
    }
    return try find(conditions, orderedBy: "created_at, id", limit, connection)
  }

  private func over(after place: Place?, limit: Int, _ connection: any SQLConnection) throws -> [Need] {
    var conditions = conditions
    if let place {
      conditions.append("(created_at < \(place.time) OR (created_at = \(place.time) AND id < \(place.id)))")
    }
    return try find(conditions, orderedBy: "created_at DESC, id DESC", limit, connection)
  }

  private var conditions: [SQL] {
    var conditions: [SQL] = [scope.condition, "state = \(state)"]
    switch whose {
    case .all: break
    case .mine: conditions.append("assignee = \(reader ?? "")")
    case .nobodys: conditions.append("assignee IS NULL")
    }
    return conditions
  }

  private func find(
    _ conditions: [SQL], orderedBy order: String, _ limit: Int, _ connection: any SQLConnection
  ) throws -> [Need] {
    try connection.query(
      "SELECT * FROM needs WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY \(raw: order) LIMIT \(limit)"
    ).map(Need.init)
  }
}

extension DeskQueue.Place {
  /// Where a page of what is over ended.
  fileprivate init(over need: Need, _ horizon: Timestamp) {
    self.horizon = horizon
    isUrgent = false
    time = need.createdAt
    id = need.id.rawValue
  }
}

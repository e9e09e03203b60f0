import Database
import Foundation
import Journal
import Kernel
import Messaging
import People

/// Every minute: whoever is to hear now gets one digest of everything they were told and have not seen.
///
/// Two servers may do it at once. A notice is in one digest of a person only, so the second finds nothing left.
struct CollectDigests: Sendable {
  let ports: NoticesFeature.Ports

  /// What is older, and nobody has seen or mailed, is no news any more.
  private static let oldest = Timestamp.Interval.days(14)
  /// For who wants to hear at once: how long what can wait is gathered, so that a lively hour is no hail of mails.
  private static let gathering = Timestamp.Interval.minutes(10)
  private static let peopleInAnAct = 50

  func callAsFunction(_ node: Node) async throws {
    let now = node.clock()
    let (due, finished) = try await node.read { connection in
      let waiting = try Waiting(since: now - Self.oldest, connection)
      let readers = try readers(Set(waiting.notices.keys), connection)
      var clock = DailyClock(now: now)
      let due = waiting.notices.filter { person, notices in
        readers[person].map { isDue(notices, for: $0, now: now, &clock) } ?? false
      }
      return (due.sorted { $0.key < $1.key }, waiting.finished(among: Set(readers.keys)))
    }
    if !finished.isEmpty {
      try await node.act(as: .system) { act in try DigestStore(act.connection).finish(finished, at: act.now) }
    }
    for start in stride(from: 0, to: due.count, by: Self.peopleInAnAct) {
      let some = due[start..<min(start + Self.peopleInAnAct, due.count)]
      try await node.act(as: .system) { act in for (person, notices) in some { try make(notices, for: person, in: act) } }
    }
  }

  private func make(_ notices: [UnmailedNotice], for person: ID<Person>, in act: Act) throws {
    let digest = Digest(id: act.newID(), person: person.rawValue)
    guard try DigestStore(act.connection).put(notices.map(\.id), into: digest) else { return }
    _ = try MailPreferenceStore(act.connection).stopID(of: person.rawValue, otherwise: Base64URL.encode(act.random(16)))
    try SendDigest.schedule(digest, in: act)
  }

  // MARK: - Who, and when

  /// Those who take mail, each with how they want it.
  private func readers(_ people: Set<ID<Person>>, _ connection: any SQLConnection) throws -> [ID<Person>: MailPreferences] {
    var readers: [ID<Person>: MailPreferences] = [:]
    let all = people.sorted()
    for start in stride(from: 0, to: all.count, by: 1_000) {
      let some = Set(all[start..<min(start + 1_000, all.count)])
      let chosen = try MailPreferenceStore(connection).preferences(of: some.map(\.rawValue))
      let addresses = try AccountStore(connection).confirmedAddresses(of: some)
      let reached = some.filter { addresses[$0] != nil && chosen[$0.rawValue]?.takesMail ?? true }
      let habits = try ports.habits(connection, reached.filter { chosen[$0.rawValue]?.timeZone == nil })
      for person in reached {
        var preferences = chosen[person.rawValue] ?? MailPreferences()
        preferences.timeZone = preferences.timeZone ?? habits[person]?.timeZone
        readers[person] = preferences
      }
    }
    return readers
  }

  /// - Parameter notices: the oldest first.
  private func isDue(_ notices: [UnmailedNotice], for reader: MailPreferences, now: Timestamp, _ clock: inout DailyClock) -> Bool
  {
    guard let first = notices.first else { return false }
    switch reader.rhythm {
    // What came after the hour waits for the next day's.
    case .daily: return first.createdAt <= clock.lastTime(hour: reader.hour, timeZone: reader.timeZone)
    case .atOnce: return notices.contains(where: \.isUrgent) || first.createdAt <= now - Self.gathering
    case .never: return false
    }
  }
}

/// Everything that no mail has told of, by who is to hear of it.
private struct Waiting {
  /// The oldest first.
  private(set) var notices: [ID<Person>: [UnmailedNotice]] = [:]
  /// Notices to organizations of which some members were mailed, with those who were not.
  private var partly: [ID<Notice>: Set<ID<Person>>] = [:]

  private static let pageSize = 500

  init(since oldest: Timestamp, _ connection: any SQLConnection) throws {
    let store = DigestStore(connection)
    var members: [ID<Organization>: [ID<Person>]] = [:]
    var last: UnmailedNotice?
    repeat {
      let page = try store.unmailed(after: last, since: oldest, limit: Self.pageSize)
      let unknown = Set(page.compactMap(\.recipient.organization)).subtracting(members.keys)
      members.merge(try AccountStore(connection).members(of: unknown)) { first, _ in first }
      let told = try store.told(of: page.map(\.id))
      for notice in page { add(notice, members: members, told: told[notice.id] ?? [:]) }
      last = page.count == Self.pageSize ? page.last : nil
    } while last != nil
  }

  private mutating func add(_ notice: UnmailedNotice, members: [ID<Organization>: [ID<Person>]], told: [String: Bool]) {
    let audience: [ID<Person>] =
      switch notice.recipient {
      case .person(let id): [ID(id)]
      case .organization(let id): members[ID(id)] ?? []
      }
    let left = audience.filter { told[$0.rawValue] == nil }
    for person in left { notices[person, default: []].append(notice) }
    if notice.recipient.organization != nil, !told.isEmpty, told.values.allSatisfy({ $0 }) { partly[notice.id] = Set(left) }
  }

  /// Notices to organizations of which every member who takes mail was mailed.
  func finished(among readers: Set<ID<Person>>) -> [ID<Notice>] {
    partly.filter { $0.value.isDisjoint(with: readers) }.map(\.key).sorted()
  }
}

extension Recipient {
  fileprivate var organization: ID<Organization>? {
    if case .organization(let id) = self { return ID(id) }
    return nil
  }
}

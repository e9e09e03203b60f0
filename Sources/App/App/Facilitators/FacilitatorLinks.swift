import Foundation
import Journal
import Kernel
import Localization
import Messaging
import People
import Synchronization
import Web

/// What the desk leads to, with what waits there.
///
/// The desk is opened more often than anything else here, so what was counted for somebody serves them for two seconds.
final class FacilitatorLinks: Sendable {
  private struct Counts: Sendable {
    let mine: Int
    let overdue: Int
    let news: Int
    let at: Timestamp
  }

  /// Organizations whose news are counted: more than one person visits.
  private static let most = 500
  private static let fresh = Timestamp.Interval.seconds(2)
  /// Facilitators whose counts are remembered.
  private static let mostRemembered = 1000

  private let node: Node
  private let remembered = Mutex<[Actor.Who: Counts]>([:])

  init(node: Node) {
    self.node = node
  }

  func html(for visit: Visit) async throws -> HTML {
    let counts = try await counts(for: visit.actor)
    return """
      <h2>\(tr("For groups that are not online"))</h2>
      <ul>
      <li><a href="/desk/notebook">\(tr("Write down what several groups need, one after the other"))</a></li>
      <li><a href="/desk/import">\(tr("Take needs in from a table"))</a></li>
      <li><a href="/desk/organizations">\(tr("My groups"))</a> (\(localizedNumber(counts.mine)))\(if: counts.overdue > 0, ", \(ntr("{count} of them waits for your visit", "{count} of them wait for your visit", counts.overdue))")</li>
      <li><a href="/desk/news">\(tr("What is new for my groups, to print and carry there"))</a> (\(localizedNumber(counts.news)))</li>
      <li><a href="/desk/slips">\(tr("Print slips of what I wrote down"))</a></li>
      </ul>
      """
  }

  private func counts(for actor: Actor) async throws -> Counts {
    let now = node.clock()
    if let known = remembered.withLock({ $0[actor.who] }), now < known.at + Self.fresh, known.at <= now { return known }
    let counts = try await node.read { connection in
      let known = KnownOrganizations(connection, of: actor)
      let recipients = try known.newest(limit: Self.most).map { Recipient.organization($0.id.rawValue) }
      return Counts(
        mine: try known.count(.mine), overdue: try known.overdue(at: now),
        news: try NoticeStore(connection).unseen(for: recipients), at: now)
    }
    remembered.withLock { remembered in
      if remembered.count >= Self.mostRemembered { remembered = [:] }
      remembered[actor.who] = counts
    }
    return counts
  }
}

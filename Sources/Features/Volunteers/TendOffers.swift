import Database
public import Journal
public import Kernel
import Localization
import Logging
import Messaging
import Needs
public import People

/// Does what happens to offers and needs by itself: reminders, lapses, and a word to groups to whom nobody has offered anything. Each is an
/// act of its own that looks again, so it may be run by several servers and be stopped anywhere.
public struct TendOffers: Sendable {
  private static let atOnce = 100

  public init() {}

  /// - Returns: how many offers and needs were tended.
  @discardableResult
  public func callAsFunction(_ node: Node) async throws -> Int {
    var tended = 0
    var failed: Set<String> = []
    while true {
      let now = node.clock()
      let (offers, needs) = try await node.read { connection in
        let store = OfferStore(connection)
        return (
          try store.due(at: now, limit: Self.atOnce),
          try store.unanswered(openedBefore: now - OfferDeadlines.unanswered, limit: Self.atOnce)
        )
      }
      let isDone = failed.isSuperset(of: offers.map(\.rawValue)) && failed.isSuperset(of: needs.map(\.rawValue))
      if isDone { return tended }
      for id in offers where !failed.contains(id.rawValue) {
        try Task.checkCancellation()
        if await Self.succeeds(node, id.rawValue, { act in try Self.tend(id, in: act) }) {
          tended += 1
        } else {
          failed.insert(id.rawValue)
        }
      }
      for id in needs where !failed.contains(id.rawValue) {
        try Task.checkCancellation()
        if await Self.succeeds(node, id.rawValue, { act in try Self.tell(id, in: act) }) {
          tended += 1
        } else {
          failed.insert(id.rawValue)
        }
      }
    }
  }

  /// One that cannot be tended keeps no other from it; it is tried again the next time.
  private static func succeeds(_ node: Node, _ id: String, _ body: @escaping @Sendable (Act) throws -> Void) async -> Bool {
    do {
      try await node.act(as: .system, body)
      return true
    } catch DomainError.conflict {
      // Somebody has answered, or another server has tended it, at this moment.
      return false
    } catch {
      node.logger.warning("an offer or a need could not be tended", metadata: ["id": "\(id)", "error": "\(error)"])
      return false
    }
  }

  private static func tend(_ id: ID<Offer>, in act: Act) throws {
    guard var offer = try OfferStore(act.connection).find(id), let due = offer.dueAt, due <= act.now,
      let need = try NeedStore(act.connection).find(offer.need)
    else { return }
    guard let next = try act.deadlines(for: offer.organization).next(of: offer) else {
      _ = try act.store(offer, "tended", hasHappened: false)
      return
    }
    // A meeting was planned meanwhile, say: there is more time.
    guard next.at <= act.now else {
      _ = try act.store(offer, "tended", hasHappened: false)
      return
    }
    switch next.what {
    case .lapse: try act.end(offer, need, because: offer.state == .offered ? .unanswered : .silence)
    case .remind(let side):
      offer.remindedAt = act.now
      // One reminder for each time that it is somebody's turn.
      let key = "reminded \(offer.signedAt.milliseconds)"
      let isOffered = offer.state == .offered
      offer = try act.store(offer, "reminded")
      let code = ["code": need.code.description]
      switch side {
      case .organization:
        try act.tellGroup(
          offer, need,
          isOffered
            ? Message("Somebody offered to help with {code} and still waits for your answer.", code)
            : Message("The volunteer waits to hear from you about {code}.", code), key: key)
      case .volunteer:
        try act.tellVolunteer(offer, need, Message("The organization waits to hear from you about {code}.", code), key: key)
      }
    }
  }

  /// A week has gone by and nobody offered: the desk gets it, and the group is told so honestly.
  private static func tell(_ id: ID<Need>, in act: Act) throws {
    guard let need = try NeedStore(act.connection).find(id), need.state == .open, let openedAt = need.openedAt,
      openedAt + OfferDeadlines.unanswered <= act.now
    else { return }
    let store = OfferStore(act.connection)
    guard try !store.offers(to: id).contains(where: { $0.createdAt >= openedAt }) else { return }
    try store.markQuiet(need, at: act.now)
    let message = Message(
      "Nobody has offered to help with {code} yet. A person will look at it again and try to find somebody.",
      ["code": need.code.description])
    for organization in try [need.organization] + NeedStore(act.connection).followers(of: id) {
      try act.tell(
        .organization(organization.rawValue), message, path: "/needs/\(need.code)", subject: id.rawValue,
        key: "need \(id.rawValue) unanswered \(openedAt.milliseconds)")
    }
    try act.record(Event("volunteers", "unanswered", subject: id.rawValue))
  }
}

/// A facilitator has met a group, or says when she will: from then on its offers count anew.
public struct RecountDeadlines: Sendable {
  let organization: ID<Organization>

  public init(of organization: ID<Organization>) {
    self.organization = organization
  }

  public func callAsFunction(in act: Act) throws {
    let store = OfferStore(act.connection)
    let deadlines = try act.deadlines(for: organization)
    for var offer in try store.live(of: organization) {
      // Nobody loses time by it.
      let before = offer.answerBy
      if offer.state == .offered { offer.answerBy = max(before, deadlines.answerBy(from: act.now)) }
      _ = try act.store(offer, "recounted", hasHappened: offer.answerBy != before)
    }
  }
}

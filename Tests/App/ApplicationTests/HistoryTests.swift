import App
import Database
import Foundation
import Journal
import Kernel
import Logging
import Needs
import People
import TestKit
import Testing
import Volunteers

/// Random histories of needs and offers, by people who come, go, and fall silent. Whatever happens, silence ends by itself, everybody is
/// told, and nobody twice.
@Suite struct HistoryTests {
  /// Some histories in a neighbourhood of their own, so that those who live in it have no more to do than people can.
  struct Part: Sendable, CustomTestStringConvertible {
    let engine: Engine
    let number: Int

    static let length = 125
    private static let atOnce = 25

    var testDescription: String { "\(engine), histories \(number * Self.length + 1)–\((number + 1) * Self.length)" }

    /// In groups whose lives go on side by side.
    var groups: [Range<Int>] {
      stride(from: 0, to: Self.length, by: Self.atOnce).map { start in
        let first = number * Self.length + start
        return first..<first + Self.atOnce
      }
    }
  }

  /// 125 on each engine. `make ci-long` lives through ten thousand, a tenth of them on PostgreSQL.
  private static let parts: [Part] = {
    let isLong = ProcessInfo.processInfo.environment["CIVIL_LONG_TESTS"] == "1"
    let counts: [Engine: Int] = isLong ? [.sqlite: 72, .postgresql: 8] : [.sqlite: 1, .postgresql: 1]
    return TestDatabase.engines.flatMap { engine in (0..<(counts[engine] ?? 0)).map { Part(engine: engine, number: $0) } }
  }()

  /// What a failure names; with it, the same people do the same again.
  private static let chosenSeed = ProcessInfo.processInfo.environment["CIVIL_HISTORY_SEED"].flatMap { UInt64($0) }

  @Test(arguments: parts) func everyHistoryEnds(part: Part) async throws {
    let seed = Self.chosenSeed ?? UInt64.random(in: 0..<1_000_000)
    try await Neighbourhood.with(part.engine) { neighbourhood in
      for name in Neighbourhood.names where name != "Mina" { try await neighbourhood.join(name) }
      let second = try await neighbourhood.bed.database.another()
      let app = neighbourhood.bed.app
      let other = Node(database: second, keys: app.node.keys, clock: neighbourhood.clock.now, logger: app.node.logger)
      do {
        try await Self.live(part, in: neighbourhood, other, seed: seed)
      } catch {
        await second.close()
        throw error
      }
      await second.close()
    }
  }

  private static func live(_ part: Part, in neighbourhood: Neighbourhood, _ other: Node, seed: UInt64) async throws {
    let node = neighbourhood.bed.app.node
    var chance = SeededChance(seed: seed)
    var histories: [History] = []
    for numbers in part.groups {
      var group: [History] = []
      for number in numbers { group.append(try await History(number, in: neighbourhood, &chance)) }
      for _ in 0..<14 {
        for history in group { try await history.step(in: neighbourhood, &chance) }
        neighbourhood.clock.advance(by: .hours(Int64(chance.next(below: 96))))
        try await tend(node, other, &chance)
      }
      histories += group
    }
    // Then nobody does anything any more.
    for _ in 0..<14 {
      neighbourhood.clock.advance(by: .days(7))
      try await tend(node, other, &chance)
    }
    try await TendOffers()(node)
    for history in histories { try await history.check(in: neighbourhood, seed: seed) }
    try await checkNotices(neighbourhood, seed: seed)
  }

  /// Two servers tend at once, and one of them may be stopped in the middle.
  private static func tend(_ node: Node, _ other: Node, _ chance: inout SeededChance) async throws {
    let isStopped = chance.next(below: 3) == 0
    let first = Task { try await TendOffers()(node) }
    let second = Task { try await TendOffers()(other) }
    if isStopped { second.cancel() }
    _ = try await first.value
    do { _ = try await second.value } catch is CancellationError {} catch let error as DomainError {
      // The other server was faster with one of them.
      guard case .conflict = error else { throw error }
    }
  }

  /// Nobody is told the same of the same thing twice at one time, nor reminded twice of one offer that waits.
  private static func checkNotices(_ neighbourhood: Neighbourhood, seed: UInt64) async throws {
    let twice = try await neighbourhood.bed.column(
      """
      SELECT recipient || ' ' || key || ' ' || path FROM notices one WHERE message NOT LIKE '%new message%' AND EXISTS (
        SELECT 1 FROM notices two WHERE two.id <> one.id AND two.recipient = one.recipient AND two.path = one.path
          AND two.message = one.message AND (two.created_at = one.created_at OR one.message LIKE '%waits for your answer%'))
      """)
    #expect(twice == [], "seed \(seed)")
  }
}

/// One need, and what may happen to it.
private struct History {
  let need: ID<Need>
  let organization: ID<Organization>

  init(_ number: Int, in neighbourhood: Neighbourhood, _ chance: inout SeededChance) async throws {
    let connectivity: Organization.Connectivity? = [Organization.Connectivity.none, .basicPhone, .smartphone, nil][
      chance.next(below: 4)]
    let id = try await neighbourhood.bed.app.needs.submit(
      NeedStatement(
        organization: OrganizationStatement(name: Text("Group \(number)"), country: "CL", connectivity: connectivity),
        words: "We need a list of our members.", language: "en", showPublicly: true, channel: .web), as: .system, once: nil
    ).id
    (need, organization) = try await neighbourhood.act("Fatima") { act in
      let need = try #require(try NeedStore(act.connection).find(id))
      let open = try TriageNeed(
        id, version: need.version, summary: "A group wants a list of its members.", summaryLanguage: "en", outcome: .open)(
          in: act)
      return (id, open.organization)
    }
  }

  /// Something that somebody might do at this point. What cannot be done is refused, and changes nothing.
  func step(in neighbourhood: Neighbourhood, _ chance: inout SeededChance) async throws {
    let volunteer = ["Vera", "Victor", "Moses"][chance.next(below: 3)]
    let need = need
    let (offers, known) = try await neighbourhood.bed.app.node.read { connection in
      (try OfferStore(connection).offers(to: need), try NeedStore(connection).find(need))
    }
    guard let known else { return }
    let offer = offers.isEmpty ? nil : offers[chance.next(below: offers.count)]
    let (die, more) = (chance.next(below: 20), chance.next(below: 2) == 0)
    let own = offer?.person.flatMap { person in Neighbourhood.names.first { neighbourhood.person($0) == person } } ?? volunteer
    let said = ProvenanceStatement(statedBy: "Rosa", relation: "treasurer", how: "telephone", consent: "spoken", at: "")
    do {
      try await neighbourhood.act(die < 12 ? (die % 2 == 0 ? own : "Fatima") : "Fatima") { act in
        switch (die, offer?.id) {
        case (0, _), (2, _): _ = try MakeOffer(need, words: "I can help.", language: "en", part: "")(in: act)
        case (1, let id?), (3, let id?), (5, let id?): try AcceptOffer(id, seeksMore: more)(in: act)
        case (7, let id?): try DeclineOffer(id, reason: "notNow")(in: act)
        case (4, let id?), (9, let id?), (6, let id?): _ = try WritePost(id, words: "Hello.", language: "en")(in: act)
        case (8, let id?): try ReportWork(id, hours: 3)(in: act)
        case (11, let id?), (13, let id?): try ConfirmOutcome(id, change: "Good.", language: "en")(in: act)
        case (10, let id?): try EndOffer(id)(in: act)
        case (12, let id?): try EndOffer(id)(in: act)
        case (14, _) where more:
          let closed = try CloseNeed(need, version: known.version, closure: .solvedOtherwise)(in: act)
          try EndOffers(of: closed, because: .needClosed)(in: act)
        case (15, _) where more:
          let open = try ReopenNeed(need, version: known.version)(in: act)
          _ = try TriageNeed(
            need, version: open.version, summary: "A group wants a list again.", summaryLanguage: "en", outcome: .open)(in: act)
        case (16, _) where more:
          _ = try WithdrawNeed(need, said: said, erased: { act, id in try EraseConversations(about: id)(in: act) })(in: act)
        case (17, _): try RecountDeadlines(of: known.organization)(in: act)
        default: break
        }
      }
    } catch is DomainError {}
  }

  func check(in neighbourhood: Neighbourhood, seed: UInt64) async throws {
    let (need, organization) = (need, organization)
    let (offers, found) = try await neighbourhood.bed.app.node.read { connection in
      (try OfferStore(connection).offers(to: need), try NeedStore(connection).find(need))
    }
    let known = try #require(found)
    let who = "need \(need), seed \(seed)"
    #expect(offers.filter(\.state.isLive).count == 0, "an offer hangs: \(who)")
    #expect(!known.state.isUnderWay, "nobody works on it: \(who)")
    let told = Set(
      try await neighbourhood.bed.column("SELECT key FROM notices WHERE recipient = \("organization:" + organization.rawValue)"))
    if known.state == .closed || known.state == .resolved {
      let isTold = told.contains { $0.hasPrefix("need \(need) version") || $0.hasSuffix(" completed") }
      #expect(isTold, "it ended and its group was not told: \(who)")
    }
    if known.state == .open, let openedAt = known.openedAt, !offers.contains(where: { $0.createdAt >= openedAt }) {
      #expect(told.contains("need \(need) unanswered \(openedAt.milliseconds)"), "nobody offered and nobody said so: \(who)")
    }
    for offer in offers {
      let volunteer = Set(
        try await neighbourhood.bed.column(
          "SELECT key FROM notices WHERE recipient = \("person:" + (offer.person?.rawValue ?? ""))"))
      let ends = ["offer \(offer.id) ended", "offer \(offer.id) completed"]
      #expect(ends.contains { volunteer.contains($0) }, "a volunteer was not told: \(who)")
    }
  }
}

/// The same chances for the same seed (SplitMix64, http://prng.di.unimi.it/splitmix64.c).
private struct SeededChance {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(bound))
  }
}

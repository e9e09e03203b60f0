public import Database
public import Journal
public import Kernel
import Logging
import Retrieval
import Synchronization
public import Vocabulary

/// Needs in memory, for search: one index over what everybody may read, one over the words for those who read them.
///
/// Finding the concepts in ten thousand needs takes seconds, so what was found is kept in a table beside them and read at the next
/// start. It is no more than a memory: what is missing there is found anew.
public final class NeedIndex: JournalIndex {
  public let name = "needs"
  public let features: Set<String> = ["needs"]

  private struct State {
    var listed: SearchIndex<String>
    var all: SearchIndex<String>
    var tally = NeedTally()
    /// What somebody could offer to help with, by id.
    var open: [String: OpenNeed] = [:]
    /// What was found and is not kept yet, by need.
    var found: [String: NeedConcepts] = [:]
  }

  private let vocabulary: Vocabulary
  private let state: Mutex<State>
  private var finder: ConceptFinder { vocabulary.finder }
  /// Tells apart what was found by other words or other rules.
  private var edition: String { vocabulary.edition }

  public init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    state = Mutex(State(listed: SearchIndex(finder: vocabulary.finder), all: SearchIndex(finder: vocabulary.finder)))
  }

  public func rebuild(_ connection: any SQLConnection) throws {
    var fresh = State(listed: SearchIndex(finder: finder), all: SearchIndex(finder: finder))
    try connection.forEachRow { last, limit in
      "\(Self.rows(edition)) WHERE n.id > \(last) ORDER BY n.id LIMIT \(limit)"
    } _: {
      try put($0, into: &fresh)
    }
    let built = fresh
    state.withLock { $0 = built }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let rows = try connection.query("\(Self.rows(edition)) WHERE n.id IN \(list: subjects)")
    try state.withLock { state in
      for id in subjects {
        state.listed.remove(id)
        state.all.remove(id)
        state.tally.remove(id)
        state.open[id] = nil
      }
      for row in rows { try put(row, into: &state) }
    }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let fresh = NeedIndex(vocabulary: vocabulary)
    try fresh.rebuild(connection)
    let (ours, theirs) = (state.withLock(\.tally.standings), fresh.state.withLock(\.tally.standings))
    return Set(ours.keys).union(theirs.keys).sorted().compactMap { id in
      switch (theirs[id], ours[id]) {
      case (nil, _): "need \(id) is in the index and not in the database"
      case (_, nil): "need \(id) is missing from the index"
      case (let right, let now): right == now ? nil : "need \(id) is another version in the index"
      }
    }
  }

  /// Keeps what was found since the last time, for the next start; until cancelled.
  public func keepConcepts(on node: Node) async {
    while (try? await Task.sleep(for: .seconds(1))) != nil {
      do {
        while try await keepSome(on: node) {}
      } catch {
        node.logger.warning("the concepts of needs cannot be kept", metadata: ["error": "\(error)"])
      }
    }
  }

  /// - Returns: whether there is more.
  private func keepSome(on node: Node) async throws -> Bool {
    let some = state.withLock { state in
      let some = Array(state.found.prefix(Self.mostKeptAtOnce))
      for (id, _) in some { state.found[id] = nil }
      return some
    }
    guard !some.isEmpty else { return false }
    try await node.act(as: .system) { [edition] act in
      let store = NeedStore(act.connection)
      for (id, concepts) in some { try store.keep(concepts, of: id, edition: edition) }
    }
    return some.count == Self.mostKeptAtOnce
  }

  private static let mostKeptAtOnce = 50

  /// The ids of needs that answer a search, best first.
  /// - Parameter listedOnly: for everybody who may not read the words.
  public func search(_ words: String, language: String?, listedOnly: Bool, limit: Int) -> [String] {
    let query = Query(words, language: language, style: .searchBox, finder: finder)
    let index = state.withLock { listedOnly ? $0.listed : $0.all }
    return index.search(query, limit: limit).map(\.key)
  }

  /// Needs that speak of the same, best first.
  public func like(_ words: String, language: String, limit: Int) -> [String] {
    let index = state.withLock { $0.all }
    return index.search(Query(words, language: language, finder: finder), limit: limit).map(\.key)
  }

  /// How many needs are in each state on a facilitator's desk.
  public func counts(for actor: Actor) -> [Need.State: Int] {
    let reach = Reach(of: actor)
    return state.withLock { $0.tally.counts(reach) }
  }

  /// How many open needs everybody may read.
  public var openAndListed: Int { state.withLock { $0.tally.openAndListed } }

  /// What somebody could offer to help with, in no order.
  public var open: [OpenNeed] { Array(state.withLock(\.open).values) }

  public var count: Int { state.withLock { $0.all.count } }

  private static func rows(_ edition: String) -> SQL {
    """
    SELECT n.id, n.code, n.words, n.language, n.summary, n.summary_language,
      CASE WHEN n.is_public = 1 AND n.summary IS NOT NULL
        AND (n.state IN ('open', 'matched', 'inProgress', 'resolved')
          OR (n.state = 'closed' AND n.closure NOT IN ('withdrawn', 'notReal', 'merged'))) THEN 1 ELSE 0 END,
      n.version, c.listed, c.everything, n.state, n.country, n.organization, n.skills, n.effort, n.needed_by, n.is_on_site,
      n.seeks_more, n.opened_at, n.origin
    FROM needs n LEFT JOIN need_concepts c ON c.need = n.id AND c.version = n.version AND c.edition = \(edition)
    """
  }

  private func put(_ row: SQLRow, into state: inout State) throws {
    let id: String = try row[0]
    let isListed: Bool = try row[6]
    state.tally.put(
      id,
      NeedTally.Standing(
        version: try row[7], state: try row[10], country: try row[11], organization: try row[12], isListed: isListed))
    let summary = try (row[4] as String?).map { Field($0, weight: 2, language: try row[5] ?? "und") }
    let named = Field(try row[1], weight: 1, language: "und")
    let words = Field(try row[2], weight: 1, language: try row[3])
    let (listed, all) = ((summary.map { [$0] } ?? []) + [named], [words, named] + (summary.map { [$0] } ?? []))
    let concepts: NeedConcepts
    if let kept: String = try row[8], let everything: String = try row[9] {
      concepts = NeedConcepts(version: try row[7], listed: kept, everything: everything)
    } else {
      concepts = NeedConcepts(
        version: try row[7], listed: NeedConcepts.text(state.listed.concepts(in: listed)),
        everything: NeedConcepts.text(state.all.concepts(in: all)))
      state.found[id] = concepts
    }
    if isListed {
      let told = NeedConcepts.concepts(concepts.listed)
      state.listed.put(Document(key: id, fields: listed, concepts: told, readsConcepts: false))
      state.open[id] = try OpenNeed(id, row, concepts: told, vocabulary)
    }
    state.all.put(
      Document(key: id, fields: all, concepts: NeedConcepts.concepts(concepts.everything), readsConcepts: false))
  }
}

/// Counts needs, which on ten thousand of them would take a database longer than making the page.
private struct NeedTally: Sendable {
  struct Standing: Sendable, Equatable {
    let version: Int
    let state: Need.State
    let country: String
    let organization: String
    let isListed: Bool
  }

  private(set) var standings: [String: Standing] = [:]
  private var countries: [String: [Need.State: Int]] = [:]
  private(set) var openAndListed = 0

  mutating func put(_ id: String, _ standing: Standing) {
    remove(id)
    standings[id] = standing
    count(standing, 1)
  }

  mutating func remove(_ id: String) {
    if let standing = standings.removeValue(forKey: id) { count(standing, -1) }
  }

  private mutating func count(_ standing: Standing, _ change: Int) {
    countries[standing.country, default: [:]][standing.state, default: 0] += change
    if standing.isListed, standing.state == .open { openAndListed += change }
  }

  /// - Parameter reach: nil for all.
  func counts(_ reach: Reach?) -> [Need.State: Int] {
    var counts: [Need.State: Int] = [:]
    for (country, states) in countries where reach?.countries.contains(country) ?? true {
      counts.merge(states) { $0 + $1 }
    }
    if let reach, !reach.organizations.isEmpty {
      for standing in standings.values
      where reach.organizations.contains(standing.organization) && !reach.countries.contains(standing.country) {
        counts[standing.state, default: 0] += 1
      }
    }
    return counts.filter { $0.value > 0 }
  }
}

/// The concepts that were found in a version of a need.
struct NeedConcepts: Sendable {
  let version: Int
  /// Those in what everybody may read: `function.bulk-sms 3900 problem.money 1200`, weights in 1/4096 as the index has them.
  let listed: String
  /// Those in its words too.
  let everything: String

  private static let scale = 4096.0

  static func text(_ concepts: [WeightedConcept]) -> String {
    concepts.map { "\($0.concept) \(Int(($0.weight * scale).rounded()))" }.joined(separator: " ")
  }

  static func concepts(_ text: String) -> [WeightedConcept] {
    let parts = text.utf8.split(separator: UInt8(ascii: " "))
    return stride(from: 0, to: parts.count - 1, by: 2).compactMap { place in
      guard let weight = Int(Substring(parts[place + 1])) else { return nil }
      return WeightedConcept(String(Substring(parts[place])), weight: Double(weight) / scale)
    }
  }
}

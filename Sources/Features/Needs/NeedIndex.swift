public import Database
public import Journal
import Kernel
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
    /// What was found and is not kept yet, by need.
    var found: [String: NeedConcepts] = [:]
  }

  private let finder: ConceptFinder
  /// Tells apart what was found by other words or other rules.
  private let edition: String
  private let state: Mutex<State>

  public convenience init(vocabulary: Vocabulary) {
    self.init(finder: vocabulary.finder, edition: vocabulary.edition)
  }

  private init(finder: ConceptFinder, edition: String) {
    self.finder = finder
    self.edition = edition
    state = Mutex(State(listed: SearchIndex(finder: finder), all: SearchIndex(finder: finder)))
  }

  public func rebuild(_ connection: any SQLConnection) throws {
    var fresh = State(listed: SearchIndex(finder: finder), all: SearchIndex(finder: finder))
    for row in try connection.query(Self.rows(edition)) { try Self.put(row, into: &fresh) }
    let built = fresh
    state.withLock { $0 = built }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let rows = try connection.query("\(Self.rows(edition)) WHERE n.id IN \(list: subjects)")
    try state.withLock { state in
      for id in subjects {
        state.listed.remove(id)
        state.all.remove(id)
      }
      for row in rows { try Self.put(row, into: &state) }
    }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let fresh = NeedIndex(finder: finder, edition: edition)
    try fresh.rebuild(connection)
    let (ours, theirs) = (
      state.withLock { ($0.listed.count, $0.all.count) }, fresh.state.withLock { ($0.listed.count, $0.all.count) }
    )
    return ours == theirs ? [] : ["needs: \(ours) in memory, \(theirs) in the database (listed, all)"]
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

  public var count: Int { state.withLock { $0.all.count } }

  private static func rows(_ edition: String) -> SQL {
    """
    SELECT n.id, n.code, n.words, n.language, n.summary, n.summary_language,
      CASE WHEN n.is_public = 1 AND n.summary IS NOT NULL
        AND (n.state = 'open' OR (n.state = 'closed' AND n.closure NOT IN ('withdrawn', 'notReal', 'merged'))) THEN 1 ELSE 0 END,
      n.version, c.listed, c.everything
    FROM needs n LEFT JOIN need_concepts c ON c.need = n.id AND c.version = n.version AND c.edition = \(edition)
    """
  }

  private static func put(_ row: SQLRow, into state: inout State) throws {
    let id: String = try row[0]
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
    if try row[6] as Bool {
      state.listed.put(
        Document(key: id, fields: listed, concepts: NeedConcepts.concepts(concepts.listed), readsConcepts: false))
    }
    state.all.put(
      Document(key: id, fields: all, concepts: NeedConcepts.concepts(concepts.everything), readsConcepts: false))
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

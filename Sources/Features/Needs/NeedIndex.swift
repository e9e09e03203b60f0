public import Database
public import Journal
import Kernel
import Retrieval
import Synchronization
public import Vocabulary

/// Needs in memory, for search: one index over what everybody may read, one over the words for those who read them.
public final class NeedIndex: JournalIndex {
  public let name = "needs"
  public let features: Set<String> = ["needs"]

  private struct State {
    var listed: SearchIndex<String>
    var all: SearchIndex<String>
  }

  private let finder: ConceptFinder
  private let state: Mutex<State>

  public init(vocabulary: Vocabulary) {
    finder = vocabulary.finder
    state = Mutex(State(listed: SearchIndex(finder: finder), all: SearchIndex(finder: finder)))
  }

  public func rebuild(_ connection: any SQLConnection) throws {
    var fresh = State(listed: SearchIndex(finder: finder), all: SearchIndex(finder: finder))
    for row in try connection.query(Self.columns + " FROM needs") { try Self.put(row, into: &fresh) }
    let built = fresh
    state.withLock { $0 = built }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let rows = try connection.query(Self.columns + " FROM needs WHERE id IN \(list: subjects)")
    try state.withLock { state in
      for id in subjects {
        state.listed.remove(id)
        state.all.remove(id)
      }
      for row in rows { try Self.put(row, into: &state) }
    }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let fresh = NeedIndex(vocabulary: finder)
    try fresh.rebuild(connection)
    let (ours, theirs) = (
      state.withLock { ($0.listed.count, $0.all.count) }, fresh.state.withLock { ($0.listed.count, $0.all.count) }
    )
    return ours == theirs ? [] : ["needs: \(ours) in memory, \(theirs) in the database (listed, all)"]
  }

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

  private init(vocabulary finder: ConceptFinder) {
    self.finder = finder
    state = Mutex(State(listed: SearchIndex(finder: finder), all: SearchIndex(finder: finder)))
  }

  private static let columns: SQL = """
    SELECT id, code, words, language, summary, summary_language,
      CASE WHEN is_public = 1 AND summary IS NOT NULL
        AND (state = 'open' OR (state = 'closed' AND closure NOT IN ('withdrawn', 'notReal', 'merged'))) THEN 1 ELSE 0 END
    """

  private static func put(_ row: SQLRow, into state: inout State) throws {
    let id: String = try row[0]
    let code: String = try row[1]
    let summary = try (row[4] as String?).map { Field($0, weight: 2, language: try row[5] ?? "und") }
    let named = Field(code, weight: 1, language: "und")
    if try row[6] as Bool, let summary { state.listed.put(Document(key: id, fields: [summary, named])) }
    let words = Field(try row[2], weight: 1, language: try row[3])
    state.all.put(Document(key: id, fields: [words, named] + (summary.map { [$0] } ?? [])))
  }
}

private func + (a: SQL, b: SQL) -> SQL { SQL.joined([a, b], by: "") }

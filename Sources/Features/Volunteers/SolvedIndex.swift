public import Database
public import Journal
public import Kernel
public import Needs
public import People
import Retrieval
import Synchronization
public import Vocabulary

/// A solved need whose organization lets everybody read what came of it.
public struct Story: Sendable, Equatable {
  public let offer: ID<Offer>
  public let need: ID<Need>
  public let code: Code
  public let organization: ID<Organization>
  public let text: String
  /// BCP 47.
  public let language: String
  public let country: String
  /// Whether the organization said yes to being named.
  public let namesOrganization: Bool
  public let at: Timestamp
  public let origin: Organization.Origin
}

/// Stories in memory: the shelf of solved needs, found by likeness.
public final class SolvedIndex: JournalIndex {
  public let name = "solved needs"
  public let features: Set<String> = ["volunteers", "needs"]

  private struct State {
    var search: SearchIndex<String>
    var stories: [String: Story] = [:]
  }

  private let vocabulary: Vocabulary
  private let state: Mutex<State>

  public init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    state = Mutex(State(search: SearchIndex(finder: vocabulary.finder)))
  }

  public func rebuild(_ connection: any SQLConnection) throws {
    var fresh = State(search: SearchIndex(finder: vocabulary.finder))
    try connection.forEachRow { last, limit in
      "\(Self.rows) AND o.id > \(last) ORDER BY o.id LIMIT \(limit)"
    } _: {
      try Self.put($0, into: &fresh)
    }
    let built = fresh
    state.withLock { $0 = built }
  }

  /// A subject is an offer or a need.
  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let rows = try connection.query("\(Self.rows) AND (o.id IN \(list: subjects) OR o.need IN \(list: subjects))")
    try state.withLock { state in
      let gone = state.stories.values.filter { subjects.contains($0.offer.rawValue) || subjects.contains($0.need.rawValue) }
      for story in gone {
        state.search.remove(story.offer.rawValue)
        state.stories[story.offer.rawValue] = nil
      }
      for row in rows { try Self.put(row, into: &state) }
    }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let fresh = SolvedIndex(vocabulary: vocabulary)
    try fresh.rebuild(connection)
    let (ours, theirs) = (state.withLock(\.stories), fresh.state.withLock(\.stories))
    return Set(ours.keys).union(theirs.keys).sorted().compactMap { id in
      ours[id] == theirs[id] ? nil : "the story of offer \(id) differs"
    }
  }

  /// Those of an organization that may be named, the newest first.
  public func stories(of organization: ID<Organization>) -> [Story] {
    state.withLock { $0.stories.values.filter { $0.organization == organization && $0.namesOrganization } }
      .sorted { ($1.at, $0.offer) < ($0.at, $1.offer) }
  }

  /// The stories of a need.
  public func stories(of need: ID<Need>) -> [Story] {
    state.withLock { $0.stories.values.filter { $0.need == need } }.sorted { ($0.at, $0.offer) < ($1.at, $1.offer) }
  }

  /// The newest stories.
  public func newest(_ count: Int) -> [Story] {
    Array(state.withLock { Array($0.stories.values) }.sorted { ($1.at, $0.offer) < ($0.at, $1.offer) }.prefix(count))
  }

  /// Solved needs, as prescriptions take them.
  public var shelf: Shelf {
    Shelf(
      name: "solved",
      find: { [self] question, limit in
        let search = state.withLock(\.search)
        let query = Query(
          question.words, language: question.language == "und" ? nil : question.language, finder: vocabulary.finder)
        return search.search(query, limit: min(limit, 3)).map { hit in
          var reason = Reason(words: hit.words)
          for match in hit.concepts where match.asked.hasPrefix("problem.") && !reason.problems.contains(match.asked) {
            reason.problems.append(match.asked)
          }
          return Suggestion(item: hit.key, score: hit.score, reason: reason)
        }
      },
      show: { [self] ids in
        let stories = state.withLock(\.stories)
        return Dictionary(
          ids.compactMap { id in stories[id].map { (id, $0.shelfItem) } }, uniquingKeysWith: { first, _ in first })
      })
  }

  private static let rows: SQL = """
    SELECT o.id, o.need, n.code, o.organization, u.story, u.story_language, n.country, u.names_organization, o.ended_at, n.origin,
      n.summary, n.summary_language
    FROM outcomes u JOIN offers o ON o.id = u.offer AND o.state = 'completed'
      JOIN needs n ON n.id = o.need AND n.is_public = 1 AND n.summary IS NOT NULL
        AND (n.state <> 'closed' OR n.closure NOT IN ('withdrawn', 'notReal', 'merged'))
    WHERE u.may_be_published = 1 AND u.is_approved = 1 AND u.story IS NOT NULL
    """

  private static func put(_ row: SQLRow, into state: inout State) throws {
    let code: String = try row[2]
    guard let code = Code(canonical: code) else { return }
    let story = Story(
      offer: try row[0], need: try row[1], code: code, organization: try row[3], text: try row[4],
      language: try row[5] ?? "und", country: try row[6], namesOrganization: try row[7],
      at: try row[8] ?? Timestamp(milliseconds: 0), origin: try row[9])
    state.stories[story.offer.rawValue] = story
    let fields = [
      Field(story.text, weight: 2, language: story.language), Field(try row[10], weight: 2, language: try row[11] ?? "und"),
    ]
    state.search.put(Document(key: story.offer.rawValue, fields: fields))
  }
}

extension Story {
  var shelfItem: ShelfItem {
    ShelfItem(
      id: offer.rawValue, externalID: nil, name: code.description, text: text, language: language, path: "/needs/\(code)",
      start: .story, isDemonstration: origin == .demonstration)
  }
}

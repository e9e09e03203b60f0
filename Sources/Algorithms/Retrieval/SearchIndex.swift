/// Documents in memory, found by what they are about and by their words.
///
/// A value: a copy is a snapshot, cheap to take (storage is shared until one of the two changes) and free to be searched from any task while
/// the other goes on changing. Keep one in a lock, copy it out to search, and change it inside the lock.
///
/// The outcome depends only on the documents and the query, not on the order in which documents came and went; equal scores are ordered by
/// key.
public struct SearchIndex<Key: Hashable & Comparable & Sendable>: Sendable {
  public let finder: ConceptFinder

  private var texts = TextPostings()
  private var concepts: ConceptPostings
  private var entries: [Entry?] = []
  private var ordinals: [Key: Int32] = [:]
  private var reader: Reader

  private struct Entry: Sendable {
    let key: Key
    let facts: [Constraint: Bool]
  }

  /// How much each concept counts, by number.
  private let emphasis: [Double]

  /// What counts where people look for something that solves a problem: what it does, then which problem it speaks of; the cause and the
  /// skills it speaks of tell where it belongs, not what it is for.
  public static var solutionsEmphasis: [String: Double] { Weights.solutionsEmphasis }

  /// - Parameters:
  ///   - finder: finds concepts in documents, and must be the one queries are made with.
  ///   - emphasis: how much concepts count, 0…1, by their kind ("function", "problem", "cause", "skill"); 1 for kinds not named. An index of
  ///     volunteers would stress skills, one of grants causes.
  public init(finder: ConceptFinder, emphasis: [String: Double] = Self.solutionsEmphasis) {
    self.finder = finder
    self.emphasis = finder.concepts.map { emphasis[String(Concept.kind(of: $0.id))] ?? 1 }
    concepts = ConceptPostings(concepts: finder.concepts.count)
    reader = Reader(finder: finder)
  }

  /// The number of documents.
  public var count: Int { ordinals.count }

  public var isEmpty: Bool { ordinals.isEmpty }

  public func contains(_ key: Key) -> Bool { ordinals[key] != nil }

  /// Adds `document`, in place of the one with the same key if there is one.
  public mutating func put(_ document: Document<Key>) {
    remove(document.key)
    let ordinal = Int32(entries.count)
    texts.add(document.fields)
    var tags = document.concepts
    if document.readsConcepts { tags += read(document.fields) }
    concepts.add(closure(of: tags))
    entries.append(Entry(key: document.key, facts: document.facts))
    ordinals[document.key] = ordinal
  }

  /// Removes the document with this key if there is one.
  public mutating func remove(_ key: Key) {
    guard let ordinal = ordinals.removeValue(forKey: key) else { return }
    entries[Int(ordinal)] = nil
    texts.remove(ordinal)
    concepts.remove(ordinal)
    if entries.count > 64, entries.count > ordinals.count * 2 { compact() }
  }

  /// What `put` would find in `fields`, to be kept and passed as `Document.concepts` at the next start.
  public func concepts(in fields: [Field]) -> [WeightedConcept] {
    var copy = self
    return copy.read(fields)
  }

  private mutating func read(_ fields: [Field]) -> [WeightedConcept] {
    var doubts: [Int32: Double] = [:]
    for field in fields {
      let trust = min(1, field.weight)
      for sighting in reader.read(field.text, language: field.language, forgiving: false) {
        doubts[sighting.concept, default: 1] *= 1 - trust * sighting.strength
      }
    }
    return doubts.sorted { $0.key < $1.key }.map { WeightedConcept(finder.concepts[Int($0.key)].id, weight: 1 - $0.value) }
  }

  /// With the more general concepts.
  private func closure(of tags: [WeightedConcept]) -> [(concept: Int32, weight: Double)] {
    var weights: [Int32: Double] = [:]
    for tag in tags {
      guard let concept = finder.index(tag.concept) else { continue }
      weights[concept] = max(weights[concept] ?? 0, min(1, tag.weight))
      for (general, steps) in finder.relations.ancestors(of: concept) {
        weights[general] = max(weights[general] ?? 0, min(1, tag.weight) * Weights.inheritance(steps: steps))
      }
    }
    return weights.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Drops what removed documents left behind.
  private mutating func compact() {
    var moved = Array(repeating: Int32(-1), count: entries.count)
    var kept: [Entry?] = []
    for (old, entry) in entries.enumerated() {
      guard let entry else { continue }
      moved[old] = Int32(kept.count)
      ordinals[entry.key] = Int32(kept.count)
      kept.append(entry)
    }
    entries = kept
    texts.renumber(moved)
    concepts.renumber(moved)
  }
}

// MARK: Searching

extension SearchIndex {
  /// The best documents for `query`, best first; none if nothing reaches `threshold`.
  ///
  /// A document known not to meet one of the query's constraints is never among them; one of which it is not known ranks a little lower and
  /// says so in `Hit.unknown`.
  ///
  /// - Parameters:
  ///   - query: made with this index's finder.
  ///   - limit: at most so many hits.
  ///   - threshold: the least score, 0…1. Below the standard one for the query's style, what is found has too little to do with the query
  ///     to be shown: "nothing we know fits".
  public func search(_ query: Query, limit: Int, threshold: Double? = nil) -> [Hit<Key>] {
    guard limit > 0, !isEmpty else { return [] }
    let plan = Plan(query: query, finder: finder, emphasis: emphasis, texts: texts)
    var scores = Scores(documents: entries.count)
    plan.score(texts, concepts, into: &scores)
    let least = threshold ?? Weights.threshold(query.style)
    var best = Best<Key>(limit: limit)
    for ordinal in entries.indices {
      let evidence = plan.evidence(scores, ordinal)
      guard evidence > 0, let entry = entries[ordinal], let unknown = unknownConstraints(query, entry) else { continue }
      let score = plan.score(evidence) * Weights.unknown(constraints: unknown)
      if score >= least, score > 0 { best.offer(score, entry.key, Int32(ordinal)) }
    }
    return best.sorted().map { place in
      let unknown = query.constraints.filter { entries[Int(place.ordinal)]?.facts[$0] == nil }
      return Hit(
        key: place.key, score: place.score, concepts: plan.matchedConcepts(texts, concepts, scores, place.ordinal),
        words: plan.matchedWords(texts, place.ordinal), unknown: unknown.sorted())
    }
  }

  /// How many of the query's constraints are not known of `entry`; nil if it does not meet one.
  private func unknownConstraints(_ query: Query, _ entry: Entry) -> Int? {
    var unknown = 0
    for constraint in query.constraints {
      switch entry.facts[constraint] {
      case true?: break
      case false?: return nil
      case nil: unknown += 1
      }
    }
    return unknown
  }
}

/// The best of many, by score and then by key.
private struct Best<Key: Comparable> {
  struct Place {
    let score: Double
    let key: Key
    let ordinal: Int32

    func isWorse(than other: Place) -> Bool { score != other.score ? score < other.score : key > other.key }
  }

  private let limit: Int
  /// A heap with the worst at the root.
  private var heap: [Place] = []

  init(limit: Int) { self.limit = limit }

  mutating func offer(_ score: Double, _ key: @autoclosure () -> Key, _ ordinal: Int32) {
    if heap.count == limit, score < heap[0].score { return }
    let place = Place(score: score, key: key(), ordinal: ordinal)
    if heap.count < limit {
      heap.append(place)
      var child = heap.count - 1
      while child > 0, heap[child].isWorse(than: heap[(child - 1) / 2]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if heap[0].isWorse(than: place) {
      heap[0] = place
      sink()
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var worst = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isWorse(than: heap[worst]) {
        worst = child
      }
      if worst == parent { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }

  func sorted() -> [Place] { heap.sorted { $1.isWorse(than: $0) } }
}

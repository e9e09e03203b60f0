/// Documents in memory, found by what they are about and by their words.
///
/// A value: a copy is a snapshot, cheap to take (storage is shared until one of the two changes) and free to be searched from any
/// task while the other goes on changing. Keep one in a lock, copy it out to search, and change it inside the lock.
///
/// The outcome depends only on the documents and the query, not on the order in which documents came and went; equal scores are
/// ordered by key.
public struct SearchIndex<Key: Hashable & Comparable & Sendable>: Sendable {
  public let finder: ConceptFinder

  private var texts = TextPostings()
  private var concepts: ConceptPostings
  /// By document number; nil for removed ones.
  private var keys: [Key?] = []
  private var facts: [[Constraint: Bool]] = []
  private var ordinals: [Key: Int32] = [:]
  private var reader: Reader
  private var buffer = WordBuffer()

  /// How much each concept counts, by number.
  private let emphasis: [Double]

  /// What counts where people look for something that solves a problem: what it does, then which problem it speaks of; the cause
  /// and the skills it speaks of tell where it belongs, not what it is for.
  public static var solutionsEmphasis: [String: Double] { Weights.solutionsEmphasis }

  /// - Parameters:
  ///   - finder: finds concepts in documents, and must be the one queries are made with.
  ///   - emphasis: how much concepts count, 0…1, by their kind ("function", "problem", "cause", "skill"); 1 for kinds not named.
  ///     An index of volunteers would stress skills, one of grants causes.
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
    let ordinal = Int32(keys.count)
    if let old = ordinals.updateValue(ordinal, forKey: document.key) { empty(old) }
    var doubts: [Int32: Double] = [:]
    for field in document.fields {
      buffer.read(field.text)
      texts.count(buffer, in: field)
      if document.readsConcepts { reader.note(buffer, in: field, &doubts) }
    }
    texts.add()
    concepts.add(closure(of: tags(document.concepts, doubts)))
    keys.append(document.key)
    facts.append(document.facts)
    compactWhenSparse()
  }

  /// Removes the document with this key if there is one.
  public mutating func remove(_ key: Key) {
    guard let ordinal = ordinals.removeValue(forKey: key) else { return }
    empty(ordinal)
    compactWhenSparse()
  }

  private mutating func empty(_ ordinal: Int32) {
    keys[Int(ordinal)] = nil
    facts[Int(ordinal)] = [:]
    texts.remove(ordinal)
    concepts.remove(ordinal)
  }

  /// What `put` would find in `fields`, to be kept and passed as `Document.concepts` at the next start.
  public func concepts(in fields: [Field]) -> [WeightedConcept] {
    var reader = reader
    var doubts: [Int32: Double] = [:]
    for field in fields { reader.note(WordBuffer(field.text), in: field, &doubts) }
    return tags([], doubts).map { WeightedConcept(finder.concepts[Int($0.concept)].id, weight: $0.weight) }
      .sorted { $0.concept < $1.concept }
  }

  private typealias Tag = (concept: Int32, weight: Double)

  private func tags(_ given: [WeightedConcept], _ doubts: [Int32: Double]) -> [Tag] {
    given.compactMap { tag in finder.index(tag.concept).map { ($0, min(1, tag.weight)) } } + doubts.map { ($0.key, 1 - $0.value) }
  }

  /// With the more general concepts, in ascending order.
  private func closure(of tags: [Tag]) -> [Tag] {
    var all: [Tag] = []
    for tag in tags {
      all.append(tag)
      for (general, steps) in finder.relations.ancestors[Int(tag.concept)] {
        all.append((general, tag.weight * Weights.inheritance(steps: steps)))
      }
    }
    all.sort { ($0.concept, $1.weight) < ($1.concept, $0.weight) }
    var closure: [Tag] = []
    for tag in all where closure.last?.concept != tag.concept { closure.append(tag) }
    return closure
  }

  /// Drops what removed documents left behind.
  private mutating func compactWhenSparse() {
    guard keys.count > 64, keys.count > ordinals.count * 2 else { return }
    var moved = Array(repeating: Int32(-1), count: keys.count)
    var next: Int32 = 0
    for (old, key) in keys.enumerated() {
      guard let key else { continue }
      moved[old] = next
      ordinals[key] = next
      next += 1
    }
    facts = facts.indices.filter { moved[$0] >= 0 }.map { facts[$0] }
    keys.removeAll { $0 == nil }
    texts.renumber(moved)
    concepts.renumber(moved)
  }
}

// MARK: Searching

extension SearchIndex {
  /// The best documents for `query`, best first; none if nothing reaches `threshold`.
  ///
  /// A document known not to meet one of the query's constraints is never among them; one of which it is not known ranks a little
  /// lower and says so in `Hit.unknown`.
  ///
  /// - Parameters:
  ///   - query: made with this index's finder.
  ///   - limit: at most so many hits.
  ///   - threshold: the least score, 0…1. Below the standard one for the query's style, what is found has too little to do with
  ///     the query to be shown: "nothing we know fits".
  public func search(_ query: Query, limit: Int, threshold: Double? = nil) -> [Hit<Key>] {
    guard limit > 0, !isEmpty else { return [] }
    let plan = Plan(query: query, finder: finder, emphasis: emphasis, texts: texts)
    var scores = Scores(documents: keys.count)
    plan.score(texts, concepts, into: &scores)
    let least = threshold ?? Weights.threshold(query.style)
    var best = Best<Key>(limit: limit)
    for ordinal in keys.indices {
      var score = plan.score(scores, ordinal)
      guard score > 0, score >= least, score >= best.least, let unknown = unknownConstraints(query, ordinal) else { continue }
      score *= Weights.unknown(constraints: unknown)
      if score >= least, let key = keys[ordinal] { best.offer(score, key, Int32(ordinal)) }
    }
    return best.sorted().map { place in
      let unknown = query.constraints.filter { facts[Int(place.ordinal)][$0] == nil }
      return Hit(
        key: place.key, score: place.score, concepts: plan.matchedConcepts(texts, concepts, scores, place.ordinal),
        words: plan.matchedWords(texts, place.ordinal), unknown: unknown.sorted())
    }
  }

  /// How many of the query's constraints are not known of the document; nil if it does not meet one.
  private func unknownConstraints(_ query: Query, _ ordinal: Int) -> Int? {
    var unknown = 0
    for constraint in query.constraints {
      switch facts[ordinal][constraint] {
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

  /// A score below this has no chance.
  var least: Double { heap.count == limit ? heap[0].score : 0 }

  mutating func offer(_ score: Double, _ key: Key, _ ordinal: Int32) {
    let place = Place(score: score, key: key, ordinal: ordinal)
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

/// A text with its weight.
public struct Field: Sendable, Equatable {
  public let text: String
  /// How many times a word here counts against a word in a field of weight 1; 1/16…64.
  public let weight: Double
  /// BCP 47.
  public let language: String

  public init(_ text: String, weight: Double = 1, language: String) {
    self.text = text
    self.weight = weight
    self.language = language
  }
}

/// A concept with a weight of 0…1.
public struct WeightedConcept: Sendable, Equatable {
  public let concept: Concept.ID
  public let weight: Double

  public init(_ concept: Concept.ID, weight: Double = 1) {
    self.concept = concept
    self.weight = weight
  }
}

/// Something that can be found.
public struct Document<Key: Hashable & Comparable & Sendable>: Sendable {
  public let key: Key
  public let fields: [Field]
  /// What it is about, beyond what its fields say.
  public let concepts: [WeightedConcept]
  /// Whether concepts are looked for in the fields too. Say no when `concepts` has them already, as `SearchIndex.concepts(in:)`
  /// gave them: reading is most of the cost of adding a document.
  public let readsConcepts: Bool
  /// Conditions it is known to meet or not to meet; what is absent is not known.
  public let facts: [Constraint: Bool]

  public init(
    key: Key, fields: [Field], concepts: [WeightedConcept] = [], readsConcepts: Bool = true, facts: [Constraint: Bool] = [:]
  ) {
    self.key = key
    self.fields = fields
    self.concepts = concepts
    self.readsConcepts = readsConcepts
    self.facts = facts
  }
}

/// A document that answers a query, and why.
public struct Hit<Key: Hashable & Comparable & Sendable>: Sendable {
  public let key: Key
  /// 0…1, comparable between queries.
  public let score: Double
  /// Concepts of the document that the query leads to, the most telling first.
  public let concepts: [MatchedConcept]
  /// Words of the query that the document's text has, as they were written, in the order of the query.
  public let words: [String]
  /// Constraints of the query of which it is not known whether the document meets them, sorted.
  public let unknown: [Constraint]

  public init(key: Key, score: Double, concepts: [MatchedConcept], words: [String], unknown: [Constraint]) {
    self.key = key
    self.score = score
    self.concepts = concepts
    self.words = words
    self.unknown = unknown
  }
}

/// Why a document was found: it has `concept`, and the words of the query speak of `asked`.
public struct MatchedConcept: Sendable, Equatable {
  /// How `asked` leads to `concept`.
  public enum Path: Sendable, Equatable {
    /// They are the same.
    case same
    /// `concept` solves `asked`, or a more general problem; rank 0 is the best solution.
    case solves(rank: Int)
    /// `concept` is more general than `asked`.
    case broader
  }

  public let concept: Concept.ID
  /// A concept in the query's `found`.
  public let asked: Concept.ID
  public let path: Path
  /// Share of the hit's evidence that this concept gives, 0…1.
  public let share: Double

  public init(concept: Concept.ID, asked: Concept.ID, path: Path, share: Double) {
    self.concept = concept
    self.asked = asked
    self.path = path
    self.share = share
  }
}

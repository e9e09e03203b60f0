/// One concept of a vocabulary: a kind of problem, a function of tools, a skill, a cause.
public struct Concept: Sendable, Hashable {
  /// Such as `problem.tell-many-people-by-phone`: the kind, a full stop, a name.
  public typealias ID = String

  /// The part of `id` before the first full stop: "problem".
  public static func kind(of id: ID) -> Substring { id.prefix { $0 != "." } }

  public let id: ID
  /// More general concepts.
  public let broader: [ID]
  /// What answers this problem, best first. Empty for concepts that are no problems, and for problems nothing we list can answer.
  public let solvedBy: [ID]

  public init(id: ID, broader: [ID] = [], solvedBy: [ID] = []) {
    self.id = id
    self.broader = broader
    self.solvedBy = solvedBy
  }
}

/// What the concepts are called in one language.
public struct Lexicon: Sendable {
  /// One concept with the phrases people use for it.
  public struct Entry: Sendable {
    public let concept: Concept.ID
    /// The label first, then synonyms.
    public let phrases: [String]

    public init(concept: Concept.ID, phrases: [String]) {
      self.concept = concept
      self.phrases = phrases
    }
  }

  /// A BCP 47 tag. Only the primary subtag chooses rules: "es-419" is read as Spanish.
  public let language: String
  public let entries: [Entry]

  public init(language: String, entries: [Entry]) {
    self.language = language
    self.entries = entries
  }
}

/// A concept that a text speaks of.
public struct FoundConcept: Sendable, Equatable {
  public let concept: Concept.ID
  /// 0…1: how sure we are, from how specific the phrase is and how exactly it was met; several phrases add up.
  public let strength: Double
  /// The words that say so, strongest first; at least one.
  public let evidence: [Evidence]

  public init(concept: Concept.ID, strength: Double, evidence: [Evidence]) {
    self.concept = concept
    self.strength = strength
    self.evidence = evidence
  }
}

/// Words of a text that speak for a concept. The same words may be evidence for several concepts.
public struct Evidence: Sendable, Equatable {
  /// How the words met a phrase of the lexicon.
  public enum Match: String, Sendable {
    /// All words, nothing between them but stop words.
    case exact
    /// All words, in another order or with other words among them.
    case loose
    /// After mending a spelling mistake or a phone spelling of the phrase.
    case spelling
    /// Not every word of the phrase, or only words that are typical of the concept.
    case partial
  }

  /// The words that matched, as written; where others stand between them, " … " does here.
  public let words: String
  /// Where they stand in the text, in UTF-8 code units, ascending; words side by side make one range.
  public let ranges: [Range<Int>]
  public let match: Match
  /// 0…1.
  public let strength: Double
  /// The writer says that she has this already or does not want it.
  public let isNegated: Bool
  /// The language of the lexicon that matched.
  public let language: String

  public init(words: String, ranges: [Range<Int>], match: Match, strength: Double, isNegated: Bool, language: String) {
    self.words = words
    self.ranges = ranges
    self.match = match
    self.strength = strength
    self.isNegated = isNegated
    self.language = language
  }
}

import Synchronization

/// Finds the concepts a text speaks of, from the words people use for them.
///
/// Built once from a vocabulary; it never changes, so it may be used from any number of tasks. Finding takes some tenths of a
/// millisecond for a need of fifty words; the first text in a language waits some ten milliseconds for its lexicon to be
/// compiled.
public final class ConceptFinder: Sendable {
  /// Raised whenever the same words and the same vocabulary lead to other concepts than before.
  public static let edition = 1

  /// In the order they were given; relations to ids that are not among them are dropped.
  public let concepts: [Concept]

  private let indexes: [Concept.ID: Int32]
  private let lexicons: [String: LazyLexicon]
  /// Language codes in alphabetical order.
  private let languages: [String]
  let relations: ConceptRelations

  /// - Parameters:
  ///   - concepts: all concepts of the vocabulary; of several with the same id the first counts.
  ///   - lexicons: their phrases; several for one language are read as one. Phrases for unknown concepts are left out.
  public init(concepts: [Concept], lexicons: [Lexicon]) {
    var indexes: [Concept.ID: Int32] = [:]
    var kept: [Concept] = []
    for concept in concepts where indexes[concept.id] == nil {
      indexes[concept.id] = Int32(kept.count)
      kept.append(concept)
    }
    var phrases: [String: [Int32: [String]]] = [:]
    for lexicon in lexicons {
      let language = primarySubtag(lexicon.language)
      for entry in lexicon.entries {
        if let index = indexes[entry.concept] { phrases[language, default: [:]][index, default: []] += entry.phrases }
      }
    }
    self.concepts = kept
    self.indexes = indexes
    self.lexicons = Dictionary(
      uniqueKeysWithValues: phrases.map { language, phrases in
        let entries = phrases.sorted { $0.key < $1.key }.map { (concept: $0.key, phrases: $0.value) }
        return (language, LazyLexicon(language: language, entries: entries, concepts: kept.count))
      })
    languages = phrases.keys.sorted()
    relations = ConceptRelations(concepts: kept, indexes: indexes)
  }

  /// The concepts that `words` speak of, strongest first; equal ones by id.
  ///
  /// - Parameters:
  ///   - words: a text of any length, as it was written.
  ///   - language: a BCP 47 tag, or nil if it is not known; then, and if there is no lexicon for it, all lexicons are tried and
  ///     the ones that know more of the text count more.
  public func find(in words: String, language: String?) -> [FoundConcept] {
    var reader = Reader(finder: self)
    return reader.read(WordBuffer(words), language: language)
      .map { sighting in
        FoundConcept(
          concept: concepts[Int(sighting.concept)].id, strength: sighting.strength,
          evidence: sighting.evidence.map { $0.evidence(in: words) })
      }
  }

  /// The number of the concept in this finder.
  func index(_ concept: Concept.ID) -> Int32? { indexes[concept] }

  func lexicon(_ language: String) -> CompiledLexicon? { lexicons[language]?.compiled }

  /// The lexicons to try for a text in `language`.
  func lexicons(for language: String?) -> [CompiledLexicon] {
    if let language, let lexicon = lexicon(primarySubtag(language)) { return [lexicon] }
    return languages.compactMap { lexicon($0) }
  }
}

/// A lexicon that is compiled when it is first needed: a node whose texts are in two languages does not wait for the other five
/// when it starts.
private final class LazyLexicon: Sendable {
  private enum State {
    case source([(concept: Int32, phrases: [String])])
    case compiled(CompiledLexicon)
  }

  private let language: String
  private let concepts: Int
  private let state: Mutex<State>

  init(language: String, entries: [(concept: Int32, phrases: [String])], concepts: Int) {
    self.language = language
    self.concepts = concepts
    state = Mutex(.source(entries))
  }

  var compiled: CompiledLexicon {
    state.withLock { state in
      switch state {
      case .compiled(let lexicon): return lexicon
      case .source(let entries):
        let lexicon = CompiledLexicon(language: language, entries: entries, concepts: concepts)
        state = .compiled(lexicon)
        return lexicon
      }
    }
  }
}

/// One lexicon made ready for reading texts: its words, their stems, its phrases, and what each word is typical of.
///
/// A phrase is kept as the stems of its content words. A phrase of which only one content word would be left ("to-do list") keeps
/// all its words, is *literal*, and is met only as it is written.
final class CompiledLexicon: Sendable {
  typealias Term = TermTable.Term
  typealias ConceptIndex = Int32

  /// What a word of a text is to the lexicon.
  enum Kind: Sendable, Equatable {
    case unknown
    /// The term of a stop word exists if a literal phrase has it.
    case stop(Term?)
    /// Exact: the word is in the lexicon just so, not only its stem.
    case term(Term, isExact: Bool)
  }

  struct Phrase: Sendable {
    /// Stems in the order of the phrase; indexes into `phraseTerms`.
    let terms: Range<Int>
    /// Indexes into `phraseConcepts`.
    let concepts: Range<Int>
    /// 0…1, see `Weights.specificity`.
    let specificity: Double
    let isLiteral: Bool
  }

  let rules: LanguageRules
  let terms: TermTable
  /// For each term ln((1 + concepts) / (0.5 + concepts that have it)): a concept is to the lexicon what a document is to a
  /// collection.
  let idf: [Double]
  let phrases: [Phrase]
  let phraseTerms: [Term]
  let phraseConcepts: [ConceptIndex]
  /// Phrases by the term, or the two terms, that few concepts have: where to begin looking.
  let anchored: [[Int32]]

  /// Stop words and every word of the lexicon as it is written there.
  private let words: TermTable
  private let kinds: [Kind]
  /// Two-word phrases written as one: "whatsapp" for "whats app".
  private let joined: TermTable
  private let joinedPhrases: [Int32]
  /// Words by their consonants, and by first letter and length: for spelling.
  private let skeletons: TermTable
  private let wordsOfSkeleton: [[Term]]
  private let neighbours: [UInt16: [Term]]
  private let typical: [[(concept: ConceptIndex, weight: Double)]]
  private let vocabulary: [[(term: Term, share: Double)]]

  /// - Parameters:
  ///   - entries: the phrases of each concept, once a concept.
  ///   - concepts: how many concepts the vocabulary has.
  init(language: String, entries: [(concept: ConceptIndex, phrases: [String])], concepts: Int) {
    var builder = Builder(rules: LanguageRules.of(language))
    for (concept, phrases) in entries {
      for phrase in phrases { builder.add(phrase, for: concept) }
    }
    rules = builder.rules
    terms = builder.terms
    let idf = builder.typical.map { $0.isEmpty ? Weights.stopWordIDF : Weights.idf(holders: $0.count, of: concepts) }
    self.idf = idf
    phraseTerms = builder.phraseTerms
    (phrases, phraseConcepts) = builder.phrases(idf: idf)
    anchored = builder.anchors(idf: idf)
    words = builder.words
    kinds = builder.kinds
    (joined, joinedPhrases) = (builder.joined, builder.joinedPhrases)
    (skeletons, wordsOfSkeleton, neighbours) = builder.spellings()
    typical = builder.typical.enumerated().map { term, weights in
      weights.map { (concept: $0.concept, weight: idf[term] * min(1, $0.weight)) }
    }
    vocabulary = builder.vocabulary(concepts: concepts)
  }

  // MARK: Words

  /// What a folded word is to this lexicon, by itself or by its stem.
  func kind(of word: UnsafeBufferPointer<UInt8>) -> Kind {
    if let known = words.find(word) { return kinds[Int(known)] }
    if let term = content(rules.stemmer.stem(word)) { return .term(term, isExact: false) }
    for form in rules.stemmer.looserStems(Array(word)) {
      if let known = form.withUnsafeBufferPointer({ words.find($0) }), case .stop = kinds[Int(known)] { return kinds[Int(known)] }
      if let term = content(form) { return .term(term, isExact: false) }
    }
    return .unknown
  }

  private func content(_ stem: [UInt8]) -> Term? {
    guard let term = stem.withUnsafeBufferPointer({ terms.find($0) }), !typical[Int(term)].isEmpty else { return nil }
    return term
  }

  /// The term a misspelt word most likely stands for, and how much of a match's strength is left.
  func mended(_ word: UnsafeBufferPointer<UInt8>) -> (term: Term, trust: Double)? {
    guard Spelling.letters(word) >= 4 else { return nil }
    var best: (word: Term, trust: Double)?
    func consider(_ other: Term) {
      guard let trust = words.withBytes(other, { Spelling.trust(word, $0) }), trust > best?.trust ?? 0 else { return }
      best = (other, trust)
    }
    if let skeleton = Spelling.skeleton(word).withUnsafeBufferPointer({ skeletons.find($0) }) {
      for other in wordsOfSkeleton[Int(skeleton)] { consider(other) }
    }
    if best == nil {
      for length in (word.count - 2)...(word.count + 2) {
        for other in neighbours[Builder.neighbourhood(word, length: length)] ?? [] { consider(other) }
      }
    }
    guard let best, case .term(let term, _) = kinds[Int(best.word)] else { return nil }
    return (term, best.trust)
  }

  /// The phrase of two words that `word` is when it is written as one.
  func phrase(joinedAs word: UnsafeBufferPointer<UInt8>) -> Int32? { joined.find(word).map { joinedPhrases[Int($0)] } }

  /// The phrase that is this one word, which the lexicon has just so.
  func phrase(ofWord word: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard let known = words.find(word), case .term(let term, _) = kinds[Int(known)] else { return nil }
    return anchored[Int(term)].first { phrases[Int($0)].terms.count == 1 }
  }

  func concepts(of phrase: Int32) -> ArraySlice<ConceptIndex> { phraseConcepts[phrases[Int(phrase)].concepts] }

  /// The concepts a term is typical of, weighted by idf and by how many of the concept's phrases have it.
  func concepts(typicallySaid term: Term) -> [(concept: ConceptIndex, weight: Double)] { typical[Int(term)] }

  /// The terms of a concept's phrases with their shares, which add up to 1: a phrase gives each of its words an equal part of
  /// itself.
  func words(of concept: ConceptIndex) -> [(term: Term, share: Double)] { vocabulary[Int(concept)] }
}

// MARK: Compiling

extension CompiledLexicon {
  private struct Builder {
    let rules: LanguageRules
    private(set) var terms = TermTable()
    private(set) var words = TermTable()
    private(set) var kinds: [Kind] = []
    private(set) var phraseTerms: [Term] = []
    /// For each term the concepts whose phrases have it, each phrase of n words counting 1/n.
    private(set) var typical: [[(concept: ConceptIndex, weight: Double)]] = []
    private(set) var joined = TermTable()
    private(set) var joinedPhrases: [Int32] = []

    private var buffer = WordBuffer()
    /// Phrases by the bytes of their term numbers.
    private var keys = TermTable()
    private var ranges: [Range<Int>] = []
    private var literal: [Bool] = []
    private var concepts: [[ConceptIndex]] = []

    init(rules: LanguageRules) {
      self.rules = rules
      for word in rules.stopWords.sorted() {
        _ = words.intern(word)
        kinds.append(.stop(nil))
      }
    }

    mutating func add(_ phrase: String, for concept: ConceptIndex) {
      buffer.read(phrase)
      let all = buffer.spans.indices.map { learn($0) }
      let content = all.filter { if case .stop = kinds[Int($0)] { false } else { true } }
      let isLiteral = content.count < 2 && all.count > 1
      let kept = isLiteral ? all : content
      guard !kept.isEmpty, kept.count <= Weights.longestPhrase else { return }
      let start = phraseTerms.count
      for word in kept { phraseTerms.append(term(of: word, for: concept, share: 1 / Double(kept.count))) }
      let key = phraseTerms[start...].withUnsafeBytes { keys.intern($0.bindMemory(to: UInt8.self)) }
      if Int(key) == ranges.count {
        ranges.append(start..<phraseTerms.count)
        literal.append(isLiteral)
        concepts.append([concept])
        if kept.count == 2 { join(kept, Int32(key)) }
      } else {
        phraseTerms.removeSubrange(start...)
        if !concepts[Int(key)].contains(concept) { concepts[Int(key)].append(concept) }
      }
    }

    /// The number of the buffer's word at `index` in `words`.
    private mutating func learn(_ index: Int) -> Term {
      let word = buffer.withWord(index) { words.intern($0) }
      if Int(word) == kinds.count {
        let term = intern(buffer.withWord(index) { rules.stemmer.stem($0) })
        kinds.append(.term(term, isExact: true))
      }
      return word
    }

    private mutating func term(of word: Term, for concept: ConceptIndex, share: Double) -> Term {
      switch kinds[Int(word)] {
      case .stop(let known):
        let term = known ?? intern(words.withBytes(word) { Array($0) })
        kinds[Int(word)] = .stop(term)
        return term
      case .term(let term, _):
        if let last = typical[Int(term)].last, last.concept == concept {
          typical[Int(term)][typical[Int(term)].count - 1].weight += share
        } else {
          typical[Int(term)].append((concept, share))
        }
        return term
      case .unknown: return intern(words.withBytes(word) { Array($0) })
      }
    }

    private mutating func intern(_ stem: [UInt8]) -> Term {
      let term = stem.withUnsafeBufferPointer { terms.intern($0) }
      if Int(term) == typical.count { typical.append([]) }
      return term
    }

    private mutating func join(_ pair: [Term], _ phrase: Int32) {
      let bytes = words.withBytes(pair[0]) { Array($0) } + words.withBytes(pair[1]) { Array($0) }
      guard bytes.count >= Weights.shortestJoined else { return }
      if Int(bytes.withUnsafeBufferPointer { joined.intern($0) }) == joinedPhrases.count { joinedPhrases.append(phrase) }
    }

    func phrases(idf: [Double]) -> ([Phrase], [ConceptIndex]) {
      var flat: [ConceptIndex] = []
      var phrases: [Phrase] = []
      for index in ranges.indices {
        let start = flat.count
        flat += concepts[index]
        let mass = phraseTerms[ranges[index]].reduce(0) { $0 + idf[Int($1)] }
        phrases.append(
          Phrase(
            terms: ranges[index], concepts: start..<flat.count, specificity: Weights.specificity(mass: mass),
            isLiteral: literal[index]))
      }
      return (phrases, flat)
    }

    func anchors(idf: [Double]) -> [[Int32]] {
      var anchors: [[Int32]] = Array(repeating: [], count: terms.count)
      for (index, range) in ranges.enumerated() {
        var rarest: [Term] = []
        for term in phraseTerms[range] where !rarest.contains(term) { rarest.append(term) }
        rarest.sort { (idf[Int($0)], $0) > (idf[Int($1)], $1) }
        // Longer phrases may miss one word, so two words lead to them.
        for term in rarest.prefix(range.count >= 3 && !literal[index] ? 2 : 1) { anchors[Int(term)].append(Int32(index)) }
      }
      return anchors
    }

    func spellings() -> (TermTable, [[Term]], [UInt16: [Term]]) {
      var skeletons = TermTable()
      var wordsOfSkeleton: [[Term]] = []
      var neighbours: [UInt16: [Term]] = [:]
      for word in 0..<Term(words.count) {
        guard case .term = kinds[Int(word)] else { continue }
        words.withBytes(word) { bytes in
          guard Spelling.letters(bytes) >= 4 else { return }
          let skeleton = Spelling.skeleton(bytes).withUnsafeBufferPointer { skeletons.intern($0) }
          if Int(skeleton) == wordsOfSkeleton.count { wordsOfSkeleton.append([]) }
          wordsOfSkeleton[Int(skeleton)].append(word)
          neighbours[Builder.neighbourhood(bytes, length: bytes.count), default: []].append(word)
        }
      }
      return (skeletons, wordsOfSkeleton, neighbours)
    }

    func vocabulary(concepts: Int) -> [[(term: Term, share: Double)]] {
      var vocabulary: [[(term: Term, share: Double)]] = Array(repeating: [], count: concepts)
      for (term, weights) in typical.enumerated() {
        for (concept, weight) in weights { vocabulary[Int(concept)].append((Term(term), weight)) }
      }
      for concept in vocabulary.indices {
        let all = vocabulary[concept].reduce(0) { $0 + $1.share }
        for index in vocabulary[concept].indices { vocabulary[concept][index].share /= all }
      }
      return vocabulary
    }

    /// First letter and length in bytes.
    static func neighbourhood(_ word: UnsafeBufferPointer<UInt8>, length: Int) -> UInt16 {
      let initial = word.isEmpty ? 0 : word[0] < 0x80 || word.count < 2 ? word[0] : word[1]
      return UInt16(initial) << 8 | UInt16(max(0, min(length, 255)))
    }
  }
}

/// The phrases of one lexicon, ready to be met in a text.
///
/// A phrase is kept as the stems of its content words. It is met when these stand together in a sentence, stop words ignored, in any order
/// and with at most one other word among them. A phrase of which only one content word would be left ("to-do list") keeps all its words
/// and is met only as it is written.
struct PhraseMatcher: Sendable {
  typealias Term = TermTable.Term
  typealias ConceptIndex = Int32

  struct Phrase: Sendable {
    /// Stems in the order of the phrase.
    let terms: [Term]
    let concepts: [ConceptIndex]
    /// 0…1, see `Weights.specificity`.
    let specificity: Double
    /// All words, in order, side by side.
    let isLiteral: Bool
  }

  /// A phrase met in a text.
  struct Meeting {
    let phrase: Int32
    /// Positions of the words in the text, ascending.
    let positions: [Int32]
    let match: Evidence.Match
    let strength: Double
  }

  let rules: LanguageRules
  let phrases: [Phrase]
  /// ln((1 + concepts) / (0.5 + concepts whose phrases have the term)): a concept is to the lexicon what a document is to a collection.
  let idf: [Double]

  /// Words that need no stemming: stop words and every word of the lexicon as it is written there.
  private let words: TermTable
  private let wordKind: [Kind]
  private let terms: TermTable
  /// Phrases by the term, or the two terms, that few concepts have: where to begin looking.
  private let anchored: [[Int32]]
  /// Two-word phrases written as one: "whats app", "fund raising".
  private let joined: TermTable
  private let joinedPhrase: [Int32]
  /// Words of the lexicon as numbered in `words`, by their consonants and by first letter and length: for spelling.
  private let skeletons: [[UInt8]: [Term]]
  private let neighbours: [UInt16: [Term]]
  /// For each term the concepts it is typical of.
  private let typical: [[(concept: ConceptIndex, weight: Double)]]
  /// For each concept the terms of its phrases.
  private let vocabulary: [[(term: Term, share: Double)]]

  enum Kind: Sendable, Equatable {
    case unknown
    /// The term of a stop word exists if a literal phrase has it.
    case stop(Term?)
    /// Exact: the word is in the lexicon just so, not only its stem.
    case term(Term, isExact: Bool)
  }

  /// - Parameter entries: for each concept its phrases, label first.
  init(language: String, entries: [(concept: ConceptIndex, phrases: [String])], concepts: Int) {
    let rules = LanguageRules(language: language)
    var terms = TermTable()
    var buffer = WordBuffer()
    var collected: [[Term]: (concepts: [ConceptIndex], literal: Bool)] = [:]
    var order: [[Term]] = []
    var known: [(word: String, term: Term)] = []
    var joins: [(word: String, terms: [Term])] = []
    var conceptsOfTerm: [[ConceptIndex]] = []
    var typicalWeights: [[ConceptIndex: Double]] = []

    for (concept, phrases) in entries {
      for phrase in phrases {
        buffer.read(phrase)
        let all = buffer.spans.indices.map { buffer.word($0) }
        guard !all.isEmpty else { continue }
        let content = all.filter { !rules.stopWords.contains($0) }
        let literal = content.count < 2 && all.count > 1
        let kept = literal ? all : content
        guard !kept.isEmpty, kept.count <= 8 else { continue }
        var stems: [Term] = []
        for word in kept {
          let isStop = rules.stopWords.contains(word)
          let term = terms.intern(isStop ? word : rules.stemmer.stem(word))
          if Int(term) == conceptsOfTerm.count {
            conceptsOfTerm.append([])
            typicalWeights.append([:])
          }
          if !isStop {
            known.append((word, term))
            if conceptsOfTerm[Int(term)].last != concept { conceptsOfTerm[Int(term)].append(concept) }
            typicalWeights[Int(term)][concept, default: 0] += 1 / Double(kept.count)
          }
          stems.append(term)
        }
        if kept.count == 2 { joins.append((kept[0] + kept[1], stems)) }
        if collected[stems] == nil {
          collected[stems] = ([], literal)
          order.append(stems)
        }
        if collected[stems]?.concepts.contains(concept) == false { collected[stems]?.concepts.append(concept) }
      }
    }

    let idf = conceptsOfTerm.map { $0.isEmpty ? Weights.stopWordIDF : Weights.idf(holders: Set($0).count, of: concepts) }
    self.rules = rules
    self.idf = idf
    phrases = order.map { stems in
      let (concepts, literal) = collected[stems] ?? ([], false)
      let mass = stems.reduce(0) { $0 + idf[Int($1)] }
      return Phrase(
        terms: stems, concepts: concepts, specificity: Weights.specificity(mass: mass, words: stems.count), isLiteral: literal)
    }

    var anchored: [[Int32]] = Array(repeating: [], count: terms.count)
    for (index, phrase) in phrases.enumerated() {
      let rarest = Set(phrase.terms).sorted { (idf[Int($0)], $0) > (idf[Int($1)], $1) }
      for term in rarest.prefix(phrase.terms.count >= 3 && !phrase.isLiteral ? 2 : 1) { anchored[Int(term)].append(Int32(index)) }
    }
    self.anchored = anchored

    var words = TermTable()
    var kinds: [Kind] = []
    func learn(_ word: String, _ kind: Kind) {
      if words.intern(word) == kinds.count { kinds.append(kind) }
    }
    for word in rules.stopWords.sorted() { learn(word, .stop(terms.find(word))) }
    for (word, term) in known { learn(word, .term(term, isExact: true)) }
    self.words = words
    wordKind = kinds

    let index = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, Int32($0)) })
    var joined = TermTable()
    var joinedPhrase: [Int32] = []
    for (word, stems) in joins where word.utf8.count >= 6 {
      if joined.intern(word) == joinedPhrase.count, let phrase = index[stems] { joinedPhrase.append(phrase) }
    }
    self.joined = joined
    self.joinedPhrase = joinedPhrase

    var skeletons: [[UInt8]: [Term]] = [:]
    var neighbours: [UInt16: [Term]] = [:]
    for word in 0..<Term(words.count) {
      guard case .term = kinds[Int(word)] else { continue }
      words.withBytes(word) { bytes in
        guard Spelling.letters(bytes) >= 4 else { return }
        skeletons[Spelling.skeleton(bytes), default: []].append(word)
        neighbours[PhraseMatcher.neighbourhood(bytes, length: bytes.count), default: []].append(word)
      }
    }
    self.skeletons = skeletons
    self.neighbours = neighbours

    typical = typicalWeights.enumerated().map { term, weights in
      weights.sorted { $0.key < $1.key }.map { (concept: $0.key, weight: idf[term] * min(1, $0.value)) }
    }
    var vocabulary: [[(term: Term, share: Double)]] = Array(repeating: [], count: concepts)
    for (term, weights) in typicalWeights.enumerated() {
      for (concept, weight) in weights { vocabulary[Int(concept)].append((Term(term), weight)) }
    }
    self.vocabulary = vocabulary.map { words in
      let all = words.reduce(0) { $0 + $1.share }
      return words.map { ($0.term, $0.share / all) }
    }
    self.terms = terms
  }

  // MARK: Words

  /// What a folded word is to this lexicon, by itself or by its stem.
  func kind(of word: UnsafeBufferPointer<UInt8>) -> Kind {
    if let known = words.find(word) { return wordKind[Int(known)] }
    if let term = content(rules.stemmer.stem(word)) { return .term(term, isExact: false) }
    for form in rules.stemmer.looserStems(Array(word)) {
      if let known = form.withUnsafeBufferPointer({ words.find($0) }), case .stop = wordKind[Int(known)] {
        return wordKind[Int(known)]
      }
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
    for other in skeletons[Spelling.skeleton(word)] ?? [] { consider(other) }
    if best == nil {
      for length in (word.count - 2)...(word.count + 2) {
        for other in neighbours[PhraseMatcher.neighbourhood(word, length: length)] ?? [] { consider(other) }
      }
    }
    guard let best, case .term(let term, _) = wordKind[Int(best.word)] else { return nil }
    return (term, best.trust)
  }

  func joinedPhrase(_ word: UnsafeBufferPointer<UInt8>) -> Int32? { joined.find(word).map { joinedPhrase[Int($0)] } }

  func term(_ word: String) -> Term? { terms.find(word) }

  /// The concepts a term is typical of, weighted by idf and by how many of the concept's phrases have it.
  func concepts(typicallySaid term: Term) -> [(concept: ConceptIndex, weight: Double)] { typical[Int(term)] }

  /// The words of a concept's phrases with their shares, which add up to 1: a phrase gives each of its words an equal part of itself.
  func words(of concept: ConceptIndex) -> [(term: Term, share: Double)] { vocabulary[Int(concept)] }

  func withBytes<T>(_ term: Term, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T { terms.withBytes(term, body) }

  private static func neighbourhood(_ word: UnsafeBufferPointer<UInt8>, length: Int) -> UInt16 {
    let initial = word.isEmpty ? 0 : word[0] < 0x80 || word.count < 2 ? word[0] : word[1]
    return UInt16(initial) << 8 | UInt16(min(length, 255))
  }

  // MARK: Phrases

  /// One word of a text as the matcher sees it.
  struct Seen {
    var kind: Kind
    /// 1, or less if only the stem is known, or after mending.
    var trust: Double
    /// It was misspelt or shortened.
    var isMended: Bool
    /// Sentence the word stands in.
    var sentence: Int32
    /// How many content words come before it.
    var place: Int32
  }

  /// Every phrase met in `text`, with the best meeting of each.
  func meetings(in text: [Seen], partly: Bool) -> [Meeting] {
    var found: [Meeting] = []
    for (position, seen) in text.enumerated() {
      let term: Term
      switch seen.kind {
      case .term(let known, _): term = known
      case .stop(let known?): term = known
      default: continue
      }
      for phrase in anchored[Int(term)] {
        if let meeting = meeting(phrase, at: position, term: term, in: text, partly: partly) { found.append(meeting) }
      }
    }
    return found
  }

  private func meeting(_ index: Int32, at position: Int, term: Term, in text: [Seen], partly: Bool) -> Meeting? {
    let phrase = phrases[Int(index)]
    if phrase.terms.count == 1 { return single(index, phrase, at: position, in: text) }
    if phrase.isLiteral { return literal(index, phrase, at: position, term: term, in: text) }
    return spread(index, phrase, at: position, term: term, in: text, partly: partly)
  }

  private func single(_ index: Int32, _ phrase: Phrase, at position: Int, in text: [Seen]) -> Meeting? {
    guard case .term = text[position].kind else { return nil }
    let trust = text[position].trust
    return Meeting(
      phrase: index, positions: [Int32(position)], match: text[position].isMended ? .spelling : .exact,
      strength: phrase.specificity * trust)
  }

  private func literal(_ index: Int32, _ phrase: Phrase, at position: Int, term: Term, in text: [Seen]) -> Meeting? {
    guard let offset = phrase.terms.firstIndex(of: term) else { return nil }
    let start = position - offset
    guard start >= 0, start + phrase.terms.count <= text.count else { return nil }
    var trust = 1.0
    for (step, wanted) in phrase.terms.enumerated() {
      let seen = text[start + step]
      guard seen.sentence == text[position].sentence else { return nil }
      switch seen.kind {
      case .term(wanted, isExact: true), .stop(wanted): trust = min(trust, seen.trust)
      default: return nil
      }
    }
    let positions = (start..<start + phrase.terms.count).map(Int32.init)
    let mended = positions.contains { text[Int($0)].isMended }
    return Meeting(phrase: index, positions: positions, match: mended ? .spelling : .exact, strength: phrase.specificity * trust)
  }

  /// All terms, or for longer phrases all but one, within one content word more than the phrase has.
  private func spread(_ index: Int32, _ phrase: Phrase, at position: Int, term: Term, in text: [Seen], partly: Bool) -> Meeting? {
    let width = Int32(phrase.terms.count)
    var positions: [Int32] = []
    var missing = 0
    var met = 0.0
    var mass = 0.0
    var trust = 1.0
    for wanted in phrase.terms {
      mass += idf[Int(wanted)]
      let at = wanted == term ? position : nearest(wanted, to: position, within: width, in: text, except: positions)
      if let at {
        positions.append(Int32(at))
        met += idf[Int(wanted)]
        trust = min(trust, text[at].trust)
      } else {
        missing += 1
        if missing > 1 || !partly || phrase.terms.count < 3 { return nil }
      }
    }
    let places = positions.map { text[Int($0)].place }
    guard let first = places.min(), let last = places.max(), last - first <= width else { return nil }
    var strength = phrase.specificity * trust
    let mended = positions.contains { text[Int($0)].isMended }
    var match: Evidence.Match = mended ? .spelling : .exact
    if missing > 0 {
      guard met >= Weights.leastCoverage * mass else { return nil }
      strength *= Weights.oneWordMissing * met / mass
      match = .partial
    } else if last - first >= width || places != places.sorted() || Set(places).count < places.count {
      strength *= Weights.looseOrder
      if !mended { match = .loose }
    }
    guard Set(positions).count == positions.count else { return nil }
    return Meeting(phrase: index, positions: positions.sorted(), match: match, strength: strength)
  }

  private func nearest(_ term: Term, to position: Int, within width: Int32, in text: [Seen], except taken: [Int32]) -> Int? {
    let here = text[position]
    var step = 1
    var goesOn = true
    while goesOn {
      goesOn = false
      for at in [position + step, position - step] where text.indices.contains(at) {
        let seen = text[at]
        guard seen.sentence == here.sentence, abs(seen.place - here.place) <= width else { continue }
        goesOn = true
        if case .term(term, _) = seen.kind, !taken.contains(Int32(at)) { return at }
      }
      step += 1
    }
    return nil
  }
}

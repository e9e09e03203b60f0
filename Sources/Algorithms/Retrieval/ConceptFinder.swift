import Synchronization

/// Finds the concepts a text speaks of, from the words people use for them.
///
/// Built once from a vocabulary; it never changes, so it may be used from any number of tasks. Finding takes some tenths of a millisecond for a
/// need of fifty words; the first text in a language waits some ten milliseconds for its lexicon to be compiled.
public final class ConceptFinder: Sendable {
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
  ///   - language: a BCP 47 tag, or nil if it is not known; then, and if there is no lexicon for it, all lexicons are tried and the ones
  ///     that know more of the text count more.
  public func find(in words: String, language: String?) -> [FoundConcept] {
    var reader = Reader(finder: self)
    return reader.read(WordBuffer(words), language: language, forgiving: true)
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
  fileprivate func lexicons(for language: String?) -> [CompiledLexicon] {
    if let language, let lexicon = lexicon(primarySubtag(language)) { return [lexicon] }
    return languages.compactMap { lexicon($0) }
  }
}

/// A lexicon that is compiled when it is first needed: a node whose texts are in two languages does not wait for the other five when it
/// starts.
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

/// A concept seen in a text, before ids and words are made of it.
struct Sighting {
  struct Place {
    let ranges: [Range<Int>]
    let match: Evidence.Match
    let strength: Double
    let isNegated: Bool
    let language: String

    func evidence(in text: String) -> Evidence {
      let words = ranges.map { text.slice($0) }.joined(separator: " … ")
      return Evidence(words: words, ranges: ranges, match: match, strength: strength, isNegated: isNegated, language: language)
    }
  }

  let concept: Int32
  let strength: Double
  let evidence: [Place]
}

/// Reads texts against the lexicons of a finder; holds the memory that reading needs, so that many texts can be read without allocating it
/// again, and remembers what each word was.
struct Reader {
  private let finder: ConceptFinder
  private var buffer = WordBuffer()
  private var memory: [String: Memory] = [:]

  private struct Memory {
    var words = TermTable()
    var kinds: [CompiledLexicon.Kind] = []
  }

  init(finder: ConceptFinder) { self.finder = finder }

  /// - Parameter forgiving: also mend spelling, accept phrases of which one word is missing, and weak evidence from single typical words.
  ///   Off for texts that are written with care and read in thousands.
  mutating func read(_ words: WordBuffer, language: String?, forgiving: Bool) -> [Sighting] {
    buffer = words
    defer { buffer = WordBuffer() }  // so that the caller can fill its buffer again without a copy
    guard !buffer.spans.isEmpty else { return [] }
    let lexicons = finder.lexicons(for: language)
    var readings = lexicons.map { read(with: $0, forgiving: forgiving) }
    weighByFit(&readings)
    if lexicons.count == 1, let other = finder.lexicon("en"), lexicons[0] !== other, forgiving {
      readings.append(readLoanWords(with: other, beside: readings[0]))
    }
    return combine(readings)
  }

  /// For each concept in `words` multiplies what is left of the doubt that the document is about it.
  mutating func note(_ words: WordBuffer, in field: Field, _ doubts: inout [Int32: Double]) {
    let trust = min(1, field.weight)
    for sighting in read(words, language: field.language, forgiving: false) {
      doubts[sighting.concept, default: 1] *= 1 - trust * sighting.strength
    }
  }

  private struct Reading {
    let lexicon: CompiledLexicon
    let seen: [CompiledLexicon.Seen]
    var meetings: [CompiledLexicon.Meeting]
    /// Share of the words that the language knows, stop words included.
    let fit: Double
    var factor = 1.0
    /// For each word whether it is in the reach of a negation; empty if that was not looked for.
    let negated: [Bool]
    let usesTypicalWords: Bool

    func isNegated(_ positions: [Int32]) -> Bool { !negated.isEmpty && positions.allSatisfy { negated[Int($0)] } }
  }

  private mutating func read(with lexicon: CompiledLexicon, forgiving: Bool) -> Reading {
    let seen = look(with: lexicon, forgiving: forgiving)
    let known = seen.count { $0.kind != .unknown && !$0.isMended }
    var meetings = lexicon.meetings(in: seen, partly: forgiving)
    if forgiving { meetings += joinedWords(with: lexicon, seen) }
    return Reading(
      lexicon: lexicon, seen: seen, meetings: meetings, fit: Double(known) / Double(seen.count),
      negated: forgiving ? negations(lexicon.rules) : [],
      usesTypicalWords: forgiving)
  }

  /// What each word of the buffer is to `matcher`.
  private mutating func look(with lexicon: CompiledLexicon, forgiving: Bool) -> [CompiledLexicon.Seen] {
    var seen: [CompiledLexicon.Seen] = []
    seen.reserveCapacity(buffer.spans.count)
    var memory = self.memory.removeValue(forKey: lexicon.rules.language) ?? Memory()
    var sentence: Int32 = 0
    var place: Int32 = 0
    for (index, span) in buffer.spans.enumerated() {
      if span.gap == .sentence { sentence += 1 }
      let known = buffer.withWord(index) { memory.words.intern($0) }
      if Int(known) == memory.kinds.count { memory.kinds.append(buffer.withWord(index) { lexicon.kind(of: $0) }) }
      var kind = memory.kinds[Int(known)]
      var trust = 1.0
      if forgiving { (kind, trust) = forgive(index, kind, lexicon) }
      let isMended = trust < 1
      if case .term(_, isExact: false) = kind { trust *= Weights.stemOnly }
      if case .stop = kind {} else { place += 1 }
      seen.append(CompiledLexicon.Seen(kind: kind, trust: trust, isMended: isMended, sentence: sentence, place: place))
    }
    self.memory[lexicon.rules.language] = memory
    return seen
  }

  private func forgive(_ index: Int, _ kind: CompiledLexicon.Kind, _ lexicon: CompiledLexicon) -> (CompiledLexicon.Kind, Double) {
    if let meant = lexicon.rules.shorthand[buffer.word(index)] {
      var meant = meant
      let kind = meant.withUTF8 { lexicon.kind(of: $0) }
      if kind != .unknown { return (kind, Weights.shorthand) }
    }
    guard kind == .unknown, !isName(index), let mended = buffer.withWord(index, { lexicon.mended($0) }) else { return (kind, 1) }
    return (.term(mended.term, isExact: true), mended.trust)
  }

  /// A capital within a sentence: more likely a place or person than a slip.
  private func isName(_ index: Int) -> Bool {
    let span = buffer.spans[index]
    return index > 0 && span.gap < .sentence && span.isCapitalized
  }

  /// Phrases of two words written as one or, the other way round, one word written as two.
  private func joinedWords(with lexicon: CompiledLexicon, _ seen: [CompiledLexicon.Seen]) -> [CompiledLexicon.Meeting] {
    var meetings: [CompiledLexicon.Meeting] = []
    for (index, word) in seen.enumerated() where word.kind == .unknown || word.isMended {
      if let phrase = buffer.withWord(index, { lexicon.phrase(joinedAs: $0) }) {
        meetings.append(
          CompiledLexicon.Meeting(
            phrase: phrase, positions: [Int32(index)], match: .spelling,
            strength: lexicon.phrases[Int(phrase)].specificity * Weights.shorthand))
      }
    }
    for index in seen.indices.dropLast() where buffer.spans[index + 1].gap == .none {
      var joined = buffer.word(index) + buffer.word(index + 1)
      guard joined.utf8.count >= Weights.shortestJoined,
        case .term(let term, isExact: true) = joined.withUTF8({ lexicon.kind(of: $0) })
      else {
        continue
      }
      guard let phrase = lexicon.phrase(of: term) else { continue }
      meetings.append(
        CompiledLexicon.Meeting(
          phrase: phrase, positions: [Int32(index), Int32(index + 1)], match: .spelling,
          strength: lexicon.phrases[Int(phrase)].specificity * Weights.shorthand))
    }
    return meetings
  }

  /// Among several languages, those that know less of the text count less.
  private func weighByFit(_ readings: inout [Reading]) {
    guard readings.count > 1, let best = readings.map(\.fit).max(), best > 0 else { return }
    for index in readings.indices {
      let share = readings[index].fit / best
      readings[index].factor = share * share
    }
  }

  /// English phrases in a text of another language, of words that language does not know: "WhatsApp", "software", "crowdfunding".
  private mutating func readLoanWords(with lexicon: CompiledLexicon, beside reading: Reading) -> Reading {
    var other = read(with: lexicon, forgiving: false)
    other.factor = Weights.loanWord
    other.meetings.removeAll { meeting in
      !meeting.positions.allSatisfy { position in
        let span = buffer.spans[Int(position)]
        let own = reading.seen[Int(position)]
        return (own.kind == .unknown || own.isMended) && span.folded.count >= 4
      }
    }
    return other
  }

  // MARK: Negation

  /// For each word whether the writer says that she has it already or does not want it.
  private func negations(_ rules: LanguageRules) -> [Bool] {
    var negated = Array(repeating: false, count: buffer.spans.count)
    guard !rules.negations.isEmpty else { return negated }
    for index in buffer.spans.indices {
      for cue in rules.negations where matches(cue, at: index) {
        var at = index + cue.count
        while at < negated.count, at < index + cue.count + Weights.negationReach {
          if at > index + cue.count, buffer.spans[at].gap > .none || rules.contrasts.contains(buffer.word(at)) { break }
          negated[at] = true
          at += 1
        }
      }
      for cue in rules.negationsAfter where matches(cue, at: index) {
        var at = index - 1
        while at >= 0, at >= index - Weights.negationReach, buffer.spans[at + 1].gap == .none,
          !rules.contrasts.contains(buffer.word(at))
        {
          negated[at] = true
          at -= 1
        }
      }
    }
    return negated
  }

  private func matches(_ cue: [String], at index: Int) -> Bool {
    guard index + cue.count <= buffer.spans.count else { return false }
    for (offset, word) in cue.enumerated() {
      let same = buffer.withWord(index + offset) { $0.elementsEqual(word.utf8) }
      if !same || (offset > 0 && buffer.spans[index + offset].gap > .none) { return false }
    }
    return true
  }

  // MARK: Typical words

  /// Concepts whose phrases are not met, but whose words are, near each other: "they want to put forward proposals and argue about them"
  /// where the phrases are "citizen proposals" and "debate proposals".
  private func typicalWords(_ reading: Reading) -> [(concept: Int32, positions: [Int32], strength: Double)] {
    var heard: [Int32: [Heard]] = [:]
    for (position, word) in reading.seen.enumerated() where !reading.isNegated([Int32(position)]) {
      guard case .term(let term, _) = word.kind else { continue }
      for typical in reading.lexicon.concepts(typicallySaid: term) {
        heard[typical.concept, default: []].append(
          Heard(term: term, position: Int32(position), place: word.place, weight: typical.weight * word.trust))
      }
    }
    return heard.compactMap { concept, words in
      let (sum, positions) = densest(words)
      let strength = Weights.typicalWords(mass: sum, words: positions.count)
      return strength < Weights.leastTypical ? nil : (concept, positions, strength)
    }
    .sorted { $0.concept < $1.concept }
  }

  private struct Heard {
    let term: CompiledLexicon.Term
    let position: Int32
    let place: Int32
    let weight: Double
  }

  /// The stretch of `Weights.typicalReach` content words in which different words weigh most.
  private func densest(_ words: [Heard]) -> (sum: Double, positions: [Int32]) {
    var best: (sum: Double, positions: [Int32]) = (0, [])
    for start in words.indices {
      var sum = 0.0
      var terms: [CompiledLexicon.Term] = []
      var positions: [Int32] = []
      for word in words[start...] {
        if word.place - words[start].place > Int32(Weights.typicalReach) { break }
        if terms.contains(word.term) { continue }
        terms.append(word.term)
        positions.append(word.position)
        sum += word.weight
      }
      if sum > best.sum { best = (sum, positions) }
    }
    return best
  }

  // MARK: From phrases to concepts

  private struct Candidate {
    let concept: Int32
    let positions: [Int32]
    let phrase: (reading: Int, index: Int32)
    let match: Evidence.Match
    let strength: Double
    let isNegated: Bool
    let language: String
  }

  private func combine(_ readings: [Reading]) -> [Sighting] {
    var byConcept: [Int32: [Candidate]] = [:]
    for (number, reading) in readings.enumerated() where reading.factor > 0 {
      for meeting in reading.meetings {
        let phrase = reading.lexicon.phrases[Int(meeting.phrase)]
        let negated = reading.isNegated(meeting.positions)
        var strength = meeting.strength * reading.factor
        if negated { strength *= Weights.negated }
        for concept in reading.lexicon.phraseConcepts[phrase.concepts] {
          let isInside = isInsideLonger(meeting, of: concept, reading)
          byConcept[concept, default: []].append(
            Candidate(
              concept: concept, positions: meeting.positions, phrase: (number, meeting.phrase), match: meeting.match,
              strength: isInside ? strength * Weights.insideLonger : strength, isNegated: negated,
              language: reading.lexicon.rules.language))
        }
      }
    }
    for (number, reading) in readings.enumerated() where reading.usesTypicalWords && reading.factor > 0 {
      for typical in typicalWords(reading) where byConcept[typical.concept] == nil {
        byConcept[typical.concept] = [
          Candidate(
            concept: typical.concept, positions: typical.positions, phrase: (number, -1), match: .partial,
            strength: typical.strength * reading.factor, isNegated: false, language: reading.lexicon.rules.language)
        ]
      }
    }
    return byConcept.map { concept, candidates in sighting(concept, candidates) }
      .sorted { ($1.strength, finder.concepts[Int($0.concept)].id) < ($0.strength, finder.concepts[Int($1.concept)].id) }
  }

  /// Whether a longer phrase that was met, and is not for the same concept, has all words of this one.
  private func isInsideLonger(_ meeting: CompiledLexicon.Meeting, of concept: Int32, _ reading: Reading) -> Bool {
    reading.meetings.contains { other in
      other.positions.count > meeting.positions.count && other.match != .partial
        && meeting.positions.allSatisfy(other.positions.contains)
        && !reading.lexicon.phraseConcepts[reading.lexicon.phrases[Int(other.phrase)].concepts].contains(concept)
    }
  }

  /// Different phrases on different words add up as independent evidence does: 1 − Π(1 − strength).
  private func sighting(_ concept: Int32, _ candidates: [Candidate]) -> Sighting {
    var doubt = 1.0
    var taken: Set<Int32> = []
    var phrases: Set<Int64> = []
    var places: [Sighting.Place] = []
    let ordered = candidates.sorted {
      ($1.strength, $1.positions.count, $0.positions[0]) < ($0.strength, $0.positions.count, $1.positions[0])
    }
    for candidate in ordered {
      guard taken.isDisjoint(with: candidate.positions) else { continue }
      guard phrases.insert(Int64(candidate.phrase.reading) << 32 | Int64(candidate.phrase.index)).inserted else { continue }
      taken.formUnion(candidate.positions)
      doubt *= 1 - candidate.strength
      places.append(
        Sighting.Place(
          ranges: ranges(of: candidate.positions), match: candidate.match, strength: candidate.strength,
          isNegated: candidate.isNegated, language: candidate.language))
    }
    return Sighting(concept: concept, strength: 1 - doubt, evidence: places)
  }

  /// Where the words stand in the text; neighbours make one range.
  private func ranges(of positions: [Int32]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var last: Int32 = -2
    for position in positions {
      let source = buffer.spans[Int(position)].source
      if position == last + 1, let open = ranges.popLast() {
        ranges.append(open.lowerBound..<source.upperBound)
      } else {
        ranges.append(source)
      }
      last = position
    }
    return ranges
  }
}

extension String {
  /// The text between two UTF-8 offsets.
  func slice(_ range: Range<Int>) -> String {
    let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
    return String(self[start..<utf8.index(start, offsetBy: range.count)])
  }
}

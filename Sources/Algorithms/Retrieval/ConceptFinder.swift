/// Finds the concepts a text speaks of, from the words people use for them.
///
/// Built once from a vocabulary; immutable, so it may be used from any number of tasks. Finding takes some tens of microseconds for a need
/// of fifty words.
public final class ConceptFinder: Sendable {
  /// In the order they were given; relations to ids that are not among them are dropped.
  public let concepts: [Concept]

  private let indexes: [Concept.ID: Int32]
  private let matchers: [String: PhraseMatcher]
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
    var entries: [String: [(concept: Int32, phrases: [String])]] = [:]
    for lexicon in lexicons {
      for entry in lexicon.entries {
        guard let index = indexes[entry.concept] else { continue }
        entries[primarySubtag(lexicon.language), default: []].append((index, entry.phrases))
      }
    }
    self.concepts = kept
    self.indexes = indexes
    matchers = Dictionary(
      uniqueKeysWithValues: entries.map { language, entries in
        (language, PhraseMatcher(language: language, entries: entries, concepts: kept.count))
      })
    languages = entries.keys.sorted()
    relations = ConceptRelations(concepts: kept, indexes: indexes)
    phrases = entries.mapValues { entries in
      var lists: [[String]] = Array(repeating: [], count: kept.count)
      for (concept, phrases) in entries { lists[Int(concept)] += phrases }
      return lists
    }
  }

  /// Phrases by language and concept, for expanding a query with them.
  private let phrases: [String: [[String]]]

  /// The concepts that `words` speak of, strongest first; equal ones by id.
  ///
  /// - Parameters:
  ///   - words: a text of any length, as it was written.
  ///   - language: a BCP 47 tag, or nil if it is not known; then, and if there is no lexicon for it, all lexicons are tried and the ones
  ///     that know more of the text count more.
  public func find(in words: String, language: String?) -> [FoundConcept] {
    var reader = Reader(finder: self)
    return reader.read(words, language: language, forgiving: true)
      .map { sighting in
        FoundConcept(
          concept: concepts[Int(sighting.concept)].id, strength: sighting.strength,
          evidence: sighting.evidence.map { $0.evidence(in: words) })
      }
  }

  /// The number of the concept in this finder.
  func index(_ concept: Concept.ID) -> Int32? { indexes[concept] }

  /// The phrases for `concept` in `language`, label first; empty if there are none.
  func phrases(for concept: Int32, in language: String) -> [String] { phrases[language]?[Int(concept)] ?? [] }

  func matcher(_ language: String) -> PhraseMatcher? { matchers[language] }

  /// The lexicons to try for a text in `language`.
  fileprivate func matchers(for language: String?) -> [PhraseMatcher] {
    if let language, let matcher = matchers[primarySubtag(language)] { return [matcher] }
    return languages.compactMap { matchers[$0] }
  }
}

/// A concept seen in a text, before ids and words are made of it.
struct Sighting {
  struct Place {
    let range: Range<Int>
    let match: Evidence.Match
    let strength: Double
    let isNegated: Bool
    let language: String

    func evidence(in text: String) -> Evidence {
      let utf8 = text.utf8
      let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
      let end = utf8.index(utf8.startIndex, offsetBy: range.upperBound)
      return Evidence(
        words: String(text[start..<end]), range: range, match: match, strength: strength, isNegated: isNegated, language: language
      )
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
    var kinds: [PhraseMatcher.Kind] = []
  }

  init(finder: ConceptFinder) { self.finder = finder }

  /// - Parameter forgiving: also mend spelling, accept phrases of which one word is missing, and weak evidence from single typical words.
  ///   Off for texts that are written with care and read in thousands.
  mutating func read(_ text: String, language: String?, forgiving: Bool) -> [Sighting] {
    buffer.read(text)
    guard !buffer.spans.isEmpty else { return [] }
    let matchers = finder.matchers(for: language)
    var readings = matchers.map { read(with: $0, forgiving: forgiving) }
    weighByFit(&readings)
    if matchers.count == 1, let other = finder.matcher("en"), matchers[0].rules.language != "en", forgiving {
      readings.append(readLoanWords(with: other, beside: readings[0]))
    }
    return combine(readings)
  }

  private struct Reading {
    let matcher: PhraseMatcher
    let seen: [PhraseMatcher.Seen]
    var meetings: [PhraseMatcher.Meeting]
    /// Share of the words that the language knows, stop words included.
    let fit: Double
    var factor = 1.0
    let negated: [Bool]
    let usesTypicalWords: Bool
  }

  private mutating func read(with matcher: PhraseMatcher, forgiving: Bool) -> Reading {
    let seen = look(with: matcher, forgiving: forgiving)
    let known = seen.count { $0.kind != .unknown && !$0.isMended }
    var meetings = matcher.meetings(in: seen, partly: forgiving)
    if forgiving { meetings += joinedWords(with: matcher, seen) }
    return Reading(
      matcher: matcher, seen: seen, meetings: meetings, fit: Double(known) / Double(seen.count),
      negated: negations(matcher.rules),
      usesTypicalWords: forgiving)
  }

  /// What each word of the buffer is to `matcher`.
  private mutating func look(with matcher: PhraseMatcher, forgiving: Bool) -> [PhraseMatcher.Seen] {
    var seen: [PhraseMatcher.Seen] = []
    seen.reserveCapacity(buffer.spans.count)
    var memory = self.memory.removeValue(forKey: matcher.rules.language) ?? Memory()
    var sentence: Int32 = 0
    var place: Int32 = 0
    for (index, span) in buffer.spans.enumerated() {
      if span.gap == .sentence { sentence += 1 }
      let known = buffer.withWord(index) { memory.words.intern($0) }
      if Int(known) == memory.kinds.count { memory.kinds.append(buffer.withWord(index) { matcher.kind(of: $0) }) }
      var kind = memory.kinds[Int(known)]
      var trust = 1.0
      if forgiving { (kind, trust) = forgive(index, kind, matcher) }
      let isMended = trust < 1
      if case .term(_, isExact: false) = kind { trust *= Weights.stemOnly }
      if case .stop = kind {} else { place += 1 }
      seen.append(PhraseMatcher.Seen(kind: kind, trust: trust, isMended: isMended, sentence: sentence, place: place))
    }
    self.memory[matcher.rules.language] = memory
    return seen
  }

  private func forgive(_ index: Int, _ kind: PhraseMatcher.Kind, _ matcher: PhraseMatcher) -> (PhraseMatcher.Kind, Double) {
    if let meant = matcher.rules.shorthand[buffer.word(index)] {
      var meant = meant
      let kind = meant.withUTF8 { matcher.kind(of: $0) }
      if kind != .unknown { return (kind, Weights.shorthand) }
    }
    guard kind == .unknown, !isName(index), let mended = buffer.withWord(index, { matcher.mended($0) }) else { return (kind, 1) }
    return (.term(mended.term, isExact: true), mended.trust)
  }

  /// A capital within a sentence: more likely a place or person than a slip.
  private func isName(_ index: Int) -> Bool {
    let span = buffer.spans[index]
    return index > 0 && span.gap < .sentence && span.isCapitalized
  }

  /// Phrases of two words written as one or, the other way round, one word written as two.
  private func joinedWords(with matcher: PhraseMatcher, _ seen: [PhraseMatcher.Seen]) -> [PhraseMatcher.Meeting] {
    var meetings: [PhraseMatcher.Meeting] = []
    for (index, word) in seen.enumerated() where word.kind == .unknown || word.isMended {
      if let phrase = buffer.withWord(index, { matcher.joinedPhrase($0) }) {
        meetings.append(
          PhraseMatcher.Meeting(
            phrase: phrase, positions: [Int32(index)], match: .spelling,
            strength: matcher.phrases[Int(phrase)].specificity * Weights.shorthand))
      }
    }
    for index in seen.indices.dropLast() where buffer.spans[index + 1].gap == .none {
      var joined = buffer.word(index) + buffer.word(index + 1)
      guard joined.utf8.count >= 6, case .term(let term, isExact: true) = joined.withUTF8({ matcher.kind(of: $0) }) else {
        continue
      }
      for (phrase, content) in matcher.phrases.enumerated() where content.terms == [term] {
        meetings.append(
          PhraseMatcher.Meeting(
            phrase: Int32(phrase), positions: [Int32(index), Int32(index + 1)], match: .spelling,
            strength: content.specificity * Weights.shorthand))
      }
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
  private mutating func readLoanWords(with matcher: PhraseMatcher, beside reading: Reading) -> Reading {
    var other = read(with: matcher, forgiving: false)
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
    for (position, word) in reading.seen.enumerated() where !reading.negated[position] {
      guard case .term(let term, _) = word.kind else { continue }
      for typical in reading.matcher.concepts(typicallySaid: term) {
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
    let term: PhraseMatcher.Term
    let position: Int32
    let place: Int32
    let weight: Double
  }

  /// The stretch of `Weights.typicalReach` content words in which different words weigh most.
  private func densest(_ words: [Heard]) -> (sum: Double, positions: [Int32]) {
    var best: (sum: Double, positions: [Int32]) = (0, [])
    for start in words.indices {
      var sum = 0.0
      var terms: [PhraseMatcher.Term] = []
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
        let phrase = reading.matcher.phrases[Int(meeting.phrase)]
        let negated = meeting.positions.allSatisfy { reading.negated[Int($0)] }
        var strength = meeting.strength * reading.factor
        if negated { strength *= Weights.negated }
        for concept in phrase.concepts {
          let inside = reading.meetings.contains { other in
            other.positions.count > meeting.positions.count && other.match != .partial
              && !reading.matcher.phrases[Int(other.phrase)].concepts.contains(concept)
              && meeting.positions.allSatisfy(other.positions.contains)
          }
          byConcept[concept, default: []].append(
            Candidate(
              concept: concept, positions: meeting.positions, phrase: (number, meeting.phrase), match: meeting.match,
              strength: inside ? strength * Weights.insideLonger : strength, isNegated: negated,
              language: reading.matcher.rules.language))
        }
      }
    }
    for (number, reading) in readings.enumerated() where reading.usesTypicalWords && reading.factor > 0 {
      for typical in typicalWords(reading) where byConcept[typical.concept] == nil {
        byConcept[typical.concept] = [
          Candidate(
            concept: typical.concept, positions: typical.positions, phrase: (number, -1), match: .partial,
            strength: typical.strength * reading.factor, isNegated: false, language: reading.matcher.rules.language)
        ]
      }
    }
    return byConcept.map { concept, candidates in sighting(concept, candidates) }
      .sorted { ($1.strength, finder.concepts[Int($0.concept)].id) < ($0.strength, finder.concepts[Int($1.concept)].id) }
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
      let first = buffer.spans[Int(candidate.positions[0])].source.lowerBound
      let last = buffer.spans[Int(candidate.positions[candidate.positions.count - 1])].source.upperBound
      places.append(
        Sighting.Place(
          range: first..<last, match: candidate.match, strength: candidate.strength, isNegated: candidate.isNegated,
          language: candidate.language))
    }
    return Sighting(concept: concept, strength: 1 - doubt, evidence: places)
  }
}

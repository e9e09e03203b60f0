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
  /// Strongest first; empty if nobody wants to know.
  let evidence: [Place]
}

/// Reads texts against the lexicons of a finder; remembers what each word was, so that many texts are read quickly.
struct Reader: Sendable {
  private let finder: ConceptFinder
  private var buffer = WordBuffer()
  private var memory: [String: Memory] = [:]

  private struct Memory {
    var words = TermTable()
    var kinds: [CompiledLexicon.Kind] = []
    var presence = CompiledLexicon.Presence()
  }

  init(finder: ConceptFinder) { self.finder = finder }

  /// What the words speak of, strongest first.
  ///
  /// - Parameters:
  ///   - language: nil if it is not known; then all lexicons are tried.
  mutating func read(_ words: WordBuffer, language: String?) -> [Sighting] {
    buffer = words
    defer { buffer = WordBuffer() }  // so that the caller can fill its buffer again without a copy
    guard !buffer.spans.isEmpty else { return [] }
    let lexicons = finder.lexicons(for: language)
    var readings = lexicons.map { read(with: $0, forgiving: true) }
    weighByFit(&readings)
    if lexicons.count == 1, let other = finder.lexicon("en"), lexicons[0] !== other {
      readings.append(readLoanWords(with: other, beside: readings[0]))
    }
    return combine(readings, withEvidence: true)
      .sorted { ($1.strength, finder.concepts[Int($0.concept)].id) < ($0.strength, finder.concepts[Int($1.concept)].id) }
  }

  /// For each concept in `words` multiplies what is left of the doubt that a document with this field is about it. Spelling,
  /// negations, phrases with a word missing and hints are not looked for: documents are written with more care than needs and
  /// read in thousands.
  mutating func note(_ words: WordBuffer, in field: Field, _ doubts: inout [Int32: Double]) {
    let trust = min(1, field.weight)
    buffer = words
    defer { buffer = WordBuffer() }
    guard !buffer.spans.isEmpty else { return }
    var readings = finder.lexicons(for: field.language).map { read(with: $0, forgiving: false) }
    weighByFit(&readings)
    for sighting in combine(readings, withEvidence: false) {
      doubts[sighting.concept, default: 1] *= 1 - trust * sighting.strength
    }
  }

  // MARK: Reading in one language

  private struct Reading {
    let lexicon: CompiledLexicon
    let seen: [CompiledLexicon.Seen]
    /// The best meeting of each phrase.
    var meetings: [CompiledLexicon.Meeting]
    let hints: [CompiledLexicon.Hint]
    /// Share of the words that the language knows, stop words included.
    let fit: Double
    /// For each word; empty if that was not looked for.
    let negated: [Bool]
    /// What everything in this reading is worth.
    var factor = 1.0

    func isNegated(_ positions: [Int32]) -> Bool { !negated.isEmpty && positions.allSatisfy { negated[Int($0)] } }
  }

  /// - Parameter forgiving: also mend spelling, heed negations, accept phrases of which one word is missing, and take hints.
  private mutating func read(with lexicon: CompiledLexicon, forgiving: Bool) -> Reading {
    let seen = look(with: lexicon, forgiving: forgiving)
    let known = seen.count { $0.kind != .unknown && !$0.isMended }
    let language = lexicon.rules.language
    var meetings = lexicon.meetings(in: seen, partly: forgiving, presence: &memory[language, default: Memory()].presence)
    if forgiving { meetings += joinedWords(with: lexicon, seen) }
    let negated = forgiving ? buffer.negated(by: lexicon.rules) : []
    return Reading(
      lexicon: lexicon, seen: seen, meetings: best(meetings, negated: negated),
      hints: forgiving ? lexicon.hints(in: seen) { !negated[$0] } : [], fit: Double(known) / Double(seen.count), negated: negated)
  }

  /// What each word of the buffer is to `lexicon`.
  private mutating func look(with lexicon: CompiledLexicon, forgiving: Bool) -> [CompiledLexicon.Seen] {
    var seen: [CompiledLexicon.Seen] = []
    seen.reserveCapacity(buffer.spans.count)
    var memory = self.memory.removeValue(forKey: lexicon.rules.language) ?? Memory()
    var unknown = 0
    var sentence: Int32 = 0
    var place: Int32 = 0
    for (index, span) in buffer.spans.enumerated() {
      if span.gap == .sentence { sentence += 1 }
      let known = buffer.withWord(index) { memory.words.intern($0) }
      if Int(known) == memory.kinds.count { memory.kinds.append(buffer.withWord(index) { lexicon.kind(of: $0) }) }
      var kind = memory.kinds[Int(known)]
      var trust = 1.0
      if forgiving {
        if kind == .unknown { unknown += 1 }
        if let meant = forgive(index, kind, lexicon, mends: unknown <= Weights.mostMended) { (kind, trust) = meant }
      }
      let isMended = trust < 1
      if case .term(_, isExact: false) = kind { trust *= Weights.stemOnly }
      if case .stop = kind {} else { place += 1 }
      seen.append(CompiledLexicon.Seen(kind: kind, trust: trust, isMended: isMended, sentence: sentence, place: place))
    }
    self.memory[lexicon.rules.language] = memory
    return seen
  }

  /// What a shortened or misspelt word stands for.
  private func forgive(_ index: Int, _ kind: CompiledLexicon.Kind, _ lexicon: CompiledLexicon, mends: Bool)
    -> (kind: CompiledLexicon.Kind, trust: Double)?
  {
    if var meant = lexicon.rules.shorthand[buffer.word(index)] {
      let kind = meant.withUTF8 { lexicon.kind(of: $0) }
      if kind != .unknown { return (kind, Weights.shorthand) }
    }
    guard kind == .unknown, mends, !isName(index) else { return nil }
    guard let mended = buffer.withWord(index, { lexicon.mended($0) }) else { return nil }
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
    func meet(_ phrase: Int32, _ positions: [Int32]) {
      let strength = lexicon.phrases[Int(phrase)].specificity * Weights.shorthand
      meetings.append(CompiledLexicon.Meeting(phrase: phrase, positions: positions, match: .spelling, strength: strength))
    }
    var joined: [UInt8] = []
    for (index, word) in seen.enumerated() {
      let position = Int32(index)
      if word.kind == .unknown || word.isMended, let phrase = buffer.withWord(index, { lexicon.phrase(joinedAs: $0) }) {
        meet(phrase, [position])
      }
      guard index + 1 < seen.count, buffer.spans[index + 1].gap == .none else { continue }
      joined.removeAll(keepingCapacity: true)
      buffer.withWord(index) { joined.append(contentsOf: $0) }
      buffer.withWord(index + 1) { joined.append(contentsOf: $0) }
      if joined.count >= Weights.shortestJoined, let phrase = joined.withUnsafeBufferPointer({ lexicon.phrase(ofWord: $0) }) {
        meet(phrase, [position, position + 1])
      }
    }
    return meetings
  }

  /// Of several meetings of a phrase the strongest, first one that is not negated. In the order of the phrases.
  private func best(_ meetings: [CompiledLexicon.Meeting], negated: [Bool]) -> [CompiledLexicon.Meeting] {
    func isNegated(_ meeting: CompiledLexicon.Meeting) -> Bool {
      !negated.isEmpty && meeting.positions.allSatisfy { negated[Int($0)] }
    }
    func isBetter(_ left: CompiledLexicon.Meeting, _ right: CompiledLexicon.Meeting) -> Bool {
      let (leftNegated, rightNegated) = (isNegated(left), isNegated(right))
      return leftNegated != rightNegated ? rightNegated : left.strength > right.strength
    }
    var best: [CompiledLexicon.Meeting] = []
    for meeting in meetings.sorted(by: { ($0.phrase, $0.positions[0]) < ($1.phrase, $1.positions[0]) }) {
      if let last = best.last, last.phrase == meeting.phrase {
        if isBetter(meeting, last) { best[best.count - 1] = meeting }
      } else {
        best.append(meeting)
      }
    }
    return best
  }

  // MARK: Several languages

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
        let own = reading.seen[Int(position)]
        return (own.kind == .unknown || own.isMended) && buffer.spans[Int(position)].folded.count >= Weights.shortestLoanWord
      }
    }
    return other
  }

  // MARK: From phrases to concepts

  /// One phrase, or hint, that speaks for a concept.
  private struct Voice {
    let concept: Int32
    let positions: [Int32]
    let match: Evidence.Match
    let strength: Double
    let isNegated: Bool
    let language: String
  }

  /// One sighting a concept, in ascending order.
  private func combine(_ readings: [Reading], withEvidence: Bool) -> [Sighting] {
    var voices: [Voice] = []
    for reading in readings where reading.factor > 0 { voices += self.voices(of: reading) }
    let spoken = Set(voices.map(\.concept))
    for reading in readings where reading.factor > 0 {
      for hint in reading.hints where !spoken.contains(hint.concept) {
        voices.append(
          Voice(
            concept: hint.concept, positions: hint.positions, match: .partial, strength: hint.strength * reading.factor,
            isNegated: false, language: reading.lexicon.rules.language))
      }
    }
    voices.sort {
      ($0.concept, $1.strength, $1.positions.count, $0.positions[0]) < (
        $1.concept, $0.strength, $0.positions.count, $1.positions[0]
      )
    }
    var sightings: [Sighting] = []
    var start = 0
    while start < voices.count {
      let end = voices[start...].firstIndex { $0.concept != voices[start].concept } ?? voices.count
      sightings.append(sighting(voices[start..<end], withEvidence: withEvidence))
      start = end
    }
    return sightings
  }

  private func voices(of reading: Reading) -> [Voice] {
    var voices: [Voice] = []
    let longer = reading.meetings.filter { $0.positions.count > 1 && $0.match != .partial }
    for meeting in reading.meetings {
      let isNegated = reading.isNegated(meeting.positions)
      let strength = meeting.strength * reading.factor * (isNegated ? Weights.negated : 1)
      for concept in reading.lexicon.concepts(of: meeting.phrase) {
        // "sms" in "sms survey" says less, unless both speak for the same concept.
        let isInside = longer.contains { other in
          other.positions.count > meeting.positions.count && meeting.positions.allSatisfy(other.positions.contains)
            && !reading.lexicon.concepts(of: other.phrase).contains(concept)
        }
        voices.append(
          Voice(
            concept: concept, positions: meeting.positions, match: meeting.match,
            strength: isInside ? strength * Weights.insideLonger : strength, isNegated: isNegated,
            language: reading.lexicon.rules.language))
      }
    }
    return voices
  }

  /// Phrases of different words add up as independent evidence does: 1 − Π(1 − strength).
  ///
  /// - Parameter voices: all for one concept, strongest first; at least one.
  private func sighting(_ voices: ArraySlice<Voice>, withEvidence: Bool) -> Sighting {
    var doubt = 1.0
    var taken: [Int32] = []
    var places: [Sighting.Place] = []
    for voice in voices where !voice.positions.contains(where: taken.contains) {
      if voices.count > 1 { taken += voice.positions }
      doubt *= 1 - voice.strength
      guard withEvidence else { continue }
      places.append(
        Sighting.Place(
          ranges: ranges(of: voice.positions), match: voice.match, strength: voice.strength, isNegated: voice.isNegated,
          language: voice.language))
    }
    return Sighting(concept: voices[voices.startIndex].concept, strength: 1 - doubt, evidence: places)
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

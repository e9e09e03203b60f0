/// Meeting the phrases of a lexicon in a text.
///
/// A phrase is met when its words stand together in a sentence, stop words ignored, in any order and with at most one other word
/// among them.
extension CompiledLexicon {
  /// One word of a text as the lexicon sees it.
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

  /// A phrase met in a text.
  struct Meeting {
    let phrase: Int32
    /// Positions of the words in the text, ascending.
    let positions: [Int32]
    let match: Evidence.Match
    let strength: Double
  }

  /// Which terms a text has, marked by the number of the text, so that nothing need be cleared for the next one.
  struct Presence: Sendable {
    private var marks: [UInt32] = []
    private var text: UInt32 = 0

    mutating func mark(_ words: [Seen], terms: Int) {
      if marks.count < terms || text == .max {
        marks = Array(repeating: 0, count: terms)
        text = 0
      }
      text += 1
      for word in words {
        if let term = word.term { marks[Int(term)] = text }
      }
    }

    @inline(__always)
    func has(_ term: Term) -> Bool { marks[Int(term)] == text }
  }

  /// Every meeting of a phrase in `text`.
  ///
  /// - Parameters:
  ///   - partly: also phrases of three or more words of which one is missing.
  ///   - presence: memory to work in, kept from text to text.
  func meetings(in text: [Seen], partly: Bool, presence: inout Presence) -> [Meeting] {
    presence.mark(text, terms: terms.count)
    var found: [Meeting] = []
    for (position, seen) in text.enumerated() {
      guard let term = seen.term else { continue }
      for index in anchored[Int(term)] where mayBeMet(index, presence, partly: partly) {
        if let meeting = meeting(index, at: position, term: term, in: text, partly: partly) { found.append(meeting) }
      }
    }
    return found
  }

  /// Whether enough words of the phrase are anywhere in the text: nearly all phrases end here.
  @inline(__always)
  private func mayBeMet(_ index: Int32, _ presence: borrowing Presence, partly: Bool) -> Bool {
    let phrase = phrases[Int(index)]
    var missing = partly && phrase.terms.count >= 3 && !phrase.isLiteral ? 1 : 0
    for at in phrase.terms where !presence.has(phraseTerms[at]) {
      missing -= 1
      if missing < 0 { return false }
    }
    return true
  }

  private func meeting(_ index: Int32, at position: Int, term: Term, in text: [Seen], partly: Bool) -> Meeting? {
    let phrase = phrases[Int(index)]
    if phrase.terms.count == 1 { return single(index, phrase, at: position, in: text) }
    if phrase.isLiteral { return literal(index, phrase, at: position, term: term, in: text) }
    return spread(index, phrase, at: position, term: term, in: text, partly: partly)
  }

  private func single(_ index: Int32, _ phrase: Phrase, at position: Int, in text: [Seen]) -> Meeting? {
    guard case .term = text[position].kind else { return nil }
    return Meeting(
      phrase: index, positions: [Int32(position)], match: text[position].isMended ? .spelling : .exact,
      strength: phrase.specificity * text[position].trust)
  }

  private func literal(_ index: Int32, _ phrase: Phrase, at position: Int, term: Term, in text: [Seen]) -> Meeting? {
    guard let offset = phraseTerms[phrase.terms].firstIndex(of: term) else { return nil }
    let start = position - (offset - phrase.terms.lowerBound)
    guard start >= 0, start + phrase.terms.count <= text.count else { return nil }
    let words = text[start..<start + phrase.terms.count]
    var trust = 1.0
    for (seen, wanted) in zip(words, phraseTerms[phrase.terms]) {
      guard seen.sentence == text[position].sentence else { return nil }
      switch seen.kind {
      case .term(wanted, isExact: true), .stop(wanted): trust = min(trust, seen.trust)
      default: return nil
      }
    }
    let isMended = words.contains { $0.isMended }
    return Meeting(
      phrase: index, positions: words.indices.map(Int32.init), match: isMended ? .spelling : .exact,
      strength: phrase.specificity * trust)
  }

  /// All words, or for longer phrases all but one, within one content word more than the phrase has.
  private func spread(_ index: Int32, _ phrase: Phrase, at position: Int, term: Term, in text: [Seen], partly: Bool) -> Meeting? {
    let width = Int32(phrase.terms.count)
    var positions: [Int32] = []
    var met = 0.0
    var mass = 0.0
    for wanted in phraseTerms[phrase.terms] {
      mass += idf[Int(wanted)]
      let isAnchor = wanted == term && !positions.contains(Int32(position))
      guard let at = isAnchor ? position : nearest(wanted, to: position, within: width, in: text, except: positions) else {
        continue
      }
      positions.append(Int32(at))
      met += idf[Int(wanted)]
    }
    let missing = phrase.terms.count - positions.count
    guard missing == 0 || (missing == 1 && partly && phrase.terms.count >= 3) else { return nil }
    let places = positions.map { text[Int($0)].place }
    guard let first = places.min(), let last = places.max(), last - first <= width else { return nil }
    let words = positions.map { text[Int($0)] }
    let isMended = words.contains { $0.isMended }
    var strength = phrase.specificity * words.reduce(1) { min($0, $1.trust) }
    var match: Evidence.Match = isMended ? .spelling : .exact
    if missing > 0 {
      guard met >= Weights.leastCoverage * mass else { return nil }
      strength *= Weights.oneWordMissing * met / mass
      match = .partial
    } else if last - first >= width || places != places.sorted() {
      strength *= Weights.looseOrder
      if !isMended { match = .loose }
    }
    return Meeting(phrase: index, positions: positions.sorted(), match: match, strength: strength)
  }

  /// The position of `term` nearest to `position` in its sentence, at most `width` content words away.
  private func nearest(_ term: Term, to position: Int, within width: Int32, in text: [Seen], except taken: [Int32]) -> Int? {
    func isWithin(_ at: Int) -> Bool {
      text.indices.contains(at) && text[at].sentence == text[position].sentence
        && abs(text[at].place - text[position].place) <= width
    }
    func isWanted(_ at: Int) -> Bool {
      if case .term(term, _) = text[at].kind { !taken.contains(Int32(at)) } else { false }
    }
    var step = 1
    while true {
      let (after, before) = (isWithin(position + step), isWithin(position - step))
      if after, isWanted(position + step) { return position + step }
      if before, isWanted(position - step) { return position - step }
      if !after, !before { return nil }
      step += 1
    }
  }
}

extension CompiledLexicon.Seen {
  fileprivate var term: TermTable.Term? {
    switch kind {
    case .term(let term, _): term
    case .stop(let term): term
    case .unknown: nil
    }
  }
}

/// A query made ready for one index: which terms and concepts to look up, and how much each counts.
///
/// The evidence that a document answers the query is
///
///     conceptEvidence · Σ over aims  of weight(aim)  · weight of the concept in the document · idf(concept)
///   + expandedText    · Σ over terms of weight(term) · idf(term) · saturation(term in the document)
///   + directText      · Σ over words of weight(word) · idf(word) · saturation(word in the document)
///
/// The second line looks for the phrases of the concepts, in the languages of the documents, among the documents' words: a need in Arabic
/// so finds an English description. The weight of a term is Σ over aims of weight(aim) × the term's share of the concept's phrases, a
/// relevance model (Lavrenko and Croft, "Relevance-based language models", SIGIR 2001) whose source is the vocabulary. Units are nats.
struct Plan {
  private struct WeightedTerm {
    let term: TermTable.Term
    var weight: Double
  }

  /// A word of the query, by one of the terms it may stand for.
  private struct QueryTerm {
    let term: TermTable.Term
    let weight: Double
    /// Index in `queryWords`.
    let word: Int
  }

  private let style: Query.Style
  private let finder: ConceptFinder
  private let aims: [Query.Aim]
  /// For each aim the words of its phrases that the index knows, with their share.
  private let aimTerms: [[WeightedTerm]]
  private let expanded: [WeightedTerm]
  private var direct: [QueryTerm] = []
  private var queryWords: [String] = []
  /// What a document that had every word of the query would get for them, for search boxes.
  private var attainable = 0.0

  init(query: Query, finder: ConceptFinder, emphasis: [Double], texts: TextPostings) {
    style = query.style
    self.finder = finder
    let aims = query.aims.compactMap { aim in
      let weight = aim.weight * emphasis[Int(aim.concept)]
      return weight < Weights.leastAim ? nil : Query.Aim(concept: aim.concept, weight: weight, sources: aim.sources)
    }
    self.aims = aims
    aimTerms = aims.map { Plan.terms(of: $0.concept, finder: finder, texts: texts) }
    expanded = Plan.sum(aims, aimTerms)
    lookUp(query, texts)
  }

  // MARK: Making the plan

  private static func terms(of concept: Int32, finder: ConceptFinder, texts: TextPostings) -> [WeightedTerm] {
    var words: [WeightedTerm] = []
    for language in texts.languages {
      guard let lexicon = finder.lexicon(language) else { continue }
      for (term, share) in lexicon.words(of: concept) {
        if let own = lexicon.terms.withBytes(term, { texts.terms.find($0) }), texts.holders[Int(own)] > 0 {
          words.append(WeightedTerm(term: own, weight: share))
        }
      }
    }
    return words
  }

  private static func sum(_ aims: [Query.Aim], _ aimTerms: [[WeightedTerm]]) -> [WeightedTerm] {
    var places: [TermTable.Term: Int] = [:]
    var sum: [WeightedTerm] = []
    for (aim, terms) in zip(aims, aimTerms) {
      for item in terms {
        if let place = places[item.term] {
          sum[place].weight += aim.weight * item.weight
        } else {
          places[item.term] = sum.count
          sum.append(WeightedTerm(term: item.term, weight: aim.weight * item.weight))
        }
      }
    }
    return sum
  }

  private mutating func lookUp(_ query: Query, _ texts: TextPostings) {
    let buffer = WordBuffer(query.words)
    let own = query.language.map(primarySubtag)
    let stopWords = LanguageRules.of(own ?? "en").stopWords
    var seen: Set<String> = []
    for index in buffer.spans.indices {
      let word = buffer.word(index)
      let isLast = index == buffer.spans.count - 1
      let unfinished = style == .searchBox && isLast
      guard seen.insert(word).inserted, unfinished || !stopWords.contains(word) else { continue }
      let number = queryWords.count
      queryWords.append(query.words.slice(buffer.spans[index].source))
      var matches: [(term: TermTable.Term, weight: Double)] = []
      for language in texts.languages {
        let weight = own == nil || own == language ? 1 : Weights.otherLanguage
        let stem = Stemmer(language: language).stem(word)
        if let term = texts.terms.find(stem), texts.holders[Int(term)] > 0 { matches.append((term, weight)) }
      }
      if style == .searchBox { matches += forgiven(word, unfinished: unfinished, matches: matches, texts: texts) }
      var taken: Set<TermTable.Term> = []
      for match in matches where taken.insert(match.term).inserted {
        direct.append(QueryTerm(term: match.term, weight: match.weight, word: number))
      }
      attainable += (matches.map { texts.rarity($0.term) }.max() ?? Weights.rarity(holders: 0, of: texts.alive))
    }
  }

  /// For a word nobody wrote like this: what it may be the beginning of, or a slip for. In alphabetical order, so that sums do not depend on
  /// the order in which words came to the index.
  private func forgiven(
    _ word: String, unfinished: Bool, matches: [(term: TermTable.Term, weight: Double)], texts: TextPostings
  ) -> [(term: TermTable.Term, weight: Double)] {
    var forgiven: [(term: TermTable.Term, weight: Double)] = []
    if unfinished {
      var word = word
      forgiven = word.withUTF8 { texts.terms(beginningWith: $0) }.map { ($0, Weights.prefix) }
    }
    if forgiven.isEmpty, matches.isEmpty {
      for language in texts.languages {
        let stem = Stemmer(language: language).stem(word)
        for form in stem == word ? [word] : [word, stem] {
          var form = form
          forgiven += form.withUTF8 { texts.terms(near: $0) }.map { ($0.term, $0.trust) }
        }
      }
    }
    return forgiven.map { (word: texts.terms.word($0.term), match: $0) }
      .sorted { ($1.match.weight, $0.word) < ($0.match.weight, $1.word) }
      .map(\.match)
  }

  // MARK: Scoring

  func score(_ texts: TextPostings, _ concepts: ConceptPostings, into scores: inout Scores) {
    let averageLength = concepts.averageLength
    for aim in aims {
      let weight = aim.weight * concepts.rarity(aim.concept)
      for posting in concepts.postings[Int(aim.concept)] {
        let share = concepts.weight(posting.weight, in: posting.document, averageLength: averageLength)
        scores.concepts[Int(posting.document)] += Float(weight * share)
      }
    }
    let average = texts.averageLength
    for item in expanded { Plan.add(item.term, item.weight, texts, average, to: &scores.expanded) }
    for item in direct { Plan.add(item.term, item.weight, texts, average, to: &scores.direct) }
  }

  private static func add(
    _ term: TermTable.Term, _ weight: Double, _ texts: TextPostings, _ average: Double, to scores: inout [Float]
  ) {
    let weight = weight * texts.rarity(term)
    for posting in texts.postings[Int(term)] {
      let length = texts.lengths[Int(posting.document)]
      scores[Int(posting.document)] += Float(weight * texts.saturation(posting.frequency, length: length, averageLength: average))
    }
  }

  private func evidence(_ scores: Scores, _ document: Int) -> Double {
    Weights.conceptEvidence * Double(scores.concepts[document]) + Weights.expandedText * Double(scores.expanded[document])
      + direct(Double(scores.direct[document]))
  }

  /// In a search box a document that has half of what was asked for is worth less than half of one that has all of it.
  private func direct(_ evidence: Double) -> Double {
    switch style {
    case .need: Weights.directText * evidence
    case .searchBox: Weights.directTextInBox * evidence * min(1, evidence / max(attainable, 0.1))
    }
  }

  /// 0…1, before constraints.
  func score(_ scores: Scores, _ document: Int) -> Double {
    let evidence = evidence(scores, document)
    return evidence / (evidence + Weights.halfScore)
  }

  // MARK: Explaining

  func matchedConcepts(_ texts: TextPostings, _ concepts: ConceptPostings, _ scores: Scores, _ document: Int32)
    -> [MatchedConcept]
  {
    let all = evidence(scores, Int(document))
    let average = texts.averageLength
    let length = texts.lengths[Int(document)]
    var matched: [MatchedConcept] = []
    for (aim, terms) in zip(aims, aimTerms) {
      var part = Weights.conceptEvidence * concepts.weight(of: aim.concept, in: document) * concepts.rarity(aim.concept)
      for item in terms {
        let frequency = texts.frequency(of: item.term, in: document)
        guard frequency > 0 else { continue }
        let saturation = texts.saturation(frequency, length: length, averageLength: average)
        part += Weights.expandedText * item.weight * texts.rarity(item.term) * saturation
      }
      let share = min(1, part * aim.weight / all)
      guard share >= Weights.leastShare, let source = aim.sources.first else { continue }
      matched.append(
        MatchedConcept(
          concept: finder.concepts[Int(aim.concept)].id, asked: finder.concepts[Int(source.asked)].id, path: source.path,
          share: share))
    }
    return matched.sorted { ($1.share, $0.concept) < ($0.share, $1.concept) }
  }

  func matchedWords(_ texts: TextPostings, _ document: Int32) -> [String] {
    var matched: Set<Int> = []
    for item in direct where texts.frequency(of: item.term, in: document) > 0 { matched.insert(item.word) }
    return matched.sorted().map { queryWords[$0] }
  }
}

/// Evidence by document, in nats.
struct Scores {
  var concepts: [Float]
  var expanded: [Float]
  var direct: [Float]

  init(documents: Int) {
    concepts = Array(repeating: 0, count: documents)
    expanded = concepts
    direct = concepts
  }
}

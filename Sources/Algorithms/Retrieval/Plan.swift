/// A query made ready for one index: which terms and concepts to look up, and how much each counts.
///
/// What a list of aims gives a document is
///
///     Σ over aims  of conceptEvidence · weight(aim)  · rarity(concept) · weight of the concept in the document
///   + Σ over terms of expandedText    · weight(term) · rarity(term)    · saturation(term in the document)
///
/// The second line looks for the phrases of the concepts, in the languages of the documents, among the documents' words: so a need
/// in Arabic finds an English description. The weight of a term is Σ over aims of weight(aim) × the term's share of the concept's
/// phrases, a relevance model (Lavrenko and Croft, "Relevance-based language models", SIGIR 2001) whose source is the vocabulary.
///
/// Aims of the kinds that the index emphasizes give the *purpose* of a document, the others its *setting*. The query's own words, by
/// BM25, are *direct* evidence. To a need the evidence of a document is
///
///     purpose + min(setting + directText · direct, settingMost · purpose)
///
/// and in a search box purpose + setting + directTextInBox · direct · (direct ÷ what having all the words would give).
/// The score is evidence ÷ (evidence + halfScore). It has no query norm on purpose: a vague query has low scores everywhere.
struct Plan {
  private struct WeightedTerm {
    let term: TermTable.Term
    var weight: Double
  }

  /// A word of the query, by one of the terms it may stand for.
  private struct QueryTerm {
    let term: TermTable.Term
    /// Rarity included.
    let weight: Double
    /// Index in `queryWords`.
    let word: Int
  }

  private let style: Query.Style
  private let finder: ConceptFinder
  /// What the documents looked for do, and where they belong.
  private let purpose: Wanted
  private let setting: Wanted
  private var direct: [QueryTerm] = []
  private var queryWords: [String] = []
  /// What a document that had every word of the query once would get for them.
  private var attainable = 0.0

  init(query: Query, finder: ConceptFinder, emphasis: [Double], texts: TextPostings) {
    style = query.style
    self.finder = finder
    var purpose = Wanted()
    var setting = Wanted()
    for aim in query.aims {
      let emphasis = emphasis[Int(aim.concept)]
      // Who types a concept into a search box wants it, whatever its kind.
      let weight = aim.weight * (query.style == .need ? emphasis : 1)
      guard weight >= Weights.leastAim else { continue }
      let weighted = Query.Aim(concept: aim.concept, weight: weight, sources: aim.sources)
      let terms = Plan.terms(of: aim.concept, finder: finder, texts: texts)
      if emphasis >= Weights.purposeEmphasis { purpose.add(weighted, terms) } else { setting.add(weighted, terms) }
    }
    self.purpose = purpose
    self.setting = setting
    lookUp(query, texts)
  }

  // MARK: Making the plan

  /// Aims, and the words of their phrases that the index knows.
  private struct Wanted {
    private(set) var all: [(aim: Query.Aim, terms: [WeightedTerm])] = []
    /// Σ over aims of weight × the term's share.
    private(set) var expansion: [WeightedTerm] = []
    private var places: [TermTable.Term: Int] = [:]

    var aims: [Query.Aim] { all.map(\.aim) }

    mutating func add(_ aim: Query.Aim, _ terms: [WeightedTerm]) {
      all.append((aim, terms))
      for item in terms {
        let weight = aim.weight * item.weight
        if let place = places[item.term] {
          expansion[place].weight += weight
        } else {
          places[item.term] = expansion.count
          expansion.append(WeightedTerm(term: item.term, weight: weight))
        }
      }
    }
  }

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

  private mutating func lookUp(_ query: Query, _ texts: TextPostings) {
    let buffer = WordBuffer(query.words)
    let own = query.language.map(primarySubtag)
    let stopWords = LanguageRules.of(own ?? "en").stopWords
    var seen: Set<String> = []
    for index in buffer.spans.indices {
      let word = buffer.word(index)
      let isUnfinished = style == .searchBox && index == buffer.spans.count - 1
      guard seen.insert(word).inserted, isUnfinished || !stopWords.contains(word) else { continue }
      var terms = exactTerms(word, language: own, texts)
      if style == .searchBox {
        if isUnfinished { terms += group(prefixed(word, texts), texts) }
        // A word only one or two documents have may itself be a slip.
        if terms.allSatisfy({ texts.holders[Int($0.term)] <= 2 }) { terms += group(misspelt(word, texts), texts) }
      }
      var taken: Set<TermTable.Term> = []
      for item in terms where taken.insert(item.term).inserted {
        direct.append(QueryTerm(term: item.term, weight: item.weight * item.rarity, word: queryWords.count))
      }
      attainable += terms.map(\.rarity).max() ?? 1
      queryWords.append(query.words.slice(buffer.spans[index].source))
    }
  }

  private struct Reading {
    let term: TermTable.Term
    let weight: Double
    var rarity: Double
  }

  /// The terms that `word` is, in each of the languages of the documents.
  private func exactTerms(_ word: String, language: String?, _ texts: TextPostings) -> [Reading] {
    texts.languages.compactMap { other in
      guard let term = texts.terms.find(Stemmer(language: other).stem(word)), texts.holders[Int(term)] > 0 else { return nil }
      let weight = language == nil || language == other ? 1 : Weights.otherLanguage
      return Reading(term: term, weight: weight, rarity: texts.rarity(term))
    }
  }

  private func prefixed(_ word: String, _ texts: TextPostings) -> [Reading] {
    var word = word
    return word.withUTF8 { texts.terms(beginningWith: $0) }.map { Reading(term: $0, weight: Weights.prefix, rarity: 0) }
  }

  /// The likeliest terms that `word` is a slip for.
  private func misspelt(_ word: String, _ texts: TextPostings) -> [Reading] {
    var readings: [Reading] = []
    for form in Set(texts.languages.map { Stemmer(language: $0).stem(word) } + [word]) {
      var form = form
      readings += form.withUTF8 { texts.terms(near: $0) }.map { Reading(term: $0.term, weight: $0.trust, rarity: 0) }
    }
    let best = readings.map(\.weight).max()
    return readings.filter { $0.weight == best }
  }

  /// Terms that may be meant by one word are together as common as one of them is: a slip for a common word must not seem rare.
  /// In alphabetical order, so that sums do not depend on the order in which words came to the index.
  private func group(_ readings: [Reading], _ texts: TextPostings) -> [Reading] {
    let rarity = Weights.rarity(holders: readings.reduce(0) { $0 + Int(texts.holders[Int($1.term)]) }, of: texts.alive)
    return readings.map { (word: texts.terms.word($0.term), reading: $0) }.sorted { $0.word < $1.word }
      .map { Reading(term: $0.reading.term, weight: $0.reading.weight, rarity: rarity) }
  }

  // MARK: Scoring

  func score(_ texts: TextPostings, _ concepts: ConceptPostings, into scores: inout Scores) {
    score(purpose, texts, concepts, to: &scores.purpose)
    score(setting, texts, concepts, to: &scores.setting)
    let average = texts.averageLength
    for item in direct { Plan.add(item.term, item.weight, texts, average, to: &scores.direct) }
  }

  private func score(_ wanted: Wanted, _ texts: TextPostings, _ concepts: ConceptPostings, to scores: inout [Float]) {
    let averageConcepts = concepts.averageLength
    for aim in wanted.aims {
      let weight = Weights.conceptEvidence * aim.weight * concepts.rarity(aim.concept)
      for posting in concepts.postings[Int(aim.concept)] {
        let share = concepts.weight(posting.weight, in: posting.document, averageLength: averageConcepts)
        scores[Int(posting.document)] += Float(weight * share)
      }
    }
    let averageWords = texts.averageLength
    for item in wanted.expansion {
      let weight = Weights.expandedText * item.weight * texts.rarity(item.term)
      Plan.add(item.term, weight, texts, averageWords, to: &scores)
    }
  }

  private static func add(
    _ term: TermTable.Term, _ weight: Double, _ texts: TextPostings, _ average: Double, to scores: inout [Float]
  ) {
    for posting in texts.postings[Int(term)] {
      let length = texts.lengths[Int(posting.document)]
      scores[Int(posting.document)] += Float(weight * texts.saturation(posting.frequency, length: length, averageLength: average))
    }
  }

  private func evidence(_ scores: Scores, _ document: Int) -> Double {
    let purpose = Double(scores.purpose[document])
    let setting = Double(scores.setting[document])
    let direct = Double(scores.direct[document])
    switch style {
    case .need: return purpose + min(setting + Weights.directText * direct, Weights.settingMost * purpose)
    case .searchBox:
      // A document that has half of what was asked for is worth less than half of one that has all of it.
      return purpose + setting + Weights.directTextInBox * direct * min(1, direct / max(attainable, 0.1))
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
    for (aim, terms) in purpose.all + setting.all {
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

/// Evidence by document.
struct Scores {
  var purpose: [Float]
  var setting: [Float]
  var direct: [Float]

  init(documents: Int) {
    purpose = Array(repeating: 0, count: documents)
    setting = purpose
    direct = purpose
  }
}

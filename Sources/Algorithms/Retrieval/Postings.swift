/// The words of documents, by word. Lengths and frequencies are whole sixteenths, so that sums do not depend on the order of
/// adding.
struct TextPostings: Sendable {
  typealias Term = TermTable.Term

  struct Posting: Sendable {
    var document: Int32
    /// Σ over fields of weight × occurrences, in sixteenths ("Simple BM25 extension to multiple weighted fields", Robertson,
    /// Zaragoza and Taylor, CIKM 2004).
    var frequency: Int32
  }

  private(set) var terms = TermTable()
  private(set) var postings: [[Posting]] = []
  /// Documents alive that have the term.
  private(set) var holders: [Int32] = []
  /// Weighted words of each document, in sixteenths.
  private(set) var lengths: [Int32] = []
  private(set) var totalLength: Int64 = 0
  private(set) var alive = 0
  /// Each document's terms in ascending order; `document` is the term here. Empty for removed ones.
  private var documents = Lists<Posting>()
  /// Language codes of the documents ever added, in alphabetical order.
  private(set) var languages: [String] = []
  /// Terms by the first byte of their first letter, for prefixes and spelling.
  private var initials: [[Term]] = Array(repeating: [], count: 256)

  private var lexers: [Lexer] = []
  /// The place of each language's among them, by its primary subtag.
  private var places: [String: Int] = [:]
  private var last: (tag: String, place: Int)?
  /// The words of the document that is being added.
  private var occurrences: [Posting] = []

  /// What the words of a language are as terms, remembered.
  private struct Lexer: Sendable {
    let rules: LanguageRules
    var words = TermTable()
    /// −1 for stop words.
    var terms: [Term] = []
  }

  /// Counts the words of one field of the document that is being added.
  mutating func count(_ words: WordBuffer, in field: Field) {
    let weight = Int32((min(64, max(0, field.weight)) * 16).rounded())
    guard weight > 0 else { return }
    let place = place(of: field.language)
    for index in words.spans.indices {
      let word = words.withWord(index) { lexers[place].words.intern($0) }
      if Int(word) == lexers[place].terms.count {
        let rules = lexers[place].rules
        let isStop = rules.stopWords.contains(words.word(index))
        lexers[place].terms.append(isStop ? -1 : intern(words.withWord(index) { rules.stemmer.stem($0) }))
      }
      let term = lexers[place].terms[Int(word)]
      if term >= 0 { occurrences.append(Posting(document: term, frequency: weight)) }
    }
  }

  /// Adds the document whose fields were counted under the next number.
  mutating func add() {
    let number = Int32(lengths.count)
    occurrences.sort { $0.document < $1.document }
    var length: Int32 = 0
    var at = 0
    while at < occurrences.count {
      let term = occurrences[at].document
      var frequency: Int32 = 0
      while at < occurrences.count, occurrences[at].document == term {
        frequency += occurrences[at].frequency
        at += 1
      }
      postings[Int(term)].append(Posting(document: number, frequency: frequency))
      holders[Int(term)] += 1
      documents.append(Posting(document: term, frequency: frequency))
      length += frequency
    }
    documents.endList()
    occurrences.removeAll(keepingCapacity: true)
    lengths.append(length)
    totalLength += Int64(length)
    alive += 1
  }

  mutating func remove(_ document: Int32) {
    for item in documents[Int(document)] { holders[Int(item.document)] -= 1 }
    totalLength -= Int64(lengths[Int(document)])
    documents.empty(Int(document))
    lengths[Int(document)] = 0
    alive -= 1
  }

  /// - Parameter moved: new numbers by old ones, ascending; −1 for those that are gone.
  mutating func renumber(_ moved: [Int32]) {
    for term in postings.indices {
      postings[term] = postings[term].compactMap { posting in
        let number = moved[Int(posting.document)]
        return number < 0 ? nil : Posting(document: number, frequency: posting.frequency)
      }
    }
    documents.keep { moved[$0] >= 0 }
    lengths = moved.indices.filter { moved[$0] >= 0 }.map { lengths[$0] }
  }

  /// Sixteenths of words in the average document.
  var averageLength: Double { alive == 0 ? 1 : max(1, Double(totalLength) / Double(alive)) }

  func rarity(_ term: Term) -> Double { Weights.rarity(holders: Int(holders[Int(term)]), of: alive) }

  /// BM25's share of idf for a term of this frequency in a document of this length: 0…k1 + 1.
  @inline(__always)
  func saturation(_ frequency: Int32, length: Int32, averageLength: Double) -> Double {
    let frequency = Double(frequency) / 16
    return frequency * (Weights.k1 + 1) / (frequency + Weights.k1 * (1 - Weights.b + Weights.b * Double(length) / averageLength))
  }

  /// The frequency of `term` in `document`, in sixteenths.
  func frequency(of term: Term, in document: Int32) -> Int32 {
    let own = documents[Int(document)]
    var low = own.startIndex
    var high = own.endIndex
    while low < high {
      let middle = (low + high) / 2
      if own[middle].document < term { low = middle + 1 } else { high = middle }
    }
    return low < own.endIndex && own[low].document == term ? own[low].frequency : 0
  }

  /// Living terms that begin with `prefix`.
  func terms(beginningWith prefix: UnsafeBufferPointer<UInt8>) -> [Term] {
    guard let first = prefix.first else { return [] }
    return initials[Int(first)].filter { term in
      holders[Int(term)] > 0 && terms.withBytes(term) { $0.starts(with: prefix) }
    }
  }

  /// Living terms that `word` may be a slip for, and how much to trust each.
  func terms(near word: UnsafeBufferPointer<UInt8>) -> [(term: Term, trust: Double)] {
    guard let first = word.first else { return [] }
    return initials[Int(first)].compactMap { term in
      guard holders[Int(term)] > 0 else { return nil }
      return terms.withBytes(term) { Spelling.trust(word, $0) }.map { (term, $0) }
    }
  }

  /// The place of the lexer for a language, which is made when there is none yet.
  private mutating func place(of tag: String) -> Int {
    if let last, last.tag == tag { return last.place }
    let code = primarySubtag(tag)
    let place = places[code] ?? learn(code)
    last = (tag, place)
    return place
  }

  private mutating func learn(_ code: String) -> Int {
    languages = (languages + [code]).sorted()
    lexers.append(Lexer(rules: LanguageRules.of(code)))
    places[code] = lexers.count - 1
    return lexers.count - 1
  }

  private mutating func intern(_ stem: [UInt8]) -> Term {
    let term = stem.withUnsafeBufferPointer { terms.intern($0) }
    if Int(term) == postings.count {
      postings.append([])
      holders.append(0)
      initials[Int(stem.first ?? 0)].append(term)
    }
    return term
  }
}

/// The concepts of documents, by concept. Weights are whole 1/4096, so that sums do not depend on the order of adding.
struct ConceptPostings: Sendable {
  struct Posting: Sendable {
    var document: Int32
    var weight: Int32
  }

  private(set) var postings: [[Posting]]
  /// Documents alive that have the concept.
  private(set) var holders: [Int32]
  /// Each document's concepts; `document` is the concept here.
  private var documents = Lists<Posting>()
  /// The sum of each document's weights.
  private var lengths: [Int32] = []
  private var totalLength: Int64 = 0
  private var alive = 0

  init(concepts: Int) {
    postings = Array(repeating: [], count: concepts)
    holders = Array(repeating: 0, count: concepts)
  }

  /// Adds a document under the next number; `tags` in ascending order.
  mutating func add(_ tags: [(concept: Int32, weight: Double)]) {
    let number = Int32(lengths.count)
    var length: Int32 = 0
    for tag in tags {
      let weight = Int32((tag.weight * 4096).rounded())
      postings[Int(tag.concept)].append(Posting(document: number, weight: weight))
      holders[Int(tag.concept)] += 1
      documents.append(Posting(document: tag.concept, weight: weight))
      length += weight
    }
    documents.endList()
    lengths.append(length)
    totalLength += Int64(length)
    alive += 1
  }

  mutating func remove(_ document: Int32) {
    for tag in documents[Int(document)] { holders[Int(tag.document)] -= 1 }
    totalLength -= Int64(lengths[Int(document)])
    documents.empty(Int(document))
    lengths[Int(document)] = 0
    alive -= 1
  }

  mutating func renumber(_ moved: [Int32]) {
    for concept in postings.indices {
      postings[concept] = postings[concept].compactMap { posting in
        let number = moved[Int(posting.document)]
        return number < 0 ? nil : Posting(document: number, weight: posting.weight)
      }
    }
    documents.keep { moved[$0] >= 0 }
    lengths = moved.indices.filter { moved[$0] >= 0 }.map { lengths[$0] }
  }

  func rarity(_ concept: Int32) -> Double { Weights.rarity(holders: Int(holders[Int(concept)]), of: alive) }

  var averageLength: Double { alive == 0 ? 1 : max(1, Double(totalLength) / Double(alive)) }

  /// 0…1 and a little more for documents about few things.
  @inline(__always)
  func weight(_ weight: Int32, in document: Int32, averageLength: Double) -> Double {
    let length = Double(lengths[Int(document)]) / averageLength
    return Double(weight) / 4096 / (1 - Weights.conceptLength + Weights.conceptLength * length)
  }

  func weight(of concept: Int32, in document: Int32) -> Double {
    guard let tag = documents[Int(document)].first(where: { $0.document == concept }) else { return 0 }
    return weight(tag.weight, in: document, averageLength: averageLength)
  }
}

/// Many short lists one after the other in one array. What is emptied leaves its room behind until `keep`.
struct Lists<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  private var ranges: [Range<Int>] = []
  private var start = 0

  subscript(_ list: Int) -> ArraySlice<Element> { elements[ranges[list]] }

  mutating func append(_ element: Element) { elements.append(element) }

  /// Makes a list of what was appended since the last one ended.
  mutating func endList() {
    ranges.append(start..<elements.count)
    start = elements.count
  }

  mutating func empty(_ list: Int) { ranges[list] = 0..<0 }

  mutating func keep(_ isKept: (Int) -> Bool) {
    var kept = Lists()
    for list in ranges.indices where isKept(list) {
      kept.elements += self[list]
      kept.endList()
    }
    self = kept
  }
}

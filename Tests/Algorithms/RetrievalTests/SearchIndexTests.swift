import Retrieval
import Testing

@Suite struct SearchIndexTests {
  private let finder = SmallVocabulary.finder

  private func tool(_ key: String, _ description: String, facts: [Constraint: Bool] = [:]) -> Document<String> {
    Document(key: key, fields: [Field(key, weight: 2, language: "en"), Field(description, language: "en")], facts: facts)
  }

  private var catalogue: [Document<String>] {
    [
      tool("textit", "Send an sms broadcast to thousands of farmers", facts: [.basicPhone: true, .noCost: false]),
      tool(
        "formpress", "Electronic forms for mobile data collection, without a network", facts: [.offline: true, .noCost: true]),
      tool("pagemaker", "Build a website with drag and drop", facts: [.offline: false]),
      tool("cartograph", "Draw a map of your village and its wells"),
      tool("ringring", "Interactive voice response for people who do not read", facts: [.basicPhone: true]),
      tool("ledger", "Double-entry accounting for cooperatives"),
    ]
  }

  private func index(_ documents: [Document<String>]) -> SearchIndex<String> {
    var index = SearchIndex<String>(finder: finder)
    for document in documents { index.put(document) }
    return index
  }

  private func keys(
    _ words: String, _ language: String?, constraints: Set<Constraint> = [], style: Query.Style = .need,
    in documents: [Document<String>]? = nil
  ) -> [String] {
    let query = Query(words, language: language, constraints: constraints, style: style, finder: finder)
    return index(documents ?? catalogue).search(query, limit: 10).map(\.key)
  }

  @Test(arguments: [
    ("en", "We must notify our farmers before the rain"),
    ("es", "Necesitamos avisar a todos los socios"),
    ("fr", "Il faut prévenir les membres"),
    ("ar", "نريد إخبار الجميع"),
    ("pt", "Precisamos avisar muita gente"),
  ])
  func problemLeadsToWhatSolvesItInAnyLanguage(language: String, words: String) {
    #expect(Set(keys(words, language).prefix(2)) == ["textit", "ringring"])
  }

  @Test func saysWhy() throws {
    let query = Query("Necesitamos avisar a todos los socios", language: "es", finder: finder)
    let hit = try #require(index(catalogue).search(query, limit: 1).first)
    let reason = try #require(hit.concepts.first)
    #expect(hit.key == "ringring")
    #expect(reason.concept == "function.voice-menu")
    #expect(reason.asked == "problem.tell-many-people")
    #expect(reason.path == .solves(rank: 1))
    #expect(query.found.map(\.concept).contains(reason.asked))
  }

  @Test func namesTheWordsThatMatched() throws {
    let query = Query("accounting for Cooperatives", language: "en", style: .searchBox, finder: finder)
    let hit = try #require(index(catalogue).search(query, limit: 1).first)
    #expect(hit.key == "ledger")
    #expect(hit.words == ["accounting", "Cooperatives"])
  }

  @Test(arguments: [
    "Our school has no desks, who can make tables and chairs?", "Our team needs new boots before March", "asdf ghjk", "", "1234",
  ])
  func whatNothingSolvesIsAnsweredWithNothing(words: String) {
    #expect(keys(words, "en") == [])
  }

  @Test func knownNotToMeetAConstraintIsNeverShown() {
    for words in ["website", "sms broadcast", "electronic forms", "map", "voice menu", "accounting"] {
      for constraint: Constraint in [.offline, .basicPhone, .noCost] {
        let shown = keys(words, "en", constraints: [constraint], style: .searchBox)
        for document in catalogue where document.facts[constraint] == false { #expect(!shown.contains(document.key)) }
      }
    }
  }

  @Test func notKnowingIsSaidAndCostsALittle() throws {
    let twins = [
      tool("a-unknown", "bulk sms"), tool("b-known", "bulk sms", facts: [.offline: true]),
      tool("c-not", "bulk sms", facts: [.offline: false]),
    ]
    let query = Query("bulk sms", language: "en", constraints: [.offline], finder: finder)
    let hits = index(twins).search(query, limit: 10)
    #expect(hits.map(\.key) == ["b-known", "a-unknown"])
    #expect(hits.map(\.unknown) == [[], [.offline]])
    #expect(hits.allSatisfy { $0.score > hits[0].score / 2 })
  }

  @Test func equalScoresAreOrderedByKey() {
    let twins = ["d", "b", "a", "c"].map { tool("x\($0)", "sms broadcast") }
    #expect(keys("sms broadcast", "en", in: twins) == ["xa", "xb", "xc", "xd"])
  }

  @Test func limitKeepsTheBest() {
    let query = Query("sms broadcast", language: "en", finder: finder)
    let all = index(catalogue).search(query, limit: 10).map(\.key)
    for limit in 0...all.count {
      #expect(index(catalogue).search(query, limit: limit).map(\.key) == Array(all.prefix(limit)))
    }
  }

  @Test func scoresStayBetweenZeroAndOne() {
    for words in ["sms broadcast", "map", "notify farmers sms broadcast bulk sms ivr website map wells forms"] {
      let query = Query(words, language: "en", finder: finder)
      for hit in index(catalogue).search(query, limit: 10, threshold: 0) { #expect(hit.score > 0 && hit.score <= 1) }
    }
  }

  // MARK: Search boxes

  @Test(arguments: [("carto", "cartograph"), ("acc", "ledger"), ("website", "pagemaker"), ("drag and dr", "pagemaker")])
  func lastWordMayBeUnfinished(words: String, key: String) {
    #expect(keys(words, "en", style: .searchBox).first == key)
  }

  @Test(arguments: [("acounting", "ledger"), ("thousnads", "textit"), ("colection mobile", "formpress")])
  func searchBoxForgivesSpelling(words: String, key: String) {
    #expect(keys(words, "en", style: .searchBox).first == key)
  }

  @Test func searchBoxPrefersWhatHasAllWords() {
    #expect(keys("map village", "en", style: .searchBox).first == "cartograph")
    #expect(keys("electronic village", "en", style: .searchBox).count == 2)
  }

  @Test func slipForACommonWordIsNoRareWord() {
    let common = (1...9).map { tool("common-\($0)", "farmers of the hill") }
    let rare = tool("rare-1", "farmors of the hill")
    let query = Query("farmrs hill", language: "en", style: .searchBox, finder: finder)
    #expect(index(common + [rare]).search(query, limit: 20).map(\.key) == common.map(\.key) + ["rare-1"])
  }

  // MARK: What things are for

  @Test func whereAThingBelongsIsNoReasonAlone() {
    let documents = [tool("wells-of-bengal", "Clean water stories"), tool("textit", "sms broadcast")]
    #expect(keys("We love clean water", "en", in: documents) == [])
    #expect(keys("clean water", "en", style: .searchBox, in: documents) == ["wells-of-bengal"])
  }

  @Test func whereAThingBelongsDecidesBetweenEquals() {
    let documents = [tool("a-general", "sms broadcast"), tool("b-water", "sms broadcast about clean water")]
    let plain = Query("send a message to everyone", language: "en", finder: finder)
    let water = Query("send a message to everyone about clean water", language: "en", finder: finder)
    #expect(index(documents).search(plain, limit: 1).map(\.key) == ["a-general"])
    #expect(index(documents).search(water, limit: 1).map(\.key) == ["b-water"])
  }

  @Test func emphasisMakesAnIndexOfCauses() {
    var index = SearchIndex<String>(finder: finder, emphasis: ["cause": 1, "function": 0.3, "problem": 0.3])
    index.put(tool("wells-of-bengal", "Clean water stories"))
    let query = Query("We love clean water", language: "en", finder: finder)
    #expect(index.search(query, limit: 3).map(\.key) == ["wells-of-bengal"])
  }

  @Test func conceptsCorrectedByAPersonAreUsedInstead() {
    let corrected = [FoundConcept(concept: "function.maps", strength: 1, evidence: [])]
    let query = Query("sms broadcast", language: "en", found: corrected, finder: finder)
    #expect(index(catalogue).search(query, limit: 3).first?.key == "cartograph")
  }

  @Test func documentsInOtherLanguagesAreFoundByTheirConcepts() {
    var index = SearchIndex<String>(finder: finder)
    index.put(Document(key: "agua", fields: [Field("Mensajes masivos para avisar a los socios", language: "es")]))
    let query = Query("bulk sms", language: "en", finder: finder)
    #expect(index.search(query, limit: 3).map(\.key) == ["agua"])
  }

  // MARK: Coming and going

  @Test func replacingForgetsTheOldText() {
    var index = index(catalogue)
    index.put(tool("ledger", "sms broadcast"))
    #expect(index.count == catalogue.count)
    let accounting = Query("double-entry accounting", language: "en", style: .searchBox, finder: finder)
    #expect(index.search(accounting, limit: 5).isEmpty)
  }

  @Test func snapshotDoesNotSeeLaterChanges() {
    var index = index(catalogue)
    let snapshot = index
    index.remove("textit")
    let query = Query("sms broadcast", language: "en", finder: finder)
    #expect(snapshot.search(query, limit: 5).first?.key == "textit")
    #expect(!index.search(query, limit: 5).map(\.key).contains("textit"))
  }

  /// Whatever came and went, the index answers exactly as one that is built anew.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func comingAndGoingEqualsRebuilding(seed: UInt64) {
    var random = SplitMix(seed)
    let words = [
      "sms", "broadcast", "map", "wells", "water", "website", "forms", "electronic", "farmers", "voice", "scanner", "paper",
      "bulk", "village",
    ]
    var index = SearchIndex<Int>(finder: finder)
    var living: [Int: Document<Int>] = [:]
    for _ in 0..<300 {
      let key = Int.random(in: 0..<60, using: &random)
      if Bool.random(using: &random) || Bool.random(using: &random) {
        let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }.joined(
          separator: " ")
        let document = Document(
          key: key, fields: [Field(text, weight: Bool.random(using: &random) ? 1 : 2, language: "en")],
          facts: Bool.random(using: &random) ? [.offline: Bool.random(using: &random)] : [:])
        index.put(document)
        living[key] = document
      } else {
        index.remove(key)
        living[key] = nil
      }
    }
    var rebuilt = SearchIndex<Int>(finder: finder)
    for document in living.values.sorted(by: { $0.key < $1.key }) { rebuilt.put(document) }
    #expect(index.count == rebuilt.count)
    for text in ["sms broadcast farmers", "map of wells", "web", "paper forms and a scaner", "voi"] {
      for style: Query.Style in [.need, .searchBox] {
        let query = Query(text, language: "en", constraints: [.offline], style: style, finder: finder)
        let now = index.search(query, limit: 20, threshold: 0)
        let then = rebuilt.search(query, limit: 20, threshold: 0)
        #expect(now.map(\.key) == then.map(\.key))
        #expect(now.map(\.score) == then.map(\.score))
        #expect(now.map(\.concepts) == then.map(\.concepts))
        #expect(now.map(\.words) == then.map(\.words))
      }
    }
  }

  @Test func conceptsGivenEqualConceptsRead() {
    let reading = index(catalogue)
    var given = SearchIndex<String>(finder: finder)
    for document in catalogue {
      given.put(
        Document(
          key: document.key, fields: document.fields, concepts: reading.concepts(in: document.fields), readsConcepts: false,
          facts: document.facts))
    }
    let query = Query("notify our farmers about clean water", language: "en", finder: finder)
    #expect(
      given.search(query, limit: 10, threshold: 0).map(\.score) == reading.search(query, limit: 10, threshold: 0).map(\.score))
  }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014: the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

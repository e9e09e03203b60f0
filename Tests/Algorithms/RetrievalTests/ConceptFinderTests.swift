import Retrieval
import Testing

@Suite struct ConceptFinderTests {
  private let finder = SmallVocabulary.finder

  private func concepts(_ words: String, _ language: String?) -> [String] {
    finder.find(in: words, language: language).map(\.concept)
  }

  private func strength(_ concept: String, _ words: String, _ language: String? = "en") -> Double {
    finder.find(in: words, language: language).first { $0.concept == concept }?.strength ?? 0
  }

  @Test func namesTheWordsThatSaySo() throws {
    let words = "Our cooperative wants to try bulk SMS, please."
    let found = try #require(finder.find(in: words, language: "en").first)
    #expect(found.concept == "function.bulk-sms")
    let evidence = try #require(found.evidence.first)
    #expect(evidence.words == "bulk SMS")
    #expect(evidence.ranges.map { String(decoding: Array(words.utf8)[$0], as: UTF8.self) } == ["bulk SMS"])
    #expect(evidence.match == .exact)
    #expect(evidence.language == "en")
    #expect(!evidence.isNegated)
  }

  @Test func placesAreRightAfterLettersOfSeveralBytes() throws {
    let words = "Ñandú: «página web», por favor"
    let evidence = try #require(
      finder.find(in: words, language: "es").first { $0.concept == "function.website-builder" }?.evidence.first)
    #expect(evidence.words == "página web")
    #expect(evidence.ranges.map { String(decoding: Array(words.utf8)[$0], as: UTF8.self) } == ["página web"])
  }

  @Test(arguments: [
    ("en", "We write everything in exercise books", "problem.paper-records"),
    ("en", "how to notify our farmers quickly", "problem.tell-many-people"),
    ("es", "Queremos mandarles mensajes a nuestros socios", "problem.tell-many-people"),
    ("es", "ANOTAMOS EN CUADERNOS las visitas", "problem.paper-records"),
    ("es", "nuestra pagina web", "function.website-builder"),
    ("es-419", "no hay agua potable", "cause.water"),
    ("fr", "Comment prévenir tous nos membres ?", "problem.tell-many-people"),
    ("fr", "l'eau potable manque au village", "cause.water"),
    ("ar", "نكتب كل شيء في الدفاتر", "problem.paper-records"),
    ("ar", "السِّجِلّات الورقيّة تضيع", "problem.paper-records"),
    ("ar", "نريد إنشاء مـــوقع الكتروني", "function.website-builder"),
    ("ar", "والمياه النظيفة بعيدة", "cause.water"),
    ("pt", "não há água potável", "cause.water"),
  ])
  func understands(language: String, words: String, concept: String) {
    #expect(concepts(words, language).contains(concept))
    #expect(concepts(words, nil).contains(concept), "and without being told the language")
  }

  @Test(arguments: [
    ("nobody can use the excercise books", "problem.paper-records"),
    ("moble data colection for us", "function.mobile-forms"),
    ("wnt 2 send msgs", "function.messaging"),
    ("can u make us a web site", "function.website-builder"),
    ("a skanner for paper", "function.scanning"),
  ])
  func forgivesHowItIsTyped(words: String, concept: String) throws {
    #expect(concepts(words, "en").contains(concept))
  }

  @Test func trustsMendedWordsLess() {
    let right = strength("function.scanning", "a scanner")
    let wrong = strength("function.scanning", "a scaner")
    #expect(wrong > 0)
    #expect(wrong < right)
  }

  @Test func shortWordsAreNotMended() {
    #expect(strength("function.maps", "a mop") == 0)
    #expect(strength("function.maps", "a cap") == 0)
  }

  @Test func wordsInAnotherOrderCountLess() {
    let phrase = strength("function.mobile-forms", "electronic forms")
    let turned = strength("function.mobile-forms", "forms that are electronic")
    #expect(turned > 0)
    #expect(turned < phrase)
  }

  @Test func wordsOfDifferentSentencesDoNotMeet() {
    let found = finder.find(in: "The fence is electronic. Forms lie around.", language: "en")
    #expect(found.filter { $0.concept == "function.mobile-forms" }.flatMap(\.evidence).allSatisfy { $0.match == .partial })
  }

  @Test func phraseOfStopWordsIsMetOnlyAsWritten() {
    #expect(strength("function.scanning", "the to-do scan") > 0)
    #expect(strength("function.scanning", "scan") == 0)
  }

  @Test func rareWordsSayMoreThanCommonOnes() {
    #expect(strength("function.maps", "cartography") > strength("function.messaging", "messages"))
  }

  @Test func severalPhrasesAddUp() {
    #expect(strength("function.maps", "mapping and cartography") > strength("function.maps", "cartography"))
    #expect(strength("function.maps", "cartography and cartography") == strength("function.maps", "cartography"))
  }

  @Test(arguments: [
    ("en", "We already have a website", "We want a website"),
    ("en", "we don't need a website", "we need a website"),
    ("es", "Ya tenemos página web", "Queremos página web"),
    ("fr", "Nous avons déjà un site internet", "Nous cherchons un site internet"),
    ("ar", "لا نحتاج موقع ويب", "نحتاج موقع ويب"),
  ])
  func whatIsThereIsNotAskedFor(language: String, has: String, wants: String) throws {
    let there = try #require(finder.find(in: has, language: language).first { $0.concept == "function.website-builder" })
    let wanted = try #require(finder.find(in: wants, language: language).first { $0.concept == "function.website-builder" })
    #expect(there.evidence.allSatisfy { $0.isNegated })
    #expect(wanted.evidence.allSatisfy { !$0.isNegated })
    #expect(there.strength < wanted.strength / 2)
  }

  @Test func negationEndsWithItsClause() {
    let both = "We already have a website, we need a scanner"
    #expect(strength("function.scanning", both) == strength("function.scanning", "we need a scanner"))
  }

  @Test func phraseInsideALongerOneSaysLess() {
    #expect(strength("function.messaging", "bulk sms") < strength("function.messaging", "sms"))
  }

  @Test func strengthsAreSharesInOrder() {
    let found = finder.find(
      in: "clean water water wells maps mapping bulk sms mass texting sms broadcast exercise books paper forms", language: "en")
    #expect(found.allSatisfy { $0.strength > 0 && $0.strength <= 1 })
    #expect(found.map(\.strength) == found.map(\.strength).sorted(by: >))
    #expect(Set(found.map(\.concept)).count == found.count)
  }

  @Test(arguments: ["", "   ", "…", "12 345", "zzzz qqqq", "\u{0}\u{FFFD}", "👩🏾‍🌾🚰", "'''", "--- - -", "ـــــ"])
  func nothingIsFoundInNothing(words: String) {
    #expect(finder.find(in: words, language: nil) == [])
    #expect(finder.find(in: words, language: "ar") == [])
  }

  @Test func loanWordsAreUnderstoodInOtherLanguages() {
    #expect(concepts("queremos hacer cartography", "es") == ["function.maps"])
  }

  @Test func wordsOfAConceptAreAHintOfIt() throws {
    let found = try #require(
      finder.find(in: "we must notify each member", language: "en").first { $0.concept == "problem.tell-many-people" })
    let phrase = strength("problem.tell-many-people", "how to notify farmers")
    #expect(found.evidence.map(\.match) == [.partial])
    #expect(found.strength < phrase)
  }

  @Test func wordsBetweenAreNotEvidence() throws {
    let words = "forms, friends, that are electronic"
    let evidence = try #require(
      finder.find(in: words, language: "en").first { $0.concept == "function.mobile-forms" }?.evidence.first)
    #expect(evidence.words == "forms … electronic")
    #expect(evidence.ranges == [0..<5, 25..<35])
  }

  @Test func enormousTextIsRead() {
    let words = String(repeating: "mapng sms electronic forms wellz bulk ", count: 2_000)
    #expect(concepts(words, nil).contains("function.mobile-forms"))
  }

  @Test func emptyVocabularyFindsNothing() {
    #expect(ConceptFinder(concepts: [], lexicons: []).find(in: "bulk sms", language: "en") == [])
  }
}

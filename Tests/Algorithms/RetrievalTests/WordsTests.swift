import Testing

@testable import Retrieval

@Suite struct WordsTests {
  private func words(_ text: String) -> [String] {
    let buffer = WordBuffer(text)
    return buffer.spans.indices.map { buffer.word($0) }
  }

  @Test(arguments: [
    ("Bulk SMS, please!", ["bulk", "sms", "please"]),
    ("L'école d’Abidjan, jusqu'au soir", ["l", "ecole", "d", "abidjan", "jusqu", "au", "soir"]),
    ("the child's file; the girls' league; don't", ["the", "child", "file", "the", "girls", "league", "dont"]),
    ("e-mail m-health low-fee", ["email", "mhealth", "low", "fee"]),
    ("ÑANDÚ Œuvre Straße Łódź Đà Nẵng", ["nandu", "oeuvre", "strasse", "lodz", "da", "nang"]),
    ("n\u{303}andu\u{301}", ["nandu"]),
    ("السِّجِلّات الورقيّة", ["السجلات", "الورقيه"]),
    ("إنشاء مـــوقعٍ ألكتروني على", ["انشاء", "موقع", "الكتروني", "علي"]),
    ("٢٠٢٥ ۱۲", ["2025", "12"]),
    ("ﺳﻼﻡ", ["سلم"]),
    ("地图app", ["地", "图", "app"]),
    ("हिन्दी में", ["हिन्दी", "में"]),
    ("ＡＢＣ１", ["abc1"]),
    ("code.org v2.0", ["code", "org", "v2", "0"]),
    ("", []), ("'’--…", []),
  ])
  func splitsAndFolds(text: String, expected: [String]) {
    #expect(words(text) == expected)
  }

  @Test func knowsWhereWordsStand() {
    let text = "Où est l'eau ? Là-bas, à côté."
    let buffer = WordBuffer(text)
    #expect(buffer.spans.map { text.slice($0.source) } == ["Où", "est", "l", "eau", "Là", "bas", "à", "côté"])
    #expect(buffer.spans.map(\.gap) == [.none, .none, .none, .none, .sentence, .none, .comma, .none])
  }

  @Test func longTextAfterShortOneIsReadWhole() {
    var buffer = WordBuffer("a")
    let long = String(repeating: "Größe ", count: 500)
    buffer.read(long)
    #expect(buffer.spans.count == 500)
    #expect(buffer.word(499) == "grosse")
  }

  /// Whatever the text, every word has its place and no two overlap.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func placesNeverOverlap(seed: UInt64) {
    var random = SplitMix(seed)
    let alphabet = Array("aé'’-.ßœ ـعّةى🚰地\u{0}\n,ÀZ9٣".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<200 { text.append(alphabet.randomElement(using: &random) ?? " ") }
    let string = String(text)
    let buffer = WordBuffer(string)
    var end = 0
    for (index, span) in buffer.spans.enumerated() {
      #expect(span.source.lowerBound >= end)
      #expect(!span.source.isEmpty && span.source.upperBound <= string.utf8.count)
      #expect(!buffer.word(index).isEmpty && !buffer.word(index).contains("\u{FFFD}"))
      end = span.source.upperBound
    }
  }

  // MARK: Stems

  @Test(arguments: [
    ("en", ["map", "maps", "mapped", "mapping"]), ("en", ["community", "communities"]),
    ("en", ["manage", "managing", "managed"]),
    ("en", ["child", "children"]), ("en", ["teach", "teaches", "taught", "teaching"]), ("en", ["survey", "surveys"]),
    ("es", ["registrar", "registramos", "registrando", "registraron"]), ("es", ["voluntario", "voluntarios", "voluntarias"]),
    ("es", ["luz", "luces"]), ("es", ["publicar", "publicarlo"]), ("es", ["reunion", "reuniones"]),
    ("fr", ["journal", "journaux"]), ("fr", ["enseigner", "enseignants", "enseignement", "enseignante"]),
    ("fr", ["carte", "cartes"]),
    ("pt", ["doacao", "doacoes"]), ("pt", ["mapear", "mapeando", "mapeamos"]), ("pt", ["jornal", "jornais"]),
    ("ar", ["كتاب", "الكتاب", "وكتاب", "بالكتاب"]), ("ar", ["متطوع", "متطوعون", "المتطوعين", "للمتطوعين"]),
  ])
  func formsOfAWordMeet(language: String, forms: [String]) {
    let stems = Set(forms.map { Stemmer(language: language).stem($0) })
    #expect(stems.count == 1, "\(stems)")
  }

  @Test(arguments: [
    ("en", ["community", "communication"]), ("en", ["organize", "organ"]), ("en", ["news", "new"]), ("en", ["policy", "police"]),
    ("es", ["caso", "casa"]), ("fr", ["petit", "petition"]), ("sw", ["watoto", "mtoto"]),
  ])
  func differentWordsStayApart(language: String, words: [String]) {
    #expect(Set(words.map { Stemmer(language: language).stem($0) }).count == words.count)
  }

  @Test(arguments: ["en", "es", "fr", "pt", "ar", "sw", "xx"])
  func stemmersTakeAnything(language: String) {
    for word in ["", "a", "es", "ies", "ing", "ار", "ال", "والله", "123", "ñ", "aaaaaaaaaaaa", "s", "ed", "ion"] {
      #expect(Stemmer(language: language).stem(word).utf8.count <= max(3, word.utf8.count))
    }
  }

  // MARK: Spelling

  private func trust(_ written: String, _ meant: String) -> Double? {
    Array(written.utf8).withUnsafeBufferPointer { written in
      Array(meant.utf8).withUnsafeBufferPointer { Spelling.trust(written, $0) }
    }
  }

  @Test(arguments: [
    ("evrything", "everything"), ("studnts", "students"), ("familys", "families"), ("excercise", "exercise"), ("helth", "health"),
    ("satelite", "satellite"), ("managment", "management"), ("thousnads", "thousands"),
    ("trnslt", "translate"), ("bulitin", "bulletin"), ("متطوعن", "متطوعون"),
  ])
  func slipsAreForgiven(written: String, meant: String) throws {
    let found = try #require(trust(written, meant))
    #expect(found > 0 && found < 1)
  }

  @Test(arguments: [
    ("boots", "books"), ("maigres", "maires"), ("winter", "writer"), ("maradi", "maladie"), ("cat", "cut"), ("map", "mop"),
    ("nation", "ration"), ("شباب", "كتاب"),
  ])
  func otherWordsAreNot(written: String, meant: String) {
    #expect(trust(written, meant) == nil)
  }

  @Test func editsAreCountedEitherWayRound() {
    let words = ["data", "date", "dtaa", "datas", "mapping", "maping", "", "d"].map { Array($0.utf8) }
    for left in words {
      for right in words {
        let there = left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { Spelling.edits(left, $0, atMost: 2) } }
        let reverse = right.withUnsafeBufferPointer { right in
          left.withUnsafeBufferPointer { Spelling.edits(right, $0, atMost: 2) }
        }
        #expect(there == reverse)
      }
    }
  }
}

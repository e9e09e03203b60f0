import Foundation
import Testing

@testable import Localization

@Suite struct LanguageTests {
  @Test(arguments: [
    ("es", "es"), ("PT_br", "pt-BR"), ("ZH-hANT-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("EN-X-PSEUDO", "en-x-pseudo"),
    ("sl-rozaj-biske", "sl-rozaj-biske"), ("mam", "mam"),
  ])
  func aTagIsKeptInItsUsualLetterCase(given: String, kept: String) {
    #expect(Language(given)?.tag == kept)
  }

  @Test(arguments: ["", "e", "español", "es-", "-es", "es--MX", "12", "en-x", "engl", "en-toolongsubtag", "es/../etc", "e\u{0}s"])
  func whatIsNoTagIsRefused(given: String) {
    #expect(Language(given) == nil)
  }

  @Test(arguments: [
    "en", "es", "ht", "pt-BR", "zh-Hant-TW", "iw", "tl", "mam", "quy", "quz", "kek", "nah", "ber", "hat", "yue", "aaa", "zza",
    "und",
    "mul", "en-x-pseudo",
  ])
  func aLanguageHasACodeOfISO639(tag: String) {
    #expect(Language(tag)?.isAssigned == true)
  }

  @Test(arguments: ["xx", "xx-nonsense", "qq", "zzz", "aaj", "qaa", "qtz", "english", "klingon", "spanish", "espanol-MX"])
  func whatIsNoCodeOfISO639IsNoLanguage(tag: String) {
    #expect(Language(tag)?.isAssigned == false)
  }

  @Test func whatIsWrittenFromRightToLeftIsTheSameAsInUnicodesData() {
    let differing = Set(Locale.availableIdentifiers.map { $0.replacing("_", with: "-") }).filter { tag in
      guard let language = Language(tag) else { return false }
      return language.isRightToLeft != (Locale.Language(identifier: tag).characterDirection == .rightToLeft)
    }
    #expect(differing == [])
  }

  @Test(arguments: [
    ("ar", true), ("ar-MA", true), ("fa", true), ("ur", true), ("ckb", true), ("pa-PK", true), ("az-Arab", true), ("ku-IQ", true),
    ("en", false), ("ar-Latn", false), ("az", false), ("pa", false), ("ku", false), ("en-x-pseudo", false),
  ])
  func theScriptDecidesTheDirection(tag: String, isRightToLeft: Bool) {
    #expect(Language(tag)?.isRightToLeft == isRightToLeft)
  }

  @Test(arguments: [
    ("es", "Español"), ("fr", "Français"), ("ar", "العربية"), ("en", "English"), ("sw", "Kiswahili"), ("zzz", "zzz"),
  ])
  func aLanguageNamesItself(tag: String, name: String) {
    #expect(Language(tag)?.name == name)
  }

  @Test(arguments: [
    ("es-MX,es;q=0.9,en;q=0.8", "es"),
    ("en;q=0.5, ar;q=0.9, fr;q=0.7", "ar"),
    ("de, fr;q=0.2", "fr"),
    ("pt", "pt-BR"),
    ("pt-PT, en", "en"),
    ("pt-br", "pt-BR"),
    ("zh-Hant-TW, *;q=0.1", "en"),
    ("en;q=0, *", "ar"),
    ("fr;q=0, fr-CA, es;q=0.1", "es"),
    ("fr ; q=0.3 ,es; q=0.4", "es"),
    ("FR", "fr"),
    ("%%%, fr;q=oops, ar", "ar"),
    ("fr-x-private, es;q=0.1", "fr"),
  ])
  func theReadersBestLanguageIsChosen(header: String, tag: String) {
    let available = ["en", "ar", "es", "fr", "pt-BR"].compactMap { Language($0) }
    #expect(Language.best(accept: header, among: available)?.tag == tag)
  }

  @Test(arguments: [nil, "", "de", "*;q=0", ";;;,,,", "en;q=0"])
  func whereNothingFitsNothingIsChosen(header: String?) {
    #expect(Language.best(accept: header, among: [.english]) == nil)
  }

  @Test func aLanguageIsStoredAsItsTag() throws {
    let encoded = try JSONEncoder().encode(["spoken": Language("pt-br")])
    #expect(String(decoding: encoded, as: UTF8.self) == #"{"spoken":"pt-BR"}"#)
    #expect(try JSONDecoder().decode([String: Language].self, from: encoded) == ["spoken": Language(known: "pt-BR")])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Language.self, from: Data(#""no tag""#.utf8))
    }
  }
}

import Foundation
import Testing

@testable import Localization

@Suite struct LocalizationTests {
  @Test func withoutALanguageTheSourceIsShown() {
    #expect(tr("Send").text == "Send")
    #expect(tr("Welcome, {name}", ["name": "Amina"]).text == "Welcome, Amina")
    #expect(ntr("{count} day", "{count} days", 1).text == "1 day")
    #expect(ntr("{count} day", "{count} days", 1_234).text == "1,234 days")
    #expect(trc("verb", "Open") == Phrase(text: "Open", language: .english))
  }

  @Test func aSentenceIsShownInTheCurrentLanguage() throws {
    let locales = try load([
      "es.po": header("es") + """
        msgid "Send"
        msgstr "Enviar"

        msgctxt "verb"
        msgid "Open"
        msgstr "Abrir"

        msgid "Open"
        msgstr "Abierto"

        msgid "Welcome, {name}: {left} of {total}"
        msgstr "{left} de {total}. Le damos la bienvenida, {name}"
        """
    ])
    let spanish = try #require(Language("es"))
    Localization.$current.withValue(locales.localizer(for: spanish)) {
      #expect(tr("Send") == Phrase(text: "Enviar", language: spanish))
      #expect(tr("Open").text == "Abierto")
      #expect(trc("verb", "Open").text == "Abrir")
      #expect(trc("noun", "Open") == Phrase(text: "Open", language: .english))
      #expect(
        tr("Welcome, {name}: {left} of {total}", ["name": "{total}", "left": "1", "total": "2"]).text
          == "1 de 2. Le damos la bienvenida, {total}")
    }
  }

  @Test func bracesThatNameNothingStayAsTheyAre() {
    let values = ["a": "1"]
    #expect(tr("{a}{b} {} {a {1} {a b} {{a}} }", values).text == "1{b} {} {a {1} {a b} {1} }")
  }

  @Test(arguments: [
    (0, "لا أيام"), (1, "يوم واحد"), (2, "يومان"), (3, "٣ أيام"), (11, "١١ يومًا"), (100, "١٠٠ يوم"), (1_234, "١٬٢٣٤ يومًا"),
  ])
  func arabicChoosesAmongSixForms(count: Int, text: String) throws {
    let locales = try load([
      "ar.po": header("ar", plurals: arabicPlurals) + """
        msgid "{count} day"
        msgid_plural "{count} days"
        msgstr[0] "لا أيام"
        msgstr[1] "يوم واحد"
        msgstr[2] "يومان"
        msgstr[3] "{count} أيام"
        msgstr[4] "{count} يومًا"
        msgstr[5] "{count} يوم"
        """
    ])
    let arabic = try #require(Language("ar"))
    #expect(locales.localizer(for: arabic).phrase("{count} day", "{count} days", count) == Phrase(text: text, language: arabic))
  }

  @Test func aSentenceWithoutTranslationIsTakenFromTheNextLanguage() throws {
    let locales = try load([
      "qu.po": header("qu", fallback: "es, en") + """
        msgid "Yes"
        msgstr "Arí"

        #, fuzzy
        msgid "No"
        msgstr "Manam"

        msgid "Send"
        msgstr ""

        msgid "Hello, {name}"
        msgstr "Allillanchu, {nombre}"

        msgid "{count} day"
        msgid_plural "{count} days"
        msgstr[0] "{count} punchaw"
        msgstr[1] ""
        """,
      "es.po": header("es") + """
        msgid "No"
        msgstr "No, gracias"

        msgid "Send"
        msgstr "Enviar"

        msgid "Hello, {name}"
        msgstr "Hola, {name}"

        msgid "{count} day"
        msgid_plural "{count} days"
        msgstr[0] "{count} día"
        msgstr[1] "{count} días"
        """,
    ])
    let quechua = try #require(Language("qu"))
    let spanish = try #require(Language("es"))
    let localizer = locales.localizer(for: quechua)
    #expect(localizer.language == quechua)
    #expect(localizer.phrase("Yes") == Phrase(text: "Arí", language: quechua))
    #expect(localizer.phrase("No") == Phrase(text: "No, gracias", language: spanish))
    #expect(localizer.phrase("Send") == Phrase(text: "Enviar", language: spanish))
    #expect(localizer.phrase("Hello, {name}", ["name": "Rosa"]) == Phrase(text: "Hola, Rosa", language: spanish))
    // The number is written as in the language of the sentence it stands in: Spanish groups from five digits on.
    #expect(localizer.phrase("{count} day", "{count} days", 1_234) == Phrase(text: "1234 días", language: spanish))
    #expect(localizer.phrase("Maybe") == Phrase(text: "Maybe", language: .english))
  }

  @Test func theOperatorsFilesAddLanguagesAndOverruleSentences() throws {
    let bundled = try Folder([
      "es.po": header("es") + "msgid \"Yes\"\nmsgstr \"Sí\"\n\nmsgid \"No\"\nmsgstr \"No\"\n"
    ])
    let own = try Folder([
      "es.po": "msgid \"No\"\nmsgstr \"Nones\"\n",
      "en.po": "msgid \"Group\"\nmsgstr \"Association\"\n",
      "mam.po": header("mam", fallback: "es", name: "Qyol Mam"),
    ])
    let locales = Locales(try Catalog.all(in: bundled.url) + Catalog.all(in: own.url))
    #expect(locales.languages.map(\.tag) == ["en", "es", "mam"])
    #expect(locales.languages.map(\.name) == ["English", "Español", "Qyol Mam"])
    let mam = locales.localizer(for: locales.languages[2])
    #expect(["Yes", "No", "Group"].map { mam.phrase($0).text } == ["Sí", "Nones", "Association"])
    #expect(["Yes", "No", "Group"].map { mam.phrase($0).language.tag } == ["es", "es", "en"])
    // The platform knows nothing of Mam, so its dates are those of the language it falls back to.
    #expect(mam.date(1_772_700_000_000, style: .month, timeZone: .gmt) == "marzo de 2026")
  }

  @Test func aRegionalLanguageFallsBackToItsParent() throws {
    let locales = try load([
      "es.po": header("es") + "msgid \"Yes\"\nmsgstr \"Sí\"\n\nmsgid \"Computer\"\nmsgstr \"Ordenador\"\n",
      "es-MX.po": "msgid \"Computer\"\nmsgstr \"Computadora\"\n",
    ])
    let mexican = locales.localizer(for: Language(known: "es-MX"))
    #expect(["Yes", "Computer"].map { mexican.phrase($0).text } == ["Sí", "Computadora"])
    #expect(locales.localizer(for: Language(known: "es-AR")).language.tag == "es")
    #expect(locales.localizer(for: Language(known: "de")).language == .english)
  }

  @Test func theProductSpeaksFourLanguages() throws {
    let languages = try Locales.load().languages
    #expect(languages.map(\.tag) == ["en", "ar", "es", "fr"])
    #expect(languages.map(\.isRightToLeft) == [false, true, false, false])
  }

  @Test(arguments: [
    ("es.po", "msgid \"a\nmsgstr \"b\"\n", "es.po:1: error: The closing quotation mark is missing."),
    ("español.po", "", "español.po:0: error: The name of the file is not a language tag."),
    ("es.po", header("es").replacing("UTF-8", with: "ISO-8859-1"), "es.po:1: error: The header Content-Type says"),
    ("es.po", header("es", plurals: "nplurals=2; plural=n"), "es.po:1: error: The header Plural-Forms gives form 2 for 2"),
    ("es.po", "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n", "es.po:1: error: The header has no Plural-Forms."),
  ])
  func aFileThatCannotBeUsedIsNamed(name: String, text: String, beginning: String) throws {
    let folder = try Folder([name: text])
    let error = #expect(throws: LocaleError.self) { try Locales.load(additional: folder.url) }
    #expect(error?.description.hasPrefix(folder.url.appending(path: beginning).path) == true, "\(String(describing: error))")
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    let error = #expect(throws: LocaleError.self) { try Locales.load(additional: URL(filePath: "/nowhere/locales")) }
    #expect(error?.findings.map(\.file) == ["/nowhere/locales"])
  }

  @Test func thePseudoLanguageMarksWhatIsTranslated() throws {
    let pseudo = try Locales.load().localizer(for: .pseudo)
    Localization.$current.withValue(pseudo) {
      #expect(tr("Send") == Phrase(text: "⟦Send⟧", language: .pseudo))
      #expect(tr("Hello, {name}!", ["name": "Amina"]).text == "⟦Hello, ⟧Amina⟦!⟧")
      #expect(ntr("{count} day", "{count} days", 3).text == "3⟦ days⟧")
      #expect(trc("verb", "Open").text == "⟦Open⟧")
      #expect(Message("Hello, {name}!", ["name": "Amina"]).phrase().text == "⟦Hello, ⟧Amina⟦!⟧")
      #expect(regionName("KE") == "⟦Kenya⟧")
      #expect(languageName("sw") == "⟦Swahili⟧")
      #expect(localizedDate(0, style: .month, timeZone: .gmt) == "⟦January 1970⟧")
      #expect(localizedNumber(1_234) == "1,234")
    }
  }

  @Test func aPatternLeavesItsPlaceholdersOpen() {
    #expect(
      Localizer.english.pattern("Read {link} first.").pieces == [.text("Read "), .placeholder("link"), .text(" first.")])
    #expect(Localizer.pseudo.pattern("Read {link}").pieces == [.text("⟦Read ⟧"), .placeholder("link")])
    #expect(
      Localizer.english.pattern("{count} of {link}", "{count} from {link}", 2_000).pieces
        == [.text("2,000"), .text(" from "), .placeholder("link")])
  }

  @Test func aMessageIsCarriedUntranslated() throws {
    let locales = try load([
      "es.po": header("es") + """
        msgid "Wait {count} minute."
        msgid_plural "Wait {count} minutes."
        msgstr[0] "Espere {count} minuto."
        msgstr[1] "Espere {count} minutos."

        msgid "Give {field}."
        msgstr "Indique {field}."
        """
    ])
    let messages = [Message("Give {field}.", ["field": "x"]), Message("Wait {count} minute.", "Wait {count} minutes.", 5)]
    let carried = try JSONDecoder().decode([Message].self, from: try JSONEncoder().encode(messages))
    #expect(carried == messages)
    #expect(carried.map { $0.phrase().text } == ["Give x.", "Wait 5 minutes."])
    let spanish = locales.localizer(for: Language(known: "es"))
    #expect(carried.map { $0.phrase(in: spanish).text } == ["Indique x.", "Espere 5 minutos."])
  }

  /// Loads the files as if they came with the product.
  private func load(_ files: [String: String]) throws -> Locales {
    let folder = try Folder(files)
    return Locales(try Catalog.all(in: folder.url))
  }
}

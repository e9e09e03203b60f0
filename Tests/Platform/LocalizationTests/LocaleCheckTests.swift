import Foundation
import Testing

@testable import Localization

@Suite struct LocaleCheckTests {
  private let template = """
    msgid ""
    msgstr ""
    "Content-Type: text/plain; charset=UTF-8\\n"

    msgid "Yes"
    msgstr ""

    msgid "Hello, {name}"
    msgstr ""

    msgctxt "verb"
    msgid "Open"
    msgstr ""

    msgid "{count} day"
    msgid_plural "{count} days"
    msgstr[0] ""
    msgstr[1] ""
    """

  private let complete = """
    msgid "Yes"
    msgstr "Sí"

    msgid "Hello, {name}"
    msgstr "Hola, {name}"

    msgctxt "verb"
    msgid "Open"
    msgstr "Abrir"

    msgid "{count} day"
    msgid_plural "{count} days"
    msgstr[0] "un día"
    msgstr[1] "{count} días"

    #~ msgid "Gone"
    #~ msgstr "Ido"
    """

  @Test func nothingIsFoundInACompleteFile() throws {
    #expect(try check(header("es") + complete) == [])
  }

  @Test(arguments: [
    ("msgstr \"Sí\"", "msgstr \"\"", ["8 warning “Yes” is not translated."]),
    ("msgid \"Yes\"\nmsgstr \"Sí\"", "", ["0 warning “Yes” is not in the file."]),
    ("msgid \"Yes\"", "#, fuzzy\nmsgid \"Yes\"", ["9 warning The translation is marked fuzzy, so it is not shown."]),
    (
      "Hola, {name}", "Hola, {nombre}",
      [
        "11 error The translation has {nombre}, which the source does not have.", "11 error The translation lacks {name}.",
      ]
    ),
    ("msgstr[1] \"{count} días\"", "msgstr[1] \"días\"", ["18 error Form 1 lacks {count}."]),
    (
      "msgstr[1] \"{count} días\"", "msgstr[1] \"{count} días\"\nmsgstr[2] \"{count} días\"",
      [
        "18 error The entry has 3 plural forms, the language has 2."
      ]
    ),
    ("msgstr[1] \"{count} días\"", "msgstr[1] \"\"", ["18 warning “{count} day” is not translated."]),
    ("\"{count} days\"", "\"{count} or so days\"", ["18 warning “{count} day” has another msgid_plural in messages.pot."]),
    (
      "msgctxt \"verb\"", "",
      [
        "0 warning “Open” is not in the file.", "15 warning The product no longer shows “Open”.",
      ]
    ),
    ("#~ msgid \"Gone\"\n#~ msgstr \"Ido\"", "msgid \"Yes\"\nmsgstr \"Sí\"", ["23 error “Yes” stands in line 8 already."]),
    (
      "msgstr \"Sí\"", "msgstr \"Sí",
      [
        "0 warning “Yes” is not in the file.", "9 error The closing quotation mark is missing.",
      ]
    ),
  ])
  func eachFaultIsFoundWithItsLine(right: String, wrong: String, found: [String]) throws {
    #expect(try check(header("es") + complete.replacing(right, with: wrong)) == found)
  }

  @Test(arguments: [
    ("Language: es", "Language: fr", "1 error The header Language is “fr”, the file is named for “es”."),
    ("charset=UTF-8", "charset=ISO-8859-1", "1 error The header Content-Type says that the file is in ISO-8859-1."),
    ("; charset=UTF-8", "", "1 error The header does not say how the file is encoded."),
    ("\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n", "", "1 error The header has no Plural-Forms."),
    ("(n != 1)", "(n != )", "1 error The header Plural-Forms needs “n”, a number or “(” at “)”."),
    ("X-Fallback: en", "X-Fallback: tlh, en", "1 error The header X-Fallback names “tlh”, for which there is no file."),
    ("X-Fallback: en", "X-Fallback: es", "1 error The header X-Fallback names the language of the file itself."),
    ("X-Fallback: en", "X-Fallback: Spanish!", "1 error The header X-Fallback names “Spanish!”, which is no language tag."),
  ])
  func eachFaultOfTheHeaderIsFound(right: String, wrong: String, found: String) throws {
    #expect(try check(header("es").replacing(right, with: wrong) + complete) == [found])
  }

  @Test func aFileWithoutHeaderAndOneWithAWrongNameAreFound() throws {
    #expect(try check(complete) == ["1 error The file has no header."])
    #expect(
      try check(header("es") + complete, name: "Spanish language.po") == ["0 error The name of the file is not a language tag."])
  }

  @Test func anotherEncodingIsFound() throws {
    let folder = try Folder(["messages.pot": template])
    try folder.write(Array((header("es") + complete + "\n# ").utf8) + [0xED], to: "es.po")
    let findings = try LocaleCheck.findings(in: folder.url, template: folder.url.appending(path: "messages.pot"))
    #expect(findings.map(\.what) == ["The line is not valid UTF-8."])
    #expect(findings.map(\.remedy) == ["Save the file as UTF-8."])
  }

  @Test func theFilesOfTheProductHaveNoErrors() throws {
    #expect(try LocaleCheck.bundled().filter { $0.severity == .error } == [])
  }

  /// What is found, as “line severity what”.
  private func check(_ text: String, name: String = "es.po") throws -> [String] {
    let folder = try Folder(["messages.pot": template, name: text])
    return try LocaleCheck.findings(in: folder.url, template: folder.url.appending(path: "messages.pot"))
      .map { "\($0.line) \($0.severity) \($0.what)" }
  }
}

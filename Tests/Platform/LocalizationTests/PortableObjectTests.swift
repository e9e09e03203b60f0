import Testing

@testable import Localization

@Suite struct PortableObjectTests {
  @Test func everyKindOfLineIsRead() {
    let object = parse(
      #"""
      # A translator's word
      msgid ""
      msgstr ""
      "Language: es\n"
      "Plural-Forms: nplurals=2; plural=(n != 1);\n"

      #  Kept with its spaces
      #. Shown on the front page
      #: Sources/A.swift Sources/B.swift
      #, fuzzy, c-format
      #| msgid "Before"
      msgctxt "verb"
      msgid "Open"
      msgstr "Abrir"
      msgid "{count} day"
      msgid_plural "{count} "
      "days"
      msgstr[0] "{count} día"
      msgstr[1] ""
      "{count}\t\"días\"\\\n"
      "\x41\101"

      #~ msgid "Gone"
      #~ msgstr "Ido"
      """#)

    #expect(object.problems == [])
    #expect(object.headerField("plural-forms") == "nplurals=2; plural=(n != 1);")
    #expect(object.header?.comments == [" A translator's word"])
    #expect(
      object.entries == [
        PortableObject.Entry(
          comments: ["  Kept with its spaces"], notes: ["Shown on the front page"],
          references: ["Sources/A.swift", "Sources/B.swift"],
          flags: ["fuzzy", "c-format"], context: "verb", id: "Open", translations: ["Abrir"], line: 13),
        PortableObject.Entry(
          id: "{count} day", plural: "{count} days", translations: ["{count} día", "{count}\t\"días\"\\\nAA"], line: 15),
        PortableObject.Entry(id: "Gone", translations: ["Ido"], isObsolete: true, line: 23),
      ])
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func linesMayEndInAnyWay(end: String) {
    let text = "\u{FEFF}msgid \"Yes\"\nmsgstr \"Sí\"\n\nmsgid \"No\"\nmsgstr \"No\"".replacing("\n", with: end)
    let object = parse(text)
    #expect(object.problems == [])
    #expect(object.entries.map(\.translations) == [["Sí"], ["No"]])
    #expect(object.entries.map(\.line) == [1, 4])
  }

  @Test(arguments: [
    ("msgid \"Yes\"\nmsgstr \"Sí", 2, "The closing quotation mark is missing."),
    ("msgid \"Yes\"\nmsgstr \"a\"b\"", 2, "Something follows the closing quotation mark."),
    ("msgid \"Yes\"\nmsgstr \"\\q\"", 2, "A backslash is followed by something it cannot precede."),
    ("msgid \"Yes\"\nmsgstr \"\\0\"", 2, "A backslash is followed by something it cannot precede."),
    ("msgid \"Yes\"\nmsgstr \"\\", 2, "A backslash is followed by something it cannot precede."),
    ("msgid Yes\nmsgstr \"Sí\"", 1, "msgid has no text."),
    ("\"Yes\"", 1, "A text stands here without a keyword."),
    ("msgid \"Yes\"\n", 1, "The entry has no msgstr."),
    ("msgstr \"Sí\"\n", 1, "An entry has no msgid."),
    ("msgid \"Yes\"\nmsgstr \"Sí\"\nmsgstr \"Sí\"", 3, "msgstr stands twice in one entry."),
    (
      "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"\"\nmsgstr[2] \"\"", 1,
      "The plural forms are not numbered from 0 without a gap."
    ),
    ("msgid \"a\"\nmsgstr[0] \"\"", 1, "The entry has numbered translations but no msgid_plural."),
    ("translate \"Yes\"", 1, "“translate” begins no line of a .po file."),
    ("msgid \"\"\nmsgstr \"\"\n\nmsgid \"\"\nmsgstr \"\"", 4, "The file has a second header."),
  ])
  func whatCannotBeReadIsNamedWithItsLine(text: String, line: Int, what: String) {
    let problems = parse(text).problems
    #expect(problems.map(\.line) == [line])
    #expect(problems.map(\.what) == [what])
  }

  @Test func readingGoesOnAfterAnEntryThatCannotBeRead() {
    let object = parse(
      "msgid \"a\nmsgstr \"b\"\n\nmsgid \"c\"\nmsgstr \"d\"\n\nmsgid e\nmsgstr \"f\"\nmsgid \"g\"\nmsgstr \"h\"\n")
    #expect(object.problems.map(\.line) == [1, 7])
    #expect(object.entries.map(\.id) == ["c", "g"])
  }

  @Test func anotherEncodingIsNamed() {
    let latin = PortableObject(parsing: Array("msgid \"Yes\"\nmsgstr \"S".utf8) + [0xED] + Array("\"\n".utf8))
    #expect(latin.problems.map(\.kind) == [.encoding])
    #expect(latin.problems.map(\.line) == [2])
    #expect(PortableObject(parsing: [0xFF, 0xFE, 0x6D, 0]).problems.map(\.kind) == [.encoding])
    #expect(parse("msgid \"Yes\"\nmsgstr \"\\xED\"").problems.map(\.kind) == [.encoding])
  }

  @Test func noFileWhateverBringsTheReaderDown() {
    // Every beginning of a file, and a file with every byte changed in turn, must be read to the end.
    let whole = Array(
      (header("es") + "#, fuzzy\nmsgctxt \"c\"\nmsgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"\\n\"\n#~ msgid \"x\"\n").utf8)
    var read = 0
    for index in whole.indices {
      _ = PortableObject(parsing: Array(whole[..<index]))
      for byte: UInt8 in [0, 10, 13, 34, 35, 92, 91, 126, 0xFF] {
        var changed = whole
        changed[index] = byte
        read += PortableObject(parsing: changed).entries.count >= 0 ? 1 : 0
      }
    }
    #expect(read == whole.count * 9)
  }

  @Test(arguments: [
    ("nplurals=2; plural=(n != 1);", [1, 0, 1, 1]),
    ("nplurals=2; plural=n > 1", [0, 0, 1, 1]),
    ("nplurals=1; plural=0;", [0, 0, 0, 0]),
    (
      "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
      [2, 0, 1, 2]
    ),
    ("nplurals=2; plural=!(n-1*1)+0 == 0", [1, 0, 1, 1]),
    ("nplurals=2; plural=n/0", [0, 0, 0, 0]),
  ])
  func aRuleChoosesAForm(header: String, forms: [Int]) throws {
    let rule = try PluralRule(header: header)
    #expect([0, 1, 2, 11].map { rule.form(for: $0) } == forms)
  }

  @Test func arabicHasSixForms() throws {
    let rule = try PluralRule(header: arabicPlurals)
    let numbers = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 1_000, 1_003, 1_011, -2]
    #expect(numbers.map { rule.form(for: $0) } == [0, 1, 2, 3, 3, 4, 4, 5, 5, 3, 5, 3, 4, 2])
    #expect((0..<6).map { rule.isForOneNumber($0) } == [true, true, true, false, false, false])
  }

  @Test(arguments: [
    ("plural=n", "needs nplurals, a number from 1 to 6"),
    ("nplurals=2", "has no “plural=”"),
    ("nplurals=2; plural=n", "gives form 2 for 2, but nplurals is 2"),
    ("nplurals=2; plural=(n != 1", "lacks “)” at “the end”"),
    ("nplurals=2; plural=n != 1)", "has something unexpected at “)”"),
    ("nplurals=2; plural=n ? 1", "lacks “:” at “the end”"),
    ("nplurals=2; plural=m", "needs “n”, a number or “(” at “m”"),
    ("nplurals=2; plural=99999999999999999999", "needs “n”, a number or “(” at “99999999999999999999”"),
    ("nplurals=9; plural=0", "needs nplurals, a number from 1 to 6"),
  ])
  func aMalformedRuleIsExplained(header: String, reason: String) {
    let error = #expect(throws: PluralRule.Malformed.self) { try PluralRule(header: header) }
    #expect(error?.reason == reason)
  }

  @Test(arguments: ["(", "!", "n?0:", "n+"])
  func aRuleNestedWithoutEndIsRefused(part: String) {
    for length in [150, 100_000] {
      #expect(throws: PluralRule.Malformed.self) {
        try PluralRule(header: "nplurals=2; plural=" + String(repeating: part, count: length) + "n")
      }
    }
  }

  private func parse(_ text: String) -> PortableObject { PortableObject(parsing: Array(text.utf8)) }
}

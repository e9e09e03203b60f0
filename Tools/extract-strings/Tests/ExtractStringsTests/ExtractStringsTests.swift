import Foundation
import Testing

@testable import ExtractStrings

@Suite struct ExtractStringsTests {
  @Test func everyCallIsFoundWhereverItStands() throws {
    let template = try Template(sources: [
      (
        "Sources/B.swift",
        #"""
        let later = tr("Twice")
        """#
      ),
      (
        "Sources/A.swift",
        #"""
        func page(_ days: Int, name: String) -> HTML {
          let title = Localization.tr("Needs \"of\" \u{2014} today")
          // Translators: a button,
          // not a noun.
          let button = trc("verb", "Open")
          return """
            <h1>\(title)</h1>\(each: names, { name in
              "<p>\(tr("Hello, {name}", ["name": name])) \(flag ? tr("Yes") : "<b>\(tr("No"))</b>")</p>"
            })
            \(ntr("{count} day", "{count} days", days))
            \(tr("Read {link}.", html: ["link": "<a href='/'>\(tr("this"))</a>"]))
            """
        }
        let long = tr("""
            One line
              and "another" \
            joined
            """)
        let joined = tr(("Part one, " + "part two, ") + #"part \three"#)
        throw DomainError.invalid(Message("Give {field}.", ["field": field]))
        let wait = Message.init("Wait {count} minute.", "Wait {count} minutes.", minutes)
        let carried = Message("With {given} values", values)
        let twice = tr("Twice")
        x.tr("Not ours")
        let other = Message(to: "nobody")
        let html = "<tr>\(name)</tr>"
        """#
      ),
    ])
    #expect(
      template.entries.map(\.id) == [
        "Needs \"of\" — today", "Open", "Hello, {name}", "Yes", "No", "{count} day", "Read {link}.", "this",
        "One line\n  and \"another\" joined", "Part one, part two, part \\three", "Give {field}.", "Wait {count} minute.",
        "With {given} values", "Twice",
      ])
    #expect(template.entries.compactMap(\.plural) == ["{count} days", "Wait {count} minutes."])
    #expect(template.entries.compactMap(\.context) == ["verb"])
    #expect(template.entries.flatMap(\.notes) == ["a button,", "not a noun."])
    #expect(template.entries.last?.references == ["Sources/A.swift", "Sources/B.swift"])
  }

  @Test(arguments: [
    ("tr(title)", "A.swift:1:4", "tr is called with something other than a plain literal."),
    ("tr(flag ? \"a\" : \"b\")", "A.swift:1:4", "tr is called with something other than a plain literal."),
    ("tr(\"a\" + b)", "A.swift:1:4", "tr is called with something other than a plain literal."),
    (
      "tr(\"Hello \\(name)\")", "A.swift:1:4",
      "tr has Swift interpolation in its literal, so the sentence is not known before it runs."
    ),
    (
      "tr(\"Hello \" + \"\\(name)\")", "A.swift:1:4",
      "tr has Swift interpolation in its literal, so the sentence is not known before it runs."
    ),
    (
      "\"\\(tr(\"a \\(b)\"))\"", "A.swift:1:7",
      "tr has Swift interpolation in its literal, so the sentence is not known before it runs."
    ),
    ("ntr(\"a\", many, 1)", "A.swift:1:10", "ntr is called with something other than a plain literal."),
    ("trc(\"a\")", "A.swift:1:1", "trc needs 2 literals."),
    ("Message(text)", "A.swift:1:9", "Message is called with something other than a plain literal."),
    ("tr(\"\")", "A.swift:1:4", "An empty text cannot be translated."),
    ("tr(\"Hi {name}\")", "A.swift:1:1", "{name} gets no value."),
    ("tr(\"Hi {name}\", [\"nam\": x, \"name\": y])", "A.swift:1:1", "The sentence has no {nam}."),
    ("ntr(\"{a}\", \"{count}\", n, [:])", "A.swift:1:1", "{a} gets no value."),
    ("tr(\"{count} day\")\nntr(\"{count} day\", \"{count} days\", 2)", "A.swift:1:1", "{count} gets no value."),
    ("tr(\"Day\")\nntr(\"Day\", \"Days\", 2)", "A.swift:2:1", "“Day” is used with another plural, or none, at A.swift:1:1."),
    ("let a = tr(\"Yes\") +", "A.swift:1:1", "The file is not valid Swift, sentences may be missed."),
  ])
  func whatCannotBeTranslatedIsAnError(source: String, place: String, what: String) {
    let error = #expect(throws: SourceProblems.self) { try Template(sources: [("A.swift", source)]) }
    #expect(error?.problems.first.map { "\($0.place)" } == place)
    #expect(error?.problems.first?.what == what)
  }

  @Test func theTemplateIsWrittenWithoutLineNumbers() throws {
    let template = try Template(sources: [
      (
        "A.swift",
        #"""
        // Translators: short
        let a = trc("menu", "Say \"yes\"\tnow\nor later\n")
        let b = ntr("A day", "{count} days", 2)
        """#
      )
    ])
    #expect(
      template.text == #"""
        msgid ""
        msgstr ""
        "Project-Id-Version: civil-society\n"
        "Language: \n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=UTF-8\n"
        "Content-Transfer-Encoding: 8bit\n"

        #. short
        #: A.swift
        msgctxt "menu"
        msgid ""
        "Say \"yes\"\tnow\n"
        "or later\n"
        msgstr ""

        #: A.swift
        msgid "A day"
        msgid_plural "{count} days"
        msgstr[0] ""
        msgstr[1] ""

        """#)
    let read = PortableObject(parsing: Array(template.text.utf8))
    #expect(read.problems == [])
    #expect(read.entries.map(\.key) == template.entries.map(\.key))
  }

  @Test func aMergeKeepsWhatTranslatorsWrote() throws {
    let template = try Template(sources: [
      (
        "A.swift",
        "tr(\"New\"); tr(\"Yes\"); tr(\"Back\"); ntr(\"{count} day\", \"{count} days\", 2); ntr(\"Fresh\", \"Fresher\", 2)"
      )
    ])
    let before = #"""
      # Thanks to Rosa
      msgid ""
      msgstr ""
      "Language: ar\n"
      "Plural-Forms: nplurals=3; plural=n==0 ? 0 : n==1 ? 1 : 2;\n"

      # Not too short
      #. old note
      #: Old.swift
      #, fuzzy
      msgid "Yes"
      msgstr "Sí"

      #: Old.swift
      msgid "{count} day"
      msgstr "{count} día"

      #: Old.swift
      msgid "Gone"
      msgstr "Ido"

      #: Old.swift
      msgid "Gone and never translated"
      msgstr ""

      #~ msgid "Back"
      #~ msgstr "De vuelta"

      #~ msgid "Long gone"
      #~ msgstr "Ido hace tiempo"
      """#
    let after = #"""
      # Thanks to Rosa
      msgid ""
      msgstr ""
      "Language: ar\n"
      "Plural-Forms: nplurals=3; plural=n==0 ? 0 : n==1 ? 1 : 2;\n"

      #: A.swift
      msgid "New"
      msgstr ""

      # Not too short
      #: A.swift
      #, fuzzy
      msgid "Yes"
      msgstr "Sí"

      #: A.swift
      msgid "Back"
      msgstr "De vuelta"

      #: A.swift
      #, fuzzy
      msgid "{count} day"
      msgid_plural "{count} days"
      msgstr[0] "{count} día"
      msgstr[1] "{count} día"
      msgstr[2] "{count} día"

      #: A.swift
      msgid "Fresh"
      msgid_plural "Fresher"
      msgstr[0] ""
      msgstr[1] ""
      msgstr[2] ""

      #~ msgid "Long gone"
      #~ msgstr "Ido hace tiempo"

      #~ msgid "Gone"
      #~ msgstr "Ido"

      """#
    #expect(try Merge.merged(template, into: Array(before.utf8), file: "ar.po") == after)
    #expect(try Merge.merged(template, into: Array(after.utf8), file: "ar.po") == after)
  }

  @Test func aFileThatCannotBeReadIsLeftAlone() throws {
    let template = try Template(sources: [])
    let error = #expect(throws: FileProblem.self) {
      try Merge.merged(template, into: Array("msgid \"\"\nmsgstr \"\n".utf8), file: "es.po")
    }
    #expect(error?.description.hasPrefix("es.po:2: error: The closing quotation mark is missing.") == true)
    let plurals = #expect(throws: FileProblem.self) { try Merge.merged(template, into: [], file: "es.po") }
    #expect(plurals?.what == "The header Plural-Forms needs nplurals, a number from 1 to 6.")
  }

  @Test func aRunWritesThenFindsNothingToDo() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "extract-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: "\(folder)/Sources/Deep", withIntermediateDirectories: true)
    try "tr(\"Yes\")".write(toFile: "\(folder)/Sources/Deep/A.swift", atomically: true, encoding: .utf8)
    try "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=1; plural=0;\"\n"
      .write(toFile: "\(folder)/ja.po", atomically: true, encoding: .utf8)
    let arguments = ["\(folder)/Sources/", "--out", "\(folder)/messages.pot", "--merge"]

    #expect(try Run(arguments + ["--check"])().status == 1)
    #expect(try Run(arguments)() == Run.Outcome(lines: ["\(folder)/messages.pot written", "\(folder)/ja.po written"], status: 0))
    #expect(try Run(arguments + ["--check"])() == Run.Outcome(lines: [], status: 0))
    let merged = try String(contentsOfFile: "\(folder)/ja.po", encoding: .utf8)
    #expect(merged.hasSuffix("\n#: \(folder)/Sources/Deep/A.swift\nmsgid \"Yes\"\nmsgstr \"\"\n"))

    try "tr(title)".write(toFile: "\(folder)/Sources/Deep/A.swift", atomically: true, encoding: .utf8)
    #expect(try Run(arguments)().status == 1)
    #expect(try Run(["\(folder)/Nowhere", "--out", "\(folder)/messages.pot"])().status == 2)
  }

  @Test(arguments: [[], ["Sources"], ["Sources", "--out"], ["--out", "a.pot"], ["Sources", "--out", "a.pot", "--Check"]])
  func whatCannotBeDoneIsRefused(arguments: [String]) {
    #expect(throws: Run.Misuse.self) { try Run(arguments) }
  }
}

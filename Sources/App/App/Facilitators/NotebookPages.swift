import Kernel
import Localization
import Needs
import People
import Web

/// The notebook: what several groups need, one after the other, without typing twice what is the same. Pure: values in, pages out.
struct NotebookPages {
  let round: Round
  let fields: FormView
  let actor: Actor
  /// Groups to choose from.
  let offered: [Organization]
  /// Whether she has looked for one of them by its name.
  let wasLookedFor: Bool
  /// What was stored in this round, as far as she may read it; that is nothing when she is no longer signed in.
  let stored: [(need: Need, organization: String?)]

  /// What is the same for all of them.
  var begin: Page {
    Page(
      tr("Write down what several groups need"),
      """
      <div class="narrow"><h1>\(tr("Write down what several groups need"))</h1>
      <p class="lead">\(tr("First, what is the same for all the groups that you listen to today. You can change it for each of them."))</p>
      <form method="post" action="/desk/notebook" novalidate>
      \(fields.summary)\(fields.hidden)\(carried)
      \(SharedPart.fields(fields, for: actor))
      <button>\(tr("Begin with the first group"))</button>
      </form></div>
      """)
  }

  /// An entry that was chosen before the notebook was opened.
  private var carried: HTML {
    "\(maybe: round.form.first("organization"), { "<input type=\"hidden\" name=\"organization\" value=\"\($0)\">" })"
  }

  /// The next entry, below what was stored last.
  var entry: Page {
    Page(
      tr("Write down what several groups need"),
      """
      <div class="narrow"><h1>\(stored.isEmpty ? tr("The first group") : tr("The next group"))</h1>
      \(maybe: fields.form.first("words") == nil ? stored.last : nil, { "<p class=\"notice\" role=\"status\">\(tr("Stored: {code}.", ["code": $0.need.code.description])) \($0.organization)</p>" })
      <form method="post" action="/desk/notebook/needs" novalidate>
      \(fields.summary)\(fields.hidden)
      \(each: round.stored, { "<input type=\"hidden\" name=\"stored\" value=\"\($0.description)\">" })
      <button class="visually-hidden" tabindex="-1" aria-hidden="true">\(tr("Store it, and go on with the next group"))</button>
      <details\(if: hasSharedError, " open")><summary>\(tr("The same for all:")) \(round.shared.line)</summary>
      \(SharedPart.fields(fields, for: actor))</details>
      \(group)
      \(fields.lines("words", tr("What do they need, in their own words?"), hint: tr("Two or three sentences are enough. Leave out names and telephone numbers."), rows: 5, isRequired: true))
      \(fields.check("showPublicly", tr("They agree that everybody may read a summary of it, written by a facilitator.")))
      \(if: speaksForEach, who)
      <details\(if: hasOwnError, " open")><summary>\(tr("What differs for this group"))</summary>
      \(differences)</details>
      <div class="actions"><button>\(tr("Store it, and go on with the next group"))</button></div>
      </form>
      \(list)</div>
      """)
  }

  private var group: HTML {
    let none = (value: "", label: tr("A new group, or one I find by its name"))
    let groups = offered.map { (value: $0.id.rawValue, label: "\($0.name), \(regionName($0.country))") }
    let choices: HTML
    if wasLookedFor {
      choices = fields.radios(
        "organization", tr("Which group is it?"),
        groups.map { (value: $0.value, label: Phrase(text: $0.label, language: Localization.current.language)) }
          + [(value: Round.another, label: tr("Another one, that is not known here yet"))])
    } else {
      choices =
        "\(if: !groups.isEmpty, fields.choice("organization", tr("Or choose one that you know"), [(value: none.value, label: none.label.text)] + groups))"
    }
    let chosen = round.form.first("organization") ?? ""
    return """
      \(if: groups.isEmpty && !chosen.isEmpty && chosen != Round.another, "<input type=\"hidden\" name=\"organization\" value=\"\(chosen)\">")
      \(fields.line("name", tr("What is the group called?"), autocomplete: "off"))
      \(if: wasLookedFor && groups.isEmpty, "<p class=\"notice\">\(tr("You know no group whose name holds these words."))</p>")
      <div class="actions"><button class="quiet small" formaction="/desk/notebook" name="find" value="1">\(tr("Look whether I know it already"))</button></div>
      \(choices)
      """
  }

  /// Nobody was named who speaks for all.
  private var speaksForEach: Bool {
    round.shared.provenance.statedBy.isBlank || round.shared.provenance.relation.isBlank
  }

  private var who: HTML {
    """
    \(fields.line("own.provenance.statedBy", tr("Who said it?"), isRequired: true))
    \(fields.line("own.provenance.relation", tr("What are they to the group?"), hint: tr("Its treasurer, a mother of the school, the village elder."), isRequired: true))
    """
  }

  private var differences: HTML {
    let same = (value: "", label: tr("As for all").text)
    func options<Choice: RawRepresentable<String>>(_ all: [Choice], _ label: (Choice) -> Phrase) -> [(
      value: String, label: String
    )] {
      [same] + all.map { (value: $0.rawValue, label: label($0).text) }
    }
    return """
      \(if: !speaksForEach, who)
      \(fields.line("own.language", tr("The language of these words"), hint: tr("Its code, such as es or ht.")))
      \(fields.choice("own.provenance.how", tr("How did they tell you?"), options(Provenance.How.allCases, \.label)))
      \(fields.choice("own.provenance.consent", ProvenanceFields.toWritingDown, options(Provenance.Consent.allCases, \.label)))
      \(fields.line("own.provenance.at", tr("On which day?"), type: "date"))
      \(fields.choice("own.kind", tr("What kind of group is it?"), options(Organization.Kind.allCases, \.label)))
      \(fields.choice("own.connectivity", tr("What does the group have?"), options(Organization.Connectivity.allCases, \.label)))
      \(NeedPages.constraintChecks(fields))
      \(fields.line("reachAt", tr("Where can they be reached? (you may leave this empty)"), hint: tr("A telephone number or an e-mail address. It is encrypted and shown to nobody without their yes.")))
      """
  }

  private var hasSharedError: Bool { fields.errors.contains { SharedPart.names.contains($0.field) } }

  private var hasOwnError: Bool {
    fields.errors.contains {
      ($0.field.hasPrefix("own.") && !(speaksForEach && Self.who.contains($0.field)))
        || ["reachAt", "constraints"].contains($0.field)
    }
      || Round.mayDiffer.contains { round.differs(in: $0) && !(speaksForEach && Self.who.contains("own." + $0)) }
  }

  private static let who = ["own.provenance.statedBy", "own.provenance.relation"]

  private var list: HTML {
    guard !stored.isEmpty else { return "" }
    let codes = Form(stored.map { ("code", $0.need.code.description) }).urlEncoded
    return """
      <h2>\(ntr("{count} need was stored in this round", "{count} needs were stored in this round", stored.count))</h2>
      <ol>\(each: stored, { "<li><a class=\"mono\" href=\"/desk/\($0.need.code.description)\">\($0.need.code.description)</a> \($0.organization)</li>\n" })</ol>
      <p class="actions"><a class="button" href="\(url: "/desk/slips?" + codes)">\(tr("Print all slips"))</a> <a href="/desk">\(tr("Back to the desk"))</a></p>
      """
  }
}

import Foundation
import Kernel
import Localization
import People
import Web

/// Stating a need, one question a screen. What was answered travels with the person in hidden fields: nothing is kept until the end.
struct StatePages {
  enum Step: String, CaseIterable {
    case words, group, provenance, reach, check
  }

  /// Everything that was answered so far.
  let form: Form
  let fields: FormView
  /// A facilitator speaks for others, and is asked who said it.
  let speaksForOthers: Bool
  let language: String

  var steps: [Step] { Step.allCases.filter { $0 != .provenance || speaksForOthers } }

  /// The step on which a field is asked.
  static func step(of field: String) -> Step {
    switch field {
    case "words", "language": .words
    case "name", "country", "kind", "subdivision", "organization.name", "organization.country", "organization.subdivision": .group
    case let field where field.hasPrefix("provenance"): .provenance
    case "connectivity", "constraints", "reachAt": .reach
    default: .check
    }
  }

  func page(_ step: Step) -> Page {
    let number = (steps.firstIndex(of: step) ?? 0) + 1
    let isLast = step == .check
    return Page(
      tr("Tell us what your group needs"),
      """
      <div class="narrow">
      <p class="meta">\(tr("Question {number} of {total}", ["number": localizedNumber(number), "total": localizedNumber(steps.count)]))</p>
      <form method="post" action="\(isLast ? "/needs" : "/needs/new")" novalidate>
      \(fields.hidden)\(if: !isLast, "<input type=\"hidden\" name=\"step\" value=\"\(step.rawValue)\">")
      \(carried(except: step))
      <h1>\(heading(step))</h1>
      \(fields.summary)
      \(question(step))
      <div class="actions"><button>\(isLast ? tr("Send it") : tr("Next"))</button>
      \(if: number > 1, "<button class=\"quiet\" formaction=\"/needs/new\" name=\"back\" value=\"\(step.rawValue)\">\(tr("Back"))</button>")</div>
      </form></div>
      """)
  }

  private func heading(_ step: Step) -> Phrase {
    switch step {
    case .words: tr("What is hard for your group? What would help?")
    case .group: tr("Who is your group?")
    case .provenance: tr("Who told you this, and how?")
    case .reach: tr("How are you connected?")
    case .check: tr("Is this right?")
    }
  }

  private func question(_ step: Step) -> HTML {
    switch step {
    case .words:
      return """
        <p class="hint">\(tr("Say it as you would say it to a neighbour, in any language. Two or three sentences are enough. Leave out names and telephone numbers."))</p>
        \(fields.lines("words", tr("In your own words"), rows: 8, isRequired: true))
        \(NeedPages.languageChoice(fields, value: language))
        """
    case .group:
      return """
        \(fields.line("name", tr("What is it called?"), autocomplete: "organization", isRequired: true))
        \(fields.choice("kind", tr("What kind of group is it?"), Organization.Kind.allCases.map { (value: $0.rawValue, label: $0.label.text) }, value: "communityGroup"))
        \(fields.choice("country", tr("In which country?"), [(value: "", label: tr("Choose…").text)] + Country.named()))
        """
    case .provenance:
      return """
        <p class="hint">\(tr("You speak for people who are not here. What you write on this page is kept apart and encrypted; strangers never see it."))</p>
        \(ProvenanceFields.who(fields))
        \(ProvenanceFields.way(fields, agreement: ProvenanceFields.toWritingDown))
        """
    case .reach:
      return """
        \(fields.radios("connectivity", tr("What does the group have?"), Organization.Connectivity.allCases.map { (value: $0.rawValue, label: $0.label) }))
        \(NeedPages.constraintChecks(fields))
        \(fields.line("reachAt", tr("Where can we reach you? (you may leave this empty)"), hint: tr("A telephone number or an e-mail address. It is encrypted and shown to nobody without your yes. Without it, come back with your receipt.")))
        """
    case .check:
      return """
        <dl>
        <dt>\(tr("In your own words"))</dt><dd class="words" dir="auto" lang="\(form.first("language") ?? "")">\(form.first("words"))</dd>
        <dt>\(tr("Group"))</dt><dd>\(form.first("name"))\(maybe: form.first("country").flatMap { $0.isEmpty ? nil : $0 }, { ", \(regionName($0))" })</dd>
        </dl>
        \(fields.check("showPublicly", tr("Everybody may read a summary of this, written by a facilitator.")))
        <p class="hint">\(tr("Your own words are read by your group, its facilitators and the volunteer you accept. You can change your mind at any time."))</p>
        """
    }
  }

  /// The answers to the other questions.
  private func carried(except step: Step) -> HTML {
    let asked: Set<String> = step == .check ? ["showPublicly"] : []
    let others = form.fields.filter { field in
      !["form", "step", "back"].contains(field.name) && !asked.contains(field.name)
        && (Self.step(of: field.name) != step || step == .check)
    }
    return "\(each: others, { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">\n" })"
  }
}

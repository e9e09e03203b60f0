import Foundation
public import Kernel
public import Localization
public import Needs
public import Vocabulary
public import Web

/// Prescriptions as HTML and as JSON. Pure.
public enum PrescriptionPages {
  /// The part of a need's page that holds its prescription.
  /// - Parameters:
  ///   - mayCurate: shows the facilitator's buttons, and what is hidden.
  ///   - mayJudge: shows "this helped".
  public static func section(
    _ entries: [(item: Prescription.Item, shown: ShelfItem)], of need: Need, vocabulary: Vocabulary, mayCurate: Bool,
    mayJudge: Bool,
    formID: String
  ) -> HTML {
    let visible = entries.filter { $0.item.standing != .hidden }
    let hidden = entries.filter { $0.item.standing == .hidden }
    return """
      <section aria-labelledby="prescription">
      <h2 id="prescription">\(tr("What already exists for this"))</h2>
      \(visible.isEmpty ? nothing : list(visible, need, vocabulary, mayCurate, mayJudge, formID))
      \(if: mayCurate, curation(hidden, need, vocabulary, formID))</section>

      """
  }

  private static var nothing: HTML {
    """
    <p class="notice">\(tr("Nothing we know fits. A person will read your words and look further: you need not do anything."))</p>
    """
  }

  private static func list(
    _ entries: [(item: Prescription.Item, shown: ShelfItem)], _ need: Need, _ vocabulary: Vocabulary, _ mayCurate: Bool,
    _ mayJudge: Bool,
    _ formID: String
  ) -> HTML {
    let (solved, tools) = (entries.filter { $0.item.shelf == "solved" }, entries.filter { $0.item.shelf != "solved" })
    func cards(_ entries: [(item: Prescription.Item, shown: ShelfItem)]) -> HTML {
      "<ol class=\"cards\">\n\(each: entries, { card($0.item, $0.shown, need, vocabulary, mayCurate, mayJudge, formID) })</ol>\n"
    }
    return """
      \(if: !tools.isEmpty, "<p>\(tr("These tools exist already, the likeliest first. Each one says why it is here and what to do first."))</p>\n\(cards(tools))")\
      \(if: !solved.isEmpty, "<h3>\(tr("Groups that solved the like"))</h3>\n\(cards(solved))")
      """
  }

  private static func card(
    _ item: Prescription.Item, _ shown: ShelfItem, _ need: Need, _ vocabulary: Vocabulary, _ mayCurate: Bool, _ mayJudge: Bool,
    _ formID: String
  ) -> HTML {
    let path = "/needs/\(need.code)/prescription/\(item.id)"
    return """
      <li class="card" id="item-\(item.id.rawValue)">
      <h3><a href="\(url: shown.path)">\(shown.name)</a></h3>
      \(if: shown.isDemonstration, "<p class=\"tag\">\(tr("Demonstration"))</p>")
      <p lang="\(shown.language)" dir="auto">\(shown.text)</p>
      <p>\(reason(item, vocabulary).text)</p>
      \(each: item.reason.unknown, { "<p class=\"meta\">\(unknown($0))</p>\n" })<p class="step">\(firstStep(shown))</p>
      \(if: mayJudge, judging(item, path, formID))\(if: mayCurate, curating(item, path, formID))</li>

      """
  }

  private static func judging(_ item: Prescription.Item, _ path: String, _ formID: String) -> HTML {
    """
    <form method="post" action="\(url: path)/judgement" class="actions no-print">
    <input type="hidden" name="form" value="\(formID)">
    \(if: item.helped == true, "<span class=\"tag\">\(tr("You said: this helped"))</span>")\(if: item.helped == false, "<span class=\"tag\">\(tr("You said: this did not help"))</span>")
    <button class="small quiet" name="helped" value="yes">\(tr("This helped"))</button>
    <button class="small quiet" name="helped" value="no">\(tr("This did not help"))</button>
    </form>

    """
  }

  private static func curating(_ item: Prescription.Item, _ path: String, _ formID: String) -> HTML {
    """
    <form method="post" action="\(url: path)/standing" class="actions no-print">
    <input type="hidden" name="form" value="\(formID)">
    \(if: item.standing != .pinned, "<button class=\"small quiet\" name=\"standing\" value=\"pinned\">\(tr("Put first"))</button>")
    \(if: item.standing == .pinned || item.standing == .hidden, "<button class=\"small quiet\" name=\"standing\" value=\"computed\">\(tr("Undo"))</button>")
    \(if: item.standing != .hidden, "<button class=\"small quiet\" name=\"standing\" value=\"hidden\">\(tr("Hide"))</button>")
    </form>

    """
  }

  private static func curation(
    _ hidden: [(item: Prescription.Item, shown: ShelfItem)], _ need: Need, _ vocabulary: Vocabulary, _ formID: String
  ) -> HTML {
    """
    <details class="no-print">
    <summary>\(tr("Add something, or bring back what is hidden"))</summary>
    <form method="post" action="\(url: "/needs/\(need.code)/prescription")" class="filter">
    <input type="hidden" name="form" value="\(formID)">
    <div class="field"><label for="tool">\(tr("The address or the exact name of a tool in the catalogue"))</label>
    <input id="tool" name="tool" type="text" autocomplete="off" required></div>
    <button class="quiet">\(tr("Add it"))</button>
    </form>
    <ul class="cards">\(each: hidden, { entry in card(entry.item, entry.shown, need, vocabulary, true, false, formID) })</ul>
    </details>

    """
  }

  /// Why an item is here, in the reader's language.
  public static func reason(_ item: Prescription.Item, _ vocabulary: Vocabulary) -> Phrase {
    let language = Localization.current.language
    let problems = item.reason.problems.prefix(2).map { vocabulary.label($0, in: language).text }
    let functions = item.reason.functions.prefix(3).map { vocabulary.label($0, in: language).text }
    if item.standing == .added { return tr("A facilitator chose this for you.") }
    if !problems.isEmpty, !functions.isEmpty {
      return tr(
        "You spoke of: {problems}. This does: {functions}.", ["problems": list(problems), "functions": list(functions)])
    }
    if !functions.isEmpty { return tr("This does what you asked for: {functions}.", ["functions": list(functions)]) }
    if !item.reason.words.isEmpty {
      return tr("Its description holds the same words: {words}.", ["words": list(Array(item.reason.words.prefix(5)))])
    }
    return tr("It is the nearest thing we know.")
  }

  /// The first step a reader can take.
  public static func firstStep(_ shown: ShelfItem) -> HTML {
    switch shown.start {
    case .site(let url):
      return tr("First step: open {site} and see whether it fits how you work.", html: ["site": link(url)])
    case .source(let url):
      return tr(
        "First step: ask somebody technical to try it out; its source is at {site}.", html: ["site": link(url)])
    case .read:
      return "\(tr("First step: read more about it here."))"
    case .story:
      return "\(tr("First step: read what they did, and ask whether it would work for you."))"
    }
  }

  /// The first step as plain text, for a program and for paper.
  public static func firstStepText(_ shown: ShelfItem) -> Phrase {
    switch shown.start {
    case .site(let url): tr("First step: open {site} and see whether it fits how you work.", ["site": url])
    case .source(let url): tr("First step: ask somebody technical to try it out; its source is at {site}.", ["site": url])
    case .read: tr("First step: read more about it here.")
    case .story: tr("First step: read what they did, and ask whether it would work for you.")
    }
  }

  static func unknown(_ constraint: Need.Constraint) -> Phrase {
    switch constraint {
    case .offline: tr("We do not know whether it works without internet: ask before you rely on it.")
    case .basicPhone: tr("We do not know whether it works on a simple telephone: ask before you rely on it.")
    case .language: tr("We do not know whether it speaks your language: look before you rely on it.")
    case .noCost: tr("We do not know what it costs: ask before you rely on it.")
    }
  }

  private static func link(_ url: String) -> HTML {
    let host = URL(string: url)?.host() ?? url
    return "<a href=\"\(url: url)\" rel=\"noopener noreferrer external\">\(host)</a>"
  }

  private static func list(_ values: [String]) -> String {
    values.formatted(.list(type: .and).locale(Locale(identifier: Localization.current.language.tag)))
  }

  /// The items as the API tells them.
  public static func json(_ entries: [(item: Prescription.Item, shown: ShelfItem)], _ vocabulary: Vocabulary) -> JSON {
    var shelves: [String: [JSON]] = ["tools": []]
    for (item, shown) in entries where item.standing != .hidden {
      var members: [JSON.Object.Member] = [
        ("id", .string(item.item)), ("name", .string(shown.name)), ("reason", .string(reason(item, vocabulary).text)),
        ("firstStep", .string(firstStepText(shown).text)), ("score", .double((item.score * 1000).rounded() / 1000)),
        ("standing", .string(item.standing.rawValue)), ("path", .string(shown.path)),
        ("unknown", .array(item.reason.unknown.map { .string($0.rawValue) })), ("isDemonstration", .bool(shown.isDemonstration)),
      ]
      if let external = shown.externalID { members.append(("externalId", .string(external))) }
      if let helped = item.helped { members.append(("helped", .bool(helped))) }
      shelves[item.shelf, default: []].append(.object(JSON.Object(members)))
    }
    return .object(JSON.Object(shelves.map { ($0.key, .array($0.value)) }))
  }
}

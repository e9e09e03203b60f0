import Kernel
import Localization
public import Web

/// A need that is cut into parts: the form, and the ways between the parts. Pure.
public enum PartPages {
  /// On the page of a part: what it is a part of, and the other parts.
  public static func links(_ need: Need, _ parts: [Need]) -> HTML {
    guard !parts.isEmpty else { return "" }
    let whole = parts.first { $0.id == need.splitFrom }
    let others = parts.filter { $0.id != whole?.id }
    return """
      <p class="notice">\(maybe: whole, { "\(tr("This is a part of {code}.", html: ["code": link($0)])) " })\(if: !others.isEmpty, tr("Other parts: {codes}.", html: ["codes": list(others)]))</p>

      """
  }

  private static func list(_ needs: [Need]) -> HTML {
    "\(each: needs.enumerated(), { place, need in "\(if: place > 0, ", ")\(link(need)) (\(need.state.label))" })"
  }

  private static func link(_ need: Need) -> HTML {
    "<a class=\"mono\" href=\"\(url: "/needs/\(need.code)")\">\(need.code.description)</a>"
  }

  /// Asked when a part is taken back: the others hold the same words.
  static func takenBackToo(_ parts: [Need], _ fields: FormView) -> HTML {
    let codes = parts.map(\.code.description).joined(separator: ", ")
    return fields.check(
      "parts",
      tr("When it is taken back, take back the other parts of it too, which hold the same words: {codes}", ["codes": codes]),
      isChecked: true)
  }

  /// On the desk: a summary of each part.
  static func split(_ need: Need, _ fields: FormView, _ languages: [String]) -> HTML {
    """
    <details\(if: !fields.errors.isEmpty || fields.isStale, " open")><summary>\(tr("Cut into parts"))</summary>
    <p>\(tr("When the words say several things, write a summary of each. The first part keeps this code and its receipt. Each other part becomes a need of its own with the same words and answers, which that receipt opens too. The group is told."))</p>
    <form method="post" action="\(url: "/desk/\(need.code)/split")">
    \(fields.summary)\(fields.hidden)<input type="hidden" name="version" value="\(need.version)">
    \(each: 1...SplitNeed.most, { place in part(place, need, fields, languages) })
    <div class="actions"><button name="outcome" value="open">\(tr("Cut it, and open the parts for help"))</button>
    <button class="quiet" name="outcome" value="triaged">\(tr("Cut it only"))</button></div>
    </form></details>
    """
  }

  private static func part(_ place: Int, _ need: Need, _ fields: FormView, _ languages: [String]) -> HTML {
    let number = ["number": localizedNumber(place)]
    return """
      \(fields.lines("part.\(place)", tr("Summary of part {number}", number), hint: place > SplitNeed.fewest ? tr("You may leave this empty.") : nil, rows: 2, isRequired: place <= SplitNeed.fewest, value: place == 1 ? need.summary : nil))
      \(fields.choice("partLanguage.\(place)", tr("The language of part {number}", number), languages.map { (value: $0, label: languageName($0)) }, value: place == 1 ? need.summaryLanguage ?? languages.first : languages.first))
      """
  }
}

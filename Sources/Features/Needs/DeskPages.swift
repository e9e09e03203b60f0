import Foundation
import Kernel
import Localization
import People
import Retrieval
import Vocabulary
import Web

/// The triage desk: what waits, and one need with all that a facilitator needs to judge it.
enum DeskPages {
  /// A need with what the list shows beside it.
  struct Entry: Sendable {
    let need: Need
    let organization: String?
    /// The name of whoever cares for it.
    let assignee: String?
  }

  static func desk(
    _ entries: [Entry], counts: [Need.State: Int], state: Need.State, whose: DeskQueue.Whose, next: String?, more: HTML,
    at now: Timestamp
  ) -> Page {
    let asked = whose == .all ? "" : "&whose=\(whose.rawValue)"
    return Page(
      tr("Desk"),
      """
      <h1>\(tr("Desk"))</h1>
      <nav aria-label="\(tr("State"))"><ul class="tags">
      \(each: Need.State.allCases, { one in "<li><a href=\"\(url: "/desk?state=\(one.rawValue)\(asked)")\"\(if: one == state, " aria-current=\"page\"")>\(one.label)</a> (\(localizedNumber(counts[one] ?? 0)))</li>\n" })</ul></nav>
      <nav aria-label="\(tr("Who cares for them"))"><ul class="tags">
      \(each: DeskQueue.Whose.allCases, { one in "<li><a href=\"\(url: "/desk?state=\(state.rawValue)&whose=\(one.rawValue)")\"\(if: one == whose, " aria-current=\"page\"")>\(label(one))</a></li>\n" })</ul></nav>
      \(if: entries.isEmpty, "<p class=\"notice\">\(tr("Nothing waits here."))</p>")
      \(if: !entries.isEmpty, "<p class=\"hint\">\(order(state))</p>")
      <ul class="cards">
      \(each: entries, { entry in
        """
        <li class="card">
        <h2><a href="/desk/\(entry.need.code.description)">\(beginning(entry.need))</a></h2>
        <p class="meta"><span class="mono">\(entry.need.code.description)</span> · \(entry.organization) · \(regionName(entry.need.country)) · \(languageName(entry.need.language)) · \(since(entry.need))\(maybe: entry.need.neededBy, { " · \(wanted($0, entry.need, now))" })\(maybe: entry.assignee, { " · \(tr("with {name}", ["name": $0]))" }) \(NeedPages.origin(entry.need))</p>
        </li>

        """
      })</ul>
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: "/desk?state=\(state.rawValue)\(asked)&cursor=\($0)")\" rel=\"next\">\(tr("More"))</a></nav>" })
      <p class="actions"><a class="button" href="/needs/new">\(tr("Write down a need for a group"))</a> <a class="button quiet" href="/desk/help">\(tr("Needs without help"))</a> <a class="button quiet" href="/desk/claims">\(tr("Groups that wait for you"))</a></p>
      \(more)
      """)
  }

  private static func label(_ whose: DeskQueue.Whose) -> Phrase {
    switch whose {
    case .all: tr("All")
    case .mine: tr("Mine")
    case .nobodys: tr("Nobody's")
    }
  }

  private static func order(_ state: Need.State) -> Phrase {
    DeskQueue.waits(state)
      ? tr("What is wanted within a week stands first, and then what has waited longest.") : tr("The newest stand first.")
  }

  private static func since(_ need: Need) -> HTML {
    let time = time(need.createdAt, .dayAndTime)
    return DeskQueue.waits(need.state) ? tr("waits since {time}", html: ["time": time]) : time
  }

  private static func wanted(_ day: Timestamp, _ need: Need, _ now: Timestamp) -> HTML {
    let until = tr("wanted until {day}", html: ["day": time(day, .day)])
    return DeskQueue.waits(need.state) && day <= now + DeskQueue.soon ? "<strong>\(until)</strong>" : until
  }

  private static func time(_ time: Timestamp, _ style: DateStyle) -> HTML {
    "<time datetime=\"\(time.iso8601)\">\(localizedDate(time.milliseconds, style: style, timeZone: .gmt))</time>"
  }

  private static let longestBeginning = 110

  private static func beginning(_ need: Need) -> String {
    let text = need.summary ?? need.words
    // Bytes are counted at once, and characters one by one.
    guard text.utf8.count > longestBeginning, !text.dropFirst(longestBeginning).isEmpty else {
      return text.isEmpty ? need.code.description : text
    }
    let head = text.prefix(longestBeginning)
    return (head.lastIndex(of: " ").map { String(head[..<$0]) } ?? String(head)) + "…"
  }

  /// Everything a facilitator does with one need. The prescription stands below, on the same page.
  static func triage(
    _ need: Need, organization: Organization?, statedBy: String?, found: [FoundConcept], like: [Need], parts: [Need],
    vocabulary: Vocabulary, fields: FormView, mergeFields: FormView, splitFields: FormView
  ) -> HTML {
    let path = "/desk/\(need.code)"
    let language = Localization.current.language
    let languages = ([language.tag, need.language] + ["en", "es", "fr", "ar", "pt", "sw", "ht"]).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return """
      \(NeedPages.words(need))
      \(maybe: need.provenance, { provenance(($0), statedBy) })
      <h2>\(need.isPart ? tr("What the summary of this part speaks of") : tr("What the words speak of"))</h2>
      \(if: found.isEmpty, "<p class=\"quiet\">\(tr("No concept of the vocabulary was found in them."))</p>")
      <ul class="tags">\(each: found.prefix(12), { concept in "<li>\(vocabulary.label(concept.concept, in: language)) <span class=\"meta\">(\(concept.evidence.map { "“\($0.words)”" }.joined(separator: ", ")))</span></li>\n" })</ul>
      <h2>\(tr("Summary that everybody may read"))</h2>
      <form method="post" action="\(url: path)">
      \(fields.summary)\(fields.hidden)<input type="hidden" name="version" value="\(need.version)">
      \(if: fields.isStale, NeedPages.now(need.summary ?? "", need.summaryLanguage ?? need.language))
      \(fields.lines("summary", tr("Summary"), hint: tr("Up to {count} characters. No names, telephone numbers, addresses, links or exact places.", ["count": localizedNumber(Need.longestSummary)]), rows: 4, isRequired: true, value: need.summary))
      \(fields.choice("summaryLanguage", tr("The language of the summary"), languages.map { (value: $0, label: languageName($0)) }, value: need.summaryLanguage ?? language.tag))
      \(work(need, vocabulary, fields))
      <div class="actions"><button name="outcome" value="open">\(tr("Save, and open it for help"))</button>
      <button class="quiet" name="outcome" value="triaged">\(tr("Save only"))</button></div>
      <p class="hint">\(need.isPublic ? tr("The organization said yes: an open need shows this summary to everybody.") : tr("The organization has not said yes to showing it: only those who help will read this summary."))</p>
      </form>
      \(need.canBeCut ? PartPages.split(need, splitFields, languages) : splitFields.summary)
      \(mergeFields.summary)
      \(if: !parts.isEmpty, likeNeeds(tr("Other parts of what they said"), parts, need, path, mergeFields))
      \(if: !like.isEmpty, likeNeeds(tr("Needs that speak of the same"), like, need, path, mergeFields))
      \(need.state == .closed ? reopen(need, path, fields) : closing(need, path, fields))
      """
  }

  /// What a volunteer has to know: the skills its words speak of are chosen already.
  private static func work(_ need: Need, _ vocabulary: Vocabulary, _ fields: FormView) -> HTML {
    let language = Localization.current.language
    let asked = need.words.isEmpty ? need.skills : need.skillsAsked(vocabulary)
    let shown = (asked + need.skills + fields.form.all("skills")).reduce(into: [String]()) {
      if !$1.isEmpty, !$0.contains($1) { $0.append($1) }
    }
    let skills = vocabulary.entries.filter { $0.kind == .skill && !shown.contains($0.id) }
    return """
      \(if: !shown.isEmpty, fields.checks("skills", tr("What does whoever helps have to know?"), shown.map { (value: $0, label: vocabulary.label($0, in: language)) }, values: asked))
      <div class="field"><label for="another-skill">\(shown.isEmpty ? tr("What does whoever helps have to know?") : tr("Another skill"))</label>
      <select id="another-skill" name="skills"><option value="">\(tr("None").text)</option>
      \(each: skills, { "<option value=\"\($0.id)\">\(vocabulary.label($0.id, in: language).text)</option>\n" })</select></div>
      \(fields.choice("effort", tr("How much work is it?"), [(value: "", label: tr("We do not know").text)] + Need.Effort.allCases.map { (value: $0.rawValue, label: $0.label.text) }, value: need.effort?.rawValue))
      \(fields.line("neededBy", tr("Until when? (you may leave this empty)"), type: "date", value: need.neededBy.map { String($0.iso8601.prefix(10)) }))
      \(fields.check("isOnSite", tr("Somebody has to come to the place"), isChecked: need.isOnSite))
      \(if: need.state.isUnderWay, fields.check("seeksMore", tr("There are other parts left: others can still offer"), isChecked: need.seeksMore))
      """
  }

  private static func provenance(_ provenance: Provenance, _ statedBy: String?) -> HTML {
    """
    <h2>\(tr("Who said it, and how they agreed"))</h2>
    <dl>
    <dt>\(tr("Who said it?"))</dt><dd>\(maybe: statedBy, { "\($0), " })\(provenance.relation)</dd>
    <dt>\(tr("How"))</dt><dd>\(provenance.how.label), \(localizedDate(provenance.at.milliseconds, style: .day, timeZone: .gmt))</dd>
    <dt>\(tr("Agreement"))</dt><dd>\(provenance.consent.label)</dd>
    </dl>
    """
  }

  private static func likeNeeds(_ title: Phrase, _ like: [Need], _ need: Need, _ path: String, _ fields: FormView) -> HTML {
    """
    <h2>\(title)</h2>
    <ul class="cards">
    \(each: like, { other in
      """
      <li class="card"><p><a class="mono" href="/desk/\(other.code.description)">\(other.code.description)</a> \(other.state.label)</p>
      <p lang="\(other.language)" dir="auto">\(beginning(other))</p>
      \(if: need.state != .closed && other.state != .closed, "<form method=\"post\" action=\"\(url: path)/merge\">\(fields.hidden)<input type=\"hidden\" name=\"version\" value=\"\(need.version)\"><button class=\"small quiet\" name=\"into\" value=\"\(other.code.description)\">\(tr("Join this need with that one"))</button></form>")</li>

      """
    })</ul>
    """
  }

  private static func closing(_ need: Need, _ path: String, _ fields: FormView) -> HTML {
    """
    <details><summary>\(tr("Close it"))</summary>
    <form method="post" action="\(url: path)/closure">\(fields.hidden)<input type="hidden" name="version" value="\(need.version)">
    \(fields.radios("closure", tr("Why? The organization reads this."), [Need.Closure.solvedByTool, .solvedOtherwise, .outOfScope, .notReal].map { (value: $0.rawValue, label: $0.label) }))
    <button class="quiet">\(tr("Close it"))</button></form></details>
    """
  }

  private static func reopen(_ need: Need, _ path: String, _ fields: FormView) -> HTML {
    guard need.closure != .withdrawn else { return "" }
    return """
      <form method="post" action="\(url: path)/reopening" class="actions">\(fields.hidden)<input type="hidden" name="version" value="\(need.version)">
      <button class="quiet">\(tr("Take it up again"))</button></form>
      """
  }
}

import Foundation
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions
import Vocabulary
import Web

/// What is new for groups that are not online, a sheet of paper each, to be read to them. Pure: values in, pages out.
struct NewsPages {
  let fields: FormView
  /// Those with something to tell, with what each prescribed thing looks like.
  let news: [GroupNews]
  let shown: (Prescription.Item) -> ShelfItem?
  /// Those for which nothing is new.
  let quiet: [Organization]
  let choice: OrganizationChoice
  /// Whether those for which nothing is new have a sheet too.
  let isEveryone: Bool
  let next: String?
  let now: Timestamp
  let locales: Locales

  var page: Page {
    Page(
      tr("What is new for my groups"),
      """
      <div class="no-print"><h1>\(tr("What is new for my groups"))</h1>
      <form class="filter" action="/desk/news"><div class="field"><label for="which">\(tr("Which groups?"))</label>\(OrganizationDeskPages.select(choice))</div>
      <label class="pick"><input type="checkbox" name="everyone" value="1"\(if: isEveryone, " checked")> \(tr("Also those for which nothing is new"))</label>
      <button>\(tr("Look"))</button></form>
      \(hint)
      </div>
      \(if: !news.isEmpty, form)
      \(if: !quiet.isEmpty, "<p class=\"no-print\">\(tr("Nothing is new for:")) \(quiet.map(\.name).joined(separator: ", "))</p>")
      \(maybe: next, { "<nav class=\"pager no-print\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: $0)\" rel=\"next\">\(tr("More"))</a></nav>" })
      <p class="no-print"><a href="/desk">\(tr("Back to the desk"))</a></p>
      """)
  }

  private var hint: HTML {
    guard !news.isEmpty else { return "<p class=\"notice\">\(tr("Nothing is new for them."))</p>" }
    return """
      <p class="hint">\(tr("To print it, use your browser's menu: each group comes on a sheet of its own, in its own language. Afterwards, take away the ticks of what you did not tell, and say that you have told the rest."))</p>
      """
  }

  private var form: HTML {
    """
    <form method="post" action="/desk/news">
    \(fields.summary)\(fields.hidden)<input type="hidden" name="which" value="\(choice.rawValue)">
    <details class="narrow no-print"\(if: !fields.errors.isEmpty, " open")><summary>\(tr("When did you meet them? If not today, say it here first"))</summary>
    \(fields.line("heldAt", tr("I met them on"), hint: tr("Leave it empty for today."), type: "date"))
    \(fields.line("nextAt", tr("I go again on"), hint: tr("Leave it empty for 30 days later."), type: "date"))</details>
    \(each: news, { group in
      "<input type=\"hidden\" name=\"group\" value=\"\(group.organization.id.rawValue)\">" + FacilitatorDesk.speaking(to: group.organization, group.needs.map(\.need), locales) { sheet(group) } + told(group)
    })
    \(if: news.count > 1, "<div class=\"actions no-print\"><button name=\"organization\" value=\"all\">\(tr("I have told all of them"))</button></div>")
    </form>
    """
  }

  private func told(_ group: GroupNews) -> HTML {
    """
    <div class="actions no-print"><button\(if: news.count > 1, " class=\"quiet\"") name="organization" value="\(group.organization.id.rawValue)">\(tr("I have told {organization}", ["organization": group.organization.name]))</button>
    <a href="\(url: "/desk/organizations/\(group.organization.id.rawValue)")">\(tr("Open it on the desk"))</a></div>
    """
  }

  // MARK: - One sheet, in the language of its group

  private func sheet(_ group: GroupNews) -> HTML {
    let language = Localization.current.language
    let field = "told." + group.organization.id.rawValue
    return """
      <section class="sheet large" lang="\(language.tag)" dir="\(language.isRightToLeft ? "rtl" : "ltr")">
      <h2>\(tr("News for {organization}", ["organization": group.organization.name]))</h2>
      <p class="meta">\(tr("As of {day}.", ["day": day(now)])) \(maybe: group.meeting, { "\(tr("We last met on {day}.", ["day": day($0.heldAt)]))" })</p>
      \(each: group.untickedIDs, { "<input type=\"hidden\" name=\"\(field)\" value=\"\($0)\">" })
      \(if: group.count == 0, "<p>\(tr("Nothing is new since we last met."))</p>")
      \(each: group.notices, { line($0, field) })
      \(each: group.needs, need)
      <p class="no-screen">\(tr("We come again on:")) <span class="blank"></span></p>
      </section>

      """
  }

  private func line(_ notice: Notice, _ field: String) -> HTML {
    """
    <label class="pick"><input type="checkbox" name="\(field)" value="\(notice.id.rawValue)" checked> <span>\(notice.message.phrase()) <span class="meta">\(day(notice.createdAt))</span></span></label>

    """
  }

  private func need(_ news: GroupNews.NeedNews) -> HTML {
    let need = news.need
    return """
      <h3><span class="code">\(need.code.description)</span></h3>
      \(if: !need.words.isEmpty, "<p class=\"words\" lang=\"\(need.language)\" dir=\"auto\">\(beginning(need.words))</p>")
      <p><strong>\(need.state.label)</strong>\(maybe: need.closure, { ": \($0.label)" })\(if: news.isNew, " <span class=\"tag\">\(tr("new"))</span>")</p>
      \(if: !news.items.isEmpty, items(news.items))
      <p class="no-screen">\(tr("What they answered:")) <span class="blank"></span><span class="blank"></span></p>
      """
  }

  private func items(_ items: [Prescription.Item]) -> HTML {
    """
    <p>\(tr("This was found for it since:"))</p>
    <ul>\(each: items.compactMap(shown), { "<li><strong>\($0.name)</strong>. \(PrescriptionPages.firstStepText($0))</li>\n" })</ul>
    """
  }

  private func beginning(_ words: String) -> String {
    guard words.count > 160 else { return words }
    let head = words.prefix(160)
    return (head.lastIndex(of: " ").map { String(head[..<$0]) } ?? String(head)) + "…"
  }

  private func day(_ time: Timestamp) -> String { OrganizationDeskPages.date(time) }
}

import Foundation
import Kernel
import Localization
import Needs
import People
import Web

/// The groups that a facilitator speaks for. Pure: values in, pages out.
enum OrganizationDeskPages {
  /// One group of the list.
  struct Entry {
    let organization: Organization
    let meeting: Meeting?
    let needs: Int
  }

  static func list(_ entries: [Entry], choice: OrganizationChoice, words: String, next: String?, now: Timestamp) -> Page {
    Page(
      tr("My groups"),
      """
      <h1>\(tr("My groups"))</h1>
      <form class="filter" role="search" action="/desk/organizations">
      <div class="field"><label for="q">\(tr("Part of its name"))</label><input id="q" name="q" type="search" value="\(words)"></div>
      <div class="field"><label for="which">\(tr("Which groups?"))</label>\(select(choice))</div>
      <button>\(tr("Look"))</button></form>
      \(if: entries.isEmpty, "<p class=\"notice\">\(tr("No group is found here."))</p>")
      <ul class="cards">
      \(each: entries, { entry in
        """
        <li class="card"><h2><a href="\(url: "/desk/organizations/\(entry.organization.id.rawValue)")">\(entry.organization.name)</a></h2>
        <p class="meta">\(regionName(entry.organization.country)) · \(ntr("{count} need", "{count} needs", entry.needs)) · \(met(entry.meeting, now))</p></li>

        """
      })</ul>
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: $0)\" rel=\"next\">\(tr("More"))</a></nav>" })
      <p><a href="/desk">\(tr("Back to the desk"))</a></p>
      """)
  }

  static func select(_ choice: OrganizationChoice) -> HTML {
    """
    <select id="which" name="which">\(each: OrganizationChoice.allCases, { "<option value=\"\($0.rawValue)\"\(if: $0 == choice, " selected")>\(label($0).text)</option>" })</select>
    """
  }

  private static func label(_ choice: OrganizationChoice) -> Phrase {
    switch choice {
    case .mine: tr("Those I wrote down or have met")
    case .withoutLine: tr("Those without a telephone or internet")
    case .all: tr("All that I may speak for")
    }
  }

  private static func met(_ meeting: Meeting?, _ now: Timestamp) -> Phrase {
    guard let meeting else { return tr("no meeting is recorded") }
    let day = date(meeting.nextAt)
    return meeting.nextAt <= now ? tr("should have been visited on {day}", ["day": day]) : tr("next visit on {day}", ["day": day])
  }

  static func date(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .day, timeZone: .gmt) }

  // MARK: - One group

  static func page(
    _ organization: Organization, _ needs: [Need], _ meetings: [Meeting], said: HTML, news: Int, _ fields: FormView
  ) -> Page {
    let path = "/desk/organizations/\(organization.id.rawValue)"
    let open = needs.filter { $0.closure != .withdrawn }
    return Page(
      tr("{organization} on the desk", ["organization": organization.name]),
      """
      <h1>\(organization.name)</h1>
      <p class="meta">\(organization.kind.label) · \(regionName(organization.country))\(maybe: organization.connectivity, { " · \($0.label)" }) · \(organization.visibility.label)</p>
      <p class="actions"><a class="button" href="\(url: "/desk/notebook?organization=\(organization.id.rawValue)")">\(tr("Write down what it needs"))</a>
      <a class="button quiet" href="\(url: "/organizations/\(organization.id.rawValue)/edit")">\(tr("Change what is known of it"))</a>
      <a class="button quiet" href="\(url: path + "/withdrawal")">\(tr("They take something back"))</a></p>
      <h2>\(tr("What it needs"))</h2>
      \(if: needs.isEmpty, "<p class=\"quiet\">\(tr("Nothing was written down yet."))</p>")
      <ul>\(each: needs, { "<li><a class=\"mono\" href=\"/desk/\($0.code.description)\">\($0.code.description)</a> \($0.state.label)\(maybe: $0.closure, { ": \($0.label)" })</li>\n" })</ul>
      \(if: !open.isEmpty, handing(open, path, fields))
      <h2 id="meetings">\(tr("Meetings"))</h2>
      \(meetings.isEmpty ? "<p class=\"quiet\">\(tr("No meeting is recorded."))</p>" : list(meetings))
      <p>\(ntr("{count} thing is new since.", "{count} things are new since.", news)) <a href="\(url: "/desk/news?organization=\(organization.id.rawValue)")">\(tr("Print it, and carry it there"))</a></p>
      \(meetingForm(path, fields))
      \(said)
      <p><a href="/desk/organizations">\(tr("My groups"))</a></p>
      """)
  }

  private static func list(_ meetings: [Meeting]) -> HTML {
    "<ul>\(each: meetings, { "<li>\(tr("Met on {day}, next on {next}", ["day": date($0.heldAt), "next": date($0.nextAt)]))</li>\n" })</ul>"
  }

  private static func meetingForm(_ path: String, _ fields: FormView) -> HTML {
    """
    <form method="post" action="\(url: path + "/meetings")" class="narrow">
    \(fields.summary)\(fields.hidden)
    \(fields.line("heldAt", tr("I met them on"), hint: tr("Leave it empty for today."), type: "date"))
    \(fields.line("nextAt", tr("I go again on"), hint: tr("Leave it empty for 30 days later."), type: "date"))
    <button>\(tr("Record the meeting"))</button></form>
    """
  }

  private static func handing(_ open: [Need], _ path: String, _ fields: FormView) -> HTML {
    let codes = Form(open.map { ("code", $0.code.description) }).urlEncoded
    return """
      <p class="actions"><a class="button quiet" href="\(url: "/desk/slips?" + codes)">\(tr("Print all slips"))</a></p>
      <details><summary>\(tr("The group has a telephone now, and takes its needs over"))</summary>
      <form method="post" action="\(url: path + "/receipts")">\(fields.hidden)
      <p>\(tr("Every need gets a new receipt, and all old ones stop working at once, also the one on the slip that the group has. Print the new slips and hand them over: with them the group reads and changes its needs itself."))</p>
      <button class="quiet">\(tr("Make new receipts, and show the slips"))</button></form></details>
      """
  }
}

import Kernel
import Localization
import Web

/// Who belongs to an organization, and how somebody comes to. Pure: values in, pages out.
enum MemberPages {
  static func members(_ members: [Member], of organization: Organization, me: String?, _ fields: FormView) -> Page {
    let path = FacePages.path(organization)
    return Page(
      tr("Members of {group}", ["group": organization.name]),
      """
      <div class="narrow"><h1>\(tr("Members of {group}", ["group": organization.name]))</h1>
      <p>\(tr("They speak for the group here: they state its needs, answer its letters and decide who may see it. Nobody else sees this list but facilitators."))</p>
      \(fields.summary)
      \(if: members.isEmpty, "<p class=\"notice\">\(tr("Nobody belongs to this group here yet."))</p>")
      <ul class="cards">
      \(each: members, { member in
        let isMe = member.id.rawValue == me
        return """
          <li class="card"><p><strong dir="auto">\(member.name)</strong>\(if: isMe, " <span class=\"tag\">\(tr("this is you"))</span>")</p>
          <form method="post" action="\(url: path + "/members/removal")">\(fields.hidden)<input type="hidden" name="person" value="\(member.id.rawValue)">
          \(if: members.count == 1, last(fields))
          <button class="quiet small">\(isMe ? tr("Leave this group") : tr("Remove from this group"))</button></form></li>

          """
      })</ul>
      <h2>\(tr("Invite somebody"))</h2>
      <p>\(tr("You get a code to show, to read aloud or to send as you like. It works once, for seven days."))</p>
      <form class="actions" method="post" action="\(url: path + "/invitations")">\(fields.hidden)<button>\(tr("Make a code"))</button> <a href="\(url: path)">\(tr("Back to the page"))</a></form></div>
      """)
  }

  private static func last(_ fields: FormView) -> HTML {
    """
    <p class="notice warning">\(tr("This is the last member. Without one, only a facilitator and whoever holds a receipt can speak for the group here."))</p>
    \(fields.check("evenIfLast", tr("I know this and mean it.")))
    """
  }

  /// The code, on screen.
  static func code(_ code: String, for organization: Organization, until end: Timestamp, site: String) -> Page {
    Page(
      tr("Invitation"),
      """
      <div class="narrow"><h1>\(tr("Invite somebody to {group}", ["group": organization.name]))</h1>
      <div class="card"><p>\(tr("Code"))<br><span class="code">\(code)</span></p>
      <p>\(tr("Whoever shall belong to the group signs in, opens this page and types the code:"))<br><span class="mono">\(site)/invitations</span></p>
      <p>\(tr("It works once, until {day}. Whoever has it can speak for the group: give it to nobody else.", ["day": FacePages.day(end)]))</p></div>
      <p class="no-print">\(tr("Or send this address, which has the code in it:"))<br><a class="mono" href="\(url: "/invitations/" + code)">\(site)/invitations/\(code)</a></p>
      <p class="no-print"><a href="\(url: FacePages.path(organization) + "/members")">\(tr("Back to the members"))</a></p></div>
      """)
  }

  /// Where somebody comes with a code.
  /// - Parameter group: its name, where the code came with the address and works.
  static func accept(_ fields: FormView, code: String?, group: String?) -> Page {
    Page(
      tr("Invitation"),
      """
      <div class="narrow"><h1>\(maybe: group, { "\(tr("Do you belong to {group}?", ["group": $0]))" })\(if: group == nil, "\(tr("I have an invitation to a group"))")</h1>
      <form method="post" action="/invitations">
      \(fields.summary)\(fields.hidden)
      \(if: group != nil, "<input type=\"hidden\" name=\"code\" value=\"\(code)\"><p>\(tr("From then on you speak for this group here, with its other members. They see your name."))</p>")
      \(if: group == nil, fields.line("code", tr("The code"), hint: tr("Four groups of four letters and numbers. Capitals do not matter."), isRequired: true))
      <div class="actions"><button>\(tr("Yes, I belong to it"))</button> <a href="/me">\(tr("No"))</a></div>
      </form></div>
      """)
  }
}

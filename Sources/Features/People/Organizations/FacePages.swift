import Foundation
import Kernel
import Localization
import Web

/// What organizations show of themselves. Pure: values in, pages out.
enum FacePages {
  // MARK: - The list

  static func list(_ organizations: [Organization], _ filter: OrganizationFilter, next: String?, query: Form) -> Page {
    Page(
      tr("Groups"),
      """
      <h1>\(tr("Groups that show themselves here"))</h1>
      <p class="lead">\(tr("Each has said that everybody may read its page, or stands in a public list. You can write to a group through its page."))</p>
      <form class="filter" role="search" action="/organizations">
      <div class="field"><label for="q">\(tr("Name"))</label><input id="q" name="q" type="search" value="\(filter.words)"></div>
      <div class="field"><label for="country">\(tr("Country"))</label><select id="country" name="country"><option value="">\(tr("Everywhere").text)</option>
      \(each: Country.named(), { "<option value=\"\($0.value)\"\(if: $0.value == filter.country, " selected")>\($0.label)</option>\n" })</select></div>
      <div class="field"><label for="kind">\(tr("Kind of group"))</label><select id="kind" name="kind"><option value="">\(tr("Any").text)</option>
      \(each: Organization.Kind.allCases, { "<option value=\"\($0.rawValue)\"\(if: $0 == filter.kind, " selected")>\($0.label.text)</option>\n" })</select></div>
      <button>\(tr("Search"))</button>
      </form>
      \(organizations.isEmpty ? noneFound(isFiltered: !filter.isEmpty) : items(organizations))
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: "/organizations?" + query.setting("cursor", to: $0).urlEncoded)\" rel=\"next\">\(tr("More groups"))</a></nav>" })
      """)
  }

  private static func noneFound(isFiltered: Bool) -> HTML {
    isFiltered
      ? "<p class=\"notice\">\(tr("No group fits this search.")) <a href=\"/organizations\">\(tr("See all groups"))</a></p>"
      : "<p class=\"notice\">\(tr("No group is shown here yet. A group is shown when it has said yes to it.")) <a href=\"/needs/new\">\(tr("Tell us what your group needs"))</a></p>"
  }

  private static func items(_ organizations: [Organization]) -> HTML {
    """
    <ul class="cards">
    \(each: organizations, { organization in
      """
      <li class="card"><h2><a href="\(url: path(organization))">\(organization.publicName)</a></h2>
      <p class="meta">\(if: organization.kind != .other, "\(organization.kind.label) · ")\(regionName(organization.country)) \(marks(organization))</p></li>

      """
    })</ul>
    """
  }

  /// Whether somebody has vouched for it, and where its record came from.
  static func marks(_ organization: Organization) -> HTML {
    """
    <span class="tag">\(organization.isVerified ? tr("verified") : tr("not yet verified"))</span>\(origin(organization))
    """
  }

  private static func origin(_ organization: Organization) -> HTML {
    switch organization.origin {
    case .stated: ""
    case .imported: " <span class=\"tag\">\(tr("Imported: not yet claimed by its organization"))</span>"
    case .demonstration: " <span class=\"tag\">\(tr("Demonstration"))</span>"
    }
  }

  static func path(_ organization: Organization) -> String { "/organizations/" + organization.id.rawValue }

  // MARK: - The page

  static func face(_ face: OrganizationFace, more: HTML, formID: String, isSignedIn: Bool) -> Page {
    let organization = face.organization
    let path = path(organization)
    return Page(
      Phrase(text: face.name, language: Localization.current.language),
      """
      <h1 dir="auto">\(face.name)</h1>
      <p>\(marks(organization))</p>
      \(if: face.view >= .held, own(face, path, formID))
      \(maybe: face.text, { "<h2>\(tr("Who we are and what we do"))</h2>\n<p class=\"words\" lang=\"\($0.language)\" dir=\"auto\">\($0.words)</p>" })
      <dl>
      \(if: organization.kind != .other, "<dt>\(tr("Kind of group"))</dt><dd>\(organization.kind.label)</dd>")
      <dt>\(tr("Country"))</dt><dd>\(regionName(organization.country))\(maybe: organization.subdivision, { " · <span class=\"mono\">\($0)</span>" })</dd>
      \(if: !organization.languages.isEmpty, "<dt>\(tr("Languages"))</dt><dd>\(organization.languages.map(languageName).joined(separator: " · "))</dd>")
      </dl>
      \(vouches(face, path, formID))
      \(more)
      <h2>\(tr("Reach us through this page"))</h2>
      <p>\(face.hasMembers ? tr("What you write is read by the members of this group and its facilitators. They answer you as you say.") : tr("Nobody of this group reads here yet: a facilitator reads what you write and passes it on."))</p>
      <p class="actions no-print"><a class="button" href="\(url: path + "/letter")">\(tr("Write to this group"))</a></p>
      \(if: face.view < .member && (face.isHeld || !face.hasMembers), "<h2>\(tr("Is this your group?"))</h2>\n<p><a href=\"\(url: path + "/claim")\">\(tr("This is our group: we want to speak for it"))</a></p>")
      """)
  }

  private static func vouches(_ face: OrganizationFace, _ path: String, _ formID: String) -> HTML {
    """
    <h2>\(tr("Who vouches for this group"))</h2>
    \(if: face.vouches.isEmpty, "<p>\(tr("Nobody with a name has vouched for it yet."))</p>")
    \(if: !face.vouches.isEmpty, "<ul class=\"cards\">\(each: face.vouches, vouch)</ul>")
    \(if: face.hasVouched, "<form class=\"actions no-print\" method=\"post\" action=\"\(url: path + "/vouches/removal")\"><input type=\"hidden\" name=\"form\" value=\"\(formID)\"><button class=\"quiet small\">\(tr("Take my word back"))</button></form>")
    \(if: face.mayVouch, "<p class=\"no-print\"><a href=\"\(url: path + "/vouches")\">\(tr("I know this group and vouch for it"))</a></p>")
    """
  }

  private static func vouch(_ vouch: Vouch) -> HTML {
    """
    <li class="card"><p><strong dir="auto">\(vouch.name)</strong>\(if: !vouch.counts, " <span class=\"tag\">\(tr("does not count yet"))</span>")</p>
    <p lang="\(vouch.language)" dir="auto">\(vouch.reason)</p>
    <p class="meta">\(vouch.standing.label) · <time datetime="\(vouch.at.iso8601)">\(day(vouch.at))</time></p></li>

    """
  }

  /// What the group itself sees, and its facilitators.
  private static func own(_ face: OrganizationFace, _ path: String, _ formID: String) -> HTML {
    let isMember = face.view >= .member
    return """
      <div class="card no-print">
      <p>\(standing(face))</p>
      \(if: face.view == .facilitator && face.waits, seen(face, path, formID))
      <p class="actions"><a class="button quiet" href="\(url: path + "/answers")">\(tr("Who may see us"))</a>
      \(if: isMember, "<a class=\"button quiet\" href=\"\(url: path + "/description")\">\(tr("Say what we do"))</a> <a class=\"button quiet\" href=\"\(url: path + "/edit")\">\(tr("Name, country, languages"))</a> <a class=\"button quiet\" href=\"\(url: path + "/members")\">\(tr("Members"))</a> <a class=\"button quiet\" href=\"\(url: path + "/letters")\">\(letters(face.unanswered))</a>")</p>
      </div>
      """
  }

  private static func letters(_ unanswered: Int) -> Phrase {
    unanswered == 0 ? tr("Letters") : ntr("{count} letter to answer", "{count} letters to answer", unanswered)
  }

  private static func standing(_ face: OrganizationFace) -> Phrase {
    if face.isShown, face.waits {
      return tr("Everybody may read this page. What you wrote last is shown when a facilitator has read it.")
    }
    if face.isShown {
      return face.organization.visibility == .pseudonym
        ? tr("Everybody may read this page, under the name {name}.", ["name": face.organization.publicName ?? ""])
        : tr("Everybody may read this page.")
    }
    if face.waits { return tr("The group has said yes. The page is shown when a facilitator has looked at it.") }
    return tr("Only the group and its facilitators see this page.")
  }

  private static func seen(_ face: OrganizationFace, _ path: String, _ formID: String) -> HTML {
    """
    <form class="actions" method="post" action="\(url: path + "/seen")"><input type="hidden" name="form" value="\(formID)">
    <input type="hidden" name="version" value="\(face.organization.version)"><input type="hidden" name="textAt" value="\(maybe: face.text, { "\(String($0.changedAt.milliseconds))" })">
    <button>\(tr("I have looked at it: show it"))</button></form>
    """
  }

  // MARK: - Describing it

  static func description(_ face: OrganizationFace, _ fields: FormView) -> Page {
    let path = path(face.organization)
    let language = face.text?.language ?? Localization.current.language.tag
    let offered = [language, Localization.current.language.tag] + face.organization.languages + ["en", "es", "fr", "ar"]
    let tags = offered.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return Page(
      tr("Say what we do"),
      """
      <div class="narrow"><h1>\(tr("Who we are and what we do"))</h1>
      <p>\(tr("Everybody who may read the page of {group} reads this.", ["group": face.name]))</p>
      <form method="post" action="\(url: path + "/description")">
      \(fields.summary)\(fields.hidden)
      \(fields.lines("words", tr("Who we are and what we do"), hint: tr("Up to {count} characters. No telephone numbers, addresses, links or exact places: people write to you through the page.", ["count": localizedNumber(OrganizationText.longest)]), rows: 10, value: face.text?.words))
      \(fields.choice("language", tr("The language of these words"), tags.map { (value: $0, label: languageName($0)) }, value: language))
      <div class="actions"><button>\(tr("Save"))</button> <a href="\(url: path)">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  // MARK: - Answers

  static func answers(_ face: OrganizationFace, history: [OrganizationConsent.Answer], _ fields: FormView) -> Page {
    let organization = face.organization
    let shown =
      !organization.isMeantToBeShown(face.answers) ? "no" : organization.visibility == .pseudonym ? "pseudonym" : "named"
    return Page(
      tr("Who may see us"),
      """
      <div class="narrow"><h1>\(tr("Who may see us"))</h1>
      <p>\(tr("Three separate questions about {group}. Without a yes the answer is no. Each can be taken back here at any time, and that counts at once.", ["group": face.name]))</p>
      <form method="post" action="\(url: path(organization) + "/answers")">
      \(fields.summary)\(fields.hidden)
      \(fields.radios("showPublicly", OrganizationConsent.Question.showPublicly.label, hint: OrganizationConsent.Question.showPublicly.hint, [(value: "no", label: tr("No")), (value: "named", label: tr("Yes, with our name: {name}", ["name": organization.name])), (value: "pseudonym", label: tr("Yes, under another name"))], value: shown))
      \(fields.line("pseudonym", tr("The other name"), hint: tr("Only where everybody shall read another name instead."), value: organization.pseudonym))
      \(each: [OrganizationConsent.Question.shareWithFunders, .reuseAsOpenData], { question in
        fields.radios(question.rawValue, question.label, hint: question.hint, [(value: "no", label: tr("No")), (value: "yes", label: tr("Yes"))], value: face.answers[question]?.isYes == true ? "yes" : "no")
      })
      \(if: face.view == .facilitator, fields.radios("agreement", tr("How did the group agree?"), hint: tr("You write this down for others."), OrganizationConsent.Agreement.allCases.map { (value: $0.rawValue, label: $0.label) }))
      <div class="actions"><button>\(tr("Save"))</button> <a href="\(url: path(organization))">\(tr("Leave it as it is"))</a></div>
      </form>
      \(if: !history.isEmpty, "<h2>\(tr("What was answered when"))</h2>\n<ul>\(each: history, answer)</ul>")
      </div>
      """)
  }

  private static func answer(_ answer: OrganizationConsent.Answer) -> HTML {
    let basis =
      answer.wording == OrganizationConsent.notAsked
      ? tr("carried over, nobody was asked") : tr("wording {number}", ["number": localizedNumber(answer.wording)])
    return """
      <li>\(answer.question.label) <strong>\(answer.isYes ? tr("Yes") : tr("No"))</strong> <span class="meta"><time datetime="\(answer.at.iso8601)">\(day(answer.at))</time> · \(basis)\(maybe: answer.agreement, { " · \($0.label)" })</span></li>

      """
  }

  // MARK: - Vouching

  static func vouching(_ face: OrganizationFace, _ fields: FormView) -> Page {
    let path = path(face.organization)
    return Page(
      tr("Vouch for a group"),
      """
      <div class="narrow"><h1>\(tr("I know {group} and vouch for it", ["group": face.name]))</h1>
      <p>\(tr("Others trust this group more because of your word. You can take it back at any time."))</p>
      <form method="post" action="\(url: path + "/vouches")">
      \(fields.summary)\(fields.hidden)
      \(fields.lines("reason", tr("How do you know that it is what it says?"), hint: tr("Everybody reads this beside your name. No telephone numbers, addresses, links or exact places."), rows: 4, isRequired: true))
      \(fields.check("agrees", tr("Everybody may read my name and my reason on this page.")))
      <div class="actions"><button>\(tr("Vouch for it"))</button> <a href="\(url: path)">\(tr("Back to the page"))</a></div>
      </form></div>
      """)
  }

  static func day(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .day, timeZone: .gmt) }
}

extension Vouch.Standing {
  var label: Phrase {
    switch self {
    case .facilitator: tr("Facilitator")
    case .moderator: tr("Moderator")
    case .member: tr("Member of a verified group")
    }
  }
}

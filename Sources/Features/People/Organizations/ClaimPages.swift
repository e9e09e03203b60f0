import Kernel
import Localization
import Web

/// “This is our group”, and what facilitators decide of it. Pure: values in, pages out.
enum ClaimPages {
  static func claim(_ face: OrganizationFace, waits: Bool, _ fields: FormView) -> Page {
    let path = FacePages.path(face.organization)
    return Page(
      tr("Is this your group?"),
      """
      <div class="narrow"><h1>\(tr("Is {group} your group?", ["group": face.name]))</h1>
      \(if: waits, "<p class=\"notice\">\(tr("You have said so. A facilitator reads it, and you are told.")) <a href=\"/me/claims\">\(tr("What I have said"))</a></p>")
      \(if: !waits, form(face, path, fields))
      </div>
      """)
  }

  private static func form(_ face: OrganizationFace, _ path: String, _ fields: FormView) -> HTML {
    """
    <p>\(face.isHeld ? tr("You hold the receipt of one of its needs: that is proof enough. From then on you speak for it with your account.") : tr("A facilitator who knows groups there reads what you write and decides. You are told either way."))</p>
    <form method="post" action="\(url: path + "/claim")">
    \(fields.summary)\(fields.hidden)
    \(if: !face.isHeld, fields.lines("words", tr("How can you be recognised as a member of this group?"), hint: tr("Who you are in the group, and who can say so. Only facilitators read it, and it is erased when they have decided."), rows: 5, isRequired: true))
    <div class="actions"><button>\(tr("This is our group"))</button> <a href="\(url: path)">\(tr("Back to the page"))</a></div>
    </form>
    """
  }

  /// - Parameter claims: each with the name that may be shown of its organization.
  static func mine(_ claims: [(claim: Claim, name: String?)]) -> Page {
    Page(
      tr("What I have said of groups"),
      """
      <div class="narrow"><h1>\(tr("“This is our group”: what I have said"))</h1>
      \(if: claims.isEmpty, "<p class=\"notice\">\(tr("You have not said of any group that it is yours.")) <a href=\"/organizations\">\(tr("See all groups"))</a></p>")
      <ul class="cards">
      \(each: claims, { one in
        """
        <li class="card"><p><strong dir="auto">\(maybe: one.name, { "\($0)" })\(if: one.name == nil, "\(tr("A group that is not shown"))")</strong> <span class="tag">\(one.claim.state.label)</span></p>
        \(maybe: one.claim.reason, { "<p>\(tr("The facilitator writes:"))</p>\n<p class=\"words\" dir=\"auto\">\($0)</p>" })
        \(if: one.claim.state == .accepted, "<p><a href=\"\(url: "/organizations/" + one.claim.organization.rawValue)\">\(tr("Go to our page"))</a></p>")
        <p class="meta">\(FacePages.day(one.claim.createdAt))</p></li>

        """
      })</ul></div>
      """)
  }

  /// What waits for a facilitator.
  struct Desk {
    let claims: [(claim: Claim, organization: Organization, person: String)]
    let waiting: [Organization]
  }

  static func desk(_ desk: Desk, _ fields: FormView) -> Page {
    Page(
      tr("Groups that wait"),
      """
      <h1>\(tr("Groups that wait for you"))</h1>
      <h2>\(tr("“This is our group”"))</h2>
      \(fields.summary)
      \(if: desk.claims.isEmpty, "<p class=\"notice\">\(tr("Nobody waits for an answer."))</p>")
      <ul class="cards">
      \(each: desk.claims, { claim($0.claim, $0.organization, $0.person, fields) })</ul>
      <h2>\(tr("Pages to look at before everybody sees them"))</h2>
      \(if: desk.waiting.isEmpty, "<p class=\"notice\">\(tr("No page waits."))</p>")
      <ul>\(each: desk.waiting, { "<li><a href=\"\(url: FacePages.path($0))\" dir=\"auto\">\($0.name)</a>, \(regionName($0.country))</li>\n" })</ul>
      <p><a href="/desk">\(tr("Back to the desk"))</a></p>
      """)
  }

  private static func claim(_ claim: Claim, _ organization: Organization, _ person: String, _ fields: FormView) -> HTML {
    let isTyped = fields.form.first("claim") == claim.id.rawValue
    return """
      <li class="card"><h3><a href="\(url: FacePages.path(organization))" dir="auto">\(organization.name)</a></h3>
      <p class="meta">\(regionName(organization.country)) \(FacePages.marks(organization))</p>
      <p><strong dir="auto">\(person)</strong> · \(FacePages.day(claim.createdAt))</p>
      <p class="words" lang="\(claim.language)" dir="auto">\(claim.words)</p>
      <form method="post" action="\(url: "/desk/claims/" + claim.id.rawValue)">\(fields.hidden)<input type="hidden" name="claim" value="\(claim.id.rawValue)">
      <div class="actions"><button name="decision" value="accept">\(tr("I recognise them: they speak for this group"))</button></div>
      <details\(if: isTyped, " open")><summary>\(tr("I cannot recognise them"))</summary>
      <div class="field"><label for="reason-\(claim.id.rawValue)">\(tr("Why, in kind words? They read this."))</label><textarea id="reason-\(claim.id.rawValue)" name="reason" rows="3" dir="auto">
      \(isTyped ? fields.form.first("reason") ?? "" : "")</textarea></div>
      <button class="quiet" name="decision" value="decline">\(tr("Send this"))</button></details></form></li>

      """
  }
}

extension Claim.State {
  var label: Phrase {
    switch self {
    case .open: tr("A facilitator reads it")
    case .accepted: tr("You speak for it")
    case .declined: tr("Not recognised")
    }
  }
}

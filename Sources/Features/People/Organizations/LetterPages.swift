import Kernel
import Localization
import Web

/// Writing to an organization, and reading what was written. Pure: values in, pages out.
enum LetterPages {
  static func write(to face: OrganizationFace, _ fields: FormView) -> Page {
    let path = FacePages.path(face.organization)
    return Page(
      tr("Write to {group}", ["group": face.name]),
      """
      <div class="narrow"><h1>\(tr("Write to {group}", ["group": face.name]))</h1>
      <p>\(face.hasMembers ? tr("What you write is read by the members of this group and its facilitators. They answer you as you say.") : tr("Nobody of this group reads here yet: a facilitator reads what you write and passes it on."))</p>
      <form method="post" action="\(url: path + "/letter")">
      \(fields.summary)\(fields.hidden)
      \(fields.lines("words", tr("What do you want to say?"), rows: 8, isRequired: true))
      \(fields.line("answerTo", tr("How can they answer you?"), hint: tr("A telephone number, an e-mail address, or where you can be met. It is encrypted, and nobody but they reads it."), isRequired: true))
      <div class="actions"><button>\(tr("Send it"))</button> <a href="\(url: path)">\(tr("Back to the page"))</a></div>
      </form></div>
      """)
  }

  static func sent(to face: OrganizationFace) -> Page {
    Page(
      tr("Your letter is there"),
      """
      <div class="narrow"><h1>\(tr("Your letter is there"))</h1>
      <p>\(tr("The group finds it on its page here. Many groups are not online every day: please be patient."))</p>
      <p><a class="button" href="\(url: FacePages.path(face.organization))">\(tr("Back to the page"))</a></p></div>
      """)
  }

  /// - Parameter letters: each with how its writer can be answered.
  static func list(
    _ letters: [(letter: Letter, answerTo: String?)], to organization: Organization, next: String?, formID: String
  ) -> Page {
    let path = FacePages.path(organization) + "/letters"
    return Page(
      tr("Letters to {group}", ["group": organization.name]),
      """
      <h1>\(tr("Letters to {group}", ["group": organization.name]))</h1>
      \(if: letters.isEmpty, "<p class=\"notice\">\(tr("Nobody has written yet."))</p>")
      <ul class="cards">
      \(each: letters, { item($0.letter, $0.answerTo, path, formID) })</ul>
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: path + "?cursor=" + $0)\" rel=\"next\">\(tr("Older letters"))</a></nav>" })
      <p><a href="\(url: FacePages.path(organization))">\(tr("Back to the page"))</a></p>
      """)
  }

  private static func item(_ letter: Letter, _ answerTo: String?, _ path: String, _ formID: String) -> HTML {
    let hidden: HTML =
      "<input type=\"hidden\" name=\"form\" value=\"\(formID)\"><input type=\"hidden\" name=\"letter\" value=\"\(letter.id.rawValue)\">"
    return """
      <li class="card"><p class="meta"><time datetime="\(letter.createdAt.iso8601)">\(FacePages.day(letter.createdAt))</time>\(if: letter.answeredAt != nil, " <span class=\"tag\">\(tr("answered"))</span>")</p>
      <p class="words" lang="\(letter.language)" dir="auto">\(letter.words)</p>
      <p>\(tr("How to answer:")) <strong dir="auto">\(answerTo)</strong></p>
      <div class="actions no-print">
      \(if: letter.answeredAt == nil, "<form method=\"post\" action=\"\(url: path + "/answered")\">\(hidden)<button class=\"small\">\(tr("We have answered"))</button></form>")
      <form method="post" action="\(url: path + "/removal")">\(hidden)<button class="small quiet">\(tr("Erase this letter"))</button></form></div></li>

      """
  }
}

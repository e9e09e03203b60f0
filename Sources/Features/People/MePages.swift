import Foundation
import Kernel
import Localization
import Web

/// What somebody sees of themselves, and does about it. Pure: values in, pages out.
enum MePages {
  /// Everything the page about me shows.
  struct Me {
    let person: Person
    let credentials: CredentialStore.Credentials
    let email: String?
    let organizations: [Organization]
    let sessions: [Session]
    /// This browser's session.
    let here: Session
  }

  static func me(_ me: Me, more: HTML, formID: String) -> Page {
    let mustSetUp = me.person.isStaff && !me.here.isStrong
    return Page(
      tr("My account"),
      """
      <h1>\(me.person.name)</h1>
      <p class="meta"><span class="mono">\(me.person.handle)</span>\(if: me.person.origin == .demonstration, " <span class=\"tag\">\(tr("Demonstration"))</span>")</p>
      \(if: mustSetUp, "<p class=\"notice warning\">\(tr("Your roles on the desk wait for a second step of signing in.")) <a href=\"/me/second-factor\">\(tr("Set up one-time codes"))</a></p>")
      \(if: me.person.isOnProbation, "<p class=\"notice\">\(tr("Your account is new. Until somebody has seen that it is real, your votes and corrections wait."))</p>")
      <h2>\(tr("What I am here"))</h2>
      <ul class="tags">\(each: me.person.grants.sorted { $0.text < $1.text }, { "<li>\(RoleLabels.label($0, me.organizations))</li>\n" })</ul>
      \(organizations(me.organizations))
      \(more)
      <h2>\(tr("How I sign in"))</h2>
      <dl>
      <dt>\(tr("Passphrase"))</dt><dd><a href="/me/passphrase">\(tr("Choose a new one"))</a></dd>
      <dt>\(tr("E-mail address"))</dt><dd>\(email(me)) <a href="/me/email">\(tr("Change it"))</a></dd>
      <dt>\(tr("One-time codes"))</dt><dd>\(me.credentials.hasSecondFactor ? tr("Set up.") : tr("Not set up.")) <a href="/me/second-factor">\(me.credentials.hasSecondFactor ? tr("Remove them") : tr("Set them up"))</a></dd>
      <dt>\(tr("Recovery codes"))</dt><dd>\(codesLeft(me.credentials.recoveryCodesLeft)) <a href="/me/recovery-codes">\(tr("Print new ones"))</a></dd>
      </dl>
      \(sessions(me, formID))
      <h2>\(tr("My data"))</h2>
      <p class="actions"><a class="button quiet" href="/me/export">\(tr("Take everything that is kept about me"))</a> <a class="button quiet" href="/me/programs">\(tr("Programs that act for me"))</a> <a class="button quiet" href="/me/leave">\(tr("Leave"))</a></p>
      <form method="post" action="/sign-out" class="actions"><input type="hidden" name="form" value="\(formID)"><button>\(tr("Sign out"))</button></form>
      """)
  }

  private static func email(_ me: Me) -> HTML {
    guard let email = me.email else { return "\(tr("None."))" }
    return
      "<span dir=\"ltr\">\(email)</span>\(if: me.credentials.emailConfirmedAt == nil, " <span class=\"tag\">\(tr("not yet confirmed: look into your mail"))</span>")"
  }

  private static func codesLeft(_ count: Int) -> Phrase {
    count == 0
      ? tr("None. Print some: they open your account when everything else is lost.")
      : ntr("{count} is left.", "{count} are left.", count)
  }

  private static func organizations(_ organizations: [Organization]) -> HTML {
    """
    <h2>\(tr("My organizations"))</h2>
    \(if: !organizations.isEmpty, "<ul>\(each: organizations, { "<li><a href=\"\(url: "/organizations/\($0.id.rawValue)")\">\($0.name)</a>, \(regionName($0.country)) · <a href=\"\(url: "/organizations/\($0.id.rawValue)/edit")\">\(tr("Change"))</a></li>\n" })</ul>")
    <p><a href="/invitations">\(tr("I have an invitation to a group"))</a> · <a href="/me/claims">\(tr("What I have said of groups"))</a></p>
    """
  }

  private static func sessions(_ me: Me, _ formID: String) -> HTML {
    """
    <h2>\(tr("Where I am signed in"))</h2>
    <ul class="cards">
    \(each: me.sessions, { session in
      """
      <li class="card"><p><strong>\(session.browser.isEmpty ? tr("A browser").text : session.browser)</strong>\(if: session.id == me.here.id, " <span class=\"tag\">\(tr("this one"))</span>")</p>
      <p class="meta">\(tr("Since {begun}, last used {used}", ["begun": date(session.createdAt), "used": date(session.lastSeenAt)]))</p>
      \(if: session.id != me.here.id, "<form method=\"post\" action=\"/me/sessions/removal\"><input type=\"hidden\" name=\"form\" value=\"\(formID)\"><button class=\"small quiet\" name=\"session\" value=\"\(session.id.rawValue)\">\(tr("End it"))</button></form>")</li>

      """
    })</ul>
    """
  }

  static func passphrase(_ fields: FormView, handle: String, mustShowOld: Bool) -> Page {
    Page(
      tr("Choose a new passphrase"),
      """
      <div class="narrow"><h1>\(tr("Choose a new passphrase"))</h1>
      <p>\(tr("You are then signed out everywhere but here."))</p>
      <form method="post" action="/me/passphrase">
      \(fields.summary)\(fields.hidden)\(username(handle))
      \(if: mustShowOld, fields.line("current", tr("The passphrase you have"), type: "password", autocomplete: "current-password", isRequired: true))
      \(fields.line("new", tr("The new passphrase"), hint: tr("At least 10 characters. Four or five words that nobody says together are good and easy to keep in mind."), type: "password", autocomplete: "new-password", isRequired: true))
      <div class="actions"><button>\(tr("Save"))</button> <a href="/me">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  /// - Parameter isRefused: whether mail to the address came back for good.
  static func email(_ fields: FormView, email: String?, isRefused: Bool) -> Page {
    Page(
      tr("E-mail address"),
      """
      <div class="narrow"><h1>\(tr("E-mail address"))</h1>
      \(if: isRefused, "<p class=\"notice warning\">\(tr("Mail to this address came back, so we send no more there. Look whether it is written right, then save it again: we send a new mail to confirm it."))</p>")
      <p>\(tr("We send a mail there; follow the link in it. Leave it empty to be found under no address."))</p>
      <form method="post" action="/me/email">
      \(fields.summary)\(fields.hidden)
      \(fields.line("email", tr("E-mail address"), type: "email", autocomplete: "email", value: email))
      <div class="actions"><button>\(tr("Save"))</button> <a href="/me">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  static func confirmEmail(_ fields: FormView, secret: String) -> Page {
    Page(
      tr("Confirm your e-mail address"),
      """
      <div class="narrow"><h1>\(tr("Confirm your e-mail address"))</h1>
      <form method="post" action="\(url: "/me/email/\(secret)")">\(fields.hidden)<button>\(tr("This address is mine"))</button></form></div>
      """)
  }

  /// - Parameters:
  ///   - sealed: the secret, for the form to carry.
  ///   - uri: what an authenticator app reads.
  static func setUpTOTP(_ fields: FormView, secret: String, uri: String, sealed: String, isStaff: Bool, next: LocalPath?) -> Page
  {
    Page(
      tr("Set up one-time codes"),
      """
      <div class="narrow"><h1>\(tr("Set up one-time codes"))</h1>
      \(if: isStaff, "<p class=\"notice\">\(tr("You see what others have told us in confidence. A passphrase alone does not protect that enough."))</p>")
      <ol>
      <li>\(tr("Install an authenticator app on your telephone, such as Aegis, FreeOTP or any other one."))</li>
      <li>\(tr("Let it read this picture, or type the secret into it."))</li>
      <li>\(tr("Type the six digits that it shows."))</li>
      </ol>
      \(maybe: QRCode(uri), { "<p>\($0.svg(label: tr("The secret, for the camera of your telephone").text))</p>" })
      <p>\(tr("Secret")): <code dir="ltr">\(secret)</code></p>
      <p><a href="\(uri)">\(tr("Open it in an app on this device"))</a></p>
      <form method="post" action="/me/second-factor">
      \(fields.summary)\(fields.hidden)<input type="hidden" name="secret" value="\(sealed)">\(maybe: next, { "<input type=\"hidden\" name=\"next\" value=\"\($0.text)\">" })
      \(fields.line("code", tr("The six digits that your authenticator app shows now"), autocomplete: "one-time-code", isRequired: true, inputMode: "numeric"))
      <button>\(tr("Set them up"))</button>
      </form></div>
      """)
  }

  static func removeTOTP(_ fields: FormView, isStaff: Bool) -> Page {
    Page(
      tr("Remove one-time codes"),
      """
      <div class="narrow"><h1>\(tr("Remove one-time codes"))</h1>
      \(if: isStaff, "<p class=\"notice warning\">\(tr("Your roles on the desk do not count until you set them up again."))</p>")
      <form method="post" action="/me/second-factor/removal">
      \(fields.summary)\(fields.hidden)
      \(fields.line("code", tr("The six digits that your authenticator app shows now"), hint: tr("If you have lost it, type one of your printed recovery codes."), autocomplete: "one-time-code", isRequired: true))
      <div class="actions"><button>\(tr("Remove them"))</button> <a href="/me">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  static func recoveryCodes(_ fields: FormView, left: Int) -> Page {
    Page(
      tr("Recovery codes"),
      """
      <div class="narrow"><h1>\(tr("Recovery codes"))</h1>
      <p>\(tr("Ten codes on paper. Each opens your account once, when you have lost your passphrase or your telephone. Keep the sheet as you keep a key."))</p>
      \(if: left > 0, "<p class=\"notice warning\">\(tr("The codes you have now stop working."))</p>")
      <form method="post" action="/me/recovery-codes" class="actions">\(fields.hidden)<button>\(tr("Make ten new codes"))</button> <a href="/me">\(tr("Leave it as it is"))</a></form></div>
      """)
  }

  /// The sheet, shown once.
  static func recoverySheet(_ codes: [String], handle: String, site: String, at now: Timestamp) -> Page {
    Page(
      tr("Recovery codes"), isSheet: true,
      """
      <div class="narrow"><h1>\(tr("Recovery codes"))</h1>
      <p class="notice no-print">\(tr("Print this page or write the codes down now: they are not shown again."))</p>
      <p>\(site) · <span class="mono">\(handle)</span> · \(localizedDate(now.milliseconds, style: .day, timeZone: .gmt))</p>
      <ol>\(each: codes, { "<li><span class=\"code\">\($0)</span></li>\n" })</ol>
      <p>\(tr("Each works once. Cross out the ones you have used."))</p>
      <p class="no-print"><a class="button" href="/me">\(tr("I have them on paper"))</a></p></div>
      """)
  }

  static func leave(_ fields: FormView, handle: String) -> Page {
    Page(
      tr("Leave"),
      """
      <div class="narrow"><h1>\(tr("Leave?"))</h1>
      <p>\(tr("Your account, your e-mail address and everything else that is kept about you are erased at once. This cannot be undone. The needs that you have stated stay: take them back first if you want that."))</p>
      <p><a href="/me/export">\(tr("Take everything that is kept about me"))</a></p>
      <form method="post" action="/me/leave">
      \(fields.summary)\(fields.hidden)\(username(handle))
      \(fields.line("current", tr("Your passphrase"), type: "password", autocomplete: "current-password", isRequired: true))
      <div class="actions"><button>\(tr("Yes, erase my account"))</button> <a href="/me">\(tr("No, I stay"))</a></div>
      </form></div>
      """)
  }

  static var gone: Page {
    Page(
      tr("Your account is erased"),
      """
      <div class="narrow"><h1>\(tr("Your account is erased"))</h1>
      <p>\(tr("Nothing about you is kept any more. Thank you for having been here."))</p>
      <p><a class="button" href="/">\(tr("Go to the first page"))</a></p></div>
      """)
  }

  /// Tells password managers whose passphrase it is.
  private static func username(_ handle: String) -> HTML {
    "<input type=\"text\" name=\"username\" value=\"\(handle)\" autocomplete=\"username\" readonly hidden>"
  }

  private static func date(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .dayAndTime, timeZone: .gmt) }
}

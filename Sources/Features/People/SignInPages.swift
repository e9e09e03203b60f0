import Kernel
import Localization
import Web

/// Signing in and signing up. Pure: values in, pages out.
enum SignInPages {
  static func signIn(_ fields: FormView, next: LocalPath?) -> Page {
    Page(
      tr("Sign in"),
      """
      <div class="narrow"><h1>\(tr("Sign in"))</h1>
      <form method="post" action="/sign-in">
      \(fields.summary)\(fields.hidden)\(hidden(next))
      \(fields.line("handle", tr("Your name on this site, or your e-mail address"), autocomplete: "username", isRequired: true))
      \(fields.line("passphrase", tr("Passphrase"), type: "password", autocomplete: "current-password", isRequired: true))
      <button>\(tr("Sign in"))</button>
      </form>
      <ul>
      <li><a href="/sign-in/link">\(tr("Send me a link by e-mail instead"))</a></li>
      <li><a href="/sign-in/recovery">\(tr("I have a printed recovery code"))</a></li>
      <li><a href="\(url: path("/sign-up", next))">\(tr("I have no account yet"))</a></li>
      <li><a href="/receipt">\(tr("I have the receipt of a need: no account is needed"))</a></li>
      </ul></div>
      """)
  }

  /// Asks for the second factor of somebody who has shown the first.
  static func secondFactor(_ fields: FormView, ticket: String, way: Session.Way, next: LocalPath?) -> Page {
    Page(
      tr("One-time code"),
      """
      <div class="narrow"><h1>\(tr("One-time code"))</h1>
      <form method="post" action="/sign-in/code">
      \(fields.summary)\(fields.hidden)\(hidden(next))<input type="hidden" name="ticket" value="\(ticket)">
      \(fields.line("code", tr("The six digits that your authenticator app shows now"), hint: way == .recoveryCode ? nil : tr("If you have lost it, type one of your printed recovery codes."), autocomplete: "one-time-code", isRequired: true, inputMode: way == .recoveryCode ? "numeric" : nil))
      <button>\(tr("Sign in"))</button>
      </form>
      <p><a href="/sign-in">\(tr("Begin again"))</a></p></div>
      """)
  }

  static func askForLink(_ fields: FormView) -> Page {
    Page(
      tr("Sign in by e-mail"),
      """
      <div class="narrow"><h1>\(tr("Sign in by e-mail"))</h1>
      <form method="post" action="/sign-in/link">
      \(fields.summary)\(fields.hidden)
      \(fields.line("email", tr("Your e-mail address"), type: "email", autocomplete: "email", isRequired: true))
      <button>\(tr("Send me a link"))</button>
      </form>
      <p><a href="/sign-in">\(tr("Sign in with a passphrase"))</a></p></div>
      """)
  }

  /// The same for everybody, whether or not somebody has the address.
  static var linkAskedFor: Page {
    Page(
      tr("Look into your mail"),
      """
      <div class="narrow"><h1>\(tr("Look into your mail"))</h1>
      <p>\(tr("If an account has this address and has confirmed it, a link is on its way there. It works once, for 20 minutes."))</p>
      <p><a class="button quiet" href="/sign-in/link">\(tr("Nothing came: try again"))</a></p></div>
      """)
  }

  /// Where the link leads. Programs that look into mails open links; only a person presses a button.
  static func link(_ fields: FormView, secret: String) -> Page {
    Page(
      tr("Sign in"),
      """
      <div class="narrow"><h1>\(tr("Sign in"))</h1>
      <p>\(tr("Press the button to sign in on this device. The link then stops working."))</p>
      <form method="post" action="\(url: "/sign-in/link/\(secret)")">\(fields.hidden)<button>\(tr("Sign in"))</button></form></div>
      """)
  }

  static func recovery(_ fields: FormView) -> Page {
    Page(
      tr("Sign in with a recovery code"),
      """
      <div class="narrow"><h1>\(tr("Sign in with a recovery code"))</h1>
      <p>\(tr("You printed them when you made your account, or later. Each works once: cross out the one you use. Then choose a new passphrase."))</p>
      <form method="post" action="/sign-in/recovery">
      \(fields.summary)\(fields.hidden)
      \(fields.line("handle", tr("Your name on this site, or your e-mail address"), autocomplete: "username", isRequired: true))
      \(fields.line("code", tr("Recovery code"), hint: tr("Four groups of four letters and numbers. Capitals do not matter."), isRequired: true))
      <button>\(tr("Sign in"))</button>
      </form></div>
      """)
  }

  static func signUp(_ fields: FormView, next: LocalPath?) -> Page {
    Page(
      tr("Make an account"),
      """
      <div class="narrow"><h1>\(tr("Make an account"))</h1>
      <p>\(tr("To tell us what your group needs you need no account. With one you can help others, and see on every device what you follow."))</p>
      <form method="post" action="/sign-up">
      \(fields.summary)\(fields.hidden)\(hidden(next))
      \(fields.line("name", tr("What shall we call you?"), hint: tr("Others see this. It need not be your real name."), autocomplete: "nickname", isRequired: true))
      \(fields.line("handle", tr("Your name for signing in"), hint: tr("3 to 40 small letters from a to z, digits, dots, hyphens or low lines."), autocomplete: "username", isRequired: true))
      \(fields.line("passphrase", tr("Passphrase"), hint: tr("At least 10 characters. Four or five words that nobody says together are good and easy to keep in mind."), type: "password", autocomplete: "new-password", isRequired: true))
      \(fields.line("email", tr("E-mail address (you may leave this empty)"), hint: tr("With it you can have a link sent to you when you have forgotten the passphrase. It is encrypted, and nobody else sees it."), type: "email", autocomplete: "email"))
      <button>\(tr("Make the account"))</button>
      </form>
      <p><a href="\(url: path("/sign-in", next))">\(tr("I have an account: sign in"))</a></p></div>
      """)
  }

  private static func hidden(_ next: LocalPath?) -> HTML {
    "\(maybe: next, { "<input type=\"hidden\" name=\"next\" value=\"\($0.text)\">" })"
  }

  private static func path(_ path: String, _ next: LocalPath?) -> String {
    next.map { path + "?" + Form([("next", $0.text)]).urlEncoded } ?? path
  }
}

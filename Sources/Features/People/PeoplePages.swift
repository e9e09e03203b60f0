import Foundation
import Kernel
import Localization
import Web

/// What administrators do: accounts and roles, tokens. Pure: values in, pages out.
enum PeoplePages {
  static func list(_ people: [Person], organizations: [Organization], words: String, next: String?) -> Page {
    Page(
      tr("People"),
      """
      <h1>\(tr("People"))</h1>
      <form class="filter" role="search" action="/people">
      <div class="field"><label for="q">\(tr("Search"))</label><input id="q" name="q" type="search" value="\(words)" autocomplete="off"></div>
      <button>\(tr("Search"))</button></form>
      \(if: people.isEmpty, "<p class=\"notice\">\(tr("Nobody is found under this name."))</p>")
      <ul class="cards">
      \(each: people, { person in
        """
        <li class="card"><h2><a href="\(url: "/people/\(person.id.rawValue)")">\(person.name)</a></h2>
        <p class="meta"><span class="mono">\(person.handle)</span> · \(date(person.createdAt))\(marks(person))</p>
        <ul class="tags">\(each: sorted(person.grants), { "<li>\(RoleLabels.label($0, organizations))</li>" })</ul></li>

        """
      })</ul>
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: "/people?" + Form([("q", words), ("cursor", $0)]).urlEncoded)\" rel=\"next\">\(tr("More"))</a></nav>" })
      """)
  }

  static func one(_ person: Person, organizations: [Organization], fields: FormView) -> Page {
    let path = "/people/\(person.id.rawValue)"
    return Page(
      tr("People"),
      """
      <p><a href="/people">\(tr("People"))</a></p>
      <h1>\(person.name)</h1>
      <p class="meta"><span class="mono">\(person.handle)</span> · \(date(person.createdAt))\(marks(person))</p>
      <h2>\(tr("Roles"))</h2>
      \(if: person.grants.isEmpty, "<p>\(tr("None."))</p>")
      <ul class="cards">
      \(each: sorted(person.grants), { grant in
        """
        <li class="card"><p>\(RoleLabels.label(grant, organizations))</p>
        <form method="post" action="\(url: path)/roles/removal">\(fields.hidden)<input type="hidden" name="role" value="\(grant.role.rawValue)"><input type="hidden" name="scope" value="\(grant.scope)">
        <button class="small quiet">\(tr("Take this role away"))</button></form></li>

        """
      })</ul>
      <h2>\(tr("Give a role"))</h2>
      <form method="post" action="\(url: path)/roles" class="narrow">
      \(fields.summary)\(fields.hidden)
      \(roleChoice(fields))
      \(scopeLine(fields))
      <button>\(tr("Give this role"))</button></form>
      <h2>\(tr("Probation"))</h2>
      <p>\(person.isOnProbation ? tr("Votes and corrections of this account wait until somebody has seen that it is real.") : tr("This account is known to be real."))</p>
      <form method="post" action="\(url: path)/probation">\(fields.hidden)
      <button class="quiet" name="probation" value="\(person.isOnProbation ? "0" : "1")">\(person.isOnProbation ? tr("It is real: end the probation") : tr("Put it on probation"))</button></form>
      """)
  }

  // MARK: - Tokens

  static func tokens(_ tokens: [Token], now: Timestamp, fields: FormView) -> Page {
    Page(
      tr("Tokens"),
      """
      <h1>\(tr("Tokens"))</h1>
      <p class="lead">\(tr("A program signs in with a token. It can do what its role allows, until it runs out or is revoked."))</p>
      <h2>\(tr("Make a token"))</h2>
      <form method="post" action="/me/tokens" class="narrow">
      \(fields.summary)\(fields.hidden)
      \(fields.line("name", tr("What is it for?"), isRequired: true))
      \(roleChoice(fields))
      \(scopeLine(fields))
      \(fields.line("days", tr("For how many days?"), hint: tr("Leave it empty for a token that does not run out."), inputMode: "numeric"))
      <button>\(tr("Make the token"))</button></form>
      <h2>\(tr("Tokens there are"))</h2>
      \(if: tokens.isEmpty, "<p>\(tr("None."))</p>")
      <ul class="cards">
      \(each: tokens, { token in
        """
        <li class="card"><h3>\(token.name)</h3>
        <p class="meta">\(RoleLabels.label(token.grant, [])) · \(date(token.createdAt)) · \(state(token, now))</p>
        \(if: token.isValid(at: now), "<form method=\"post\" action=\"/me/tokens/removal\">\(fields.hidden)<button class=\"small quiet\" name=\"token\" value=\"\(token.id.rawValue)\">\(tr("Revoke it"))</button></form>")</li>

        """
      })</ul>
      """)
  }

  /// The token, shown once.
  static func token(_ secret: String, name: String, back: String = "/me/tokens") -> Page {
    Page(
      tr("Your new token"),
      """
      <h1>\(tr("Your new token"))</h1>
      <p class="notice">\(tr("Copy it now: it is not shown again."))</p>
      <dl><dt>\(name)</dt><dd><code dir="ltr">\(secret)</code></dd></dl>
      <p><a class="button" href="\(url: back)">\(tr("I have copied it"))</a></p>
      """)
  }

  private static func state(_ token: Token, _ now: Timestamp) -> Phrase {
    if token.revokedAt != nil { return tr("Revoked") }
    guard let end = token.expiresAt else { return tr("Does not run out") }
    return now < end ? tr("Until {date}", ["date": date(end)]) : tr("Has run out")
  }

  private static func roleChoice(_ fields: FormView) -> HTML {
    fields.choice(
      "role", tr("Role"),
      [(value: "", label: tr("Choose…").text)] + Role.allCases.map { (value: $0.rawValue, label: $0.label.text) })
  }

  private static func scopeLine(_ fields: FormView) -> HTML {
    fields.line(
      "scope", tr("Only for (you may leave this empty)"),
      hint: tr("country: with a code of two letters, such as country:CL, or organization: with the id of one."))
  }

  private static func marks(_ person: Person) -> HTML {
    "\(if: person.isOnProbation, " <span class=\"tag\">\(tr("on probation"))</span>")\(if: person.origin == .demonstration, " <span class=\"tag\">\(tr("Demonstration"))</span>")"
  }

  private static func sorted(_ grants: Set<Grant>) -> [Grant] { grants.sorted { $0.text < $1.text } }

  private static func date(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .day, timeZone: .gmt) }
}

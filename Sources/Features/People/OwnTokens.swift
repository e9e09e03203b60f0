import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// Programs that act for a person: where they are let in, and shut out again.
extension PeopleFeature {
  var ownTokenRoutes: [Route] {
    [
      .page("/me/programs", for: .signedIn) { visit in try await programsPage(visit, FormView(visit)) },
      .form("/me/programs", for: .signedIn, makeOwnToken) { visit, error in
        try await programsPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/me/programs/removal", for: .signedIn, revokeOwnToken),
    ]
  }

  private func programsPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (person, _) = try me(visit)
    let now = node.clock()
    let tokens = try await node.read { try AccountStore($0).tokens(of: person, now: now) }
    return .page(Self.programs(tokens, fields).html(for: visit, assets: assets))
  }

  private func makeOwnToken(_ visit: Visit) async throws -> Answer {
    _ = try me(visit)
    guard let key = try visit.once("people.createOwnToken") else { throw DomainError.notFound }
    let create = CreateOwnToken(name: visit.form.text("name"))
    let (id, _) = try await node.act(as: visit.actor, once: key) { act in try create(in: act).rawValue }
    let secret = Token.secret(of: ID(id), keys: node.keys)
    return .page(
      PeoplePages.token(secret, name: visit.form.text("name").normalized, back: "/me/programs").html(for: visit, assets: assets))
  }

  private func revokeOwnToken(_ visit: Visit) async throws -> Answer {
    let revoke = RevokeOwnToken(id: ID(visit.form.first("token") ?? ""))
    try await node.act(as: visit.actor) { act in try revoke(in: act) }
    return .see("/me/programs")
  }

  private static func programs(_ tokens: [Token], _ fields: FormView) -> Page {
    Page(
      tr("Programs that act for me"),
      """
      <div class="narrow"><h1>\(tr("Programs that act for me"))</h1>
      <p class="lead">\(tr("A program signs in with a token and can do what you can do here, but for what staff does. Show it to nobody."))</p>
      <form method="post" action="/me/programs">
      \(fields.summary)\(fields.hidden)
      \(fields.line("name", tr("What is it for?"), isRequired: true))
      <button>\(tr("Make the token"))</button></form>
      <h2>\(tr("Tokens there are"))</h2>
      \(if: tokens.isEmpty, "<p>\(tr("None."))</p>")
      <ul class="cards">
      \(each: tokens, { token in
        """
        <li class="card"><h3 dir="auto">\(token.name)</h3>
        <form method="post" action="/me/programs/removal">\(fields.hidden)<button class="small quiet" name="token" value="\(token.id.rawValue)">\(tr("Revoke it"))</button></form></li>

        """
      })</ul>
      <p><a href="/me/webhooks">\(tr("Programs that hear what I am told"))</a></p></div>
      """)
  }
}

extension PeopleAPI {
  /// A person, to a program that acts for them.
  /// - Parameter grants: those that count for it.
  static func json(_ person: Person, counting grants: Set<Grant>) -> JSON {
    [
      "id": .string(person.id.rawValue), "handle": .string(person.handle), "name": .string(person.name),
      "roles": .array(grants.sorted { $0.text < $1.text }.map(\.json)), "isOnProbation": .bool(person.isOnProbation),
    ]
  }
}

import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// What administrators do about accounts and tokens.
extension PeopleFeature {
  var peopleRoutes: [Route] {
    [
      .page("/people", for: .roles([.administrator]), listPage),
      .page("/people/{id}", for: .roles([.administrator])) { visit in try await personPage(visit, FormView(visit)) },
      .form("/people/{id}/roles", for: .roles([.administrator]), giveRole) { visit, error in
        try await personPage(visit, FormView(visit, form: visit.form, error: error.beside("role")))
      },
      .form("/people/{id}/roles/removal", for: .roles([.administrator]), takeRole) { visit, error in
        try await personPage(visit, FormView(visit, error: error.beside("role")))
      },
      .form("/people/{id}/probation", for: .roles([.administrator]), setProbation),
    ]
  }

  var tokenRoutes: [Route] {
    [
      .page("/me/tokens", for: .roles([.administrator])) { visit in try await tokensPage(visit, FormView(visit)) },
      .form("/me/tokens", for: .roles([.administrator]), createToken) { visit, error in
        try await tokensPage(visit, FormView(visit, form: visit.form, error: error.beside("name")))
      },
      .form("/me/tokens/removal", for: .roles([.administrator]), revokeToken),
    ]
  }

  private static let pageSize = 50

  private func listPage(_ visit: Visit) async throws -> Answer {
    let words = String(visit.query.text("q").normalized.prefix(100))
    let cursor = visit.query.first("cursor").map { ID<Person>($0) }
    let (people, organizations) = try await node.read { connection in
      let people = try AccountStore(connection).people(matching: words, after: cursor, limit: Self.pageSize + 1)
      let ids = Set(people.flatMap { $0.grants.compactMap(\.organization) })
      return (people, Array(try OrganizationStore(connection).find(ids).values))
    }
    let shown = Array(people.prefix(Self.pageSize))
    let next = people.count > Self.pageSize ? shown.last?.id.rawValue : nil
    return .page(PeoplePages.list(shown, organizations: organizations, words: words, next: next).html(for: visit, assets: assets))
  }

  private func personPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let id = ID<Person>(try visit.parameter("id"))
    let (person, organizations) = try await node.read { connection in
      guard let person = try AccountStore(connection).person(id) else { throw DomainError.notFound }
      let organizations = try OrganizationStore(connection).find(Set(person.grants.compactMap(\.organization)))
      return (person, Array(organizations.values))
    }
    return .page(PeoplePages.one(person, organizations: organizations, fields: fields).html(for: visit, assets: assets))
  }

  private func giveRole(_ visit: Visit) async throws -> Answer {
    let id = ID<Person>(try visit.parameter("id"))
    let give = GrantRole(try Grant(visit.form), to: id)
    try await node.act(as: visit.actor) { act in try give(in: act) }
    return .see("/people/\(id.rawValue)")
  }

  private func takeRole(_ visit: Visit) async throws -> Answer {
    let id = ID<Person>(try visit.parameter("id"))
    let take = RevokeRole(try Grant(visit.form), of: id)
    try await node.act(as: visit.actor) { [ports] act in
      try take(in: act)
      try ports.roleTaken(act, id)
    }
    // Whoever has just stopped being an administrator would find nothing there any more.
    return .see(id.rawValue == visit.actor.personID ? "/me" : "/people/\(id.rawValue)")
  }

  private func setProbation(_ visit: Visit) async throws -> Answer {
    let id = ID<Person>(try visit.parameter("id"))
    let set = SetProbation(isOnProbation: visit.form.isChecked("probation"), person: id)
    try await node.act(as: visit.actor) { act in try set(in: act) }
    return .see("/people/\(id.rawValue)")
  }

  // MARK: - Tokens

  private func tokensPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let tokens = try await node.read { try AccountStore($0).tokens() }
    return .page(PeoplePages.tokens(tokens, now: node.clock(), fields: fields).html(for: visit, assets: assets))
  }

  private func createToken(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    var check = FieldCheck()
    let grant = try check.take { try Grant(form) }
    var expiresAt: Timestamp?
    if !form.text("days").isBlank {
      if let days = Int(form.text("days").normalized), (1...Token.longestLife).contains(days) {
        expiresAt = node.clock() + .days(Int64(days))
      } else {
        check.complain("days", Message("This is a whole number from 1 to 3650."))
      }
    }
    try check.finish()
    guard let grant, let key = try visit.once("people.createToken") else { throw DomainError.notFound }
    let create = CreateToken(name: form.text("name"), grant: grant, expiresAt: expiresAt)
    let (id, _) = try await node.act(as: visit.actor, once: key) { act in try create.make(in: act).id.rawValue }
    let secret = Token.secret(of: ID(id), keys: node.keys)
    return .page(PeoplePages.token(secret, name: form.text("name").normalized).html(for: visit, assets: assets))
  }

  private func revokeToken(_ visit: Visit) async throws -> Answer {
    let revoke = RevokeToken(ID(visit.form.first("token") ?? ""))
    do {
      try await node.act(as: visit.actor) { act in try revoke(in: act) }
    } catch DomainError.notFound {
      // Revoked already, by a second press or by somebody else: what was wanted is so.
    }
    return .see("/me/tokens")
  }
}

extension Grant {
  /// The role and the scope of a form.
  init(_ form: Form) throws {
    guard let role = Role(rawValue: form.first("role") ?? "") else {
      throw DomainError.invalid("role", Message("Please choose one from the list."))
    }
    let scope = form.text("scope").normalized
    self.init(role, scope: scope.isEmpty ? nil : scope)
  }
}

import Journal
public import Kernel
import Localization
public import People
public import Web

/// Where a facilitator writes down what a group wants with what it has said before.
extension NeedsFeature {
  var withdrawalRoutes: [Route] {
    [
      .page("/desk/{code}/withdrawal", for: .roles([.facilitator])) { visit in try await needWithdrawal(visit, FormView(visit)) },
      .form("/desk/{code}/withdrawal", for: .roles([.facilitator]), withdrawForGroup) { visit, error in
        try await needWithdrawal(visit, FormView(visit, form: visit.form, error: error))
      },
      .page("/desk/organizations/{id}/withdrawal", for: .roles([.facilitator])) { visit in
        try await organizationWithdrawal(visit, FormView(visit))
      },
      .form("/desk/organizations/{id}/withdrawal", for: .roles([.facilitator]), withdrawOrganization) { visit, error in
        try await organizationWithdrawal(visit, FormView(visit, form: visit.form, error: error))
      },
    ]
  }

  /// What was said through others about a record since it was written down, with their names.
  public func sayings(about subject: String) async throws -> HTML {
    let keys = node.keys
    let sayings = try await node.read { connection in
      try SayingStore(connection).sayings(about: subject).map { saying in
        (saying: saying, name: try saying.provenance.statedBy.flatMap { try Contacts(connection, keys: keys).read($0) })
      }
    }
    return WithdrawalPages.list(sayings)
  }

  /// What an organization said through others, about itself and its needs.
  public func sayings(of organization: ID<Organization>) async throws -> HTML {
    let keys = node.keys
    let sayings = try await node.read { connection in
      try SayingStore(connection).sayings(of: organization, limit: 50).map { saying in
        (saying: saying, name: try saying.provenance.statedBy.flatMap { try Contacts(connection, keys: keys).read($0) })
      }
    }
    return WithdrawalPages.list(sayings)
  }

  private func needWithdrawal(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (need, organization) = try await desk(visit)
    guard need.closure != .withdrawn else { throw DomainError.conflict(Message("This need was taken back already.")) }
    let parts = try await partsTakenBack(with: need, by: visit.actor)
    return .page(WithdrawalPages.need(need, parts, organization: organization, fields).html(for: visit, assets: assets))
  }

  private func withdrawForGroup(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    let said = ProvenanceStatement(visit.form)
    let key = try visit.once("needs.withdrawForGroup")
    switch visit.form.first("what").flatMap(Saying.What.init) {
    case .takenBack:
      let withdraw = WithdrawNeed(
        need.id, said: said, withParts: visit.form.isChecked("parts"), erased: ports.withdrawn)
      try await act(as: visit.actor, once: key) { act in _ = try withdraw(in: act) }
    case .shown, .notShown:
      let answer = AnswerConsent(need.id, showPublicly: visit.form.first("what") == Saying.What.shown.rawValue, said: said)
      try await act(as: visit.actor, once: key) { act in _ = try answer(in: act) }
    case .hidden, nil: throw DomainError.invalid("what", Message("Please choose what they want."))
    }
    return .see("/desk/\(need.code)")
  }

  private func facilitated(_ visit: Visit) async throws -> (organization: Organization, needs: [Need]) {
    let id = ID<Organization>(try visit.parameter("id"))
    let actor = visit.actor
    return try await node.read { connection in
      guard let known = try KnownOrganizations(connection, of: actor).find(id) else { throw DomainError.notFound }
      return (known, try NeedStore(connection).needs(of: [id]))
    }
  }

  private func organizationWithdrawal(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let (organization, needs) = try await facilitated(visit)
    return .page(WithdrawalPages.organization(organization, needs, fields).html(for: visit, assets: assets))
  }

  private func withdrawOrganization(_ visit: Visit) async throws -> Answer {
    let (organization, needs) = try await facilitated(visit)
    let codes = Set(visit.form.all("need"))
    let withdraw = WithdrawOrganization(
      organization.id, isHidden: visit.form.isChecked("hide"),
      needs: needs.filter { codes.contains($0.code.description) }.map(\.id), said: ProvenanceStatement(visit.form),
      erased: ports.withdrawn)
    try await act(as: visit.actor, once: try visit.once("needs.withdrawOrganization")) { act in try withdraw(in: act) }
    return .see("/desk/organizations/\(organization.id.rawValue)")
  }
}

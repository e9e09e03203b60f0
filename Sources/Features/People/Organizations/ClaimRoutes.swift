import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// Claims, for those who make them and those who decide.
extension PeopleFeature {
  var claimRoutes: [Route] {
    [
      .page("/organizations/{id}/claim", for: .signedIn) { visit in try await claimPage(visit, FormView(visit)) },
      .form("/organizations/{id}/claim", for: .signedIn, limit: Self.claiming, claim) { visit, error in
        try await claimPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .page("/me/claims", for: .signedIn, myClaims),
      .page("/desk/claims", for: .roles([.facilitator])) { visit in try await claimsDesk(visit, FormView(visit)) },
      .form("/desk/claims/{id}", for: .roles([.facilitator]), decide) { visit, error in
        try await claimsDesk(visit, FormView(visit, form: visit.form, error: error))
      },
    ]
  }

  static let claiming = Limit("claim-organization", 20, every: 3600)

  private func claimPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let face = try await face(visit)
    guard let person = visit.actor.personID else { throw DomainError.forbidden }
    let waits = try await node.read { try ClaimStore($0).hasOpen(of: ID(person), for: face.organization.id) }
    return .page(ClaimPages.claim(face, waits: waits, fields).html(for: visit, assets: assets))
  }

  private func claim(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let claim = ClaimOrganization(id, words: visit.form.text("words"), ports: ports.organizations)
    let outcome = try await act(visit, once: "people.claim " + id.rawValue) { act in try claim(in: act) ? "member" : "waiting" }
    return .see(outcome == "member" ? "/organizations/" + id.rawValue : "/me/claims")
  }

  private func myClaims(_ visit: Visit) async throws -> Answer {
    guard let person = visit.actor.personID else { throw DomainError.notFound }
    let (actor, ports) = (visit.actor, ports.organizations)
    let claims = try await node.read { connection in
      try ClaimStore(connection).claims(of: ID(person)).map { claim -> (claim: Claim, name: String?) in
        // What has been hidden meanwhile is not told.
        guard let (organization, view) = try? ports.find(claim.organization, for: actor, connection) else { return (claim, nil) }
        return (claim, view >= .held ? organization.name : organization.publicName)
      }
    }
    return .page(ClaimPages.mine(claims).html(for: visit, assets: assets))
  }

  private func claimsDesk(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let scope = OrganizationDesk(of: visit.actor)
    let desk = try await node.read { connection in
      let claims = try ClaimStore(connection).open(scope, limit: 50)
      let organizations = try OrganizationStore(connection).find(Set(claims.map(\.claim.organization)))
      return ClaimPages.Desk(
        claims: claims.compactMap { claim, person in organizations[claim.organization].map { (claim, $0, person) } },
        waiting: try FaceStore(connection).waiting(scope, limit: 50))
    }
    return .page(ClaimPages.desk(desk, fields).html(for: visit, assets: assets))
  }

  private func decide(_ visit: Visit) async throws -> Answer {
    let id = ID<Claim>(try visit.parameter("id"))
    let decision: DecideClaim.Decision
    switch visit.form.first("decision") {
    case "accept": decision = .accept
    case "decline": decision = .decline(reason: visit.form.text("reason"))
    default: throw DomainError.malformed(Message("What arrived could not be read. Please go back and send it again."))
    }
    let decide = DecideClaim(id, decision, ports: ports.organizations)
    _ = try await act(visit, once: "people.decideClaim " + id.rawValue) { act in
      try decide(in: act)
      return id.rawValue
    }
    return .see("/desk/claims")
  }
}

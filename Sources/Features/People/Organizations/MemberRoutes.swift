import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// Members and invitations, as pages.
extension PeopleFeature {
  var memberRoutes: [Route] {
    [
      .page("/organizations/{id}/members", for: .signedIn) { visit in try await membersPage(visit, FormView(visit)) },
      .form("/organizations/{id}/members/removal", for: .signedIn, removeMember) { visit, error in
        try await membersPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/organizations/{id}/invitations", for: .signedIn, limit: Self.inviting, invite),
      .page("/invitations", for: .signedIn) { visit in
        .page(MemberPages.accept(FormView(visit), code: nil, group: nil).html(for: visit, assets: assets))
      },
      .page("/invitations/{token}", for: .signedIn, limit: Self.joining, invitationPage),
      .form("/invitations", for: .signedIn, limit: Self.joining, accept) { visit, error in
        .page(
          MemberPages.accept(FormView(visit, form: visit.form, error: error.beside("code")), code: nil, group: nil)
            .html(for: visit, assets: assets))
      },
    ]
  }

  static let inviting = Limit("invite-member", 60, every: 3600)
  static let joining = Limit("invitation", 20, every: 600)

  private func membersPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let organization = try await face(visit, seenAs: .member).organization
    let members = try await node.read { try MemberStore($0).members(of: organization.id) }
    return .page(
      MemberPages.members(members, of: organization, me: visit.actor.personID, fields).html(for: visit, assets: assets))
  }

  private func removeMember(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let person = ID<Person>(visit.form.first("person") ?? "")
    let remove = RemoveMember(
      person, from: id, evenIfLast: visit.form.isChecked("evenIfLast"), ports: ports.organizations)
    // Pressed twice, the second finds nobody any more: what was wanted is so.
    _ = try await act(visit, once: "people.removeMember \(id.rawValue) \(person.rawValue)") { act in
      try remove(in: act)
      return id.rawValue
    }
    return .see(person.rawValue == visit.actor.personID ? "/me" : "/organizations/\(id.rawValue)/members")
  }

  private func invite(_ visit: Visit) async throws -> Answer {
    let organization = try await face(visit, seenAs: .member).organization
    let invite = InviteMember(to: organization.id, ports: ports.organizations)
    let made = try await act(visit, once: "people.invite " + organization.id.rawValue) { act in
      try invite(in: act).id.rawValue
    }
    guard let invitation = try await node.read({ try MemberStore($0).invitation(ID(made)) }) else { throw DomainError.notFound }
    let page = MemberPages.code(
      invitation.code(node.keys), for: organization, until: invitation.expiresAt, site: ports.siteAddress)
    return .page(page.html(for: visit, assets: assets))
  }

  private func invitationPage(_ visit: Visit) async throws -> Answer {
    let code = try visit.parameter("token")
    let now = node.clock()
    let group = try await node.read { connection -> String? in
      guard let hash = Invitation.hash(typed: code),
        let invitation = try MemberStore(connection).invitation(hash: hash, now: now)
      else { return nil }
      return try OrganizationStore(connection).find(invitation.organization)?.name
    }
    let fields = group == nil ? FormView(visit, error: AcceptInvitation.worn) : FormView(visit)
    return .page(MemberPages.accept(fields, code: code, group: group).html(for: visit, assets: assets))
  }

  private func accept(_ visit: Visit) async throws -> Answer {
    let accept = AcceptInvitation(code: visit.form.first("code") ?? "")
    let organization = try await act(visit, once: "people.acceptInvitation") { act in try accept(in: act).rawValue }
    return .see("/organizations/" + organization)
  }
}

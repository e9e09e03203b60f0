import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// The particulars of an organization, as a page.
extension PeopleFeature {
  var organizationRoutes: [Route] {
    [
      .page("/organizations/{id}/edit", for: .signedIn) { visit in try await editPage(visit, FormView(visit)) },
      .form("/organizations/{id}/edit", for: .signedIn, changeOrganization) { visit, error in
        try await editPage(visit, FormView(visit, form: visit.form, error: error.beside("name")))
      },
    ]
  }

  /// The organization of an address.
  /// - Throws: `DomainError.notFound` also to those who may not know of it.
  func organization(_ visit: Visit) async throws -> Organization {
    let id = ID<Organization>(try visit.parameter("id"))
    guard let organization = try await node.read({ try OrganizationStore($0).find(id) }),
      OrganizationPolicy.maySpeak(visit.actor, for: organization)
    else { throw DomainError.notFound }
    return organization
  }

  private func editPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    .page(OrganizationPages.edit(try await organization(visit), fields).html(for: visit, assets: assets))
  }

  private func changeOrganization(_ visit: Visit) async throws -> Answer {
    let form = visit.form
    let change = ChangeOrganization(
      ID(try visit.parameter("id")), version: form.number("version", in: 0...Int.max) ?? -1,
      ChangeOrganization.Particulars(
        name: form.text("name"), kind: form.first("kind") ?? "", country: form.first("country") ?? "",
        subdivision: form.first("subdivision") ?? "", connectivity: form.first("connectivity") ?? "",
        languages: form.all("languages"),
        visibility: form.first("visibility") ?? "", pseudonym: form.text("pseudonym")))
    let changed = try await node.act(as: visit.actor) { act in try change(in: act) }
    return .see("/organizations/\(changed.id.rawValue)/edit")
  }
}

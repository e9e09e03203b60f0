import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// Vouching for organizations, as pages.
extension PeopleFeature {
  var vouchRoutes: [Route] {
    [
      .page("/organizations/{id}/vouches", for: .signedIn) { visit in try await vouchingPage(visit, FormView(visit)) },
      .form("/organizations/{id}/vouches", for: .signedIn, vouch) { visit, error in
        try await vouchingPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/organizations/{id}/vouches/removal", for: .signedIn, takeVouchBack),
    ]
  }

  /// Whoever may not vouch learns nothing here that the page does not say.
  private func vouchingPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let face = try await face(visit)
    guard face.mayVouch || face.hasVouched else { throw DomainError.forbidden }
    return .page(FacePages.vouching(face, fields).html(for: visit, assets: assets))
  }

  private func vouch(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let vouch = VouchFor(
      id, reason: visit.form.text("reason"), agrees: visit.form.isChecked("agrees"), ports: ports.organizations)
    _ = try await act(visit, once: "people.vouch " + id.rawValue) { act in
      try vouch(in: act)
      return id.rawValue
    }
    return .see("/organizations/" + id.rawValue)
  }

  private func takeVouchBack(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    try await node.act(as: visit.actor) { act in try TakeVouchBack(id)(in: act) }
    // It may not be theirs to see any more.
    let isThere = (try? await face(visit)) != nil
    return .see(isThere ? "/organizations/" + id.rawValue : "/me")
  }
}

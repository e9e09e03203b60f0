public import Journal
public import Kernel
import Localization
public import People

/// A group takes back what was written down for it, through somebody who speaks for it: nothing of it is shown to anybody else any
/// more, or single needs are erased.
public struct WithdrawOrganization: Sendable {
  let organization: ID<Organization>
  let isHidden: Bool
  let needs: [ID<Need>]
  let said: ProvenanceStatement
  let erased: @Sendable (Act, ID<Need>) throws -> Void

  /// - Parameters:
  ///   - isHidden: whether nobody shall learn any more that the group exists.
  ///   - needs: those that are erased.
  ///   - erased: what else has to go with a need, in the same transaction.
  public init(
    _ organization: ID<Organization>, isHidden: Bool, needs: [ID<Need>], said: ProvenanceStatement,
    erased: @escaping @Sendable (Act, ID<Need>) throws -> Void = { _, _ in }
  ) {
    self.organization = organization
    self.isHidden = isHidden
    self.needs = needs
    self.said = said
    self.erased = erased
  }

  /// - Throws: `DomainError.notFound` for a group that is not in the facilitator's reach; `DomainError.invalid` when nothing was chosen
  ///   or who said it is missing.
  public func callAsFunction(in act: Act) throws {
    guard let known = try OrganizationStore(act.connection).find(organization), OrganizationPolicy.mayFacilitate(act.actor, known)
    else { throw DomainError.notFound }
    guard isHidden || !needs.isEmpty else {
      throw DomainError.invalid("need", Message("Please choose what they take back."))
    }
    let own = try NeedStore(act.connection).needs(of: [organization])
    guard needs.allSatisfy({ id in own.contains { $0.id == id } }) else { throw DomainError.notFound }
    for id in needs { _ = try WithdrawNeed(id, said: said, erased: erased)(in: act) }
    if isHidden { try hide(known, own.filter { $0.isPublic && !needs.contains($0.id) }, act) }
  }

  private func hide(_ known: Organization, _ shown: [Need], _ act: Act) throws {
    for need in shown { _ = try AnswerConsent(need.id, showPublicly: false, said: said)(in: act) }
    var particulars = ChangeOrganization.Particulars(of: known)
    particulars.visibility = Organization.Visibility.hidden.rawValue
    _ = try ChangeOrganization(known.id, version: known.version, particulars)(in: act)
    try act.keep(said, saying: .hidden, about: known.id.rawValue, of: known.id)
  }
}

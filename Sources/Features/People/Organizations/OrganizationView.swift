public import Kernel

extension OrganizationPolicy {
  /// How much of an organization somebody sees.
  public enum View: Sendable, Equatable, Comparable, CaseIterable {
    /// As if it did not exist.
    case nothing
    /// The page that everybody may read.
    case face
    /// Its name and its answers: for whoever holds the receipt of a need of it.
    case held
    /// Everything.
    case member, facilitator
  }

  /// What an actor sees of an organization.
  /// - Parameters:
  ///   - isShown: whether everybody may read its page.
  ///   - isHeld: whether the actor holds the receipt of one of its needs.
  public static func view(_ actor: Actor, of organization: Organization, isShown: Bool, isHeld: Bool) -> View {
    if actor.who == .system || mayFacilitate(actor, organization) { return .facilitator }
    if actor.has(.member, in: scope(of: organization.id)) { return .member }
    if isHeld { return .held }
    return isShown ? .face : .nothing
  }

  /// Whether what somebody says for an organization counts before anybody has looked: not from an account on probation, nor from
  /// somebody nobody knows.
  static func isKnownToBeReal(_ actor: Actor) -> Bool {
    if case .stranger = actor.who { return false }
    return !actor.isOnProbation
  }
}

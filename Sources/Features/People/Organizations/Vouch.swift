public import Database
public import Kernel

/// Somebody's word that an organization is what it says, with their name and a reason, for everybody to read.
public struct Vouch: Sendable, Equatable {
  /// As what somebody vouches.
  public enum Standing: String, Sendable, SQLCodable {
    case facilitator, moderator
    /// Of another organization that is verified itself.
    case member
  }

  /// `Actor.reference` of who vouches.
  public let voucher: String
  public let name: String
  public let standing: Standing
  /// The organization a member vouches as a member of.
  public let via: ID<Organization>?
  public let reason: String
  /// BCP 47 tag of the reason.
  public let language: String
  public let at: Timestamp
  /// Not from an account on probation, nor from an invented person for a group that is none.
  public let counts: Bool

  /// Unicode scalars.
  public static let longestReason = 500

  /// One facilitator is enough. Of others it takes two who do not belong to one organization.
  public static func verify(_ vouches: [Vouch]) -> Bool {
    let counting = vouches.filter(\.counts)
    if counting.contains(where: { $0.standing == .facilitator }) { return true }
    return Set(counting.map { $0.via?.rawValue ?? $0.voucher }).count >= 2
  }
}

extension OrganizationPolicy {
  /// As what somebody may vouch for an organization that they see: not on probation, not for their own, not an invented person for a
  /// group that is none.
  /// - Parameters:
  ///   - verified: organizations of theirs that are verified.
  ///   - isHeld: whether they hold the receipt of one of its needs.
  ///   - isInvented: whether they are a person of the demonstration.
  static func standing(
    of actor: Actor, for organization: Organization, verified: [ID<Organization>], isHeld: Bool, isInvented: Bool
  ) -> Vouch.Standing? {
    switch actor.who {
    case .stranger, .system: return nil
    case .person, .token: break
    }
    guard !actor.isOnProbation, !actor.has(.member, in: scope(of: organization.id)),
      !isInvented || organization.origin == .demonstration
    else { return nil }
    if mayFacilitate(actor, organization) { return .facilitator }
    if actor.has(.moderator, in: "country:" + organization.country) { return .moderator }
    return !isHeld && verified.contains { $0 != organization.id } ? .member : nil
  }
}

public import Kernel
import People

/// Who may do and see what with needs.
public enum NeedPolicy {
  /// How much of a need somebody sees.
  public enum View: Sendable, Equatable, Comparable {
    /// As if it did not exist.
    case nothing
    /// That it was received and is being read.
    case receipt
    /// Its summary.
    case summary
    /// Everything but the facilitator's side.
    case own
    /// Everything.
    case desk
  }

  /// What an actor sees of a need.
  public static func view(_ actor: Actor, of need: Need) -> View {
    if mayTriage(actor, need) { return .desk }
    if isOwn(actor, need) { return .own }
    if need.isListed { return .summary }
    if need.isPublic, need.state == .expressed || need.state == .triaged { return .receipt }
    return .nothing
  }

  /// The organization itself: by its receipt, or that of the need it was cut from, its member, or the program that stated it.
  public static func isOwn(_ actor: Actor, _ need: Need) -> Bool {
    actor.receipts.contains(need.id.rawValue) || need.splitFrom.map { actor.receipts.contains($0.rawValue) } ?? false
      || actor.has(.member, in: OrganizationPolicy.scope(of: need.organization))
  }

  /// A facilitator of the whole node, of the need's country or of its organization.
  public static func mayTriage(_ actor: Actor, _ need: Need) -> Bool {
    actor.has(.facilitator) || actor.has(.facilitator, in: "country:" + need.country)
      || actor.has(.facilitator, in: OrganizationPolicy.scope(of: need.organization))
  }

  /// Whether nobody else has to have said it: the organization itself, and the node.
  public static func speaksForItself(_ actor: Actor, _ need: Need) -> Bool {
    actor.who == .system || isOwn(actor, need)
  }

  public static func maySeeDesk(_ actor: Actor) -> Bool {
    !actor.scopes(of: .facilitator).isEmpty
  }

  /// Anybody may state a need; whoever speaks for others says who stated it and how they agreed.
  public static func needsProvenance(_ actor: Actor) -> Bool {
    actor.who != .system && !actor.scopes(of: .facilitator).isEmpty
  }

  public static func mayCorrect(_ actor: Actor, _ need: Need) -> Bool {
    (isOwn(actor, need) || mayTriage(actor, need)) && need.state != .closed
  }

  public static func mayWithdraw(_ actor: Actor, _ need: Need) -> Bool {
    isOwn(actor, need) || mayTriage(actor, need)
  }
}

public import Kernel
public import Needs
public import People

/// Who may do and see what with offers.
public enum OfferPolicy {
  /// On which side of an offer somebody stands; nil for nobody's. Whoever made it is its volunteer, whatever else they are.
  public static func side(of actor: Actor, _ offer: Offer, _ need: Need) -> Offer.Side? {
    if let person = actor.personID, offer.person?.rawValue == person { return .volunteer }
    return speaksForGroup(actor, need) ? .organization : nil
  }

  /// The organization itself, or a facilitator in its name.
  public static func speaksForGroup(_ actor: Actor, _ need: Need) -> Bool {
    NeedPolicy.isOwn(actor, need) || NeedPolicy.mayTriage(actor, need)
  }

  /// The two sides read it; the safeguarding lead those of minors; moderators those that were reported.
  public static func mayRead(_ actor: Actor, _ offer: Offer, _ need: Need, isReported: Bool) -> Bool {
    side(of: actor, offer, need) != nil || (offer.isMinor && actor.grants.contains(Grant(.safeguarding)))
      || (isReported && actor.has(.moderator))
  }

  /// Whether a need takes offers: strangers can read it, and there is something left to do.
  public static func takesOffers(_ need: Need) -> Bool {
    guard need.isListed else { return false }
    return need.state == .open || (need.state.isUnderWay && need.seeksMore)
  }

  /// Minors help organizations that somebody has vouched for, and only where somebody with a name watches over it.
  public static func mayOffer(_ ageBand: Volunteer.AgeBand, to organization: Organization, hasSafeguardingLead: Bool) -> Bool {
    ageBand == .adult || (organization.isVerified && hasSafeguardingLead)
  }
}

public import Kernel

/// Who may do and see what with accounts, roles and tokens.
public enum PeoplePolicy {
  /// The roles that count in a session. Staff roles count only where a second factor was shown.
  public static func counting(_ grants: Set<Grant>, isStrong: Bool) -> Set<Grant> {
    isStrong ? grants : grants.filter { !$0.role.isStaff }
  }

  /// To see every account, to give and take roles, to end somebody's probation.
  public static func mayAdminister(_ actor: Actor) -> Bool { actor.has(.administrator) }

  /// To see, make and revoke what programs sign in with.
  public static func mayManageTokens(_ actor: Actor) -> Bool { actor.has(.administrator) }

  /// To make an account with a role. Anybody may make one for themselves, as a volunteer.
  public static func mayMakeAccount(_ actor: Actor, with grants: Set<Grant>) -> Bool {
    if mayAdminister(actor) { return true }
    if case .stranger = actor.who { return grants == [Grant(.volunteer)] }
    return false
  }

  /// To change passphrase, e-mail address and second factor. An administrator may not: whoever can change how somebody signs in can
  /// be that person. The operator of the machine, who can do everything anyway, may.
  public static func mayChangeAccess(_ actor: Actor, of person: ID<Person>) -> Bool {
    actor.who == .system || actor.personID == person.rawValue
  }

  /// To read everything that is kept about somebody.
  public static func mayExport(_ actor: Actor, _ person: ID<Person>) -> Bool {
    actor.who == .system || actor.personID == person.rawValue
  }

  /// To remove an account and everything that is kept about its person.
  public static func mayErase(_ actor: Actor, _ person: ID<Person>) -> Bool {
    actor.personID == person.rawValue || mayAdminister(actor)
  }

  /// To end a session: one's own, or one without a person, whose id is known only to its browser.
  static func mayEnd(_ actor: Actor, _ session: Session) -> Bool {
    guard let person = session.person else { return true }
    return actor.who == .system || actor.personID == person.rawValue
  }
}

import Database
public import Journal
public import Kernel

/// Somebody has recovery codes printed. All earlier ones stop working.
public struct NewRecoveryCodes: Sendable {
  let person: ID<Person>

  public init(_ person: ID<Person>) {
    self.person = person
  }

  /// - Returns: the codes, to be shown once.
  /// - Throws: `DomainError.forbidden` to anybody but the person and the operator.
  public func callAsFunction(in act: Act) throws -> [String] {
    guard PeoplePolicy.mayChangeAccess(act.actor, of: person) else { throw DomainError.forbidden }
    let (printed, stored) = RecoveryCodes(act.keys).generate(for: person.rawValue, random: act.random)
    try CredentialStore(act.connection).setRecoveryCodes(stored, of: person)
    try act.record(Event("people", "recoveryCodesMade", subject: person.rawValue))
    return printed
  }
}

import Database
import Jobs
public import Journal
public import Kernel

/// Somebody leaves, and takes everything that was kept about them away. What they did stays in the journal under an id that means nobody
/// any more, so that it still verifies.
public struct EraseAccount: Sendable {
  let person: ID<Person>
  let erased: @Sendable (Act, ID<Person>) throws -> Void

  /// - Parameter erased: what else has to go, in the same transaction.
  public init(_ person: ID<Person>, erased: @escaping @Sendable (Act, ID<Person>) throws -> Void = { _, _ in }) {
    self.person = person
    self.erased = erased
  }

  /// - Throws: `DomainError.forbidden`; `DomainError.notFound`; `DomainError.conflict` for the last administrator.
  public func callAsFunction(in act: Act) throws {
    guard PeoplePolicy.mayErase(act.actor, person) else { throw DomainError.forbidden }
    let store = AccountStore(act.connection)
    guard let known = try store.person(person) else { throw DomainError.notFound }
    if known.grants.contains(Grant(.administrator)) { try act.checkAdministrated(without: known) }
    try erased(act, person)
    try eraseAtOrganizations(in: act)
    try Contacts(act).erase(of: person.rawValue)
    try store.delete(person)
    try act.scrub("people")
    try act.eraseJournal(about: person.rawValue)
    // The longest of all tables, and every act on PostgreSQL waits while it is written anew.
    try act.scrub("journal_payloads", within: act.connection.engine == .sqlite ? .minutes(1) : .hours(1))
    try act.record(Event("people", "accountErased", subject: person.rawValue))
  }
}

import Database
public import Journal
public import Kernel
import Localization

/// An administrator gives somebody a role.
public struct GrantRole: Sendable {
  let grant: Grant
  let person: ID<Person>

  public init(_ grant: Grant, to person: ID<Person>) {
    self.grant = grant
    self.person = person
  }

  /// - Throws: `DomainError.forbidden`; `DomainError.notFound` for an unknown person; `DomainError.invalid` for a scope that is none.
  public func callAsFunction(in act: Act) throws {
    guard PeoplePolicy.mayAdminister(act.actor) else { throw DomainError.forbidden }
    let store = AccountStore(act.connection)
    guard let known = try store.person(person) else { throw DomainError.notFound }
    try Self.check(grant, in: act)
    guard !known.grants.contains(grant) else { return }
    try store.insert(grant, for: person)
    try act.record(Event("people", "roleGiven", subject: person.rawValue, payload: ["role": .string(grant.text)]))
  }

  /// A scope is `country:` with a code, or `organization:` with the id of one that is known. Membership is always of an organization,
  /// and administrators are so for the whole node.
  static func check(_ grant: Grant, in act: Act) throws {
    guard let scope = grant.scope else {
      guard grant.role != .member else {
        throw DomainError.invalid("scope", Message("Please say of which organization: organization: and its id."))
      }
      return
    }
    guard grant.role != .administrator else {
      throw DomainError.invalid("scope", Message("An administrator has no scope: leave this empty."))
    }
    let parts = scope.split(separator: ":", maxSplits: 1).map(String.init)
    let isKnown =
      switch (parts.first, parts.last) {
      case ("country", let code?) where parts.count == 2: grant.role != .member && Country.codes.contains(code)
      case ("organization", let id?) where parts.count == 2: try OrganizationStore(act.connection).find(ID(id)) != nil
      default: false
      }
    guard isKnown else {
      throw DomainError.invalid(
        "scope",
        Message("A scope is country: with a code of two letters, such as country:CL, or organization: with the id of one."))
    }
  }
}

/// An administrator takes a role away.
public struct RevokeRole: Sendable {
  let grant: Grant
  let person: ID<Person>

  public init(_ grant: Grant, of person: ID<Person>) {
    self.grant = grant
    self.person = person
  }

  /// - Throws: `DomainError.forbidden`; `DomainError.notFound` when they do not have it; `DomainError.conflict` when nobody else could
  ///   administer the node.
  public func callAsFunction(in act: Act) throws {
    guard PeoplePolicy.mayAdminister(act.actor) else { throw DomainError.forbidden }
    let store = AccountStore(act.connection)
    guard let known = try store.person(person), known.grants.contains(grant) else { throw DomainError.notFound }
    if grant == Grant(.administrator) { try act.checkAdministrated(without: known) }
    guard try store.delete(grant, of: person) else { throw DomainError.notFound }
    try act.record(Event("people", "roleTaken", subject: person.rawValue, payload: ["role": .string(grant.text)]))
  }
}

/// An administrator has seen that an account is real, or doubts it.
struct SetProbation: Sendable {
  let isOnProbation: Bool
  let person: ID<Person>

  func callAsFunction(in act: Act) throws {
    guard PeoplePolicy.mayAdminister(act.actor) else { throw DomainError.forbidden }
    let store = AccountStore(act.connection)
    guard let known = try store.person(person) else { throw DomainError.notFound }
    guard known.isOnProbation != isOnProbation else { return }
    try store.setProbation(isOnProbation, of: person)
    try act.countVouches(of: person)
    try act.record(Event("people", isOnProbation ? "probationBegan" : "probationEnded", subject: person.rawValue))
  }
}

extension Act {
  /// - Throws: `DomainError.conflict` when nobody else could administer the node. The operator may leave it so.
  func checkAdministrated(without person: Person) throws {
    if actor.who == .system { return }
    guard try AccountStore(connection).isAdministratedWithout(person) else {
      throw DomainError.conflict(Message("There is no other administrator. Give somebody else this role first."))
    }
  }
}

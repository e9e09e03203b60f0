import Database
import Foundation
import Journal
public import Kernel
import Localization
import Messaging

/// Somebody makes an account for themselves, or the operator makes one for somebody.
public struct CreateAccount: Sendable {
  let handle: Text
  let name: Text
  let email: Text
  let passphrase: String
  let grants: Set<Grant>
  let origin: Organization.Origin

  /// - Parameters:
  ///   - handle: what to sign in with. The operator may leave it empty: one is made of the name.
  ///   - email: may be empty. One that the operator gives counts as confirmed.
  ///   - grants: what the person is. Who signs up alone is a volunteer, on probation.
  ///   - origin: `.demonstration` for invented people, who sign in from the node's own machine only.
  public init(
    handle: Text, name: Text, email: Text = "", passphrase: String, grants: Set<Grant> = [Grant(.volunteer)],
    origin: Organization.Origin = .stated
  ) {
    self.handle = handle
    self.name = name
    self.email = email
    self.passphrase = passphrase
    self.grants = grants
    self.origin = origin
  }

  /// A passphrase of 80 random bits in groups that can be read aloud, for an account that is made for somebody else.
  public static func freshPassphrase(_ randomness: Randomness = .system) -> String {
    let symbols = Array(Base32Crockford.encode(randomness.bytes(10)).lowercased())
    return stride(from: 0, to: symbols.count, by: 4).map { String(symbols[$0..<min($0 + 4, symbols.count)]) }.joined(
      separator: "-")
  }

  /// Looks at every field, and hashes the passphrase: before the transaction, because it takes long.
  /// - Throws: `DomainError.invalid` with everything that cannot be taken; `DomainError.unavailable` when too many wait for a hash.
  func hash(for actor: Actor, with hasher: PassphraseHasher) async throws -> String {
    var check = FieldCheck()
    let chosenHandle = try check.take { try isMadeFromName(actor) ? "" : Person.checked(handle: handle, field: "handle") }
    _ = try check.take { try name.checked("name", atMost: Person.longestName) }
    _ = try check.take { try Mail.checked(address: email, field: "email") }
    let chosen = try check.take { try Self.checked(passphrase, of: chosenHandle ?? "", field: "passphrase") }
    try check.finish()
    guard let chosen else { throw DomainError.forbidden }
    return try await hasher.hashed(chosen)
  }

  /// - Parameter hash: what `hash(for:with:)` answered.
  /// - Throws: `DomainError.invalid` when the handle is taken; `DomainError.forbidden` when the actor may not give these roles.
  func callAsFunction(hash: String, in act: Act) throws -> Person {
    guard PeoplePolicy.mayMakeAccount(act.actor, with: grants) else { throw DomainError.forbidden }
    let store = AccountStore(act.connection)
    for grant in grants { try GrantRole.check(grant, in: act) }
    let name = try name.checked("name", atMost: Person.longestName)
    let isOwn = !PeoplePolicy.mayAdminister(act.actor)
    let person = Person(
      id: act.newID(), handle: try freeHandle(name, act, store), name: name, grants: grants, isOnProbation: isOwn, origin: origin,
      createdAt: act.now)
    try store.insert(person, passphrase: hash)
    if let email = try Mail.checked(address: email, field: "email") {
      let contact = try Contacts(act).keep(email, as: .email, of: person.id.rawValue)
      try CredentialStore(act.connection).setEmail(contact, confirmedAt: isOwn ? nil : act.now, of: person.id)
      if isOwn { try MailLink.send(.confirmEmail, to: contact, of: person.id, in: act) }
    }
    try act.record(
      Event(
        "people", "accountMade", subject: person.id.rawValue,
        payload: ["roles": .array(grants.sorted { $0.text < $1.text }.map { .string($0.text) })]))
    return person
  }

  private func isMadeFromName(_ actor: Actor) -> Bool { handle.isBlank && PeoplePolicy.mayAdminister(actor) }

  private func freeHandle(_ name: String, _ act: Act, _ store: AccountStore) throws -> String {
    if !isMadeFromName(act.actor) {
      let handle = try Person.checked(handle: handle, field: "handle")
      guard try !store.isTaken(handle: handle) else {
        throw DomainError.invalid("handle", Message("Somebody else has this name already. Please choose another one."))
      }
      return handle
    }
    let wish = Person.handle(like: name)
    var handle = wish
    var number = 2
    while try store.isTaken(handle: handle) {
      handle = wish + String(number)
      number += 1
    }
    return handle
  }

  /// - Throws: `DomainError.invalid` saying what is wrong with a passphrase that somebody wants to have.
  static func checked(_ text: String, of handle: String, field: String) throws -> Passphrase {
    do {
      return try Passphrase(choosing: text, accountName: handle)
    } catch {
      let message =
        switch error {
        case .tooShort:
          Message("This is too short. Please use at least {count} characters: four or five words do well.", ["count": "10"])
        case .tooLong: Message("This is too long. At most {count} characters fit.", ["count": "200"])
        case .tooCommon:
          Message("This is among the first that anybody would try. Four or five words that nobody says together do well.")
        case .sameAsAccountName: Message("Please choose something else than your own name here.")
        case .notText: Message("There are invisible control characters in this. Please type it again.")
        }
      throw DomainError.invalid(field, message)
    }
  }
}

extension Grant {
  /// `facilitator`, or `facilitator country:CL`: for the journal.
  var text: String { scope.map { role.rawValue + " " + $0 } ?? role.rawValue }
}

extension PassphraseHasher {
  /// - Throws: `DomainError.unavailable` when too many wait.
  func hashed(_ passphrase: Passphrase) async throws -> String {
    do {
      return try await hash(passphrase)
    } catch Failure.busy {
      throw DomainError.unavailable(Message("Too many people are signing in at this moment"))
    }
  }

  /// - Parameter hash: nil where there is no such account; it takes as long.
  /// - Throws: `DomainError.unavailable` when too many wait.
  func accepts(_ passphrase: String, for hash: String?) async throws -> Bool {
    do {
      return try await verify(Passphrase(trying: passphrase), against: hash)
    } catch Failure.busy {
      throw DomainError.unavailable(Message("Too many people are signing in at this moment"))
    }
  }
}

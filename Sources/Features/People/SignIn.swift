import Database
import Journal
import Kernel
import Localization
import Messaging

/// Somebody shows a handle, or a confirmed e-mail address, and the passphrase.
struct SignIn: Sendable {
  let account: Text
  let passphrase: String
  /// Whether the request comes from the node's own machine.
  let isLocal: Bool

  /// - Returns: who it is. An account that does not exist takes as long and is answered as a wrong passphrase is.
  /// - Throws: `DomainError.invalid`, `DomainError.unavailable`.
  func callAsFunction(_ node: Node, _ hasher: PassphraseHasher) async throws -> Proof {
    let keys = node.keys
    let known = try await node.read { connection -> (Person, String)? in
      guard let person = try AccountStore(connection).person(named: account, keys: keys),
        let credentials = try CredentialStore(connection).credentials(of: person.id)
      else { return nil }
      return (person, credentials.passphrase)
    }
    let hash = known?.1
    guard try await hasher.accepts(passphrase, for: hash), let (person, hash) = known,
      Admit.isAdmissible(person, isLocal: isLocal)
    else {
      throw Self.wrong
    }
    // When too many wait for a hash this can be left to another day.
    let fresh = hasher.needsRehash(hash) ? try? await hasher.hash(Passphrase(trying: passphrase)) : nil
    return Proof(person: person.id, way: .passphrase, rehash: fresh.map { (hash, $0) })
  }

  static let wrong = DomainError.invalid(
    "passphrase", Message("No account has this name and this passphrase. Please look at both again."))
}

/// Somebody who has lost their passphrase shows one of their printed codes, which is used up by it.
struct UseRecoveryCode: Sendable {
  let account: Text
  let code: String

  func callAsFunction(in act: Act) throws -> Proof {
    guard let person = try AccountStore(act.connection).person(named: account, keys: act.keys) else { throw Self.wrong }
    guard try Self.use(code, of: person.id, in: act) else { throw Self.wrong }
    return Proof(person: person.id, way: .recoveryCode)
  }

  /// - Returns: false when it is none of the person's codes.
  static func use(_ code: String, of person: ID<Person>, in act: Act) throws -> Bool {
    let store = CredentialStore(act.connection)
    let stored = try store.recoveryCodes(of: person)
    guard let place = RecoveryCodes(act.keys).match(code, for: person.rawValue, among: stored),
      try store.useRecoveryCode(stored[place], of: person)
    else { return false }
    try act.record(Event("people", "recoveryCodeUsed", subject: person.rawValue))
    return true
  }

  static let wrong = DomainError.invalid(
    "code", Message("No account has this name and this recovery code. Each code works once. Please look at both again."))
}

extension AccountStore {
  /// The person that a handle or a confirmed e-mail address names.
  func person(named typed: Text, keys: KeyRing) throws -> Person? {
    guard typed.raw.utf8.count <= Mail.longestAddress * 4 else { return nil }
    let name = typed.normalized
    guard name.contains("@") else { return try person(handle: Person.normalized(handle: name)) }
    return try person(email: name, keys: keys)
  }

  func person(email: String, keys: KeyRing) throws -> Person? {
    let owners = try Contacts(connection, keys: keys).owners(of: email, kind: .email)
    return try CredentialStore(connection).confirmed(among: owners).flatMap { try person($0) }
  }
}

import Database
import Journal
import Kernel
import Localization

/// Somebody chooses a new passphrase. Every other session of theirs ends.
struct ChangePassphrase: Sendable {
  /// Need not be shown by somebody who has just come in by a link or a recovery code.
  let current: String
  let new: String
  let session: ID<Session>

  func callAsFunction(_ node: Node, _ hasher: PassphraseHasher, as actor: Actor) async throws {
    guard let id = actor.personID.map(ID<Person>.init) else { throw DomainError.forbidden }
    let (person, old, session) = try await node.read { [session] connection in
      let accounts = AccountStore(connection)
      guard let person = try accounts.person(id), let old = try CredentialStore(connection).credentials(of: id)?.passphrase,
        let session = try accounts.session(session)
      else { throw DomainError.notFound }
      return (person, old, session)
    }
    let chosen = try CreateAccount.checked(new, of: person.handle, field: "new")
    if !session.mayForgetPassphrase(at: node.clock()), try await !hasher.accepts(current, for: old) { throw Self.wrong }
    let hash = try await hasher.hashed(chosen)
    try await node.act(as: actor) { act in
      guard try CredentialStore(act.connection).setPassphrase(hash, of: id, insteadOf: old) else {
        throw DomainError.conflict(Message("Your passphrase was changed meanwhile."))
      }
      try AccountStore(act.connection).deleteSessions(of: id, except: session.id)
      try CredentialStore(act.connection).deleteLinks(of: id)
      try act.record(Event("people", "passphraseChanged", subject: id.rawValue))
    }
  }

  static let wrong = DomainError.invalid("current", Message("This is not your passphrase."))
}

import Database
import Journal
import Kernel
import Localization
import Messaging

/// Somebody asks for a link by e-mail. What they are answered does not tell whether anybody has the address.
struct SignInByLink: Sendable {
  let email: Text

  /// - Throws: `DomainError.invalid` when it cannot be an address.
  func callAsFunction(in act: Act) throws {
    guard let address = try Mail.checked(address: email, field: "email") else {
      throw DomainError.invalid("email", Message("Please fill this in."))
    }
    let person = try AccountStore(act.connection).person(email: address, keys: act.keys)
    let contact = try person.flatMap { try CredentialStore(act.connection).credentials(of: $0.id)?.email }
    // The same is written for an unknown address, so that it takes as long; the job then sends nothing.
    try MailLink.send(.signIn, to: contact, of: person?.id, in: act)
  }
}

/// Somebody has pressed the button on the page of a link.
struct UseSignInLink: Sendable {
  let secret: String

  /// - Throws: `DomainError.conflict` when it ran out, was used before, or is none.
  func callAsFunction(in act: Act) throws -> Proof {
    let store = CredentialStore(act.connection)
    guard let id = MailLink.id(in: secret, keys: act.keys), let link = try store.link(id, now: act.now), link.purpose == .signIn,
      let person = link.person, try store.use(id, at: act.now)
    else { throw Self.worn }
    return Proof(person: person, way: .link)
  }

  static let worn = DomainError.conflict(
    Message("This link was used before, or is older than 20 minutes. Please ask for a new one."))
}

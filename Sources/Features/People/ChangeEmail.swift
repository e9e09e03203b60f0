import Database
import Journal
import Kernel
import Localization
import Messaging

/// Somebody gives the address under which they can be reached, another one, or none. It counts once they have followed the link in the
/// mail that is sent there.
struct ChangeEmail: Sendable {
  let email: Text

  func callAsFunction(in act: Act) throws {
    guard let person = act.actor.personID.map(ID<Person>.init) else { throw DomainError.forbidden }
    let address = try Mail.checked(address: email, field: "email")
    let contacts = Contacts(act)
    let store = CredentialStore(act.connection)
    if let old = try store.credentials(of: person)?.email { try contacts.erase(old) }
    try store.deleteLinks(of: person)
    let contact = try address.map { try contacts.keep($0, as: .email, of: person.rawValue) }
    try store.setEmail(contact, confirmedAt: nil, of: person)
    try MailPreferenceStore(act.connection).forgetRefusal(of: person.rawValue)
    if let contact { try MailLink.send(.confirmEmail, to: contact, of: person, in: act) }
    try act.record(Event("people", "emailChanged", subject: person.rawValue, payload: ["isGiven": .bool(contact != nil)]))
  }
}

/// Somebody has followed the link in the mail that was sent to their address.
struct ConfirmEmail: Sendable {
  let secret: String

  /// - Throws: `DomainError.conflict` when the link ran out, was used before or is not theirs, or when the address is somebody else's.
  func callAsFunction(in act: Act) throws {
    let store = CredentialStore(act.connection)
    guard let person = act.actor.personID.map(ID<Person>.init), let id = MailLink.id(in: secret, keys: act.keys),
      let link = try store.link(id, now: act.now), link.purpose == .confirmEmail, link.person == person,
      let contact = link.contact,
      try store.credentials(of: person)?.email == contact, try store.use(id, at: act.now)
    else {
      throw DomainError.conflict(Message("This link was used before, is too old, or belongs to another account."))
    }
    if let address = try Contacts(act).read(contact),
      try AccountStore(act.connection).person(email: address, keys: act.keys) != nil
    {
      throw DomainError.conflict(Message("Another account of yours has this address already."))
    }
    try store.setEmail(contact, confirmedAt: act.now, of: person)
    try MailPreferenceStore(act.connection).forgetRefusal(of: person.rawValue)
    try act.record(Event("people", "emailConfirmed", subject: person.rawValue))
  }
}

import Database
import Foundation
import Jobs
import Journal
import Kernel
import Localization
import Messaging

/// A link that is sent by e-mail and does one thing once.
struct MailLink: Sendable, Equatable {
  enum Purpose: String, Sendable, SQLCodable {
    case signIn, confirmEmail
  }

  let id: ID<MailLink>
  let purpose: Purpose
  /// Nil where an unknown address was typed.
  let person: ID<Person>?
  let contact: ID<Contact>?
  let expiresAt: Timestamp

  /// The job that writes and sends the mail.
  static let job = "people.mailLink"

  static func lifetime(of purpose: Purpose) -> Timestamp.Interval {
    switch purpose {
    case .signIn: .minutes(20)
    case .confirmEmail: .days(3)
    }
  }

  /// Makes a link and has it sent after the act is committed.
  static func send(_ purpose: Purpose, to contact: ID<Contact>?, of person: ID<Person>?, in act: Act) throws {
    let link = MailLink(
      id: act.newID(), purpose: purpose, person: person, contact: contact, expiresAt: act.now + lifetime(of: purpose))
    try CredentialStore(act.connection).insert(link)
    try act.schedule(
      job, payload: ["link": .string(link.id.rawValue), "language": .string(Localization.current.language.tag)])
  }

  // MARK: - What stands in the mail

  /// The id and a code that only this node can compute: base64url of the id's 16 bytes ‖ the first 16 bytes of
  /// HMAC-SHA256(key for sessions, "mail link" ‖ 0 ‖ id). Nothing of it is stored, so a stolen copy of the database opens nothing.
  static func secret(of id: ID<MailLink>, keys: KeyRing) -> String {
    Base64URL.encode(bytes(of: id) + code(of: id, keys.subkey(.session)))
  }

  /// The id in a link that was followed; nil when it is not one of ours.
  static func id(in secret: String, keys: KeyRing) -> ID<MailLink>? {
    guard secret.utf8.count == 43, let bytes = Base64URL.decode(secret), bytes.count == 32 else { return nil }
    let id = id(of: Array(bytes.prefix(16)))
    let isOurs = keys.subkeys(.session).reduce(false) { found, key in
      constantTimeEquals(code(of: id, key), Array(bytes.suffix(16))) || found
    }
    return isOurs ? id : nil
  }

  private static func code(of id: ID<MailLink>, _ key: SecretKey) -> [UInt8] {
    Array(key.hmac(Array("mail link".utf8) + [0] + Array(id.rawValue.utf8)).prefix(16))
  }

  private static func bytes(of id: ID<MailLink>) -> [UInt8] { Hex.decode(id.rawValue.filter { $0 != "-" }) ?? [] }

  private static func id(of bytes: [UInt8]) -> ID<MailLink> {
    let hex = Array(Hex.encode(bytes))
    let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
    return ID(groups.joined(separator: "-"))
  }
}

/// Writes the mail of a link and hands it over.
struct SendMailLink: Sendable {
  let ports: PeopleFeature.Ports

  /// Does nothing where nobody has the address, or the link was used or ran out meanwhile.
  func callAsFunction(_ job: Job, _ node: Node) async throws {
    guard let id = job.payload["link"]?.string else { throw JobFailure.final("the job names no link") }
    let language = job.payload["language"]?.string.flatMap(Language.init) ?? .english
    let now = node.clock()
    let keys = node.keys
    let found = try await node.read { connection -> (MailLink, String, String)? in
      guard let link = try CredentialStore(connection).link(ID(id), now: now), let person = link.person,
        let contact = link.contact,
        let account = try AccountStore(connection).person(person),
        let address = try Contacts(connection, keys: keys).read(contact)
      else { return nil }
      return (link, account.handle, address)
    }
    guard let (link, handle, address) = found else { return }
    let mail = Localization.$current.withValue(ports.locales.localizer(for: language)) {
      written(link, handle: handle, address: address, secret: MailLink.secret(of: link.id, keys: keys))
    }
    do {
      try await ports.sendMail(mail)
    } catch MailFailure.recipientRefused {
      try await node.act(as: .system) { act in
        try noteRefusal(of: link, in: act)
        try job.finish(in: act)
      }
    } catch MailFailure.messageRefused {
      throw JobFailure.final("the mail server refuses this mail")
    }
  }

  /// Whoever owns the address is told on their page, unless they have given another one meanwhile.
  private func noteRefusal(of link: MailLink, in act: Act) throws {
    guard let person = link.person, try CredentialStore(act.connection).credentials(of: person)?.email == link.contact else {
      return
    }
    try MailPreferenceStore(act.connection).setRefused(act.now, person: person.rawValue)
    try act.record(Event("people", "emailRefused", subject: person.rawValue))
  }

  private func written(_ link: MailLink, handle: String, address: String, secret: String) -> Mail {
    let values = ["site": ports.siteName, "handle": handle]
    let subject: Phrase
    let lines: [String]
    switch link.purpose {
    case .signIn:
      subject = tr("Your link to sign in to {site}", values)
      lines = [
        tr("Open this page and press the button on it to sign in as {handle}:", values).text,
        "\(ports.siteAddress)/sign-in/link/\(secret)",
        tr("It works once, for 20 minutes. If you did not ask for it, do nothing: nobody can sign in without it.").text,
      ]
    case .confirmEmail:
      subject = tr("Please confirm your e-mail address for {site}", values)
      lines = [
        tr("Sign in as {handle}, open this page and press the button on it to confirm that this address is yours:", values).text,
        "\(ports.siteAddress)/me/email/\(secret)",
        tr("If you have no account there, somebody mistyped their address: do nothing.").text,
      ]
    }
    return Mail(
      id: link.id.rawValue, address: address, subject: subject.text, body: lines.joined(separator: "\n\n") + "\n",
      language: Localization.current.language)
  }
}

import Database
import Jobs
import Journal
import Kernel
import Localization
import Messaging
import People

/// Writes a digest and hands it over.
///
/// What it tells of was settled when it was made, so that a mail which is sent once more, because nobody knows whether it arrived, is the
/// same mail: servers drop a second one with its id. To whom it goes is looked up at the moment of sending.
struct SendDigest: Sendable {
  let ports: NoticesFeature.Ports

  static let job = "notices.sendDigest"

  static func schedule(_ digest: Digest, in act: Act) throws {
    try act.schedule(job, payload: ["digest": .string(digest.id.rawValue), "person": .string(digest.person)])
  }

  func callAsFunction(_ job: Job, _ node: Node) async throws {
    guard let id = job.payload["digest"]?.string, let person = job.payload["person"]?.string else {
      throw JobFailure.final("the job names no digest")
    }
    let digest = Digest(id: ID(id), person: person)
    let (keys, ports) = (node.keys, ports)
    guard let mail = try await node.read({ try Self.mail(digest, ports, keys: keys, $0) }) else {
      return try await node.act(as: .system) { act in
        try DigestStore(act.connection).dissolve(digest)
        try job.finish(in: act)
      }
    }
    // A server that was silent for long may have lost the job meanwhile, and another has sent it.
    try await node.act(as: .system) { act in try job.check(in: act) }
    do {
      try await ports.sendMail(mail)
    } catch MailFailure.recipientRefused {
      return try await node.act(as: .system) { act in
        try NoteRefusal(person: ID(person))(in: act)
        try DigestStore(act.connection).dissolve(digest)
        try job.finish(in: act)
      }
    } catch MailFailure.messageRefused {
      throw JobFailure.final("the mail server refuses this mail")
    }
    try await node.act(as: .system) { act in
      try DigestStore(act.connection).markSent(digest, at: act.now)
      try job.finish(in: act)
    }
  }

  /// - Returns: nil when there is nothing to tell any more, or nobody who takes it.
  private static func mail(
    _ digest: Digest, _ ports: NoticesFeature.Ports, keys: KeyRing, _ connection: any SQLConnection
  ) throws -> Mail? {
    let person = ID<Person>(digest.person)
    let store = MailPreferenceStore(connection)
    let preferences = try store.preferences(of: digest.person)
    let notices = try DigestStore(connection).notices(of: digest)
    guard preferences.takesMail, !notices.isEmpty, let stop = try StopMail.token(of: digest.person, keys: keys, connection),
      let contact = try AccountStore(connection).confirmedAddresses(of: [person])[person]?.contact,
      let address = try Contacts(connection, keys: keys).read(contact)
    else { return nil }
    let language = try preferences.language ?? ports.usualLanguage(of: person, connection)
    return Localization.$current.withValue(ports.locales.localizer(for: language)) {
      DigestMail(
        notices: notices, rhythm: preferences.rhythm, siteName: ports.siteName, siteAddress: ports.siteAddress, stopToken: stop
      ).mail(id: digest.id.rawValue, to: address)
    }
  }
}

extension NoticesFeature.Ports {
  /// The language of mails for who has chosen none: the first of theirs that the site speaks, else English.
  func usualLanguage(of person: ID<Person>, _ connection: any SQLConnection) throws -> Language {
    let tags = try habits(connection, [person])[person]?.languages ?? []
    return Language.best(accept: tags.joined(separator: ", "), among: locales.languages) ?? .english
  }
}

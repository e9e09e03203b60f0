import Database
import Journal
import Kernel
import Messaging

/// Whoever got a mail wants no more of them, or takes that back. The address in the mail is all they have to show.
struct StopMail: Sendable {
  let token: String
  /// False takes it back.
  let isStopped: Bool

  /// - Throws: `DomainError.notFound` when the address is none of ours, or its person has left.
  func callAsFunction(in act: Act) throws {
    let person = try Self.person(token, keys: act.keys, act.connection)
    guard try MailPreferenceStore(act.connection).setStopped(isStopped ? act.now : nil, person: person) else { return }
    try act.record(Event("notices", isStopped ? "mailStopped" : "mailResumed", subject: person))
  }

  /// Who is meant.
  static func person(_ token: String, keys: KeyRing, _ connection: any SQLConnection) throws -> String {
    guard let token = SignedToken(checking: token, keys: keys, purpose: .mailStop),
      let person = try MailPreferenceStore(connection).person(stopID: token.id)
    else { throw DomainError.notFound }
    return person
  }

  /// What stands in the address; nil for somebody who was never mailed.
  static func token(of person: String, keys: KeyRing, _ connection: any SQLConnection) throws -> String? {
    try MailPreferenceStore(connection).stopID(of: person).flatMap { SignedToken(id: $0, keys: keys, purpose: .mailStop)?.text }
  }
}

import Database
import Foundation
import Journal
import Kernel
import Localization

/// What somebody has shown so far to be let in.
struct Proof: Sendable {
  let person: ID<Person>
  let way: Session.Way
  /// The hash of the passphrase just shown, and the one at today's cost that takes its place.
  var rehash: (old: String, new: String)?

  // MARK: - Waiting for the second factor

  /// For how long a code may be typed after the first factor was shown.
  static let lifetime = Timestamp.Interval.minutes(10)

  /// Sealed for the form that asks for the second factor: for this visitor's browser only, and for ten minutes.
  func ticket(for visitor: String, keys: KeyRing, now: Timestamp) throws -> String {
    let text = [person.rawValue, way.rawValue, String((now + Self.lifetime).milliseconds)].joined(separator: " ")
    return Base64URL.encode(try Cipher(keys, purpose: .session).seal(text, record: visitor, field: "sign-in"))
  }

  init(person: ID<Person>, way: Session.Way, rehash: (old: String, new: String)? = nil) {
    self.person = person
    self.way = way
    self.rehash = rehash
  }

  /// - Returns: nil for a ticket that has run out, or is another visitor's, or nobody's.
  init?(ticket: String, visitor: String, keys: KeyRing, now: Timestamp) {
    guard let sealed = Base64URL.decode(ticket),
      let text = try? Cipher(keys, purpose: .session).openText(sealed, record: visitor, field: "sign-in")
    else { return nil }
    let parts = text.split(separator: " ").map(String.init)
    guard parts.count == 3, let way = Session.Way(rawValue: parts[1]), let end = Int64(parts[2]), now.milliseconds < end else {
      return nil
    }
    self.init(person: ID(parts[0]), way: way)
  }
}

/// Lets somebody in who has shown enough: begins a session, or asks for the second factor.
struct Admit: Sendable {
  let proof: Proof
  /// What was typed where the second factor is asked; nil before it was asked.
  let code: String?
  let browser: String
  /// The session the browser has.
  let replacing: String?
  /// Whether the request comes from the node's own machine.
  let isLocal: Bool

  enum Outcome: Sendable, Equatable {
    /// The session's secret; whether staff roles are waiting for a second factor to be set up.
    case admitted(secret: String, mustSetUpSecondFactor: Bool)
    case secondFactorNeeded
  }

  /// - Throws: `DomainError.invalid` for a wrong code.
  func callAsFunction(in act: Act) throws -> Outcome {
    let credentials = CredentialStore(act.connection)
    guard let person = try AccountStore(act.connection).person(proof.person), Self.isAdmissible(person, isLocal: isLocal),
      let known = try credentials.credentials(of: person.id)
    else { throw SignIn.wrong }
    if let (old, new) = proof.rehash { _ = try credentials.setPassphrase(new, of: person.id, insteadOf: old) }
    if known.hasSecondFactor {
      guard let code else { return .secondFactorNeeded }
      guard try isSecondFactor(code, of: person.id, in: act) else { throw Self.wrongCode }
    }
    let isStrong = known.hasSecondFactor || person.origin == .demonstration
    let secret = try BeginSession(person: person.id, browser: browser, replacing: replacing, way: proof.way, isStrong: isStrong)(
      in: act)
    try act.record(Event("people", "signedIn", subject: person.id.rawValue, payload: ["way": .string(proof.way.rawValue)]))
    return .admitted(secret: secret, mustSetUpSecondFactor: person.isStaff && !isStrong)
  }

  /// Invented people have passphrases that a page tells: they are let in from the node's own machine and from nowhere else.
  static func isAdmissible(_ person: Person, isLocal: Bool) -> Bool { isLocal || person.origin != .demonstration }

  /// A one-time code, or a recovery code where the first factor was not one of the same sheet of paper.
  private func isSecondFactor(_ code: String, of person: ID<Person>, in act: Act) throws -> Bool {
    if try act.useOneTimeCode(code, of: person) { return true }
    return try proof.way != .recoveryCode && UseRecoveryCode.use(code, of: person, in: act)
  }

  static let wrongCode = DomainError.invalid(
    "code", Message("This is not the code of this moment. Codes change every half minute, and each works once."))
}

extension Act {
  /// Whether `typed` is the person's one-time code of this moment, which is used up by it.
  func useOneTimeCode(_ typed: String, of person: ID<Person>) throws -> Bool {
    let store = CredentialStore(connection)
    guard let (sealed, last) = try store.secondFactor(of: person) else { return false }
    let secret = try Cipher(keys).open(sealed, record: person.rawValue, field: SetUpTOTP.field)
    guard let counter = TOTP(secret: secret).matchingCounter(for: typed, at: now.milliseconds, after: last) else { return false }
    return try store.useCounter(counter, of: person)
  }
}

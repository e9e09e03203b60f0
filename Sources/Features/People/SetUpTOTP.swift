import Database
public import Journal
public import Kernel
import Localization

/// Somebody shows that their authenticator app knows the secret. From then on signing in needs its code.
struct SetUpTOTP: Sendable {
  let totp: TOTP
  let code: String
  /// The session in which it is done: it has shown the second factor now.
  let session: ID<Session>

  static let field = "second factor"

  func callAsFunction(in act: Act) throws {
    guard let person = act.actor.personID.map(ID<Person>.init) else { throw DomainError.forbidden }
    // A form that was sent twice: the first one has done it.
    if let (sealed, _) = try CredentialStore(act.connection).secondFactor(of: person),
      try Cipher(act.keys).open(sealed, record: person.rawValue, field: Self.field) == totp.secret
    {
      return
    }
    guard let counter = totp.matchingCounter(for: code, at: act.now.milliseconds) else { throw Admit.wrongCode }
    try Self.store(totp, counter: counter, of: person, in: act)
    try AccountStore(act.connection).setStrong(true, session: session)
  }

  /// - Throws: `DomainError.conflict` when there is one already.
  fileprivate static func store(_ totp: TOTP, counter: Int64, of person: ID<Person>, in act: Act) throws {
    let sealed = try Cipher(act.keys).seal(totp.secret, record: person.rawValue, field: field, random: act.random)
    guard try CredentialStore(act.connection).insertSecondFactor(sealed, of: person, lastCounter: counter, at: act.now) else {
      throw DomainError.conflict(Message("One-time codes are set up already."))
    }
    try act.record(Event("people", "secondFactorSetUp", subject: person.rawValue))
  }
}

/// The operator sets up one-time codes for an account that is being handed to somebody, together with its passphrase.
public struct IssueTOTP: Sendable {
  let person: ID<Person>

  public init(_ person: ID<Person>) {
    self.person = person
  }

  /// - Returns: what to hand over. It is shown once.
  /// - Throws: `DomainError.forbidden` to anybody but the operator; `DomainError.conflict` when there is one already.
  public func callAsFunction(in act: Act) throws -> TOTP {
    guard act.actor.who == .system else { throw DomainError.forbidden }
    let totp = TOTP.generate(random: act.random)
    try SetUpTOTP.store(totp, counter: 0, of: person, in: act)
    return totp
  }
}

/// Somebody gives up their second factor, showing it a last time; or the operator takes it away from somebody who has lost it.
public struct RemoveTOTP: Sendable {
  let person: ID<Person>
  let code: String

  /// - Parameter code: a one-time code or a recovery code; the operator needs none.
  public init(_ person: ID<Person>, code: String = "") {
    self.person = person
    self.code = code
  }

  public func callAsFunction(in act: Act) throws {
    guard PeoplePolicy.mayChangeAccess(act.actor, of: person) else { throw DomainError.forbidden }
    let store = CredentialStore(act.connection)
    guard try store.secondFactor(of: person) != nil else {
      throw DomainError.conflict(Message("One-time codes are not set up."))
    }
    if act.actor.who != .system {
      let isShown = try act.useOneTimeCode(code, of: person) || UseRecoveryCode.use(code, of: person, in: act)
      guard isShown else { throw Admit.wrongCode }
    }
    try store.deleteSecondFactor(of: person)
    try AccountStore(act.connection).weakenSessions(of: person)
    try act.record(Event("people", "secondFactorRemoved", subject: person.rawValue))
  }
}

import Database
public import Journal
public import Kernel
import Localization

/// What a program signs in with.
public struct Token: Sendable, Equatable {
  public let id: ID<Token>
  public let name: String
  public let grant: Grant
  /// For whom it acts; nil for a program of the node's own.
  public let person: ID<Person>?
  public let createdAt: Timestamp
  public let expiresAt: Timestamp?
  public let revokedAt: Timestamp?

  public static let longestName = 100

  /// Days for which one may be made; those that shall not run out have no end at all.
  public static let longestLife = 3_650

  /// What a program shows: `civil_` and 48 hexadecimal digits, the first 24 bytes of HMAC-SHA256(key for sessions, "token" ‖ 0 ‖ id).
  /// Computed, so that a request that is sent twice is answered twice; the database keeps a hash of it.
  static func secret(of id: ID<Token>, keys: KeyRing) -> String {
    // The prefix lets scanners of leaked secrets recognise it.
    "civil_" + Hex.encode(keys.subkey(.session).hmac(Array("token".utf8) + [0] + Array(id.rawValue.utf8)).prefix(24))
  }

  /// Whether it counts at a moment.
  func isValid(at now: Timestamp) -> Bool {
    revokedAt == nil && (expiresAt.map { now < $0 } ?? true)
  }
}

/// An administrator, or the operator on the command line, makes a token.
public struct CreateToken: Sendable {
  let name: Text
  let grant: Grant
  let expiresAt: Timestamp?

  public init(name: Text, grant: Grant, expiresAt: Timestamp?) {
    self.name = name
    self.grant = grant
    self.expiresAt = expiresAt
  }

  /// - Returns: the token, shown once; the database keeps a hash.
  /// - Throws: `DomainError.forbidden`; `DomainError.invalid` for a name, a scope or an end that cannot be taken.
  public func callAsFunction(in act: Act) throws -> String {
    Token.secret(of: try make(in: act).id, keys: act.keys)
  }

  func make(in act: Act) throws -> Token {
    guard PeoplePolicy.mayManageTokens(act.actor) else { throw DomainError.forbidden }
    var check = FieldCheck()
    let name = try check.take { try self.name.checked("name", atMost: Token.longestName) }
    _ = try check.take { try GrantRole.check(grant, in: act) }
    if let expiresAt, expiresAt <= act.now || expiresAt > act.now + .days(Int64(Token.longestLife)) {
      check.complain("expiresAt", Message("This is a time from now on, and within ten years."))
    }
    try check.finish()
    guard let name else { throw DomainError.forbidden }
    let token = Token(
      id: act.newID(), name: name, grant: grant, person: nil, createdAt: act.now, expiresAt: expiresAt, revokedAt: nil)
    try AccountStore(act.connection).insertToken(token, hash: Session.hash(Token.secret(of: token.id, keys: act.keys)))
    try act.record(Event("people", "tokenCreated", subject: token.id.rawValue, payload: ["role": .string(grant.text)]))
    return token
  }
}

/// Somebody lets a program act for them. It may do what they may, but for what staff does, which asks for a second factor.
struct CreateOwnToken: Sendable {
  let name: Text

  /// For how long it counts.
  static let life = Timestamp.Interval.days(365)
  static let mostAtOnce = 20

  func callAsFunction(in act: Act) throws -> ID<Token> {
    guard let person = act.actor.personID else { throw DomainError.signInNeeded }
    let name = try name.checked("name", atMost: Token.longestName)
    let store = AccountStore(act.connection)
    guard try store.tokens(of: ID(person), now: act.now).count < Self.mostAtOnce else {
      throw DomainError.conflict(Message("You have many of these already. Remove one that you no longer need."))
    }
    let token = Token(
      id: act.newID(), name: name, grant: Grant(.volunteer), person: ID(person), createdAt: act.now,
      expiresAt: act.now + Self.life, revokedAt: nil)
    try store.insertToken(token, hash: Session.hash(Token.secret(of: token.id, keys: act.keys)))
    try act.record(Event("people", "ownTokenCreated", subject: person))
    return token.id
  }
}

/// Ends one's own token at once.
struct RevokeOwnToken: Sendable {
  let id: ID<Token>

  func callAsFunction(in act: Act) throws {
    let store = AccountStore(act.connection)
    guard let person = act.actor.personID, try store.token(id)?.person?.rawValue == person else { throw DomainError.notFound }
    if try store.revokeToken(id, at: act.now) { try act.record(Event("people", "ownTokenRevoked", subject: person)) }
  }
}

/// Ends a token at once.
public struct RevokeToken: Sendable {
  let id: ID<Token>

  public init(_ id: ID<Token>) {
    self.id = id
  }

  public func callAsFunction(in act: Act) throws {
    guard PeoplePolicy.mayManageTokens(act.actor) else { throw DomainError.forbidden }
    guard try AccountStore(act.connection).revokeToken(id, at: act.now) else { throw DomainError.notFound }
    try act.record(Event("people", "tokenRevoked", subject: id.rawValue))
  }
}

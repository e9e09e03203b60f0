import Database
public import Journal
public import Kernel
import Localization

/// What a program signs in with.
public struct Token: Sendable, Equatable {
  public let id: ID<Token>
  public let name: String
  public let grant: Grant
  public let createdAt: Timestamp
  public let expiresAt: Timestamp?
  public let revokedAt: Timestamp?

  public static let longestName = 100

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
  public func callAsFunction(in act: Act) throws -> String {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    let name = try name.checked("name", atMost: Token.longestName)
    // The prefix lets scanners of leaked secrets recognise it.
    let secret = "civil_" + Hex.encode(act.random(24))
    let token = Token(id: act.newID(), name: name, grant: grant, createdAt: act.now, expiresAt: expiresAt, revokedAt: nil)
    try AccountStore(act.connection).insertToken(token, hash: Session.hash(secret))
    try act.record(Event("people", "tokenCreated", subject: token.id.rawValue, payload: ["role": .string(grant.role.rawValue)]))
    return secret
  }
}

/// Ends a token at once.
public struct RevokeToken: Sendable {
  let id: ID<Token>

  public init(_ id: ID<Token>) {
    self.id = id
  }

  public func callAsFunction(in act: Act) throws {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    guard try AccountStore(act.connection).revokeToken(id, at: act.now) else { throw DomainError.notFound }
    try act.record(Event("people", "tokenRevoked", subject: id.rawValue))
  }
}

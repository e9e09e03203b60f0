public import Journal
import Kernel
public import Web

/// Finds out who sends a request, from its cookie or its token.
public struct Identify: Sendable {
  private let node: Node

  /// A session is marked as used at most this often.
  private static let touched = Timestamp.Interval.minutes(15)

  public init(node: Node) {
    self.node = node
  }

  public var authenticator: Authenticator {
    Authenticator { session, token, visitor in
      if let token { return try await program(token, visitor) }
      if let session, let known = try await browser(session, visitor) { return known }
      return Identity(actor: Actor(.stranger(visitor: visitor)), name: nil, session: nil, visitor: visitor)
    }
  }

  private func program(_ secret: String, _ visitor: String) async throws -> Identity {
    let now = node.clock()
    guard let token = try await node.read({ try AccountStore($0).token(secret: secret) }), token.isValid(at: now) else {
      throw DomainError.signInNeeded
    }
    if let id = token.person {
      guard let person = try await node.read({ try AccountStore($0).person(id) }) else { throw DomainError.signInNeeded }
      let actor = Actor(
        .person(id: id.rawValue), grants: PeoplePolicy.counting(person.grants, isStrong: false),
        isOnProbation: person.isOnProbation)
      return Identity(actor: actor, name: person.name, session: nil, visitor: visitor)
    }
    let actor = Actor(.token(id: token.id.rawValue), grants: [token.grant])
    return Identity(actor: actor, name: token.name, session: nil, visitor: visitor)
  }

  private func browser(_ secret: String, _ visitor: String) async throws -> Identity? {
    let now = node.clock()
    guard let (session, person) = try await node.read({ try AccountStore($0).identity(secret: secret, now: now) }) else {
      return nil
    }
    if session.lastSeenAt < now - Self.touched {
      try await node.act(as: .system) { act in try AccountStore(act.connection).touch(session.id, at: act.now) }
    }
    guard let person else {
      let actor = Actor(.stranger(visitor: visitor), receipts: session.receipts)
      return Identity(actor: actor, name: nil, session: session.id.rawValue, visitor: visitor)
    }
    let actor = Actor(
      .person(id: person.id.rawValue), grants: PeoplePolicy.counting(person.grants, isStrong: session.isStrong),
      receipts: session.receipts, isOnProbation: person.isOnProbation)
    return Identity(actor: actor, name: person.name, session: session.id.rawValue, visitor: visitor)
  }
}

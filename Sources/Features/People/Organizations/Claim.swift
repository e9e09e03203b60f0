public import Database
public import Kernel

/// Somebody says that an organization is their group.
public struct Claim: Sendable, Equatable {
  public enum State: String, Sendable, SQLCodable {
    case open, accepted, declined
  }

  public let id: ID<Claim>
  public let organization: ID<Organization>
  public let person: ID<Person>
  /// How they can be recognised; read by facilitators in scope, and erased when they have decided.
  public let words: String
  public let language: String
  public let state: State
  /// What whoever declined wrote to them.
  public let reason: String?
  public let createdAt: Timestamp

  /// Unicode scalars.
  public static let longestWords = 1_000
  public static let longestReason = 500
}

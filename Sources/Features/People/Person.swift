public import Kernel

/// Somebody with an account.
public struct Person: Sendable, Equatable {
  public let id: ID<Person>
  /// What they sign in with: unique, small letters, digits, `.`, `-`, `_`.
  public var handle: String
  /// What others see.
  public var name: String
  public var grants: Set<Grant>
  /// New accounts move nothing until somebody has seen that they are real.
  public var isOnProbation: Bool
  public var origin: Organization.Origin
  public let createdAt: Timestamp

  public static let longestName = 80
  public static let longestHandle = 40
}

public import Kernel

/// What somebody has written to an organization through its page.
public struct Letter: Sendable, Equatable {
  public let id: ID<Letter>
  public let organization: ID<Organization>
  /// Read by its members and facilitators.
  public let words: String
  /// BCP 47 tag of the page it was written on.
  public let language: String
  public let createdAt: Timestamp
  public let answeredAt: Timestamp?

  /// Unicode scalars.
  public static let longestWords = 4_000
  public static let longestAddress = 200
}

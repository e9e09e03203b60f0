public import Kernel

/// What an organization says of itself: who we are, what we do.
public struct OrganizationText: Sendable, Equatable {
  public let words: String
  /// BCP 47 tag.
  public let language: String
  /// Whether somebody known to be real has written or read it. Strangers read it only then.
  public let isSeen: Bool
  public let changedAt: Timestamp

  /// Unicode scalars.
  public static let longest = 2_000
}

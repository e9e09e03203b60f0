import Database
public import Kernel

/// Names one sending of a form or of a request, so that what is sent twice is done once.
public struct OnceKey: Sendable, Equatable {
  /// Whose key it is: keys of different scopes never meet.
  public let scope: String
  public let key: String
  /// SHA-256 of the normalized body.
  public let bodyHash: [UInt8]

  /// How long a key is remembered.
  public static let kept = Timestamp.Interval.days(30)

  /// - Parameter body: the normalized body; what a sender may change without meaning something else has no place in it.
  public init(scope: String, key: String, body: [UInt8]) {
    self.scope = scope
    self.key = key
    bodyHash = SHA256.hash(body)
  }

  /// How many keys one act forgets, so that it holds nobody up.
  public static let mostForgotten = 500

  /// Forgets keys that are older than `kept`, the oldest first.
  /// - Returns: how many; as many as `mostForgotten` when there may be more.
  @discardableResult
  public static func forgetOld(in act: Act) throws -> Int {
    try act.connection.execute(
      """
      DELETE FROM idempotency WHERE (scope, key) IN (
        SELECT scope, key FROM idempotency WHERE at < \(act.now - kept) ORDER BY at LIMIT \(mostForgotten))
      """)
  }
}

public import Kernel

/// One entry of the journal.
public struct Entry: Sendable, Equatable {
  public let id: ID<Entry>
  public let place: Position
  /// The id of the node that wrote it.
  public let node: String
  public let at: Timestamp
  /// `Actor.reference` of who did it.
  public let actor: String
  public let feature: String
  public let kind: String
  public let subject: String
  /// Nil when it was erased.
  public let payload: JSON?

  /// Bytes. As long as the hash, so that a commitment tells nothing about its payload once the salt is erased (RFC 2104 §3).
  static let saltLength = 32

  /// HMAC-SHA256 with the salt as its key.
  static func commitment(to payload: [UInt8], salt: [UInt8]) -> [UInt8] {
    SecretKey(salt).hmac(payload)
  }
}

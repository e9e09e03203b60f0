extension KeyRing {
  /// The node's id: the first 16 hexadecimal digits of the SHA-256 of its public signing key. It names the home of a record.
  public var nodeID: String { KeyRing.nodeID(of: publicKey) }

  /// The id of the node that signs with `publicKey`.
  public static func nodeID(of publicKey: [UInt8]) -> String { String(Hex.encode(SHA256.hash(publicKey)).prefix(16)) }
}

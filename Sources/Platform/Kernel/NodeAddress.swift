/// Where a file for a node is sealed to: the node's id and the public key to which only it has the other half.
///
/// It is no secret. As a text it is eighteen groups of four symbols of Crockford's base 32, the last eight of which are a
/// check, so that it can be carried on a stick, in a mail, or on paper.
public struct NodeAddress: Sendable, Equatable {
  /// As `KeyRing.nodeID` has it.
  public let node: String
  let publicKey: [UInt8]

  /// The text is no address, or a symbol of it is wrong.
  public struct NotAnAddress: Error, Sendable, Equatable {
    /// The one value there is.
    public init() {}
  }

  private static let nodeByteCount = 8
  private static let checkByteCount = 5

  init(node: String, publicKey: [UInt8]) {
    self.node = node
    self.publicKey = publicKey
  }

  /// The address that somebody typed or copied. Hyphens, spaces, line ends and case do not matter; O is read as 0, I and L as
  /// 1.
  /// - Throws: `NotAnAddress`.
  public init(parsing text: some StringProtocol) throws(NotAnAddress) {
    guard text.utf8.count <= 1_000, let bytes = Base32Crockford.decode(text),
      bytes.count == Self.nodeByteCount + AgreementKey.byteCount + Self.checkByteCount
    else { throw NotAnAddress() }
    let content = Array(bytes.dropLast(Self.checkByteCount))
    guard Self.check(content) == Array(bytes.suffix(Self.checkByteCount)) else { throw NotAnAddress() }
    node = Hex.encode(content.prefix(Self.nodeByteCount))
    publicKey = Array(content.dropFirst(Self.nodeByteCount))
  }

  /// Eighteen groups of four.
  public var text: String {
    let content = (Hex.decode(node) ?? []) + publicKey
    let symbols = Array(Base32Crockford.encode(content + Self.check(content)))
    return stride(from: 0, to: symbols.count, by: 4).map { String(symbols[$0..<min($0 + 4, symbols.count)]) }
      .joined(separator: "-")
  }

  private static func check(_ content: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(Array(KeyRing.label("node address").utf8) + [0] + content).prefix(checkByteCount))
  }
}

extension KeyRing {
  /// Where other nodes seal what is for this one.
  public var address: NodeAddress { NodeAddress(node: nodeID, publicKey: agreementKeys[0].publicKey) }

  /// Newest first.
  fileprivate var agreementKeys: [AgreementKey] {
    subkeys(.handover).map { key in
      guard let key = AgreementKey(key) else { preconditionFailure("a derived key has 32 bytes") }
      return key
    }
  }
}

/// A stream that one node alone can open: sealed to its address with a key that is made for this one stream and then forgotten,
/// so that not even who sealed it can open it again.
///
/// The stream's key is HKDF-SHA256(X25519(one-time key, node's key) ‖ one-time public key ‖ node's public key), as ECIES and
/// RFC 9180 do it.
public struct Envelope: Sendable {
  /// The public part of the one-time key: to be kept beside the stream.
  public let publicKey: [UInt8]
  /// The public key it is sealed to.
  public let recipient: [UInt8]
  private let key: SecretKey

  /// For sealing.
  /// - Parameter random: gives as many unpredictable bytes as it is asked for; 32 are taken.
  /// - Returns: nil for an address whose key is none.
  public init?(to address: NodeAddress, random: (Int) -> [UInt8] = Randomness.system.bytes) {
    guard let own = AgreementKey(SecretKey(random(AgreementKey.byteCount))), let shared = own.agree(with: address.publicKey)
    else {
      return nil
    }
    self.init(shared, publicKey: own.publicKey, recipient: address.publicKey)
  }

  /// For opening.
  /// - Returns: nil when no key of the ring is the one it was sealed to.
  public init?(opening publicKey: [UInt8], sealedTo recipient: [UInt8], _ ring: KeyRing) {
    guard let own = ring.agreementKeys.first(where: { $0.publicKey == recipient }), let shared = own.agree(with: publicKey) else {
      return nil
    }
    self.init(shared, publicKey: publicKey, recipient: recipient)
  }

  private init(_ shared: [UInt8], publicKey: [UInt8], recipient: [UInt8]) {
    self.publicKey = publicKey
    self.recipient = recipient
    key = SecretKey(shared + publicKey + recipient).derived(KeyRing.label("envelope"))
  }

  /// What seals or opens the stream.
  /// - Parameter header: what every chunk is bound to.
  public func cipher(header: [UInt8]) -> StreamCipher {
    StreamCipher(key, id: Array(publicKey.prefix(StreamCipher.idByteCount)), header: header)
  }
}

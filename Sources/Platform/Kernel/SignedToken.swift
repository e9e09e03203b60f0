/// A random id that only this node can have given out: what the cookie of a visitor without an account holds, or an address that works
/// without signing in.
///
/// Its text is base64url, 43 signs, of: id (16 bytes) ‖ the first 16 bytes of HMAC-SHA256(key, id).
public struct SignedToken: Sendable, Hashable {
  /// What stands in the cookie or in the address.
  public let text: String
  /// The 128 random bits in base64url: what we know whoever brings it by.
  public let id: String

  /// A new one.
  /// - Parameters:
  ///   - ring: the node's keys.
  ///   - purpose: what it is for; a token for one purpose is none for another.
  ///   - random: gives as many unpredictable bytes as it is asked for; sixteen are taken.
  public init(keys ring: KeyRing, purpose: KeyPurpose = .visitor, random: (Int) -> [UInt8] = Randomness.system.bytes) {
    let id = Array(random(SignedToken.idByteCount).prefix(SignedToken.idByteCount))
    self.id = Base64URL.encode(id)
    text = Base64URL.encode(id + SignedToken.code(id, ring.subkey(purpose)))
  }

  /// The token of an id that was kept; nil when it is none.
  public init?(id: String, keys ring: KeyRing, purpose: KeyPurpose) {
    guard let bytes = Base64URL.decode(id), bytes.count == SignedToken.idByteCount else { return nil }
    self.id = id
    text = Base64URL.encode(bytes + SignedToken.code(bytes, ring.subkey(purpose)))
  }

  /// The token that came back; nil when it is not one of ours for this purpose. Every key of the ring is tried.
  public init?(checking text: String, keys ring: KeyRing, purpose: KeyPurpose = .visitor) {
    guard text.utf8.count == SignedToken.textLength, let bytes = Base64URL.decode(text) else { return nil }
    let id = Array(bytes.prefix(SignedToken.idByteCount))
    let code = Array(bytes.dropFirst(SignedToken.idByteCount))
    let isOurs = ring.subkeys(purpose).reduce(false) { found, key in
      constantTimeEquals(SignedToken.code(id, key), code) || found
    }
    guard isOurs else { return nil }
    self.id = Base64URL.encode(id)
    self.text = text
  }

  private static let idByteCount = 16
  private static let codeByteCount = 16
  private static let textLength = ((idByteCount + codeByteCount) * 8 + 5) / 6

  private static func code(_ id: [UInt8], _ key: SecretKey) -> [UInt8] {
    Array(key.hmac(id).prefix(codeByteCount))
  }
}

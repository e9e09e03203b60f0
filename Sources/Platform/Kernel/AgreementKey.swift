internal import CLibCrypto

/// An X25519 key (RFC 7748): whoever holds one, and the public part of another, gets the secret that the other's holder gets
/// too.
struct AgreementKey: Sendable {
  static let byteCount = 32

  private let secret: SecretKey
  let publicKey: [UInt8]

  /// - Parameter secret: any 32 unpredictable bytes; nil for another number.
  init?(_ secret: SecretKey) {
    guard let key = Self.privateKey(secret) else { return nil }
    defer { EVP_PKEY_free(key) }
    var publicKey = [UInt8](repeating: 0, count: Self.byteCount)
    var count = publicKey.count
    mustSucceed(EVP_PKEY_get_raw_public_key(key, &publicKey, &count))
    self.secret = secret
    self.publicKey = publicKey
  }

  /// The secret shared with the holder of `other`. Nil for what is no public key, and for one of the few that share the same
  /// secret with everybody (RFC 7748 §6.1).
  func agree(with other: [UInt8]) -> [UInt8]? {
    guard other.count == Self.byteCount, let own = Self.privateKey(secret),
      let peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, other, other.count),
      let context = EVP_PKEY_CTX_new(own, nil)
    else { return nil }
    defer {
      EVP_PKEY_CTX_free(context)
      EVP_PKEY_free(peer)
      EVP_PKEY_free(own)
    }
    var shared = [UInt8](repeating: 0, count: Self.byteCount)
    var count = shared.count
    guard EVP_PKEY_derive_init(context) == 1, EVP_PKEY_derive_set_peer(context, peer) == 1,
      EVP_PKEY_derive(context, &shared, &count) == 1, count == Self.byteCount
    else { return nil }
    return shared
  }

  private static func privateKey(_ secret: SecretKey) -> OpaquePointer? {
    secret.withUnsafeBytes {
      guard $0.count == byteCount else { return nil }
      return EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, $0.assumingMemoryBound(to: UInt8.self).baseAddress, $0.count)
    }
  }
}

internal import CLibCrypto

/// An Ed25519 key (RFC 8032), made from its seed. The same message always gets the same signature.
struct SigningKey: Sendable {
  static let seedByteCount = 32
  private static let publicByteCount = 32
  private static let signatureByteCount = 64

  private let secret: SecretKey
  let publicKey: [UInt8]

  /// Nil unless the seed has 32 bytes.
  init?(seed: [UInt8]) {
    guard seed.count == Self.seedByteCount, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
      return nil
    }
    defer { EVP_PKEY_free(key) }
    var publicKey = [UInt8](repeating: 0, count: Self.publicByteCount)
    var count = publicKey.count
    mustSucceed(EVP_PKEY_get_raw_public_key(key, &publicKey, &count))
    secret = SecretKey(seed)
    self.publicKey = publicKey
  }

  /// For the key file and for nothing else.
  var seed: [UInt8] { secret.bytes }

  /// 64 bytes.
  func signature(of message: [UInt8]) -> [UInt8] {
    let key = secret.withUnsafeBytes {
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, $0.assumingMemoryBound(to: UInt8.self).baseAddress, $0.count)
    }
    let context = EVP_MD_CTX_new()
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    mustSucceed(EVP_DigestSignInit(context, nil, nil, nil, key))
    var signature = [UInt8](repeating: 0, count: Self.signatureByteCount)
    var count = signature.count
    mustSucceed(EVP_DigestSign(context, &signature, &count, message, message.count))
    return signature
  }

  /// Whether `signature` is the one of `message` by the holder of `publicKey`. A key of a wrong form has signed nothing.
  static func isSignature(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
    guard publicKey.count == publicByteCount,
      let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
    else { return false }
    let context = EVP_MD_CTX_new()
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
    }
    mustSucceed(EVP_DigestVerifyInit(context, nil, nil, nil, key))
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

internal import CLibCrypto

/// AES-256-GCM (NIST SP 800-38D): keeps bytes unreadable, and finds whether they or what they are bound to were changed.
enum AESGCM {
  static let nonceByteCount = 12
  static let tagByteCount = 16

  /// What was sealed cannot be opened: it, its nonce, the data it is bound to or the key is not as it was.
  struct DoesNotOpen: Error {}

  /// - Parameters:
  ///   - key: 32 bytes.
  ///   - nonce: 12 bytes that never come twice with this key.
  ///   - associated: what the text is bound to; it is not part of the result.
  /// - Returns: as many bytes as `plain` has, and the tag.
  static func seal(_ plain: [UInt8], key: SecretKey, nonce: [UInt8], associated: [UInt8]) -> [UInt8] {
    let context = start(EVP_EncryptInit_ex, key, nonce)
    defer { EVP_CIPHER_CTX_free(context) }
    var count: Int32 = 0
    mustSucceed(EVP_EncryptUpdate(context, nil, &count, associated, Int32(associated.count)))
    var sealed = [UInt8](repeating: 0, count: plain.count + tagByteCount)
    mustSucceed(EVP_EncryptUpdate(context, &sealed, &count, plain, Int32(plain.count)))
    sealed.withUnsafeMutableBytes { bytes in
      let end = bytes.baseAddress?.advanced(by: plain.count)
      mustSucceed(EVP_EncryptFinal_ex(context, end?.assumingMemoryBound(to: UInt8.self), &count))
      mustSucceed(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), end))
    }
    return sealed
  }

  /// What `seal` was given.
  /// - Parameter sealed: at least `tagByteCount` bytes.
  /// - Throws: `DoesNotOpen`.
  static func open(_ sealed: [UInt8], key: SecretKey, nonce: [UInt8], associated: [UInt8]) throws(DoesNotOpen) -> [UInt8] {
    guard sealed.count >= tagByteCount else { throw DoesNotOpen() }
    let context = start(EVP_DecryptInit_ex, key, nonce)
    defer { EVP_CIPHER_CTX_free(context) }
    var count: Int32 = 0
    mustSucceed(EVP_DecryptUpdate(context, nil, &count, associated, Int32(associated.count)))
    // One byte more than needed: an empty text has an address too, where the last call could write.
    var plain = [UInt8](repeating: 0, count: sealed.count - tagByteCount + 1)
    mustSucceed(EVP_DecryptUpdate(context, &plain, &count, sealed, Int32(sealed.count - tagByteCount)))
    var tag = Array(sealed.suffix(tagByteCount))
    mustSucceed(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), &tag))
    var rest: [UInt8] = Array(repeating: 0, count: tagByteCount)
    guard EVP_DecryptFinal_ex(context, &rest, &count) == 1 else { throw DoesNotOpen() }
    plain.removeLast()
    return plain
  }

  private static func start(
    _ begin: (OpaquePointer?, OpaquePointer?, OpaquePointer?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?) -> Int32,
    _ key: SecretKey, _ nonce: [UInt8]
  ) -> OpaquePointer? {
    let context = EVP_CIPHER_CTX_new()
    key.withUnsafeBytes { bytes in
      precondition(bytes.count == 32 && nonce.count == nonceByteCount, "AES-256-GCM takes a key of 32 bytes and a nonce of 12")
      mustSucceed(begin(context, EVP_aes_256_gcm(), nil, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, nonce))
    }
    return context
  }
}

internal import CLibCrypto

/// A symmetric key. It cannot be printed, and its memory is overwritten when the last copy goes.
public struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
  private let memory: Memory

  /// - Parameter bytes: 32 unpredictable bytes, in general.
  public init(_ bytes: [UInt8]) {
    memory = Memory(bytes)
  }

  /// HMAC-SHA256 of `message` (RFC 2104): 32 bytes.
  public func hmac(_ message: [UInt8]) -> [UInt8] { hmac(message, EVP_sha256(), byteCount: SHA256.byteCount) }

  /// HMAC-SHA1 of `message`: 20 bytes. For one-time codes (RFC 4226), whose apps know nothing else.
  func hmacSHA1(_ message: [UInt8]) -> [UInt8] { hmac(message, EVP_sha1(), byteCount: 20) }

  /// A key of 32 bytes for one use, by HKDF-SHA256 without salt (RFC 5869).
  /// - Parameter label: what it is for; different labels give keys that tell nothing about each other.
  public func derived(_ label: String) -> SecretKey { SecretKey(derived(Array(label.utf8), byteCount: 32)) }

  func derived(_ info: [UInt8], byteCount: Int) -> [UInt8] {
    let context = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nil)
    defer { EVP_PKEY_CTX_free(context) }
    mustSucceed(EVP_PKEY_derive_init(context))
    mustSucceed(EVP_PKEY_CTX_set_hkdf_md(context, EVP_sha256()))
    withUnsafeBytes { key in
      mustSucceed(EVP_PKEY_CTX_set1_hkdf_key(context, key.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(key.count)))
    }
    mustSucceed(EVP_PKEY_CTX_add1_hkdf_info(context, info, Int32(info.count)))
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var count = byteCount
    mustSucceed(EVP_PKEY_derive(context, &bytes, &count))
    return bytes
  }

  /// The key's own bytes, for the key file and for nothing else.
  var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  func withUnsafeBytes<T>(_ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    defer { withExtendedLifetime(memory) {} }
    return try body(UnsafeRawBufferPointer(start: memory.start, count: memory.count))
  }

  private func hmac(_ message: [UInt8], _ hash: OpaquePointer?, byteCount: Int) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: byteCount)
    withUnsafeBytes { key in
      guard HMAC(hash, key.baseAddress, Int32(key.count), message, message.count, &code, nil) != nil else {
        fatalError("libcrypto failed: HMAC")
      }
    }
    return code
  }

  /// Says only that it is a key.
  public var description: String { "SecretKey(…)" }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// Bytes that are overwritten before they are given back.
  private final class Memory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let count: Int

    init(_ bytes: [UInt8]) {
      count = bytes.count
      // One more, because no key at all has an address too.
      start = .allocate(byteCount: count + 1, alignment: 16)
      start.copyMemory(from: bytes, byteCount: count)
    }

    deinit {
      OPENSSL_cleanse(start, count)
      start.deallocate()
    }
  }
}

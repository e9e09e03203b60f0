import Crypto
import Foundation

/// A symmetric key. It cannot be printed, and its memory is overwritten when the last copy goes.
public struct SecretKey: Sendable, CustomStringConvertible, CustomReflectable {
  let symmetric: SymmetricKey

  /// - Parameter bytes: 32 unpredictable bytes, in general.
  public init(_ bytes: [UInt8]) {
    symmetric = SymmetricKey(data: bytes)
  }

  init(_ symmetric: SymmetricKey) {
    self.symmetric = symmetric
  }

  /// HMAC-SHA256 of `message` (RFC 2104): 32 bytes.
  public func hmac(_ message: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: symmetric))
  }

  /// A key of 32 bytes for one use, by HKDF-SHA256 without salt (RFC 5869).
  /// - Parameter label: what it is for; different labels give keys that tell nothing about each other.
  public func derived(_ label: String) -> SecretKey {
    SecretKey(
      HKDF<SHA256>.deriveKey(inputKeyMaterial: symmetric, info: Array(label.utf8), outputByteCount: 32))
  }

  /// The key's own bytes, for the key file and for nothing else.
  var bytes: [UInt8] { symmetric.withUnsafeBytes { Array($0) } }

  /// Says only that it is a key.
  public var description: String { "SecretKey(…)" }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Printed codes that open an account whose owner has lost passphrase or telephone. Each opens it once.
///
/// A code is 80 random bits, shown as `XXXX-XXXX-XXXX-XXXX`. Stored is HMAC-SHA256(key for recovery codes, account ‖ 0 ‖ code):
/// with so many random bits nothing slower is needed, and without the key file a copied database tells nothing.
public struct RecoveryCodes: Sendable {
  private let keys: [SecretKey]
  /// How many are printed at a time.
  public static let count = 10

  /// - Parameter ring: its newest key makes codes, every key checks them.
  public init(_ ring: KeyRing) {
    keys = ring.subkeys(.recoveryCode)
  }

  /// New codes for an account; the earlier ones are to be deleted.
  /// - Parameters:
  ///   - account: its id; it must not contain U+0000.
  ///   - random: gives as many unpredictable bytes as it is asked for.
  /// - Returns: what to show once, and what to store, in the same order.
  public func generate(
    for account: String, random: (Int) -> [UInt8] = Randomness.system.bytes
  ) -> (printed: [String], stored: [[UInt8]]) {
    let codes = (0..<RecoveryCodes.count).map { _ in random(EightyBits.byteCount) }
    return (codes.map(EightyBits.show), codes.map { RecoveryCodes.hash($0, account, keys[0]) })
  }

  /// Which of the stored codes was typed. It is to be deleted in the transaction that lets the person in.
  /// - Parameters:
  ///   - typed: hyphens, spaces and case do not matter; O is read as 0, I and L as 1.
  ///   - account: the id of the account.
  ///   - stored: what is left of its codes.
  /// - Returns: the position among `stored`, or nil when it is none of them.
  public func match(_ typed: String, for account: String, among stored: [[UInt8]]) -> Int? {
    guard let code = EightyBits.read(typed) else { return nil }
    var match: Int?
    // All are compared, so that the time does not tell which one it was.
    for key in keys {
      let hash = RecoveryCodes.hash(code, account, key)
      for (index, other) in stored.enumerated() where constantTimeEquals(hash, other) { match = index }
    }
    return match
  }

  private static func hash(_ code: [UInt8], _ account: String, _ key: SecretKey) -> [UInt8] {
    key.hmac(Array(account.utf8) + [0] + code)
  }
}

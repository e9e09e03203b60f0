/// What grants an organization's rights over its need without an account: 80 bits, shown as `XXXX-XXXX-XXXX-XXXX`.
///
/// It is computed, not stored, so that it can be shown again and the database does not hold it. Raising the need's generation
/// revokes it.
public struct Receipt: Sendable, Equatable {
  private let bytes: [UInt8]

  /// The text has not the form of a receipt.
  public struct NotAReceipt: Error, Sendable, Equatable {
    /// The one value there is.
    public init() {}
  }

  /// The receipt of a need: HMAC-SHA256(key, subject ‖ 0 ‖ generation in decimal), of which the first 80 bits are kept.
  /// - Parameters:
  ///   - key: the node's key for receipts.
  ///   - subject: the id of the need; it must not contain U+0000.
  ///   - generation: how often the need's receipts were revoked.
  public init(key: SecretKey, subject: String, generation: Int) {
    let message = Array(subject.utf8) + [0] + Array(String(generation).utf8)
    bytes = Array(key.hmac(message).prefix(EightyBits.byteCount))
  }

  /// The receipt that a person typed. Hyphens, spaces and case do not matter; O is read as 0, I and L as 1.
  /// - Throws: `NotAReceipt` when it is not sixteen such symbols. Whether it opens anything only comparing it tells.
  public init(parsing text: some StringProtocol) throws(NotAReceipt) {
    guard let bytes = EightyBits.read(text) else { throw NotAReceipt() }
    self.bytes = bytes
  }

  /// The text for the slip of paper. It is a secret; `description` hides it, so that it gets into no log by accident.
  public var text: String { EightyBits.show(bytes) }

  /// What recognizes this receipt on another node and does not give it away: SHA-256(label ‖ 0 ‖ subject ‖ 0 ‖ receipt). It needs no
  /// slow hash and no salt: nobody tries out eighty random bits, and no two needs have one subject.
  public func verifier(of subject: String) -> [UInt8] {
    SHA256.hash(Array(KeyRing.label("receipt verifier").utf8) + [0] + Array(subject.utf8) + [0] + bytes)
  }

  /// Compares in constant time.
  public static func == (a: Receipt, b: Receipt) -> Bool { constantTimeEquals(a.bytes, b.bytes) }
}

extension Receipt: CustomStringConvertible, CustomReflectable {
  /// Says only that it is a receipt.
  public var description: String { "Receipt(…)" }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension KeyRing {
  /// The receipt to show for a need, made with the newest key.
  public func receipt(subject: String, generation: Int) -> Receipt {
    Receipt(key: subkey(.receipt), subject: subject, generation: generation)
  }

  /// Whether `receipt` is the one of this need, made with any key of the ring: paper outlives a change of keys.
  public func accepts(_ receipt: Receipt, subject: String, generation: Int) -> Bool {
    // Every key is tried, so that the time does not tell which one it was.
    subkeys(.receipt).reduce(false) { found, key in
      Receipt(key: key, subject: subject, generation: generation) == receipt || found
    }
  }

  /// What recognizes the receipts of this need on another node, one for each key of the ring: paper outlives a change of keys.
  public func receiptVerifiers(subject: String, generation: Int) -> [[UInt8]] {
    subkeys(.receipt).map { Receipt(key: $0, subject: subject, generation: generation).verifier(of: subject) }
  }
}

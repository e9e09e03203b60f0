import Foundation

/// Keeps single fields unreadable at rest: AES-256-GCM (NIST SP 800-38D), bound to the record and the field they stand in.
///
/// A sealed field is: format version (1 byte) ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16), so 33 bytes more than it holds.
/// The associated data are the version, the key id, and the record's id and the field's name, each with its length before it; a
/// value that was moved to another record or field does not open. Nonces are random: one key may seal 2³² fields (SP 800-38D
/// §8.3).
public struct Cipher: Sendable {
  private let ring: KeyRing
  private let purpose: KeyPurpose
  private static let version: UInt8 = 1

  /// - Parameters:
  ///   - ring: its newest key seals, every key opens.
  ///   - purpose: whose sub-key is used.
  public init(_ ring: KeyRing, purpose: KeyPurpose = .contactEncryption) {
    self.ring = ring
    self.purpose = purpose
  }

  // MARK: Sealing

  /// - Parameters:
  ///   - plain: what to keep.
  ///   - record: the id of the record it belongs to.
  ///   - field: the name of the field.
  ///   - random: gives as many unpredictable bytes as it is asked for; twelve are taken, and must never come twice.
  /// - Returns: what to store.
  public func seal(
    _ plain: [UInt8], record: String, field: String, random: (Int) -> [UInt8] = Randomness.system.bytes
  ) throws -> [UInt8] {
    let header = [Cipher.version] + ring.newest.bytes
    let nonce = random(AESGCM.nonceByteCount)
    let sealed = AESGCM.seal(
      plain, key: ring.subkey(purpose), nonce: nonce, associated: Cipher.associated(header, record: record, field: field))
    return header + nonce + sealed
  }

  /// The same for a text, as UTF-8.
  public func seal(
    _ text: String, record: String, field: String, random: (Int) -> [UInt8] = Randomness.system.bytes
  ) throws -> [UInt8] {
    try seal(Array(text.utf8), record: record, field: field, random: random)
  }

  // MARK: Opening

  /// What `sealed` holds.
  /// - Throws: `CipherError`.
  public func open(_ sealed: [UInt8], record: String, field: String) throws(CipherError) -> [UInt8] {
    let id = try Cipher.keyID(of: sealed)
    guard let key = ring.subkey(purpose, of: id) else { throw .unknownKey(id) }
    let (header, rest) = (sealed.prefix(1 + KeyID.byteCount), sealed.dropFirst(1 + KeyID.byteCount))
    do {
      return try AESGCM.open(
        Array(rest.dropFirst(AESGCM.nonceByteCount)), key: key, nonce: Array(rest.prefix(AESGCM.nonceByteCount)),
        associated: Cipher.associated(Array(header), record: record, field: field))
    } catch {
      throw .doesNotOpen
    }
  }

  /// The same for a text.
  /// - Throws: `CipherError`; `notText` when what it holds is not UTF-8.
  public func openText(_ sealed: [UInt8], record: String, field: String) throws(CipherError) -> String {
    guard let text = String(validating: try open(sealed, record: record, field: field), as: UTF8.self) else { throw .notText }
    return text
  }

  /// Which key sealed it.
  /// - Throws: `CipherError.notSealed`.
  public static func keyID(of sealed: [UInt8]) throws(CipherError) -> KeyID {
    guard sealed.count >= 1 + KeyID.byteCount + AESGCM.nonceByteCount + AESGCM.tagByteCount, sealed[0] == version else {
      throw .notSealed
    }
    return KeyID(Array(sealed[1...KeyID.byteCount]))
  }

  /// Whether it was sealed with an older key, and should be sealed again after a change of keys.
  public func isOutdated(_ sealed: [UInt8]) throws(CipherError) -> Bool { try Cipher.keyID(of: sealed) != ring.newest }

  private static func associated(_ header: [UInt8], record: String, field: String) -> [UInt8] {
    var data = header
    for part in [record, field] {
      let bytes = Array(part.utf8)
      data += (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) }
      data += bytes
    }
    return data
  }

  // MARK: Finding

  /// What a contact detail is found by without being readable: HMAC-SHA256(key for look-ups, kind ‖ 0 ‖ value), 32 bytes.
  /// - Parameters:
  ///   - value: in normal form, such as a telephone number in E.164.
  ///   - kind: what it is (`telephone`), so that equal values of different kinds do not meet.
  public func lookup(normalized value: String, kind: String = "") -> [UInt8] {
    Cipher.lookup(value, kind, ring.subkey(.contactLookup))
  }

  /// The same under every key, newest first: between a change of keys and the renewal of what is stored, one of them finds it.
  public func lookups(normalized value: String, kind: String = "") -> [[UInt8]] {
    ring.subkeys(.contactLookup).map { Cipher.lookup(value, kind, $0) }
  }

  private static func lookup(_ value: String, _ kind: String, _ key: SecretKey) -> [UInt8] {
    key.hmac(Array(kind.utf8) + [0] + Array(value.utf8))
  }
}

/// Why a sealed field gives nothing back.
public enum CipherError: Error, Sendable, Equatable {
  /// It is too short, or of a format that is not known.
  case notSealed
  /// The ring does not hold the key it was sealed with: the key file is another one, or an older copy.
  case unknownKey(KeyID)
  /// It was changed, or stands in another record or field than it was sealed for.
  case doesNotOpen
  /// What it holds is not UTF-8.
  case notText
}

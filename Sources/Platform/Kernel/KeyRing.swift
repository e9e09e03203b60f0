import Foundation

/// Names one master key of a ring. It is computed from the key and tells nothing about it.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
  let bytes: [UInt8]
  static let byteCount = 4

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Eight hexadecimal digits.
  public var description: String { Hex.encode(bytes) }
}

/// What a key is for. Each purpose has a key of its own, derived from the master key, so that no value made for one is of use in
/// another.
public enum KeyPurpose: String, Sendable, CaseIterable {
  /// Contact details and second-factor secrets at rest.
  case contactEncryption = "contact encryption"
  /// Finding a contact detail by its normalized value.
  case contactLookup = "contact lookup"
  /// Receipts of needs.
  case receipt
  /// Form ids, which are CSRF token and idempotency key in one.
  case formID = "form id"
  /// The cookie of a visitor without an account.
  case visitor
  /// Sessions of people who signed in.
  case session
  /// By how much a public place is displaced from the exact one.
  case placeDisplacement = "place displacement"
  /// Recovery codes at rest.
  case recoveryCode = "recovery code"
  /// Backups of the database.
  case backup
  /// Addresses of records of volunteering.
  case record = "volunteering record"
  /// What other nodes seal for this one.
  case handover
  /// Addresses in mails under which they can be stopped.
  case mailStop = "mail stop"
  /// Secret addresses of calendars.
  case calendar
}

/// All keys of a node: an Ed25519 key that signs, and one or more master keys of which the newest encrypts and all decrypt.
public struct KeyRing: Sendable, CustomStringConvertible, CustomReflectable {
  /// One master key with what is derived from it.
  struct Master: Sendable {
    let id: KeyID
    /// Milliseconds since 1970 UTC.
    let made: Int64
    let secret: SecretKey
    let subkeys: [SecretKey]

    init(secret bytes: [UInt8], made: Int64) {
      secret = SecretKey(bytes)
      self.made = made
      id = KeyID(Array(secret.derived(KeyRing.label("key id")).bytes.prefix(KeyID.byteCount)))
      subkeys = KeyPurpose.allCases.map { [secret] in secret.derived(KeyRing.label($0.rawValue)) }
    }

    func subkey(_ purpose: KeyPurpose) -> SecretKey {
      // `allCases` has the order of the declaration, and so has `subkeys`.
      subkeys[KeyPurpose.allCases.firstIndex(of: purpose) ?? subkeys.endIndex]
    }

    var fingerprint: KeyFingerprint {
      KeyFingerprint(id: id.description, hex: Hex.encode(SHA256.hash(secret.derived(KeyRing.label("fingerprint")).bytes)))
    }
  }

  /// Oldest first; never empty.
  let masters: [Master]
  let signing: SigningKey
  static let secretByteCount = 32

  init(signing: SigningKey, masters: [Master]) {
    precondition(!masters.isEmpty, "a key ring has at least one master key")
    self.signing = signing
    self.masters = masters
  }

  /// New keys, for a new node or a test.
  /// - Parameters:
  ///   - now: milliseconds since 1970 UTC, kept with the key to tell operators its age.
  ///   - random: gives as many unpredictable bytes as it is asked for; it is asked twice for 32.
  public static func generate(at now: Int64, random: (Int) -> [UInt8] = Randomness.system.bytes) -> KeyRing {
    guard let signing = SigningKey(seed: random(secretByteCount)) else { preconditionFailure("a seed has 32 bytes") }
    return KeyRing(signing: signing, masters: [Master(secret: random(secretByteCount), made: now)])
  }

  /// This ring with one more master key, from now on the one that encrypts.
  func rotated(at now: Int64, random: (Int) -> [UInt8]) -> KeyRing {
    var new = Master(secret: random(KeyRing.secretByteCount), made: now)
    // Ids have 32 bits: two keys with one id would make what they encrypted ambiguous.
    while masters.contains(where: { $0.id == new.id }) { new = Master(secret: random(KeyRing.secretByteCount), made: now) }
    return KeyRing(signing: signing, masters: masters + [new])
  }

  // MARK: Keys for one purpose

  /// The id of the key that encrypts.
  public var newest: KeyID { masters[masters.count - 1].id }

  /// All key ids, newest first.
  public var ids: [KeyID] { masters.reversed().map(\.id) }

  /// The newest key for a purpose: what new things are made with.
  public func subkey(_ purpose: KeyPurpose) -> SecretKey { masters[masters.count - 1].subkey(purpose) }

  /// The keys for a purpose, newest first: what older things are checked with.
  public func subkeys(_ purpose: KeyPurpose) -> [SecretKey] { masters.reversed().map { $0.subkey(purpose) } }

  /// The key for a purpose under one key id; nil when the ring does not hold it.
  public func subkey(_ purpose: KeyPurpose, of id: KeyID) -> SecretKey? {
    masters.first { $0.id == id }?.subkey(purpose)
  }

  /// The oldest key for a purpose: for what must come out the same after a change of keys, such as the displacement of a place.
  public func oldestSubkey(_ purpose: KeyPurpose) -> SecretKey { masters[0].subkey(purpose) }

  // MARK: Signing

  /// The node's public Ed25519 key: 32 bytes.
  public var publicKey: [UInt8] { signing.publicKey }

  /// The node's Ed25519 signature of `message` (RFC 8032): 64 bytes.
  public func sign(_ message: [UInt8]) -> [UInt8] { signing.signature(of: message) }

  /// Whether `signature` is the one of `message` by the holder of `publicKey`. A key of a wrong form has signed nothing.
  public static func isSignature(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
    SigningKey.isSignature(signature, of: message, by: publicKey)
  }

  // MARK: Telling rings apart

  /// One fingerprint a key, the signing key's first, then oldest first. The database keeps them; a server whose ring lacks one of
  /// them must not start.
  public var fingerprints: [KeyFingerprint] {
    [KeyFingerprint(id: "signing", hex: Hex.encode(SHA256.hash(publicKey)))] + masters.map(\.fingerprint)
  }

  /// One fingerprint of the whole ring: SHA-256 over `fingerprints`, in hexadecimal.
  public var fingerprint: String {
    let lines = fingerprints.map { "\($0.id) \($0.hex)\n" }.joined()
    return Hex.encode(SHA256.hash(Array(lines.utf8)))
  }

  /// The beginning of its fingerprint.
  public var description: String { "KeyRing(\(fingerprint.prefix(16)))" }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }

  static func label(_ use: String) -> String { "civil-society 1 " + use }
}

/// Tells whether two nodes hold the same key without telling anything about the key.
public struct KeyFingerprint: Sendable, Hashable {
  /// `signing`, or the id of a master key.
  public let id: String
  /// SHA-256 of the public key, or of a value derived from the master key, in 64 hexadecimal digits.
  public let hex: String

  /// A fingerprint that was stored before.
  public init(id: String, hex: String) {
    self.id = id
    self.hex = hex
  }
}

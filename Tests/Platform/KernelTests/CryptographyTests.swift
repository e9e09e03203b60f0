import Testing

@testable import Kernel

@Suite struct CryptographyTests {
  @Test func sha256OfFIPS180() {
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    #expect(Hex.encode(SHA256.hash(Array("abc".utf8))) == abc)
    var hash = SHA256()
    hash.update(Array("a".utf8))
    hash.update([])
    hash.update(Array("bc".utf8))
    #expect(Hex.encode(hash.finish()) == abc)
    // It has begun anew.
    #expect(Hex.encode(hash.finish()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  // Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
  private let half = "feffe9928665731c6d6a8f9467308308"
  private let plain = """
    d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
    """
  private let sealed = """
    522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
    76fc6ece0f4e1768cddf8853bb2d551b
    """

  private var parts: (key: SecretKey, nonce: [UInt8], associated: [UInt8]) {
    (SecretKey(bytes(half + half)), bytes("cafebabefacedbaddecaf888"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
  }

  private func bytes(_ hex: String) -> [UInt8] { Hex.decode(hex) ?? [] }

  @Test func aesGCMTestCase16() throws {
    let (key, nonce, associated) = parts
    #expect(Hex.encode(AESGCM.seal(bytes(plain), key: key, nonce: nonce, associated: associated)) == sealed)
    #expect(Hex.encode(try AESGCM.open(bytes(sealed), key: key, nonce: nonce, associated: associated)) == plain)
  }

  @Test func anEmptyTextIsSealedToo() throws {
    let (key, nonce, _) = parts
    let tag = AESGCM.seal([], key: key, nonce: nonce, associated: [])
    #expect(tag.count == AESGCM.tagByteCount)
    #expect(try AESGCM.open(tag, key: key, nonce: nonce, associated: []) == [])
  }

  @Test func nothingChangedOpens() {
    let (key, nonce, associated) = parts
    let right = bytes(sealed)
    for place in right.indices {
      var wrong = right
      wrong[place] ^= 1
      #expect(throws: AESGCM.DoesNotOpen.self) { try AESGCM.open(wrong, key: key, nonce: nonce, associated: associated) }
    }
    #expect(throws: AESGCM.DoesNotOpen.self) { try AESGCM.open(right, key: key, nonce: nonce, associated: []) }
    #expect(throws: AESGCM.DoesNotOpen.self) { try AESGCM.open([1, 2, 3], key: key, nonce: nonce, associated: []) }
  }

  @Test func aSigningKeyHas32Bytes() {
    #expect(SigningKey(seed: [UInt8](repeating: 1, count: 31)) == nil)
    #expect(!SigningKey.isSignature([UInt8](repeating: 0, count: 64), of: [1], by: [1, 2, 3]))
  }

  /// RFC 7748 §6.1.
  @Test func x25519OfRFC7748() throws {
    let alice = try #require(
      AgreementKey(SecretKey(bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))))
    let bob = try #require(AgreementKey(SecretKey(bytes("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))))
    #expect(Hex.encode(alice.publicKey) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    #expect(Hex.encode(bob.publicKey) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    #expect(alice.agree(with: bob.publicKey).map { Hex.encode($0) } == shared)
    #expect(bob.agree(with: alice.publicKey).map { Hex.encode($0) } == shared)
    // A point that would share the same secret with everybody, and what is no key.
    #expect(alice.agree(with: [UInt8](repeating: 0, count: 32)) == nil)
    #expect(alice.agree(with: [1, 2, 3]) == nil && AgreementKey(SecretKey([1])) == nil)
  }

  @Test func anEnvelopeOpensForItsNodeAlone() throws {
    let (ours, others) = (KeyRing.generate(at: 0), KeyRing.generate(at: 0))
    let envelope = try #require(Envelope(to: ours.address))
    var sealing = envelope.cipher(header: [1])
    let sealed = try sealing.seal(Array("words".utf8), isLast: true)
    var opening = try #require(Envelope(opening: envelope.publicKey, sealedTo: envelope.recipient, ours)).cipher(header: [1])
    #expect(try opening.open(sealed, isLast: true) == Array("words".utf8))
    #expect(Envelope(opening: envelope.publicKey, sealedTo: envelope.recipient, others) == nil)
    // Also after a change of keys.
    let later = ours.rotated(at: 1, random: Randomness.system.bytes)
    #expect(later.address != ours.address && later.address.node == ours.address.node)
    #expect(Envelope(opening: envelope.publicKey, sealedTo: envelope.recipient, later) != nil)
    let another = try #require(Envelope(to: ours.address))
    #expect(another.publicKey != envelope.publicKey)
  }
}

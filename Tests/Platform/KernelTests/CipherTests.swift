import Testing

@testable import Kernel

@Suite struct CipherTests {
  let ring: KeyRing
  let cipher: Cipher

  init() throws {
    ring = KeyRing.generate(at: 0)
    cipher = Cipher(ring)
  }

  @Test func whatIsSealedComesBack() throws {
    var seeded = Seeded(10)
    for count in [0, 1, 15, 16, 17, 1_000] {
      let plain = seeded.bytes(count)
      let sealed = try cipher.seal(plain, record: "contact-1", field: "telephone")
      #expect(sealed.count == count + 33)
      #expect(try cipher.open(sealed, record: "contact-1", field: "telephone") == plain)
    }
    let sealed = try cipher.seal("+254 712 345678 – Achieng", record: "contact-1", field: "telephone")
    #expect(try cipher.openText(sealed, record: "contact-1", field: "telephone") == "+254 712 345678 – Achieng")
  }

  @Test func theSameIsNeverSealedTheSame() throws {
    let sealed = try (0..<100).map { _ in try cipher.seal("x", record: "r", field: "f") }
    #expect(Set(sealed).count == 100)
  }

  @Test func startsWithVersionKeyAndNonce() throws {
    let sealed = try cipher.seal("x", record: "r", field: "f") { [UInt8](repeating: 9, count: $0) }
    #expect(Array(sealed.prefix(17)) == [1] + ring.newest.bytes + [UInt8](repeating: 9, count: 12))
    #expect(try Cipher.keyID(of: sealed) == ring.newest)
  }

  @Test func everyChangedBitIsNoticed() throws {
    let sealed = try cipher.seal("+254712345678", record: "contact-1", field: "telephone")
    for index in sealed.indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[index] ^= 1 << UInt8(bit)
        #expect(throws: CipherError.self) { try cipher.open(changed, record: "contact-1", field: "telephone") }
      }
    }
  }

  @Test func everyCutIsNoticed() throws {
    let sealed = try cipher.seal("+254712345678", record: "contact-1", field: "telephone")
    for count in 0..<33 {
      #expect(throws: CipherError.notSealed) {
        try cipher.open(Array(sealed.prefix(count)), record: "contact-1", field: "telephone")
      }
    }
    for count in 33..<sealed.count {
      #expect(throws: CipherError.doesNotOpen) {
        try cipher.open(Array(sealed.prefix(count)), record: "contact-1", field: "telephone")
      }
    }
    #expect(throws: CipherError.doesNotOpen) { try cipher.open(sealed + [0], record: "contact-1", field: "telephone") }
  }

  @Test(
    "Opens in its own record and field only",
    arguments: [
      ("r2", "telephone"), ("r1", "e-mail"), ("", "r1telephone"), ("r1telephone", ""), ("r1t", "elephone"), ("telephone", "r1"),
    ])
  func isBoundToItsPlace(record: String, field: String) throws {
    let sealed = try cipher.seal("x", record: "r1", field: "telephone")
    #expect(throws: CipherError.doesNotOpen) { try cipher.open(sealed, record: record, field: field) }
  }

  @Test func aNewKeySealsAndTheOldOneStillOpens() throws {
    let sealed = try cipher.seal("x", record: "r", field: "f")
    let later = Cipher(ring.rotated(at: 1, random: Randomness.system.bytes))
    #expect(try later.openText(sealed, record: "r", field: "f") == "x")
    #expect(try later.isOutdated(sealed))
    let again = try later.seal("x", record: "r", field: "f")
    #expect(try !later.isOutdated(again))
    #expect(throws: CipherError.unknownKey(try Cipher.keyID(of: again))) { try cipher.open(again, record: "r", field: "f") }
  }

  @Test func purposesDoNotOpenEachOther() throws {
    let sealed = try Cipher(ring, purpose: .backup).seal("x", record: "r", field: "f")
    #expect(throws: CipherError.doesNotOpen) { try cipher.open(sealed, record: "r", field: "f") }
  }

  @Test func bytesThatAreNoText() throws {
    let sealed = try cipher.seal([0xFF], record: "r", field: "f")
    #expect(throws: CipherError.notText) { try cipher.openText(sealed, record: "r", field: "f") }
  }

  @Test func contactsAreFoundByValueAndKind() throws {
    let found = cipher.lookup(normalized: "+254712345678", kind: "telephone")
    #expect(found.count == 32)
    #expect(found == cipher.lookup(normalized: "+254712345678", kind: "telephone"))
    #expect(found == ring.subkey(.contactLookup).hmac(Array("telephone\u{0}+254712345678".utf8)))
    #expect(found != cipher.lookup(normalized: "+254712345679", kind: "telephone"))
    #expect(found != cipher.lookup(normalized: "+254712345678", kind: "e-mail"))
    #expect(found != Cipher(KeyRing.generate(at: 0)).lookup(normalized: "+254712345678", kind: "telephone"))
    let later = Cipher(ring.rotated(at: 1, random: Randomness.system.bytes))
    #expect(later.lookups(normalized: "+254712345678", kind: "telephone").count == 2)
    #expect(later.lookups(normalized: "+254712345678", kind: "telephone").last == found)
    #expect(
      later.lookups(normalized: "+254712345678", kind: "telephone").first
        == later.lookup(normalized: "+254712345678", kind: "telephone"))
  }
}

import Kernel
import Testing

@Suite struct EncodingTests {
  @Test func base32OfRFC4648() {
    let cases = [
      ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
      ("foobar", "MZXW6YTBOI"),
    ]
    for (plain, encoded) in cases {
      #expect(Base32.encode(Array(plain.utf8)) == encoded)
      #expect(Base32.decode(encoded) == Array(plain.utf8))
    }
    #expect(Base32.decode("mzxw 6ytb oi======") == Array("foobar".utf8))
    #expect(Base32.decode("MZXW1") == nil)
  }

  @Test func base64URLOfRFC4648() {
    let cases = [
      ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, encoded) in cases {
      #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
      #expect(Base64URL.decode(encoded) == Array(plain.utf8))
    }
    #expect(Base64URL.encode([0xFB, 0xFF, 0xBF]) == "-_-_")
  }

  @Test("One text for one sequence of bytes", arguments: ["Zg==", "Zh", "Z", "Zm9v+", "Zm 9v", "Zm9vé"])
  func base64URLIsStrict(text: String) {
    #expect(Base64URL.decode(text) == nil)
  }

  @Test func hexadecimal() {
    #expect(Hex.encode([0x00, 0x9A, 0xFF]) == "009aff")
    #expect(Hex.decode("009AfF") == [0x00, 0x9A, 0xFF])
    #expect(Hex.decode("009") == nil)
    #expect(Hex.decode("0g") == nil)
  }

  @Test func crockfordIsForgiving() {
    let bytes: [UInt8] = [0, 1, 0x42, 0xFF, 0x10]
    let text = Base32Crockford.encode(bytes)
    #expect(text.count == 8)
    #expect(Base32Crockford.decode(text.lowercased()) == bytes)
    #expect(Base32Crockford.decode("  " + text.prefix(3) + " - " + text.dropFirst(3) + ".") == bytes)
    #expect(Base32Crockford.decode("oOiIlL00") == Base32Crockford.decode("00111100"))
    #expect(Base32Crockford.decode("U0000000") == nil)
    // A symbol too many, and bits left over.
    #expect(Base32Crockford.decode("000") == nil)
    #expect(Base32Crockford.decode("01") == nil)
  }

  @Test func everythingComesBack() {
    var seeded = Seeded(1)
    for count in 0...64 {
      let bytes = seeded.bytes(count)
      #expect(Base32.decode(Base32.encode(bytes)) == bytes)
      #expect(Base32Crockford.decode(Base32Crockford.encode(bytes)) == bytes)
      #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
      #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    }
  }

  @Test func comparingInConstantTimeFindsEveryDifference() {
    let bytes = Array(UInt8(0)..<40)
    #expect(constantTimeEquals(bytes, bytes))
    #expect(constantTimeEquals([], []))
    #expect(!constantTimeEquals(bytes, Array(bytes.dropLast())))
    for index in bytes.indices {
      for bit in 0..<8 {
        var other = bytes
        other[index] ^= 1 << UInt8(bit)
        #expect(!constantTimeEquals(bytes, other))
      }
    }
  }
}

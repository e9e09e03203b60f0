import Testing

@testable import Kernel

@Suite struct TOTPTests {
  /// The secret of the RFCs' test values.
  let totp = TOTP(secret: Array("12345678901234567890".utf8))

  @Test(
    "RFC 6238 appendix B",
    arguments: [
      (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
      (2_000_000_000, "69279037"),
      (20_000_000_000, "65353130"),
    ] as [(Int64, String)])
  func rfc6238(seconds: Int64, code: String) {
    #expect(totp.code(counter: TOTP.counter(at: seconds * 1000), digits: 8) == code)
  }

  @Test func rfc4226AppendixD() {
    let codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
    #expect((0..<10).map { totp.code(counter: $0) } == codes)
  }

  @Test func aCodeHoldsForOnePeriodEitherWay() {
    let code = totp.code(counter: 100)
    let start: Int64 = 100 * 30_000
    #expect(totp.matchingCounter(for: code, at: start - 30_001) == nil)
    #expect(totp.matchingCounter(for: code, at: start - 30_000) == 100)
    #expect(totp.matchingCounter(for: code, at: start) == 100)
    #expect(totp.matchingCounter(for: code, at: start + 59_999) == 100)
    #expect(totp.matchingCounter(for: code, at: start + 60_000) == nil)
  }

  @Test func aCodeIsTakenOnce() {
    let code = totp.code(counter: 100)
    let now: Int64 = 100 * 30_000
    #expect(totp.matchingCounter(for: code, at: now, after: 99) == 100)
    #expect(totp.matchingCounter(for: code, at: now, after: 100) == nil)
    #expect(totp.matchingCounter(for: totp.code(counter: 99), at: now, after: 100) == nil)
    #expect(totp.matchingCounter(for: totp.code(counter: 101), at: now, after: 100) == 101)
  }

  @Test(arguments: ["520489", "520 489", " 520489\n", "٥٢٠٤٨٩", "५२०४८९", "\u{200F}520489"])
  func digitsOfEveryScript(typed: String) {
    #expect(totp.matchingCounter(for: typed, at: 9 * 30_000) == 9)
  }

  @Test(arguments: ["", "52048", "5204890", "520-489", "52048O", "520480", "½20489"])
  func otherTextsAreNoCode(typed: String) {
    #expect(totp.matchingCounter(for: typed, at: 9 * 30_000) == nil)
  }

  @Test func theSecretForAnApp() {
    #expect(totp.secretText == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")
    #expect(
      totp.uri(issuer: "Nœud: Lima", account: "ana@example.org")
        == "otpauth://totp/N%C5%93ud%20%20Lima:ana%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        + "&issuer=N%C5%93ud%20%20Lima&algorithm=SHA1&digits=6&period=30")
    #expect(TOTP.generate().secret.count == 20)
    #expect(TOTP.generate().secret != TOTP.generate().secret)
  }

  @Test func printingShowsNoSecret() {
    var dumped = "\(totp)"
    dump(totp, to: &dumped)
    #expect(!dumped.contains("49"))
    #expect(dumped.hasPrefix("TOTP(…)"))
  }
}

@Suite struct RecoveryCodesTests {
  let ring: KeyRing
  let codes: RecoveryCodes

  init() throws {
    ring = KeyRing.generate(at: 0)
    codes = RecoveryCodes(ring)
  }

  @Test func tenAreMade() {
    let (printed, stored) = codes.generate(for: "person-1")
    #expect(Set(printed).count == 10)
    #expect(Set(stored).count == 10)
    for code in printed { #expect(code.split(separator: "-").map(\.count) == [4, 4, 4, 4]) }
  }

  @Test func eachIsFoundHoweverItIsTyped() {
    let (printed, stored) = codes.generate(for: "person-1")
    for (index, code) in printed.enumerated() {
      #expect(codes.match(code, for: "person-1", among: stored) == index)
      #expect(codes.match(code.lowercased().replacing("-", with: " "), for: "person-1", among: stored) == index)
      #expect(codes.match(code.replacing("0", with: "o").replacing("1", with: "I"), for: "person-1", among: stored) == index)
    }
  }

  @Test func eachOpensOnce() throws {
    var (printed, stored) = codes.generate(for: "person-1")
    let index = try #require(codes.match(printed[3], for: "person-1", among: stored))
    stored.remove(at: index)
    #expect(codes.match(printed[3], for: "person-1", among: stored) == nil)
    #expect(codes.match(printed[4], for: "person-1", among: stored) == 3)
  }

  @Test func othersAreRefused() throws {
    let (printed, stored) = codes.generate(for: "person-1")
    #expect(codes.match(printed[0], for: "person-2", among: stored) == nil)
    #expect(codes.match("0000-0000-0000-0000", for: "person-1", among: stored) == nil)
    #expect(codes.match("", for: "person-1", among: stored) == nil)
    #expect(codes.match(printed[0] + "0", for: "person-1", among: stored) == nil)
    #expect(codes.match(printed[0], for: "person-1", among: []) == nil)
    #expect(RecoveryCodes(KeyRing.generate(at: 0)).match(printed[0], for: "person-1", among: stored) == nil)
  }

  @Test func paperOutlivesAChangeOfKeys() {
    let (printed, stored) = codes.generate(for: "person-1")
    let later = RecoveryCodes(ring.rotated(at: 1, random: Randomness.system.bytes))
    #expect(later.match(printed[9], for: "person-1", among: stored) == 9)
  }

  @Test func whatIsStoredIsNotTheCode() {
    let (printed, stored) = codes.generate(for: "person-1")
    for (code, hash) in zip(printed, stored) {
      #expect(hash.count == 32)
      #expect(Base32Crockford.decode(code) != Array(hash.prefix(10)))
    }
  }
}

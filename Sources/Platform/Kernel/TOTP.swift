import Foundation

/// The second factor of an authenticator app: six digits that change every thirty seconds (RFC 6238 with HMAC-SHA-1, the one
/// variant that every app knows).
public struct TOTP: Sendable, CustomStringConvertible, CustomReflectable {
  /// To be kept sealed (`Cipher`).
  public let secret: [UInt8]

  /// Seconds for which one code holds (RFC 6238 §5.2).
  public static let period: Int64 = 30
  /// How many periods a clock may be off, either way (RFC 6238 §6 recommends one for the way of the message).
  public static let window: Int64 = 1
  /// Digits of a code.
  public static let digitCount = 6

  /// - Parameter secret: 20 bytes for new ones (RFC 4226 §4, R6).
  public init(secret: [UInt8]) {
    self.secret = secret
  }

  /// A new secret.
  /// - Parameter random: gives as many unpredictable bytes as it is asked for; twenty are taken.
  public static func generate(random: (Int) -> [UInt8] = Randomness.system.bytes) -> TOTP {
    TOTP(secret: random(20))
  }

  /// The number of the period in which a moment lies.
  /// - Parameter now: milliseconds since 1970 UTC.
  public static func counter(at now: Int64) -> Int64 { now / (period * 1000) }

  /// The code of a period.
  public func code(counter: Int64) -> String { code(counter: counter, digits: TOTP.digitCount) }

  /// HOTP (RFC 4226 §5.3).
  func code(counter: Int64, digits: Int) -> String {
    let message = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * Int64($0))) }
    let hash = SecretKey(secret).hmacSHA1(message)
    let offset = Int(hash[hash.count - 1] & 15)
    let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
    let text = String(number % modulus)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// The period whose code was typed.
  /// - Parameters:
  ///   - typed: digits of any script; white space is skipped.
  ///   - now: milliseconds since 1970 UTC.
  ///   - last: the period that was matched last, which is to be stored: its code and older ones are refused, so that nobody who
  ///     saw it typed can use it again (RFC 6238 §5.2).
  /// - Returns: nil when it is the code of no period within the window.
  public func matchingCounter(for typed: String, at now: Int64, after last: Int64? = nil) -> Int64? {
    guard let typed = TOTP.digits(of: typed) else { return nil }
    let current = TOTP.counter(at: now)
    var match: Int64?
    // All are compared, so that the time does not tell which one it was.
    for counter in current - TOTP.window...current + TOTP.window
    where constantTimeEquals(Array(code(counter: counter).utf8), typed) {
      if last.map({ counter > $0 }) ?? true { match = counter }
    }
    return match
  }

  private static func digits(of typed: String) -> [UInt8]? {
    guard typed.utf8.count <= 64 else { return nil }
    var digits: [UInt8] = []
    for scalar in typed.unicodeScalars where !scalar.properties.isWhitespace && scalar.properties.generalCategory != .format {
      guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue else { return nil }
      digits.append(UInt8(ascii: "0") + UInt8(value))
    }
    return digits.count == digitCount ? digits : nil
  }

  /// The secret to type into an app by hand: base 32 in groups of four.
  public var secretText: String {
    let symbols = Array(Base32.encode(secret))
    return stride(from: 0, to: symbols.count, by: 4).map { String(symbols[$0..<min($0 + 4, symbols.count)]) }.joined(
      separator: " ")
  }

  /// What the QR code for an app holds (https://github.com/google/google-authenticator/wiki/Key-Uri-Format). It is a secret.
  /// - Parameters:
  ///   - issuer: the name of the node.
  ///   - account: the name of the account there.
  public func uri(issuer: String, account: String) -> String {
    // A colon parts issuer and account, so neither may hold one.
    let issuer = TOTP.escaped(issuer.replacing(":", with: " "))
    let account = TOTP.escaped(account.replacing(":", with: " "))
    return "otpauth://totp/\(issuer):\(account)?secret=\(Base32.encode(secret))&issuer=\(issuer)"
      + "&algorithm=SHA1&digits=\(TOTP.digitCount)&period=\(TOTP.period)"
  }

  /// Percent-encodes all but the unreserved characters of RFC 3986 §2.3.
  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes += Array(Hex.encode([byte]).uppercased().utf8)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Says nothing about the secret.
  public var description: String { "TOTP(…)" }
  /// Nothing, so that `dump` shows nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

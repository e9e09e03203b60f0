/// What a form carries so that it can be sent once, and only by the visitor it was shown to: CSRF token and idempotency key in
/// one.
///
/// Its text is base64url, 52 signs, of: version (1 byte) ‖ nonce (16) ‖ milliseconds since 1970 (6) ‖ the first 16 bytes of
/// HMAC-SHA256(key for form ids, version ‖ nonce ‖ time ‖ visitor).
public struct FormID: Sendable, Hashable {
  /// What stands in the form.
  public let text: String
  /// When the form was shown, in milliseconds since 1970 UTC.
  public let issued: Int64
  /// The 128 random bits in base64url: the idempotency key.
  public let key: String

  /// Thirty days, in milliseconds. It must not be more than idempotency keys are kept for: an older form could act twice.
  public static let longestAge: Int64 = 30 * 24 * 3_600_000

  /// Why a form is not taken.
  public enum Fault: Error, Sendable, Equatable {
    /// It has no form id, or a cut one.
    case malformed
    /// It was made for another visitor, on another node, or by nobody.
    case notYours
    /// It was shown too long ago.
    case expired
  }

  /// A new form id.
  /// - Parameters:
  ///   - visitor: the id in the visitor's cookie.
  ///   - now: milliseconds since 1970 UTC.
  ///   - ring: the node's keys.
  ///   - random: gives as many unpredictable bytes as it is asked for; sixteen are taken.
  public init(for visitor: String, at now: Int64, keys ring: KeyRing, random: (Int) -> [UInt8] = Randomness.system.bytes) {
    let body = [FormID.version] + random(FormID.nonceByteCount).prefix(FormID.nonceByteCount) + FormID.bytes(of: now)
    self.init(body: body, text: Base64URL.encode(body + FormID.code(body, visitor, ring.subkey(.formID))))
  }

  /// The form id that came back with a form.
  /// - Parameters:
  ///   - text: as it came.
  ///   - visitor: the id in the cookie that came with it.
  ///   - now: milliseconds since 1970 UTC.
  ///   - ring: the node's keys; every one is tried.
  ///   - longestAge: in milliseconds.
  /// - Throws: `Fault`.
  public init(
    checking text: String, for visitor: String, at now: Int64, keys ring: KeyRing, longestAge: Int64 = FormID.longestAge
  ) throws(Fault) {
    guard text.utf8.count == FormID.textLength, let bytes = Base64URL.decode(text), bytes[0] == FormID.version else {
      throw .malformed
    }
    let body = Array(bytes.prefix(FormID.bodyByteCount))
    let code = Array(bytes.dropFirst(FormID.bodyByteCount))
    let isOurs = ring.subkeys(.formID).reduce(false) { found, key in
      constantTimeEquals(FormID.code(body, visitor, key), code) || found
    }
    guard isOurs else { throw .notYours }
    self.init(body: body, text: text)
    // A form from the future means that the node's clock was put back, which happens to laptops: it is as good as one from the
    // past.
    guard abs(now - issued) <= longestAge else { throw .expired }
  }

  private init(body: [UInt8], text: String) {
    self.text = text
    key = Base64URL.encode(Array(body[1...FormID.nonceByteCount]))
    issued = body.suffix(FormID.timeByteCount).reduce(0) { $0 << 8 | Int64($1) }
  }

  private static let version: UInt8 = 1
  private static let nonceByteCount = 16
  private static let timeByteCount = 6
  private static let codeByteCount = 16
  private static let bodyByteCount = 1 + nonceByteCount + timeByteCount
  private static let textLength = (bodyByteCount + codeByteCount) * 4 / 3

  private static func bytes(of time: Int64) -> [UInt8] {
    (0..<timeByteCount).map { UInt8(truncatingIfNeeded: time >> (40 - 8 * Int64($0))) }
  }

  private static func code(_ body: [UInt8], _ visitor: String, _ key: SecretKey) -> [UInt8] {
    Array(key.hmac(body + Array(visitor.utf8)).prefix(codeByteCount))
  }
}

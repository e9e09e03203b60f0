/// The public code of a need: it names the need and grants nothing.
///
/// `N-` and eight symbols of Crockford's base 32, of which seven are random (35 bits) and the last is a check, as in
/// `N-7K2Q-F4X7`. The check is Luhn's algorithm modulo 32 (https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm): it finds every
/// single wrong symbol and every exchange of two neighbours but that of 0 and Z.
public struct Code: Hashable, Sendable, CustomStringConvertible {
  /// The eight symbols, five bits each, the first one highest.
  private let bits: UInt64

  /// Why a text is no code.
  public enum Mistake: Error, Sendable, Equatable {
    /// It does not look like a code at all.
    case notACode
    /// It looks like a code, but the check fails: a symbol was misread or left out.
    case mistyped
  }

  /// A new code.
  /// - Parameter random: gives as many unpredictable bytes as it is asked for; five are taken.
  public static func random(_ random: (Int) -> [UInt8] = Randomness.system.bytes) -> Code {
    Code(payload: random(5).prefix(5).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// The code whose seven free symbols are the lowest 35 bits of `payload`.
  init(payload: UInt64) {
    let payload = payload & 0x7_FFFF_FFFF
    bits = payload << 5 | Code.check(payload)
  }

  /// The code that a person typed.
  ///
  /// Hyphens, spaces and case do not matter; O is read as 0, I and L as 1; the `N` may be left out.
  /// - Throws: `Mistake`. Eight letters without the `N` and without any digit are a word, not a mistyped code.
  public init(parsing text: some StringProtocol) throws(Mistake) {
    // A code with a hyphen after every symbol and marks around it is still shorter than this.
    guard text.utf8.count <= 128, let values = Base32Crockford.values(in: text, atMost: 9) else { throw .notACode }
    switch values.count {
    case 9 where values[0] == Code.prefixValue:
      guard let code = Code(checking: values.dropFirst()) else { throw .mistyped }
      self = code
    case 8:
      if let code = Code(checking: values[...]) {
        self = code
      } else {
        let hasDigit = text.unicodeScalars.contains { $0.properties.numericType == .decimal }
        throw hasDigit ? .mistyped : .notACode
      }
    default:
      throw .notACode
    }
  }

  /// The code in the form it is stored in (`N7K2QF4X7`); nil when that is not the form, or its check fails.
  public init?(canonical: some StringProtocol) {
    guard let code = try? Code(parsing: canonical), code.canonical == canonical else { return nil }
    self = code
  }

  private init?(checking values: ArraySlice<UInt8>) {
    let bits = values.reduce(0) { $0 << 5 | UInt64($1) }
    guard Code.check(bits >> 5) == bits & 31 else { return nil }
    self.bits = bits
  }

  /// The stored form, without hyphens: `N7K2QF4X7`.
  public var canonical: String {
    String(decoding: [UInt8(ascii: "N")] + symbols, as: UTF8.self)
  }

  /// The form shown to people: `N-7K2Q-F4X7`.
  public var description: String {
    let hyphen = [UInt8(ascii: "-")]
    return String(decoding: [UInt8(ascii: "N")] + hyphen + symbols.prefix(4) + hyphen + symbols.suffix(4), as: UTF8.self)
  }

  private var symbols: [UInt8] {
    (0..<8).map { Base32Crockford.symbols[Int(bits >> (35 - 5 * UInt64($0)) & 31)] }
  }

  private static let prefixValue = Base32Crockford.value(of: "N")

  /// Luhn modulo 32 over the seven symbols of `payload`: every second one, from the right, counts double, with the digits of the
  /// doubled value in base 32 added up.
  private static func check(_ payload: UInt64) -> UInt64 {
    var sum: UInt64 = 0
    for position in 0..<7 {
      let value = payload >> (5 * UInt64(position)) & 31
      let weighed = position.isMultiple(of: 2) ? value * 2 : value
      sum += weighed / 32 + weighed % 32
    }
    return (32 - sum % 32) % 32
  }
}

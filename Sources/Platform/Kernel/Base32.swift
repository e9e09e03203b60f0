/// Crockford's base 32: digits and capital letters without I, L, O and U, so that people can read it aloud and copy it by hand.
/// Source: https://www.crockford.com/base32.html
public enum Base32Crockford {
  /// The 32 symbols in the order of their values.
  static let symbols: [UInt8] = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// The value of a symbol as a person may have typed it, or nil.
  ///
  /// Lower case counts as upper case, O as 0, I and L as 1. Decimal digits of any script count as digits, because a phone set to
  /// Arabic or Bengali types its own; so do the full-width letters of East Asian keyboards.
  static func value(of scalar: Unicode.Scalar) -> UInt8? {
    var code = scalar.value
    if code >= 0x80 {
      if scalar.properties.numericType == .decimal, let digit = scalar.properties.numericValue { return UInt8(digit) }
      guard (0xFF21...0xFF5A).contains(code) else { return nil }
      code -= 0xFEE0
    }
    return code < 0x80 ? table[Int(code)] : nil
  }

  private static let table: [UInt8?] = {
    var table = [UInt8?](repeating: nil, count: 128)
    for (value, symbol) in symbols.enumerated() {
      table[Int(symbol)] = UInt8(value)
      if symbol >= UInt8(ascii: "A") { table[Int(symbol) + 32] = UInt8(value) }
    }
    for letter in "Oo".utf8 { table[Int(letter)] = 0 }
    for letter in "IiLl".utf8 { table[Int(letter)] = 1 }
    return table
  }()

  /// The symbols for `bytes`, first bit first; the last symbol is filled up with zero bits. No padding signs.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count * 8 + 4) / 5)
    eachFiveBits(of: bytes) { text.append(symbols[Int($0)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes that `text` stands for, read as forgivingly as a hand-copied code: hyphens, spaces and invisible marks are
  /// skipped.
  /// - Returns: nil when another sign occurs, or when the length or the bits left over are those of no whole number of bytes.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    guard let values = values(in: text, atMost: .max) else { return nil }
    return bytes(ofFiveBits: values)
  }

  /// The values of the symbols in `text`, or nil when something else is among them or when there are more than `longest`.
  ///
  /// Skipped are white space, dashes of every kind, and invisible format characters such as the direction marks that
  /// come along when a code is copied out of Arabic text; and other punctuation at either end, as of a sentence.
  static func values(in text: some StringProtocol, atMost longest: Int) -> [UInt8]? {
    var values: [UInt8] = []
    var ended = false
    for scalar in text.unicodeScalars {
      if let value = value(of: scalar) {
        guard !ended, values.count < longest else { return nil }
        values.append(value)
      } else if isSeparator(scalar) {
        continue
      } else if isPunctuation(scalar) {
        if !values.isEmpty { ended = true }
      } else {
        return nil
      }
    }
    return values
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isWhitespace || scalar == "_" || scalar == "\u{2212}" { return true }
    switch scalar.properties.generalCategory {
    case .dashPunctuation, .format: return true
    default: return false
    }
  }

  private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation: true
    default: false
    }
  }
}

/// The base 32 of RFC 4648 §6 without padding: what authenticator apps read a secret in.
public enum Base32 {
  private static let symbols: [UInt8] = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  /// Capital letters and digits, no padding.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    eachFiveBits(of: bytes) { text.append(symbols[Int($0)]) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of `text`, in upper or lower case, with or without spaces and padding; nil when it is no base 32.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    var values: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): values.append(byte - UInt8(ascii: "A"))
      case UInt8(ascii: "a")...UInt8(ascii: "z"): values.append(byte - UInt8(ascii: "a"))
      case UInt8(ascii: "2")...UInt8(ascii: "7"): values.append(byte - UInt8(ascii: "2") + 26)
      case UInt8(ascii: " "), UInt8(ascii: "="), UInt8(ascii: "-"): continue
      default: return nil
      }
    }
    return bytes(ofFiveBits: values)
  }
}

/// Calls `body` with each five bits of `bytes`, first bit first, the last ones filled up with zeros.
private func eachFiveBits(of bytes: [UInt8], _ body: (UInt8) -> Void) {
  var held: UInt32 = 0
  var count = 0
  for byte in bytes {
    held = held << 8 | UInt32(byte)
    count += 8
    while count >= 5 {
      count -= 5
      body(UInt8(held >> UInt32(count) & 31))
    }
  }
  if count > 0 { body(UInt8(held << UInt32(5 - count) & 31)) }
}

/// The reverse of `eachFiveBits`; nil when the bits left over are not zero or make up a whole symbol.
private func bytes(ofFiveBits values: [UInt8]) -> [UInt8]? {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(values.count * 5 / 8)
  var held: UInt32 = 0
  var count = 0
  for value in values {
    held = held << 5 | UInt32(value)
    count += 5
    if count >= 8 {
      count -= 8
      bytes.append(UInt8(held >> UInt32(count) & 255))
    }
  }
  let leftOver = held & (1 << UInt32(count) - 1)
  return count < 5 && leftOver == 0 ? bytes : nil
}

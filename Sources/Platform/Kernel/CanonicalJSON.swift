// The one form in which a JSON value is written (RFC 8785, "JCS"): no white space, members by the UTF-16 code units of their
// keys, numbers as ECMAScript writes them. Equal values give equal bytes, so that they can be hashed and signed.

/// Why a value has no canonical form.
public enum JSONEncodingError: Error, Sendable, Equatable {
  /// JSON has no infinities and no not-a-number.
  case notFinite
  /// An integer beyond ±(2⁵³ − 1), which readers would round. Put it into a text (RFC 8785 appendix D).
  case integerTooLarge(Int)
  /// More than `JSON.deepest` arrays and objects in each other.
  case tooDeep
}

extension JSON {
  /// The canonical bytes, in UTF-8.
  public func encoded() throws(JSONEncodingError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    try encode(into: &bytes)
    return bytes
  }

  /// Appends the canonical bytes to `bytes`, which holds a part of them when an error is thrown.
  public func encode(into bytes: inout [UInt8]) throws(JSONEncodingError) {
    try append(to: &bytes, deeper: JSON.deepest)
  }

  private func append(to bytes: inout [UInt8], deeper: Int) throws(JSONEncodingError) {
    switch self {
    case .null:
      bytes.append(contentsOf: "null".utf8)
    case .bool(let value):
      bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    case .int(let value):
      guard value.magnitude <= UInt(JSON.greatestInteger) else { throw .integerTooLarge(value) }
      JSON.append(value, to: &bytes)
    case .double(let value):
      guard value.isFinite else { throw .notFinite }
      JSON.append(value, to: &bytes)
    case .string(let text):
      JSON.append(text, to: &bytes)
    case .array(let elements):
      guard deeper > 0 else { throw .tooDeep }
      bytes.append(UInt8(ascii: "["))
      for index in elements.indices {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        try elements[index].append(to: &bytes, deeper: deeper - 1)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let object):
      guard deeper > 0 else { throw .tooDeep }
      bytes.append(UInt8(ascii: "{"))
      for index in object.members.indices {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        JSON.append(object.members[index].key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        try object.members[index].value.append(to: &bytes, deeper: deeper - 1)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  // MARK: Texts

  /// RFC 8785 §3.2.2.2: quotation mark, backslash and the controls below U+0020 are escaped, nothing else.
  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    let done: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped($0, to: &bytes) }
    if done == nil { Array(text.utf8).withUnsafeBufferPointer { appendEscaped($0, to: &bytes) } }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Copies runs that need no escape at once.
  private static func appendEscaped(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    var start = 0
    for index in text.indices {
      let byte = text[index]
      if byte >= 0x20 && byte != 0x22 && byte != 0x5C { continue }
      bytes.append(contentsOf: text[start..<index])
      start = index + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x22, 0x5C: bytes.append(byte)
      case 0x08: bytes.append(UInt8(ascii: "b"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0C: bytes.append(UInt8(ascii: "f"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      default:
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(UInt8(ascii: "0") + (byte >> 4))
        bytes.append(byte & 15 < 10 ? UInt8(ascii: "0") + (byte & 15) : UInt8(ascii: "a") + (byte & 15) - 10)
      }
    }
    bytes.append(contentsOf: text[start...])
  }

  // MARK: Numbers

  private static func append(_ value: Int, to bytes: inout [UInt8]) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = value.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// The text ECMAScript gives a number (ECMA-262, Number::toString with radix 10): the fewest digits that read back as the same
  /// number.
  static func append(_ value: Double, to bytes: inout [UInt8]) {
    if value == 0 {  // and -0
      bytes.append(UInt8(ascii: "0"))
      return
    }
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    // Swift prints the same fewest digits, closest to the number, in another layout.
    let (digits, point) = shortestDigits(of: value.magnitude)
    let zero = UInt8(ascii: "0")
    switch point {
    case 1...21 where point >= digits.count:
      bytes.append(contentsOf: digits)
      bytes.append(contentsOf: repeatElement(zero, count: point - digits.count))
    case 1...21:
      bytes.append(contentsOf: digits[..<point])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[point...])
    case -5...0:
      bytes.append(contentsOf: [zero, UInt8(ascii: ".")])
      bytes.append(contentsOf: repeatElement(zero, count: -point))
      bytes.append(contentsOf: digits)
    default:
      bytes.append(digits[0])
      if digits.count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: digits[1...])
      }
      bytes.append(UInt8(ascii: "e"))
      if point > 0 { bytes.append(UInt8(ascii: "+")) }
      append(point - 1, to: &bytes)
    }
  }

  /// The significant digits of a positive number, and where its decimal point stands, counted from before the first digit.
  private static func shortestDigits(of value: Double) -> (digits: [UInt8], point: Int) {
    var digits: [UInt8] = []
    var point: Int?
    var exponent = 0
    let text = Array(value.description.utf8)
    var index = 0
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: ".") {
        point = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
      }
      index += 1
    }
    var place = (point ?? digits.count) + exponent
    let zero = UInt8(ascii: "0")
    while digits.count > 1, digits[digits.count - 1] == zero { digits.removeLast() }
    let leading = digits.prefix { $0 == zero }.count
    digits.removeFirst(leading)
    place -= leading
    return (digits, place)
  }
}

extension JSON: CustomStringConvertible {
  /// The canonical text, or what keeps the value from having one.
  public var description: String {
    do {
      return String(decoding: try encoded(), as: UTF8.self)
    } catch {
      return "JSON(\(error))"
    }
  }
}

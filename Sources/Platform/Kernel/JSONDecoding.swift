/// Why bytes are no JSON that we take, and where.
public struct JSONDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: Sendable, Equatable {
    /// More bytes than the limit.
    case tooLarge(limit: Int)
    /// More than `JSON.deepest` arrays and objects in each other.
    case tooDeep
    /// Another sign stands where a value, a comma, a colon or an end belongs.
    case unexpected
    /// The bytes end inside the value.
    case unexpectedEnd
    /// Something follows the value.
    case moreThanOneValue
    /// An object has this key twice; the offset is that of the object.
    case duplicateKey(String)
    /// The text that begins at the offset is not UTF-8.
    case invalidUTF8
    /// Half of a surrogate pair, which is no character.
    case loneSurrogate
    /// A backslash with something else behind it than JSON knows.
    case invalidEscape
    /// A control character inside a text must be escaped.
    case controlCharacter
    /// Digits are missing where a number needs them, or there are more than 128 signs.
    case invalidNumber
    /// A number that cannot be kept: too large, or a whole number that would be rounded.
    case numberOutOfRange
  }

  /// What is wrong.
  public let kind: Kind
  /// In bytes, from the start.
  public let offset: Int

  /// - Parameters:
  ///   - kind: what is wrong.
  ///   - offset: in bytes, from the start.
  public init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  /// What is wrong and where, for a programmer.
  public var description: String {
    let what =
      switch kind {
      case .tooLarge(let limit): "more than \(limit) bytes"
      case .tooDeep: "more than \(JSON.deepest) levels"
      case .unexpected: "a sign that does not belong here"
      case .unexpectedEnd: "the text ends too early"
      case .moreThanOneValue: "something follows the value"
      case .duplicateKey(let key): "the key \"\(key)\" occurs twice"
      case .invalidUTF8: "not UTF-8"
      case .loneSurrogate: "half of a surrogate pair"
      case .invalidEscape: "an unknown escape"
      case .controlCharacter: "a control character that is not escaped"
      case .invalidNumber: "not a number"
      case .numberOutOfRange: "a number that cannot be kept exactly"
      }
    return "\(what), at byte \(offset)"
  }
}

extension JSON {
  /// Reads JSON strictly (RFC 8259, and RFC 7493 for keys, texts and numbers).
  ///
  /// Refused are: duplicate keys, invalid UTF-8, lone surrogates, a byte order mark, levels beyond `JSON.deepest`, numbers beyond
  /// the range of `Double`, and whole numbers beyond ±(2⁵³ − 1) unless written exactly as ECMAScript would write them.
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - limit: how many bytes are taken; one mebibyte unless said otherwise.
  public init(decoding bytes: [UInt8], limit: Int = 1 << 20) throws(JSONDecodingError) {
    guard bytes.count <= limit else { throw JSONDecodingError(.tooLarge(limit: limit), at: limit) }
    var reader = JSONReader(bytes: bytes)
    self = try reader.whole()
  }

  /// The same for a text.
  public init(decoding text: String, limit: Int = 1 << 20) throws(JSONDecodingError) {
    try self.init(decoding: Array(text.utf8), limit: limit)
  }
}

/// Reads one JSON text from its first byte to its last.
private struct JSONReader {
  let bytes: [UInt8]
  var at = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func whole() throws(JSONDecodingError) -> JSON {
    skipSpace()
    let value = try value(deeper: JSON.deepest)
    skipSpace()
    guard at == bytes.count else { throw error(.moreThanOneValue) }
    return value
  }

  private func error(_ kind: JSONDecodingError.Kind) -> JSONDecodingError { JSONDecodingError(kind, at: at) }

  private func peek() throws(JSONDecodingError) -> UInt8 {
    guard at < bytes.count else { throw error(.unexpectedEnd) }
    return bytes[at]
  }

  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
  }

  private mutating func value(deeper: Int) throws(JSONDecodingError) -> JSON {
    switch try peek() {
    case UInt8(ascii: "{"): return try object(deeper: deeper)
    case UInt8(ascii: "["): return try array(deeper: deeper)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw error(.unexpected)
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONDecodingError) -> JSON {
    for index in 0..<word.utf8CodeUnitCount {
      guard try peek() == word.utf8Start[index] else { throw error(.unexpected) }
      at += 1
    }
    return value
  }

  private mutating func array(deeper: Int) throws(JSONDecodingError) -> JSON {
    guard deeper > 0 else { throw error(.tooDeep) }
    at += 1
    var elements: [JSON] = []
    skipSpace()
    if try peek() == UInt8(ascii: "]") {
      at += 1
      return .array(elements)
    }
    while true {
      skipSpace()
      elements.append(try value(deeper: deeper - 1))
      if try !comma(orEnd: UInt8(ascii: "]")) { return .array(elements) }
    }
  }

  private mutating func object(deeper: Int) throws(JSONDecodingError) -> JSON {
    guard deeper > 0 else { throw error(.tooDeep) }
    let start = at
    at += 1
    var members: [JSON.Object.Member] = []
    skipSpace()
    if try peek() == UInt8(ascii: "}") {
      at += 1
      return .object(JSON.Object())
    }
    while true {
      skipSpace()
      guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpected) }
      let key = try string()
      skipSpace()
      guard try peek() == UInt8(ascii: ":") else { throw error(.unexpected) }
      at += 1
      skipSpace()
      members.append((key, try value(deeper: deeper - 1)))
      if try !comma(orEnd: UInt8(ascii: "}")) { break }
    }
    let (object, twice) = JSON.Object.unique(members)
    guard let object else { throw JSONDecodingError(.duplicateKey(twice ?? ""), at: start) }
    return .object(object)
  }

  /// Whether another one follows.
  private mutating func comma(orEnd end: UInt8) throws(JSONDecodingError) -> Bool {
    skipSpace()
    let byte = try peek()
    guard byte == end || byte == UInt8(ascii: ",") else { throw error(.unexpected) }
    at += 1
    return byte != end
  }

  // MARK: Texts

  private mutating func string() throws(JSONDecodingError) -> String {
    at += 1
    let start = at
    while true {
      let byte = try peek()
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
      guard byte >= 0x20 else { throw error(.controlCharacter) }
      at += 1
    }
    defer { at += 1 }
    return try text(bytes[start..<at], from: start)
  }

  /// The rest of a text whose first escape stands at `at`.
  private mutating func escapedString(from start: Int) throws(JSONDecodingError) -> String {
    var found = Array(bytes[start..<at])
    while true {
      let byte = try peek()
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return try text(found[...], from: start)
      case UInt8(ascii: "\\"):
        at += 1
        try appendEscape(to: &found)
      case 0x20...:
        found.append(byte)
        at += 1
      default:
        throw error(.controlCharacter)
      }
    }
  }

  private func text(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONDecodingError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else { throw JSONDecodingError(.invalidUTF8, at: start) }
    return text
  }

  private mutating func appendEscape(to found: inout [UInt8]) throws(JSONDecodingError) {
    let byte = try peek()
    let plain: UInt8? =
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
      case UInt8(ascii: "b"): 0x08
      case UInt8(ascii: "t"): 0x09
      case UInt8(ascii: "n"): 0x0A
      case UInt8(ascii: "f"): 0x0C
      case UInt8(ascii: "r"): 0x0D
      default: nil
      }
    if let plain {
      at += 1
      found.append(plain)
      return
    }
    guard byte == UInt8(ascii: "u") else { throw error(.invalidEscape) }
    let start = at - 1
    at += 1
    let first = try fourDigits()
    var value = UInt32(first)
    if UTF16.isLeadSurrogate(first) {
      guard at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"), bytes[at + 1] == UInt8(ascii: "u") else {
        throw JSONDecodingError(.loneSurrogate, at: start)
      }
      at += 2
      let second = try fourDigits()
      guard UTF16.isTrailSurrogate(second) else { throw JSONDecodingError(.loneSurrogate, at: start) }
      value = 0x10000 + ((UInt32(first) - 0xD800) << 10) + (UInt32(second) - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else { throw JSONDecodingError(.loneSurrogate, at: start) }
    found.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  private mutating func fourDigits() throws(JSONDecodingError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      let byte = try peek()
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
      default: throw error(.invalidEscape)
      }
      at += 1
    }
    return value
  }

  // MARK: Numbers

  /// Longer than any number ECMAScript writes; more digits would carry nothing.
  private static let longestNumber = 128

  private mutating func number() throws(JSONDecodingError) -> JSON {
    let start = at
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    if try peek() == UInt8(ascii: "0") { at += 1 } else { try digits() }
    var isWhole = true
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
      isWhole = false
      at += 1
      try digits()
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: "e") || bytes[at] == UInt8(ascii: "E") {
      isWhole = false
      at += 1
      let sign = try peek()
      if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { at += 1 }
      try digits()
    }
    let text = bytes[start..<at]
    guard text.count <= JSONReader.longestNumber else { throw JSONDecodingError(.invalidNumber, at: start) }
    let written = String(decoding: text, as: UTF8.self)
    if isWhole, let value = Int(written), value.magnitude <= UInt(JSON.greatestInteger) { return .int(value) }
    guard let value = Double(written), value.isFinite else { throw JSONDecodingError(.numberOutOfRange, at: start) }
    if isWhole {
      // Beyond 2⁵³ neighbours share one Double. Only the one ECMAScript writes for it is taken, so that no digit is lost
      // unnoticed.
      var canonical: [UInt8] = []
      JSON.append(value, to: &canonical)
      guard text.elementsEqual(canonical) else { throw JSONDecodingError(.numberOutOfRange, at: start) }
    }
    return .double(value)
  }

  /// One or more.
  private mutating func digits() throws(JSONDecodingError) {
    let start = at
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) { at += 1 }
    guard at > start else { throw at < bytes.count ? error(.invalidNumber) : error(.unexpectedEnd) }
  }
}

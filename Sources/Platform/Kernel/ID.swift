/// The identifier of a record of kind `Subject`: a UUID of version 7 (RFC 9562 §5.7) in its 36-character text form.
///
/// Made by the application, never by the database, so that a record can be named before it is stored and on any node.
public struct ID<Subject>: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Lower-case hexadecimal with hyphens.
  public let rawValue: String

  /// An identifier that was stored before; it is not checked.
  public init(_ rawValue: String) {
    self.rawValue = rawValue
  }

  /// A new identifier.
  /// - Parameters:
  ///   - time: its first 48 bits.
  ///   - random: ten random bytes; 74 of their 80 bits are used.
  public init(at time: Timestamp, random: [UInt8]) {
    precondition(random.count == 10, "a UUIDv7 takes ten random bytes")
    var bytes = (0..<6).map { UInt8(truncatingIfNeeded: time.milliseconds >> (40 - 8 * $0)) } + random
    bytes[6] = 0x70 | (bytes[6] & 0x0F)
    bytes[8] = 0x80 | (bytes[8] & 0x3F)
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
      text.append(Self.hex[Int(byte >> 4)])
      text.append(Self.hex[Int(byte & 15)])
    }
    rawValue = String(decoding: text, as: UTF8.self)
  }

  public var description: String { rawValue }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  private static var hex: [UInt8] { Array("0123456789abcdef".utf8) }
}

extension ID: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }
}

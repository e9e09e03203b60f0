import Foundation

/// The address of a machine on a network, and whether everybody may know that machine.
public struct NetworkAddress: Sendable, Equatable {
  /// In network order: four for IPv4, sixteen for IPv6.
  let bytes: [UInt8]

  /// - Returns: nil when there are neither four nor sixteen.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// As people write it: `192.0.2.7`, `2001:db8::7`, the latter also in brackets.
  /// - Returns: nil for anything else, the name of a machine included.
  public init?(_ text: String) {
    let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    var (four, six) = (in_addr(), in6_addr())
    if inet_pton(AF_INET, bare, &four) == 1 {
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, bare, &six) == 1 {
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  /// Whether it is one machine of the whole internet, and not one of this machine's own, of somebody's house or of a provider's inside.
  ///
  /// By the registries for special purposes (RFC 6890) as IANA keeps them. Of IPv6 only what is given out for the whole internet,
  /// 2000::/3, counts; an IPv4 address inside one of IPv6 counts as itself.
  public var isPublic: Bool {
    if bytes.count == 4 { return !Self.special4.contains { $0.holds(bytes) } }
    if Self.carriers.contains(where: { $0.holds(bytes) }) {
      return NetworkAddress(bytes: Array(bytes.suffix(4)))?.isPublic ?? false
    }
    return Self.global6.holds(bytes) && !Self.special6.contains { $0.holds(bytes) }
  }

  private struct Block {
    let start: [UInt8]
    let length: Int

    func holds(_ bytes: [UInt8]) -> Bool {
      guard bytes.count == start.count else { return false }
      let (whole, rest) = (length / 8, length % 8)
      guard bytes.prefix(whole) == start.prefix(whole) else { return false }
      return rest == 0 || bytes[whole] >> (8 - rest) == start[whole] >> (8 - rest)
    }
  }

  private static func six(_ start: [UInt8], _ length: Int) -> Block {
    Block(start: start + [UInt8](repeating: 0, count: 16 - start.count), length: length)
  }

  private static let special4 = [
    // This network; private; a provider's inside (RFC 6598); this machine; this link, where clouds tell machines their secrets.
    Block(start: [0, 0, 0, 0], length: 8), Block(start: [10, 0, 0, 0], length: 8), Block(start: [100, 64, 0, 0], length: 10),
    Block(start: [127, 0, 0, 0], length: 8), Block(start: [169, 254, 0, 0], length: 16),
    Block(start: [172, 16, 0, 0], length: 12), Block(start: [192, 168, 0, 0], length: 16),
    // Protocols; documentation; the way to 6to4; measuring.
    Block(start: [192, 0, 0, 0], length: 24), Block(start: [192, 0, 2, 0], length: 24),
    Block(start: [198, 51, 100, 0], length: 24), Block(start: [203, 0, 113, 0], length: 24),
    Block(start: [192, 88, 99, 0], length: 24), Block(start: [198, 18, 0, 0], length: 15),
    // To many at once; kept back, and to all.
    Block(start: [224, 0, 0, 0], length: 4), Block(start: [240, 0, 0, 0], length: 4),
    // A public number that in one large cloud means the machine below.
    Block(start: [168, 63, 129, 16], length: 32),
  ]

  /// Addresses whose last four bytes are one of IPv4: written as IPv6 (RFC 4291 §2.5.5.2), and translated (RFC 6052).
  private static let carriers = [
    six([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96), six([0x00, 0x64, 0xFF, 0x9B], 96),
  ]

  private static let global6 = six([0x20], 3)

  private static let special6 = [
    // Protocols, Teredo among them; documentation, twice; 6to4.
    six([0x20, 0x01], 23), six([0x20, 0x01, 0x0D, 0xB8], 32), six([0x3F, 0xFF], 20), six([0x20, 0x02], 16),
  ]
}

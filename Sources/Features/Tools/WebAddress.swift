/// Addresses that may stand in the catalogue: `http` and `https` with a host, nothing a browser could run.
enum WebAddress {
  /// Bytes; longer ones are cut by some browsers and mail programs.
  static let longest = 2_000

  /// The address, trimmed; nil when it is none that we would send anybody to.
  static func read(_ text: String) -> String? {
    let address = text.trimmingPrefix { $0.isWhitespace }
    let trimmed = String(address.reversed().trimmingPrefix { $0.isWhitespace }.reversed())
    guard trimmed.utf8.count <= longest, trimmed.utf8.allSatisfy(isAllowed) else { return nil }
    let lowered = trimmed.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lowered.hasPrefix) else { return nil }
    let host = trimmed.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    // A name before an @ pretends to be the host.
    guard !host.isEmpty, !host.contains("@"), host.contains(".") || host.hasPrefix("localhost") == false && host.hasPrefix("[") else {
      return nil
    }
    return trimmed
  }

  /// The same for what a person typed, who may have left out the scheme.
  static func typed(_ text: String) -> String? {
    let text = text.trimmingPrefix { $0.isWhitespace }
    guard !text.isEmpty else { return nil }
    return read(text.contains("://") || text.contains(":") ? String(text) : "https://" + text)
  }

  /// No white space, no control character, nothing that ends an attribute or that browsers read as a slash.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "`"): false
    default: true
    }
  }
}

import Foundation

/// Addresses that may stand in the catalogue: `http` and `https` with a host, nothing a browser could run.
enum WebAddress {
  /// Bytes; longer ones are cut by some browsers and mail programs.
  static let longest = 2_000

  /// The address, trimmed; nil when it is none that we would send anybody to.
  static func read(_ text: String) -> String? {
    let address = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard address.utf8.count <= longest, address.utf8.allSatisfy(isAllowed) else { return nil }
    let lowered = address.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lowered.hasPrefix) else { return nil }
    let host = address.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    // A name before an @ pretends to be the host; a host without a dot is a machine of somebody's own network.
    guard !host.contains("@"), host.contains("."), !host.hasPrefix("."), !host.hasPrefix(":") else { return nil }
    return address
  }

  /// The same for what a person typed, who may have left out the scheme.
  static func typed(_ text: String) -> String? {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return read(text.contains(":") ? text : "https://" + text)
  }

  /// No white space, no control character, nothing that ends an attribute or that browsers read as a slash.
  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x7F, UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "`"): false
    default: true
    }
  }
}

import HTTPTypes
import Web

/// Where somebody wanted to go when they were asked to sign in. Only places on this site: anything else could send them to a copy of it.
struct LocalPath: Sendable, Equatable {
  let text: String

  /// - Returns: nil for everything but a path of this site in plain ASCII, and for those that would lead back to signing in.
  init?(_ text: String?) {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 500,
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
      !text.hasPrefix("/sign-"), !text.hasPrefix("/exit")
    else { return nil }
    self.text = text
  }
}

extension Visit {
  /// Whether it comes from the node's own machine, and not through a proxy that stands on it.
  var isFromThisMachine: Bool {
    let isForwarded = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"].contains { name in
      headers.contains { $0.name.canonicalName == name.lowercased() }
    }
    return !isForwarded && Self.isLoopback(remoteAddress)
  }

  /// 127.0.0.0/8 and ::1 (RFC 6890), also as IPv4 in IPv6.
  static func isLoopback(_ address: String) -> Bool {
    let plain = address.hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
    return plain == "::1" || (plain.hasPrefix("127.") && plain.split(separator: ".").count == 4)
  }
}

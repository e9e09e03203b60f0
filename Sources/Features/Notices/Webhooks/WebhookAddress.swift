import Foundation
import Kernel
import Localization

/// Where somebody's program listens. What is certain to fail is said while they can still put it right; what a name stands for is looked
/// at whenever it is called.
enum WebhookAddress {
  /// Bytes.
  static let longest = 2_000

  /// - Parameter toPrivate: whether `http` and this network are taken too.
  /// - Throws: `DomainError.invalid` about `address`.
  static func read(_ text: Text, toPrivate: Bool) throws -> String {
    let address = text.normalized
    if address.isEmpty { throw DomainError.invalid("address", Message("Please fill this in.")) }
    let isPlain = address.utf8.count <= longest && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPlain, let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(), let host = parts.host,
      !host.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil,
      scheme == "https" || (toPrivate && scheme == "http")
    else {
      throw DomainError.invalid(
        "address", Message("This is an address that begins with https://, without a name or a password before the host."))
    }
    guard toPrivate || isElsewhere(host.lowercased()) else {
      throw DomainError.invalid("address", Message("This address is not on the internet, so we cannot send anything there."))
    }
    return address
  }

  private static func isElsewhere(_ host: String) -> Bool {
    if let address = NetworkAddress(host) { return address.isPublic }
    return host.contains(".") && ![".local", ".localhost", ".internal", ".home.arpa"].contains(where: host.hasSuffix)
  }
}

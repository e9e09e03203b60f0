import Foundation
import Kernel
public import Localization

/// An e-mail that is ready to be sent.
public struct Mail: Sendable, Equatable {
  /// The same whenever the same mail is handed over again, so that it need not be sent twice.
  public let id: String
  public let address: String
  public let subject: String
  /// Plain text, lines ending in `\n`.
  public let body: String
  public let language: Language

  public init(id: String, address: String, subject: String, body: String, language: Language) {
    self.id = id
    self.address = address
    self.subject = subject
    self.body = body
    self.language = language
  }

  /// Bytes of an address (RFC 5321 §4.5.3.1.3, less its angle brackets).
  static let longestAddress = 254

  /// An address as it can be kept; nil when nothing was typed. Whether it exists only a mail can tell, so little is asked of its form.
  /// - Throws: `DomainError.invalid`.
  static func checked(address: Text, field: String) throws -> String? {
    guard let text = try address.checkedIfPresent(field, atMost: longestAddress) else { return nil }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix("."),
      text.utf8.count <= longestAddress,
      !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || "<>(),;:\\\"[]".unicodeScalars.contains($0) })
    else {
      throw DomainError.invalid(field, Message("An e-mail address looks like name@example.org."))
    }
    return text
  }
}

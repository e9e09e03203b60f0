import Kernel
import Localization
import Messaging

extension Mail {
  /// An address as it can be kept; nil when nothing was typed. Whether it exists only a mail can tell, so little is asked of its form.
  /// - Throws: `DomainError.invalid`.
  static func checked(address: Text, field: String) throws -> String? {
    guard let text = try address.checkedIfPresent(field, atMost: longestAddress) else { return nil }
    guard isSafe(address: text), let domain = text.split(separator: "@").last, domain.contains("."), !domain.hasPrefix("."),
      !domain.hasSuffix(".")
    else {
      throw DomainError.invalid(field, Message("An e-mail address looks like name@example.org."))
    }
    return text
  }
}

/// Whom mails come from.
public struct MailSender: Sendable, Equatable {
  /// What mail programs show; may be empty.
  public let name: String
  public let address: String

  /// - Parameters:
  ///   - text: `Riverside <post@riverside.example>`, or the address alone.
  ///   - name: shown where the text has none.
  /// - Returns: nil when there is no address in it.
  public init?(_ text: String, name: String) {
    var (shown, address) = (name, text)
    if let open = text.lastIndex(of: "<"), text.hasSuffix(">") {
      address = String(text[text.index(after: open)...].dropLast())
      let given = text[..<open].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      if !given.isEmpty { shown = String(given) }
    }
    // Not every server knows addresses in other letters, and answers shall reach us from everywhere.
    guard Mail.isSafe(address: address), address.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    self.name = shown
    self.address = address
  }

  private init(name: String, address: String) {
    self.name = name
    self.address = address
  }

  /// Where nobody said whom mails come from, and none leaves this machine.
  public static func nobody(name: String) -> MailSender { MailSender(name: name, address: "nobody@localhost") }

  /// What is after the sign.
  public var domain: String { String(address.drop { $0 != "@" }.dropFirst()) }
}

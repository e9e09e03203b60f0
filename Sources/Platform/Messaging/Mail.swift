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
  /// The page on which whoever gets such mails can have them stopped, without signing in; nil for a mail that they asked for.
  public let stopAddress: String?

  public init(id: String, address: String, subject: String, body: String, language: Language, stopAddress: String? = nil) {
    self.id = id
    self.address = address
    self.subject = subject
    self.body = body
    self.language = language
    self.stopAddress = stopAddress
  }

  /// Bytes of an address (RFC 5321 §4.5.3.1.3, less its angle brackets).
  public static let longestAddress = 254

  /// Whether an address can stand in a header and in a command to a server, and be nothing but one address there.
  public static func isSafe(address: String) -> Bool {
    let parts = address.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = address.unicodeScalars.allSatisfy { scalar in
      scalar.value > 0x20 && !(0x7F...0x9F).contains(scalar.value) && !scalar.properties.isWhitespace
        && !"<>(),;:\\\"[]".unicodeScalars.contains(scalar)
    }
    return isPlain && parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && address.utf8.count <= longestAddress
  }
}

/// Why a mail could not be handed over. No case tells whose mail it was: reasons are logged.
public enum MailFailure: Error, Sendable, Equatable {
  /// Nobody has this address, or whoever has it takes no mail: it is not to be tried again.
  case recipientRefused
  /// The server wants this mail neither now nor later.
  case messageRefused
  /// The server takes no mail from our address, or passes none on for us: the operator has to put that right.
  case senderRefused
  /// The server knows no such user or password.
  case signInRefused
  /// The connection could not be encrypted, or the server is not the one it claims to be.
  case notEncrypted
  /// The server could not be reached, or has fallen silent.
  case unreachable
  /// The server asks us to come again later.
  case postponed
  /// More mails wait than can be held.
  case busy

  /// Whether there is no sense in trying again.
  public var isFinal: Bool { self == .recipientRefused || self == .messageRefused }
}

public import Database
public import Kernel

/// Something that is ready to be sent to a program.
public struct WebhookPost: Sendable, Equatable {
  public let address: String
  public let headers: [Header]
  /// JSON.
  public let body: [UInt8]

  public struct Header: Sendable, Equatable {
    public let name: String
    public let value: String
  }

  /// Signed as Standard Webhooks asks for, with the time of sending, so that what was overheard cannot be sent again later.
  public init(id: String, to address: String, _ body: [UInt8], secret: WebhookSecret, at now: Timestamp) {
    self.address = address
    self.body = body
    headers = [
      Header(name: "Content-Type", value: "application/json"), Header(name: "webhook-id", value: id),
      Header(name: "webhook-timestamp", value: WebhookSecret.seconds(now)),
      Header(name: "webhook-signature", value: secret.signature(of: body, id: id, at: now)),
    ]
  }
}

/// Why nobody answered. No case tells where.
public enum WebhookFailure: String, Error, Sendable, Equatable, SQLCodable {
  /// The address is not on the internet, or does not begin as it has to.
  case notPublic
  /// The connection could not be encrypted, or the other side is not who it claims to be.
  case notEncrypted
  /// No machine of that name, or nobody who listens.
  case unreachable
  /// No answer in time.
  case tooSlow
  /// More wait than can be held.
  case busy
}

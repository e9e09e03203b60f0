public import Database
public import Kernel

/// A program of somebody's that is told what they are told: an address, and what the program checks with that it was us.
public struct Webhook: Sendable, Equatable {
  /// Why nothing is sent there at present.
  public enum Pause: String, Sendable, SQLCodable {
    /// Its owner wants it so.
    case owner
    /// The program answered that it is gone for good (410).
    case gone
    /// It has taken nothing for days.
    case failing
  }

  public let id: ID<Webhook>
  public let person: String
  public let createdAt: Timestamp
  /// Nil while things are sent.
  public let pause: Pause?
  /// When the first of those tries was that have all failed since; nil after one that did not.
  public let failingSince: Timestamp?
  /// Both sealed: an address may hold a password of its own.
  private let (address, secret): ([UInt8], [UInt8])

  private static let addressField = "webhook address"
  private static let secretField = "webhook secret"

  /// Of one person.
  public static let most = 5
  /// For how long one may fail before nothing more is sent there.
  public static let longestFailing = Timestamp.Interval.days(5)

  /// A new one.
  /// - Parameter random: gives as many unpredictable bytes as it is asked for.
  public init(
    _ id: ID<Webhook>, of person: String, to address: String, secret: WebhookSecret, keys: KeyRing, at now: Timestamp,
    random: (Int) -> [UInt8]
  ) throws {
    (self.id, self.person, createdAt, pause, failingSince) = (id, person, now, nil, nil)
    let cipher = Cipher(keys)
    self.address = try cipher.seal(address, record: id.rawValue, field: Self.addressField, random: random)
    self.secret = try cipher.seal(secret.bytes, record: id.rawValue, field: Self.secretField, random: random)
  }

  /// - Throws: `CipherError`.
  public func address(_ keys: KeyRing) throws -> String {
    try Cipher(keys).openText(address, record: id.rawValue, field: Self.addressField)
  }

  /// - Throws: `CipherError`.
  public func secret(_ keys: KeyRing) throws -> WebhookSecret {
    WebhookSecret(bytes: try Cipher(keys).open(secret, record: id.rawValue, field: Self.secretField))
  }
}

extension Webhook {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    person = try row["person"]
    createdAt = try row["created_at"]
    pause = try row["pause"]
    failingSince = try row["failing_since"]
    address = try row["address"]
    secret = try row["secret"]
  }

  var sealed: (address: [UInt8], secret: [UInt8]) { (address, secret) }
}

/// One thing that a webhook is told, and how far that has come.
public struct WebhookDelivery: Sendable, Equatable {
  /// What the program knows it by, however often it is sent.
  public let id: ID<WebhookDelivery>
  public let webhook: ID<Webhook>
  /// Nil for a test.
  public let notice: ID<Notice>?
  public let createdAt: Timestamp
  /// How often it was begun.
  public let tries: Int
  /// When it is sent next; nil when it has arrived or was given up.
  public let nextTry: Timestamp?
  public let triedAt: Timestamp?
  /// What was answered last; nil when nobody answered.
  public let status: Int?
  /// Why nobody answered.
  public let failure: WebhookFailure?
  public let deliveredAt: Timestamp?

  /// Between a try and the next one. After the last it is given up.
  public static let pauses: [Timestamp.Interval] = [
    .minutes(1), .minutes(5), .minutes(30), .hours(2), .hours(8), .hours(24),
  ]

  /// How long what has come to an end is shown.
  public static let kept = Timestamp.Interval.days(14)
}

extension WebhookDelivery {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    webhook = try row["webhook"]
    notice = try row["notice"]
    createdAt = try row["created_at"]
    tries = try row["tries"]
    nextTry = try row["next_try"]
    triedAt = try row["tried_at"]
    status = try row["status"]
    failure = try row["failure"]
    deliveredAt = try row["delivered_at"]
  }
}

public import Database
public import Journal
public import Kernel

/// A browser that is signed in, or that holds receipts without an account.
public struct Session: Sendable, Equatable {
  public let id: ID<Session>
  public let person: ID<Person>?
  public let receipts: Set<String>
  public let createdAt: Timestamp
  public let lastSeenAt: Timestamp
  /// What kind of browser it is, in a word; nothing in at-risk mode.
  public let browser: String
  /// How its person signed in; nil without a person.
  public let way: Way?
  /// Whether a second factor was shown, or none is asked of this account. Only then do staff roles count.
  public let isStrong: Bool

  /// What a person showed first to be let in.
  public enum Way: String, Sendable, SQLCodable {
    case passphrase, link, recoveryCode
  }

  /// For how long somebody who came in without their passphrase may choose a new one without showing the old.
  static let forgetful = Timestamp.Interval.minutes(30)

  /// Whether a new passphrase may be chosen in it without showing the old one.
  func mayForgetPassphrase(at now: Timestamp) -> Bool {
    way != nil && way != .passphrase && now < createdAt + Self.forgetful
  }

  /// How long a session lasts without being used.
  public static let idle = Timestamp.Interval.days(14)
  /// How long it lasts at most.
  public static let longest = Timestamp.Interval.days(60)
  /// 128 random bits.
  static let secretBytes = 16

  /// What the database knows a session or token secret by.
  static func hash(_ secret: String) -> [UInt8] { SHA256.hash(Array(secret.utf8)) }
}

/// Begins a session. The secret goes into a cookie and is not stored.
struct BeginSession: Sendable {
  let person: ID<Person>?
  let receipts: Set<String>
  let browser: String
  /// The session this one takes the place of.
  let replacing: String?
  let way: Session.Way?
  let isStrong: Bool

  /// - Parameters:
  ///   - receipts: needs whose receipt was shown.
  ///   - replacing: the id of the session the browser has; its receipts are kept, itself ends.
  ///   - way: how the person was let in; nil without one.
  ///   - isStrong: whether staff roles count in it.
  init(
    person: ID<Person>?, receipts: Set<String> = [], browser: String, replacing: String?, way: Session.Way? = nil,
    isStrong: Bool = false
  ) {
    self.person = person
    self.receipts = receipts
    self.browser = browser
    self.replacing = replacing
    self.way = way
    self.isStrong = isStrong
  }

  /// - Returns: the secret for the cookie.
  func callAsFunction(in act: Act) throws -> String {
    let store = AccountStore(act.connection)
    var kept = receipts
    if let replacing, let old = try store.session(ID(replacing)) {
      kept.formUnion(old.receipts)
      try store.deleteSession(old.id)
    }
    let secret = Hex.encode(act.random(Session.secretBytes))
    try store.insertSession(
      Session(
        id: act.newID(), person: person, receipts: kept, createdAt: act.now, lastSeenAt: act.now, browser: browser, way: way,
        isStrong: isStrong),
      hash: Session.hash(secret))
    return secret
  }
}

/// Adds a receipt to what a browser holds.
public struct HoldReceipt: Sendable {
  let need: String
  let session: String?
  let browser: String

  public init(_ need: String, session: String?, browser: String) {
    self.need = need
    self.session = session
    self.browser = browser
  }

  /// - Returns: the secret of a new session, or nil when the browser keeps the one it has.
  public func callAsFunction(in act: Act) throws -> String? {
    let store = AccountStore(act.connection)
    if let session, let known = try store.session(ID(session)) {
      try store.setReceipts(known.receipts.union([need]), of: known.id)
      return nil
    }
    return try BeginSession(person: nil, receipts: [need], browser: browser, replacing: nil)(in: act)
  }
}

/// Ends a session: signing out, forgetting on a shared phone, ending one on another device.
public struct EndSession: Sendable {
  let id: ID<Session>

  public init(_ id: ID<Session>) {
    self.id = id
  }

  public func callAsFunction(in act: Act) throws {
    let store = AccountStore(act.connection)
    guard let session = try store.session(id) else { return }
    guard PeoplePolicy.mayEnd(act.actor, session) else { throw DomainError.notFound }
    try store.deleteSession(id)
    if let person = session.person { try act.record(Event("people", "signedOut", subject: person.rawValue)) }
  }
}

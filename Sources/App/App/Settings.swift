public import Foundation
import Kernel

/// How one node is run: what flags, environment and the configuration file come down to.
public struct Settings: Sendable {
  public var database: DatabaseURL
  /// The file with the node's keys.
  public var keys: String
  public var host: String
  public var port: Int
  /// What the site calls itself.
  public var name: String
  /// Where people find the site, without a slash at the end: links in e-mails begin with it.
  public var address: String
  /// A folder of further languages; nil for none.
  public var locales: URL?
  /// Limits of an operator by name, or off.
  public var limits: Limits
  /// Whether `X-Forwarded-*` is believed, because only a proxy of ours can reach us.
  public var isBehindProxy: Bool
  /// The file outside the database to which the journal's head is appended; nil for none.
  public var journalHead: URL?
  /// The folder into which e-mail is written as long as no mail server is set.
  public var outbox: URL

  public enum Limits: Sendable {
    case standard
    case file(String)
    case off
  }

  public init(
    database: DatabaseURL, keys: String, host: String = "127.0.0.1", port: Int = 8080, name: String = "Civil Society 2.0",
    address: String = "http://localhost:8080",
    locales: URL? = nil,
    limits: Limits = .standard, isBehindProxy: Bool = false, journalHead: URL? = nil, outbox: URL
  ) {
    self.database = database
    self.keys = keys
    self.host = host
    self.port = port
    self.name = name
    self.address = address
    self.locales = locales
    self.limits = limits
    self.isBehindProxy = isBehindProxy
    self.journalHead = journalHead
    self.outbox = outbox
  }
}

/// Where the data are: `sqlite:FILE` or `postgresql://…`.
public enum DatabaseURL: Sendable, Equatable, CustomStringConvertible {
  case sqlite(path: String)
  case postgresql(url: String)

  /// Nil when it is neither.
  public init?(_ text: String) {
    if text.hasPrefix("sqlite:") {
      let path = String(text.dropFirst(7))
      guard !path.isEmpty else { return nil }
      self = .sqlite(path: path)
    } else if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
      self = .postgresql(url: text)
    } else {
      return nil
    }
  }

  /// Where the keys are when nobody says: beside an SQLite file. PostgreSQL has no such place.
  public var defaultKeys: String? {
    if case .sqlite(let path) = self { return path + ".keys" }
    return nil
  }

  /// Without a passphrase, for logs.
  public var description: String {
    switch self {
    case .sqlite(let path): return "sqlite:" + path
    case .postgresql(let url):
      guard let at = url.lastIndex(of: "@"), let start = url.range(of: "://") else { return url }
      return url[..<start.upperBound] + "…" + url[at...]
    }
  }
}

/// Something an operator has to put right; its text says what and how.
public struct SettingsError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}

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
  /// The server that e-mail is handed over to; nil for none.
  public var mail: MailSettings?
  /// Whether webhooks may go to machines of the node's own network, and without encryption.
  public var webhooksToPrivate: Bool

  public enum Limits: Sendable {
    case standard
    case file(String)
    case off
  }

  public init(
    database: DatabaseURL, keys: String, host: String = "127.0.0.1", port: Int = 8080, name: String = "Civil Society 2.0",
    address: String = "http://localhost:8080",
    locales: URL? = nil,
    limits: Limits = .standard, isBehindProxy: Bool = false, journalHead: URL? = nil, outbox: URL, mail: MailSettings? = nil,
    webhooksToPrivate: Bool = false
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
    self.mail = mail
    self.webhooksToPrivate = webhooksToPrivate
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

  /// Without passwords, for logs.
  public var description: String {
    switch self {
    case .sqlite(let path): "sqlite:" + path
    case .postgresql(let url): Self.masked(url)
    }
  }
}

extension DatabaseURL {
  /// What an operator gave as --database.
  /// - Throws: `SettingsError`, which shows no password, when it is no database or none that a node can live in.
  public static func read(_ text: String) throws -> DatabaseURL {
    guard let url = DatabaseURL(text) else {
      throw SettingsError("“\(masked(text))” is no database. Write sqlite:FILE or postgresql://USER@HOST/NAME.")
    }
    if case .sqlite(let path) = url, path == ":memory:" || path.hasPrefix("file::memory:") {
      throw SettingsError("“\(text)” would be gone when the program ends. A node needs a file: write sqlite:FILE.")
    }
    return url
  }

  /// The text of a database URL, or of what was meant to be one, without passwords: who connects, and the value of every parameter
  /// or keyword of libpq with “password” in its name. What cannot be told apart is left out too.
  public static func masked(_ text: String) -> String {
    if text.hasPrefix("sqlite:") { return text }
    guard let scheme = text.range(of: "://")?.upperBound else {
      // Keywords of libpq, in which a value may be quoted; or a URL without its beginning.
      let secrets = #/(\w*password\w*\s*=\s*)(?:'(?:[^'\\]|\\.)*'?|(?:[^\s\\]|\\.)*)/#.ignoresCase()
      let shown = text.replacing(secrets) { "\($0.output.1)…" }
      return shown.lastIndex(of: "@").map { "…\(shown[$0...])" } ?? shown
    }
    var rest = text[scheme...]
    // As in libpq, what is before an @ that comes before every slash is who connects, question marks included. A password may hold
    // an @ or a slash that should have been escaped: so the last @ before the parameters counts.
    let sign = rest.firstIndex { $0 == "@" || $0 == "/" }
    let start = sign.flatMap { rest[$0] == "@" ? $0 : nil } ?? rest.startIndex
    let question = rest[start...].firstIndex(of: "?") ?? rest.endIndex
    var shown = String(text[..<scheme])
    if let at = rest[..<question].lastIndex(of: "@") {
      shown += "…"
      rest = rest[at...]
    }
    shown += String(rest[..<question])
    guard question < rest.endIndex else { return shown }
    var parameters: [String] = []
    for parameter in rest[question...].dropFirst().split(separator: "&", omittingEmptySubsequences: false) {
      let name = parameter.prefix { $0 != "=" }
      if (String(name).removingPercentEncoding ?? "password").lowercased().contains("password") {
        parameters.append("\(name)=…")
      } else if parameter.contains("@") {
        // Perhaps all before it was a password with a question mark in it.
        return "\(text[..<scheme])…"
      } else {
        parameters.append(String(parameter))
      }
    }
    return shown + "?" + parameters.joined(separator: "&")
  }
}

/// Something an operator has to put right; its text says what and how.
public struct SettingsError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}

import App
import ArgumentParser
import Configuration
import Database
import Foundation
import Journal
import Kernel
import Localization
import Logging
import SystemPackage

/// The settings of a command that touches data: flags first, then the environment, then the configuration file.
struct Options: ParsableArguments {
  @Option(help: "Where the data are: sqlite:FILE or postgresql://… [CIVIL_DATABASE]")
  var database: String?

  @Option(help: "The file with the node's keys; beside the SQLite file when not given [CIVIL_KEYS]")
  var keys: String?

  @Option(help: "A folder with further languages [CIVIL_LOCALES]")
  var locales: String?

  @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error [CIVIL_LOG_LEVEL]")
  var logLevel: String?

  /// Every setting with its value and where it comes from.
  func resolved() async throws -> Resolved {
    try await Resolved(flags: ["database": database, "keys": keys, "locales": locales, "log.level": logLevel])
  }

  func settings() async throws -> Settings { try await resolved().settings() }

  func logger() async throws -> Logger {
    try await resolved().logger()
  }

  /// Opens a node, runs a body with it and closes the database whatever happens.
  func withApplication<T>(loadIndexes: Bool = true, _ body: (CivilApplication) async throws -> T) async throws -> T {
    try await Command.run {
      let resolved = try await resolved()
      let settings = try resolved.settings()
      return try await Command.using(settings.database) {
        try await withApplication(settings, try resolved.logger(), loadIndexes: loadIndexes, body)
      }
    }
  }

  private func withApplication<T>(
    _ settings: Settings, _ logger: Logger, loadIndexes: Bool, _ body: (CivilApplication) async throws -> T
  ) async throws -> T {
    let app = try await CivilApplication.open(settings, logger: logger)
    do {
      if loadIndexes { try await app.node.indexes.load() }
      let result = try await body(app)
      await app.node.database.close()
      return result
    } catch {
      await app.node.database.close()
      throw error
    }
  }
}

/// Settings with their sources.
struct Resolved {
  struct Entry {
    let name: String
    let value: String?
    let source: String
    let help: String
  }

  private(set) var entries: [Entry] = []

  /// Name, default, and what it is.
  static let known: [(name: String, standard: String?, help: String)] = [
    ("database", "sqlite:var/civil.sqlite", "where the data are: sqlite:FILE or postgresql://…"),
    ("keys", nil, "the file with the node's keys; beside the SQLite file when not given"),
    ("host", "127.0.0.1", "the address to listen on"),
    ("port", "8080", "the port to listen on"),
    ("name", "Civil Society 2.0", "what the site calls itself"),
    ("address", nil, "where people find the site, for links in e-mails: https://civil.example.org"),
    ("limits", "on", "on, off (on this machine only), or a file of limits"),
    ("behind.proxy", "no", "yes when only a reverse proxy of yours can reach the server"),
    ("journal.head", nil, "the file to which the journal's head is appended; beside the SQLite file when not given"),
    ("outbox", nil, "the folder into which e-mail is written; beside the SQLite file when not given"),
    ("mail.server", nil, "the server that e-mail is handed over to: smtps://USER:PASSWORD@HOST; into files when not given"),
    ("mail.from", nil, "whom e-mail comes from: post@civil.example.org"),
    ("webhooks.to.private", "no", "yes when webhooks may go to machines of your own network, and without encryption"),
    ("locales", nil, "a folder with further languages"),
    ("log.level", "notice", "trace, debug, info, notice, warning or error"),
  ]

  init(flags: [String: String?]) async throws {
    let environment = EnvironmentVariablesProvider().prefixKeys(with: "civil")
    let file: (any ConfigProvider)?
    if let path = ProcessInfo.processInfo.environment["CIVIL_CONFIG"] {
      try SettingsFile.check(path, known: Self.known.map(\.name))
      do {
        file = try await FileProvider<JSONSnapshot>(filePath: .init(path))
      } catch {
        throw SettingsError("The configuration file \(path) cannot be read: \(error)")
      }
    } else {
      file = nil
    }
    let inEnvironment = ConfigReader(provider: environment)
    let inFile = file.map { ConfigReader(provider: $0) }
    for (name, standard, help) in Self.known {
      let key = ConfigKey(name.split(separator: ".").map(String.init))
      if let value = flags[name] ?? nil {
        entries.append(Entry(name: name, value: value, source: "flag", help: help))
      } else if let value = inEnvironment.string(forKey: key) {
        entries.append(Entry(name: name, value: value, source: "environment", help: help))
      } else if let value = inFile.flatMap({ Self.text(name, key, in: $0) }) {
        entries.append(Entry(name: name, value: value, source: "file", help: help))
      } else {
        entries.append(Entry(name: name, value: standard, source: "default", help: help))
      }
    }
  }

  /// A number and a yes may stand in the file as they are in JSON.
  private static func text(_ name: String, _ key: ConfigKey, in file: ConfigReader) -> String? {
    switch SettingsFile.kind(of: name) {
    case .text: file.string(forKey: key)
    case .number: file.string(forKey: key) ?? file.int(forKey: key).map { String($0) }
    case .yesOrNo: file.string(forKey: key) ?? file.bool(forKey: key).map { $0 ? "yes" : "no" }
    }
  }

  private static let yes = ["yes", "on", "true", "1"]

  func value(_ name: String) -> String? { entries.first { $0.name == name }?.value }

  func settings() throws -> Settings {
    let database = try DatabaseURL.read(value("database") ?? "")
    guard let keys = value("keys") ?? database.defaultKeys else {
      throw SettingsError("With PostgreSQL, say where the key file is: --keys FILE, or CIVIL_KEYS=FILE in the environment.")
    }
    guard let port = Int(value("port") ?? ""), (0...65_535).contains(port) else {
      throw SettingsError("“\(value("port") ?? "")” is no port: write a number up to 65535.")
    }
    let limits: Settings.Limits =
      switch value("limits") ?? "on" {
      case "on": .standard
      case "off": .off
      case let path: .file(path)
      }
    var beside = URL(fileURLWithPath: keys).deletingLastPathComponent()
    var head = value("journal.head").map { URL(fileURLWithPath: $0) }
    if case .sqlite(let path) = database {
      beside = URL(fileURLWithPath: path).deletingLastPathComponent()
      head = head ?? URL(fileURLWithPath: path + ".head")
    }
    return Settings(
      database: database, keys: keys, host: value("host") ?? "127.0.0.1", port: port, name: value("name") ?? "",
      address: value("address") ?? "http://localhost:\(port)",
      locales: value("locales").map { URL(fileURLWithPath: $0, isDirectory: true) }, limits: limits,
      isBehindProxy: Self.yes.contains(value("behind.proxy") ?? ""), journalHead: head,
      outbox: value("outbox").map { URL(fileURLWithPath: $0) } ?? beside.appending(path: "outbox"),
      mail: try MailSettings.read(
        server: value("mail.server"), from: value("mail.from"), address: value("address"), name: value("name") ?? ""),
      webhooksToPrivate: Self.yes.contains(value("webhooks.to.private") ?? ""))
  }

  func logger() throws -> Logger {
    guard let level = Logger.Level(rawValue: value("log.level") ?? "notice") else {
      throw SettingsError("“\(value("log.level") ?? "")” is no log level: write trace, debug, info, notice, warning or error.")
    }
    var logger = Logger(label: "civil", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = level
    return logger
  }
}

/// What all commands do alike: a clear sentence on the error stream and an exit code that means something.
enum Command {
  /// 0 done; 1 something was found or refused; 64 wrong use (ArgumentParser); 69 the database or the port cannot be used; 74 a file
  /// cannot be read or written; 78 settings (sysexits.h).
  static func run<T>(_ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as SettingsError {
      throw fail(error.description, 78)
    } catch let error as KeyFileError {
      throw fail(error.description, 78)
    } catch let error as LocaleError {
      throw fail(error.description, 78)
    } catch let error as DomainError {
      throw fail(sentence(error), 1)
    } catch let error as FileError {
      throw fail(error.description, 74)
    } catch let error as CocoaError {
      throw fail(error.localizedDescription, 74)
    } catch let error as ExitCode {
      throw error
    } catch let error as CleanExit {
      throw error
    } catch let error as ValidationError {
      throw error
    } catch {
      throw fail("\(error)", 69)
    }
  }

  /// Puts what a database answers, which does not say its name, into a sentence that does.
  static func using<T>(_ database: DatabaseURL, _ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as SQLError {
      throw fail(error.sentence(about: database), 69)
    }
  }

  static func fail(_ sentence: String, _ code: Int32) -> ExitCode {
    say("civil: " + sentence)
    return ExitCode(code)
  }

  /// Writes to the error stream, where it does not mix with results.
  static func say(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  static func sentence(_ error: DomainError) -> String {
    switch error {
    case .invalid(let errors): errors.map { "\($0.field): \($0.message.phrase().text)" }.joined(separator: "\n")
    case .notFound: "There is no such thing."
    case .signInNeeded, .forbidden: "This may not be done."
    case .conflict(let message), .malformed(let message), .unavailable(let message): message.phrase().text
    case .changedAfterSending: "This was sent before with other content."
    case .tooMany(let seconds): "Too often: try again in \(seconds) seconds."
    }
  }
}

/// Progress of long work: a bar with an estimate on a terminal, plain lines elsewhere.
final class Progress: @unchecked Sendable {
  private let what: String
  private let isTerminal = isatty(2) == 1
  private let start = ContinuousClock.now
  private let lock = NSLock()
  private var lastTenth = -1
  private var lastDrawn: ContinuousClock.Instant?

  init(_ what: String) {
    self.what = what
  }

  func update(_ done: Int, of total: Int) {
    lock.lock()
    defer { lock.unlock() }
    let share = total == 0 ? 1 : Double(done) / Double(total)
    guard isTerminal else {
      let tenth = Int(share * 10)
      if tenth > lastTenth {
        lastTenth = tenth
        Command.say("\(what): \(done) of \(total)")
      }
      return
    }
    if let lastDrawn, done < total, ContinuousClock.now - lastDrawn < .milliseconds(100) { return }
    lastDrawn = .now
    let elapsed = Double((ContinuousClock.now - start).components.seconds)
    let left = share > 0.02 && share < 1 && elapsed >= 1 ? ", about \(Int(elapsed / share * (1 - share)) + 1) s left" : ""
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let text = "\r\(what) \(bar) \(done)/\(total)\(left)\u{1B}[K" + (done >= total ? "\n" : "")
    FileHandle.standardError.write(Data(text.utf8))
  }
}

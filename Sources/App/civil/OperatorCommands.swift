import App
import ArgumentParser
import Database
import Foundation
import Journal
import Kernel
import Localization
import People
import Retrieval
import Tools
import Vocabulary

/// `civil user …`
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Accounts.", subcommands: [CreateUser.self, ListUsers.self])
}

/// `civil user create`
struct CreateUser: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes an account and prints what to sign in with, once.")

  @OptionGroup var options: Options

  @Option(help: "What they may do: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
  var role: String

  @Option(help: "Their name, as others see it.")
  var name: String

  @Option(help: "What they sign in with; made of the name when not given.")
  var handle = ""

  @Option(help: "Their e-mail address, kept encrypted.")
  var email = ""

  @Option(help: "Over what: country:CL or organization:ID; the whole node when not given.")
  var scope: String?

  @Flag(help: "Reads the passphrase from standard input instead of making one.")
  var passphraseStdin = false

  func run() async throws {
    guard let role = Role(rawValue: role) else {
      throw ValidationError("--role is one of: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    try await options.withApplication(loadIndexes: false) { app in
      let given = passphraseStdin ? (readLine() ?? "") : nil
      let passphrase = given ?? CreateAccount.freshPassphrase()
      let create = CreateAccount(
        handle: Text(handle), name: Text(name), email: Text(email), passphrase: passphrase, grants: [Grant(role, scope: scope)])
      let (id, _) = try await PeopleFeature.createAccount(create, on: app.node, hasher: PassphraseHasher(), as: .system)
      let person = try await app.node.read { try AccountStore($0).person(id) }
      print("handle: \(person?.handle ?? "")")
      if given == nil { print("passphrase: \(passphrase)") }
    }
  }
}

/// `civil user list`
struct ListUsers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists accounts with their roles.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      let people = try await app.node.read { try AccountStore($0).people() }
      for person in people {
        let roles = person.grants.map { $0.role.rawValue + ($0.scope.map { " of " + $0 } ?? "") }.sorted().joined(separator: ", ")
        print("\(person.handle)\t\(person.name)\t\(roles)")
      }
    }
  }
}

/// `civil token …`
struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens with which programs sign in.",
    subcommands: [CreateTokenCommand.self, ListTokens.self, RevokeTokenCommand.self])
}

/// `civil token create`
struct CreateTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes a token and prints it, once, and nothing else.")

  @OptionGroup var options: Options

  @Option(help: "What it may do: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
  var role: String

  @Option(help: "Whose or what program's it is.")
  var name: String

  @Option(help: "Over what: country:CL or organization:ID; the whole node when not given.")
  var scope: String?

  @Option(help: "Days until it ends; never when not given.")
  var expires: Int?

  func run() async throws {
    guard let role = Role(rawValue: role) else {
      throw ValidationError("--role is one of: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    if let expires, !(1...Token.longestLife).contains(expires) {
      throw ValidationError("--expires is a number of days from 1 to \(Token.longestLife).")
    }
    try await options.withApplication(loadIndexes: false) { app in
      let ends = expires.map { app.node.clock() + .days(Int64($0)) }
      let create = CreateToken(name: Text(name), grant: Grant(role, scope: scope), expiresAt: ends)
      print(try await app.node.act(as: .system) { act in try create(in: act) })
    }
  }
}

/// `civil token list`
struct ListTokens: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists tokens by id, name and role.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      for token in try await app.node.read({ try AccountStore($0).tokens() }) {
        let state = token.revokedAt != nil ? "revoked" : token.expiresAt.map { "until " + $0.iso8601 } ?? "valid"
        print("\(token.id)\t\(token.name)\t\(token.grant.role.rawValue)\(token.grant.scope.map { " of " + $0 } ?? "")\t\(state)")
      }
    }
  }
}

/// `civil token revoke`
struct RevokeTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Ends a token at once.")

  @OptionGroup var options: Options

  @Argument(help: "The token's id, as `civil token list` shows it.")
  var id: String

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      let revoke = RevokeToken(ID(id))
      try await app.node.act(as: .system) { act in try revoke(in: act) }
    }
  }
}

/// `civil vocabulary …`
struct VocabularyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vocabulary", abstract: "The shared list of concepts.", subcommands: [CheckVocabulary.self, FindConcepts.self])
}

/// `civil vocabulary check`
struct CheckVocabulary: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Looks through the vocabulary's files and says file, line and remedy of what is wrong.")

  @Option(help: "A folder with further languages.")
  var locales: String?

  func run() async throws {
    try await Command.run {
      try Findings.report(
        try VocabularyCheck.findings(additional: locales.map { URL(fileURLWithPath: $0, isDirectory: true) }),
        "The vocabulary is in order.")
    }
  }
}

/// `civil vocabulary find`
struct FindConcepts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "find", abstract: "Shows the concepts found in somebody's words.")

  @Option(help: "The language of the words; tried out when not given.")
  var language: String?

  @Argument(help: "The words.")
  var words: [String]

  func run() async throws {
    try await Command.run {
      let vocabulary = try Vocabulary.load()
      for found in vocabulary.finder.find(in: words.joined(separator: " "), language: language) {
        let evidence = found.evidence.map { "“\($0.words)”" }.joined(separator: " ")
        print("\(String(format: "%.2f", found.strength))  \(found.concept)  \(evidence)")
      }
    }
  }
}

/// `civil locale …`
struct LocaleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "locale", abstract: "Translations.", subcommands: [CheckLocales.self])
}

/// `civil locale check`
struct CheckLocales: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Looks through the translations and says file, line and remedy of what is missing or wrong.")

  @Option(help: "A folder with further languages.")
  var locales: String?

  func run() async throws {
    try await Command.run {
      var findings = try LocaleCheck.bundled()
      if let locales {
        findings += try LocaleCheck.findings(in: URL(fileURLWithPath: locales, isDirectory: true))
      }
      try Findings.report(findings, "The translations are complete.")
    }
  }
}

enum Findings {
  static func report(_ findings: [Finding], _ fine: String) throws {
    for finding in findings { print(finding) }
    let errors = findings.filter { $0.severity == .error }.count
    if findings.isEmpty { print(fine) } else { Command.say("\(errors) errors, \(findings.count - errors) warnings") }
    if errors > 0 { throw ExitCode(1) }
  }
}

/// `civil index …`
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index", abstract: "The indexes in memory.", subcommands: [CheckIndexes.self, RebuildTags.self])
}

/// `civil index check`
struct CheckIndexes: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Builds every index and compares it with the database.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication { app in
      let differences = try await app.node.read { connection in
        try app.node.indexes.all.flatMap { try $0.difference(from: connection) }
      }
      for difference in differences { print(difference) }
      if !differences.isEmpty { throw ExitCode(1) }
      print("The indexes agree with the database.")
    }
  }
}

/// `civil index retag`
struct RebuildTags: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retag", abstract: "Finds the functions of tools anew, after the vocabulary has changed.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      let changed = try await RetagTools(node: app.node, vocabulary: app.vocabulary)(progress: { Command.say("Tools: \($0)") })
      print("\(changed) tools were tagged anew.")
    }
  }
}

/// `civil config`
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Prints every setting, its value and where it comes from.")

  @OptionGroup var options: Options

  func run() async throws {
    try await Command.run {
      let resolved = try await options.resolved()
      for entry in resolved.entries {
        let value = ["database", "mail.server"].contains(entry.name) ? entry.value.map(DatabaseURL.masked) : entry.value
        print(
          "\(entry.name.padding(toLength: 14, withPad: " ", startingAt: 0)) \(value ?? "–")  [\(entry.source)]  \(entry.help)")
      }
      _ = try resolved.settings()
    }
  }
}

import App
import ArgumentParser
import Database
import Foundation
import Journal
import Kernel

/// `civil journal …`
struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "The record of every change.", subcommands: [VerifyJournal.self, PrintHead.self])
}

/// `civil journal verify`
struct VerifyJournal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks that the journal still says what was sealed.",
    discussion: """
      Exit code 0: all is as it was sealed. 1: something was changed, removed or added; each finding says where. A server may run meanwhile.
      """)

  @OptionGroup var options: Options

  @Option(
    help:
      "Heads to compare with, a line of JSON each, as the server writes them: cut-off entries are noticed only so. The server's own file when not given [CIVIL_JOURNAL_HEAD]",
    completion: .file())
  var head: String?

  @Flag(help: "Prints the report as JSON.")
  var json = false

  func run() async throws {
    try await options.withNode { node, settings in
      let report = try await JournalVerifier(keys: node.keys).verify(node.database, headFile: try headFile(settings))
      if json {
        print(String(decoding: try report.json.encoded(), as: UTF8.self))
      } else {
        print(
          "Entries: \(report.sealed + report.unsealed); sealed: \(report.sealed); not yet sealed: \(report.unsealed); erased: \(report.erased.count)"
        )
        for line in report.lines { print(line) }
      }
      if !report.isIntact { throw ExitCode(1) }
    }
  }

  /// A file that was asked for must be there; the server's own may not have been begun yet.
  private func headFile(_ settings: Settings) throws -> URL? {
    if let head { return URL(fileURLWithPath: head) }
    return settings.journalHead.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }
  }
}

/// `civil journal head`
struct PrintHead: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head",
    abstract: "Prints the newest head, which says how far the journal had come: a line of JSON to keep elsewhere.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withNode { node, _ in
      guard let head = try await node.read({ [node] connection in try Head.newest(of: node, connection) }) else {
        throw Command.fail("Nothing is sealed yet. A server seals every second while it runs.", 1)
      }
      print(String(decoding: try head.json.encoded(), as: UTF8.self))
    }
  }
}

extension Options {
  /// Opens the database and the keys, and nothing else.
  fileprivate func withNode(_ body: (Node, Settings) async throws -> Void) async throws {
    try await Command.run {
      let settings = try await settings()
      let logger = try await logger()
      try await Command.using(settings.database) {
        let node = try await OpenNode.open(settings, logger: logger)
        do {
          try await body(node, settings)
          await node.database.close()
        } catch JournalError.headFile(let path, let reason) {
          await node.database.close()
          throw Command.fail("The file of heads \(path) cannot be read (\(reason)).", 74)
        } catch {
          await node.database.close()
          throw error
        }
      }
    }
  }
}

import App
import ArgumentParser
import Database
import Foundation
import Journal
import Kernel
import Localization
import Needs
import People
import Prescriptions
import Tools
import Vocabulary

/// `civil migrate`
struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings the database to this program's schema, and makes the key file when there is none.")

  @OptionGroup var options: Options

  func run() async throws {
    try await Command.run {
      let settings = try await options.settings()
      let logger = try await options.logger()
      let (steps, madeKeys) = try await Command.using(settings.database) {
        try await OpenNode.migrate(settings, logger: logger)
      }
      Command.say(steps.isEmpty ? "The schema is current." : "Applied: \(steps.joined(separator: ", ")).")
      if madeKeys {
        Command.say(
          "Made the keys in \(settings.keys). Keep a copy of this file somewhere else: no backup holds it, and without it nothing encrypted can be read."
        )
      }
    }
  }
}

/// `civil import …`
struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes records in from files.",
    subcommands: [ImportToolsCommand.self, ImportNeedsCommand.self, ImportHandoverCommand.self])
}

/// `civil import tools`
struct ImportToolsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tools", abstract: "Takes tools in from a catalogue. Running it again changes only what has changed.")

  @OptionGroup var options: Options

  @Option(help: "dpg (JSON lines of the Digital Public Goods nominees) or publiccode (publiccode.yml files)")
  var from: String

  @Flag(help: "Looks at everything and writes nothing.")
  var dryRun = false

  @Argument(help: "One or more files.")
  var files: [String]

  func run() async throws {
    try await options.withApplication { app in
      guard let format = ImportTools.Format(rawValue: from) else {
        throw ValidationError("--from is one of: \(ImportTools.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      let contents = try files.map { ImportFile(name: $0, bytes: try OperatorFile.read($0)) }
      let progress = Progress("Tools")
      let report = try await ImportTools(node: app.node, vocabulary: app.vocabulary)(contents, as: format, isDryRun: dryRun) {
        progress.update($0, of: $1)
      }
      for complaint in report.complaints {
        Command.say("\(complaint.file):\(complaint.line): \(complaint.reason.phrase().text)")
      }
      print(
        "\(dryRun ? "Would import" : "Imported"): \(report.read) rows read, \(report.new) new, \(report.changed) changed, \(report.unchanged) unchanged, \(report.merged) merged, \(report.bad) bad."
      )
      if report.bad > 0 { throw ExitCode(1) }
    }
  }
}

/// `civil prescribe`
struct Prescribe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prescribes for needs given as JSON lines with id, language, words and constraints, without storing them.",
    discussion: """
      A line that cannot be read is told on the error stream with its number; the others are answered, and the exit code is then 1.
      """)

  @OptionGroup var options: Options

  @Option(help: "The file of needs; - for standard input.")
  var needs: String

  @Option(help: "tools")
  var shelf = "tools"

  @Option(help: "How many answers a need gets at most.")
  var limit = 10

  @Option(help: "jsonl")
  var format = "jsonl"

  func run() async throws {
    guard format == "jsonl" else { throw ValidationError("--format is jsonl.") }
    guard (1...100).contains(limit) else { throw ValidationError("--limit is a number from 1 to 100.") }
    try await options.withApplication { app in
      guard let shelf = app.prescriber.shelves.first(where: { $0.name == self.shelf }) else {
        throw ValidationError("--shelf is one of: \(app.prescriber.shelves.map(\.name).joined(separator: ", ")).")
      }
      let bytes = needs == "-" ? [UInt8](FileHandle.standardInput.readDataToEndOfFile()) : try OperatorFile.read(needs)
      var isBad = false
      for line in try NeedLines.read(bytes, file: needs) {
        switch line.content {
        case .success(let need):
          if !need.passedOver.isEmpty {
            Command.say("\(needs):\(line.number): passed over, because not known: \(need.passedOver.joined(separator: ", "))")
          }
          let found = shelf.find(need.question, limit).map(\.item)
          let shown = shelf.show(found)
          let names = found.compactMap { shown[$0] }.map { JSON.string($0.externalID ?? $0.id) }
          print(JSON.object(JSON.Object([("id", need.id), (self.shelf, .array(names))])).description)
        case .failure(let flaw):
          isBad = true
          Command.say("\(needs):\(line.number): \(flaw.reason)")
        }
      }
      if isBad { throw ExitCode(1) }
    }
  }
}

/// `civil export …`
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes records out, for the operator.",
    subcommands: [ExportNeeds.self, ExportTools.self, ExportVolunteers.self, ExportHandoverCommand.self])
}

/// `civil export needs`
struct ExportNeeds: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "needs",
    abstract: "Every need as a JSON line, words included. For the operator: keep the file as safe as the database.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      var cursor: NeedCursor?
      repeat {
        let after = cursor
        let (needs, organizations) = try await app.node.read { connection in
          let needs = try NeedStore(connection).page(.desk(of: .system), NeedFilter(), after: after, limit: 500)
          return (needs, try OrganizationStore(connection).find(needs.map(\.organization)))
        }
        for need in needs { print(NeedAPI.json(need, organization: organizations[need.organization], view: .desk).description) }
        cursor = needs.count == 500 ? needs.last.map { NeedCursor($0) } : nil
      } while cursor != nil
    }
  }
}

/// `civil export tools`
struct ExportTools: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "tools", abstract: "Every published tool as a JSON line.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication { app in
      let catalogue = app.tools.catalogue
      for id in catalogue.ids.sorted() {
        guard let tool = catalogue[id] else { continue }
        print(Self.json(tool).description)
      }
    }
  }

  private static func json(_ tool: ListedTool) -> JSON {
    let functions = tool.functions.map { JSON.string($0) }
    let members: [JSON.Object.Member] = [
      ("id", .string(tool.id)), ("externalId", tool.externalID.json), ("name", .string(tool.name)),
      ("description", .string(tool.text)),
      ("functions", .array(functions)), ("website", tool.website.json), ("repository", tool.repository.json),
      ("licence", tool.licence.json),
    ]
    return .object(JSON.Object(members))
  }
}

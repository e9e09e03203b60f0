import App
import ArgumentParser
import Journal
import Kernel

/// `civil handover …`
struct HandoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handover",
    abstract: "Two nodes and a stick: where files for this node are sealed to, and what has arrived elsewhere.",
    discussion: """
      On the home node, `civil handover address > address.txt` writes down where files for it are sealed to. On the laptop, `civil export \
      handover --to address.txt FILE` writes what was stated there. On the home node, `civil import handover FILE` takes it in and prints a \
      receipt, which `civil handover confirm` takes on the laptop.
      """,
    subcommands: [HandoverAddressCommand.self, ConfirmHandoverCommand.self])
}

/// `civil handover address`
struct HandoverAddressCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "address", abstract: "Prints where other nodes seal files for this one. It is no secret.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      let address = app.node.keys.address
      print(address.text)
      Command.say("This is the address of the node \(address.node). Give it to the other node: --to ADDRESS, or a file with it.")
    }
  }
}

/// `civil handover confirm`
struct ConfirmHandoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Takes the receipt that the other node has printed: what has arrived is not written again.")

  @OptionGroup var options: Options

  @Argument(help: "The receipt: four groups of four letters and numbers.")
  var receipt: String

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      try await HandoverOutput.explaining {
        print("Confirmed: \(try await ConfirmHandover(app.node)(receipt)) records have arrived.")
      }
    }
  }
}

/// `civil export handover`
struct ExportHandoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handover",
    abstract:
      "Hands organizations and needs over to another node, in a file that it alone can open. They cannot be changed here afterwards.",
    discussion: """
      The file holds everything that was stated here: words, who stated it and how they agreed, contact details, prescriptions, and what makes the \
      printed slips work there. Running it again writes the same again, and what is new, until the other node's receipt was taken by \
      `civil handover confirm`. Demonstration records are never handed over.
      """)

  @OptionGroup var options: Options

  @Option(
    help:
      "The other node's address, as `civil handover address` prints it there, or a file with it; that of the last time when not given."
  )
  var to: String?

  @Option(help: "node, country:CL or organization:ID")
  var scope = "node"

  @Option(help: "text or json")
  var format = HandoverOutput.Format.text

  @Argument(help: "The file to make. No file is overwritten.", completion: .file())
  var file: String

  func run() async throws {
    try await options.withApplication { app in
      try await HandoverOutput.explaining {
        let address = try await ExportHandover.address(to, on: app.node)
        let progress = Progress("Records")
        let report = try await ExportHandover(app, to: address, scope: try ExportHandover.Scope(scope))(to: file) {
          progress.update($0, of: $1)
        }
        switch format {
        case .json:
          let json: JSON = [
            "file": .string(file), "to": .string(report.node), "organizations": .int(report.organizations),
            "needs": .int(report.needs),
          ]
          print(json.description)
        case .text:
          print("Written for the node \(report.node): \(report.organizations) organizations, \(report.needs) needs.")
          Command.say(
            "They belong to that node now and cannot be changed here. Carry \(file) there, and run: civil import handover \(file)"
          )
        }
      }
    }
  }
}

/// `civil import handover`
struct ImportHandoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handover",
    abstract: "Takes in what another node hands over. Running it again adds nothing twice.",
    discussion: """
      The whole file is checked before anything of it is stored. What this node knows in a newer version stays as it is. The exit code is 1 when the \
      file is refused, or when something of it could not be taken.
      """)

  @OptionGroup var options: Options

  @Option(help: "Takes it only from this node: the sixteen signs that name it.")
  var from: String?

  @Option(help: "text or json")
  var format = HandoverOutput.Format.text

  @Argument(help: "The file.", completion: .file())
  var file: String

  func run() async throws {
    try await options.withApplication { app in
      try await HandoverOutput.explaining {
        let progress = Progress("Records")
        let report = try await ImportHandover(app)(file, from: from) { progress.update($0, of: $1) }
        switch format {
        case .json: print(HandoverOutput.json(report).description)
        case .text: HandoverOutput.print(report, file: file)
        }
        if !report.isComplete { throw ExitCode(1) }
      }
    }
  }
}

/// What these commands print.
enum HandoverOutput {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  /// Turns what may go wrong into a sentence and an exit code.
  static func explaining(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as HandoverError {
      switch error {
      case .file, .exists: throw Command.fail(error.description, 74)
      default: throw Command.fail(error.description, 1)
      }
    }
  }

  static func print(_ report: ImportHandover.Report, file: String) {
    for remark in report.remarks { Command.say("\(file): \(sentence(remark))") }
    Swift.print("From the node \(report.opening.node), as of \(report.opening.at.iso8601):")
    Swift.print("organizations: \(line(report.organizations))")
    Swift.print("needs: \(line(report.needs))")
    if report.carriedThings > 0 {
      Command.say("Prescribed there and not in the catalogue here: \(report.carriedThings). They are shown as they were.")
    }
    if report.isComplete {
      Swift.print("receipt: \(report.opening.receipt)")
      Command.say("Everything in it is here. On the other node, run: civil handover confirm \(report.opening.receipt)")
    }
  }

  private static func line(_ counts: ImportHandover.Counts) -> String {
    """
    \(counts.read) read, \(counts.new) new, \(counts.known) known already, \(counts.changed) changed, \(counts.conflicts) conflicts, \
    \(counts.bad) bad
    """
  }

  private static func sentence(_ remark: ImportHandover.Remark) -> String {
    switch remark {
    case .looksLike(let organization, let others):
      "/organizations/\(organization)/edit looks like the same group as \(others.map { "/organizations/\($0)/edit" }.joined(separator: ", ")). They are kept apart until a person says that they are one."
    case .clash(let printed, let here):
      "Two needs have the code \(printed) on their paper. The one that came has the code \(here) here; its slip opens it as before."
    case .conflict(let record):
      "\(record) was changed on both nodes, or comes from a node that does not keep it. It stays as it is here."
    case .bad(let line, let reason): "Line \(line) cannot be taken: \(reason)."
    }
  }

  static func json(_ report: ImportHandover.Report) -> JSON {
    let remarks = report.remarks.map { remark -> JSON in
      switch remark {
      case .looksLike(let organization, let others):
        ["kind": "looksLike", "organization": .string(organization), "others": JSON(others)]
      case .clash(let printed, let here): ["kind": "clash", "printed": .string(printed), "here": .string(here)]
      case .conflict(let record): ["kind": "conflict", "record": .string(record)]
      case .bad(let line, let reason): ["kind": "bad", "line": .int(line), "reason": .string(reason)]
      }
    }
    return [
      "from": .string(report.opening.node), "handover": .string(report.opening.id), "at": .string(report.opening.at.iso8601),
      "scope": .string(report.opening.scope), "organizations": json(report.organizations), "needs": json(report.needs),
      "carriedThings": .int(report.carriedThings), "remarks": .array(remarks),
      "receipt": report.isComplete ? .string(report.opening.receipt) : .null,
    ]
  }

  private static func json(_ counts: ImportHandover.Counts) -> JSON {
    [
      "read": .int(counts.read), "new": .int(counts.new), "known": .int(counts.known), "changed": .int(counts.changed),
      "conflicts": .int(counts.conflicts), "bad": .int(counts.bad),
    ]
  }
}

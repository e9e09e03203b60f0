import App
import ArgumentParser
import Foundation
import Kernel

/// `civil backup`
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copies all data into one file while the node goes on. The keys are never in it.",
    discussion: """
      The file is sealed with a key of the node: without the key file nobody can read it, and no change to it goes unnoticed. Keep a copy of \
      the key file somewhere else than the backups.
      """)

  @OptionGroup var options: Options

  @Option(
    help: "The file to make; civil-DATE-TIME.backup in this folder when not given. No file is overwritten.", completion: .file())
  var to: String?

  @Flag(help: "Does not seal it: whoever finds the file can read all that is not encrypted in the database itself.")
  var plain = false

  func run() async throws {
    try await Command.run {
      try await BackupOutput.explaining {
        let settings = try await options.settings()
        let path = to ?? Backup.name(at: .now())
        let logger = try await options.logger()
        let header = try await Command.using(settings.database) {
          try await Backup(settings, logger: logger)(to: path, isPlain: plain, progress: BackupOutput().progress)
        }
        print(path)
        Command.say("Journal entries in it: \(header.entries). All records are in it too.")
        if plain {
          Command.say(
            "It is NOT sealed: whoever finds it can read it, all but contact details, and can change it. Keep it where only you get at it."
          )
        } else {
          Command.say("It is sealed with the key \(header.key ?? "") in \(settings.keys).")
        }
        Command.say(
          "The keys are not in it. Keep a copy of \(settings.keys) in another place: without it, this backup cannot be restored.")
      }
    }
  }
}

/// `civil restore`
struct RestoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Puts a backup in the place of a database's content. Stop the service first.",
    discussion: """
      The whole file is checked before anything is touched; when something fails, the database stays as it was. Afterwards the journal \
      begins a new epoch, by which those who follow it know that entries may be missing.
      """)

  @OptionGroup var options: Options

  @Argument(help: "The backup.", completion: .file())
  var file: String

  @Flag(help: "Restores into a database that holds something, and so loses all that it holds.")
  var force = false

  @Flag(help: "Takes a backup that is not sealed, which anybody could have changed.")
  var plain = false

  func run() async throws {
    try await Command.run {
      try await BackupOutput.explaining {
        let settings = try await options.settings()
        let logger = try await options.logger()
        let outcome = try await Command.using(settings.database) {
          try await Restoration(settings, logger: logger)(
            from: file, isForced: force, isPlain: plain, progress: BackupOutput().progress)
        }
        let header = outcome.header
        print(
          "Restored into \(settings.database): the node \(header.node) as it was at \(header.at.iso8601). Journal entries: \(header.entries)."
        )
        if !outcome.steps.isEmpty { print("Brought the schema up to date: \(outcome.steps.joined(separator: ", ")).") }
        print("The journal is in epoch \(outcome.epoch) from now on. What happened after the backup is not in it.")
      }
    }
  }
}

/// What both commands print.
private final class BackupOutput: Sendable {
  private let stages = Dictionary(
    uniqueKeysWithValues: [Backup.Stage.copying, .writing, .checking, .restoring].map { stage in
      (stage, Progress(stage.rawValue + (stage == .copying ? " (‰)" : " (kB)")))
    })
  private let isTerminal = isatty(2) == 1

  func progress(_ stage: Backup.Stage, _ done: Int, _ total: Int?) {
    if let total {
      let unit = stage == .copying ? 1 : 1_000
      stages[stage]?.update((done + unit - 1) / unit, of: (total + unit - 1) / unit)
    } else if isTerminal {
      // Nobody knows how long a dump will be.
      FileHandle.standardError.write(Data("\r\(stage.rawValue): \(done / 1_000) kB\u{1B}[K".utf8))
    }
  }

  /// Turns what may go wrong with a backup into a sentence and an exit code.
  static func explaining(_ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let error as BackupError {
      switch error {
      case .file, .exists: throw Command.fail(error.description, 74)
      case .toolMissing, .toolTooOld, .unsafeAddress, .otherSchema: throw Command.fail(error.description, 78)
      case .toolFailed, .notAcknowledged: throw Command.fail(error.description, 69)
      default: throw Command.fail(error.description, 1)
      }
    }
  }
}

import App
import ArgumentParser

/// `civil demo …`
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Invented organizations and needs, for looking at the product.",
    subcommands: [AddDemonstration.self, RemoveDemonstration.self])
}

/// `civil demo add`
struct AddDemonstration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Adds the demonstration. Running it again adds only what is missing.",
    discussion: "Its accounts can sign in from this machine only. Their passphrases are in a file beside the database.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication { app in
      print("Added: \(Self.sentence(try await Demonstration.add(to: app))).")
      if let hint = Demonstration.signInHint(app.settings) { Command.say(hint) }
    }
  }

  static func sentence(_ counts: Demonstration.Counts) -> String {
    "\(counts.organizations) organizations, \(counts.needs) needs, \(counts.tools) tools, \(counts.accounts) accounts"
  }
}

/// `civil demo remove`
struct RemoveDemonstration: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Removes everything the demonstration has added, and what was stated for its organizations.")

  @OptionGroup var options: Options

  func run() async throws {
    try await options.withApplication(loadIndexes: false) { app in
      print("Removed: \(AddDemonstration.sentence(try await Demonstration.remove(from: app))).")
    }
  }
}

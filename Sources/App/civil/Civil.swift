import ArgumentParser

/// The one command of the product.
@main
struct Civil: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "civil",
    abstract: "Civil Society 2.0: connects small civil society organizations with tools, lessons and volunteers.",
    discussion: """
      Every setting can be given as a flag, in the environment (CIVIL_DATABASE for --database) or in a JSON file named by CIVIL_CONFIG, \
      in this order. `civil config` prints what is in force and where each setting comes from.
      """,
    version: "0.1.0",
    subcommands: [
      Serve.self, Migrate.self, Import.self, Export.self, Prescribe.self, UserCommand.self, TokenCommand.self,
      VocabularyCommand.self,
      LocaleCommand.self, JournalCommand.self, IndexCommand.self, BackupCommand.self, RestoreCommand.self,
      HandoverCommand.self, ConfigCommand.self, DemoCommand.self,
    ])
}

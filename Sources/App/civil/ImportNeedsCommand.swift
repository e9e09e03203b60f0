import App
import ArgumentParser
import Foundation

/// `civil import needs`
struct ImportNeedsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "needs",
    abstract:
      "Takes needs in from a table, marked as imported until their organizations claim them. Running it again adds nothing twice.",
    discussion: """
      The table is UTF-8 text with a heading and fields parted by commas, semicolons or tabs. --map says which column holds what:

        id=COLUMN            what the table calls the need; with the name of the file it tells the need from all others
        words=COLUMN         what is needed
        title=COLUMN         a line above the words; may be missing
        organization=COLUMN  who needs it
        country=COLUMN       a code of two letters, or the same for all rows: country:US
        language=COLUMN      of the words, or the same for all rows: language:en
        public:yes           the needs are public where they come from, so a summary may be shown to everybody; otherwise nobody but \
      facilitators reads them

      A field that is not named is looked for in the column of its own name. Words with a telephone number, an e-mail address, a link or an \
      exact place in them wait at the desk and are not shown.

        civil import needs --from csv --map id=opportunity_id --map words=summary --map organization=org_title \
      --map country:US --map language:en opportunities.csv
      """)

  @OptionGroup var options: Options

  @Option(help: "csv")
  var from: String

  @Option(parsing: .singleValue, help: "FIELD=COLUMN, FIELD:VALUE, or a file with such lines; several times.")
  var map: [String] = []

  @Flag(help: "Looks at everything and writes nothing.")
  var dryRun = false

  @Argument(help: "The file.")
  var file: String

  func run() async throws {
    guard from == "csv" else { throw ValidationError("--from is csv.") }
    let mapping = try await Command.run { try NeedImportMap(map) }
    try await options.withApplication { app in
      let progress = Progress("Needs")
      let report = try await ImportNeeds(app: app, map: mapping)(
        file: file, bytes: try OperatorFile.read(file), isDryRun: dryRun
      ) { progress.update($0, of: $1) }
      for complaint in report.complaints { Command.say("\(file):\(complaint.line): \(complaint.reason)") }
      print(
        """
        \(dryRun ? "Would import" : "Imported"): \(report.read) rows read, \(report.new) new, \(report.known) known already, \
        \(report.organizations) organizations, \(report.bad) bad.
        """)
      if report.bad > 0 { throw ExitCode(1) }
    }
  }
}

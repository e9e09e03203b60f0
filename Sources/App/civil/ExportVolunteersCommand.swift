import App
import ArgumentParser
import Foundation
import Journal
import Kernel
import Volunteers

/// `civil export volunteers`
struct ExportVolunteers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "volunteers",
    abstract: "Writes who volunteers, a JSON line each, for the operator: it holds names, so keep it as you keep the keys.")

  @OptionGroup var options: Options

  @Option(help: "jsonl")
  var format = "jsonl"

  func run() async throws {
    guard format == "jsonl" else { throw ValidationError("--format is jsonl.") }
    try await options.withApplication(loadIndexes: false) { app in
      let lines = try await app.node.read { connection in
        var lines: [JSON] = []
        try VolunteerStore(connection).forEach { volunteer, name in
          lines.append([
            "id": .string(volunteer.person.rawValue), "name": .string(name),
            "skills": .array(volunteer.skills.map { .string($0.concept) }),
            "languages": .array(volunteer.languages.map { .string($0) }), "hoursAWeek": .int(volunteer.hoursAWeek),
            "isPaused": .bool(volunteer.isPaused),
          ])
        }
        return lines
      }
      for line in lines {
        FileHandle.standardOutput.write(Data(try line.encoded() + [0x0A]))
      }
    }
  }
}

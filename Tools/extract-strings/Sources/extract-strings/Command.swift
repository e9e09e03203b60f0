import ExtractStrings
import Foundation

/// `extract-strings`: what it does stands in `Run.usage`.
@main struct Command {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.contains("--help") || arguments.contains("-h") {
      print(Run.usage)
      return
    }
    do {
      let outcome = try Run(arguments)()
      for line in outcome.lines { tell(line, isError: outcome.status != 0) }
      exit(outcome.status)
    } catch {
      tell("error: \(error.reason)\n\n\(Run.usage)", isError: true)
      exit(2)
    }
  }

  private static func tell(_ line: String, isError: Bool) {
    let handle = isError ? FileHandle.standardError : FileHandle.standardOutput
    handle.write(Data("\(line)\n".utf8))
  }
}

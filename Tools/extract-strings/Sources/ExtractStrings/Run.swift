import Foundation

/// One run of the tool: reads sources, then writes, or compares, the files of the translators.
public struct Run {
  /// Folders and files to read, as given.
  var sources: [String] = []
  /// Where the template is.
  var template = ""
  /// Whether nothing is written, and only told what would be.
  var isCheck = false
  /// Whether the `.po` files beside the template are brought in step.
  var isMerge = false

  public static let usage = """
    Usage: extract-strings FOLDER… --out FILE.pot [--merge] [--check]

      --out FILE   the file with every sentence, for translators
      --merge      bring every .po file beside it in step: keep translations, add new sentences, set aside those no longer shown
      --check      write nothing; end with status 1 if anything would be written

    Status: 0 all well; 1 a sentence that cannot be translated, a .po file that cannot be read, or (with --check) a file that is
    out of step; 2 cannot be done as asked.
    """

  /// - Parameter arguments: of the command, without its name.
  /// - Throws: `Misuse`.
  public init(_ arguments: [String]) throws(Misuse) {
    var rest = arguments[...]
    while let next = rest.popFirst() {
      switch next {
      case "--check": isCheck = true
      case "--merge": isMerge = true
      case "--out":
        guard let file = rest.popFirst() else { throw Misuse("--out needs the name of a file.") }
        template = file
      case _ where next.hasPrefix("-"): throw Misuse("There is no option \(next).")
      default: sources.append(next)
      }
    }
    guard !sources.isEmpty else { throw Misuse("Name a folder of Swift sources.") }
    guard !template.isEmpty else { throw Misuse("Name the template with --out.") }
  }

  /// Something asked for that cannot be done.
  public struct Misuse: Error, Equatable {
    public let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  /// What came of it.
  public struct Outcome: Equatable, Sendable {
    /// What to tell the person who ran it, a line each.
    public var lines: [String]
    /// Exit status, as in `usage`.
    public var status: Int32
  }

  /// Does what was asked.
  public func callAsFunction() -> Outcome {
    do {
      let template = try Template(sources: try files().map { ($0, try text(of: $0)) })
      var outcome = Outcome(lines: [], status: 0)
      try bring(self.template, to: template.text, &outcome)
      if isMerge {
        for file in try languageFiles() {
          let merged = try Merge.merged(template, into: Array(try data(of: file)), file: file)
          try bring(file, to: merged, &outcome)
        }
      }
      return outcome
    } catch let error as SourceProblems {
      return Outcome(lines: error.problems.map(\.description), status: 1)
    } catch let error as FileProblem {
      return Outcome(lines: [error.description], status: 1)
    } catch let error as Misuse {
      return Outcome(lines: ["error: \(error.reason)"], status: 2)
    } catch {
      return Outcome(lines: ["error: \(error)"], status: 2)
    }
  }

  private func bring(_ file: String, to text: String, _ outcome: inout Outcome) throws(Misuse) {
    let exists = FileManager.default.fileExists(atPath: file)
    if exists, try data(of: file) == Data(text.utf8) { return }
    if isCheck {
      outcome.lines.append("\(file):1: error: The file is out of step with the sources. Run extract-strings without --check.")
      outcome.status = 1
      return
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
      outcome.lines.append("\(file) written")
    } catch {
      throw Misuse("\(file) cannot be written.")
    }
  }

  /// Every Swift file, by name.
  private func files() throws(Misuse) -> [String] {
    var found: Set<String> = []
    for source in sources {
      let root = source.count > 1 && source.hasSuffix("/") ? String(source.dropLast()) : source
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) else { throw Misuse("\(root) does not exist.") }
      guard isFolder.boolValue else {
        found.insert(root)
        continue
      }
      guard let inside = FileManager.default.enumerator(atPath: root) else { throw Misuse("\(root) cannot be read.") }
      for case let path as String in inside where path.hasSuffix(".swift") { found.insert("\(root)/\(path)") }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The languages' files beside the template, by name.
  private func languageFiles() throws(Misuse) -> [String] {
    let folder = (template as NSString).deletingLastPathComponent
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
        .filter { $0.hasSuffix(".po") }.sorted().map { (folder as NSString).appendingPathComponent($0) }
    } catch {
      throw Misuse("\(folder) cannot be read.")
    }
  }

  private func text(of file: String) throws(Misuse) -> String {
    guard let text = String(validating: try data(of: file), as: UTF8.self) else { throw Misuse("\(file) is not UTF-8.") }
    return text
  }

  private func data(of file: String) throws(Misuse) -> Data {
    do {
      return try Data(contentsOf: URL(filePath: file))
    } catch {
      throw Misuse("\(file) cannot be read.")
    }
  }
}

import Foundation
import Kernel
import Localization

/// The vocabulary's plain files: `concepts-KIND.txt` list concepts, `labels/LANG-KIND.txt` their words.
///
///     problem.tell-many-people-by-phone
///       broader: problem.communication
///       solved by: function.bulk-sms, function.voice-menu
///
///     problem.tell-many-people-by-phone = Telling many people by phone at once | call everyone | calling each person
struct VocabularyFiles {
  private(set) var entries: [Vocabulary.Entry] = []
  private(set) var words: [String: [String: [String]]] = [:]
  /// What keeps the files from being used.
  private(set) var findings: [Finding] = []
  /// The hash of all that was read.
  private(set) var hash: [UInt8] = []
  /// Where each label stands, for complaints: language, then concept.
  private(set) var places: [String: [String: (file: String, line: Int)]] = [:]

  /// - Parameter additional: a folder of further label files; may be missing.
  static func read(_ folder: URL, additional: URL?) throws -> VocabularyFiles {
    var files = VocabularyFiles()
    for kind in ["problems", "functions", "skills", "causes"] {
      try files.readConcepts(folder.appending(path: "concepts-\(kind).txt"))
    }
    files.checkLinks(folder)
    try files.readLabels(in: folder.appending(path: "labels", directoryHint: .isDirectory))
    if let additional, FileManager.default.fileExists(atPath: additional.path) { try files.readLabels(in: additional) }
    return files
  }

  private mutating func readConcepts(_ file: URL) throws {
    var id: String?
    var broader: [String] = []
    var solvedBy: [String] = []
    var helpsWith: [String] = []
    var known = Set(entries.map(\.id))
    func finished() -> Vocabulary.Entry? {
      guard let id, let kind = Vocabulary.Kind(rawValue: String(id.prefix { $0 != "." })) else { return nil }
      return Vocabulary.Entry(id: id, kind: kind, broader: broader, solvedBy: solvedBy, helpsWith: helpsWith)
    }
    for (number, line) in try lines(of: file) {
      let isIndented = line.utf8.first.map(Substring.isBlank) ?? false
      let text = String(line.trimmed)
      if isIndented {
        let parts = line.parts(between: ":", atMost: 2)
        let ids = parts.count == 2 ? parts[1].parts(between: ",").map(String.init) : []
        switch (id, parts.first) {
        case (.some, "broader"): broader = ids
        case (.some, "solved by"): solvedBy = ids
        case (.some, "helps with"): helpsWith = ids
        default:
          complain(
            file, number, "“\(text)” is not understood.",
            "Write “broader: …”, “solved by: …” or “helps with: …” under a concept.")
        }
      } else {
        if let entry = finished() { entries.append(entry) }
        (id, broader, solvedBy, helpsWith) = (nil, [], [], [])
        if Self.isID(text), known.insert(text).inserted {
          id = text
        } else if Self.isID(text) {
          complain(file, number, "\(text) is listed twice.", "Keep one of the two.")
        } else {
          complain(
            file, number, "“\(text)” is no concept's id.",
            "Write skill., problem., function. or cause. and small letters, digits and hyphens.")
        }
      }
    }
    if let entry = finished() { entries.append(entry) }
  }

  private mutating func checkLinks(_ folder: URL) {
    let kinds = Dictionary(entries.map { ($0.id, $0.kind) }, uniquingKeysWith: { first, _ in first })
    for entry in entries {
      let file = folder.appending(path: "concepts-\(entry.kind.rawValue)s.txt")
      for wider in entry.broader where kinds[wider] != entry.kind || wider == entry.id {
        complain(file, 0, "\(entry.id) has \(wider) above it, which is no other concept of its kind.", "Correct the id.")
      }
      for answer in entry.solvedBy where kinds[answer] != .function && kinds[answer] != .skill {
        complain(file, 0, "\(entry.id) is solved by \(answer), which is no function or skill.", "Correct the id.")
      }
      for problem in entry.helpsWith where entry.kind != .skill || kinds[problem] != .problem {
        complain(file, 0, "\(entry.id) helps with \(problem): only skills help, and only with problems.", "Correct the id.")
      }
    }
  }

  private mutating func readLabels(in folder: URL) throws {
    let kinds = Dictionary(entries.map { ($0.id, $0.kind) }, uniquingKeysWith: { first, _ in first })
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "txt" }.sorted { $0.path < $1.path }
    for file in files {
      let name = file.deletingPathExtension().lastPathComponent
      guard let hyphen = name.lastIndex(of: "-"), let language = Language(String(name[..<hyphen])) else {
        complain(file, 0, "The name says no language and kind.", "Name the file like es-problems.txt.")
        continue
      }
      let path = file.path
      for (number, line) in try lines(of: file) {
        let parts = line.parts(between: "=", atMost: 2)
        let phrases = parts.count == 2 ? parts[1].parts(between: "|").map(String.init) : []
        let id = String(parts[0])
        if parts.count < 2 || phrases.isEmpty || phrases.contains("") {
          complain(file, number, "“\(line.prefix(60))” is not understood.", "Write: id = label | other words | more words")
        } else if kinds[id] == nil {
          complain(file, number, "There is no concept \(id).", "Correct the id, or remove the line.")
        } else {
          words[language.tag, default: [:]][id] = phrases
          places[language.tag, default: [:]][id] = (path, number)
        }
      }
    }
  }

  private mutating func complain(_ file: URL, _ line: Int, _ what: String, _ remedy: String) {
    findings.append(Finding(file: file.path, line: line, severity: .error, what: what, remedy: remedy))
  }

  /// The lines that say something, numbered from 1.
  private mutating func lines(of file: URL) throws -> [(Int, Substring)] {
    let data = try Data(contentsOf: file)
    hash = SHA256.hash(hash + data)
    guard let text = String(validating: data, as: UTF8.self) else {
      complain(file, 0, "This is not UTF-8.", "Save the file in the encoding UTF-8.")
      return []
    }
    return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated().compactMap {
      index, bytes in
      var line = Substring(bytes)
      if index == 0, line.utf8.starts(with: "\u{FEFF}".utf8) { line = Substring(bytes.dropFirst(3)) }
      let first = line.trimmed.utf8.first
      return first == nil || first == UInt8(ascii: "#") ? nil : (index + 1, line)
    }
  }

  private static func isID(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, Vocabulary.Kind(rawValue: String(parts[0])) != nil, !parts[1].isEmpty else { return false }
    return parts[1].utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
  }
}

// Over bytes, because every start reads some four thousand lines: by characters it takes thirty times as long.
extension Substring {
  /// Without the space at both ends; that of a line that ended in CR LF too.
  fileprivate var trimmed: Substring {
    var bytes = utf8
    while let first = bytes.first, Self.isBlank(first) { bytes.removeFirst() }
    while let last = bytes.last, Self.isBlank(last) { bytes.removeLast() }
    return Substring(bytes)
  }

  /// The trimmed parts between separators.
  fileprivate func parts(between separator: Unicode.Scalar, atMost limit: Int = .max) -> [Substring] {
    utf8.split(separator: UInt8(ascii: separator), maxSplits: limit - 1, omittingEmptySubsequences: false).map {
      Substring($0).trimmed
    }
  }

  fileprivate static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}

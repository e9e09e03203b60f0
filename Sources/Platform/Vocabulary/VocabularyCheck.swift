public import Foundation
public import Localization

/// What `civil vocabulary check` looks for.
public enum VocabularyCheck {
  /// Everything a translator or the operator should know about the vocabulary's files.
  /// - Parameters:
  ///   - additional: the operator's folder, as for `Vocabulary.load`.
  ///   - complete: languages in which every concept must have words.
  public static func findings(additional: URL? = nil, complete: [String] = ["en", "es", "fr", "ar"]) throws -> [Finding] {
    let folder = (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appending(path: "Files", directoryHint: .isDirectory)
    let files = try VocabularyFiles.read(
      folder, additional: additional?.appending(path: "vocabulary", directoryHint: .isDirectory))
    return files.findings + missing(files, folder, complete) + shared(files)
  }

  private static func missing(_ files: VocabularyFiles, _ folder: URL, _ complete: [String]) -> [Finding] {
    complete.flatMap { language in
      files.entries.filter { files.words[language]?[$0.id] == nil }.map { entry in
        Finding(
          file: folder.appending(path: "labels/\(language)-\(entry.kind.rawValue)s.txt").path, line: 0, severity: .error,
          what: "\(entry.id) has no words in \(language).", remedy: "Add a line: \(entry.id) = label | other words")
      }
    }
  }

  /// Words that would point to several concepts of one kind help nobody.
  private static func shared(_ files: VocabularyFiles) -> [Finding] {
    let kinds = Dictionary(files.entries.map { ($0.id, $0.kind) }, uniquingKeysWith: { first, _ in first })
    var findings: [Finding] = []
    for (language, words) in files.words.sorted(by: { $0.key < $1.key }) {
      var concepts: [String: [String]] = [:]
      for (id, phrases) in words {
        guard let kind = kinds[id] else { continue }
        for phrase in Set(phrases.map { $0.lowercased() }) { concepts[kind.rawValue + " " + phrase, default: []].append(id) }
      }
      for (phrase, ids) in concepts.sorted(by: { $0.key < $1.key }) where ids.count > 2 {
        let place = files.places[language]?[ids.sorted()[0]]
        let phrase = phrase.split(separator: " ").dropFirst().joined(separator: " ")
        findings.append(
          Finding(
            file: place?.file ?? "", line: place?.line ?? 0, severity: .warning,
            what: "“\(phrase)” means \(ids.sorted().joined(separator: ", ")).", remedy: "Keep it for at most two of them."))
      }
    }
    return findings
  }
}

public import Foundation
import Kernel
public import Localization
public import Retrieval

/// The shared list of concepts: skills, kinds of problem, functions of tools, causes; with labels and everyday words in every
/// language a node speaks.
public struct Vocabulary: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    case skill, problem, function, cause
  }

  /// One concept, without its words.
  public struct Entry: Sendable, Equatable, Identifiable {
    /// `function.bulk-sms`.
    public let id: String
    public let kind: Kind
    public let broader: [String]
    /// For problems: the functions and skills that answer it, best first.
    public let solvedBy: [String]
    /// For skills: the problems whose groups look for somebody who has them.
    public let helpsWith: [String]
  }

  /// In the order of the files.
  public let entries: [Entry]
  /// BCP 47 tags of all languages that have words.
  public let languages: [String]
  /// Finds concepts in anybody's words.
  public let finder: ConceptFinder
  /// Another for other concepts, other words or other rules of finding: what was found under one edition is to be found anew under another.
  public let edition: String

  private let positions: [String: Int]
  private let narrower: [String: [String]]
  private let helpers: [String: [String]]
  /// By language, then concept: the label first, then the other words.
  private let words: [String: [String: [String]]]

  /// Reads the vocabulary that comes with the product, and the words an operator adds.
  /// - Parameter additional: a folder whose `vocabulary/LANG-KIND.txt` add languages or words; nil for none.
  /// - Throws: `VocabularyError` naming file, line and remedy.
  public static func load(additional: URL? = nil) throws -> Vocabulary {
    let bundled = (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appending(path: "Files", directoryHint: .isDirectory)
    let files = try VocabularyFiles.read(
      bundled, additional: additional?.appending(path: "vocabulary", directoryHint: .isDirectory))
    if !files.findings.isEmpty { throw VocabularyError(findings: files.findings) }
    return Vocabulary(files)
  }

  init(_ files: VocabularyFiles) {
    entries = files.entries
    words = files.words
    languages = files.words.keys.sorted()
    edition = "\(ConceptFinder.edition)-" + Hex.encode(files.hash.prefix(8))
    positions = Dictionary(files.entries.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    var narrower: [String: [String]] = [:]
    for entry in files.entries { for wider in entry.broader { narrower[wider, default: []].append(entry.id) } }
    self.narrower = narrower
    var helpers: [String: [String]] = [:]
    for entry in files.entries { for problem in entry.helpsWith { helpers[problem, default: []].append(entry.id) } }
    self.helpers = helpers
    finder = ConceptFinder(
      concepts: files.entries.map { Concept(id: $0.id, broader: $0.broader, solvedBy: $0.solvedBy) },
      lexicons: files.words.map { language, words in
        Lexicon(
          language: language,
          entries: files.entries.compactMap { entry in
            words[entry.id].map { Lexicon.Entry(concept: entry.id, phrases: $0) }
          })
      })
  }

  public func entry(_ id: String) -> Entry? { positions[id].map { entries[$0] } }

  public func narrower(than id: String) -> [String] { narrower[id] ?? [] }

  /// The skills that help with a problem, in the order of the file.
  public func skills(helpingWith problem: String) -> [String] { helpers[problem] ?? [] }

  /// What a concept is called, in a language or the nearest one that has a name for it; the id when there is none at all.
  public func label(_ id: String, in language: Language) -> Phrase {
    for tag in [language.tag, String(language.tag.prefix { $0 != "-" }), "en"] {
      if let label = words[tag]?[id]?.first { return Phrase(text: label, language: Language(tag) ?? .english) }
    }
    return Phrase(text: id, language: .english)
  }

  /// Everyday words for a concept in a language, without its label.
  public func synonyms(of id: String, in tag: String) -> [String] { Array((words[tag]?[id] ?? []).dropFirst()) }

  /// Whether a language has a name for every concept.
  public func isComplete(in tag: String) -> Bool { words[tag]?.count == entries.count }
}

/// Vocabulary files that cannot be read.
public struct VocabularyError: Error, CustomStringConvertible {
  public let findings: [Finding]
  public var description: String { findings.map(\.description).joined(separator: "\n") }
}

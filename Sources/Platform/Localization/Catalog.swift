import Foundation

/// One translators' file, reduced to what can be shown.
struct Catalog: Sendable {
  let language: Language
  /// What the file calls its language in menus.
  let name: String?
  /// Tags of the languages to look in next, the best first; empty where the file does not say.
  let fallbacks: [String]
  let rule: PluralRule
  /// Translated entries whose placeholders are those of the source, with as many forms as the rule has.
  let entries: [PortableObject.Entry]

  /// Reads every `.po` file of a folder.
  ///
  /// - Throws: `LocaleError` when the folder or a file cannot be read.
  static func all(in folder: URL) throws -> [Catalog] {
    try files(in: folder).map { try Catalog(reading: $0) }
  }

  /// The `.po` files of a folder, by name.
  static func files(in folder: URL) throws -> [URL] {
    do {
      return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "po" }.sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
      throw LocaleError(
        Finding(
          file: folder.path, line: 0, severity: .error, what: "The folder of translations cannot be read.",
          remedy: "Name a folder that exists and that this user may read."))
    }
  }

  /// The bytes of a file.
  static func bytes(of file: URL) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: file))
    } catch {
      throw LocaleError(
        Finding(
          file: file.path, line: 0, severity: .error, what: "The file cannot be read.",
          remedy: "See that it is a file and that this user may read it."))
    }
  }

  init(reading file: URL) throws {
    try self.init(PortableObject(parsing: try Self.bytes(of: file), keepsRemarks: false), file: file)
  }

  init(_ object: PortableObject, file: URL) throws {
    let path = file.path
    guard let language = Language(file.deletingPathExtension().lastPathComponent) else {
      throw LocaleError(.badFileName(path))
    }
    guard object.problems.isEmpty else {
      throw LocaleError(findings: object.problems.map { Finding($0, file: path) })
    }
    let headerLine = object.header?.line ?? 1
    if let charset = object.charset, !Finding.utf8Names.contains(charset.uppercased()) {
      throw LocaleError(.badCharset(charset, path, line: headerLine))
    }
    if let plurals = object.headerField("Plural-Forms") {
      do {
        rule = try PluralRule(header: plurals)
      } catch {
        throw LocaleError(.badPluralForms(error, path, line: headerLine))
      }
    } else {
      guard language == .english || !object.entries.contains(where: { $0.plural != nil && $0.isTranslated && !$0.isObsolete })
      else {
        throw LocaleError(.noPluralForms(path, line: headerLine))
      }
      rule = .english
    }
    self.language = language
    name = object.headerField("X-Language-Name").flatMap { $0.isEmpty ? nil : $0 }
    fallbacks = object.fallbacks.compactMap { Language(String($0))?.tag }
    let forms = rule.count
    entries = object.entries.filter { entry in
      guard !entry.isObsolete, entry.isTranslated, entry.translations.count == (entry.plural == nil ? 1 : forms) else {
        return false
      }
      let known = entry.placeholders
      return entry.translations.allSatisfy { Placeholders.names(in: $0).isSubset(of: known) }
    }
  }
}

extension PortableObject {
  /// The character set that the header claims.
  var charset: String? {
    guard let type = headerField("Content-Type"), let found = type.firstRange(of: /charset\s*=\s*/.ignoresCase()) else {
      return nil
    }
    return String(type[found.upperBound...].prefix { !$0.isWhitespace && $0 != ";" })
  }

  /// The tags in `X-Fallback`, as written.
  var fallbacks: [Substring] {
    headerField("X-Fallback")?.split { $0 == "," || $0.isWhitespace } ?? []
  }
}

extension PortableObject.Entry {
  /// The placeholders of the source.
  var placeholders: Set<String> {
    Placeholders.names(in: id).union(plural.map { Placeholders.names(in: $0) } ?? [])
  }
}

extension LocaleError {
  init(_ finding: Finding) { self.init(findings: [finding]) }
}

extension Finding {
  static let utf8Names: Set<String> = ["UTF-8", "UTF8", "US-ASCII", "ASCII"]

  init(_ problem: PortableObject.Problem, file: String) {
    self.init(file: file, line: problem.line, severity: .error, what: problem.what, remedy: problem.remedy)
  }

  static func badFileName(_ file: String) -> Finding {
    Finding(
      file: file, line: 0, severity: .error, what: "The name of the file is not a language tag.",
      remedy: "Name it after its language, such as es.po or pt-BR.po (BCP 47).")
  }

  static func badCharset(_ charset: String, _ file: String, line: Int) -> Finding {
    Finding(
      file: file, line: line, severity: .error, what: "The header Content-Type says that the file is in \(charset).",
      remedy: "Save the file as UTF-8 and write “Content-Type: text/plain; charset=UTF-8”.")
  }

  static func badPluralForms(_ malformed: PluralRule.Malformed, _ file: String, line: Int) -> Finding {
    Finding(
      file: file, line: line, severity: .error, what: "The header Plural-Forms \(malformed.reason).",
      remedy: "Copy the line for the language from another translated program, such as “nplurals=2; plural=(n != 1);”.")
  }

  static func noPluralForms(_ file: String, line: Int) -> Finding {
    Finding(
      file: file, line: line, severity: .error, what: "The header has no Plural-Forms.",
      remedy: "Add the line for the language, such as “Plural-Forms: nplurals=2; plural=(n != 1);”.")
  }
}

/// Brings a language's file in step with the sentences of the product.
public enum Merge {
  /// Keeps every translation and every word of the translators; adds what is new with an empty translation; sets what is gone
  /// aside as obsolete (`#~`), from where it comes back should the sentence. A sentence that has gained, lost or changed its plural
  /// keeps its translation, marked fuzzy for review.
  ///
  /// - Parameters:
  ///   - template: the sentences.
  ///   - text: the file, as bytes.
  ///   - file: its name, for the error.
  /// - Returns: the new text of the file.
  /// - Throws: `FileProblem` when the file cannot be read; it is better left alone then.
  public static func merged(_ template: Template, into text: [UInt8], file: String) throws(FileProblem) -> String {
    let object = PortableObject(parsing: text)
    if let problem = object.problems.first {
      throw FileProblem(file: file, line: problem.line, what: problem.what, remedy: problem.remedy)
    }
    let rule: PluralRule
    do {
      rule = try PluralRule(header: object.headerField("Plural-Forms") ?? "")
    } catch {
      throw FileProblem(
        file: file, line: object.header?.line ?? 1, what: "The header Plural-Forms \(error.reason).",
        remedy: "Write the line for the language, such as “Plural-Forms: nplurals=2; plural=(n != 1);”.")
    }
    // What is shown comes before what was set aside, should a sentence stand as both.
    let known = Dictionary(object.entries.filter { !$0.isObsolete } + object.entries.filter(\.isObsolete), by: \.key)
    let active = template.entries.map { updated(known[$0.key], to: $0, forms: rule.count) }
    let wanted = Set(active.map(\.key))
    var seen = wanted
    let obsolete = (object.entries.filter(\.isObsolete) + object.entries.filter { !$0.isObsolete })
      .filter { entry in entry.translations.contains { !$0.isEmpty } && seen.insert(entry.key).inserted }
      .map { setAside($0) }
    return PortableObjectWriter.text(of: PortableObject(header: object.header, entries: active + obsolete))
  }

  private static func updated(_ old: PortableObject.Entry?, to new: PortableObject.Entry, forms: Int) -> PortableObject.Entry {
    let count = new.plural == nil ? 1 : forms
    var entry = new
    entry.translations = Array(repeating: "", count: count)
    guard let old else { return entry }
    entry.comments = old.comments
    entry.flags = old.flags
    guard old.translations.contains(where: { !$0.isEmpty }) else { return entry }
    if old.plural == new.plural {
      entry.translations = old.translations
    } else {
      // The last form is the general one in every language that has a rule.
      let general = old.translations.last ?? ""
      entry.translations = old.translations.count == count ? old.translations : Array(repeating: general, count: count)
      if !entry.isFuzzy { entry.flags.append("fuzzy") }
    }
    return entry
  }

  private static func setAside(_ entry: PortableObject.Entry) -> PortableObject.Entry {
    var entry = entry
    entry.isObsolete = true
    entry.notes = []
    entry.references = []
    return entry
  }
}

/// A translators' file that cannot be merged.
public struct FileProblem: Error, Equatable, CustomStringConvertible {
  let file: String
  let line: Int
  let what: String
  let remedy: String

  /// `file:line: error: what remedy`, as the compiler writes it.
  public var description: String { "\(file):\(line): error: \(what) \(remedy)" }
}

extension Dictionary {
  /// The first element of each key.
  fileprivate init(_ elements: [Value], by key: (Value) -> Key) {
    self.init(elements.map { (key($0), $0) }) { first, _ in first }
  }
}

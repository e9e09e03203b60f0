public import Foundation

/// Reads translators' files as a careful reviewer would: what `civil locale check` prints.
public enum LocaleCheck {
  /// Checks the files that come with the product.
  public static func bundled() throws -> [Finding] {
    try findings(in: Locales.bundledFolder)
  }

  /// Checks every `.po` file of a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - template: the `.pot` file with the sentences of the product; nil for the one that comes with it.
  /// - Returns: what was found, by file and line: sentences without translation, fuzzy or no longer used (warnings); placeholders
  ///   that differ from the source, a wrong number of plural forms, an entry that stands twice, a header that is wrong, a wrong
  ///   encoding and whatever cannot be read (errors).
  /// - Throws: `LocaleError` when the folder or the template cannot be read.
  public static func findings(in folder: URL, template: URL? = nil) throws -> [Finding] {
    let template = template ?? Locales.bundledFolder.appending(path: "messages.pot")
    let sources = PortableObject(parsing: try Catalog.bytes(of: template))
    guard sources.problems.isEmpty else {
      throw LocaleError(findings: sources.problems.map { Finding($0, file: template.path) })
    }
    let files = try Catalog.files(in: folder)
    let bundled = folder == Locales.bundledFolder ? [] : try Catalog.files(in: Locales.bundledFolder)
    let languages = Set((files + bundled).compactMap { Language($0.deletingPathExtension().lastPathComponent)?.tag })
    return try files.flatMap { file in
      let check = Check(
        object: PortableObject(parsing: try Catalog.bytes(of: file)), file: file, sources: sources.entries, languages: languages)
      return check.findings()
    }
  }
}

/// One file under review.
private struct Check {
  let object: PortableObject
  let file: URL
  let sources: [PortableObject.Entry]
  /// Tags of the languages one may fall back to, besides English.
  let languages: Set<String>

  private var path: String { file.path }
  private var headerLine: Int { object.header?.line ?? 1 }
  private var active: [PortableObject.Entry] { object.entries.filter { !$0.isObsolete } }

  func findings() -> [Finding] {
    let rule = try? object.headerField("Plural-Forms").map { header throws(PluralRule.Malformed) in try PluralRule(header: header)
    }
    let all =
      object.problems.map { Finding($0, file: path) } + header() + duplicates() + againstSources()
      + active.flatMap { entry in translation(of: entry, rule: rule) }
    return all.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
  }

  private func header() -> [Finding] {
    var found: [Finding] = []
    let named = Language(file.deletingPathExtension().lastPathComponent)
    if named == nil { found.append(.badFileName(path)) }
    guard object.header != nil else {
      return found + [
        error(1, "The file has no header.", "Begin it with an entry whose msgid is empty; messages.pot shows its fields.")
      ]
    }
    let stated = object.headerField("Language") ?? ""
    if let named, Language(stated) != named {
      found.append(
        error(
          headerLine, "The header Language is “\(stated)”, the file is named for “\(named.tag)”.",
          "Write “Language: \(named.tag)”."))
    }
    if let charset = object.charset, !Finding.utf8Names.contains(charset.uppercased()) {
      found.append(.badCharset(charset, path, line: headerLine))
    } else if object.charset == nil {
      found.append(
        error(headerLine, "The header does not say how the file is encoded.", "Add “Content-Type: text/plain; charset=UTF-8”."))
    }
    do throws(PluralRule.Malformed) {
      if let header = object.headerField("Plural-Forms") {
        _ = try PluralRule(header: header)
      } else {
        found.append(.noPluralForms(path, line: headerLine))
      }
    } catch {
      found.append(.badPluralForms(error, path, line: headerLine))
    }
    for tag in object.fallbacks {
      guard let language = Language(String(tag)) else {
        found.append(
          error(headerLine, "The header X-Fallback names “\(tag)”, which is no language tag.", "Write tags such as “es, en”."))
        continue
      }
      if language == named {
        found.append(error(headerLine, "The header X-Fallback names the language of the file itself.", "Take it out."))
      } else if language != .english && !languages.contains(language.tag) {
        found.append(
          error(
            headerLine, "The header X-Fallback names “\(tag)”, for which there is no file.",
            "Add \(language.tag).po or take it out."))
      }
    }
    return found
  }

  private func duplicates() -> [Finding] {
    var first: [PortableObject.Key: Int] = [:]
    return active.compactMap { entry in
      if let line = first[entry.key] {
        return error(entry.line, "“\(entry.id.short)” stands in line \(line) already.", "Keep one of the two.")
      }
      first[entry.key] = entry.line
      return nil
    }
  }

  private func againstSources() -> [Finding] {
    let translated = Dictionary(active.map { ($0.key, $0) }) { first, _ in first }
    let missing = sources.compactMap { source -> Finding? in
      guard let entry = translated[source.key] else {
        return warning(0, "“\(source.id.short)” is not in the file.", "Merge the file with messages.pot, then translate it.")
      }
      if entry.plural != source.plural {
        return warning(
          entry.line, "“\(source.id.short)” has another msgid_plural in messages.pot.",
          "Merge the file with messages.pot, then review it.")
      }
      if entry.isFuzzy {
        return warning(entry.line, "The translation is marked fuzzy, so it is not shown.", "Review it, then take the mark away.")
      }
      return entry.isTranslated ? nil : warning(entry.line, "“\(source.id.short)” is not translated.", "Fill in every msgstr.")
    }
    let known = Set(sources.map(\.key))
    return missing
      + active.filter { !known.contains($0.key) }.map {
        warning(
          $0.line, "The product no longer shows “\($0.id.short)”.", "Merge the file with messages.pot, which sets it aside.")
      }
  }

  private func translation(of entry: PortableObject.Entry, rule: PluralRule?) -> [Finding] {
    guard entry.translations.contains(where: { !$0.isEmpty }) else { return [] }
    var found: [Finding] = []
    if entry.plural != nil, let rule, entry.translations.count != rule.count {
      found.append(
        error(
          entry.line, "The entry has \(entry.translations.count) plural forms, the language has \(rule.count).",
          "Write msgstr[0] to msgstr[\(rule.count - 1)]."))
    }
    for (form, text) in entry.translations.enumerated() where !text.isEmpty {
      let names = Placeholders.names(in: text)
      var wanted = entry.placeholders
      // A form for one number only may say it as a word, as English does in “one day left”.
      if entry.plural != nil, !names.contains("count"), rule.map({ form < $0.count && $0.isForOneNumber(form) }) ?? true {
        wanted.remove("count")
      }
      let place = entry.plural == nil ? "The translation" : "Form \(form)"
      for name in names.subtracting(entry.placeholders).sorted() {
        found.append(
          error(
            entry.line, "\(place) has {\(name)}, which the source does not have.",
            "Use the placeholders of the source, letter by letter."))
      }
      for name in wanted.subtracting(names).sorted() {
        found.append(error(entry.line, "\(place) lacks {\(name)}.", "Put {\(name)} where the value belongs."))
      }
    }
    return found
  }

  private func error(_ line: Int, _ what: String, _ remedy: String) -> Finding {
    Finding(file: path, line: line, severity: .error, what: what, remedy: remedy)
  }

  private func warning(_ line: Int, _ what: String, _ remedy: String) -> Finding {
    Finding(file: path, line: line, severity: .warning, what: what, remedy: remedy)
  }
}

extension String {
  /// The beginning of a sentence, enough to find it by.
  fileprivate var short: String { count <= 60 ? self : prefix(59) + "…" }
}

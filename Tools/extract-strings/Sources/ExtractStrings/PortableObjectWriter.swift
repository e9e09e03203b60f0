/// Writes translators' files: one text on one line unless it has lines of its own, so that a change of a word is a change of one
/// line.
enum PortableObjectWriter {
  /// - Returns: the whole file, header first, obsolete entries as they stand in the order.
  static func text(of object: PortableObject) -> String {
    ([object.header].compactMap { $0 } + object.entries).map { text(of: $0) }.joined(separator: "\n")
  }

  private static func text(of entry: PortableObject.Entry) -> String {
    var lines = entry.comments.map { "#\($0)" } + entry.notes.map { "#. \($0)" } + entry.references.map { "#: \($0)" }
    if !entry.flags.isEmpty { lines.append("#, \(entry.flags.joined(separator: ", "))") }
    var strings: [String] = []
    if let context = entry.context { strings += string("msgctxt", context) }
    strings += string("msgid", entry.id)
    if let plural = entry.plural {
      strings += string("msgid_plural", plural)
      strings += entry.translations.enumerated().flatMap { string("msgstr[\($0.offset)]", $0.element) }
    } else {
      strings += entry.translations.prefix(1).flatMap { string("msgstr", $0) }
    }
    lines += entry.isObsolete ? strings.map { "#~ \($0)" } : strings
    return lines.map { $0 + "\n" }.joined()
  }

  private static func string(_ keyword: String, _ text: String) -> [String] {
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return ["\(keyword) \(quoted(text))"] }
    let lines =
      parts.dropLast().map { quoted($0 + "\n") } + (parts.last?.isEmpty == false ? parts.suffix(1).map { quoted($0) } : [])
    return ["\(keyword) \"\""] + lines
  }

  private static func quoted(_ text: some StringProtocol) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

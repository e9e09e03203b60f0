extension PortableObject {
  /// Reads a file. Whatever cannot be read becomes a problem with its line, and reading goes on with the next entry.
  ///
  /// - Parameters:
  ///   - bytes: the file as it is: UTF-8 with or without a byte order mark, lines ended in any way.
  ///   - keepsRemarks: whether comments, notes and references are kept; a server has no use for them.
  init(parsing bytes: [UInt8], keepsRemarks: Bool = true) {
    var bytes = bytes
    if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
      problems = [Problem(kind: .encoding, line: 1, what: "The file is in UTF-16.", remedy: "Save it as UTF-8.")]
      return
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    var parser = Parser(bytes, keepsRemarks: keepsRemarks)
    parser.run()
    header = parser.header
    entries = parser.entries
    problems = parser.problems
  }

  /// Reads line by line; an entry ends where the next one begins.
  private struct Parser {
    private let bytes: [UInt8]
    private let keepsRemarks: Bool
    private var line = 0
    private var draft = Draft()
    private(set) var header: Entry?
    private(set) var entries: [Entry] = []
    private(set) var problems: [Problem] = []

    init(_ bytes: [UInt8], keepsRemarks: Bool) {
      self.bytes = bytes
      self.keepsRemarks = keepsRemarks
    }

    mutating func run() {
      var start = 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end] != newline, bytes[end] != carriageReturn { end += 1 }
        line += 1
        read(start..<end)
        start = end + 1
        if end < bytes.count, bytes[end] == carriageReturn, start < bytes.count, bytes[start] == newline { start += 1 }
      }
      finish()
    }

    private mutating func read(_ range: Range<Int>) {
      var range = trimmed(range)
      guard !range.isEmpty else {
        if draft.hasTranslation { finish() }
        return
      }
      var isObsolete = false
      if bytes[range.lowerBound] == hash {
        let sign = range.count > 1 ? bytes[range.lowerBound + 1] : space
        guard sign == UInt8(ascii: "~") else { return comment(range, sign: sign) }
        range = trimmed(range.lowerBound + 2..<range.upperBound)
        // “#~|” is what an obsolete entry was before: nothing anybody reads.
        guard !range.isEmpty, bytes[range.lowerBound] != UInt8(ascii: "|") else { return }
        isObsolete = true
      }
      if bytes[range.lowerBound] == quote { return string(range) }
      keyword(range, isObsolete: isObsolete)
    }

    private mutating func comment(_ range: Range<Int>, sign: UInt8) {
      if draft.hasTranslation { finish() }
      guard keepsRemarks || sign == UInt8(ascii: ",") else { return }
      let skipped = sign == space || sign == tab || ![".", ":", ",", "|"].contains(Character(UnicodeScalar(sign))) ? 1 : 2
      guard let text = text(range.lowerBound + skipped..<range.upperBound) else { return }
      switch sign {
      case UInt8(ascii: "."): draft.entry.notes.append(text.trimmed)
      case UInt8(ascii: ":"): draft.entry.references += text.split(separator: " ").map(String.init)
      case UInt8(ascii: ","): draft.entry.flags += text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
      case UInt8(ascii: "|"): break
      default: draft.entry.comments.append(text)
      }
    }

    private mutating func keyword(_ range: Range<Int>, isObsolete: Bool) {
      let end = range.first { bytes[$0] == space || bytes[$0] == tab || bytes[$0] == quote } ?? range.upperBound
      guard let word = text(range.lowerBound..<end) else { return }
      guard let field = Field(word) else {
        return problem(
          "“\(word.prefix(40))” begins no line of a .po file.",
          remedy: "Begin it with msgid, msgstr or #, or put a quotation mark where a text goes on.")
      }
      switch field {
      case .context, .id:
        // A context is the beginning of its entry, and so is an id that has none.
        if draft.hasTranslation || (draft.has(.id) && !draft.isBroken) { finish() }
        if field == .id { draft.entry.line = line }
      default: break
      }
      if draft.isEmpty { draft.entry.isObsolete = isObsolete }
      if draft.has(field) {
        problem("\(word) stands twice in one entry.", remedy: "Keep one of them.")
      }
      draft.begin(field)
      let rest = trimmed(end..<range.upperBound)
      guard !rest.isEmpty, bytes[rest.lowerBound] == quote else {
        return problem("\(word) has no text.", remedy: "Write a text in quotation marks after it; an empty one is \"\".")
      }
      string(rest)
    }

    /// Appends a text in quotation marks to the field that is open.
    private mutating func string(_ range: Range<Int>) {
      guard draft.field != nil else {
        return problem("A text stands here without a keyword.", remedy: "Write msgid or msgstr before it.")
      }
      let start = range.lowerBound + 1
      var index = start
      while index < range.upperBound, bytes[index] != quote, bytes[index] != backslash { index += 1 }
      var decoded = Array(bytes[start..<index])
      while index < range.upperBound, bytes[index] != quote {
        guard bytes[index] == backslash else {
          decoded.append(bytes[index])
          index += 1
          continue
        }
        guard let (byte, length) = escape(index + 1..<range.upperBound) else {
          return problem(
            "A backslash is followed by something it cannot precede.",
            remedy: #"Write \\ for a backslash, \" for a quotation mark, \n for a new line."#)
        }
        decoded.append(byte)
        index += 1 + length
      }
      guard index < range.upperBound else {
        return problem(
          "The closing quotation mark is missing.", remedy: "End the text with \" on the same line; inside it, write \\\".")
      }
      guard index == range.upperBound - 1 else {
        return problem("Something follows the closing quotation mark.", remedy: "Inside a text, write \\\" for a quotation mark.")
      }
      guard let text = String(validating: decoded, as: UTF8.self) else { return badEncoding() }
      draft.append(text)
    }

    /// The byte that the characters after a backslash stand for, and how many they are. Octal and hexadecimal forms as in C.
    private func escape(_ range: Range<Int>) -> (byte: UInt8, length: Int)? {
      guard let first = range.first.map({ bytes[$0] }) else { return nil }
      switch first {
      case UInt8(ascii: "n"): return (newline, 1)
      case UInt8(ascii: "t"): return (tab, 1)
      case UInt8(ascii: "r"): return (carriageReturn, 1)
      case UInt8(ascii: "a"): return (7, 1)
      case UInt8(ascii: "b"): return (8, 1)
      case UInt8(ascii: "f"): return (12, 1)
      case UInt8(ascii: "v"): return (11, 1)
      case quote, backslash, UInt8(ascii: "'"), UInt8(ascii: "?"): return (first, 1)
      case UInt8(ascii: "x"): return number(range.dropFirst().prefix(2), radix: 16).map { ($0.byte, $0.length + 1) }
      default: return number(range.prefix(3), radix: 8)
      }
    }

    /// Zero is refused: no text of ours may hold U+0000.
    private func number(_ range: Range<Int>.SubSequence, radix: Int) -> (byte: UInt8, length: Int)? {
      let digits = String(decoding: bytes[range], as: UTF8.self).prefix { ($0.hexDigitValue ?? radix) < radix }
      guard let value = UInt8(digits, radix: radix), value != 0 else { return nil }
      return (value, digits.utf8.count)
    }

    /// Takes the entry that was being read into the file.
    private mutating func finish() {
      defer { draft = Draft() }
      guard !draft.isEmpty, !draft.isBroken else { return }
      var entry = draft.entry
      if entry.line == 0 { entry.line = line }
      guard draft.has(.id) else {
        return problem("An entry has no msgid.", remedy: "Write the English sentence in msgid.", line: entry.line)
      }
      guard draft.hasTranslation else {
        return problem("The entry has no msgstr.", remedy: "Add msgstr \"\" below it.", line: entry.line)
      }
      guard entry.plural == nil ? !draft.hasForms : draft.hasForms && draft.isInOrder else {
        return problem(
          entry.plural == nil
            ? "The entry has numbered translations but no msgid_plural."
            : "The plural forms are not numbered from 0 without a gap.",
          remedy: "Write msgstr for a plain sentence, and msgstr[0], msgstr[1] and so on where there is a msgid_plural.",
          line: entry.line)
      }
      if entry.id.isEmpty && entry.context == nil && !entry.isObsolete {
        if header == nil {
          header = entry
        } else {
          problem("The file has a second header.", remedy: "Keep one entry with an empty msgid.", line: entry.line)
        }
        return
      }
      entries.append(entry)
    }

    private mutating func problem(_ what: String, remedy: String, line: Int? = nil) {
      // One entry, one problem: what follows in it is mostly an echo of the first.
      if !draft.isBroken || line != nil {
        problems.append(Problem(kind: .syntax, line: line ?? self.line, what: what, remedy: remedy))
      }
      draft.isBroken = true
    }

    private mutating func badEncoding() {
      if !draft.isBroken {
        problems.append(
          Problem(kind: .encoding, line: line, what: "The line is not valid UTF-8.", remedy: "Save the file as UTF-8."))
      }
      draft.isBroken = true
    }

    private mutating func text(_ range: Range<Int>) -> String? {
      if let text = String(validating: bytes[range], as: UTF8.self) { return text }
      badEncoding()
      return nil
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
      var (start, end) = (range.lowerBound, range.upperBound)
      while start < end, bytes[start] == space || bytes[start] == tab { start += 1 }
      while start < end, bytes[end - 1] == space || bytes[end - 1] == tab { end -= 1 }
      return start..<end
    }
  }

  /// What a line begins.
  private struct Field: Equatable {
    /// 0 to 2 for what comes before the translation, 3 for `msgstr`, 4 and more for `msgstr[0]` and those after it.
    let number: Int

    static let context = Field(number: 0)
    static let id = Field(number: 1)
    static let plural = Field(number: 2)
    static let translation = Field(number: 3)
    static let firstForm = Field(number: 4)

    var isTranslation: Bool { number >= Field.translation.number }
    var bit: UInt16 { 1 << UInt16(number) }

    init(number: Int) { self.number = number }

    init?(_ word: String) {
      switch word {
      case "msgctxt": self = .context
      case "msgid": self = .id
      case "msgid_plural": self = .plural
      case "msgstr": self = .translation
      default:
        guard word.hasPrefix("msgstr["), word.hasSuffix("]"), let form = Int(word.dropFirst(7).dropLast()),
          (0..<10).contains(form)
        else { return nil }
        self.init(number: Field.firstForm.number + form)
      }
    }
  }

  /// An entry while it is being read.
  private struct Draft {
    var entry = Entry()
    var field: Field?
    var isBroken = false
    /// Whether the plural forms count 0, 1, 2 and so on.
    var isInOrder = true
    private var seen: UInt16 = 0

    var isEmpty: Bool { seen == 0 }
    var hasTranslation: Bool { !entry.translations.isEmpty }
    /// Whether it has `msgstr[0]` or the like, rather than `msgstr`.
    var hasForms: Bool { seen >= Field.firstForm.bit }

    func has(_ field: Field) -> Bool { seen & field.bit != 0 }

    mutating func begin(_ field: Field) {
      self.field = field
      seen |= field.bit
      switch field {
      case .context: entry.context = ""
      case .id: entry.id = ""
      case .plural: entry.plural = ""
      default:
        if field != .translation && field.number != Field.firstForm.number + entry.translations.count { isInOrder = false }
        entry.translations.append("")
      }
    }

    mutating func append(_ text: String) {
      switch field {
      case nil: break
      case .context: entry.context = (entry.context ?? "") + text
      case .id: entry.id += text
      case .plural: entry.plural = (entry.plural ?? "") + text
      default: entry.translations[entry.translations.count - 1] += text
      }
    }
  }
}

extension StringProtocol {
  fileprivate var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let space = UInt8(ascii: " ")
private let tab = UInt8(ascii: "\t")
private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
private let hash = UInt8(ascii: "#")

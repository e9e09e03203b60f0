/// A translators' file: the `.po` and `.pot` format of GNU gettext (its manual, "The Format of PO Files").
struct PortableObject: Sendable {
  /// One sentence and its translation.
  struct Entry: Sendable, Equatable {
    /// What translators wrote above it: lines beginning `# `, without the `#`.
    var comments: [String] = []
    /// What the source says about it to translators: lines beginning `#.`, without the sign.
    var notes: [String] = []
    /// The source files it stands in: lines beginning `#:`, split at spaces.
    var references: [String] = []
    /// `fuzzy` and the like: lines beginning `#,`.
    var flags: [String] = []
    /// Which of several meanings the sentence has.
    var context: String?
    /// The sentence in English; empty for the header.
    var id = ""
    /// The English sentence for several, where the number matters.
    var plural: String?
    /// One translation, or one for each plural form; empty where there is none.
    var translations: [String] = []
    /// Whether it is kept in the file (`#~`) although the product no longer shows it.
    var isObsolete = false
    /// Line of `msgid`, the first line of the file being 1; 0 for an entry that was not read from a file.
    var line = 0

    var isFuzzy: Bool { flags.contains("fuzzy") }
    var isTranslated: Bool { !isFuzzy && !translations.isEmpty && translations.allSatisfy { !$0.isEmpty } }
    var key: Key { Key(context: context, id: id) }
  }

  /// What makes two entries the same sentence.
  struct Key: Sendable, Hashable {
    let context: String?
    let id: String
  }

  /// Something in the file that cannot be read.
  struct Problem: Sendable, Equatable {
    enum Kind: Sendable { case syntax, encoding }

    let kind: Kind
    let line: Int
    let what: String
    let remedy: String
  }

  /// Lines above the header entry, then the header itself: an entry whose id is empty.
  var header: Entry?
  /// Every other entry in the order of the file.
  var entries: [Entry] = []
  /// What could not be read; the entries concerned are left out.
  var problems: [Problem] = []

  /// A field of the header.
  ///
  /// - Parameter name: as in `Plural-Forms`; letter case does not matter.
  /// - Returns: its value without surrounding spaces; nil where the header has no such field.
  func headerField(_ name: String) -> String? {
    guard let lines = header?.translations.first?.split(separator: "\n") else { return nil }
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else { continue }
      return String(
        line[line.index(after: colon)...].drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    return nil
  }
}

/// The sentences of the product as translators get them: `messages.pot`.
public struct Template: Sendable {
  /// By source file, then by line of the first place that shows the sentence.
  let entries: [PortableObject.Entry]
  /// The text of the file.
  public var text: String { PortableObjectWriter.text(of: PortableObject(header: Self.header, entries: entries)) }

  /// - Parameter sources: Swift by name of file.
  /// - Throws: `SourceProblems` when a sentence in them could not be translated.
  public init(sources: [(file: String, text: String)]) throws(SourceProblems) {
    let readers = sources.map { SourceReader($0.text, file: $0.file) }
    var problems = readers.flatMap(\.problems)
    var places: [PortableObject.Key: Place] = [:]
    var found: [PortableObject.Key: PortableObject.Entry] = [:]
    var order: [PortableObject.Key] = []
    for sentence in readers.flatMap(\.sentences).sorted(by: { $0.place < $1.place }) {
      if let first = found[sentence.key], first.plural != sentence.plural, let place = places[sentence.key] {
        problems.append(
          SourceProblem(
            place: sentence.place, what: "“\(sentence.key.id)” is used with another plural, or none, at \(place).",
            remedy: "Word one of the two differently: a translators' file holds a sentence once."))
        continue
      }
      if found[sentence.key] == nil {
        order.append(sentence.key)
        places[sentence.key] = sentence.place
      }
      found[sentence.key, default: Self.entry(for: sentence)].add(sentence)
    }
    guard problems.isEmpty else { throw SourceProblems(problems: problems.sorted { $0.place < $1.place }) }
    entries = order.compactMap { found[$0] }
  }

  private static func entry(for sentence: SourceSentence) -> PortableObject.Entry {
    PortableObject.Entry(
      context: sentence.key.context, id: sentence.key.id, plural: sentence.plural,
      translations: sentence.plural == nil ? [""] : ["", ""])
  }

  /// No dates and no version: the file changes only when a sentence does.
  private static let header = PortableObject.Entry(translations: [
    """
    Project-Id-Version: civil-society
    Language: \

    MIME-Version: 1.0
    Content-Type: text/plain; charset=UTF-8
    Content-Transfer-Encoding: 8bit

    """
  ])
}

/// What keeps sentences from being translated, by place.
public struct SourceProblems: Error, Equatable {
  public let problems: [SourceProblem]
}

extension PortableObject.Entry {
  /// Notes another place that shows the sentence.
  fileprivate mutating func add(_ sentence: SourceSentence) {
    if !references.contains(sentence.place.file) { references.append(sentence.place.file) }
    for note in sentence.notes where !notes.contains(note) { notes.append(note) }
  }
}

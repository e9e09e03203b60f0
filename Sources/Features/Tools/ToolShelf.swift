public import Needs
import Retrieval
import Vocabulary

extension ToolIndex {
  /// Tools, as prescriptions take them.
  public var shelf: Shelf {
    Shelf(
      name: "tools",
      find: { [self] question, limit in catalogue.answers(to: question, limit: limit, vocabulary) },
      show: { [self] ids in
        let catalogue = catalogue
        return Dictionary(
          ids.compactMap { id in catalogue[id].map { (id, $0.shelfItem) } }, uniquingKeysWith: { first, _ in first })
      })
  }
}

extension ToolCatalogue {
  /// The best answers, best first. What is known not to meet a condition is not among them.
  func answers(to question: Question, limit: Int, _ vocabulary: Vocabulary) -> [Suggestion] {
    let query = Query(
      question.words, language: question.language == "und" ? nil : question.language,
      constraints: Set(question.constraints.compactMap(\.constraint)), finder: vocabulary.finder)
    let wanted = question.constraints.contains(.language) ? Spoken(question.language) : nil
    var asked = limit
    while true {
      let hits = search.search(query, limit: asked)
      let fitting = hits.compactMap { suggestion($0, wanted, vocabulary) }
      // Some were left out for their languages: there may be more behind them.
      if fitting.count >= limit || hits.count < asked { return Array(fitting.prefix(limit)) }
      asked *= 4
    }
  }

  /// Nil for a tool that is known not to speak the language that is needed.
  private func suggestion(_ hit: Hit<String>, _ wanted: Spoken?, _ vocabulary: Vocabulary) -> Suggestion? {
    guard let tool = self[hit.key] else { return nil }
    let speaks = wanted.map { $0.isAmong(tool.languages) } ?? true
    guard speaks != false else { return nil }
    var unknown = Set(hit.unknown.compactMap(Need.Constraint.init))
    if speaks == nil { unknown.insert(.language) }
    return Suggestion(item: hit.key, score: hit.score, reason: Self.reason(hit, tool, unknown, vocabulary))
  }

  /// Only what the tool is known to do is said of it: a word in common with a function's everyday words is not enough.
  private static func reason(
    _ hit: Hit<String>, _ tool: ListedTool, _ unknown: Set<Need.Constraint>, _ vocabulary: Vocabulary
  ) -> Reason {
    var does = Set(tool.functions)
    for function in tool.functions { does.formUnion(vocabulary.broader(than: function)) }
    var reason = Reason(words: hit.words, unknown: Need.Constraint.allCases.filter(unknown.contains))
    for match in hit.concepts where does.contains(match.concept) {
      if !reason.functions.contains(match.concept) { reason.functions.append(match.concept) }
      if match.asked.hasPrefix("problem."), !reason.problems.contains(match.asked) { reason.problems.append(match.asked) }
    }
    return reason
  }
}

/// A language somebody needs.
private struct Spoken {
  private let primary: String?

  init(_ tag: String) {
    primary = tag == "und" ? nil : Self.primary(tag)
  }

  /// Whether a tool in these languages can be used; nil when it is not known.
  func isAmong(_ languages: [String]) -> Bool? {
    guard let primary, !languages.isEmpty else { return nil }
    return languages.contains { Self.primary($0) == primary }
  }

  private static func primary(_ tag: String) -> String { String(tag.prefix { $0 != "-" }) }
}

extension Vocabulary {
  /// Every more general concept.
  fileprivate func broader(than id: String) -> Set<String> {
    var found: Set<String> = []
    var next = entry(id)?.broader ?? []
    while let one = next.popLast() {
      if found.insert(one).inserted { next += entry(one)?.broader ?? [] }
    }
    return found
  }
}

extension Need.Constraint {
  /// Nil for the language, which the shelf looks at itself.
  fileprivate var constraint: Constraint? {
    switch self {
    case .offline: .offline
    case .basicPhone: .basicPhone
    case .noCost: .noCost
    case .language: nil
    }
  }

  fileprivate init?(_ constraint: Constraint) {
    guard let own = Need.Constraint.allCases.first(where: { $0.constraint == constraint }) else { return nil }
    self = own
  }
}

extension ListedTool {
  var shelfItem: ShelfItem {
    ShelfItem(
      id: id, externalID: externalID, name: name, text: text, language: language, path: path,
      start: website.map { .site($0) } ?? repository.map { .source($0) } ?? .read, isDemonstration: isDemonstration)
  }
}

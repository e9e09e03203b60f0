import Kernel
import Retrieval
import Vocabulary
import Web

/// What a reader of the catalogue asked to see.
struct ToolSearch: Sendable, Equatable {
  /// How strictly a condition is meant.
  enum Strictness: String, Sendable, CaseIterable {
    case any = ""
    /// Known to meet it.
    case yes
    /// Not known not to.
    case maybe
  }

  var words = ""
  /// A concept's id; tools with a more special one count too.
  var function: String?
  var offline = Strictness.any
  var free = Strictness.any
  var cursor: ToolCursor?

  /// Unicode scalars that are looked at.
  static let longestWords = 300

  init(_ query: Form) {
    words = String(query.text("q").normalized.prefix(Self.longestWords))
    function = query.first("function").flatMap { $0.isEmpty ? nil : $0 }
    offline = query.first("offline").flatMap(Strictness.init) ?? .any
    free = query.first("cost").flatMap(Strictness.init) ?? .any
    cursor = query.first("cursor").flatMap(ToolCursor.init)
  }

  var isEmpty: Bool { words.isEmpty && function == nil && offline == .any && free == .any }
}

/// Where a page of tools ended.
enum ToolCursor: Sendable, Equatable {
  /// The last name shown, and the id of its tool.
  case name(key: String, id: String)
  /// How many of the best answers were shown.
  case rank(Int)

  /// A cursor that was handed out before, or nil.
  init?(_ text: String) {
    if text.hasPrefix("r"), let rank = Int(text.dropFirst()), (0...ToolPage.mostFound).contains(rank) {
      self = .rank(rank)
      return
    }
    let parts = text.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, parts[0].first == "n", let bytes = Base64URL.decode(String(parts[0].dropFirst())),
      let key = String(validating: bytes, as: UTF8.self)
    else { return nil }
    self = .name(key: key, id: String(parts[1]))
  }

  var text: String {
    switch self {
    case .rank(let rank): "r\(rank)"
    case .name(let key, let id): "n\(Base64URL.encode(Array(key.utf8))).\(id)"
    }
  }
}

/// A page of the catalogue.
struct ToolPage: Sendable {
  let tools: [ListedTool]
  let next: ToolCursor?
  /// How many fit in all; at most `mostFound` where words were searched for.
  let total: Int

  /// So many of the best answers to words are looked at: nobody reads further.
  static let mostFound = 200
}

extension ToolCatalogue {
  /// The tools that fit: the best first when words are given, by name otherwise.
  func page(_ search: ToolSearch, language: String, limit: Int) -> ToolPage {
    let fits = filter(search)
    if search.words.isEmpty {
      let fitting = order.lazy.filter { place in self[place.id].map(fits) ?? false }
      let shown: [Place]
      if case .name(let key, let id)? = search.cursor {
        let end = Place(key: key, id: id)
        shown = Array(fitting.filter { end < $0 }.prefix(limit + 1))
      } else {
        shown = Array(fitting.prefix(limit + 1))
      }
      let next = shown.count > limit ? shown[limit - 1] : nil
      return ToolPage(
        tools: shown.prefix(limit).compactMap { self[$0.id] }, next: next.map { .name(key: $0.key, id: $0.id) },
        total: search.isEmpty ? count : fitting.reduce(0) { sum, _ in sum + 1 })
    }
    let query = Query(search.words, language: language, style: .searchBox, finder: self.search.finder)
    // Filters come after the ranking, so more is looked at.
    let isFiltered = search.function != nil || search.offline != .any || search.free != .any
    let found = self.search.search(query, limit: isFiltered ? ToolPage.mostFound * 5 : ToolPage.mostFound)
      .compactMap { self[$0.key] }.filter(fits).prefix(ToolPage.mostFound)
    var start = 0
    if case .rank(let rank)? = search.cursor { start = rank }
    let end = min(found.count, start + limit)
    return ToolPage(
      tools: Array(found.dropFirst(start).prefix(limit)), next: end < found.count ? .rank(end) : nil, total: found.count)
  }

  private func filter(_ search: ToolSearch) -> @Sendable (ListedTool) -> Bool {
    let functions = search.function.map { Set([$0]).union(vocabulary.below($0)) }
    return { tool in
      if let functions, !tool.functions.contains(where: functions.contains) { return false }
      return Self.meets(search.offline, tool.worksOffline) && Self.meets(search.free, tool.isFree)
    }
  }

  private static func meets(_ strictness: ToolSearch.Strictness, _ fact: Bool?) -> Bool {
    switch strictness {
    case .any: true
    case .yes: fact == true
    case .maybe: fact != false
    }
  }
}

extension ListedTool {
  /// Whether it costs nothing; nil when not known.
  var isFree: Bool? {
    switch cost {
    case .free: true
    case .paid: false
    case .unknown: nil
    }
  }
}

extension Vocabulary {
  /// Every more special concept.
  func below(_ id: String) -> Set<String> {
    var found: Set<String> = []
    var next = narrower(than: id)
    while let one = next.popLast() {
      if found.insert(one).inserted { next += narrower(than: one) }
    }
    return found
  }
}

public import Database
import Foundation
public import Journal
import Kernel
import Needs
import Retrieval
import Synchronization
public import Vocabulary

/// The published tools in memory: found by need, by words, by function; listed by name.
public final class ToolIndex: JournalIndex {
  public let name = "tools"
  public let features: Set<String> = ["tools"]
  public let vocabulary: Vocabulary

  private let state: Mutex<ToolCatalogue>

  public init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    state = Mutex(ToolCatalogue(vocabulary: vocabulary))
  }

  /// What the catalogue holds at this moment. It does not change any more.
  public var catalogue: ToolCatalogue { state.withLock { $0 } }

  public func rebuild(_ connection: any SQLConnection) throws {
    let fresh = try build(connection)
    state.withLock { $0 = fresh }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let found = try ToolStore(connection).indexed(subjects)
    // Changed aside and put in place: readers never wait for it. Nobody else changes the catalogue meanwhile.
    var next = catalogue
    next.remove(subjects.subtracting(found.map(\.listed.id)))
    next.put(found)
    let changed = next
    state.withLock { $0 = changed }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let (right, now) = (try build(connection), catalogue)
    return Set(right.ids).union(now.ids).sorted().compactMap { id in
      switch (right[id], now[id]) {
      case (nil, _): "tool \(id) is in the index and not in the catalogue"
      case (_, nil): "tool \(id) is missing from the index"
      case (let right, let now): right == now ? nil : "tool \(id) is another version in the index"
      }
    }
  }

  private func build(_ connection: any SQLConnection) throws -> ToolCatalogue {
    try ToolCatalogue(vocabulary: vocabulary, tools: ToolStore(connection).forEachIndexed)
  }
}

/// The published tools as a value: a copy is a snapshot.
public struct ToolCatalogue: Sendable {
  let vocabulary: Vocabulary
  private(set) var search: SearchIndex<String>
  private var tools: [String: ListedTool] = [:]
  /// By name, as they are listed.
  private(set) var order: [Place] = []

  /// Where a tool stands in the list.
  struct Place: Sendable, Equatable, Comparable {
    let key: String
    let id: String

    static func < (a: Place, b: Place) -> Bool { (a.key, a.id) < (b.key, b.id) }
  }

  init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    search = SearchIndex(finder: vocabulary.finder)
  }

  /// - Parameter tools: calls with each tool.
  init(vocabulary: Vocabulary, tools: ((IndexedTool) -> Void) throws -> Void) throws {
    self.init(vocabulary: vocabulary)
    var (search, all) = (search, self.tools)
    try tools { tool in
      search.put(tool.document)
      all[tool.listed.id] = tool.listed
    }
    (self.search, self.tools) = (search, all)
    order = all.values.map { Place(key: $0.key, id: $0.id) }.sorted()
  }

  public var count: Int { tools.count }
  public var ids: some Collection<String> { tools.keys }
  public subscript(id: String) -> ListedTool? { tools[id] }

  mutating func put(_ added: [IndexedTool]) {
    for tool in added {
      search.put(tool.document)
      tools[tool.listed.id] = tool.listed
    }
    let ids = Set(added.map(\.listed.id))
    arrange(without: ids, adding: added.map { Place(key: $0.listed.key, id: $0.listed.id) })
  }

  mutating func remove(_ ids: Set<String>) {
    let known = ids.filter { tools.removeValue(forKey: $0) != nil }
    for id in known { search.remove(id) }
    if !known.isEmpty { arrange(without: known, adding: []) }
  }

  private mutating func arrange(without ids: Set<String>, adding places: [Place]) {
    if !order.isEmpty { order.removeAll { ids.contains($0.id) } }
    order += places
    order.sort()
  }

  /// The tool a person means who gives its address here, its id, its id at its source, its own address or its exact name; nil when there
  /// is none, or more than one.
  public func find(_ text: String) -> ListedTool? {
    let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    let last = text.split(separator: "/").last.map(String.init) ?? text
    if let tool = tools[last] { return tool }
    let key = ListedTool.key(text)
    let named = tools.values.filter { tool in
      tool.externalID == text || tool.key == key || tool.website == text || tool.repository == text
    }
    return named.count == 1 ? named[0] : nil
  }
}

/// What lists and prescriptions show of a tool.
public struct ListedTool: Sendable, Equatable {
  public let id: String
  public let externalID: String?
  public let name: String
  /// The beginning of its description.
  public let text: String
  /// BCP 47 tag of the text.
  public let language: String
  /// Concept ids, the surest first.
  public let functions: [String]
  /// BCP 47 tags; empty when not known.
  public let languages: [String]
  public let cost: ToolFacts.Cost
  public let worksOffline: Bool?
  public let worksOnBasicPhone: Bool?
  public let upkeep: ToolFacts.Upkeep
  public let licence: String?
  public let website: String?
  public let repository: String?
  public let isDemonstration: Bool
  let version: Int
  /// What decides its place in the list.
  let key: String

  /// Its page on this site.
  public var path: String { "/tools/" + id }

  /// Bytes of description that a list shows at most.
  static let longestText = 280

  /// Case, accents and width do not decide where a name stands.
  static func key(_ name: String) -> String {
    // ASCII is most of what there is, and folding it costs a hundredth.
    if name.utf8.allSatisfy({ $0 < 0x80 }) { return name.lowercased() }
    return name.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
  }

  /// The beginning of a text, cut between words; inside one only where there is no space.
  static func beginning(of text: String) -> String {
    let bytes = text.utf8
    guard bytes.count > longestText else { return text }
    let cut = bytes.index(bytes.startIndex, offsetBy: longestText)
    var end = cut
    while end > bytes.startIndex, !isBlank(bytes[end]) { end = bytes.index(before: end) }
    if end == bytes.startIndex {
      end = cut
      while bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
    }
    while end > bytes.startIndex, isBlank(bytes[bytes.index(before: end)]) { end = bytes.index(before: end) }
    return String(text[..<end]) + "…"
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") }
}

/// A published tool as the index reads it: what is listed, and what is searched.
struct IndexedTool: Sendable {
  let listed: ListedTool
  let document: Document<String>

  /// Their order is the one in which `init` reads them.
  static let columns = """
    id, external_id, name, description, language, other_names, sectors, tags, languages, cost, works_offline, works_on_basic_phone, \
    upkeep, licence, website, repository, origin, version
    """

  /// - Parameter names: the ids of concepts that were read before: ten thousand tools share a few hundred.
  init(_ row: SQLRow, names: inout Tool.Tag.Names) throws {
    // Start-up reads every tool: values are looked at in place, without the row's generic readers.
    let values = row.values
    func text(_ place: Int) throws -> String {
      guard case .text(let text) = values[place] else { throw SQLError.unreadable("column \(row.columns.names[place])") }
      return text
    }
    func textIfAny(_ place: Int) -> String? {
      if case .text(let text) = values[place] { return text }
      return nil
    }
    func truth(_ place: Int) -> Bool? {
      if case .integer(let number) = values[place] { return number != 0 }
      return nil
    }
    let (id, name, description, language) = (try text(0), try text(2), try text(3), try text(4))
    let tags = Tool.Tag.tags(try text(7), names: &names)
    listed = ListedTool(
      id: id, externalID: textIfAny(1), name: name, text: ListedTool.beginning(of: description), language: language,
      functions: Tool.Tag.functions(tags), languages: elements(try text(8)), cost: try row[9], worksOffline: truth(10),
      worksOnBasicPhone: truth(11), upkeep: try row[12], licence: textIfAny(13), website: textIfAny(14),
      repository: textIfAny(15),
      isDemonstration: try text(16) == "demonstration", version: try row[17], key: ListedTool.key(name))
    document = Document(
      key: id,
      fields: ToolTagger.fields(
        name: name, description: description, language: language, otherNames: elements(try text(5)),
        sectors: elements(try text(6))),
      concepts: tags.map { WeightedConcept($0.concept, weight: $0.weight) }, readsConcepts: false, facts: Self.conditions(listed))
  }

  /// What is known of the conditions needs set. Languages are looked at by the shelf: a list of them says no to every other one.
  private static func conditions(_ tool: ListedTool) -> [Constraint: Bool] {
    var facts: [Constraint: Bool] = [:]
    facts[.offline] = tool.worksOffline
    facts[.basicPhone] = tool.worksOnBasicPhone
    switch tool.cost {
    case .free: facts[.noCost] = true
    case .paid: facts[.noCost] = false
    case .unknown: break
    }
    return facts
  }
}

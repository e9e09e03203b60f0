public import Database
public import Kernel
public import People

/// The SQL about tools.
public struct ToolStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  public func find(_ id: ID<Tool>) throws -> Tool? {
    try connection.first("SELECT * FROM tools WHERE id = \(id)").map(Tool.init)
  }

  func find(_ source: Tool.Source, externalID: String) throws -> Tool? {
    try connection.first("SELECT * FROM tools WHERE source = \(source) AND external_id = \(externalID)").map(Tool.init)
  }

  /// The tools of a source by external id, those of them that are known.
  func find(_ source: Tool.Source, externalIDs: [String]) throws -> [String: Tool] {
    let rows = try connection.query("SELECT * FROM tools WHERE source = \(source) AND external_id IN \(list: externalIDs)")
    return Dictionary(try rows.map(Tool.init).map { ($0.externalID ?? "", $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// A part of all tools in the order of their ids.
  func all(after id: String, limit: Int) throws -> [Tool] {
    try connection.query("SELECT * FROM tools WHERE id > \(id) ORDER BY id LIMIT \(limit)").map(Tool.init)
  }

  func insert(_ tool: Tool) throws {
    let facts = tool.facts
    try connection.execute(
      """
      INSERT INTO tools (id, name, description, language, other_names, kinds, makers, platforms, languages, licence, cost,
        works_offline, works_on_basic_phone, upkeep, website, repository, sectors, tags, has_confirmed_functions, source, external_id,
        origin, state, corrected, home, version, created_at, changed_at, checked_at)
      VALUES (\(tool.id), \(facts.name), \(facts.description), \(facts.language), \(lines(facts.otherNames)),
        \(lines(facts.kinds.map(\.rawValue))), \(lines(facts.makers)), \(lines(facts.platforms)), \(lines(facts.languages)),
        \(facts.licence), \(facts.cost), \(facts.worksOffline), \(facts.worksOnBasicPhone), \(facts.upkeep), \(facts.website),
        \(facts.repository), \(lines(facts.sectors)), \(Tool.Tag.text(tool.tags)), \(tool.hasConfirmedFunctions), \(tool.source),
        \(tool.externalID), \(tool.origin), \(tool.state), \(corrected(tool)), \(tool.home), \(tool.version), \(tool.createdAt),
        \(tool.changedAt), \(tool.checkedAt))
      """)
  }

  /// Stores what may change, where nobody else has changed it since it was read.
  /// - Returns: whether it was stored.
  func update(_ tool: Tool) throws -> Bool {
    let facts = tool.facts
    return try connection.execute(
      """
      UPDATE tools SET name = \(facts.name), description = \(facts.description), language = \(facts.language),
        other_names = \(lines(facts.otherNames)), kinds = \(lines(facts.kinds.map(\.rawValue))), makers = \(lines(facts.makers)),
        platforms = \(lines(facts.platforms)), languages = \(lines(facts.languages)), licence = \(facts.licence), cost = \(facts.cost),
        works_offline = \(facts.worksOffline), works_on_basic_phone = \(facts.worksOnBasicPhone), upkeep = \(facts.upkeep),
        website = \(facts.website), repository = \(facts.repository), sectors = \(lines(facts.sectors)), tags = \(Tool.Tag.text(tool.tags)),
        has_confirmed_functions = \(tool.hasConfirmedFunctions), source = \(tool.source), state = \(tool.state),
        corrected = \(corrected(tool)), changed_at = \(tool.changedAt), checked_at = \(tool.checkedAt), version = version + 1
      WHERE id = \(tool.id) AND version = \(tool.version)
      """) == 1
  }

  /// Suggestions that wait, the oldest first.
  func waiting(after cursor: WaitingCursor?, limit: Int) throws -> [Tool] {
    let later: SQL =
      cursor.map { "AND (created_at > \($0.createdAt) OR (created_at = \($0.createdAt) AND id > \($0.id)))" } ?? SQL(raw: "")
    return try connection.query(
      "SELECT * FROM tools WHERE state = 'suggested' \(later) ORDER BY created_at, id LIMIT \(limit)"
    ).map(Tool.init)
  }

  /// How many suggestions wait.
  public func countWaiting() throws -> Int {
    try connection.value("SELECT COUNT(*) FROM tools WHERE state = 'suggested'") ?? 0
  }

  public func count(of origin: Organization.Origin) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM tools WHERE origin = \(origin)") ?? 0
  }

  func ids(of origin: Organization.Origin) throws -> [ID<Tool>] {
    try connection.query("SELECT id FROM tools WHERE origin = \(origin)").map { try $0["id"] }
  }

  func delete(_ ids: [ID<Tool>]) throws {
    try connection.execute("DELETE FROM tools WHERE id IN \(list: ids)")
  }

  /// What the index keeps of published tools, those among `ids`.
  func indexed(_ ids: Set<String>) throws -> [IndexedTool] {
    var names = Tool.Tag.Names()
    return try connection.query(
      "SELECT \(raw: IndexedTool.columns) FROM tools WHERE state = 'published' AND id IN \(list: ids)"
    ).map { try IndexedTool($0, names: &names) }
  }

  /// The same of all of them, one after the other.
  func forEachIndexed(_ body: (IndexedTool) -> Void) throws {
    var names = Tool.Tag.Names()
    try connection.forEachRow { last, limit in
      """
      SELECT \(raw: IndexedTool.columns) FROM tools WHERE state = 'published' AND id > \(last) ORDER BY id LIMIT \(limit)
      """
    } _: {
      body(try IndexedTool($0, names: &names))
    }
  }

  private func corrected(_ tool: Tool) -> String { lines(tool.corrected.map(\.rawValue).sorted()) }
}

/// Where a page of suggestions ended: `<milliseconds>-<id>`.
struct WaitingCursor: Sendable {
  let createdAt: Timestamp
  let id: String

  init(_ tool: Tool) {
    createdAt = tool.createdAt
    id = tool.id.rawValue
  }

  /// A cursor that was handed out before, or nil.
  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let milliseconds = Int64(parts[0]) else { return nil }
    createdAt = Timestamp(milliseconds: milliseconds)
    id = String(parts[1])
  }

  var text: String { "\(createdAt.milliseconds)-\(id)" }
}

/// A list as one column: its elements hold no line ends.
private func lines(_ values: [String]) -> String { values.joined(separator: "\n") }

/// The elements of such a column.
func elements(_ column: String) -> [String] {
  column.isEmpty ? [] : column.split(separator: "\n").map(String.init)
}

extension Tool.Tag {
  /// The ids that were read before, so that each is kept once.
  typealias Names = [Substring: String]

  /// `function.bulk-sms:834 problem.lost-records:210`.
  static func text(_ tags: [Tool.Tag]) -> String {
    tags.map { "\($0.concept):\($0.permille)" }.joined(separator: " ")
  }

  static func tags(_ text: String) -> [Tool.Tag] {
    var names = Names()
    return tags(text, names: &names)
  }

  static func tags(_ text: String, names: inout Names) -> [Tool.Tag] {
    var tags: [Tool.Tag] = []
    for part in text.utf8.split(separator: UInt8(ascii: " ")) {
      guard let colon = part.lastIndex(of: UInt8(ascii: ":")), let permille = number(part[part.index(after: colon)...]) else {
        continue
      }
      let name = text[part.startIndex..<colon]
      if let known = names[name] {
        tags.append(Tool.Tag(known, permille: permille))
      } else {
        let concept = String(name)
        names[concept[...]] = concept
        tags.append(Tool.Tag(concept, permille: permille))
      }
    }
    return tags
  }

  /// The functions among tags, the surest first.
  static func functions(_ tags: [Tool.Tag]) -> [String] {
    tags.filter(\.isFunction).sorted { ($1.permille, $0.concept) < ($0.permille, $1.concept) }.map(\.concept)
  }

  /// 0…1000; nil for anything else.
  private static func number(_ digits: Substring.UTF8View) -> Int? {
    var number = 0
    for digit in digits {
      guard (48...57).contains(digit), number <= 100 else { return nil }
      number = number * 10 + Int(digit - 48)
    }
    return digits.isEmpty || number > 1000 ? nil : number
  }
}

extension Tool {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    facts = ToolFacts(
      name: try row["name"], description: try row["description"], language: try row["language"],
      otherNames: elements(try row["other_names"]), kinds: elements(try row["kinds"]).compactMap(ToolFacts.Kind.init),
      makers: elements(try row["makers"]), platforms: elements(try row["platforms"]), languages: elements(try row["languages"]),
      licence: try row["licence"], cost: try row["cost"], worksOffline: try row["works_offline"],
      worksOnBasicPhone: try row["works_on_basic_phone"], upkeep: try row["upkeep"], website: try row["website"],
      repository: try row["repository"], sectors: elements(try row["sectors"]))
    tags = Tool.Tag.tags(try row["tags"])
    hasConfirmedFunctions = try row["has_confirmed_functions"]
    source = try row["source"]
    externalID = try row["external_id"]
    origin = try row["origin"]
    state = try row["state"]
    corrected = Set(elements(try row["corrected"]).compactMap(ToolFacts.Name.init))
    home = try row["home"]
    version = try row["version"]
    createdAt = try row["created_at"]
    changedAt = try row["changed_at"]
    checkedAt = try row["checked_at"]
  }
}

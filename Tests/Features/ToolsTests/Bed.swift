import Database
import Foundation
import Journal
import Kernel
import Logging
import TestKit
import Tools
import Vocabulary

/// A node over a new database, with the tools' schema and index.
struct Bed: Sendable {
  let node: Node
  let database: TestDatabase
  let vocabulary: Vocabulary
  let index: ToolIndex

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
  /// Reading the vocabulary takes a while and it never changes.
  static let vocabulary = Result { try Vocabulary.load() }

  static let moderator = Actor(.person(id: "mara"), grants: [Grant(.moderator)])
  static let facilitator = Actor(.person(id: "fatou"), grants: [Grant(.facilitator)])
  static let facilitatorOfOneCountry = Actor(.person(id: "carlos"), grants: [Grant(.facilitator, scope: "country:CL")])
  static let stranger = Actor(.stranger(visitor: "v1"))

  static func with(_ engine: Engine, _ body: @Sendable (Bed) async throws -> Void) async throws {
    let vocabulary = try vocabulary.get()
    try await TestDatabase.with(engine) { database in
      try await Migrator(JournalMigrations.all + ToolMigrations.all).migrate(database)
      let node = Node(database: database, keys: KeyRing.generate(at: 0), logger: logger)
      let index = ToolIndex(vocabulary: vocabulary)
      node.indexes.register(index)
      try await node.indexes.load()
      try await body(Bed(node: node, database: database, vocabulary: vocabulary, index: index))
    }
  }

  var tagger: ToolTagger { ToolTagger(vocabulary) }

  func importRows(_ rows: String..., isDryRun: Bool = false) async throws -> ImportReport {
    try await ImportTools(node: node, vocabulary: vocabulary)(
      [ImportFile(name: "rows.jsonl", bytes: Array(rows.joined(separator: "\n").utf8))], as: .digitalPublicGoods,
      isDryRun: isDryRun)
  }

  func suggest(_ statement: ToolStatement, as actor: Actor) async throws -> Tool {
    let suggest = try SuggestTool(statement, tagger: tagger)
    return try await node.act(as: actor) { act in try suggest(in: act) }
  }

  func decide(_ tool: Tool, _ decision: DecideOnTool.Decision, as actor: Actor) async throws -> Tool {
    let decide = DecideOnTool(tool.id, version: tool.version, decision: decision)
    return try await node.act(as: actor) { act in try decide(in: act) }
  }

  func tool(_ id: ID<Tool>) async throws -> Tool? {
    try await node.read { try ToolStore($0).find(id) }
  }

  /// The only tool there is of this id at its source.
  func tool(externalID: String) async throws -> Tool? {
    guard let listed = index.catalogue.find(externalID) else { return nil }
    return try await tool(ID(listed.id))
  }

  func count(of table: String) async throws -> Int {
    try await node.read { try $0.value("SELECT COUNT(*) FROM \(raw: table)") ?? 0 }
  }

  /// What the index has that a rebuilt one has not, and the other way round.
  func differences() async throws -> [String] {
    try await node.read { [index] in try index.difference(from: $0) }
  }
}

/// The fixed cast: tools nobody has made.
enum Cast {
  static let bulkSMS = """
    {"name": "Ring Around", "description": "Sends bulk SMS to all members of a group.", "website": "https://ring.example.org", \
    "license": [{"spdx": "MIT"}], "type": ["software"], "repositories": [{"name": "main", "url": "https://git.example.org/ring"}], \
    "organizations": [{"name": "Ring Makers"}], "sectors": ["Health"], "aliases": ["RA", ""], "stage": "nominee", \
    "_slug": "ring-around", "_dir": "nominees"}
    """
  static let accounting = """
    {"name": "Penny Book", "description": "Bookkeeping and accounting software for small groups.", "website": "", \
    "license": [], "type": ["software"], "repositories": [{"name": "main", "url": "https://git.example.org/penny"}], \
    "organizations": [], "stage": "nominee", "_slug": "penny-book", "_dir": "nominees"}
    """
  static let maps = """
    {"name": "Village Lines", "description": "Community mapping on phones, with OpenStreetMap.", \
    "website": "https://lines.example.org", "license": [{"spdx": "GPL-3.0"}, {"spdx": "CC-BY-4.0"}], "type": ["software", "data"], \
    "organizations": [], "stage": "archive", "_slug": "village-lines", "_dir": "archive"}
    """

  static let suggestion = ToolStatement(
    name: "Seed Ledger", description: "Keeps track of a seed bank: what came in, what went out.", language: "en",
    website: "https://seeds.example.org", licence: "MIT", worksOffline: "yes", languages: "en, sw")
}

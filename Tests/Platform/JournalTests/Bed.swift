import Database
import Foundation
import Journal
import Kernel
import Logging
import TestKit

/// A node over a new database, with a table of notes to write into.
struct Bed: Sendable {
  let node: Node
  let database: TestDatabase
  /// For files beside the database.
  let folder: URL

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  static let migrations =
    JournalMigrations.all + [
      Migration("notes", 1) { _ in ["CREATE TABLE notes (id TEXT PRIMARY KEY, words TEXT NOT NULL)"] }
    ]

  static func with(
    _ engine: Engine, clock: @escaping @Sendable () -> Timestamp = Timestamp.now, _ body: @Sendable (Bed) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TestDatabase.with(engine) { database in
      try await Migrator(migrations).migrate(database)
      let keys = KeyRing.generate(at: clock().milliseconds)
      let node = Node(database: database, keys: keys, clock: clock, logger: logger)
      try await body(Bed(node: node, database: database, folder: folder))
    }
  }

  /// Writes a note and records it.
  @discardableResult
  func note(_ words: String, id: String? = nil, as actor: Actor = .system) async throws -> String {
    try await node.act(as: actor) { act in try Note.write(words, id: id, in: act) }
  }

  /// Every entry, once all are numbered.
  func entries() async throws -> [Entry] {
    try await Numberer(node).number()
    return try await database.read { try JournalReader.entries(after: .start, limit: 100_000, $0) }
  }

  func count(of table: String) async throws -> Int {
    try await database.read { try $0.value("SELECT COUNT(*) FROM \(raw: table)") ?? 0 }
  }
}

enum Note {
  static func write(_ words: String, id: String? = nil, in act: Act) throws -> String {
    let id = id ?? act.newID(Note.self).rawValue
    try act.connection.execute(
      "INSERT INTO notes (id, words) VALUES (\(id), \(words)) ON CONFLICT (id) DO UPDATE SET words = excluded.words")
    try act.record(Event("notes", "written", subject: id, payload: ["length": JSON(words.count)]))
    return id
  }
}

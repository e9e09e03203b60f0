import Database
import Foundation
import Journal
import Kernel
import Logging
import TestKit

@testable import App

/// A node in a folder of its own, with some hundred entries in its journal.
struct Bed: Sendable {
  let folder: URL
  let settings: Settings
  /// On PostgreSQL: what holds the schema.
  let database: TestDatabase?

  static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
  /// Stands in every entry, in the clear in the database.
  static let planted = "Achieng of Kisumu needs a roof"

  static func with(_ engine: Engine, _ body: @Sendable (Bed) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    switch engine {
    case .sqlite:
      let bed = Bed(folder: folder, settings: settings(.sqlite(path: folder.path + "/node.sqlite"), folder), database: nil)
      try await bed.fill()
      try await body(bed)
    case .postgresql:
      try await TestDatabase.with(engine) { database in
        let bed = Bed(folder: folder, settings: settings(.postgresql(url: database.location), folder), database: database)
        try await bed.fill()
        try await body(bed)
      }
    }
  }

  static func settings(_ database: DatabaseURL, _ folder: URL, keys: String = "node.keys") -> Settings {
    Settings(
      database: database, keys: folder.path + "/" + keys, journalHead: folder.appending(path: "node.head"),
      outbox: folder.appending(path: "outbox"))
  }

  private func fill() async throws {
    _ = try await OpenNode.migrate(settings, logger: Self.logger)
    try await withNode { node in
      // Incompressible, so that a dump too has several chunks.
      for _ in 0..<200 { try await note(Self.planted + " " + Hex.encode(Randomness.system.bytes(1_000)), node) }
      try await Numberer(node).number()
      try await Sealer(node, headFile: settings.journalHead).seal()
    }
  }

  private func note(_ words: String, _ node: Node) async throws {
    try await node.act(as: .system) { act in
      try act.record(Event("notes", "written", subject: "note", payload: ["words": JSON(words)]))
    }
  }

  /// One entry more, sealed.
  func note(_ words: String) async throws {
    try await withNode { node in
      try await note(words, node)
      try await Numberer(node).number()
      try await Sealer(node, headFile: settings.journalHead).seal()
    }
  }

  func path(_ name: String) -> String { folder.path + "/" + name }

  func backUp(to name: String = "a.backup", isPlain: Bool = false) async throws -> String {
    let path = path(name)
    _ = try await Backup(settings, logger: Self.logger)(to: path, isPlain: isPlain)
    return path
  }

  @discardableResult
  func restore(
    _ path: String, into settings: Settings? = nil, isForced: Bool = false, isPlain: Bool = false
  ) async throws -> Restoration.Outcome {
    try await Restoration(settings ?? self.settings, logger: Self.logger)(from: path, isForced: isForced, isPlain: isPlain)
  }

  func withNode<T: Sendable>(_ settings: Settings? = nil, _ body: (Node) async throws -> T) async throws -> T {
    let node = try await OpenNode.open(settings ?? self.settings, logger: Self.logger)
    do {
      let result = try await body(node)
      await node.database.close()
      return result
    } catch {
      await node.database.close()
      throw error
    }
  }

  /// Everything the journal holds, but what it says of itself.
  func contents(_ settings: Settings? = nil) async throws -> [String] {
    try await withNode(settings) { node in
      try await node.read { connection in
        try connection.query(
          """
          SELECT e.id, p.payload FROM journal_entries e LEFT JOIN journal_payloads p ON p.entry = e.id
          WHERE e.feature <> 'journal' ORDER BY e.id
          """
        ).map { row in "\(try row[0] as String) \(Hex.encode(try row[1] as [UInt8]))" }
      }
    }
  }

  func epoch() async throws -> Int64 { try await withNode { try await $0.read { try JournalReader.epoch($0) } } }

  /// The names of the files in the folder, but those of SQLite beside its own.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
      .sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

  func write(_ bytes: [UInt8], _ name: String = "b.backup") throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// Where the content of a backup begins: after two lines.
  static func headerCount(_ bytes: [UInt8]) -> Int {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    return lines[0].count + lines[1].count + 2
  }
}

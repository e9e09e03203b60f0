import App
import Database
import Foundation
import Journal
import Kernel
import Logging
import TestKit

/// A node with all its features over a new database.
struct Bed: Sendable {
  let app: CivilApplication
  let database: TestDatabase
  let folder: URL

  static func with(
    _ engine: Engine, clock: @escaping @Sendable () -> Timestamp = Timestamp.now, _ body: @Sendable (Bed) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "demonstration-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await TestDatabase.with(engine) { database in
      try await Migrator(Features.migrations).migrate(database)
      let path = folder.appending(path: "test").path(percentEncoded: false)
      let settings = Settings(
        database: engine == .sqlite ? .sqlite(path: path) : .postgresql(url: database.location), keys: path + ".keys",
        outbox: folder.appending(path: "outbox"))
      let keys = KeyRing.generate(at: Timestamp.now().milliseconds)
      let node = Node(
        database: database, keys: keys, clock: clock, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      let app = try CivilApplication(settings, node: node)
      try await app.node.indexes.load()
      try await body(Bed(app: app, database: database, folder: folder))
    }
  }

  /// The rows of a table under a condition.
  func count(_ table: String, where condition: SQL = "1 = 1") async throws -> Int {
    try await app.node.read { try $0.value("SELECT COUNT(*) FROM \(raw: table) WHERE \(condition)") ?? 0 }
  }

  /// Everything that a table holds, without times, for comparing.
  func column(_ select: SQL) async throws -> [String] {
    try await app.node.read { connection in try connection.query(select).map { try $0[0] } }
  }
}

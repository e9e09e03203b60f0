import App
import Database
import DatabaseSQLite
import Foundation
import Journal
import Kernel
import Logging
import Needs
import People
import Prescriptions

/// `bench-writes [SECONDS]`: how many needs a second 32 writers store on SQLite, each in the transaction that stating one makes: idempotency
/// row, organization, need, answer, prescription, journal entry; every commit synced. What comes before it (HTTP, looking up the prescription)
/// and after it (indexes) is left out. Prints the rate alone.
@main
struct Writes {
  private static let writers = 32
  private static let subjects = [
    "our accounts", "text messages", "a map of the water points", "letters in four languages", "a survey on paper",
  ]

  static func main() async throws {
    let seconds = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 5
    let folder = FileManager.default.temporaryDirectory.appending(path: "bench-writes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "civil.sqlite").path
    let logger = Logger(label: "bench-writes", factory: { _ in SwiftLogNoOpLogHandler() })
    let database = try SQLiteDatabase(path: path, logger: logger)
    try await Migrator(Features.migrations).migrate(database)
    let keys = KeyRing.generate(at: Timestamp.now().milliseconds)

    // The demonstration's tools make prescriptions of the usual length.
    let settings = Settings(database: .sqlite(path: path), keys: path + ".keys", outbox: folder)
    let app = try CivilApplication(settings, node: Node(database: database, keys: keys, logger: logger))
    try await app.node.indexes.load()
    try await Demonstration.add(to: app)
    let prepared = try subjects.map { subject in
      let submit = SubmitNeed(
        NeedStatement(
          organization: OrganizationStatement(name: Text("Group for \(subject)"), country: "KE"),
          words: Text("We would like to do better with \(subject), offline and by telephone."), language: "en", channel: .web))
      return (submit: submit, draft: app.prescriber.draft(try submit.question()))
    }

    // A node that knows no index.
    let node = Node(database: database, keys: keys, logger: logger)
    print(Int(Double(try await stored(on: node, prepared, until: ContinuousClock.now + .seconds(seconds))) / seconds))
    await database.close()
  }

  private typealias Prepared = (submit: SubmitNeed, draft: PrescriptionDraft)

  private static func stored(on node: Node, _ prepared: [Prepared], until end: ContinuousClock.Instant) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<writers {
        group.addTask { try await stored(by: writer, on: node, prepared, until: end) }
      }
      return try await group.reduce(0, +)
    }
  }

  private static func stored(
    by writer: Int, on node: Node, _ prepared: [Prepared], until end: ContinuousClock.Instant
  ) async throws -> Int {
    var number = 0
    while ContinuousClock.now < end {
      number += 1
      let one = prepared[(writer + number) % prepared.count]
      let key = OnceKey(scope: "bench", key: "\(writer)-\(number)", body: Array("\(number)".utf8))
      try await node.act(as: .system, once: key) { act in
        let need = try one.submit(in: act)
        try one.draft.keep(for: need, in: act)
        return need.id.rawValue
      }
    }
    return number
  }
}

public import Database
import DatabasePostgreSQL
import DatabaseSQLite
import Foundation
import Logging

/// A database of its own for one test: an SQLite file in a folder of its own, or a schema in the PostgreSQL database that
/// `CIVIL_TEST_POSTGRESQL` names. What it made is removed by `close()`, or when nobody holds it any more.
///
///     @Test(arguments: TestDatabase.engines) func storesANeed(engine: Engine) async throws {
///       try await TestDatabase.with(engine) { database in … }
///     }
public final class TestDatabase: Database {
  /// `postgresql://…` of a server to be thrown away, whose user may create schemas; nil when none was given.
  public static let postgreSQL = ProcessInfo.processInfo.environment["CIVIL_TEST_POSTGRESQL"].flatMap { $0.isEmpty ? nil : $0 }

  /// For `.enabled(if:)` on what only PostgreSQL can show.
  public static var hasPostgreSQL: Bool { postgreSQL != nil }

  /// The engines to test on: both, or SQLite alone when there is no server.
  public static var engines: [Engine] { hasPostgreSQL ? [.sqlite, .postgresql] : [.sqlite] }

  public let engine: Engine
  /// The path of the file, or the URL with the schema in it: for a second server on the same database.
  public let location: String
  private let opened: any Database
  private let cleanup: Cleanup

  /// Makes an empty database. A test should hold no more than one at a time: on PostgreSQL their number is limited.
  /// - Throws: `SQLError`.
  public static func make(_ engine: Engine) async throws -> TestDatabase {
    switch engine {
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory.appending(path: "civil-test-\(newName())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let path = folder.appending(path: "test.sqlite").path(percentEncoded: false)
      let cleanup = Cleanup { try? FileManager.default.removeItem(at: folder) }
      return TestDatabase(engine, path, try await open(engine, path), cleanup)
    case .postgresql:
      await Places.shared.take()
      do {
        let server = try await server.value
        let schema = "test_\(newName())"
        try await server.write { connection in _ = try connection.execute("CREATE SCHEMA \(raw: schema)") }
        let cleanup = Cleanup {
          _ = try? await server.write { connection in try connection.execute("DROP SCHEMA \(raw: schema) CASCADE") }
          await Places.shared.give()
        }
        let url = try url(in: schema)
        return TestDatabase(engine, url, try await open(engine, url), cleanup)
      } catch {
        await Places.shared.give()
        throw error
      }
    }
  }

  /// Makes an empty database, and removes it after `body`.
  @discardableResult
  public static func with<R: Sendable>(
    _ engine: Engine, _ body: @Sendable (TestDatabase) async throws -> R
  ) async throws -> R {
    let database = try await make(engine)
    do {
      let result = try await body(database)
      await database.close()
      return result
    } catch {
      await database.close()
      throw error
    }
  }

  /// Opens the same database once more, as a second server would. Whoever opens it closes it.
  public func another() async throws -> any Database {
    try await Self.open(engine, location)
  }

  private init(_ engine: Engine, _ location: String, _ opened: any Database, _ cleanup: Cleanup) {
    self.engine = engine
    self.location = location
    self.opened = opened
    self.cleanup = cleanup
  }

  deinit {
    Task { [opened, cleanup] in
      await opened.close()
      await cleanup.run()
    }
  }

  public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await opened.read(body)
  }

  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await opened.write(body)
  }

  public func changes() -> AsyncStream<Void> { opened.changes() }

  /// Closes it and removes what was made for it.
  public func scrub(_ table: String) async throws { try await opened.scrub(table) }

  public func close() async {
    await opened.close()
    await cleanup.run()
  }

  private static func open(_ engine: Engine, _ location: String) async throws -> any Database {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    switch engine {
    case .sqlite: return try SQLiteDatabase(path: location, logger: logger)
    case .postgresql: return try await PostgreSQLDatabase(url: location, connections: 4, logger: logger)
    }
  }

  private static func url(in schema: String) throws -> String {
    guard let postgreSQL else { throw SQLError.connection("CIVIL_TEST_POSTGRESQL is not set") }
    return postgreSQL + (postgreSQL.contains("?") ? "&" : "?") + "options=-csearch_path%3D" + schema
  }

  private static func newName() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }

  /// Makes and drops the schemas.
  private static let server = Task {
    guard let postgreSQL else { throw SQLError.connection("CIVIL_TEST_POSTGRESQL is not set") }
    var logger = Logger(label: "test")
    logger.logLevel = .error
    return try await PostgreSQLDatabase(url: postgreSQL, connections: 2, logger: logger)
  }
}

/// Runs once, whoever asks first.
private actor Cleanup {
  private var steps: (@Sendable () async -> Void)?

  init(_ steps: @escaping @Sendable () async -> Void) {
    self.steps = steps
  }

  func run() async {
    guard let steps else { return }
    self.steps = nil
    await steps()
  }
}

/// Tests run side by side, and a server takes a hundred connections.
private actor Places {
  static let shared = Places()
  private var free = 12
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

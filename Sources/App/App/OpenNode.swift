public import Database
import DatabasePostgreSQL
import DatabaseSQLite
import Foundation
public import Journal
import Kernel
public import Logging

/// Opens a node's database and keys.
public enum OpenNode {
  /// Opens the database alone.
  public static func database(_ url: DatabaseURL, logger: Logger) async throws -> any Database {
    switch url {
    case .sqlite(let path):
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      guard FileManager.default.fileExists(atPath: folder.path) else {
        throw SettingsError("The folder \(folder.path) does not exist. Make it, or give another --database.")
      }
      return try SQLiteDatabase(path: path, logger: logger)
    case .postgresql(let url): return try await PostgreSQLDatabase(url: url, logger: logger)
    }
  }

  /// Brings the database to this program's schema and makes the key file when there is none.
  /// - Returns: the steps of the schema that were applied, and whether the keys are new.
  public static func migrate(_ settings: Settings, logger: Logger) async throws -> (steps: [String], madeKeys: Bool) {
    let database = try await database(settings.database, logger: logger)
    do {
      let steps = try await Migrator(Features.migrations).migrate(database)
      let (keys, isNew) = try KeyFile(path: settings.keys).loadOrCreate(at: Timestamp.now().milliseconds)
      try await recordFingerprints(keys, in: database, isNew: isNew, file: settings.keys)
      await database.close()
      return (steps, isNew)
    } catch {
      await database.close()
      throw error
    }
  }

  /// A node that is ready to act: its schema is current and its keys are those of the database.
  /// - Throws: `SettingsError` that says what to do, otherwise.
  public static func open(_ settings: Settings, logger: Logger) async throws -> Node {
    var database = try await database(settings.database, logger: logger)
    #if DEBUG
      if ProcessInfo.processInfo.environment["CIVIL_FAULT"] == "ack-before-commit" { database = AcknowledgingEarly(database) }
    #endif
    do {
      let missing = try await Migrator(Features.migrations).missing(in: database)
      guard missing.isEmpty else {
        throw SettingsError(
          "The database is not ready: \(missing.count) steps of its schema are missing. Run: civil migrate --database \(settings.database)"
        )
      }
      let keys = try KeyFile(path: settings.keys).load()
      try await checkFingerprints(keys, database, file: settings.keys)
      return Node(database: database, keys: keys, logger: logger)
    } catch {
      await database.close()
      throw error
    }
  }

  /// A database without fingerprints takes those of the keys; one that has them must know the signing key already.
  private static func recordFingerprints(_ keys: KeyRing, in database: any Database, isNew: Bool, file: String) async throws {
    let known = try await fingerprints(database)
    if !known.isEmpty {
      if isNew { try? FileManager.default.removeItem(atPath: file) }
      try await checkFingerprints(keys, database, file: file)
    }
    try await database.write { connection in
      for one in keys.fingerprints {
        try connection.execute(
          "INSERT INTO node_keys (id, fingerprint) VALUES (\(one.id), \(one.hex)) ON CONFLICT (id) DO NOTHING")
      }
    }
  }

  private static func checkFingerprints(_ keys: KeyRing, _ database: any Database, file: String) async throws {
    let known = try await fingerprints(database)
    let ours = Dictionary(keys.fingerprints.map { ($0.id, $0.hex) }, uniquingKeysWith: { first, _ in first })
    guard known["signing"] != nil, known.allSatisfy({ ours[$0.key] == $0.value }) else {
      throw SettingsError(
        "The keys in \(file) are not those of this database: what is encrypted in it could not be read. Put the right key file there, or name it with CIVIL_KEYS."
      )
    }
  }

  private static func fingerprints(_ database: any Database) async throws -> [String: String] {
    try await database.read { connection in
      var known: [String: String] = [:]
      for row in try connection.query("SELECT id, fingerprint FROM node_keys") { known[try row["id"]] = try row["fingerprint"] }
      return known
    }
  }
}

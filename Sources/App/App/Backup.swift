import Database
import DatabaseSQLite
import Foundation
import Journal
public import Kernel
public import Logging

/// Copies a node's data into one file while the node goes on.
///
/// The file is sealed with a key of the node, and holds no keys.
public struct Backup: Sendable {
  /// What is under way.
  public enum Stage: String, Sendable {
    case copying = "Copying"
    case writing = "Writing"
    case checking = "Checking"
    case restoring = "Restoring"
  }

  /// The stage, bytes or pages done, and all, or nil where nobody knows.
  public typealias Progress = @Sendable (Stage, Int, Int?) -> Void

  private let settings: Settings
  private let logger: Logger

  public init(_ settings: Settings, logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  /// The name a backup gets when nobody gives it one: `civil-20260302-023000.backup`, in UTC.
  public static func name(at time: Timestamp) -> String {
    let digits = time.iso8601.filter(\.isNumber)
    return "civil-\(digits.prefix(8))-\(digits.dropFirst(8).prefix(6)).backup"
  }

  /// Makes a backup.
  /// - Parameters:
  ///   - path: a file that does not exist yet. It is made for its owner alone, and removed again when the backup fails.
  ///   - isPlain: whether everybody may read it.
  /// - Returns: what the backup says about itself.
  /// - Throws: `BackupError`, `KeyFileError`, `SettingsError`, `SQLError`.
  public func callAsFunction(
    to path: String, isPlain: Bool = false, progress: @escaping Progress = { _, _, _ in }
  ) async throws -> BackupHeader {
    let keys = isPlain ? nil : try KeyFile(path: settings.keys).load()
    if case .sqlite(let file) = settings.database, !FileManager.default.fileExists(atPath: file) {
      throw BackupError.noNode(database: settings.database.description)
    }
    guard !FileManager.default.fileExists(atPath: path) else { throw BackupError.exists(path: path) }
    let database = try await OpenNode.database(settings.database, logger: logger)
    do {
      let content = try await Content.of(database)
      guard content.isNode else { throw BackupError.noNode(database: settings.database.description) }
      // Sealed with other keys than the database's own it could never be restored.
      if let keys, !content.isEncrypted(with: keys) {
        throw BackupError.otherNode(path: settings.database.description, keys: settings.keys)
      }
      let header: BackupHeader
      switch settings.database {
      case .sqlite(let file):
        guard let database = database as? SQLiteDatabase else {
          throw BackupError.otherEngine(backup: .sqlite, database: database.engine)
        }
        header = content.header(keys, tool: nil)
        try await copy(database, file, to: path, header, keys, progress)
      case .postgresql(let url):
        let server = content.serverVersion
        let programs = try await onOwnThread {
          try PostgreSQLPrograms.find(["pg_dump"], server: server, atLeast: server, address: try PostgreSQLAddress(url))
        }
        header = content.header(keys, tool: programs.version)
        try await dump(programs, content.schema, to: path, header, keys, progress)
      }
      await database.close()
      return header
    } catch {
      await database.close()
      throw error
    }
  }

  private func copy(
    _ database: SQLiteDatabase, _ file: String, to path: String, _ header: BackupHeader, _ keys: KeyRing?,
    _ progress: @escaping Progress
  ) async throws {
    try await onOwnThread {
      let writer = try BackupWriter(path: path, header: header, keys: keys)
      // Beside the database, because it is as readable: not where the backup goes, which may be a stick.
      let copy = file + ".copy-" + Hex.encode(Randomness.system.bytes(4))
      defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(copy + suffix) } }
      do {
        try NewFile(path: copy).finish()
        try database.backup(to: copy) { share in progress(.copying, Int(share * 1_000), 1_000) }
        guard let input = FileHandle(forReadingAtPath: copy) else { throw BackupError.file(path: copy, reason: lastReason()) }
        defer { try? input.close() }
        unlink(copy)
        let total = Int(try input.seekToEnd())
        try input.seek(toOffset: 0)
        var done = 0
        while let data = try input.read(upToCount: StreamCipher.chunkByteCount), !data.isEmpty {
          try writer.write(Array(data))
          done += data.count
          progress(.writing, done, total)
        }
        try writer.finish()
      } catch {
        writer.abandon()
        throw error
      }
    }
  }

  private func dump(
    _ programs: PostgreSQLPrograms, _ schema: String, to path: String, _ header: BackupHeader, _ keys: KeyRing?,
    _ progress: @escaping Progress
  ) async throws {
    try await onOwnThread {
      let writer = try BackupWriter(path: path, header: header, keys: keys)
      do {
        var done = 0
        try programs.dump(schema: schema) { bytes in
          try writer.write(bytes)
          done += bytes.count
          progress(.writing, done, nil)
        }
        try writer.finish()
      } catch {
        writer.abandon()
        throw error
      }
    }
  }
}

/// Puts a backup in the place of a database's content.
public struct Restoration: Sendable {
  private let settings: Settings
  private let logger: Logger

  public init(_ settings: Settings, logger: Logger) {
    self.settings = settings
    self.logger = logger
  }

  /// What a restoration has done.
  public struct Outcome: Sendable {
    public let header: BackupHeader
    /// Steps of the schema that came after the backup and were applied to it.
    public let steps: [String]
    /// The journal's epoch from now on.
    public let epoch: Int64
  }

  /// Restores a backup. The whole file is checked before anything in the database is touched; a restoration that fails leaves the
  /// database as it was.
  /// - Parameters:
  ///   - isForced: whether what is in the database may be lost.
  ///   - isPlain: whether a backup that is not sealed is trusted.
  /// - Throws: `BackupError`, `KeyFileError`, `SettingsError`, `SQLError`.
  public func callAsFunction(
    from path: String, isForced: Bool = false, isPlain: Bool = false, progress: @escaping Backup.Progress = { _, _, _ in }
  ) async throws -> Outcome {
    let keys = try KeyFile(path: settings.keys).load()
    let backup = try BackupReader(path: path)
    try check(backup.header, keys, path: path, isPlain: isPlain)
    switch settings.database {
    case .sqlite(let file): try await restore(backup, keys, file: file, isForced: isForced, progress)
    case .postgresql(let url): try await restore(backup, keys, url: url, isForced: isForced, progress)
    }
    do {
      return try await acknowledge(backup.header)
    } catch {
      throw BackupError.notAcknowledged(reason: (error as? SQLError)?.sentence(about: settings.database) ?? "\(error)")
    }
  }

  /// What can be seen without reading the content. What is said here is believed only after the content has vouched for it.
  private func check(_ header: BackupHeader, _ keys: KeyRing, path: String, isPlain: Bool) throws {
    guard header.key != nil || isPlain else { throw BackupError.plain(path: path) }
    if let id = header.key, !keys.ids.contains(where: { $0.description == id }) {
      throw BackupError.unknownKey(path: path, id: id)
    }
    guard holds(header.fingerprints, keys) else { throw BackupError.otherNode(path: path, keys: settings.keys) }
    guard header.engine == settings.database.engine else {
      throw BackupError.otherEngine(backup: header.engine, database: settings.database.engine)
    }
    let known = Set(Features.migrations.map(\.name))
    if let step = header.steps.first(where: { !known.contains($0) }) { throw BackupError.newer(step: step) }
  }

  // MARK: SQLite

  private func restore(
    _ backup: BackupReader, _ keys: KeyRing, file: String, isForced: Bool, _ progress: @escaping Backup.Progress
  ) async throws {
    let exists = FileManager.default.fileExists(atPath: file)
    if exists {
      try refuseIfInUse(file)
      if !isForced { try await refuseIfFull() }
    }
    let draft = file + ".restoring-" + Hex.encode(Randomness.system.bytes(4))
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) } }
    try await onOwnThread {
      let new = try NewFile(path: draft)
      try backup.read(keys, progress: { progress(.checking, $0, $1) }) { try new.write($0) }
      try new.finish()
    }
    try await check(draft, backup, keys)
    if exists { try refuseIfInUse(file) }
    // What stays beside the file would be taken for a part of the new one.
    for suffix in ["-wal", "-shm", "-journal"] { unlink(file + suffix) }
    giveAway(draft, like: exists ? file : nil)
    guard rename(draft, file) == 0 else { throw BackupError.file(path: file, reason: lastReason()) }
    try syncFolder(of: file)
  }

  /// Whether the copy is whole, and of a program and keys that fit.
  private func check(_ draft: String, _ backup: BackupReader, _ keys: KeyRing) async throws {
    let database = try SQLiteDatabase(path: draft, readers: 1, logger: logger)
    do {
      let answer: String? = try await database.read { try $0.value("PRAGMA quick_check(1)") }
      guard answer == "ok" else { throw BackupError.damaged(path: backup.path) }
      _ = try await Migrator(Features.migrations).missing(in: database)
      let content = try await Content.of(database)
      guard content.isNode, content.isEncrypted(with: keys) else {
        throw BackupError.otherNode(path: backup.path, keys: settings.keys)
      }
      await database.close()
    } catch {
      await database.close()
      throw error
    }
  }

  /// A server that has the file open would go on writing into the old one.
  private func refuseIfInUse(_ file: String) throws {
    let descriptor = open(file, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw BackupError.file(path: file, reason: lastReason()) }
    defer { close(descriptor) }
    // The bytes that every connection to a file in WAL mode holds a shared lock on (https://sqlite.org/fileformat2.html#lock_byte_page).
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    lock.l_start = 0x4000_0002
    lock.l_len = 510
    guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return }
    throw BackupError.inUse(database: file, process: Int(lock.l_pid))
  }

  /// A database that root restores belongs to whom the old one, or its folder, belongs to: else the service could not open it.
  private func giveAway(_ path: String, like other: String?) {
    var status = stat()
    if let other, stat(other, &status) == 0 { chmod(path, status.st_mode & 0o777) }
    guard geteuid() == 0 else { return }
    if stat(other ?? URL(fileURLWithPath: path).deletingLastPathComponent().path, &status) == 0 {
      _ = chown(path, status.st_uid, status.st_gid)
    }
  }

  // MARK: PostgreSQL

  private func restore(
    _ backup: BackupReader, _ keys: KeyRing, url: String, isForced: Bool, _ progress: @escaping Backup.Progress
  ) async throws {
    let database = try await OpenNode.database(settings.database, logger: logger)
    let content: Content
    do {
      content = try await Content.of(database)
      await database.close()
    } catch {
      await database.close()
      throw error
    }
    guard content.isEmpty || isForced else { throw BackupError.notEmpty(database: settings.database.description) }
    let schema = backup.header.schema ?? ""
    guard content.schema == schema else { throw BackupError.otherSchema(backup: schema, database: content.schema) }
    try await onOwnThread {
      let programs = try PostgreSQLPrograms.find(
        ["pg_restore", "psql"], server: content.serverVersion, atLeast: backup.header.tool ?? 0,
        address: try PostgreSQLAddress(url))
      try backup.read(keys, progress: { progress(.checking, $0, $1) }) { _ in }
      try programs.restore(schema: schema) { write in
        try backup.read(keys, progress: { progress(.restoring, $0, $1) }, write)
      }
    }
  }

  // MARK: Both

  private func refuseIfFull() async throws {
    let database = try await OpenNode.database(settings.database, logger: logger)
    do {
      let content = try await Content.of(database)
      guard content.isEmpty else { throw BackupError.notEmpty(database: settings.database.description) }
      await database.close()
    } catch {
      await database.close()
      throw error
    }
  }

  /// Tells the journal and everybody who reads it that entries may be missing.
  private func acknowledge(_ header: BackupHeader) async throws -> Outcome {
    let (steps, _) = try await OpenNode.migrate(settings, logger: logger)
    let node = try await OpenNode.open(settings, logger: logger)
    do {
      try await Numberer(node).number()
      try await Sealer(node, headFile: settings.journalHead).acknowledgeRestoration()
      let epoch = try await node.read { try JournalReader.epoch($0) }
      await node.database.close()
      return Outcome(header: header, steps: steps, epoch: epoch)
    } catch {
      await node.database.close()
      throw error
    }
  }
}

/// What a database holds, as far as a backup is concerned.
private struct Content: Sendable {
  var engine: Engine
  /// On PostgreSQL, the schema the connection uses; empty when there is none.
  var schema = ""
  /// On PostgreSQL, the server's major version.
  var serverVersion = 0
  var tables = 0
  var fingerprints: [String: String] = [:]
  var steps: [String] = []
  /// Nil when there is no journal.
  var entries: Int?

  /// Nothing was ever recorded in it. Every change is, so that a database with a schema and an empty journal has nothing to lose.
  var isEmpty: Bool { tables == 0 || entries == 0 }
  var isNode: Bool { entries != nil && fingerprints["signing"] != nil }

  func isEncrypted(with keys: KeyRing) -> Bool { holds(fingerprints, keys) }

  func header(_ keys: KeyRing?, tool: Int?) -> BackupHeader {
    BackupHeader(
      engine: engine, id: Randomness.system.bytes(StreamCipher.idByteCount), key: keys?.newest.description, at: .now(),
      fingerprints: fingerprints, steps: steps, entries: entries ?? 0, schema: engine == .postgresql ? schema : nil, tool: tool)
  }

  static func of(_ database: any Database) async throws -> Content {
    try await database.read { connection in
      var content = Content(engine: connection.engine)
      let names: [String]
      switch connection.engine {
      case .sqlite:
        names = try connection.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").map {
          try $0[0]
        }
      case .postgresql:
        content.schema = (try connection.value("SELECT CAST(current_schema() AS TEXT)", as: String?.self) ?? nil) ?? ""
        let version: String? = try connection.value("SELECT current_setting('server_version_num')")
        content.serverVersion = (version.flatMap { Int($0) } ?? 0) / 10_000
        names = try connection.query(
          """
          SELECT CAST(c.relname AS TEXT) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
          """
        ).map { try $0[0] }
      }
      content.tables = names.count
      if names.contains("node_keys") {
        for row in try connection.query("SELECT id, fingerprint FROM node_keys") {
          content.fingerprints[try row["id"]] = try row["fingerprint"]
        }
      }
      if names.contains("schema_migrations") {
        content.steps = try connection.query("SELECT feature, number FROM schema_migrations ORDER BY feature, number").map {
          row in
          "\(try row["feature"] as String) \(try row["number"] as Int)"
        }
        if names.contains("journal_entries") { content.entries = try connection.value("SELECT COUNT(*) FROM journal_entries") }
      }
      return content
    }
  }
}

/// Whether a ring holds all the keys with these fingerprints.
private func holds(_ fingerprints: [String: String], _ keys: KeyRing) -> Bool {
  let ours = Dictionary(keys.fingerprints.map { ($0.id, $0.hex) }, uniquingKeysWith: { first, _ in first })
  return fingerprints["signing"] != nil && fingerprints.allSatisfy { ours[$0.key] == $0.value }
}

extension DatabaseURL {
  var engine: Engine {
    switch self {
    case .sqlite: .sqlite
    case .postgresql: .postgresql
    }
  }
}

/// Runs what blocks for long on a thread of its own, which the cooperative pool has too few of.
private func onOwnThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result { try work() }) }.start()
  }
}

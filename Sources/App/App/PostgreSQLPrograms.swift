import Foundation
import Synchronization

/// The programs that come with PostgreSQL: pg_dump, pg_restore and psql of one version.
struct PostgreSQLPrograms: Sendable {
  let folder: String
  /// The major version, such as 16.
  let version: Int
  private let address: PostgreSQLAddress

  /// Finds the programs, in PATH and where Debian has them: those of the server's own version, else the next newer ones.
  /// - Parameters:
  ///   - server: the server's major version.
  ///   - oldest: the least version that will do.
  static func find(_ names: [String], server: Int, atLeast oldest: Int, address: PostgreSQLAddress) throws -> PostgreSQLPrograms {
    let found = folders.compactMap { folder -> (folder: String, version: Int)? in
      let paths = names.map { folder + "/" + $0 }
      guard paths.allSatisfy({ FileManager.default.isExecutableFile(atPath: $0) }), let version = version(of: paths[0]) else {
        return nil
      }
      return (folder, version)
    }
    guard let newest = found.map(\.version).max() else { throw BackupError.toolMissing(names: names, server: server) }
    let least = max(server, oldest)
    guard let best = found.filter({ $0.version >= least }).min(by: { $0.version < $1.version }) else {
      throw BackupError.toolTooOld(name: names[0], found: newest, needed: least)
    }
    return PostgreSQLPrograms(folder: best.folder, version: best.version, address: address)
  }

  /// Dumps one schema in PostgreSQL's custom format.
  func dump(schema: String, into body: ([UInt8]) throws -> Void) throws {
    // A pattern, in which quotation marks keep a name as it is.
    let pattern = "\"" + schema.replacing("\"", with: "\"\"") + "\""
    let dump = try start(
      "pg_dump",
      ["--format=custom", "--no-owner", "--no-privileges", "--no-password", "--schema=" + pattern, "--dbname=" + address.url],
      reads: false, writes: true)
    do {
      while let bytes = try dump.read() { try body(bytes) }
    } catch {
      dump.stop()
      throw error
    }
    try check(dump)
  }

  /// Puts a dump in the place of all that is in its schema, or, when anything fails, changes nothing.
  /// - Parameter feed: hands the dump over to its argument, piece by piece.
  func restore(schema: String, from feed: @escaping @Sendable (([UInt8]) throws -> Void) throws -> Void) throws {
    let psql = try start(
      "psql",
      [
        "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse", "--set=SHOW_CONTEXT=never",
        "--dbname=" + address.url,
      ], reads: true, writes: false)
    let restore: Program
    do {
      restore = try start(
        "pg_restore", ["--no-owner", "--no-privileges", "--schema=" + schema, "--file=-"], reads: true, writes: true)
    } catch {
      psql.stop()
      throw error
    }
    do {
      try psql.write(Array(Self.beginning(schema).utf8))
      let feeding = Feeding(restore, feed)
      while let bytes = try restore.read() { try psql.write(bytes) }
      try feeding.end()
      try check(restore)
      // Only now: whatever ends before this, psql included, leaves the transaction without its end, and the server undoes it.
      try psql.write(Array("\nCOMMIT;\n".utf8))
    } catch is Program.Ended {
      restore.stop()
      psql.closeInput()
      try check(psql)
      throw BackupError.toolFailed(name: "psql", message: "it ended too early")
    } catch {
      psql.stop()
      restore.stop()
      throw error
    }
    psql.closeInput()
    try check(psql)
  }

  /// Whoever still uses the database is not waited for longer than ten seconds.
  private static func beginning(_ schema: String) -> String {
    let name = "'" + schema.replacing("'", with: "''") + "'"
    return """
      SET standard_conforming_strings = on;
      BEGIN;
      SET LOCAL lock_timeout = '10s';
      DO $civil$
      DECLARE one record;
      BEGIN
        FOR one IN
          SELECT c.relname, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = \(name) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('e', 'i', 'a'))
        LOOP
          EXECUTE format('DROP %s IF EXISTS %I.%I CASCADE', one.kind, \(name), one.relname);
        END LOOP;
      END $civil$;

      """
  }

  private func check(_ program: Program) throws {
    let (status, message) = program.wait()
    guard status != 0 else { return }
    throw BackupError.toolFailed(
      name: program.name + " \(version)", message: message.isEmpty ? "it ended with status \(status)" : message)
  }

  private func start(_ name: String, _ arguments: [String], reads: Bool, writes: Bool) throws -> Program {
    try Program(
      folder + "/" + name, arguments, environment: address.environment, takesInput: reads, givesOutput: writes)
  }

  private static var folders: [String] {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let debian = "/usr/lib/postgresql"
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
    // Debian's own first: its programs in PATH are wrappers that choose a version by themselves.
    return versions.map { "\(debian)/\($0)/bin" } + path.split(separator: ":").map(String.init)
  }

  /// As in `pg_dump (PostgreSQL) 15.4 (Debian 15.4-1)`.
  private static func version(of path: String) -> Int? {
    guard let program = try? Program(path, ["--version"], environment: [:], takesInput: false, givesOutput: true) else {
      return nil
    }
    var text: [UInt8] = []
    while let bytes = try? program.read() { text += bytes }
    guard program.wait().status == 0 else { return nil }
    let words = String(decoding: text, as: UTF8.self).split(separator: " ")
    return words.compactMap { Int($0.prefix { $0.isNumber }) }.first
  }
}

/// Where a database is, with its password apart: the arguments of a program can be read by everybody on the machine.
struct PostgreSQLAddress: Sendable, Equatable {
  /// Without the password.
  let url: String
  let password: String?

  /// - Parameter url: as libpq reads it, with one or more hosts.
  /// - Throws: `BackupError.unsafeAddress`.
  init(_ url: String) throws {
    let scheme = url.range(of: "://")?.upperBound ?? url.startIndex
    var rest = url[scheme...]
    var password: String?
    // As in libpq, what is before an @ that comes before every slash is who connects.
    if let end = rest.firstIndex(where: { $0 == "@" || $0 == "/" }), rest[end] == "@" {
      let user = rest[..<end].prefix { $0 != ":" }
      if user.endIndex < end { password = String(rest[rest.index(after: user.endIndex)..<end]).removingPercentEncoding }
      rest = user + rest[end...]
    }
    let question = rest.firstIndex(of: "?") ?? rest.endIndex
    var kept: [Substring] = []
    for parameter in rest[question...].dropFirst().split(separator: "&") {
      let name = parameter.prefix { $0 != "=" }
      switch String(name).removingPercentEncoding {
      case "password": password = String(parameter.dropFirst(name.count + 1)).removingPercentEncoding
      case "sslpassword": throw BackupError.unsafeAddress
      default: kept.append(parameter)
      }
    }
    let parameters = kept.isEmpty ? "" : "?" + kept.joined(separator: "&")
    self.url = String(url[..<scheme]) + String(rest[..<question]) + parameters
    self.password = password
  }

  /// What libpq takes where the URL says nothing. Of several hosts, the one that takes writes has everything.
  var environment: [String: String] {
    var environment = ["PGAPPNAME": "civil", "PGCONNECT_TIMEOUT": "10", "PGTARGETSESSIONATTRS": "read-write"]
    if let password { environment["PGPASSWORD"] = password }
    return environment
  }
}

/// A program that runs beside this one.
final class Program: @unchecked Sendable {
  /// It takes no more input.
  struct Ended: Error {}

  let name: String
  private let process = Process()
  private let input: FileHandle?
  private let output: FileHandle?
  private let ended = DispatchSemaphore(value: 0)
  private let messageRead = DispatchSemaphore(value: 0)
  private let message = Mutex<[UInt8]>([])
  /// Of what a program complains about, the last so many bytes are kept.
  private static let longestMessage = 2_000

  /// - Parameter environment: what is added to that of this program.
  init(_ path: String, _ arguments: [String], environment: [String: String], takesInput: Bool, givesOutput: Bool) throws {
    // Without it, writing to a program that has ended would end this one.
    signal(SIGPIPE, SIG_IGN)
    name = URL(fileURLWithPath: path).lastPathComponent
    let (toInput, fromOutput, fromErrors) = (takesInput ? Pipe() : nil, givesOutput ? Pipe() : nil, Pipe())
    input = toInput?.fileHandleForWriting
    output = fromOutput?.fileHandleForReading
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, ours in ours }
    if let toInput { process.standardInput = toInput } else { process.standardInput = FileHandle.nullDevice }
    if let fromOutput { process.standardOutput = fromOutput } else { process.standardOutput = FileHandle.nullDevice }
    process.standardError = fromErrors
    process.terminationHandler = { [ended] _ in ended.signal() }
    do {
      try process.run()
    } catch {
      throw BackupError.toolFailed(name: name, message: "it cannot be started (\(error.localizedDescription))")
    }
    let errors = fromErrors.fileHandleForReading
    Thread { [self] in
      while let bytes = try? errors.read(upToCount: 4_096), !bytes.isEmpty {
        message.withLock { $0 = Array(($0 + bytes).suffix(Self.longestMessage)) }
      }
      messageRead.signal()
    }.start()
  }

  /// - Throws: `Ended`.
  func write(_ bytes: [UInt8]) throws {
    do {
      try input?.write(contentsOf: bytes)
    } catch {
      throw Ended()
    }
  }

  func closeInput() { try? input?.close() }

  /// - Returns: nil at the end.
  func read() throws -> [UInt8]? {
    guard let data = try output?.read(upToCount: 1 << 16), !data.isEmpty else { return nil }
    return Array(data)
  }

  /// Ends it at once. Its input is closed only afterwards, so that it does not take what it has for all there is.
  func stop() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    _ = wait()
    closeInput()
  }

  /// Waits for its end.
  /// - Returns: its exit status, and what it complained about.
  func wait() -> (status: Int32, message: String) {
    ended.wait()
    ended.signal()
    messageRead.wait()
    messageRead.signal()
    let text = message.withLock { String(decoding: $0, as: UTF8.self) }
    return (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines))
  }
}

/// Feeds a program from a thread of its own, while its output is read on another.
private final class Feeding: @unchecked Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let failure = Mutex<(any Error)?>(nil)

  init(_ program: Program, _ feed: @escaping @Sendable (([UInt8]) throws -> Void) throws -> Void) {
    Thread { [self] in
      do {
        try feed { try program.write($0) }
        program.closeInput()
      } catch is Program.Ended {
        // It says itself why it ended; it may also just have had enough, after the last table.
        program.closeInput()
      } catch {
        failure.withLock { $0 = error }
        program.stop()
      }
      done.signal()
    }.start()
  }

  /// Waits until all was fed.
  func end() throws {
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}

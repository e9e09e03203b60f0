public import Database
import Foundation
public import Kernel

/// What a backup says about itself, readable without a key. In a sealed backup every chunk vouches for it.
public struct BackupHeader: Sendable, Equatable {
  public let engine: Engine
  /// Sixteen random bytes, which make the key of this file.
  let id: [UInt8]
  /// The id of the key it is sealed with; nil when it is plain.
  public let key: String?
  public let at: Timestamp
  /// The fingerprints of the node's keys by their ids.
  let fingerprints: [String: String]
  /// The steps of the schema that were applied.
  let steps: [String]
  /// Entries in the journal.
  public let entries: Int
  /// On PostgreSQL, the schema it was taken from.
  let schema: String?
  /// On PostgreSQL, the major version of the `pg_dump` that made it.
  let tool: Int?

  /// The node's id, as `Node.id` has it.
  public var node: String { String((fingerprints["signing"] ?? "").prefix(32)) }

  /// The first line of every backup.
  private static let mark = "civil-society-backup "
  private static let version = "1"
  /// More than a schema of ten thousand steps needs.
  static let longest = 1 << 19

  /// Two lines: the mark with the format's version, and a JSON object.
  func encoded() throws -> [UInt8] {
    var json: JSON = [
      "at": JSON(at.milliseconds), "engine": JSON(engine.rawValue), "entries": JSON(entries), "id": JSON(Hex.encode(id)),
      "keys": .object(JSON.Object(fingerprints.map { (key: $0.key, value: JSON($0.value)) })), "steps": JSON(steps),
    ]
    if let key { json["key"] = JSON(key) }
    if let schema { json["schema"] = JSON(schema) }
    if let tool { json["tool"] = JSON(tool) }
    return Array((Self.mark + Self.version + "\n").utf8) + (try json.encoded()) + [UInt8(ascii: "\n")]
  }

  /// The header at the start of a file.
  /// - Returns: also how many bytes it takes.
  /// - Throws: `BackupError.notABackup`, `.unknownFormat`.
  static func read(_ bytes: [UInt8], path: String) throws -> (header: BackupHeader, count: Int) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    guard lines.count == 3 else { throw BackupError.notABackup(path: path) }
    let first = String(decoding: lines[0], as: UTF8.self)
    guard first.hasPrefix(mark) else { throw BackupError.notABackup(path: path) }
    guard first == mark + version else { throw BackupError.unknownFormat(path: path, found: String(first.dropFirst(mark.count))) }
    guard let json = try? JSON(decoding: Array(lines[1])), let header = BackupHeader(json) else {
      throw BackupError.damaged(path: path)
    }
    return (header, lines[0].count + lines[1].count + 2)
  }

  init(
    engine: Engine, id: [UInt8], key: String?, at: Timestamp, fingerprints: [String: String], steps: [String], entries: Int,
    schema: String?, tool: Int?
  ) {
    self.engine = engine
    self.id = id
    self.key = key
    self.at = at
    self.fingerprints = fingerprints
    self.steps = steps
    self.entries = entries
    self.schema = schema
    self.tool = tool
  }

  private init?(_ json: JSON) {
    guard let engine = json["engine"]?.string.flatMap({ Engine(rawValue: $0) }),
      let id = json["id"]?.string.flatMap({ Hex.decode($0) }), id.count == StreamCipher.idByteCount,
      let at = json["at"]?.int, let entries = json["entries"]?.int, case .object(let keys)? = json["keys"],
      case .array(let steps)? = json["steps"]
    else { return nil }
    self.init(
      engine: engine, id: id, key: json["key"]?.string, at: Timestamp(milliseconds: Int64(at)),
      fingerprints: Dictionary(keys.members.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { first, _ in first }),
      steps: steps.compactMap(\.string), entries: entries, schema: json["schema"]?.string, tool: json["tool"]?.int)
  }
}

/// Writes a backup. After the header come the chunks of a `StreamCipher`; in a plain one, the content as it is, and then the SHA-256 of
/// all before it, which finds damage but no forgery.
final class BackupWriter {
  private let file: NewFile
  private var cipher: StreamCipher?
  private var digest = SHA256()
  /// What is not written yet: the last chunk is sealed differently, and only the end tells which one that is.
  private var rest: [UInt8] = []

  /// - Parameter keys: needed when the header names a key.
  /// - Throws: `BackupError.exists`: no file is ever overwritten.
  init(path: String, header: BackupHeader, keys: KeyRing?) throws {
    let bytes = try header.encoded()
    if header.key != nil, let keys { cipher = StreamCipher(keys, purpose: .backup, id: header.id, header: bytes) }
    file = try NewFile(path: path)
    do {
      try file.write(bytes)
    } catch {
      file.remove()
      throw error
    }
    digest.update(bytes)
  }

  func write(_ bytes: [UInt8]) throws {
    rest += bytes
    var start = 0
    while rest.count - start > StreamCipher.chunkByteCount {
      let end = start + StreamCipher.chunkByteCount
      try put(Array(rest[start..<end]), isLast: false)
      start = end
    }
    rest.removeFirst(start)
  }

  /// Returns when all of it is on the disk.
  func finish() throws {
    try put(rest, isLast: true)
    rest = []
    if cipher == nil { try file.write(digest.finish()) }
    try file.finish()
  }

  /// Removes what was written so far.
  func abandon() { file.remove() }

  private func put(_ chunk: [UInt8], isLast: Bool) throws {
    if let sealed = try cipher?.seal(chunk, isLast: isLast) {
      try file.write(sealed)
    } else {
      digest.update(chunk)
      try file.write(chunk)
    }
  }
}

/// Reads a backup.
struct BackupReader: Sendable {
  let path: String
  let header: BackupHeader
  private let headerBytes: [UInt8]

  init(path: String) throws {
    self.path = path
    let file = try Self.open(path)
    defer { try? file.close() }
    let start = try Self.read(file, BackupHeader.longest, path)
    let (header, count) = try BackupHeader.read(start, path: path)
    self.header = header
    headerBytes = Array(start.prefix(count))
  }

  /// Hands the content over, piece by piece. Each piece is what was backed up; that nothing is missing is known only when this returns.
  /// - Parameters:
  ///   - keys: the node's.
  ///   - progress: bytes read so far, and all.
  /// - Throws: `BackupError.damaged`, `.unknownKey`; what `body` throws.
  func read(_ keys: KeyRing, progress: (Int, Int) -> Void = { _, _ in }, _ body: ([UInt8]) throws -> Void) throws {
    let file = try Self.open(path)
    defer { try? file.close() }
    let size = Int(try file.seekToEnd())
    try file.seek(toOffset: 0)
    // The file may have been exchanged since its header was read.
    guard try Self.read(file, headerBytes.count, path) == headerBytes else { throw BackupError.damaged(path: path) }
    let total = size - headerBytes.count
    if header.key == nil {
      try readPlain(file, total, progress, body)
    } else {
      try readSealed(file, total, keys, progress, body)
    }
  }

  private func readSealed(
    _ file: FileHandle, _ total: Int, _ keys: KeyRing, _ progress: (Int, Int) -> Void, _ body: ([UInt8]) throws -> Void
  ) throws {
    let length = StreamCipher.chunkByteCount + StreamCipher.tagByteCount
    do {
      var cipher = try StreamCipher(
        opening: header.id, keyID: header.key ?? "", header: headerBytes, keys, purpose: .backup)
      var left = total
      repeat {
        let isLast = left <= length
        let chunk = try Self.read(file, min(left, length), path)
        try body(try cipher.open(chunk, isLast: isLast))
        left -= min(left, length)
        progress(total - left, total)
      } while left > 0
    } catch StreamCipherError.unknownKey(let id) {
      throw BackupError.unknownKey(path: path, id: id)
    } catch is StreamCipherError {
      throw BackupError.damaged(path: path)
    }
  }

  private func readPlain(
    _ file: FileHandle, _ total: Int, _ progress: (Int, Int) -> Void, _ body: ([UInt8]) throws -> Void
  ) throws {
    var left = total - SHA256.byteCount
    guard left >= 0 else { throw BackupError.damaged(path: path) }
    var digest = SHA256()
    digest.update(headerBytes)
    while left > 0 {
      let chunk = try Self.read(file, min(left, StreamCipher.chunkByteCount), path)
      guard !chunk.isEmpty else { throw BackupError.damaged(path: path) }
      digest.update(chunk)
      try body(chunk)
      left -= chunk.count
      progress(total - left, total)
    }
    guard try Self.read(file, SHA256.byteCount, path) == digest.finish() else {
      throw BackupError.damaged(path: path)
    }
  }

  private static func open(_ path: String) throws -> FileHandle {
    var status = stat()
    guard stat(path, &status) == 0 else { throw BackupError.file(path: path, reason: lastReason()) }
    // A folder or a pipe cannot be read twice.
    guard status.st_mode & S_IFMT == S_IFREG else { throw BackupError.notABackup(path: path) }
    guard let file = FileHandle(forReadingAtPath: path) else { throw BackupError.file(path: path, reason: lastReason()) }
    return file
  }

  /// - Returns: as many bytes as asked for, fewer only at the end.
  private static func read(_ file: FileHandle, _ count: Int, _ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      guard let data = try file.read(upToCount: count - bytes.count), !data.isEmpty else { break }
      bytes += data
    }
    return bytes
  }
}

/// A file that did not exist, for its owner alone.
final class NewFile {
  let path: String
  private var descriptor: Int32

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw errno == EEXIST ? BackupError.exists(path: path) : BackupError.file(path: path, reason: lastReason())
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func write(_ bytes: [UInt8]) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { [written, descriptor] buffer in
        Foundation.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw BackupError.file(path: path, reason: lastReason()) }
      written += count
    }
  }

  /// Returns when it is on the disk, with its name.
  func finish() throws {
    guard fsync(descriptor) == 0 else { throw BackupError.file(path: path, reason: lastReason()) }
    close(descriptor)
    descriptor = -1
    try syncFolder(of: path)
  }

  func remove() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    unlink(path)
  }
}

/// Makes a new name last: without it a power loss can leave a folder that does not know the file.
func syncFolder(of path: String) throws {
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw BackupError.file(path: folder, reason: lastReason()) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw BackupError.file(path: folder, reason: lastReason()) }
}

func lastReason() -> String { String(cString: strerror(errno)) }

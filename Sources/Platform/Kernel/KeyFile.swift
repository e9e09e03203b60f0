import Foundation

/// The file that holds a node's keys. Who reads it can read every contact detail and sign as the node; who loses it loses them.
///
/// A text of lines: the version, `#` comments, `signing` and the Ed25519 seed, one `master` a key with its id and time, and `end`
/// with the SHA-256 of all before it, by which a cut or edited file is noticed.
public struct KeyFile: Sendable {
  /// Where the file is, or is to be.
  public let path: String

  /// - Parameter path: the file need not be there yet.
  public init(path: String) {
    self.path = path
  }

  /// The keys, made when there is no file yet. When two processes make it at once, both get the keys of the one that was first.
  /// - Parameters:
  ///   - now: milliseconds since 1970 UTC.
  ///   - random: gives as many unpredictable bytes as it is asked for.
  /// - Returns: the keys, and whether this call made them.
  /// - Throws: `KeyFileError`.
  public func loadOrCreate(
    at now: Int64, random: (Int) -> [UInt8] = Randomness.system.bytes
  ) throws(KeyFileError) -> (ring: KeyRing, isNew: Bool) {
    do {
      return (try load(), false)
    } catch .missing {
      do {
        return (try create(at: now, random: random), true)
      } catch .exists {
        return (try load(), false)
      }
    }
  }

  /// Makes the file with new keys. It appears complete or not at all, also when the machine loses power.
  /// - Throws: `KeyFileError.exists` when there is one: keys are never overwritten.
  public func create(
    at now: Int64, random: (Int) -> [UInt8] = Randomness.system.bytes
  ) throws(KeyFileError) -> KeyRing {
    let ring = KeyRing.generate(at: now, random: random)
    // Written under another name and then linked, which fails if the name is taken: so nobody ever sees half a file.
    let draft = path + ".draft-" + Hex.encode(Randomness.system.bytes(8))
    try write(KeyFile.text(of: ring), to: draft)
    defer { unlink(draft) }
    guard link(draft, path) == 0 else {
      throw errno == EEXIST ? .exists(path: path) : cannotWrite()
    }
    try syncFolder()
    return ring
  }

  /// Adds a master key, which encrypts from now on; the older ones go on decrypting.
  ///
  /// Servers take up the new key when they are started again. Copy the file to every server before that.
  /// - Throws: `KeyFileError.busy` when another process is at it, or was stopped in the middle.
  public func addKey(
    at now: Int64, random: (Int) -> [UInt8] = Randomness.system.bytes
  ) throws(KeyFileError) -> KeyRing {
    let draft = path + ".new"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw errno == EEXIST ? .busy(path: path, draft: draft) : cannotWrite() }
    do throws(KeyFileError) {
      defer { close(descriptor) }
      let ring = try load().rotated(at: now, random: random)
      try fill(descriptor, with: KeyFile.text(of: ring))
      guard rename(draft, path) == 0 else { throw cannotWrite() }
      try syncFolder()
      return ring
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// The keys in the file.
  /// - Throws: `KeyFileError`, of which each case says what to do.
  public func load() throws(KeyFileError) -> KeyRing {
    try KeyFile.ring(in: try read(), path: path)
  }

  // MARK: The format

  private static let mark = "civil-society-keys"
  private static let version = "1"

  private static func text(of ring: KeyRing) -> [UInt8] {
    var lines = """
      \(mark) \(version)
      # The keys of this node. Whoever reads this file can read every contact detail kept on the node.
      # Without it, contact details, receipts and backups cannot be opened. Keep a copy in another safe place.

      """
    lines += "signing \(Base64URL.encode(ring.signing.seed))\n"
    for master in ring.masters {
      lines += "master \(master.id) \(master.made) \(Base64URL.encode(master.secret.bytes))\n"
    }
    return Array((lines + "end \(checksum(lines))\n").utf8)
  }

  private static func checksum(_ text: String) -> String { Hex.encode(SHA256.hash(Array(text.utf8))) }

  private static func ring(in bytes: [UInt8], path: String) throws(KeyFileError) -> KeyRing {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notAKeyFile(path: path) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let header = lines[0].split(separator: " ")
    guard header.count == 2, header[0] == mark else { throw .notAKeyFile(path: path) }
    guard header[1] == version else { throw .unknownVersion(path: path, found: String(header[1])) }
    guard lines.count >= 2, lines[lines.count - 1].isEmpty, lines[lines.count - 2].hasPrefix("end ") else {
      throw .damaged(path: path, detail: "its end is missing")
    }
    let body = lines.dropLast(2).map { $0 + "\n" }.joined()
    guard lines[lines.count - 2] == "end " + checksum(body) else {
      throw .damaged(path: path, detail: "its checksum does not fit")
    }
    return try ring(ofLines: lines.dropFirst().dropLast(2), path: path)
  }

  private static func ring(ofLines lines: ArraySlice<Substring>, path: String) throws(KeyFileError) -> KeyRing {
    var signing: SigningKey?
    var masters: [KeyRing.Master] = []
    for line in lines where !line.hasPrefix("#") {
      let words = line.split(separator: " ")
      switch (words.first, words.count) {
      case ("signing", 2) where signing == nil:
        guard let seed = Base64URL.decode(words[1]), let key = SigningKey(seed: seed) else {
          throw .damaged(path: path, detail: "its signing key cannot be read")
        }
        signing = key
      case ("master", 4):
        guard let made = Int64(words[2]), let secret = Base64URL.decode(words[3]), secret.count == KeyRing.secretByteCount else {
          throw .damaged(path: path, detail: "the key \(words[1]) cannot be read")
        }
        let master = KeyRing.Master(secret: secret, made: made)
        guard master.id.description == words[1], !masters.contains(where: { $0.id == master.id }) else {
          throw .damaged(path: path, detail: "the key \(words[1]) has a wrong id")
        }
        masters.append(master)
      default:
        throw .damaged(path: path, detail: "it has a line that is not known")
      }
    }
    guard let signing, !masters.isEmpty else { throw .damaged(path: path, detail: "a key is missing") }
    return KeyRing(signing: signing, masters: masters)
  }

  // MARK: The file system

  /// More than a thousand keys.
  private static let longestFile = 1 << 17

  private func read() throws(KeyFileError) -> [UInt8] {
    // Without O_NONBLOCK a named pipe in its place would hang the start.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: KeyFile.reason())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: KeyFile.reason()) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAKeyFile(path: path) }
    guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: Int(status.st_mode & 0o777)) }
    guard status.st_size <= KeyFile.longestFile else { throw .notAKeyFile(path: path) }

    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { [filled] buffer in
        Foundation.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(path: path, reason: KeyFile.reason()) }
      guard count > 0 else { break }
      filled += count
    }
    return Array(bytes.prefix(filled))
  }

  private func write(_ bytes: [UInt8], to draft: String) throws(KeyFileError) {
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw cannotWrite() }
    defer { close(descriptor) }
    do throws(KeyFileError) {
      try fill(descriptor, with: bytes)
    } catch {
      unlink(draft)
      throw error
    }
  }

  private func fill(_ descriptor: Int32, with bytes: [UInt8]) throws(KeyFileError) {
    // The process's umask may have taken away even the owner's rights.
    guard fchmod(descriptor, 0o600) == 0 else { throw cannotWrite() }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { [written] buffer in
        Foundation.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw cannotWrite() }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw cannotWrite() }
  }

  /// Makes the new name last: without it a power loss can leave a folder that does not know the file.
  private func syncFolder() throws(KeyFileError) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotWrite() }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw cannotWrite() }
  }

  private func cannotWrite() -> KeyFileError { .cannotWrite(path: path, reason: KeyFile.reason()) }

  private static func reason() -> String { String(cString: strerror(errno)) }
}

/// Why there are no keys, and, in `description`, what to do about it.
public enum KeyFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no file.
  case missing(path: String)
  /// There is a file already.
  case exists(path: String)
  /// Another process is changing the file, or was stopped in the middle; `draft` is what it writes to.
  case busy(path: String, draft: String)
  /// The system does not let us read it; `reason` is its sentence.
  case unreadable(path: String, reason: String)
  /// `mode` holds the nine permission bits.
  case tooOpen(path: String, mode: Int)
  /// Something else stands there.
  case notAKeyFile(path: String)
  /// It is of a later format; `found` is its number.
  case unknownVersion(path: String, found: String)
  /// It was cut or changed; `detail` says how that shows.
  case damaged(path: String, detail: String)
  /// The system does not let us write it; `reason` is its sentence.
  case cannotWrite(path: String, reason: String)

  /// Two sentences for the operator: what is wrong, and the remedy.
  public var description: String {
    switch self {
    case .missing(let path):
      "There is no key file at \(path). Copy the node's key file there; for a new node, `civil migrate` makes one."
    case .exists(let path):
      "There is a key file at \(path) already, and keys are never overwritten. Use it, or move it away if you are sure."
    case .busy(let path, let draft):
      "The key file \(path) is being changed by another process. If none is running, a change was cut short: remove \(draft)."
    case .unreadable(let path, let reason):
      "The key file \(path) cannot be read (\(reason)). Run as the user who owns it, or give it to that user with chown."
    case .tooOpen(let path, let mode):
      "The key file \(path) can be read by others (mode \(String(mode, radix: 8))). Run: chmod 600 \(path)"
    case .notAKeyFile(let path):
      "\(path) is not a key file. Check the path in CIVIL_KEYS."
    case .unknownVersion(let path, let found):
      "The key file \(path) has format \(found), which this version does not know. Install a newer version of civil."
    case .damaged(let path, let detail):
      "The key file \(path) is damaged: \(detail). Restore it from your copy; do not make a new one, it would open nothing."
    case .cannotWrite(let path, let reason):
      "The key file \(path) cannot be written (\(reason)). Check that its folder exists, belongs to you and has room."
    }
  }
}

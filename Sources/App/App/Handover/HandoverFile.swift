import Foundation
public import Kernel

// A handover is a file of two lines that anybody may read (what it is, and for which node), and after them the chunks of a
// `StreamCipher` that this node alone can open. In them are lines of canonical JSON: who hands over what, the records, an
// organization before its needs, and how many there were, with the SHA-256 of everything before that line and the signature of
// the node that wrote it.

/// The two lines at the start.
struct HandoverHeader: Sendable, Equatable {
  /// The node it is for.
  let node: String
  /// The key of that node it is sealed to, and the public part of the one that was made for this file alone.
  let recipient: [UInt8]
  let key: [UInt8]

  private static let mark = "civil-society-handover "
  static let version = "1"
  static let longest = 1_024

  func encoded() throws -> [UInt8] {
    let json: JSON = ["key": .string(Hex.encode(key)), "recipient": .string(Hex.encode(recipient)), "to": .string(node)]
    return Array((Self.mark + Self.version + "\n").utf8) + (try json.encoded()) + [UInt8(ascii: "\n")]
  }

  /// - Returns: also how many bytes it takes.
  /// - Throws: `HandoverError.notAHandover`, `.unknownFormat`, `.damaged`.
  static func read(_ bytes: [UInt8], path: String) throws -> (header: HandoverHeader, count: Int) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
    let first = String(decoding: lines[0].prefix(100), as: UTF8.self)
    guard first.hasPrefix(mark) else { throw HandoverError.notAHandover(path: path) }
    guard first == mark + version else {
      throw HandoverError.unknownFormat(path: path, found: String(first.dropFirst(mark.count).prefix(20)))
    }
    guard lines.count == 3, let json = try? JSON(decoding: Array(lines[1])), let node = json["to"]?.string,
      let recipient = json["recipient"]?.string.flatMap({ Hex.decode($0) }),
      let key = json["key"]?.string.flatMap({ Hex.decode($0) }),
      key.count == 32
    else { throw HandoverError.damaged(path: path) }
    return (HandoverHeader(node: node, recipient: recipient, key: key), lines[0].count + lines[1].count + 2)
  }
}

/// The first line inside: who hands over what.
public struct HandoverOpening: Sendable, Equatable {
  /// Which handover of that node it is.
  public let id: String
  /// The node that hands over, and its public signing key.
  public let node: String
  let publicKey: [UInt8]
  /// The node it is for: so that nobody can seal it anew for another one.
  let receiver: String
  public let scope: String
  public let at: Timestamp
  /// Where its journal was.
  public let epoch: Int64
  public let position: Int64
  /// What the receiving node gives back when everything has arrived.
  public let receipt: String

  var json: JSON {
    [
      "id": .string(id), "node": .string(node), "key": .string(Hex.encode(publicKey)), "to": .string(receiver),
      "scope": .string(scope), "at": JSON(at.milliseconds), "epoch": JSON(epoch), "position": JSON(position),
      "receipt": .string(receipt),
    ]
  }

  init(
    id: String, node: String, publicKey: [UInt8], receiver: String, scope: String, at: Timestamp, epoch: Int64, position: Int64,
    receipt: String
  ) {
    self.id = id
    self.node = node
    self.publicKey = publicKey
    self.receiver = receiver
    self.scope = scope
    self.at = at
    self.epoch = epoch
    self.position = position
    self.receipt = receipt
  }

  init?(_ json: JSON) {
    guard let id = json["id"]?.string, let node = json["node"]?.string, let key = json["key"]?.string.flatMap({ Hex.decode($0) }),
      let receiver = json["to"]?.string, let scope = json["scope"]?.string, let at = json["at"]?.int,
      let epoch = json["epoch"]?.int,
      let position = json["position"]?.int, let receipt = json["receipt"]?.string
    else { return nil }
    self.init(
      id: id, node: node, publicKey: key, receiver: receiver, scope: scope, at: Timestamp(milliseconds: Int64(at)),
      epoch: Int64(epoch), position: Int64(position), receipt: receipt)
  }
}

/// The last line inside: how many records there were, and who vouches for them.
struct HandoverEnding: Sendable, Equatable {
  var organizations = 0
  var needs = 0

  func line(digest: [UInt8], keys: KeyRing) throws -> [UInt8] {
    let end = content(digest)
    return try (["end": end, "signature": .string(Base64URL.encode(keys.sign(try end.encoded())))] as JSON).encoded()
  }

  /// Whether a line says the same of this digest and is signed.
  func isSaid(by line: [UInt8], digest: [UInt8], signedBy publicKey: [UInt8]) throws -> (isComplete: Bool, isSigned: Bool) {
    guard let json = try? JSON(decoding: line), let signature = json["signature"]?.string.flatMap({ Base64URL.decode($0) }) else {
      return (false, false)
    }
    let end = content(digest)
    return (json["end"] == end, KeyRing.isSignature(signature, of: try end.encoded(), by: publicKey))
  }

  private func content(_ digest: [UInt8]) -> JSON {
    ["needs": .int(needs), "organizations": .int(organizations), "sha256": .string(Hex.encode(digest))]
  }
}

/// Writes a handover. It has its name only when it is whole, so that nobody carries half of one.
final class HandoverWriter {
  private let path: String
  private let file: NewFile
  private var cipher: StreamCipher
  private var digest = SHA256()
  /// What is not written yet: the last chunk is sealed differently, and only the end tells which one that is.
  private var rest: [UInt8] = []

  init(path: String, for address: NodeAddress) throws {
    guard let envelope = Envelope(to: address) else { throw HandoverError.noAddress(text: address.text) }
    guard access(path, F_OK) != 0 else { throw HandoverError.exists(path: path) }
    let header = try HandoverHeader(node: address.node, recipient: envelope.recipient, key: envelope.publicKey).encoded()
    self.path = path
    cipher = envelope.cipher(header: header)
    file = try NewFile(path: path + ".draft-" + Hex.encode(Randomness.system.bytes(4)))
    digest.update(header)
    do {
      try file.write(header)
    } catch {
      file.remove()
      throw error
    }
  }

  func write(_ line: [UInt8]) throws {
    let bytes = line + [UInt8(ascii: "\n")]
    digest.update(bytes)
    try put(bytes)
  }

  /// Returns when all of it is on the disk, under its name.
  func finish(_ ending: HandoverEnding, keys: KeyRing) throws {
    try put(try ending.line(digest: digest.finish(), keys: keys) + [UInt8(ascii: "\n")])
    try file.write(try cipher.seal(rest, isLast: true))
    try file.finish()
    // Not by a link, which the file system of most sticks does not have.
    guard access(path, F_OK) != 0 else { throw HandoverError.exists(path: path) }
    guard rename(file.path, path) == 0 else { throw HandoverError.file(path: path, reason: lastReason()) }
    try syncFolder(of: path)
  }

  /// Removes what was written so far.
  func abandon() { file.remove() }

  private func put(_ bytes: [UInt8]) throws {
    rest += bytes
    var start = 0
    while rest.count - start > StreamCipher.chunkByteCount {
      let end = start + StreamCipher.chunkByteCount
      try file.write(try cipher.seal(Array(rest[start..<end]), isLast: false))
      start = end
    }
    rest.removeFirst(start)
  }
}

/// Reads a handover line by line. What comes is what was written; that nothing is missing is known only at the end.
struct HandoverReader {
  let path: String
  let header: HandoverHeader
  let size: Int
  private let file: FileHandle
  private let start: [UInt8]

  /// Bytes. A record that is longer is none of ours.
  private static let longestLine = 1 << 20

  init(path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else { throw HandoverError.file(path: path, reason: lastReason()) }
    let attributes = try? FileManager.default.attributesOfItem(atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    // A folder or a pipe cannot be read twice.
    guard attributes?[.type] as? FileAttributeType == .typeRegular, let size = attributes?[.size] as? NSNumber else {
      throw HandoverError.notAHandover(path: path)
    }
    self.path = path
    self.file = file
    self.size = size.intValue
    let bytes = try Self.read(file, HandoverHeader.longest, path)
    let (header, count) = try HandoverHeader.read(bytes, path: path)
    self.header = header
    start = Array(bytes.prefix(count))
  }

  /// Everything inside, from the beginning.
  /// - Throws: `HandoverError.otherNode`, `.unknownKey`.
  func lines(_ keys: KeyRing) throws -> Lines {
    guard header.node == keys.nodeID else {
      throw HandoverError.otherNode(path: path, node: header.node, here: keys.nodeID)
    }
    guard let envelope = Envelope(opening: header.key, sealedTo: header.recipient, keys) else {
      throw HandoverError.unknownKey(path: path)
    }
    try file.seek(toOffset: UInt64(start.count))
    return Lines(reader: self, cipher: envelope.cipher(header: start), left: size - start.count)
  }

  struct Lines: ~Copyable {
    private let reader: HandoverReader
    private var cipher: StreamCipher
    private var left: Int
    private var isAtEnd = false
    private var buffer: [UInt8] = []
    private var place = 0
    private var digest = SHA256()
    /// The line given out last, which the digest does not hold yet: it may be the one that names it.
    private var last: [UInt8]?

    fileprivate init(reader: HandoverReader, cipher: StreamCipher, left: Int) {
      self.reader = reader
      self.cipher = cipher
      self.left = left
      digest.update(reader.start)
    }

    /// The next line; nil after the last one.
    /// - Throws: `HandoverError.damaged`.
    mutating func next() throws -> [UInt8]? {
      var searched = place
      while true {
        if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
          let line = Array(buffer[place..<end])
          place = end + 1
          if let last { digest.update(last + [UInt8(ascii: "\n")]) }
          last = line
          return line
        }
        guard buffer.count - place <= HandoverReader.longestLine else { throw damaged }
        if isAtEnd {
          // Every line has its end.
          guard place == buffer.count else { throw damaged }
          return nil
        }
        buffer.removeFirst(place)
        place = 0
        searched = buffer.count
        try readChunk()
      }
    }

    /// The digest of everything before the line given out last.
    mutating func finish() -> [UInt8] { digest.finish() }

    private mutating func readChunk() throws {
      let length = min(left, StreamCipher.chunkByteCount + StreamCipher.tagByteCount)
      let chunk = try HandoverReader.read(reader.file, length, reader.path)
      left -= length
      isAtEnd = left <= 0
      do {
        buffer += try cipher.open(chunk, isLast: isAtEnd)
      } catch {
        throw damaged
      }
    }

    private var damaged: HandoverError { .damaged(path: reader.path) }
  }

  /// - Returns: as many bytes as asked for, fewer only at the end.
  private static func read(_ file: FileHandle, _ count: Int, _ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      while bytes.count < count {
        guard let data = try file.read(upToCount: count - bytes.count), !data.isEmpty else { break }
        bytes += data
      }
    } catch {
      throw HandoverError.file(path: path, reason: error.localizedDescription)
    }
    return bytes
  }
}

import Database
import Kernel

/// Closes a stretch of the journal: a hash over the headers and commitments of its entries and over the seal before it. So the
/// newest seal vouches for every entry there is.
struct Seal: Sendable, Equatable {
  /// The place of the last entry it closes.
  let place: Position
  let at: Timestamp
  let previous: [UInt8]
  let hash: [UInt8]
  /// Ed25519, over the seal's `Head`.
  let signature: [UInt8]

  /// What the first seal has for a predecessor.
  static let none = [UInt8](repeating: 0, count: 32)

  /// The statement that is signed.
  func head(of node: String) -> Head {
    Head(node: node, place: place, at: at, hash: hash, isRestoration: false, signature: signature)
  }

  static func newest(_ connection: any SQLConnection) throws -> Seal? {
    try connection.first("SELECT \(columns) FROM journal_seals ORDER BY epoch DESC, position DESC LIMIT 1").map(Seal.init(row:))
  }

  /// Seals after a place, in order.
  static func all(after place: Position, limit: Int, _ connection: any SQLConnection) throws -> [Seal] {
    try connection.query(
      """
      SELECT \(columns) FROM journal_seals WHERE (epoch, position) > (\(place.epoch), \(place.position))
      ORDER BY epoch, position LIMIT \(limit)
      """
    ).map(Seal.init(row:))
  }

  static let columns: SQL = "epoch, position, at, previous, hash, signature"

  init(row: SQLRow) throws {
    place = Position(epoch: try row[0], position: try row[1])
    at = try row[2]
    previous = try row[3]
    hash = try row[4]
    signature = try row[5]
  }
}

/// What a seal covers of an entry: everything but its payload, for which the commitment stands.
struct Header: Sendable {
  let id: String
  let place: Position
  let node: String
  let at: Timestamp
  let actor: String
  let feature: String
  let kind: String
  let subject: String
  let commitment: [UInt8]

  static let columns: SQL = "e.id, e.epoch, e.position, e.node, e.at, e.actor, e.feature, e.kind, e.subject, e.commitment"

  init(row: SQLRow) throws {
    id = try row[0]
    place = Position(epoch: try row[1], position: try row[2])
    node = try row[3]
    at = try row[4]
    actor = try row[5]
    feature = try row[6]
    kind = try row[7]
    subject = try row[8]
    commitment = try row[9]
  }

  /// Headers after a place, in order.
  static func all(after place: Position, limit: Int, _ connection: any SQLConnection) throws -> [Header] {
    try connection.query(
      """
      SELECT \(columns) FROM journal_entries e WHERE (e.epoch, e.position) > (\(place.epoch), \(place.position))
      ORDER BY e.epoch, e.position LIMIT \(limit)
      """
    ).map(Header.init(row:))
  }
}

/// Computes the hash of a seal. Each text and each run of bytes is preceded by its length, so that no two journals look alike.
struct SealHash: ~Copyable {
  private var hash = SHA256()

  init(after previous: [UInt8], at time: Timestamp) {
    append("civil-society journal seal 1")
    append(previous)
    append(time.milliseconds)
  }

  mutating func append(_ header: Header) {
    append(header.id)
    append(header.place.epoch)
    append(header.place.position)
    append(header.node)
    append(header.at.milliseconds)
    append(header.actor)
    append(header.feature)
    append(header.kind)
    append(header.subject)
    append(header.commitment)
  }

  mutating func finish() -> [UInt8] { hash.finish() }

  private mutating func append(_ text: String) { append(Array(text.utf8)) }

  private mutating func append(_ bytes: [UInt8]) {
    append(Int64(bytes.count))
    hash.update(bytes)
  }

  private mutating func append(_ number: Int64) {
    withUnsafeBytes(of: number.bigEndian) { hash.update($0) }
  }
}

public import Database
public import Foundation
public import Kernel

/// Checks that the journal still says what was sealed.
///
/// It finds every change to a sealed entry or its payload, to the order and to the seals, and, with the file of heads, every
/// truncation below the newest head there. It cannot find what was done to an entry before it was sealed.
public struct JournalVerifier: Sendable {
  /// Seals and entries read at once.
  private static let batch = 500

  private let publicKey: [UInt8]

  /// - Parameter publicKey: the node's: 32 bytes.
  public init(publicKey: [UInt8]) {
    self.publicKey = publicKey
  }

  public init(keys: KeyRing) {
    self.init(publicKey: keys.publicKey)
  }

  /// Reads the whole journal. Acts may go on meanwhile.
  /// - Parameter headFile: what `Sealer` has written, or a copy of it.
  /// - Throws: `SQLError`, and what reading the file throws. What is wrong with the journal is in the report.
  public func verify(_ database: any Database, headFile: URL? = nil) async throws -> VerificationReport {
    var check = JournalCheck(publicKey: publicKey)
    // Heads first: so none is there of what is sealed meanwhile.
    if let headFile { try await readHeads(headFile, database, &check) }
    while true {
      let seals = try await database.read { [last = check.sealed] in try Seal.all(after: last, limit: Self.batch, $0) }
      if seals.isEmpty { break }
      for seal in seals { try await readEntries(of: seal, database, &check) }
    }
    try await readUnsealed(database, &check)
    return check.report()
  }

  private func readHeads(_ url: URL, _ database: any Database, _ check: inout JournalCheck) async throws {
    guard var reader = try HeadFile.Reader(url) else {
      throw JournalError.headFile(path: url.path, reason: "there is no such file")
    }
    while let (heads, unreadable) = try reader.next() {
      let sealed = try await database.read { [places = heads.map(\.place)] in try Seal.hashes(at: places, $0) }
      for head in heads { check.take(head, sealed: sealed[head.place]) }
      check.countUnreadableHeads(unreadable)
    }
  }

  private func readEntries(of seal: Seal, _ database: any Database, _ check: inout JournalCheck) async throws {
    check.begin(seal)
    var isMore = true
    while isMore {
      let entries = try await database.read { [last = check.read] in
        try SealedEntry.all(after: last, upTo: seal.place, limit: Self.batch, $0)
      }
      for entry in entries { check.take(entry) }
      isMore = entries.count == Self.batch
    }
    check.end(seal)
  }

  private func readUnsealed(_ database: any Database, _ check: inout JournalCheck) async throws {
    check.beginUnsealed()
    var isMore = true
    while isMore {
      let entries = try await database.read { [last = check.read] in try SealedEntry.all(after: last, limit: Self.batch, $0) }
      for entry in entries { check.take(entry) }
      isMore = entries.count == Self.batch
    }
    let (unnumbered, strays) = try await database.read { connection in
      let unnumbered: [Timestamp] = try connection.query(
        "SELECT at FROM journal_entries WHERE epoch IS NULL OR position IS NULL ORDER BY at"
      ).map { try $0[0] }
      let strays: [String] = try connection.query(
        "SELECT p.entry FROM journal_payloads p WHERE NOT EXISTS (SELECT 1 FROM journal_entries e WHERE e.id = p.entry)"
      ).map { try $0[0] }
      return (unnumbered, strays)
    }
    check.end(unnumbered: unnumbered, strays: strays)
  }
}

/// An entry with what its commitment is checked against.
struct SealedEntry: Sendable {
  let header: Header
  /// Nil when it was erased.
  let payload: [UInt8]?
  let salt: [UInt8]?

  static func all(
    after place: Position, upTo last: Position? = nil, limit: Int, _ connection: any SQLConnection
  ) throws -> [SealedEntry] {
    let end: SQL = last.map { "AND (e.epoch, e.position) <= (\($0.epoch), \($0.position))" } ?? ""
    return try connection.query(
      """
      SELECT \(Header.columns), p.payload, p.salt FROM journal_entries e LEFT JOIN journal_payloads p ON p.entry = e.id
      WHERE (e.epoch, e.position) > (\(place.epoch), \(place.position)) \(end) ORDER BY e.epoch, e.position LIMIT \(limit)
      """
    ).map { row in SealedEntry(header: try Header(row: row), payload: try row[10], salt: try row[11]) }
  }
}

extension Seal {
  /// The hashes of the seals at these places, and of some between them.
  fileprivate static func hashes(at places: [Position], _ connection: any SQLConnection) throws -> [Position: [UInt8]] {
    guard let first = places.min(), let last = places.max() else { return [:] }
    let rows = try connection.query(
      """
      SELECT epoch, position, hash FROM journal_seals
      WHERE (epoch, position) >= (\(first.epoch), \(first.position)) AND (epoch, position) <= (\(last.epoch), \(last.position))
      """)
    var hashes: [Position: [UInt8]] = [:]
    for row in rows { hashes[Position(epoch: try row[0], position: try row[1])] = try row[2] }
    return hashes
  }
}

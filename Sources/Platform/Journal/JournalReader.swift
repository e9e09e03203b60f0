public import Database
import Kernel

/// Reads the journal in its order. A reader keeps the place of the last entry it has dealt with, and nothing else.
public enum JournalReader {
  /// Entries after a place, in order; on PostgreSQL only numbered ones, so that none that commits late is ever skipped.
  /// - Parameters:
  ///   - place: of the last entry dealt with; `Position.start` for all.
  ///   - limit: at most so many.
  ///   - features: only their entries. The reader then knows no place between them: where it gets fewer than `limit`, it may go
  ///     on from the `head` of the same snapshot.
  /// - Throws: `JournalError.placeLost` when the journal no longer has the entry at `place`: the reader has to begin anew.
  public static func entries(
    after place: Position, limit: Int, of features: Set<String>? = nil, _ connection: any SQLConnection
  ) throws -> [Entry] {
    try check(place, connection)
    let wanted: SQL = features.map { "AND e.feature IN \(list: $0.sorted())" } ?? ""
    return try connection.query(
      """
      SELECT e.id, e.epoch, e.position, e.node, e.at, e.actor, e.feature, e.kind, e.subject, p.payload
      FROM journal_entries e LEFT JOIN journal_payloads p ON p.entry = e.id
      WHERE (e.epoch, e.position) > (\(place.epoch), \(place.position)) \(wanted)
      ORDER BY e.epoch, e.position LIMIT \(limit)
      """
    ).map(Entry.init(row:))
  }

  /// What happened to one record, oldest first. On PostgreSQL an entry appears as soon as it is numbered.
  public static func history(of subject: String, feature: String, _ connection: any SQLConnection) throws -> [Entry] {
    try connection.query(
      """
      SELECT e.id, e.epoch, e.position, e.node, e.at, e.actor, e.feature, e.kind, e.subject, p.payload
      FROM journal_entries e LEFT JOIN journal_payloads p ON p.entry = e.id
      WHERE e.subject = \(subject) AND e.feature = \(feature) AND e.position IS NOT NULL
      ORDER BY e.epoch, e.position
      """
    ).map(Entry.init(row:))
  }

  /// The place of the newest entry; `Position.start` when there is none.
  public static func head(_ connection: any SQLConnection) throws -> Position {
    let row = try connection.first(
      "SELECT epoch, position FROM journal_entries WHERE epoch IS NOT NULL ORDER BY epoch DESC, position DESC LIMIT 1")
    return try row.map { Position(epoch: try $0[0], position: try $0[1]) } ?? .start
  }

  /// The epoch in which entries are numbered at present.
  public static func epoch(_ connection: any SQLConnection) throws -> Int64 {
    guard let epoch = try connection.value("SELECT epoch FROM journal_state", as: Int64.self) else {
      throw SQLError.unreadable("the journal's epoch")
    }
    return epoch
  }

  /// What was recorded after a place, without payloads: for indexes.
  static func recorded(after place: Position, limit: Int, _ connection: any SQLConnection) throws -> [(Recorded, Position)] {
    try connection.query(
      """
      SELECT id, feature, subject, epoch, position FROM journal_entries
      WHERE (epoch, position) > (\(place.epoch), \(place.position)) ORDER BY epoch, position LIMIT \(limit)
      """
    ).map { row in
      (Recorded(entry: try row[0], feature: try row[1], subject: try row[2]), Position(epoch: try row[3], position: try row[4]))
    }
  }

  /// The newest position, as a part of a statement.
  static let lastPosition: SQL =
    "SELECT position FROM journal_entries WHERE epoch IS NOT NULL ORDER BY epoch DESC, position DESC LIMIT 1"

  private static func check(_ place: Position, _ connection: any SQLConnection) throws {
    guard place != .start else { return }
    let row = try connection.first("SELECT 1 FROM journal_entries WHERE epoch = \(place.epoch) AND position = \(place.position)")
    if row == nil { throw JournalError.placeLost(place) }
  }
}

extension Entry {
  /// From a row of the columns `id`, `epoch`, `position`, `node`, `at`, `actor`, `feature`, `kind`, `subject` and `payload`.
  init(row: SQLRow) throws {
    let payload: [UInt8]? = try row[9]
    self.init(
      id: try row[0], place: Position(epoch: try row[1], position: try row[2]), node: try row[3], at: try row[4],
      actor: try row[5],
      feature: try row[6], kind: try row[7], subject: try row[8], payload: try payload.map { try JSON(decoding: $0, limit: .max) }
    )
  }
}

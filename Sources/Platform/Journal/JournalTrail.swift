public import Database

extension JournalReader {
  /// What somebody has done and what was done to them, oldest first: for a person who asks what is kept about them. Reads the whole
  /// journal, so it is for one person now and then. On PostgreSQL an entry appears as soon as it is numbered.
  /// - Parameter reference: `Actor.reference`: `person:` and the id. The id alone is the subject of what was done to them.
  public static func trail(of reference: String, _ connection: any SQLConnection) throws -> [Entry] {
    let subject = reference.split(separator: ":", maxSplits: 1).last.map(String.init) ?? reference
    return try connection.query(
      """
      SELECT e.id, e.epoch, e.position, e.node, e.at, e.actor, e.feature, e.kind, e.subject, p.payload
      FROM journal_entries e LEFT JOIN journal_payloads p ON p.entry = e.id
      WHERE (e.actor = \(reference) OR e.subject = \(subject)) AND e.position IS NOT NULL
      ORDER BY e.epoch, e.position
      """
    ).map(Entry.init(row:))
  }
}

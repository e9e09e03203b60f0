import Database
import Kernel

extension Act {
  /// Entry ids in one record of an erasure.
  private static let mostInOneRecord = 5_000

  /// Erases what the journal holds about a record: payloads and salts. The entries themselves stay, and every seal with them: who
  /// did what when to which id, and commitments that tell nothing any more. The erasure is recorded, so that a payload that is
  /// missing without one is noticed.
  /// - Returns: how many payloads there were.
  @discardableResult
  public func eraseJournal(about subject: String) throws -> Int {
    let entries: [String] = try connection.query(
      """
      SELECT e.id FROM journal_entries e JOIN journal_payloads p ON p.entry = e.id
      WHERE e.subject = \(subject) AND e.feature <> 'journal' ORDER BY e.id
      """
    ).map { try $0[0] }
    for start in stride(from: 0, to: entries.count, by: Self.mostInOneRecord) {
      let some = Array(entries[start..<min(start + Self.mostInOneRecord, entries.count)])
      try connection.execute("DELETE FROM journal_payloads WHERE entry IN \(list: some)")
      try record(Event("journal", "erased", subject: subject, payload: ["entries": JSON(some)]))
    }
    return entries.count
  }
}

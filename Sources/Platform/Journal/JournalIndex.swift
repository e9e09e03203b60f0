public import Database

/// An index in memory that is fed by the journal.
///
/// An entry only points to a record; the index reads the record again, so it does no harm that an entry comes twice. No two of
/// `rebuild` and `refresh` run at once, and each sees a newer snapshot than the one before; readers of the index may come at any
/// time.
public protocol JournalIndex: AnyObject, Sendable {
  var name: String { get }
  /// Whose entries concern it.
  var features: Set<String> { get }
  /// Replaces everything by what this snapshot holds.
  func rebuild(_ connection: any SQLConnection) throws
  /// Reads these records again and adds, replaces or removes each.
  func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws
  /// What differs from a rebuild, a sentence each; none when all is right.
  func difference(from connection: any SQLConnection) throws -> [String]
}

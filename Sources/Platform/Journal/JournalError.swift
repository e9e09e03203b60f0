/// What can go wrong with the journal besides the database.
public enum JournalError: Error, Sendable, Equatable {
  /// The entry at a reader's place is gone since the database was restored or a replica promoted.
  case placeLost(Position)
  /// The file of heads cannot be read or written.
  case headFile(path: String, reason: String)
  /// The file of heads belongs to the journal of another node.
  case foreignHead(node: String)
}

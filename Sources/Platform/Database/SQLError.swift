/// What a database can answer instead of a result.
public enum SQLError: Error, Sendable, Equatable {
  /// A unique constraint; `name` as the engine says it.
  case unique(String)
  case foreignKey
  case check(String)
  /// Somebody else held the database for too long.
  case busy
  /// The disk is full or the file cannot be written.
  case noSpace(String)
  /// The connection was lost while committing: look before trying again.
  case outcomeUnknown
  /// The server cannot be reached.
  case connection(String)
  case closed
  /// A value of another kind than the code expected.
  case unreadable(String)
  /// The schema was made by a newer program, or is not ours.
  case schema(String)
  case other(code: String, message: String)
}

extension SQLError {
  /// PostgreSQL cannot store U+0000 and SQLite's C strings end there, so neither engine takes a text that holds it.
  public static let zeroInText = SQLError.other(code: "22021", message: "a text must not hold U+0000")
}

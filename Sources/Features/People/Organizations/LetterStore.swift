import Database
import Kernel

/// The SQL about letters.
struct LetterStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// - Parameter sender: `Actor.reference` of a person; empty for strangers.
  func insert(_ letter: Letter, sender: String) throws {
    try connection.execute(
      """
      INSERT INTO organization_letters (id, organization, words, language, sender, created_at, answered_at)
      VALUES (\(letter.id), \(letter.organization), \(letter.words), \(letter.language), \(sender), \(letter.createdAt),
        \(letter.answeredAt))
      """)
  }

  /// A page of them, the newest first.
  func letters(to organization: ID<Organization>, after cursor: ID<Letter>?, limit: Int) throws -> [Letter] {
    let older: SQL = cursor.map { "AND id < \($0)" } ?? ""
    return try connection.query(
      """
      SELECT * FROM organization_letters WHERE organization = \(organization) \(older) ORDER BY id DESC LIMIT \(limit)
      """
    ).map(Letter.init)
  }

  func unanswered(to organization: ID<Organization>) throws -> Int {
    try connection.value(
      "SELECT COUNT(*) FROM organization_letters WHERE organization = \(organization) AND answered_at IS NULL") ?? 0
  }

  func letters(from sender: String) throws -> [Letter] {
    try connection.query("SELECT * FROM organization_letters WHERE sender = \(sender) ORDER BY id").map(Letter.init)
  }

  func letters(to organization: ID<Organization>) throws -> [ID<Letter>] {
    try connection.query("SELECT id FROM organization_letters WHERE organization = \(organization)").map { try $0[0] }
  }

  /// - Returns: whether there is such a letter that was not answered.
  func markAnswered(_ id: ID<Letter>, to organization: ID<Organization>, at now: Timestamp) throws -> Bool {
    try connection.execute(
      """
      UPDATE organization_letters SET answered_at = \(now)
      WHERE id = \(id) AND organization = \(organization) AND answered_at IS NULL
      """) == 1
  }

  func exists(_ id: ID<Letter>, to organization: ID<Organization>) throws -> Bool {
    try connection.first("SELECT 1 FROM organization_letters WHERE id = \(id) AND organization = \(organization)") != nil
  }

  func delete(_ id: ID<Letter>) throws {
    try connection.execute("DELETE FROM organization_letters WHERE id = \(id)")
  }
}

extension Letter {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], organization: try row["organization"], words: try row["words"], language: try row["language"],
      createdAt: try row["created_at"], answeredAt: try row["answered_at"])
  }
}

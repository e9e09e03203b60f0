import Database
import Kernel

/// The SQL about claims.
struct ClaimStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  func find(_ id: ID<Claim>) throws -> Claim? {
    try connection.first("SELECT * FROM organization_claims WHERE id = \(id)").map(Claim.init)
  }

  /// - Returns: false when the same person has claimed it already and waits for an answer.
  func insert(_ claim: Claim) throws -> Bool {
    try connection.execute(
      """
      INSERT INTO organization_claims (id, organization, person, words, language, state, reason, created_at, decided_at, decided_by)
      VALUES (\(claim.id), \(claim.organization), \(claim.person), \(claim.words), \(claim.language), \(claim.state),
        \(claim.reason), \(claim.createdAt), NULL, NULL)
      ON CONFLICT DO NOTHING
      """) == 1
  }

  func hasOpen(of person: ID<Person>, for organization: ID<Organization>) throws -> Bool {
    try connection.first(
      """
      SELECT 1 FROM organization_claims WHERE organization = \(organization) AND person = \(person) AND state = 'open'
      """) != nil
  }

  /// How somebody can be recognised need not be known any more.
  /// - Returns: false when somebody else has decided already.
  func decide(_ id: ID<Claim>, _ state: Claim.State, reason: String?, by decider: String, at now: Timestamp) throws -> Bool {
    try connection.execute(
      """
      UPDATE organization_claims SET state = \(state), reason = \(reason), words = '', decided_at = \(now), decided_by = \(decider)
      WHERE id = \(id) AND state = 'open'
      """) == 1
  }

  /// The newest first.
  func claims(of person: ID<Person>) throws -> [Claim] {
    try connection.query("SELECT * FROM organization_claims WHERE person = \(person) ORDER BY id DESC").map(Claim.init)
  }

  /// Those that wait with the name of who claims, the oldest first.
  func open(_ desk: OrganizationDesk, limit: Int) throws -> [(claim: Claim, person: String)] {
    try connection.query(
      """
      SELECT c.*, p.name AS person_name FROM organization_claims c
      JOIN organizations o ON o.id = c.organization JOIN people p ON p.id = c.person
      WHERE c.state = 'open' AND \(desk.condition) ORDER BY c.id LIMIT \(limit)
      """
    ).map { (claim: try Claim($0), person: try $0["person_name"]) }
  }

  func delete(of person: ID<Person>) throws {
    try connection.execute("DELETE FROM organization_claims WHERE person = \(person)")
  }
}

extension Claim {
  init(_ row: SQLRow) throws {
    self.init(
      id: try row["id"], organization: try row["organization"], person: try row["person"], words: try row["words"],
      language: try row["language"], state: try row["state"], reason: try row["reason"], createdAt: try row["created_at"])
  }
}

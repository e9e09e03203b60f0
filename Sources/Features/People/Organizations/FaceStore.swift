import Database
import Kernel

/// The SQL about what an organization shows of itself, and whether it may be shown.
struct FaceStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// Until the transaction ends, others who want to change it wait.
  func lock(_ id: ID<Organization>) throws {
    try connection.execute("UPDATE organizations SET version = version WHERE id = \(id)")
  }

  // MARK: - Answers

  /// The newest to each question.
  func answers(of id: ID<Organization>) throws -> OrganizationConsent.Answers {
    Dictionary(try history(of: id).map { ($0.question, $0) }, uniquingKeysWith: { newest, _ in newest })
  }

  /// All of them, the newest first.
  func history(of id: ID<Organization>) throws -> [OrganizationConsent.Answer] {
    try connection.query("SELECT * FROM organization_answers WHERE organization = \(id) ORDER BY number DESC").map(
      OrganizationConsent.Answer.init)
  }

  /// The organization has to be locked.
  func insert(_ answer: OrganizationConsent.Answer, of id: ID<Organization>) throws {
    try connection.execute(
      """
      INSERT INTO organization_answers (organization, number, question, answer, wording, at, answered_by, agreement, is_seen)
      SELECT \(id), COALESCE(MAX(number), 0) + 1, \(answer.question), \(answer.isYes), \(answer.wording), \(answer.at),
        \(answer.answeredBy), \(answer.agreement), \(answer.isSeen)
      FROM organization_answers WHERE organization = \(id)
      """)
  }

  // MARK: - Text

  func text(of id: ID<Organization>) throws -> OrganizationText? {
    try connection.first("SELECT * FROM organization_texts WHERE organization = \(id)").map(OrganizationText.init)
  }

  func keep(_ text: OrganizationText, of id: ID<Organization>) throws {
    try connection.execute(
      """
      INSERT INTO organization_texts (organization, words, language, is_seen, changed_at)
      VALUES (\(id), \(text.words), \(text.language), \(text.isSeen), \(text.changedAt))
      ON CONFLICT (organization) DO UPDATE SET words = excluded.words, language = excluded.language, is_seen = excluded.is_seen,
        changed_at = excluded.changed_at
      """)
  }

  func eraseText(of id: ID<Organization>) throws {
    try connection.execute("DELETE FROM organization_texts WHERE organization = \(id)")
  }

  // MARK: - Lists

  /// A page of those that everybody may read, the newest first.
  /// - Parameter cursor: the last of the page before.
  func shown(_ filter: OrganizationFilter, after cursor: ID<Organization>?, limit: Int) throws -> [Organization] {
    var conditions: [SQL] = ["1 = 1"]
    let key = Organization.nameKey(filter.words)
    // The key holds letters, digits and single spaces only, so none of the signs of LIKE.
    if !filter.words.isEmpty { conditions.append(key.isEmpty ? "1 = 0" : "o.shown_key LIKE \("%" + key + "%")") }
    if let country = filter.country { conditions.append("o.country = \(country)") }
    if let kind = filter.kind { conditions.append("o.kind = \(kind)") }
    // Ids begin with the time, so they are the order.
    if let cursor { conditions.append("o.id < \(cursor)") }
    return try connection.query(
      """
      SELECT o.* FROM organizations o JOIN shown_organizations s ON s.id = o.id
      WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY o.id DESC LIMIT \(limit)
      """
    ).map(Organization.init)
  }

  /// Those that said yes to being shown, or have written something, and wait until somebody has looked, the oldest first.
  func waiting(_ desk: OrganizationDesk, limit: Int) throws -> [Organization] {
    try connection.query(
      """
      SELECT o.* FROM organizations o WHERE \(desk.condition) AND (
        EXISTS (SELECT 1 FROM organization_answers a WHERE a.organization = o.id AND a.question = 'showPublicly'
          AND a.answer = 1 AND a.is_seen = 0
          AND a.number = (SELECT MAX(number) FROM organization_answers WHERE organization = o.id AND question = 'showPublicly'))
        OR EXISTS (SELECT 1 FROM organization_texts t WHERE t.organization = o.id AND t.is_seen = 0))
      ORDER BY o.id LIMIT \(limit)
      """
    ).map(Organization.init)
  }
}

/// What a reader of the list asked for.
struct OrganizationFilter: Sendable {
  var words = ""
  /// ISO 3166-1 alpha-2.
  var country: String?
  var kind: Organization.Kind?

  var isEmpty: Bool { words.isEmpty && country == nil && kind == nil }
}

/// Which organizations a facilitator answers for, as a condition on the table `o`.
struct OrganizationDesk: Sendable {
  let condition: SQL

  init(of actor: Actor) {
    let scopes = actor.scopes(of: .facilitator)
    func named(_ kind: String) -> [String] {
      scopes.compactMap { scope in scope.flatMap { $0.hasPrefix(kind) ? String($0.dropFirst(kind.count)) : nil } }
    }
    condition =
      scopes.contains(nil) ? "1 = 1" : "(o.country IN \(list: named("country:")) OR o.id IN \(list: named("organization:")))"
  }
}

extension OrganizationConsent.Answer {
  init(_ row: SQLRow) throws {
    self.init(
      question: try row["question"], isYes: try row["answer"], wording: try row["wording"], at: try row["at"],
      answeredBy: try row["answered_by"], agreement: try row["agreement"], isSeen: try row["is_seen"])
  }
}

extension OrganizationText {
  init(_ row: SQLRow) throws {
    self.init(
      words: try row["words"], language: try row["language"], isSeen: try row["is_seen"], changedAt: try row["changed_at"])
  }
}

public import Database
public import Kernel
public import People

/// The SQL about needs.
public struct NeedStore {
  let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  public func find(_ id: ID<Need>) throws -> Need? {
    try connection.first("SELECT * FROM needs WHERE id = \(id)").map(Need.init)
  }

  public func find(_ ids: some Collection<String>) throws -> [Need] {
    try connection.query("SELECT * FROM needs WHERE id IN \(list: Array(ids))").map(Need.init)
  }

  /// All needs of a code: one, but for two laptops that made the same while they could not know of each other.
  public func find(_ code: Code) throws -> [Need] {
    try connection.query("SELECT * FROM needs WHERE code = \(code.canonical) ORDER BY created_at, id").map(Need.init)
  }

  public func find(externalID: String) throws -> Need? {
    try connection.first("SELECT * FROM needs WHERE external_id = \(externalID)").map(Need.init)
  }

  func codeIsTaken(_ code: Code) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM needs WHERE code = \(code.canonical) UNION ALL SELECT 1 FROM former_codes WHERE code = \(code.canonical)")
      != nil
  }

  func insert(_ need: Need, externalID: String?) throws {
    let provenance = need.provenance
    try connection.execute(
      """
      INSERT INTO needs (id, code, organization, words, language, state, closure, summary, summary_language, constraints,
        stated_by, relation, how, consent, stated_at, facilitator, channel, country, is_public, skills, effort, needed_by,
        is_on_site, seeks_more, opened_at, assignee, merged_into, split_from, receipt_generation,
        origin, external_id, home, version, created_at, changed_at)
      VALUES (\(need.id), \(need.code.canonical), \(need.organization), \(need.words), \(need.language), \(need.state), \(need.closure),
        \(need.summary), \(need.summaryLanguage), \(need.constraints.map(\.rawValue).joined(separator: " ")),
        \(provenance?.statedBy), \(provenance?.relation), \(provenance?.how.rawValue), \(provenance?.consent.rawValue),
        \(provenance?.at), \(provenance?.facilitator), \(need.channel), \(need.country), \(need.isPublic),
        \(need.skills.joined(separator: " ")), \(need.effort), \(need.neededBy), \(need.isOnSite), \(need.seeksMore),
        \(need.openedAt), \(need.assignee), \(need.mergedInto), \(need.splitFrom),
        \(need.receiptGeneration), \(need.origin), \(externalID), \(need.home), \(need.version), \(need.createdAt), \(need.changedAt))
      """)
  }

  /// Stores what may change, where nobody else has changed it since it was read.
  /// - Returns: whether it was stored.
  func update(_ need: Need) throws -> Bool {
    try connection.execute(
      """
      UPDATE needs SET words = \(need.words), language = \(need.language), state = \(need.state), closure = \(need.closure),
        summary = \(need.summary), summary_language = \(need.summaryLanguage),
        constraints = \(need.constraints.map(\.rawValue).joined(separator: " ")), is_public = \(need.isPublic),
        skills = \(need.skills.joined(separator: " ")), effort = \(need.effort), needed_by = \(need.neededBy),
        is_on_site = \(need.isOnSite), seeks_more = \(need.seeksMore), opened_at = \(need.openedAt), merged_into = \(need.mergedInto),
        split_from = \(need.splitFrom), receipt_generation = \(need.receiptGeneration), changed_at = \(need.changedAt),
        version = version + 1
      WHERE id = \(need.id) AND version = \(need.version) AND home = \(need.home)
      """) == 1
  }

  /// Remembers which concepts were found in a version of a need, unless it is gone or has changed.
  /// - Parameter edition: of the vocabulary.
  func keep(_ concepts: NeedConcepts, of need: String, edition: String) throws {
    try connection.execute(
      """
      INSERT INTO need_concepts (need, version, edition, listed, everything)
      SELECT id, \(concepts.version), \(edition), \(concepts.listed), \(concepts.everything) FROM needs
      WHERE id = \(need) AND version = \(concepts.version) \(raw: connection.engine == .postgresql ? "FOR SHARE" : "")
      ON CONFLICT (need) DO UPDATE SET version = excluded.version, edition = excluded.edition, listed = excluded.listed,
        everything = excluded.everything
      """)
  }

  /// What was found in words that are erased goes with them.
  func forgetConcepts(of need: ID<Need>) throws {
    try connection.execute("DELETE FROM need_concepts WHERE need = \(need)")
  }

  func insertAnswer(_ question: String, _ answer: Bool, wording: Int, at time: Timestamp, need: ID<Need>) throws {
    try connection.execute(
      """
      INSERT INTO need_answers (need, question, answer, wording, at)
      VALUES (\(need), \(question), \(answer), \(wording), \(time))
      ON CONFLICT (need, question, at) DO UPDATE SET answer = excluded.answer
      """)
  }

  /// The newest answer to each question.
  public func answers(of need: ID<Need>) throws -> [String: Bool] {
    var answers: [String: Bool] = [:]
    for row in try connection.query("SELECT question, answer FROM need_answers WHERE need = \(need) ORDER BY at") {
      answers[try row["question"]] = try row["answer"]
    }
    return answers
  }

  /// A page of needs, newest first.
  /// - Parameters:
  ///   - scope: which needs the reader may know of.
  ///   - cursor: where the page before ended.
  public func page(_ scope: NeedScope, _ filter: NeedFilter, after cursor: NeedCursor?, limit: Int) throws -> [Need] {
    var conditions: [SQL] = [scope.condition]
    if let states = filter.states { conditions.append("state IN \(list: states)") }
    if let country = filter.country { conditions.append("country = \(country)") }
    if let language = filter.language { conditions.append("language = \(language)") }
    if let ids = filter.ids { conditions.append("id IN \(list: ids)") }
    if let organization = filter.organization { conditions.append("organization = \(organization)") }
    if let cursor {
      conditions.append("(created_at < \(cursor.createdAt) OR (created_at = \(cursor.createdAt) AND id < \(cursor.id)))")
    }
    return try connection.query(
      """
      SELECT * FROM needs WHERE \(SQL.joined(conditions, by: " AND "))
      ORDER BY created_at DESC, id DESC LIMIT \(limit)
      """
    ).map(Need.init)
  }

  public func ids(of origin: Organization.Origin) throws -> [ID<Need>] {
    try connection.query("SELECT id FROM needs WHERE origin = \(origin)").map { try $0["id"] }
  }

  /// The organizations whose needs were joined with this one, or with the one it was cut from: they follow it too.
  public func followers(of id: ID<Need>) throws -> [ID<Organization>] {
    try connection.query(
      """
      SELECT DISTINCT organization FROM needs
      WHERE merged_into IN (SELECT \(id) UNION ALL SELECT split_from FROM needs WHERE id = \(id) AND split_from IS NOT NULL)
        AND state = 'closed' AND closure = 'merged' ORDER BY organization
      """
    ).map { try $0[0] }
  }

  /// What came from a public list is its organization's own from now on.
  /// - Returns: which they are.
  func makeOwn(of organization: ID<Organization>, at now: Timestamp) throws -> [ID<Need>] {
    try connection.query(
      """
      UPDATE needs SET origin = 'stated', version = version + 1, changed_at = \(now)
      WHERE organization = \(organization) AND origin = 'imported' RETURNING id
      """
    ).map { try $0[0] }
  }

  func delete(_ ids: some Collection<String>) throws {
    try connection.execute("DELETE FROM needs WHERE id IN \(list: Array(ids))")
  }
}

/// Which needs somebody may know of, as a condition on the table.
public struct NeedScope: Sendable {
  let condition: SQL

  /// What everybody reads.
  public static let listed = NeedScope(
    condition: """
      is_public = 1 AND summary IS NOT NULL AND (state IN ('open', 'matched', 'inProgress', 'resolved')
        OR (state = 'closed' AND closure NOT IN ('withdrawn', 'notReal', 'merged')))
      """)

  /// What a facilitator's desk holds.
  public static func desk(of actor: Actor) -> NeedScope {
    guard let reach = Reach(of: actor) else { return NeedScope(condition: "1 = 1") }
    return NeedScope(condition: "(country IN \(list: reach.countries) OR organization IN \(list: reach.organizations))")
  }

  /// What belongs to the holder of receipts and the member of organizations.
  public static func own(by actor: Actor) -> NeedScope {
    let organizations = actor.scopes(of: .member).compactMap {
      $0.flatMap { $0.hasPrefix("organization:") ? String($0.dropFirst(13)) : nil }
    }
    let receipts = Array(actor.receipts)
    return NeedScope(
      condition: "(id IN \(list: receipts) OR split_from IN \(list: receipts) OR organization IN \(list: organizations))")
  }
}

/// Over what a facilitator is one.
struct Reach: Sendable {
  let countries: Set<String>
  let organizations: Set<String>

  /// Nil for the whole node.
  init?(of actor: Actor) {
    let scopes = actor.scopes(of: .facilitator)
    if scopes.contains(nil) { return nil }
    func named(_ kind: String) -> Set<String> {
      Set(scopes.compactMap { scope in scope.flatMap { $0.hasPrefix(kind) ? String($0.dropFirst(kind.count)) : nil } })
    }
    (countries, organizations) = (named("country:"), named("organization:"))
  }
}

/// What a reader asked to see.
public struct NeedFilter: Sendable {
  public var states: [Need.State]?
  public var country: String?
  public var language: String?
  /// The answer of a search.
  public var ids: [String]?
  public var organization: ID<Organization>?

  public init(
    states: [Need.State]? = nil, country: String? = nil, language: String? = nil, ids: [String]? = nil,
    organization: ID<Organization>? = nil
  ) {
    self.organization = organization
    self.states = states
    self.country = country
    self.language = language
    self.ids = ids
  }
}

/// Where a page of needs ended: `<milliseconds>-<id>`.
public struct NeedCursor: Sendable {
  public let createdAt: Timestamp
  public let id: String

  public init(_ need: Need) {
    createdAt = need.createdAt
    id = need.id.rawValue
  }

  /// A cursor that was handed out before, or nil.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let milliseconds = Int64(parts[0]) else { return nil }
    createdAt = Timestamp(milliseconds: milliseconds)
    id = String(parts[1])
  }

  public var text: String { "\(createdAt.milliseconds)-\(id)" }
}

extension Need {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    let stored: String = try row["code"]
    guard let code = Code(canonical: stored) else { throw SQLError.unreadable("\(stored) is no code") }
    self.code = code
    organization = try row["organization"]
    words = try row["words"]
    language = try row["language"]
    state = try row["state"]
    closure = try row["closure"]
    summary = try row["summary"]
    summaryLanguage = try row["summary_language"]
    constraints = try (row["constraints"] as String).split(separator: " ").compactMap { Constraint(rawValue: String($0)) }
    provenance = try Provenance(row)
    channel = try row["channel"]
    country = try row["country"]
    isPublic = try row["is_public"]
    skills = try (row["skills"] as String).split(separator: " ").map(String.init)
    effort = try row["effort"]
    neededBy = try row["needed_by"]
    isOnSite = try row["is_on_site"]
    seeksMore = try row["seeks_more"]
    openedAt = try row["opened_at"]
    assignee = try row["assignee"]
    mergedInto = try row["merged_into"]
    splitFrom = try row["split_from"]
    receiptGeneration = try row["receipt_generation"]
    origin = try row["origin"]
    home = try row["home"]
    version = try row["version"]
    createdAt = try row["created_at"]
    changedAt = try row["changed_at"]
  }
}

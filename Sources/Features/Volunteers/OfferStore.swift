public import Database
public import Kernel
public import Needs
public import People

/// The SQL about offers.
public struct OfferStore {
  let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  public func find(_ id: ID<Offer>) throws -> Offer? {
    try connection.first("SELECT * FROM offers WHERE id = \(id)").map(Offer.init)
  }

  /// Those of the ids, in their order.
  func find(_ ids: [ID<Offer>]) throws -> [Offer] {
    let found = try connection.query("SELECT * FROM offers WHERE id IN \(list: ids)").map(Offer.init)
    let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ids.compactMap { byID[$0] }
  }

  /// All offers to a need, the oldest first.
  public func offers(to need: ID<Need>) throws -> [Offer] {
    try connection.query("SELECT * FROM offers WHERE need = \(need) ORDER BY created_at, id").map(Offer.init)
  }

  /// Somebody's offers, the newest first.
  public func offers(by person: ID<Person>, limit: Int) throws -> [Offer] {
    try connection.query("SELECT * FROM offers WHERE person = \(person) ORDER BY created_at DESC, id DESC LIMIT \(limit)")
      .map(Offer.init)
  }

  /// Offers that wait for an organization, or are worked on with it.
  public func live(of organization: ID<Organization>) throws -> [Offer] {
    try connection.query(
      "SELECT * FROM offers WHERE organization = \(organization) AND state IN ('offered', 'accepted') ORDER BY created_at, id"
    ).map(Offer.init)
  }

  func countLive(by person: ID<Person>) throws -> Int {
    try connection.value("SELECT COUNT(*) FROM offers WHERE person = \(person) AND state IN ('offered', 'accepted')") ?? 0
  }

  func hasLive(need: ID<Need>, by person: ID<Person>) throws -> Bool {
    try connection.first(
      "SELECT 1 FROM offers WHERE need = \(need) AND person = \(person) AND state IN ('offered', 'accepted')") != nil
  }

  /// Those to which something happens by itself now, the longest due first.
  func due(at now: Timestamp, limit: Int) throws -> [ID<Offer>] {
    try connection.query("SELECT id FROM offers WHERE due_at <= \(now) ORDER BY due_at, id LIMIT \(limit)").map { try $0[0] }
  }

  func insert(_ offer: Offer) throws {
    try connection.execute(
      """
      INSERT INTO offers (id, need, organization, person, state, part, ending, is_minor, answer_by, due_at, reminded_at, accepted_at,
        signed_at, signed_by, ended_at, volunteer_shares, organization_shares, version, created_at)
      VALUES (\(offer.id), \(offer.need), \(offer.organization), \(offer.person), \(offer.state), \(offer.part), \(offer.ending),
        \(offer.isMinor), \(offer.answerBy), \(offer.dueAt), \(offer.remindedAt), \(offer.acceptedAt), \(offer.signedAt),
        \(offer.signedBy), \(offer.endedAt), \(offer.volunteerShares), \(offer.organizationShares), \(offer.version),
        \(offer.createdAt))
      """)
  }

  /// - Returns: false when it is no longer at `offer.version`, and nothing was written.
  func update(_ offer: Offer) throws -> Bool {
    try connection.execute(
      """
      UPDATE offers SET person = \(offer.person), state = \(offer.state), part = \(offer.part), ending = \(offer.ending),
        answer_by = \(offer.answerBy), due_at = \(offer.dueAt), reminded_at = \(offer.remindedAt),
        accepted_at = \(offer.acceptedAt), signed_at = \(offer.signedAt), signed_by = \(offer.signedBy),
        ended_at = \(offer.endedAt), volunteer_shares = \(offer.volunteerShares),
        organization_shares = \(offer.organizationShares), version = version + 1
      WHERE id = \(offer.id) AND version = \(offer.version)
      """) == 1
  }

  // MARK: - Blocks and reports

  func block(_ organization: ID<Organization>, _ person: ID<Person>, by side: Offer.Side, at now: Timestamp) throws {
    try connection.execute(
      """
      INSERT INTO offer_blocks (organization, person, side, created_at)
      VALUES (\(organization), \(person), \(side), \(now)) ON CONFLICT (organization, person, side) DO NOTHING
      """)
  }

  /// Whether one of the two does not want to have to do with the other.
  func isBlocked(_ organization: ID<Organization>, _ person: ID<Person>) throws -> Bool {
    try connection.first("SELECT 1 FROM offer_blocks WHERE organization = \(organization) AND person = \(person)") != nil
  }

  /// The organizations that somebody does not want to see, or that do not want to hear of them.
  func blocked(for person: ID<Person>) throws -> Set<String> {
    Set(try connection.query("SELECT organization FROM offer_blocks WHERE person = \(person)").map { try $0[0] as String })
  }

  func insertReport(_ id: ID<Report>, of offer: ID<Offer>, by side: Offer.Side, words: String, at now: Timestamp) throws {
    try connection.execute(
      """
      INSERT INTO offer_reports (id, offer, side, words, created_at)
      VALUES (\(id), \(offer), \(side), \(words), \(now))
      """)
  }

  public func isReported(_ offer: ID<Offer>) throws -> Bool {
    try connection.first("SELECT 1 FROM offer_reports WHERE offer = \(offer)") != nil
  }

  /// Reports that nobody has settled yet, the oldest first.
  public func openReports(limit: Int) throws -> [Report] {
    try connection.query("SELECT * FROM offer_reports WHERE settled_at IS NULL ORDER BY created_at, id LIMIT \(limit)").map {
      row in
      Report(
        id: try row["id"], offer: try row["offer"], side: try row["side"], words: try row["words"],
        createdAt: try row["created_at"])
    }
  }

  func settle(_ report: ID<Report>, by person: String, at now: Timestamp) throws -> Bool {
    try connection.execute(
      "UPDATE offer_reports SET settled_at = \(now), settled_by = \(person) WHERE id = \(report) AND settled_at IS NULL") == 1
  }

  // MARK: - Needs without offers

  /// Open needs of real groups that have waited for a week without any offer, and of which nobody was told yet.
  func unanswered(openedBefore time: Timestamp, limit: Int) throws -> [ID<Need>] {
    try connection.query(
      """
      SELECT n.id FROM needs n WHERE n.state = 'open' AND n.origin <> 'imported' AND n.opened_at <= \(time)
        AND NOT EXISTS (SELECT 1 FROM offers o WHERE o.need = n.id AND o.created_at >= n.opened_at)
        AND NOT EXISTS (SELECT 1 FROM quiet_needs q WHERE q.need = n.id AND q.opened_at = n.opened_at)
      ORDER BY n.opened_at, n.id LIMIT \(limit)
      """
    ).map { try $0[0] }
  }

  func markQuiet(_ need: Need, at now: Timestamp) throws {
    try connection.execute(
      """
      INSERT INTO quiet_needs (need, opened_at, told_at) VALUES (\(need.id), \(need.openedAt), \(now))
      ON CONFLICT (need) DO UPDATE SET opened_at = excluded.opened_at, told_at = excluded.told_at
      """)
  }

  func unmarkQuiet(_ need: ID<Need>) throws {
    try connection.execute("DELETE FROM quiet_needs WHERE need = \(need)")
  }

  /// Needs on which nobody has offered for a week, those that wait longest first.
  public func quiet(limit: Int) throws -> [ID<Need>] {
    try connection.query(
      """
      SELECT q.need FROM quiet_needs q JOIN needs n ON n.id = q.need AND n.state = 'open' AND n.opened_at = q.opened_at
      ORDER BY q.opened_at, q.need LIMIT \(limit)
      """
    ).map { try $0[0] }
  }
}

/// Somebody says that something is wrong between the two of an offer.
public struct Report: Sendable, Equatable {
  public let id: ID<Report>
  public let offer: ID<Offer>
  public let side: Offer.Side
  public let words: String
  public let createdAt: Timestamp

  public static let longestWords = 2_000
}

extension Offer {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    need = try row["need"]
    organization = try row["organization"]
    person = try row["person"]
    state = try row["state"]
    part = try row["part"]
    ending = try row["ending"]
    isMinor = try row["is_minor"]
    answerBy = try row["answer_by"]
    dueAt = try row["due_at"]
    remindedAt = try row["reminded_at"]
    acceptedAt = try row["accepted_at"]
    signedAt = try row["signed_at"]
    signedBy = try row["signed_by"]
    endedAt = try row["ended_at"]
    volunteerShares = try row["volunteer_shares"]
    organizationShares = try row["organization_shares"]
    version = try row["version"]
    createdAt = try row["created_at"]
  }
}

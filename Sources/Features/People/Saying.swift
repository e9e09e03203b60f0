public import Database
public import Journal
public import Kernel
public import Localization

/// What a group has answered through somebody who speaks for it, after its need was written down: that it wants to be shown or no
/// longer, or takes a need back. Kept with who said it and how, like the need itself.
public struct Saying: Sendable, Equatable {
  public enum What: String, Sendable, CaseIterable, SQLCodable {
    /// Everybody may read a summary of the need.
    case shown
    /// Nobody else shall read of the need any more.
    case notShown
    /// The need was taken back, and its words erased.
    case takenBack
    /// Nobody shall learn that the group exists.
    case hidden
  }

  public let id: ID<Saying>
  public let organization: ID<Organization>
  /// The id of the record it is about: a need, or the organization itself.
  public let subject: String
  public let what: What
  public let provenance: Provenance
  public let recordedAt: Timestamp
}

extension Act {
  /// Keeps who said what for a group. The name is encrypted and stands by itself, so that it outlives what was taken back.
  /// - Throws: `DomainError.invalid` with every field of the provenance that cannot be taken.
  @discardableResult
  public func keep(
    _ statement: ProvenanceStatement, saying what: Saying.What, about subject: String, of organization: ID<Organization>
  ) throws -> Saying {
    var provenance = try statement.checked(by: actor, at: now)
    let id: ID<Saying> = newID()
    provenance.statedBy = try Contacts(self).keep(
      try statement.statedBy.checked("provenance.statedBy", atMost: ProvenanceStatement.longest), as: .name, of: id.rawValue)
    let saying = Saying(
      id: id, organization: organization, subject: subject, what: what, provenance: provenance, recordedAt: now)
    try SayingStore(connection).insert(saying)
    try record(
      Event(
        "people", "saidThroughFacilitator", subject: organization.rawValue,
        payload: ["saying": .string(id.rawValue), "what": .string(what.rawValue), "about": .string(subject)]))
    return saying
  }
}

/// The SQL about what groups have said through others.
public struct SayingStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  /// What was said of a record, the newest first.
  public func sayings(about subject: String) throws -> [Saying] {
    try connection.query("SELECT * FROM sayings WHERE subject = \(subject) ORDER BY recorded_at DESC, id DESC").compactMap(
      Saying.init)
  }

  /// What an organization has said, the newest first.
  public func sayings(of organization: ID<Organization>, limit: Int) throws -> [Saying] {
    try connection.query(
      "SELECT * FROM sayings WHERE organization = \(organization) ORDER BY recorded_at DESC, id DESC LIMIT \(limit)"
    ).compactMap(Saying.init)
  }

  func insert(_ saying: Saying) throws {
    let provenance = saying.provenance
    try connection.execute(
      """
      INSERT INTO sayings (id, organization, subject, what, stated_by, relation, how, consent, stated_at, facilitator, recorded_at)
      VALUES (\(saying.id), \(saying.organization), \(saying.subject), \(saying.what), \(provenance.statedBy),
        \(provenance.relation), \(provenance.how.rawValue), \(provenance.consent.rawValue), \(provenance.at),
        \(provenance.facilitator), \(saying.recordedAt))
      """)
  }

  /// Those of the organizations of an origin.
  func ids(of origin: Organization.Origin) throws -> [ID<Saying>] {
    try connection.query(
      "SELECT id FROM sayings WHERE organization IN (SELECT id FROM organizations WHERE origin = \(origin))"
    ).map { try $0["id"] }
  }
}

extension Saying {
  /// - Returns: nil where this program does not know what was said.
  init?(_ row: SQLRow) throws {
    guard let provenance = try Provenance(row), let what = What(rawValue: try row["what"]) else { return nil }
    self.init(
      id: try row["id"], organization: try row["organization"], subject: try row["subject"], what: what, provenance: provenance,
      recordedAt: try row["recorded_at"])
  }
}

extension Saying.What {
  public var label: Phrase {
    switch self {
    case .shown: tr("Everybody may read a summary")
    case .notShown: tr("Nobody else shall read of it any more")
    case .takenBack: tr("They took it back")
    case .hidden: tr("Nobody shall learn that the group exists")
    }
  }
}

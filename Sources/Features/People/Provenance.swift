public import Database
import Foundation
public import Kernel
public import Localization

/// Who said it to whom, and how they agreed to its being written down.
public struct Provenance: Sendable, Equatable {
  public enum How: String, Sendable, CaseIterable {
    case inPerson = "in person"
    case telephone, sms, letter
  }

  public enum Consent: String, Sendable, CaseIterable {
    case spoken, written
  }

  /// The id of the contact that holds the name of who stated it.
  public var statedBy: ID<Contact>?
  /// What they are to the group: its treasurer, a mother of the school.
  public var relation: String
  public var how: How
  public var consent: Consent
  public var at: Timestamp
  /// The facilitator, as `Actor.reference`.
  public var facilitator: String

  public init(
    statedBy: ID<Contact>?, relation: String, how: How, consent: Consent, at: Timestamp, facilitator: String
  ) {
    self.statedBy = statedBy
    self.relation = relation
    self.how = how
    self.consent = consent
    self.at = at
    self.facilitator = facilitator
  }

  /// Reads the columns `stated_by`, `relation`, `how`, `consent`, `stated_at` and `facilitator`; nil where nobody spoke for others.
  public init?(_ row: SQLRow) throws {
    guard let how = try (row["how"] as String?).flatMap(How.init),
      let consent = try (row["consent"] as String?).flatMap(Consent.init),
      let relation = try row["relation"] as String?, let at = try row["stated_at"] as Timestamp?,
      let facilitator = try row["facilitator"] as String?
    else { return nil }
    self.init(statedBy: try row["stated_by"], relation: relation, how: how, consent: consent, at: at, facilitator: facilitator)
  }
}

/// What a facilitator says of how something reached her.
public struct ProvenanceStatement: Sendable, Equatable {
  public var statedBy: Text
  public var relation: Text
  public var how: String
  public var consent: String
  /// RFC 3339, or a day; empty for now.
  public var at: String

  public init(statedBy: Text, relation: Text, how: String, consent: String, at: String) {
    self.statedBy = statedBy
    self.relation = relation
    self.how = how
    self.consent = consent
    self.at = at
  }

  /// Unicode scalars of who said it, and of what they are to the group.
  public static let longest = 200

  /// - Parameters:
  ///   - actor: to whom it was said.
  ///   - now: the time of the act, which it has when no other is named.
  /// - Returns: it without the name, which is kept apart.
  /// - Throws: `DomainError.invalid` with every field that cannot be taken.
  public func checked(by actor: Actor, at now: Timestamp) throws -> Provenance {
    var check = FieldCheck()
    _ = try check.take { try statedBy.checked("provenance.statedBy", atMost: Self.longest) }
    let relation = try check.take { try self.relation.checked("provenance.relation", atMost: Self.longest) }
    let way = try check.take { try checkedWay(at: now) }
    try check.finish()
    guard let relation, let way else { throw DomainError.notFound }
    return Provenance(
      statedBy: nil, relation: relation, how: way.how, consent: way.consent, at: way.at, facilitator: actor.reference)
  }

  /// How and when it was said, whoever said it: what may be the same for several groups.
  /// - Throws: `DomainError.invalid` with every field that cannot be taken.
  public func checkedWay(at now: Timestamp) throws -> (how: Provenance.How, consent: Provenance.Consent, at: Timestamp) {
    var check = FieldCheck()
    let how = Provenance.How(rawValue: self.how)
    if how == nil {
      check.complain("provenance.how", Message("Please choose how they told you: in person, telephone, sms or letter."))
    }
    let consent = Provenance.Consent(rawValue: self.consent)
    if consent == nil { check.complain("provenance.consent", Message("Please choose how they agreed: spoken or written.")) }
    var time = now
    if !at.isEmpty {
      if let said = Timestamp(iso8601: at) ?? Timestamp(iso8601: at + "T12:00:00Z"), said <= now + .days(1) {
        time = said
      } else {
        check.complain("provenance.at", Message("When it was said is a day that has been, such as 2026-03-01."))
      }
    }
    try check.finish()
    guard let how, let consent else { throw DomainError.notFound }
    return (how, consent, time)
  }
}

extension Provenance.How {
  public var label: Phrase {
    switch self {
    case .inPerson: tr("Face to face")
    case .telephone: tr("By telephone")
    case .sms: tr("By text message")
    case .letter: tr("By letter")
    }
  }
}

extension Provenance.Consent {
  public var label: Phrase {
    switch self {
    case .spoken: tr("They said yes")
    case .written: tr("They signed")
    }
  }
}

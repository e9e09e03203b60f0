import Database
public import Kernel
public import People
import Retrieval
import Vocabulary

/// A need that somebody could offer to help with, as everybody may read it.
public struct OpenNeed: Sendable, Equatable {
  public let id: ID<Need>
  public let code: Code
  public let organization: ID<Organization>
  public let summary: String
  /// BCP 47 tag of the summary.
  public let summaryLanguage: String
  /// BCP 47 tag of the words: what the group speaks.
  public let language: String
  public let country: String
  public let skills: [String]
  public let effort: Need.Effort?
  public let neededBy: Timestamp?
  public let isOnSite: Bool
  public let openedAt: Timestamp?
  public let origin: Organization.Origin

  /// - Parameter concepts: what its summary speaks of.
  /// - Returns: nil for a need that takes no offers.
  init?(_ id: String, _ row: SQLRow, concepts: [WeightedConcept], _ vocabulary: Vocabulary) throws {
    let state: Need.State = try row[10]
    let seeksMore: Bool = try row[17]
    guard state == .open || (state.isUnderWay && seeksMore), let code = Code(canonical: try row[1] as String),
      let summary = try row[4] as String?
    else { return nil }
    self.id = ID(id)
    self.code = code
    self.summary = summary
    language = try row[3]
    summaryLanguage = try row[5] ?? language
    country = try row[11]
    organization = try row[12]
    let chosen = try (row[13] as String).split(separator: " ").map(String.init)
    skills =
      chosen.isEmpty
      ? vocabulary.skills(for: concepts.sorted { ($1.weight, $0.concept) < ($0.weight, $1.concept) }.map(\.concept)) : chosen
    effort = try row[14]
    neededBy = try row[15]
    isOnSite = try row[16]
    openedAt = try row[18]
    origin = try row[19]
  }
}

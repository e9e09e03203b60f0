public import Database
public import Kernel
public import Localization
public import People

/// What somebody who wants to help can do, and when. It is shown to nobody else: an organization learns of a volunteer what they say
/// in an offer.
public struct Volunteer: Sendable, Equatable {
  /// A concept of the vocabulary, and how well somebody knows it.
  public struct Skill: Sendable, Equatable {
    /// `skill.spreadsheets`.
    public let concept: String
    public let level: Level

    public init(_ concept: String, _ level: Level) {
      self.concept = concept
      self.level = level
    }
  }

  public enum Level: Int, Sendable, CaseIterable {
    case beginner = 1
    case practised, expert
  }

  /// Under 18 one helps verified organizations only, and the node's safeguarding lead reads along.
  public enum AgeBand: String, Sendable, CaseIterable, SQLCodable {
    case adult, under18
  }

  public let person: ID<Person>
  public var skills: [Skill]
  /// Concepts of skills they would like to get.
  public var wantsToLearn: [String]
  /// BCP 47 tags.
  public var languages: [String]
  public var hoursAWeek: Int
  /// IANA: `Africa/Nairobi`.
  public var timeZone: String
  public var worksRemotely: Bool
  /// Where they can go themselves (ISO 3166-1 alpha-2); nil for nowhere.
  public var country: String?
  /// ISO 3166-2, of that country.
  public var subdivision: String?
  public var ageBand: AgeBand
  /// Not looking for needs at present.
  public var isPaused: Bool
  public var version: Int
  public let createdAt: Timestamp

  public static let mostSkills = 30
  public static let mostLanguages = 20
  public static let hours = 1...60

  /// How well they know a skill; nil where they did not name it.
  public func level(of concept: String) -> Level? { skills.first { $0.concept == concept }?.level }
}

extension Volunteer.Level {
  public var label: Phrase {
    switch self {
    case .beginner: tr("I have tried it")
    case .practised: tr("I do it regularly")
    case .expert: tr("I could teach it")
    }
  }
}

extension Volunteer.AgeBand {
  public var label: Phrase {
    switch self {
    case .adult: tr("18 years or older")
    case .under18: tr("Younger than 18")
    }
  }
}

public import Database
public import Kernel
public import Localization
public import Needs
public import People

/// A volunteer's proposal to take a need, or a part of it, and what becomes of it: an answer, work, an outcome.
public struct Offer: Sendable, Equatable {
  public enum State: String, Sendable, CaseIterable, SQLCodable {
    /// Waits for the organization's answer.
    case offered
    /// They work together.
    case accepted
    /// Both have confirmed what came of it.
    case completed
    /// Over without an outcome; `ending` says why.
    case ended

    public var isLive: Bool { self == .offered || self == .accepted }
  }

  /// Why it is over without an outcome.
  public enum Ending: String, Sendable, CaseIterable, SQLCodable {
    /// The organization said no, kindly: why.
    case foundSomebody, otherSkills, notNow, notComfortable
    /// The volunteer took it back, or cannot go on.
    case takenBack
    /// The organization does not want to go on.
    case stopped
    /// Nobody answered until the deadline.
    case unanswered
    /// One side said nothing for too long.
    case silence
    /// The need is closed, withdrawn or joined with another one.
    case needClosed

    /// Those an organization chooses from when it declines.
    public static let declining: [Ending] = [.foundSomebody, .otherSkills, .notNow, .notComfortable]
  }

  /// Who does something in it.
  public enum Side: String, Sendable, CaseIterable, SQLCodable {
    case volunteer, organization

    public var other: Side { self == .volunteer ? .organization : .volunteer }
  }

  public let id: ID<Offer>
  public let need: ID<Need>
  public let organization: ID<Organization>
  /// Nil after they have left.
  public var person: ID<Person>?
  public var state: State
  /// Which part of the need they would take; nil for all of it.
  public var part: String?
  public var ending: Ending?
  /// Made by somebody under 18: the safeguarding lead reads along.
  public let isMinor: Bool
  /// Until when it can be answered; both sides see it.
  public var answerBy: Timestamp
  /// When something happens to it by itself; nil when nothing does.
  public var dueAt: Timestamp?
  /// When whoever has to speak next was reminded.
  public var remindedAt: Timestamp?
  public var acceptedAt: Timestamp?
  /// The last sign of life, and whose it was: the other side speaks next.
  public var signedAt: Timestamp
  public var signedBy: Side
  public var endedAt: Timestamp?
  /// Whether each side said yes to the other's seeing its contact details. They are shown when both did.
  public var volunteerShares: Bool
  public var organizationShares: Bool
  public var version: Int
  public let createdAt: Timestamp

  public static let longestPart = 200
  /// Offers that one person may have waiting or in work.
  public static let mostAtOnce = 20

  public var sharesContacts: Bool { volunteerShares && organizationShares }

  /// The only steps an offer can make.
  public func may(become next: State) -> Bool {
    switch (state, next) {
    case (.offered, .accepted), (.offered, .ended), (.accepted, .completed), (.accepted, .ended): true
    default: false
    }
  }
}

extension Offer.State {
  public var label: Phrase {
    switch self {
    case .offered: tr("Waits for an answer")
    case .accepted: tr("Accepted: you work together")
    case .completed: tr("Done")
    case .ended: tr("Over")
    }
  }
}

extension Offer.Ending {
  public var label: Phrase {
    switch self {
    case .foundSomebody: tr("We have found somebody already, and thank you")
    case .otherSkills: tr("We need other skills for this one, and thank you")
    case .notNow: tr("It is not the moment: please look at our needs again later")
    case .notComfortable: tr("We would rather not, and thank you for offering")
    case .takenBack: tr("The volunteer cannot do it after all")
    case .stopped: tr("The organization has ended it")
    case .unanswered: tr("It was not answered in time")
    case .silence: tr("Nothing was heard for too long")
    case .needClosed: tr("The need is closed")
    }
  }
}

public import Database
public import Kernel
public import Localization

/// The questions an organization answers separately, each with a yes or a no that it can take back. Nobody has said yes before they
/// did.
public enum OrganizationConsent {
  public enum Question: String, Sendable, CaseIterable, SQLCodable {
    /// Everybody may read its page.
    case showPublicly
    case shareWithFunders
    /// Others may copy what its page says.
    case reuseAsOpenData
  }

  /// How a group said yes to a facilitator who writes it down for it.
  public enum Agreement: String, Sendable, CaseIterable, SQLCodable {
    case spoken, written
  }

  /// Raised whenever the wording of a question changes.
  public static let wording = 1
  /// Of an answer that nobody was asked for: the organization stood in a public list.
  public static let notAsked = 0

  /// One answer. All of them are kept; the newest to a question counts.
  public struct Answer: Sendable, Equatable {
    public let question: Question
    public let isYes: Bool
    public let wording: Int
    public let at: Timestamp
    /// `Actor.reference`.
    public let answeredBy: String
    /// Nil where the organization answered for itself.
    public let agreement: Agreement?
    /// Whether it came from somebody known to be real. Until somebody such has looked, a yes to showing the page shows nothing.
    public let isSeen: Bool
  }

  /// The newest answers, by question.
  public typealias Answers = [Question: Answer]
}

extension OrganizationConsent.Question {
  /// What is asked: when it changes, so does `OrganizationConsent.wording`.
  public var label: Phrase {
    switch self {
    case .showPublicly: tr("May everybody read the page of this group?")
    case .shareWithFunders: tr("May funders be told about this group?")
    case .reuseAsOpenData: tr("May others copy what the page says, as open data?")
    }
  }

  public var hint: Phrase {
    switch self {
    case .showPublicly:
      tr(
        "It shows the name you choose, what the group does, its country and languages, and the needs that everybody may read. It never shows telephone numbers, addresses or the names of members."
      )
    case .shareWithFunders:
      tr("Those who give grants to groups such as this one are then told what the page and the needs say.")
    case .reuseAsOpenData: tr("What somebody has copied cannot be called back.")
    }
  }
}

extension OrganizationConsent.Agreement {
  public var label: Phrase {
    switch self {
    case .spoken: tr("They said yes")
    case .written: tr("They signed")
    }
  }
}

extension Organization {
  /// Whether everybody may read its page. What comes from a public list, or is invented, is shown until somebody says no.
  func isShown(_ answers: OrganizationConsent.Answers) -> Bool {
    guard publicName != nil else { return false }
    return answers[.showPublicly].map { $0.isYes && $0.isSeen } ?? (origin != .stated)
  }

  /// Whether its page is meant to be shown, be it that somebody has to look at it first.
  func isMeantToBeShown(_ answers: OrganizationConsent.Answers) -> Bool {
    answers[.showPublicly]?.isYes ?? (origin != .stated)
  }
}

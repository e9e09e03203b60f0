public import Database
import Foundation
public import Kernel
public import Localization
public import People

/// A problem an organization has stated in its own words.
public struct Need: Sendable, Equatable {
  /// The life of a need: said, read, open to help; somebody was accepted, works on it, and the organization confirms what came of it.
  public enum State: String, Sendable, CaseIterable, SQLCodable {
    case expressed, triaged, open, matched, inProgress, resolved, closed

    /// Whether somebody was accepted and the work is not over.
    public var isUnderWay: Bool { self == .matched || self == .inProgress }
  }

  /// How much work it is, as a volunteer reads it before offering.
  public enum Effort: String, Sendable, CaseIterable, SQLCodable {
    case hour, day, week, month
  }

  /// Why a need was closed.
  public enum Closure: String, Sendable, CaseIterable, SQLCodable {
    case solvedByTool, solvedOtherwise, withdrawn, merged, outOfScope, notReal
  }

  /// What must be true of anything prescribed.
  public enum Constraint: String, Sendable, CaseIterable, SQLCodable {
    case offline, basicPhone, language, noCost
  }

  public let id: ID<Need>
  public var code: Code
  public let organization: ID<Organization>
  /// As they were stated; read by the organization, facilitators in scope and the accepted volunteer.
  public var words: String
  /// BCP 47 tag of the words.
  public var language: String
  public var state: State
  public var closure: Closure?
  /// What strangers read instead of the words; written or approved by a facilitator.
  public var summary: String?
  public var summaryLanguage: String?
  public var constraints: [Constraint]
  public var provenance: Provenance?
  public var channel: Channel
  public var country: String
  /// Whether the organization said that a summary may be shown to everybody.
  public var isPublic: Bool
  /// What it asks of whoever helps: concepts of skills, chosen by a facilitator; none until one has.
  public var skills: [String]
  public var effort: Effort?
  /// Until when help is of use; nil for no such day.
  public var neededBy: Timestamp?
  /// Whether somebody has to come to the place.
  public var isOnSite: Bool
  /// Whether there are parts left for others while somebody works on it.
  public var seeksMore: Bool
  /// When it was opened to help the last time.
  public var openedAt: Timestamp?
  /// Who on the desk cares for it: the id of a person.
  public var assignee: String?
  /// The need it was merged into.
  public var mergedInto: ID<Need>?
  /// The need it was cut from, which said several things. The first part goes on under its own code, and is cut from itself.
  public var splitFrom: ID<Need>?
  public var receiptGeneration: Int
  public var origin: Organization.Origin
  /// The node that alone may change it.
  public var home: String
  public var version: Int
  public let createdAt: Timestamp
  public var changedAt: Timestamp

  /// How it reached us.
  public enum Channel: String, Sendable, CaseIterable, SQLCodable {
    case web, api, command, imported
  }

  /// Unicode scalars after trimming and NFC.
  public static let longestWords = 4_000
  /// Unicode scalars.
  public static let longestSummary = 400

  /// The only transitions a need can make.
  public func may(become next: State) -> Bool {
    switch (state, next) {
    case (.expressed, .triaged), (.expressed, .open), (.triaged, .open), (.open, .triaged): true
    case (.open, .matched), (.matched, .inProgress), (.matched, .open), (.inProgress, .open): true
    case (.matched, .resolved), (.inProgress, .resolved): true
    case (.closed, .triaged), (.resolved, .triaged): true
    case (_, .closed): self.state != .closed
    default: false
    }
  }

  /// Whether strangers read its summary: after triage, where the organization said yes, until it is withdrawn or found not to be real.
  public var isListed: Bool {
    guard isPublic, summary != nil else { return false }
    switch state {
    case .expressed, .triaged: return false
    case .open, .matched, .inProgress, .resolved: return true
    case .closed: return closure != .withdrawn && closure != .notReal && closure != .merged
    }
  }
}

extension Need.State {
  public var label: Phrase {
    switch self {
    case .expressed: tr("Received, being read")
    case .triaged: tr("Read and understood")
    case .open: tr("Open: somebody can help")
    case .matched: tr("Somebody was found who helps")
    case .inProgress: tr("Being worked on")
    case .resolved: tr("Solved: the organization says so")
    case .closed: tr("Closed")
    }
  }
}

extension Need.Closure {
  public var label: Phrase {
    switch self {
    case .solvedByTool: tr("Solved with a tool that exists")
    case .solvedOtherwise: tr("Solved in another way")
    case .withdrawn: tr("Withdrawn by the organization")
    case .merged: tr("Joined with a like need")
    case .outOfScope: tr("Not something this network can help with")
    case .notReal: tr("Not a real need")
    }
  }
}

extension Need.Effort {
  public var label: Phrase {
    switch self {
    case .hour: tr("About an hour")
    case .day: tr("About a day")
    case .week: tr("About a week")
    case .month: tr("About a month")
    }
  }
}

extension Need.Constraint {
  public var label: Phrase {
    switch self {
    case .offline: tr("It must work without internet")
    case .basicPhone: tr("It must work on a simple telephone")
    case .language: tr("It must be in our language")
    case .noCost: tr("It must cost nothing")
    }
  }
}

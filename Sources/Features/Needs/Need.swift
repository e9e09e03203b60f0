public import Database
import Foundation
public import Kernel
public import Localization
public import People

/// A problem an organization has stated in its own words.
public struct Need: Sendable, Equatable {
  /// The states a need can be in so far; matched, in progress and resolved come with the people who help.
  public enum State: String, Sendable, CaseIterable, SQLCodable {
    case expressed, triaged, open, closed
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
  public let code: Code
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
  /// The need it was merged into.
  public var mergedInto: ID<Need>?
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
    case (.expressed, .closed), (.triaged, .closed), (.open, .closed), (.closed, .triaged): true
    default: false
    }
  }

  /// Whether strangers read its summary: after triage, where the organization said yes, until it is withdrawn or found not to be real.
  public var isListed: Bool {
    isPublic && summary != nil
      && (state == .open || (state == .closed && closure != .withdrawn && closure != .notReal && closure != .merged))
  }
}

extension Need.State {
  public var label: Phrase {
    switch self {
    case .expressed: tr("Received, being read")
    case .triaged: tr("Read and understood")
    case .open: tr("Open: somebody can help")
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

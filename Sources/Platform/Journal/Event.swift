public import Kernel

/// What happened to one record, as a feature tells the journal.
///
///     try act.record(Event("needs", "expressed", subject: need.id.rawValue, payload: ["organization": .string(organization)]))
public struct Event: Sendable, Equatable {
  /// The feature whose record it is.
  public let feature: String
  /// What happened, in the past tense.
  public let kind: String
  /// The id of the record it happened to.
  public let subject: String
  /// More about it: ids, states and counts, never contact details or what somebody said.
  public let payload: JSON

  public init(_ feature: String, _ kind: String, subject: String, payload: JSON = [:]) {
    self.feature = feature
    self.kind = kind
    self.subject = subject
    self.payload = payload
  }
}

public import Kernel

/// Until when each side has time. Silence ends by itself, so that nobody waits for ever; it costs only those who can answer: for a
/// group without a line every clock begins at its facilitator's next contact. Pure.
public struct OfferDeadlines: Sendable, Equatable {
  /// For how long an offer waits for its answer.
  public static let answer = Timestamp.Interval.days(7)
  /// How long before that the organization is reminded.
  public static let reminder = Timestamp.Interval.days(2)
  /// For how long one side may say nothing while they work together.
  public static let silence = Timestamp.Interval.days(14)
  /// After how much of it whoever has to speak next is reminded.
  public static let silenceReminder = Timestamp.Interval.days(7)
  /// When a facilitator meets a group again, as long as nobody has said when.
  public static let nextContact = Timestamp.Interval.days(30)
  /// For how long an open need may stay without an offer before the desk looks at it.
  public static let unanswered = Timestamp.Interval.days(7)

  private let hasLine: Bool
  private let planned: Timestamp?

  /// - Parameters:
  ///   - hasLine: whether the organization can be reached without its facilitator.
  ///   - nextContact: when she meets it again, as far as anybody has said.
  public init(hasLine: Bool, nextContact: Timestamp?) {
    self.hasLine = hasLine
    planned = nextContact
  }

  /// When the organization hears of something: at once, or at its facilitator's next contact.
  private func contact(after time: Timestamp) -> Timestamp {
    if hasLine { return time }
    return planned.flatMap { $0 > time ? $0 : nil } ?? time + Self.nextContact
  }

  /// Until when an offer that is made, or told of, now can be answered.
  public func answerBy(from now: Timestamp) -> Timestamp { contact(after: now) + Self.answer }

  /// What happens next to an offer by itself, and when.
  public func next(of offer: Offer) -> (what: Step, at: Timestamp)? {
    switch offer.state {
    case .offered:
      let end = offer.answerBy
      return offer.remindedAt == nil ? (.remind(.organization), end - Self.reminder) : (.lapse, end)
    case .accepted:
      let speaker = offer.signedBy.other
      // Only who has no line is waited for longer.
      let from = speaker == .organization ? contact(after: offer.signedAt) : offer.signedAt
      return offer.remindedAt == nil ? (.remind(speaker), from + Self.silenceReminder) : (.lapse, from + Self.silence)
    case .completed, .ended: return nil
    }
  }

  public enum Step: Sendable, Equatable {
    case remind(Offer.Side)
    case lapse
  }
}

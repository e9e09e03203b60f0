public import Kernel
public import Localization

/// Something that somebody takes part in, or has to do, at a certain time: an entry of their calendar.
public struct CalendarDate: Sendable, Equatable {
  public enum When: Sendable, Equatable {
    /// A day as the calendar on the wall has it, wherever one is.
    case day(year: Int, month: Int, day: Int)
    case time(Timestamp)
  }

  /// Of all dates of all kinds; the same as long as it is the same date, also when it is moved.
  public let id: String
  /// Its values are codes, dates and numbers, never names or what somebody said: it is read by other programs.
  public let title: Message
  /// The page to look at, on this site.
  public let path: String
  public let when: When

  public init(id: String, title: Message, path: String, when: When) {
    self.id = id
    self.title = title
    self.path = path
    self.when = when
  }
}

import Foundation

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// 0000-01-01T00:00:00Z.
  private static let firstMillisecond: Int64 = -62_167_219_200_000
  /// 9999-12-31T23:59:59.999Z.
  private static let lastMillisecond: Int64 = 253_402_300_799_999

  /// The moment an RFC 3339 text names (`2026-03-01T09:30:00Z`, with or without fractions), or nil.
  public init?(iso8601 text: String) {
    let formats: [Date.ISO8601FormatStyle] = [.iso8601, Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
    for format in formats {
      if let date = try? format.parse(text) {
        // Four digits of a year are all that RFC 3339 knows; far beyond them the number would not fit.
        guard let milliseconds = Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded()),
          (Self.firstMillisecond...Self.lastMillisecond).contains(milliseconds)
        else { return nil }
        self.init(milliseconds: milliseconds)
        return
      }
    }
    return nil
  }

  /// The system's clock.
  public static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// RFC 3339 in UTC to the second: `2026-03-01T09:30:00Z`.
  public var iso8601: String {
    Date(timeIntervalSince1970: Double(milliseconds / 1000)).formatted(.iso8601)
  }

  public static func < (a: Self, b: Self) -> Bool { a.milliseconds < b.milliseconds }
  public static func + (a: Self, b: Interval) -> Timestamp { Timestamp(milliseconds: a.milliseconds + b.milliseconds) }
  public static func - (a: Self, b: Interval) -> Timestamp { Timestamp(milliseconds: a.milliseconds - b.milliseconds) }

  /// A length of time in milliseconds.
  public struct Interval: Hashable, Sendable {
    public let milliseconds: Int64

    public static func seconds(_ n: Int64) -> Interval { Interval(milliseconds: n * 1000) }
    public static func minutes(_ n: Int64) -> Interval { .seconds(n * 60) }
    public static func hours(_ n: Int64) -> Interval { .minutes(n * 60) }
    public static func days(_ n: Int64) -> Interval { .hours(n * 24) }
  }
}

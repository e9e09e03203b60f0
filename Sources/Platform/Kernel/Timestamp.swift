import Foundation

/// A moment: milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable, Codable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The moment an RFC 3339 text names (`2026-03-01T09:30:00Z`, with or without fractions), or nil: there is no 30 February and no
  /// year 0. A leap second counts as the one after it.
  public init?(iso8601 text: String) {
    var reader = RFC3339Reader(rest: text.utf8[...])
    guard let day = reader.day(), reader.sign("Tt") != nil, let time = reader.time(), let offset = reader.offset(),
      reader.rest.isEmpty
    else { return nil }
    let seconds = day * 86_400 + time.seconds - offset
    // They have only ever been put in before midnight, UTC.
    guard !time.isLeapSecond || seconds % 86_400 == 0 else { return nil }
    self.init(milliseconds: seconds * 1000 + time.milliseconds)
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

  /// The same in UTC as mails and HTTP write it (RFC 5322 §3.3, RFC 9110 §5.6.7), without the zone: `Thu, 05 Mar 2026 11:40:00`.
  public var internetDate: String {
    var (seconds, parts) = (time_t(milliseconds / 1000), tm())
    gmtime_r(&seconds, &parts)
    let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(Self.days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(Self.months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
    return "\(day) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
  }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

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

/// Reads RFC 3339 from its beginning: what has been read is taken away. Foundation's parser lets months and minutes run over.
private struct RFC3339Reader {
  var rest: Substring.UTF8View

  /// `2026-03-01`: days since 1970-01-01.
  mutating func day() -> Int64? {
    guard let year = number(4), sign("-") != nil, let month = number(2), sign("-") != nil, let day = number(2),
      year >= 1, (1...12).contains(month), day >= 1
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    let before = year - 1
    let sinceYear1 = before * 365 + before / 4 - before / 100 + before / 400
    // 719 162 days lie between 0001-01-01 and 1970-01-01.
    return sinceYear1 - 719_162 + lengths.prefix(Int(month) - 1).reduce(0, +) + day - 1
  }

  /// `09:30:00.25`
  mutating func time() -> (seconds: Int64, milliseconds: Int64, isLeapSecond: Bool)? {
    guard let hour = number(2), sign(":") != nil, let minute = number(2), sign(":") != nil, let second = number(2),
      hour <= 23, minute <= 59, second <= 60
    else { return nil }
    var milliseconds: Int64 = 0
    if sign(".") != nil {
      let digits = rest.prefix(while: Self.isDigit)
      guard !digits.isEmpty else { return nil }
      rest.removeFirst(digits.count)
      let four = (Array(digits.prefix(4)) + [48, 48, 48]).prefix(4).reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
      milliseconds = (four + 5) / 10
    }
    return (hour * 3600 + minute * 60 + second, milliseconds, second == 60)
  }

  /// `Z` or `+05:30`: seconds east of Greenwich.
  mutating func offset() -> Int64? {
    guard let first = sign("Zz+-") else { return nil }
    guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else { return 0 }
    guard let hours = number(2), sign(":") != nil, let minutes = number(2), hours <= 23, minutes <= 59 else { return nil }
    return (hours * 3600 + minutes * 60) * (first == UInt8(ascii: "-") ? -1 : 1)
  }

  /// One of some ASCII signs.
  mutating func sign(_ allowed: String) -> UInt8? {
    guard let first = rest.first, allowed.utf8.contains(first) else { return nil }
    rest.removeFirst()
    return first
  }

  private mutating func number(_ count: Int) -> Int64? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(Self.isDigit) else { return nil }
    let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
    rest.removeFirst(count)
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}

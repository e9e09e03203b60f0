import Kernel
import Testing

@testable import Notices

@Suite struct DailyClockTests {
  @Test(arguments: [
    ("2026-03-05T11:40:00Z", 8, nil, "2026-03-05T08:00:00Z"),
    ("2026-03-05T07:59:59Z", 8, "UTC", "2026-03-04T08:00:00Z"),
    ("2026-03-05T08:00:00Z", 8, "No/Where", "2026-03-05T08:00:00Z"),
    ("2026-03-05T04:59:00Z", 8, "Africa/Nairobi", "2026-03-04T05:00:00Z"),
    ("2026-03-05T02:15:00Z", 8, "Asia/Kathmandu", "2026-03-05T02:15:00Z"),
    ("2026-03-05T23:00:00Z", 0, "Pacific/Kiritimati", "2026-03-05T10:00:00Z"),
    // In Berlin it was 1:59, then 3:00.
    ("2026-03-29T06:00:00Z", 2, "Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("2026-03-29T00:30:00Z", 2, "Europe/Berlin", "2026-03-28T01:00:00Z"),
  ]) func knowsWhenAnHourWas(now: String, hour: Int, zone: String?, last: String) throws {
    var clock = DailyClock(now: try #require(Timestamp(iso8601: now)))
    for _ in 1...2 { #expect(clock.lastTime(hour: hour, timeZone: zone).iso8601 == last) }
  }
}

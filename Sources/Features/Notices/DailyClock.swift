import Foundation
import Kernel

/// Knows when a clock somewhere has last shown a full hour. Foundation takes long for each, and most people share a few.
struct DailyClock {
  let now: Timestamp
  private var known: [String: Timestamp] = [:]

  init(now: Timestamp) {
    self.now = now
  }

  /// - Parameters:
  ///   - hour: 0…23.
  ///   - timeZone: IANA; UTC where it is nil or means nothing.
  /// - Returns: the last time, not after now. An hour that a day leaves out for summer time comes when the clock goes on.
  mutating func lastTime(hour: Int, timeZone: String?) -> Timestamp {
    let key = "\(hour) \(timeZone ?? "")"
    if let time = known[key] { return time }
    let time = found(hour, timeZone.flatMap(TimeZone.init(identifier:)) ?? .gmt)
    known[key] = time
    return time
  }

  private func found(_ hour: Int, _ timeZone: TimeZone) -> Timestamp {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    let today = Date(timeIntervalSince1970: Double(now.milliseconds) / 1000)
    let days = [today, calendar.date(byAdding: .day, value: -1, to: calendar.startOfDay(for: today))].compactMap { $0 }
    let times = days.compactMap { calendar.date(bySettingHour: hour, minute: 0, second: 0, of: $0) }
    guard let last = times.first(where: { $0 <= today }) else { return now - .days(1) }
    return Timestamp(milliseconds: Int64((last.timeIntervalSince1970 * 1000).rounded()))
  }
}

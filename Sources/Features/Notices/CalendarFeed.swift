import Foundation
import Kernel
import Localization

/// Dates for calendar programs (RFC 5545).
struct CalendarFeed {
  let dates: [CalendarDate]
  let siteName: String
  let siteAddress: String
  let now: Timestamp

  /// Octets of a line (RFC 5545 §3.1).
  private static let longestLine = 75

  /// In the current language.
  var text: String {
    let name = tr("{site}: my dates", ["site": siteName]).text
    let head = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Civil Society 2.0//Dates//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
      // RFC 7986; the one with X for programs that know no other.
      "NAME:" + Self.escaped(name), "X-WR-CALNAME:" + Self.escaped(name), "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    return (head + dates.flatMap(entry) + ["END:VCALENDAR"]).map { Self.folded($0) + "\r\n" }.joined()
  }

  private func entry(_ date: CalendarDate) -> [String] {
    [
      "BEGIN:VEVENT", "UID:" + Self.escaped("\(date.id)@\(host)"), "DTSTAMP:" + Self.utc(now), Self.start(date.when),
      "SUMMARY:" + Self.escaped(date.title.phrase().text), "URL:" + siteAddress + Self.word(date.path),
      // It says when something is, not that its reader has no time for anything else.
      "TRANSP:TRANSPARENT", "END:VEVENT",
    ]
  }

  private var host: String { URL(string: siteAddress)?.host() ?? "localhost" }

  private static func start(_ when: CalendarDate.When) -> String {
    switch when {
    case .day(let year, let month, let day): "DTSTART;VALUE=DATE:" + digits(year, 4) + digits(month, 2) + digits(day, 2)
    case .time(let time): "DTSTART:" + utc(time)
    }
  }

  /// `20260305T114000Z`
  private static func utc(_ time: Timestamp) -> String { time.iso8601.filter { $0 != "-" && $0 != ":" } }

  private static func digits(_ number: Int, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }

  /// A text (RFC 5545 §3.3.11). No control character gets through, so that none ends a line.
  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\", ";", ",": "\\" + String(scalar)
      case "\n": "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: ""
      default: String(scalar)
      }
    }.joined()
  }

  private static func word(_ text: String) -> String {
    text.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }.map { String($0) }.joined()
  }

  /// Long lines go on in the next one, after a space; no character is split.
  private static func folded(_ line: String) -> String {
    var (folded, length) = ("", 0)
    for scalar in line.unicodeScalars {
      let size = String(scalar).utf8.count
      if length + size > longestLine {
        folded += "\r\n "
        length = 1
      }
      folded.unicodeScalars.append(scalar)
      length += size
    }
    return folded
  }
}

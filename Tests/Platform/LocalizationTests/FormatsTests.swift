import Foundation
import Testing

@testable import Localization

@Suite struct FormatsTests {
  // 5 March 2026, 08:40 in UTC.
  private let moment: Int64 = 1_772_700_000_000

  @Test(arguments: [
    ("en", "1,234", "-1,234,567"), ("es", "1234", "-1.234.567"), ("fr", "1\u{202F}234", "-1\u{202F}234\u{202F}567"),
    ("ar", "١٬٢٣٤", "\u{61C}-١٬٢٣٤٬٥٦٧"),
  ])
  func aNumberIsWrittenAsInTheLanguage(tag: String, small: String, large: String) {
    let formats = Formats(for: tag, otherwise: [])
    #expect(formats.number(1_234) == small)
    #expect(formats.number(-1_234_567) == large)
    #expect(formats.number(1_234) == small)
  }

  @Test(arguments: [
    ("en", "March 5, 2026", "March 5, 2026 at 11:40 AM", "March 2026"),
    ("es", "5 de marzo de 2026", "5 de marzo de 2026, 11:40", "marzo de 2026"),
    ("fr", "5 mars 2026", "5 mars 2026 à 11:40", "mars 2026"),
    ("ar", "٥ مارس، ٢٠٢٦", "٥ مارس، ٢٠٢٦، ١١:٤٠ ص", "مارس ٢٠٢٦"),
  ])
  func aDateIsWrittenAsInTheLanguage(tag: String, day: String, dayAndTime: String, month: String) throws {
    let formats = Formats(for: tag, otherwise: [])
    let nairobi = try #require(TimeZone(identifier: "Africa/Nairobi"))
    #expect(formats.date(moment, style: .day, timeZone: nairobi) == day)
    #expect(plain(formats.date(moment, style: .dayAndTime, timeZone: nairobi)) == dayAndTime)
    #expect(formats.date(moment, style: .month, timeZone: nairobi) == month)
  }

  @Test func theZoneDecidesTheDay() throws {
    let formats = Formats(for: "en", otherwise: [])
    let honolulu = try #require(TimeZone(identifier: "Pacific/Honolulu"))
    #expect(formats.date(moment, style: .day, timeZone: honolulu) == "March 4, 2026")
    #expect(formats.date(moment, style: .day, timeZone: .gmt) == "March 5, 2026")
    #expect(plain(formats.date(-1, style: .dayAndTime, timeZone: .gmt)) == "December 31, 1969 at 11:59 PM")
  }

  @Test func countriesAndLanguagesHaveNames() {
    let formats = Formats(for: "es", otherwise: [])
    #expect(["KE", "US", "??"].map { formats.region($0) } == ["Kenia", "Estados Unidos", "??"])
    #expect(["fr", "pt-BR", "zzz"].map { formats.language($0) } == ["francés", "portugués (Brasil)", "zzz"])
  }

  @Test func manyThreadsMayWriteAtOnce() async {
    let formats = Formats(for: "en", otherwise: [])
    let wrong = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<6_000).filter { formats.number($0 + 1_000_000) != "1,00\($0 / 1_000),\(String($0 % 1_000 + 1_000).dropFirst())" }
            .count
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wrong == 0)
  }

  /// The text with every kind of space as an ordinary one: which kind Unicode's data use changes from one release to the next.
  private func plain(_ text: String) -> String {
    text.replacing("\u{202F}", with: " ").replacing("\u{A0}", with: " ")
  }
}

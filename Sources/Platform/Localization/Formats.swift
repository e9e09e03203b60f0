import Foundation
import Synchronization

/// How far a date is told.
public enum DateStyle: Sendable, Hashable {
  /// `March 5, 2026`
  case day
  /// `March 5, 2026 at 11:40 AM`
  case dayAndTime
  /// `March 2026`
  case month
}

/// How one language writes numbers, dates and the names of countries and languages.
///
/// Foundation takes microseconds for each number, date and name, and a page of a list has a hundred of them; so what was written
/// once is kept, up to a bound. Safe from several threads.
final class Formats: Sendable {
  private let locale: Locale
  private let numberStyle: IntegerFormatStyle<Int>
  private let numbers = Mutex<[Int: String]>([:])
  private let dates = Mutex<[Moment: String]>([:])
  private let regions = Mutex<[String: String]>([:])
  private let languages = Mutex<[String: String]>([:])
  /// The most of each kind kept for a language: a few hundred kilobytes.
  private static let most = 4_096

  static let english = Formats(for: "en", otherwise: [])

  /// - Parameters:
  ///   - tag: the language.
  ///   - fallbacks: languages to write as when the platform knows nothing of `tag`, the best first.
  init(for tag: String, otherwise fallbacks: [String]) {
    let known = ([tag] + fallbacks).first { Self.known.contains(primary(of: $0)) } ?? "en"
    // Unicode's data write plain “ar”, meaning no country, with European digits, but the Arabic of its likeliest country with
    // Arabic-Indic ones. Readers of a site in Arabic expect the latter; a tag with a country (ar-MA) is written as there.
    locale = Locale(identifier: known == "ar" ? "ar-u-nu-arab" : known)
    numberStyle = IntegerFormatStyle<Int>.number.locale(locale)
  }

  func number(_ number: Int) -> String {
    kept(number, in: numbers) { numberStyle.format(number) }
  }

  /// - Parameter milliseconds: since 1970 in UTC; seconds within the minute are dropped, no style shows them.
  func date(_ milliseconds: Int64, style: DateStyle, timeZone: TimeZone) -> String {
    let minute = Int64((Double(milliseconds) / 60_000).rounded(.down))
    let moment = Moment(minute: minute, style: style, zone: timeZone.identifier)
    return kept(moment, in: dates) {
      var format =
        switch style {
        case .day: Date.FormatStyle(date: .long, time: .omitted)
        case .dayAndTime: Date.FormatStyle(date: .long, time: .shortened)
        case .month: Date.FormatStyle().year().month(.wide)
        }
      format.locale = locale
      format.calendar = locale.calendar
      format.timeZone = timeZone
      return format.format(Date(timeIntervalSince1970: Double(minute) * 60))
    }
  }

  /// The code itself where the platform has no name for it.
  func region(_ code: String) -> String {
    kept(code, in: regions) { named(locale.localizedString(forRegionCode: code)) ?? code }
  }

  /// The tag itself where the platform has no name for it.
  func language(_ tag: String) -> String {
    kept(tag, in: languages) { named(locale.localizedString(forIdentifier: tag)) ?? tag }
  }

  private func kept<Key: Hashable & Sendable>(_ key: Key, in memory: borrowing Mutex<[Key: String]>, _ write: () -> String)
    -> String
  {
    if let written = memory.withLock({ $0[key] }) { return written }
    let written = write()
    memory.withLock {
      if $0.count >= Self.most { $0.removeAll() }
      $0[key] = written
    }
    return written
  }

  private func named(_ name: String?) -> String? { name.flatMap { $0.isEmpty ? nil : $0 } }

  private struct Moment: Hashable {
    let minute: Int64
    let style: DateStyle
    let zone: String
  }

  private static let known = Set(Locale.availableIdentifiers.map(primary(of:)))
}

private func primary(of tag: String) -> String {
  String(tag.prefix { $0 != "-" && $0 != "_" })
}

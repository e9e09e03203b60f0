public import Foundation

/// The language that is being spoken at the moment.
public enum Localization {
  /// Speaks for the request, message or command being handled:
  /// `Localization.$current.withValue(locales.localizer(for: language)) { … }`. English where nobody has set it.
  @TaskLocal public static var current: Localizer = .english
}

/// Translates a sentence into the current language.
///
/// - Parameters:
///   - source: the sentence in English, a plain literal: `Tools/extract-strings` reads it from the source.
///   - values: what each `{name}` in it becomes.
public func tr(_ source: String, _ values: [String: String] = [:]) -> Phrase {
  Localization.current.phrase(source, values)
}

/// Translates a sentence about a number of things into the current language.
///
/// - Parameters:
///   - one: the English sentence for one, a plain literal.
///   - many: the English sentence for any other number, a plain literal.
///   - count: the number. It fills `{count}`, written as the language writes numbers.
///   - values: what each other `{name}` becomes.
public func ntr(_ one: String, _ many: String, _ count: Int, _ values: [String: String] = [:]) -> Phrase {
  Localization.current.phrase(one, many, count, values)
}

/// Translates a sentence, or a single word, whose English has several meanings.
///
/// - Parameters:
///   - context: which meaning, in a few words for the translator, a plain literal: `"verb"`, `"state of a need"`.
///   - source: the sentence in English, a plain literal.
///   - values: what each `{name}` in it becomes.
public func trc(_ context: String, _ source: String, _ values: [String: String] = [:]) -> Phrase {
  Localization.current.phrase(context: context, source, values)
}

/// - Returns: the number as the current language writes it.
public func localizedNumber(_ number: Int) -> String {
  Localization.current.number(number)
}

/// A date as the current language writes it.
///
/// - Parameters:
///   - milliseconds: since 1970 in UTC.
///   - style: how far it is told.
///   - timeZone: the zone whose clocks count.
public func localizedDate(_ milliseconds: Int64, style: DateStyle, timeZone: TimeZone) -> String {
  Localization.current.date(milliseconds, style: style, timeZone: timeZone)
}

/// - Parameter code: of a country, ISO 3166-1 alpha-2.
/// - Returns: its name in the current language; the code where there is none.
public func regionName(_ code: String) -> String {
  Localization.current.regionName(code)
}

/// - Parameter tag: BCP 47 tag of a language.
/// - Returns: its name in the current language; the tag where there is none.
public func languageName(_ tag: String) -> String {
  Localization.current.languageName(tag)
}

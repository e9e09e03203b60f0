public import Foundation

/// The sentences of the product as a reader of one language sees them, and how that language writes numbers and dates.
///
/// Immutable; one serves every request in its language. A look-up is one dictionary access, and nothing is formatted when a
/// sentence has no placeholders.
public final class Localizer: Sendable {
  /// The language of the reader. Single sentences may be in another one, see `Phrase.language`.
  public let language: Language
  private let formats: Formats
  private let sentences: [SentenceKey: Sentence]
  private let inContext: [String: [SentenceKey: Sentence]]
  private let plurals: [SentenceKey: PluralSentence]
  private let isPseudo: Bool

  /// Shows every sentence as it stands in the source.
  public static let english = Localizer(
    language: .english, formats: .english, sentences: [:], inContext: [:], plurals: [:])

  /// Shows every sentence in English with each of its translated parts in ⟦ ⟧ (and so dates and names of countries and
  /// languages). What a person typed, and numbers, stand outside.
  public static let pseudo = Localizer(
    language: .pseudo, formats: .english, sentences: [:], inContext: [:], plurals: [:], isPseudo: true)

  init(
    language: Language, formats: Formats, sentences: [SentenceKey: Sentence], inContext: [String: [SentenceKey: Sentence]],
    plurals: [SentenceKey: PluralSentence], isPseudo: Bool = false
  ) {
    self.language = language
    self.formats = formats
    self.sentences = sentences
    self.inContext = inContext
    self.plurals = plurals
    self.isPseudo = isPseudo
  }

  /// Translates a sentence.
  ///
  /// - Parameters:
  ///   - source: the sentence in English, with `{name}` placeholders.
  ///   - values: what each placeholder becomes. One without a value stays as it is.
  public func phrase(_ source: String, _ values: [String: String] = [:]) -> Phrase {
    let (text, language) = sentence(source)
    return Phrase(text: filled(text, values), language: language)
  }

  /// Translates a sentence that has several meanings.
  ///
  /// - Parameter context: which meaning, as in `trc`.
  public func phrase(context: String, _ source: String, _ values: [String: String] = [:]) -> Phrase {
    let (text, language) = sentence(source, context: context)
    return Phrase(text: filled(text, values), language: language)
  }

  /// Translates a sentence about a number of things.
  ///
  /// - Parameters:
  ///   - one: the English sentence for one.
  ///   - many: the English sentence for any other number.
  ///   - count: the number; it chooses among the plural forms of the language and fills `{count}`, written as the language writes
  ///     it.
  public func phrase(_ one: String, _ many: String, _ count: Int, _ values: [String: String] = [:]) -> Phrase {
    let (text, language, formats) = sentence(one, many, count)
    return Phrase(text: filled(text, values, count: (count, formats)), language: language)
  }

  /// A translated sentence with its placeholders still open.
  ///
  /// - Parameters:
  ///   - source: the sentence in English.
  ///   - context: which of several meanings it has, as in `trc`.
  public func pattern(_ source: String, context: String? = nil) -> PhrasePattern {
    let (text, language) = context.map { sentence(source, context: $0) } ?? sentence(source)
    return pattern(of: text, in: language)
  }

  /// A translated sentence about a number of things with its placeholders still open. `{count}` is filled already.
  public func pattern(_ one: String, _ many: String, _ count: Int) -> PhrasePattern {
    let (text, language, formats) = sentence(one, many, count)
    let open = pattern(of: text, in: language)
    return PhrasePattern(
      pieces: open.pieces.map { $0 == .placeholder("count") ? .text(formats.number(count)) : $0 }, language: language)
  }

  /// - Parameter number: any number.
  /// - Returns: it as the language writes it: `1,234`, `1234`, `1 234`, `١٬٢٣٤`.
  public func number(_ number: Int) -> String { formats.number(number) }

  /// - Parameters:
  ///   - milliseconds: since 1970 in UTC.
  ///   - style: how far the date is told.
  ///   - timeZone: the zone whose clocks count.
  public func date(_ milliseconds: Int64, style: DateStyle, timeZone: TimeZone) -> String {
    marked(formats.date(milliseconds, style: style, timeZone: timeZone))
  }

  /// - Parameter code: of a country, ISO 3166-1 alpha-2.
  /// - Returns: its name in the language; the code where there is none.
  public func regionName(_ code: String) -> String { marked(formats.region(code)) }

  /// - Parameter tag: BCP 47 tag of a language.
  /// - Returns: its name in this language; the tag where there is none.
  public func languageName(_ tag: String) -> String { marked(formats.language(tag)) }

  private func sentence(_ source: String) -> (String, Language) {
    guard let found = sentences[SentenceKey(source)] else { return untranslated(source) }
    return (found.text, found.language)
  }

  private func sentence(_ source: String, context: String) -> (String, Language) {
    guard let found = inContext[context]?[SentenceKey(source)] else { return untranslated(source) }
    return (found.text, found.language)
  }

  private func sentence(_ one: String, _ many: String, _ count: Int) -> (String, Language, Formats) {
    guard let found = plurals[SentenceKey(one)] else {
      let (text, language) = untranslated(PluralRule.english.form(for: count) == 0 ? one : many)
      return (text, language, .english)
    }
    return (found.forms[found.voice.rule.form(for: count)], found.voice.language, found.voice.formats)
  }

  private func untranslated(_ source: String) -> (String, Language) { (source, isPseudo ? .pseudo : .english) }

  private func filled(_ text: String, _ values: [String: String], count: (number: Int, formats: Formats)? = nil) -> String {
    if values.isEmpty && count == nil && !isPseudo { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 40)
    Placeholders.scan(text) {
      // A stretch of the sentence goes over without a string of its own.
      if isPseudo { result += marked($0) } else { result += $0 }
    } placeholder: { name in
      if let value = values[name] {
        result += value
      } else if let count, name == "count" {
        result += count.formats.number(count.number)
      } else {
        result += "{"
        result += name
        result += "}"
      }
    }
    return result
  }

  private func pattern(of text: String, in language: Language) -> PhrasePattern {
    var pieces: [PhrasePattern.Piece] = []
    Placeholders.scan(text) {
      pieces.append(.text(marked($0)))
    } placeholder: {
      pieces.append(.placeholder($0))
    }
    return PhrasePattern(pieces: pieces, language: language)
  }

  private func marked(_ text: some StringProtocol) -> String { isPseudo ? "⟦\(text)⟧" : String(text) }
}

/// A sentence of the source, compared byte by byte. Swift's own hash of a string would first normalize what is not ASCII, curly
/// quotation marks for one, and there is no need: translators' files hold what was read from the source.
struct SentenceKey: Sendable, Hashable {
  private let text: String

  init(_ text: String) { self.text = text }

  static func == (a: SentenceKey, b: SentenceKey) -> Bool {
    let same = a.text.utf8.withContiguousStorageIfAvailable { a in
      b.text.utf8.withContiguousStorageIfAvailable { b in
        guard a.count == b.count else { return false }
        guard let left = a.baseAddress, let right = b.baseAddress else { return true }
        return memcmp(left, right, a.count) == 0
      }
    }
    return (same ?? nil) ?? a.text.utf8.elementsEqual(b.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    let hashed: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    if hashed == nil { for byte in text.utf8 { hasher.combine(byte) } }
  }
}

/// A sentence in the language it was found in.
struct Sentence: Sendable {
  let text: String
  let language: Language
}

/// A sentence about a number of things in the language it was found in.
struct PluralSentence: Sendable {
  /// As many as the language's rule has.
  let forms: [String]
  let voice: Voice
}

/// What a language needs to speak of a number.
final class Voice: Sendable {
  let language: Language
  let rule: PluralRule
  let formats: Formats

  init(language: Language, rule: PluralRule, formats: Formats) {
    self.language = language
    self.rule = rule
    self.formats = formats
  }
}

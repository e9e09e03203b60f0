/// A sentence carried untranslated, from where no reader is known (an error thrown by a use case) to where one is.
///
/// Always written `Message("…")`, never `.init("…")`: `Tools/extract-strings` looks for the name.
public struct Message: Sendable, Equatable, Codable {
  /// The sentence in English; for one, where a number matters.
  public let source: String
  /// The English sentence for several, where a number matters.
  public let many: String?
  /// The number that matters.
  public let count: Int?
  /// What each placeholder becomes.
  public let values: [String: String]

  /// - Parameters:
  ///   - source: the sentence in English, a plain literal.
  ///   - values: what each `{name}` in it becomes.
  public init(_ source: String, _ values: [String: String] = [:]) {
    self.source = source
    self.many = nil
    self.count = nil
    self.values = values
  }

  /// A sentence about a number of things.
  ///
  /// - Parameters:
  ///   - one: the English sentence for one, a plain literal.
  ///   - many: the English sentence for any other number, a plain literal.
  ///   - count: the number. It fills `{count}`.
  ///   - values: what each other `{name}` becomes.
  public init(_ one: String, _ many: String, _ count: Int, _ values: [String: String] = [:]) {
    self.source = one
    self.many = many
    self.count = count
    self.values = values
  }

  /// A sentence that was stored; where it was first written, `Message("…")` stood.
  public init(stored source: String, _ values: [String: String]) {
    self.init(source, values)
  }

  /// The same, about a number of things.
  public init(stored one: String, _ many: String, _ count: Int, _ values: [String: String]) {
    self.init(one, many, count, values)
  }

  /// - Parameter localizer: speaks the reader's language.
  public func phrase(in localizer: Localizer = Localization.current) -> Phrase {
    guard let many, let count else { return localizer.phrase(source, values) }
    return localizer.phrase(source, many, count, values)
  }
}

/// A sentence ready to be read, and the language it is really in.
public struct Phrase: Sendable, Equatable, CustomStringConvertible {
  /// The sentence, its placeholders filled. Plain text: whoever writes it into HTML escapes it.
  public let text: String
  /// The language of `text`. It is not the reader's where the sentence has no translation yet, and a page then says so in `lang`.
  public let language: Language

  /// - Parameters:
  ///   - text: the sentence, already in its language.
  ///   - language: the language it is in.
  public init(text: String, language: Language) {
    self.text = text
    self.language = language
  }

  public var description: String { text }
}

/// A translated sentence whose placeholders are still open, for callers who fill them with something other than text: a link, or
/// a name that must be isolated from the direction of the sentence around it.
public struct PhrasePattern: Sendable, Equatable {
  /// A part of a sentence.
  public enum Piece: Sendable, Equatable {
    /// Words of the sentence, in its language.
    case text(String)
    /// The name of a placeholder: `{name}` without the braces.
    case placeholder(String)
  }

  /// The parts of the sentence in the order they are read.
  public let pieces: [Piece]
  /// The language the sentence is really in.
  public let language: Language
}

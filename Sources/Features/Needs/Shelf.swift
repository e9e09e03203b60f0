import Kernel

/// What a need asks of a catalogue.
public struct Question: Sendable {
  public let words: String
  /// BCP 47 tag of the words; `und` when nobody knows.
  public let language: String
  public let constraints: [Need.Constraint]
  /// ISO 3166-1 alpha-2; empty when nobody knows.
  public let country: String

  public init(words: String, language: String, constraints: [Need.Constraint], country: String = "") {
    self.words = words
    self.language = language
    self.constraints = constraints
    self.country = country
  }
}

/// A catalogue from which needs are answered: tools now; lessons, opportunities and solved needs likewise.
public struct Shelf: Sendable {
  /// `tools`.
  public let name: String
  /// The best answers, best first; none when nothing it knows fits. It reads memory only.
  public let find: @Sendable (Question, _ limit: Int) -> [Suggestion]
  /// What is shown of items of this shelf, by id; those that are no longer there are missing.
  public let show: @Sendable (_ ids: [String]) -> [String: ShelfItem]

  public init(
    name: String, find: @escaping @Sendable (Question, _ limit: Int) -> [Suggestion],
    show: @escaping @Sendable (_ ids: [String]) -> [String: ShelfItem]
  ) {
    self.name = name
    self.find = find
    self.show = show
  }
}

/// One answer of a shelf, with what speaks for it.
public struct Suggestion: Sendable, Equatable {
  public let item: String
  /// 0…1; means the same on every question.
  public let score: Double
  public let reason: Reason

  public init(item: String, score: Double, reason: Reason) {
    self.item = item
    self.score = score
    self.reason = reason
  }
}

/// Why something was prescribed: kept as facts, said in the reader's language.
public struct Reason: Sendable, Equatable {
  /// Concepts found in the words.
  public var problems: [String]
  /// Concepts of what the item does that answer them.
  public var functions: [String]
  /// Words that both hold.
  public var words: [String]
  /// Conditions of which nobody knows whether the item meets them.
  public var unknown: [Need.Constraint]

  public init(problems: [String] = [], functions: [String] = [], words: [String] = [], unknown: [Need.Constraint] = []) {
    self.problems = problems
    self.functions = functions
    self.words = words
    self.unknown = unknown
  }
}

/// What a prescription shows of an item.
public struct ShelfItem: Sendable, Equatable {
  public let id: String
  /// Its id where it came from.
  public let externalID: String?
  public let name: String
  /// A sentence or two.
  public let text: String
  /// BCP 47 tag of the text.
  public let language: String
  /// Its page on this site.
  public let path: String
  /// Where one begins.
  public let start: Start
  public let isDemonstration: Bool

  /// The first step a reader can take.
  public enum Start: Sendable, Equatable {
    /// Open its site and try it.
    case site(String)
    /// Only its source is known: somebody technical has to set it up.
    case source(String)
    /// Nothing but its page here.
    case read
    /// How another group solved the like.
    case story
  }

  public init(
    id: String, externalID: String?, name: String, text: String, language: String, path: String, start: Start,
    isDemonstration: Bool
  ) {
    self.id = id
    self.externalID = externalID
    self.name = name
    self.text = text
    self.language = language
    self.path = path
    self.start = start
    self.isDemonstration = isDemonstration
  }
}

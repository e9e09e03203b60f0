#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Every number that decides how much something counts, in one place. They were chosen on the 28 public needs of the development
/// set with coarse steps (factors of about 1.5), and none of them stands for a single need.
enum Weights {
  // MARK: Concepts from words

  /// Inverse document frequency with a concept as the document (Robertson and Spärck Jones, smoothed so that it is never
  /// negative): ln((1 + all) / (0.5 + holders)), at least 0.1. A vocabulary counts as 400 concepts at least, so that a small one
  /// is as sure of its words as a large one.
  static func idf(holders: Int, of all: Int) -> Double {
    max(0.1, log((1 + Double(max(all, 400))) / (0.5 + Double(holders))))
  }

  /// What a stop word adds to a phrase that is met only as it is written.
  static let stopWordIDF = 0.5

  /// How sure a phrase makes us: its idf mass, saturating. A word only one of 400 concepts has gives 0.65, two such words 0.79, a
  /// word that 30 concepts have 0.46.
  static func specificity(mass: Double) -> Double { mass / (mass + 3) }

  /// Longer phrases are left out of a lexicon: nobody says them word for word.
  static let longestPhrase = 8
  /// Two-word phrases are met written as one from this many bytes on.
  static let shortestJoined = 6

  /// One word between the phrase's words, or another order.
  static let looseOrder = 0.85
  /// All words but one of a phrase of three or more, if those met have at least `leastCoverage` of its idf mass.
  static let oneWordMissing = 0.6
  static let leastCoverage = 0.65
  /// Only the stem is the same: "maps" for "map", but also "cuenta" for "cuento".
  static let stemOnly = 0.85
  /// Misspelt, see `Spelling.trust`.
  static let oneVowel = 0.8
  static let twoVowels = 0.65
  static let noVowels = 0.65
  static let oneEdit = 0.6
  static let twoEdits = 0.45
  /// Unknown words that are mended in one text; a text with more is not one that was misspelt.
  static let mostMended = 100
  /// A phone spelling from the table of the language.
  static let shorthand = 0.9
  /// A phrase inside a longer phrase that was met as well: "sms" in "sms survey".
  static let insideLonger = 0.5
  /// Words typical of a concept, none of its phrases: their idf mass, in which a word that is half of a phrase counts half,
  /// saturating far below what a phrase would give.
  static func typicalWords(mass: Double, words: Int) -> Double {
    words < leastTypicalWords && mass < aloneMass ? 0 : typicalMost * mass / (mass + typicalHalf)
  }
  static let typicalMost = 0.6
  static let typicalHalf = 6.0
  /// One word is enough only if it has this much mass, as much as a rare word that is a phrase of its own.
  static let leastTypicalWords = 2
  static let aloneMass = 5.0
  static let leastTypical = 0.2
  /// How far apart, in content words, such words may be.
  static let typicalReach: Int32 = 15

  /// "We already have", "we do not need".
  static let negated = 0.15
  /// How many words a negation reaches at most.
  static let negationReach = 8
  /// English words in a text of another language that the other lexicon does not know.
  static let loanWord = 0.8
  /// In bytes.
  static let shortestLoanWord = 4

  // MARK: From concepts to what answers them

  /// A problem leads to its solutions, the first one most.
  static func solves(rank: Int) -> Double { 0.9 * pow(0.85, Double(rank)) }

  /// A widest concept with narrower ones ("farming") is a heading: who is heard to speak of farmers need not want farming
  /// software.
  static let heading = 0.5

  /// Somebody who asks for a concept is also a little served by what has only the more general one.
  static func generalization(steps: Int) -> Double { pow(0.3, Double(steps)) }

  /// A document that has a concept has the more general ones too.
  static func inheritance(steps: Int) -> Double { steps == 1 ? 0.6 : pow(0.6, Double(steps)) }

  static let solutionsEmphasis = ["function": 1.0, "problem": 0.5, "cause": 0.4, "skill": 0.25]
  /// Kinds of concepts emphasized at least so much say what a document is for; the others, and single words, only where it
  /// belongs.
  static let purposeEmphasis = 0.5
  /// In answer to a need, what says where a document belongs counts at most this share of what says what it is for: a tool for
  /// women's groups is no answer to a women's group that asks for sewing machines.
  static let settingMost = 0.5
  /// Aims lighter than this are not worth looking up.
  static let leastAim = 0.02

  // MARK: Documents

  /// How telling a concept or word is among documents, 0…1: its inverse document frequency over the greatest one. A thousand
  /// documents without it are added to the count, because a small collection says little about how common a thing is: on a node
  /// with five lessons, all about bookkeeping, bookkeeping still tells something.
  static func rarity(holders: Int, of all: Int) -> Double {
    let documents = log(Double(all) + 1000)
    return max(0.05, 1 - log(Double(max(1, holders))) / documents)
  }

  /// BM25's saturation and length normalization (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
  /// Beyond", 2009).
  static let k1 = 1.2
  static let b = 0.75

  /// A query word met in a document of another language: a name or loan word, or chance.
  static let otherLanguage = 0.35
  /// A prefix or a mended word in a search box.
  static let prefix = 0.8

  static let conceptEvidence = 1.0
  static let expandedText = 0.8
  static let directText = 0.25
  static let directTextInBox = 2.0
  /// Length normalization for concepts, as BM25's b is for words: a text that speaks of many things is less about each.
  static let conceptLength = 0.4
  /// The evidence at which the score is 1/2.
  static let halfScore = 1.0
  /// A constraint of which it is not known whether it is met.
  static let unknownConstraint = 0.9

  static func unknown(constraints: Int) -> Double { constraints == 0 ? 1 : pow(unknownConstraint, Double(constraints)) }

  /// Concepts that give less of a hit's evidence are not named as a reason.
  static let leastShare = 0.05

  static func threshold(_ style: Query.Style) -> Double {
    switch style {
    case .need: 0.3
    case .searchBox: 0.15
    }
  }
}

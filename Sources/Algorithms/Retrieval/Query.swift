/// A condition an answer must meet, such as `offline`, `basic_phone`, `no_cost` or `language:hi`. Conditions are compared by
/// name.
public struct Constraint: Sendable, Hashable, Comparable, RawRepresentable, ExpressibleByStringLiteral {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public init(stringLiteral value: String) { rawValue = value }

  /// Works without a connection.
  public static let offline: Constraint = "offline"
  /// Works on a phone that only calls and sends text messages.
  public static let basicPhone: Constraint = "basic_phone"
  /// Costs nothing.
  public static let noCost: Constraint = "no_cost"

  /// Can be used in the language with this BCP 47 tag.
  public static func language(_ tag: String) -> Constraint { Constraint(rawValue: "language:\(tag)") }

  public static func < (left: Constraint, right: Constraint) -> Bool { left.rawValue < right.rawValue }
}

/// What somebody asks of a `SearchIndex`: made once, it can be put to any number of indexes that share its finder.
public struct Query: Sendable {
  public enum Style: Sendable {
    /// A need in a person's own words: what it is about decides, single common words do not.
    case need
    /// A search box: every word counts, the last one may be unfinished, spelling is forgiven.
    case searchBox
  }

  public let words: String
  /// BCP 47, nil if not known.
  public let language: String?
  public let constraints: Set<Constraint>
  public let style: Style
  /// What the words speak of.
  public let found: [FoundConcept]

  let aims: [Aim]

  /// - Parameters:
  ///   - words: as they were written.
  ///   - language: a BCP 47 tag, or nil if it is not known.
  ///   - constraints: conditions; see `SearchIndex.search`.
  ///   - found: what the words speak of, if it is known already or a person has corrected it; nil to let `finder` find it.
  ///   - finder: the one the indexes to be asked were made with.
  public init(
    _ words: String, language: String?, constraints: Set<Constraint> = [], style: Style = .need, found: [FoundConcept]? = nil,
    finder: ConceptFinder
  ) {
    self.words = words
    self.language = language
    self.constraints = constraints
    self.style = style
    self.found = found ?? finder.find(in: words, language: language)
    aims = Aim.aims(of: self.found, finder: finder)
  }

  /// A concept to look for among documents.
  struct Aim {
    let concept: Int32
    /// 0…1.
    let weight: Double
    /// Where it comes from, weightiest first: the concept found in the words and how it leads here.
    let sources: [(asked: Int32, path: MatchedConcept.Path, weight: Double)]

    /// The concepts found, what solves them, and at less weight what is more general than either. Several ways to one concept add
    /// up as independent evidence does.
    fileprivate static func aims(of found: [FoundConcept], finder: ConceptFinder) -> [Aim] {
      let relations = finder.relations
      var sources: [Int32: [(asked: Int32, path: MatchedConcept.Path, weight: Double)]] = [:]
      for item in found {
        guard let asked = finder.index(item.concept), item.strength > 0 else { continue }
        var paths: [Int32: (path: MatchedConcept.Path, weight: Double)] = [:]
        func lead(_ concept: Int32, _ path: MatchedConcept.Path, _ weight: Double) {
          if weight > paths[concept]?.weight ?? 0 { paths[concept] = (path, weight) }
        }
        lead(asked, .same, item.strength * (relations.isHeading[Int(asked)] ? Weights.heading : 1))
        for (rank, solution) in relations.solvedBy[Int(asked)].enumerated() {
          lead(solution, .solves(rank: rank), item.strength * Weights.solves(rank: rank))
        }
        for (general, steps) in relations.ancestors[Int(asked)] {
          let weight = item.strength * Weights.generalization(steps: steps)
          lead(general, .broader, weight)
          for (rank, solution) in relations.solvedBy[Int(general)].enumerated() {
            lead(solution, .solves(rank: rank), weight * Weights.solves(rank: rank))
          }
        }
        for (concept, path) in paths { sources[concept, default: []].append((asked, path.path, path.weight)) }
      }
      return sources.map { concept, sources in
        let sorted = sources.sorted { ($1.weight, $0.asked) < ($0.weight, $1.asked) }
        return Aim(concept: concept, weight: 1 - sorted.reduce(1) { $0 * (1 - $1.weight) }, sources: sorted)
      }
      .sorted { ($1.weight, $0.concept) < ($0.weight, $1.concept) }
    }
  }
}

public import Database
public import Kernel
public import Localization
public import People

/// Something that exists already and does something small organizations need: software, content, data.
public struct Tool: Sendable, Equatable {
  public enum State: String, Sendable, CaseIterable, SQLCodable {
    /// Somebody told us of it; nobody has looked yet.
    case suggested
    /// In the catalogue.
    case published
    /// Looked at and left out. It stays known, so that it is not looked at again.
    case refused
  }

  /// Where it came from.
  public enum Source: String, Sendable, CaseIterable, SQLCodable {
    /// The registry of the Digital Public Goods Alliance.
    case digitalPublicGoods = "dpg"
    /// A publiccode.yml file.
    case publiccode
    /// Anybody.
    case suggestion
    /// A facilitator or a moderator of this node.
    case curated
  }

  /// Something it does, from the vocabulary.
  public struct Function: Sendable, Equatable {
    public let concept: String
    /// 0…1; 1 when a person confirmed it.
    public let confidence: Double
    /// A person said so; otherwise it was found in the description automatically.
    public let isConfirmed: Bool
  }

  public let id: ID<Tool>
  public var facts: ToolFacts
  /// Concepts of every kind with how sure we are, as they were found in its texts or confirmed.
  public var tags: [Tag]
  /// Whether a person has chosen the functions; then they are never replaced automatically.
  public var hasConfirmedFunctions: Bool
  public var source: Source
  /// What its source calls it; unique within the source.
  public let externalID: String?
  public let origin: Organization.Origin
  public var state: State
  /// What people here have corrected: no import changes it back.
  public var corrected: Set<ToolFacts.Name>
  /// The node that alone may change it.
  public let home: String
  public var version: Int
  public let createdAt: Timestamp
  public var changedAt: Timestamp
  /// When its facts were last compared with where they come from, by an import that changed something or by a person.
  public var checkedAt: Timestamp

  /// A concept with how sure we are.
  public struct Tag: Sendable, Equatable {
    public let concept: String
    /// Thousandths, 0…1000: whole numbers are the same after being stored.
    public let permille: Int

    public init(_ concept: String, permille: Int) {
      self.concept = concept
      self.permille = permille
    }

    public var weight: Double { Double(permille) / 1000 }
  }

  /// What it does, the surest first.
  public var functions: [Function] {
    tags.filter { $0.concept.hasPrefix("function.") }
      .map { Function(concept: $0.concept, confidence: $0.weight, isConfirmed: hasConfirmedFunctions) }
      .sorted { ($1.confidence, $0.concept) < ($0.confidence, $1.concept) }
  }
}

/// What is known of a tool: everything that a source says and a person may correct.
public struct ToolFacts: Sendable, Equatable {
  public enum Cost: String, Sendable, CaseIterable, SQLCodable {
    /// Using it costs nothing. A server to run it on may.
    case free
    case paid, unknown
  }

  /// Whether somebody looks after it.
  public enum Upkeep: String, Sendable, CaseIterable, SQLCodable {
    case active
    /// Its source has put its entry into an archive, which says little about the tool itself.
    case archivedBySource
    case ended
    case unknown
  }

  /// What sort of thing it is.
  public enum Kind: String, Sendable, CaseIterable {
    case software, content, data, model, standard
  }

  /// A fact, by name.
  public enum Name: String, Sendable, CaseIterable {
    case name, description, otherNames, kinds, makers, platforms, languages, licence, cost, worksOffline, worksOnBasicPhone,
      upkeep,
      website, repository, sectors
  }

  public var name: String
  /// Plain text; lines are kept.
  public var description: String
  /// BCP 47 tag of the description.
  public var language: String
  public var otherNames: [String]
  public var kinds: [Kind]
  /// Who makes it.
  public var makers: [String]
  /// As publiccode.yml names them: `web`, `android`, `windows`, or the source's own word. Empty when not known.
  public var platforms: [String]
  /// BCP 47 tags of all languages it can be used in. Empty when not known.
  public var languages: [String]
  /// An SPDX licence expression.
  public var licence: String?
  public var cost: Cost
  /// Works without a connection; nil when not known.
  public var worksOffline: Bool?
  /// Works on a telephone that only calls and sends text messages; nil when not known.
  public var worksOnBasicPhone: Bool?
  public var upkeep: Upkeep
  /// An http or https address.
  public var website: String?
  /// An http or https address.
  public var repository: String?
  /// The fields it serves, in the words of its source.
  public var sectors: [String]

  /// Unicode scalars.
  public static let longestName = 200
  /// Unicode scalars; room for a publiccode.yml's long description (at most 10,000) with its features.
  public static let longestDescription = 12_000
  /// Unicode scalars of a suggested description: a few sentences.
  public static let longestSuggestion = 2_000

  public init(
    name: String, description: String, language: String, otherNames: [String] = [], kinds: [Kind] = [], makers: [String] = [],
    platforms: [String] = [], languages: [String] = [], licence: String? = nil, cost: Cost = .unknown, worksOffline: Bool? = nil,
    worksOnBasicPhone: Bool? = nil, upkeep: Upkeep = .unknown, website: String? = nil, repository: String? = nil,
    sectors: [String] = []
  ) {
    self.name = name
    self.description = description
    self.language = language
    self.otherNames = otherNames
    self.kinds = kinds
    self.makers = makers
    self.platforms = platforms
    self.languages = languages
    self.licence = licence
    self.cost = cost
    self.worksOffline = worksOffline
    self.worksOnBasicPhone = worksOnBasicPhone
    self.upkeep = upkeep
    self.website = website
    self.repository = repository
    self.sectors = sectors
  }

  /// Takes one fact from elsewhere. A description brings its language.
  mutating func take(_ name: Name, from other: ToolFacts) {
    switch name {
    case .name: self.name = other.name
    case .description: (description, language) = (other.description, other.language)
    case .otherNames: otherNames = other.otherNames
    case .kinds: kinds = other.kinds
    case .makers: makers = other.makers
    case .platforms: platforms = other.platforms
    case .languages: languages = other.languages
    case .licence: licence = other.licence
    case .cost: cost = other.cost
    case .worksOffline: worksOffline = other.worksOffline
    case .worksOnBasicPhone: worksOnBasicPhone = other.worksOnBasicPhone
    case .upkeep: upkeep = other.upkeep
    case .website: website = other.website
    case .repository: repository = other.repository
    case .sectors: sectors = other.sectors
    }
  }

  /// The facts in which two differ.
  func differences(from other: ToolFacts) -> [Name] {
    Name.allCases.filter { name in
      var copy = self
      copy.take(name, from: other)
      return copy != self
    }
  }
}

extension Tool.Source {
  public var label: Phrase {
    switch self {
    case .digitalPublicGoods: tr("The registry of the Digital Public Goods Alliance")
    case .publiccode: tr("A publiccode.yml file of its makers")
    case .suggestion: tr("A suggestion by somebody who knows it")
    case .curated: tr("The people who run this site")
    }
  }
}

extension ToolFacts.Cost {
  public var label: Phrase {
    switch self {
    case .free: tr("Costs nothing to use. A server to run it on may cost something.")
    case .paid: tr("Has to be paid for")
    case .unknown: tr("We do not know what it costs")
    }
  }
}

extension ToolFacts.Upkeep {
  public var label: Phrase {
    switch self {
    case .active: tr("Somebody looks after it")
    case .archivedBySource:
      tr("Its entry lies in the archive of where we have it from. Look at its own site whether somebody looks after it.")
    case .ended: tr("Nobody looks after it any more")
    case .unknown: tr("We do not know whether somebody looks after it")
    }
  }
}

extension ToolFacts.Kind {
  public var label: Phrase {
    switch self {
    case .software: trc("kind of tool", "Software")
    case .content: trc("kind of tool", "Content to read, watch or teach with")
    case .data: trc("kind of tool", "Data")
    case .model: trc("kind of tool", "A model for artificial intelligence")
    case .standard: trc("kind of tool", "A standard")
    }
  }
}

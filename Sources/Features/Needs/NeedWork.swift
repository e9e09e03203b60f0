public import Kernel
import Localization
import Retrieval
public import Vocabulary

extension Need {
  /// What a need asks of whoever helps, as a facilitator or the organization judges it.
  public struct Work: Sendable, Equatable {
    public var skills: [String]
    public var effort: Effort?
    public var neededBy: Timestamp?
    public var isOnSite: Bool
    /// Whether there are parts left for others while somebody works on it; nil leaves that as it is.
    public var seeksMore: Bool?

    public init(
      skills: [String] = [], effort: Effort? = nil, neededBy: Timestamp? = nil, isOnSite: Bool = false,
      seeksMore: Bool? = nil
    ) {
      self.skills = skills
      self.effort = effort
      self.neededBy = neededBy
      self.isOnSite = isOnSite
      self.seeksMore = seeksMore
    }

    /// Reads what was typed or sent; empty texts are no answers.
    /// - Parameters:
    ///   - neededBy: a day: `2026-03-01`. Until its end in UTC.
    ///   - check: takes the complaints.
    init(
      skills: [String], effort: String, neededBy: String, isOnSite: Bool, seeksMore: Bool?, knowing vocabulary: Vocabulary,
      _ check: inout FieldCheck
    ) throws {
      self.init(isOnSite: isOnSite, seeksMore: seeksMore)
      let known = skills.filter { vocabulary.entry($0)?.kind == .skill }
      if known.count < skills.count || known.count > Self.mostSkills {
        check.complain("skills", Message("Please choose up to 10 skills from the list."))
      }
      self.skills = known.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      if !effort.isEmpty { self.effort = check.choice("effort", effort, among: Effort.allCases) }
      if !neededBy.isEmpty {
        self.neededBy = Timestamp(iso8601: neededBy + "T23:59:59Z")
        if self.neededBy == nil { check.complain("neededBy", Message("This is a day such as 2026-03-01.")) }
      }
    }

    public static let mostSkills = 10
  }

  /// The work as it stands.
  public var work: Work { Work(skills: skills, effort: effort, neededBy: neededBy, isOnSite: isOnSite) }

  mutating func take(_ work: Work) {
    (skills, effort, neededBy, isOnSite) = (work.skills, work.effort, work.neededBy, work.isOnSite)
    if let seeksMore = work.seeksMore { self.seeksMore = seeksMore }
  }

  /// The skills it asks for: those a facilitator chose, or what its words speak of until one has.
  public func skillsAsked(_ vocabulary: Vocabulary) -> [String] {
    skills.isEmpty
      ? vocabulary.skills(for: vocabulary.finder.find(in: asked.text, language: asked.language).map(\.concept)) : skills
  }
}

extension Vocabulary {
  /// The skills that concepts ask for: those that are named, and those that help with the problems.
  /// - Parameter concepts: the strongest first; only those say something of the work.
  func skills(for concepts: [String]) -> [String] {
    var found: [String] = []
    for concept in concepts.compactMap(entry) {
      let skills = concept.kind == .skill ? [concept.id] : skills(helpingWith: concept.id)
      for skill in skills where !found.contains(skill) { found.append(skill) }
    }
    return Array(found.prefix(5))
  }
}

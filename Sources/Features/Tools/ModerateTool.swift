public import Journal
public import Kernel
import Localization
public import People
public import Vocabulary

/// A facilitator or moderator decides on a suggestion, or takes a tool out of the catalogue, or back into it.
public struct DecideOnTool: Sendable {
  public enum Decision: String, Sendable {
    case publish, refuse
  }

  let id: ID<Tool>
  let version: Int
  let decision: Decision

  /// - Parameter version: of the tool that was read; a newer one is not decided on.
  public init(_ id: ID<Tool>, version: Int, decision: Decision) {
    self.id = id
    self.version = version
    self.decision = decision
  }

  public func callAsFunction(in act: Act) throws -> Tool {
    var tool = try act.toolToModerate(id)
    let next: Tool.State = decision == .publish ? .published : .refused
    guard tool.state != next else { return tool }
    guard tool.version == version else { throw ToolConflict.changedMeanwhile }
    tool.state = next
    return try act.store(tool, event: next.rawValue, isChecked: decision == .publish)
  }
}

/// A facilitator or moderator corrects what is said of a tool, and confirms what it does.
public struct CorrectTool: Sendable {
  let id: ID<Tool>
  let version: Int
  let statement: ToolStatement
  let upkeep: String
  let functions: [String]
  let vocabulary: Vocabulary
  let tagger: ToolTagger

  /// - Parameters:
  ///   - version: of the tool that was read; a newer one is not overwritten.
  ///   - upkeep: `ToolFacts.Upkeep`.
  ///   - functions: ids of what it does, as a person has confirmed them.
  public init(
    _ id: ID<Tool>, version: Int, statement: ToolStatement, upkeep: String, functions: [String], vocabulary: Vocabulary,
    tagger: ToolTagger
  ) {
    self.id = id
    self.version = version
    self.statement = statement
    self.upkeep = upkeep
    self.functions = functions
    self.vocabulary = vocabulary
    self.tagger = tagger
  }

  public func callAsFunction(in act: Act) throws -> Tool {
    var tool = try act.toolToModerate(id)
    guard tool.version == version else { throw ToolConflict.changedMeanwhile }
    var check = FieldCheck()
    let stated = try check.take { try statement.facts(longest: ToolFacts.longestDescription) }
    let upkeep = ToolFacts.Upkeep(rawValue: upkeep)
    if upkeep == nil { check.complain("upkeep", Message("Please choose one of the answers.")) }
    if functions.contains(where: { vocabulary.entry($0)?.kind != .function }) {
      check.complain("functions", Message("One of these functions is not in the vocabulary."))
    }
    try check.finish()
    guard let stated, let upkeep else { return tool }
    var facts = tool.facts
    for name in Self.asked { facts.take(name, from: stated) }
    facts.upkeep = upkeep
    tool.corrected.formUnion(tool.facts.differences(from: facts))
    tool.facts = facts
    tool.hasConfirmedFunctions = true
    tool.tags = ToolTagger.confirmed(functions, among: tagger.tags(of: facts))
    return try act.store(tool, event: "corrected", isChecked: true)
  }

  /// What the form asks; everything else stays.
  private static let asked: [ToolFacts.Name] = [
    .name, .description, .website, .repository, .licence, .languages, .cost, .worksOffline, .worksOnBasicPhone,
  ]
}

/// Removes every tool of an origin: demonstration records, when they have served.
public struct RemoveTools: Sendable {
  let origin: Organization.Origin

  public init(of origin: Organization.Origin) {
    self.origin = origin
  }

  /// - Returns: how many there were.
  public func callAsFunction(in act: Act) throws -> Int {
    guard ToolPolicy.mayImport(act.actor) else { throw DomainError.forbidden }
    let store = ToolStore(act.connection)
    let ids = try store.ids(of: origin)
    try store.delete(ids)
    for id in ids { try act.record(Event("tools", "removed", subject: id.rawValue)) }
    return ids.count
  }
}

/// What can be in the way of changing a tool.
enum ToolConflict {
  static let changedMeanwhile = DomainError.conflict(
    Message("Somebody else has changed this tool meanwhile. Look at it again; what you send now replaces what they wrote."))
}

extension Act {
  /// - Throws: `DomainError.notFound` where there is no such tool or the actor may not know of it, `forbidden` where they may not change it.
  fileprivate func toolToModerate(_ id: ID<Tool>) throws -> Tool {
    guard let tool = try ToolStore(connection).find(id), ToolPolicy.maySee(actor, tool) else { throw DomainError.notFound }
    guard ToolPolicy.mayModerate(actor) else { throw DomainError.forbidden }
    return tool
  }
}

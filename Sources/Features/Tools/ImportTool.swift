public import Journal
import Kernel
public import People

/// A tool another catalogue describes comes in, or is brought up to date.
public struct ImportTool: Sendable {
  public enum Outcome: String, Sendable, Equatable {
    case new, changed, unchanged
  }

  let imported: ImportedTool
  let tagger: ToolTagger
  let origin: Organization.Origin
  /// Found before the transaction, because reading takes its time.
  private let tags: [Tool.Tag]

  public init(_ imported: ImportedTool, tagger: ToolTagger, origin: Organization.Origin = .imported) {
    self.imported = imported
    self.tagger = tagger
    self.origin = origin
    tags = tagger.tags(of: imported.facts)
  }

  /// What would become of a tool that is known already; the same when nothing would.
  func updated(_ known: Tool) -> Tool {
    var tool = known
    for name in ToolFacts.Name.allCases where !known.corrected.contains(name) { tool.facts.take(name, from: imported.facts) }
    tool.tags = tagger.tags(of: tool, found: tool.facts == imported.facts ? tags : tagger.tags(of: tool.facts))
    return tool
  }

  /// - Throws: `DomainError.forbidden` for whoever does not run the node.
  public func callAsFunction(in act: Act) throws -> Outcome {
    guard ToolPolicy.mayImport(act.actor) else { throw DomainError.forbidden }
    let store = ToolStore(act.connection)
    guard let known = try store.find(imported.source, externalID: imported.externalID) else {
      let tool = Tool(
        id: act.newID(), facts: imported.facts, tags: tags, hasConfirmedFunctions: false,
        source: imported.source, externalID: imported.externalID, origin: origin, state: .published, corrected: [],
        home: act.keys.nodeID, version: 1, createdAt: act.now, changedAt: act.now, checkedAt: act.now)
      try store.insert(tool)
      try act.record(
        Event("tools", "imported", subject: tool.id.rawValue, payload: ["source": .string(imported.source.rawValue)]))
      return .new
    }
    let tool = updated(known)
    guard tool != known else { return .unchanged }
    _ = try act.store(tool, event: "importedAgain", isChecked: true)
    return .changed
  }
}

extension Act {
  /// Stores a tool that was changed, and records it.
  /// - Parameter isChecked: whether its facts were compared with where they come from.
  /// - Throws: `DomainError.conflict` when somebody else has changed it since it was read.
  func store(_ changed: Tool, event: String, isChecked: Bool) throws -> Tool {
    var tool = changed
    tool.changedAt = now
    if isChecked { tool.checkedAt = now }
    guard try ToolStore(connection).update(tool) else { throw ToolConflict.changedMeanwhile }
    tool.version += 1
    try record(Event("tools", event, subject: tool.id.rawValue))
    return tool
  }
}

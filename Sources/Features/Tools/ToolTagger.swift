import Retrieval
public import Vocabulary

/// Finds in a tool's own texts what it does.
public struct ToolTagger: Sendable {
  private let reader: SearchIndex<String>

  public init(_ vocabulary: Vocabulary) {
    reader = SearchIndex(finder: vocabulary.finder)
  }

  /// The concepts its texts speak of, of every kind, by id.
  public func tags(of facts: ToolFacts) -> [Tool.Tag] {
    reader.concepts(in: Self.fields(facts))
      .map { Tool.Tag($0.concept, permille: Int(($0.weight * 1000).rounded())) }
      .filter { $0.permille > 0 }
  }

  /// The same, where a person's choice of functions stays as it is.
  func tags(of tool: Tool) -> [Tool.Tag] { tags(of: tool, found: tags(of: tool.facts)) }

  /// What was found in a tool's texts, where a person's choice of functions stays as it is.
  func tags(of tool: Tool, found: [Tool.Tag]) -> [Tool.Tag] {
    guard tool.hasConfirmedFunctions else { return found }
    return Self.sorted(found.filter { !$0.isFunction } + tool.tags.filter(\.isFunction))
  }

  /// Tags with a person's choice of functions among them.
  static func confirmed(_ functions: [String], among tags: [Tool.Tag]) -> [Tool.Tag] {
    sorted(tags.filter { !$0.isFunction } + Set(functions).map { Tool.Tag($0, permille: 1000) })
  }

  /// How much the words of each text count when tools are searched and when concepts are looked for.
  static func fields(_ facts: ToolFacts) -> [Field] {
    fields(
      name: facts.name, description: facts.description, language: facts.language, otherNames: facts.otherNames,
      sectors: facts.sectors)
  }

  static func fields(name: String, description: String, language: String, otherNames: [String], sectors: [String]) -> [Field] {
    var fields = [Field(name, weight: 2, language: language), Field(description, language: language)]
    if !otherNames.isEmpty { fields.append(Field(otherNames.joined(separator: ". "), language: language)) }
    // Registries name fields in English, with hyphens in publiccode.yml: `donor-management`.
    if !sectors.isEmpty {
      fields.append(Field(sectors.map { $0.replacing("-", with: " ") }.joined(separator: ". "), weight: 0.5, language: "en"))
    }
    return fields
  }

  private static func sorted(_ tags: [Tool.Tag]) -> [Tool.Tag] { tags.sorted { $0.concept < $1.concept } }
}

extension Tool.Tag {
  var isFunction: Bool { concept.hasPrefix("function.") }
}

import Kernel
public import Localization

/// A tool as another catalogue describes it.
public struct ImportedTool: Sendable, Equatable {
  public let source: Tool.Source
  /// What the source calls it.
  public let externalID: String
  public var facts: ToolFacts
  /// What of it was left out, and why.
  public var remarks: [Message]

  public init(source: Tool.Source, externalID: String, facts: ToolFacts, remarks: [Message] = []) {
    self.source = source
    self.externalID = externalID
    self.facts = facts
    self.remarks = remarks
  }

  /// One record of two that have the same id. The outcome is the same in whatever order they came: an entry that its source keeps wins over
  /// one it has archived, then the longer description; what the winner does not say is taken from the other.
  func merged(with other: ImportedTool) -> ImportedTool {
    let (best, rest) = outranks(other) ? (self, other) : (other, self)
    var merged = best
    let (a, b) = (best.facts, rest.facts)
    if a.name != b.name, ListedTool.key(a.name) != ListedTool.key(b.name) {
      merged.facts.otherNames = union(a.otherNames, [b.name])
    }
    merged.facts.otherNames = union(merged.facts.otherNames, b.otherNames)
    merged.facts.kinds = union(a.kinds, b.kinds)
    merged.facts.makers = union(a.makers, b.makers)
    merged.facts.sectors = union(a.sectors, b.sectors)
    merged.facts.platforms = union(a.platforms, b.platforms)
    merged.facts.languages = union(a.languages, b.languages)
    merged.facts.licence = a.licence ?? b.licence
    if a.cost == .unknown { merged.facts.cost = b.cost }
    merged.facts.worksOffline = a.worksOffline ?? b.worksOffline
    merged.facts.worksOnBasicPhone = a.worksOnBasicPhone ?? b.worksOnBasicPhone
    merged.facts.website = a.website ?? b.website
    merged.facts.repository = a.repository ?? b.repository
    return merged
  }

  private func outranks(_ other: ImportedTool) -> Bool {
    let (a, b) = (facts, other.facts)
    let (isKept, otherIsKept) = (a.upkeep != .archivedBySource, b.upkeep != .archivedBySource)
    if isKept != otherIsKept { return isKept }
    if a.description.utf8.count != b.description.utf8.count { return a.description.utf8.count > b.description.utf8.count }
    return (a.description, a.name, a.website ?? "") < (b.description, b.name, b.website ?? "")
  }

  private func union<T: Equatable>(_ a: [T], _ b: [T]) -> [T] { a + b.filter { !a.contains($0) } }
}

/// Reads the values of a record, and keeps what cannot be taken.
struct FactReader {
  private(set) var remarks: [Message] = []

  /// Words that must be there.
  /// - Throws: `DomainError.malformed` when they are not, or cannot be taken.
  static func words(_ text: String?, _ field: String, atMost longest: Int, lines: Bool = false) throws -> String {
    guard let text, let words = try checked(text, field, atMost: longest, lines: lines) else {
      throw DomainError.malformed(Message("The field “{field}” is missing or empty.", ["field": field]))
    }
    return words
  }

  /// A list of short words; empty ones and repetitions are left out.
  mutating func list(_ values: [String], _ field: String) -> [String] {
    var kept: [String] = []
    for value in values {
      do {
        if let value = try Self.checked(value, field, atMost: ToolFacts.longestName, lines: false), !kept.contains(value) {
          kept.append(value)
        }
      } catch {
        leaveOut(field)
      }
    }
    // More would be no list any more.
    if kept.count > 50 { leaveOut(field) }
    return Array(kept.prefix(50))
  }

  /// The first of several addresses that can be taken.
  mutating func address(_ values: [String], _ field: String) -> String? {
    var kept: String?
    for value in values where !value.allSatisfy(\.isWhitespace) {
      if let address = WebAddress.read(value) {
        kept = kept ?? address
      } else {
        leaveOut(field)
      }
    }
    return kept
  }

  mutating func leaveOut(_ field: String) {
    let remark = Message("The field “{field}” was left out: it is not what belongs there.", ["field": field])
    if !remarks.contains(remark) { remarks.append(remark) }
  }

  private static func checked(_ text: String, _ field: String, atMost longest: Int, lines: Bool) throws -> String? {
    do {
      return try Text(PlainText.read(text)).checkedIfPresent(field, atMost: longest, lines: lines)
    } catch DomainError.invalid(let errors) {
      let reason = errors.first?.message.phrase().text ?? ""
      throw DomainError.malformed(Message("The field “{field}” cannot be taken: {reason}", ["field": field, "reason": reason]))
    }
  }
}

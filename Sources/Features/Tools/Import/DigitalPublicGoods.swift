import Kernel
import Localization

/// Reads the registry of the Digital Public Goods Alliance: one JSON object a line, as in the files of its repository
/// `publicgoods-candidates`, with two members more: `_slug`, the file's name, and `_dir`, the folder it lies in.
public enum DigitalPublicGoods {
  /// - Parameter line: UTF-8, without the line end.
  /// - Throws: `DomainError.malformed` with the reason why the row cannot be taken.
  public static func parse(line: [UInt8]) throws -> ImportedTool {
    let row: JSON
    do {
      row = try JSON(decoding: line)
    } catch {
      throw DomainError.malformed(Message("This is no JSON: {reason}", ["reason": "\(error)"]))
    }
    guard row.object != nil else { throw DomainError.malformed(Message("This is no JSON object.")) }
    let slug = try FactReader.words(row["_slug"]?.string, "_slug", atMost: 200)
    let name = try FactReader.words(row["name"]?.string, "name", atMost: ToolFacts.longestName)
    let description = try FactReader.words(
      row["description"]?.string, "description", atMost: ToolFacts.longestDescription, lines: true)
    var reader = FactReader()
    // The registry is kept in English.
    var facts = ToolFacts(name: name, description: description, language: "en")
    facts.otherNames = reader.list(strings(row["aliases"]), "aliases").filter { $0 != name }
    facts.kinds = strings(row["type"]).compactMap(kind)
    facts.makers = reader.list(objects(row["organizations"]).compactMap { $0["name"]?.string }, "organizations")
    facts.sectors = reader.list(strings(row["sectors"]), "sectors")
    facts.licence = licence(row, &reader)
    if facts.licence.flatMap(Licence.costsNothing) == true { facts.cost = .free }
    facts.website = reader.address([row["website"]?.string ?? ""], "website")
    facts.repository = reader.address(objects(row["repositories"]).compactMap { $0["url"]?.string }, "repositories")
    // The archive holds entries whose review was not finished, well-kept software among them.
    if row["stage"]?.string == "archive" || row["_dir"]?.string == "archive" { facts.upkeep = .archivedBySource }
    return ImportedTool(source: .digitalPublicGoods, externalID: slug, facts: facts, remarks: reader.remarks)
  }

  /// Several licences cover several parts.
  private static func licence(_ row: JSON, _ reader: inout FactReader) -> String? {
    var names: [String] = []
    for entry in objects(row["license"]) {
      guard let text = entry["spdx"]?.string, !text.isEmpty else { continue }
      guard let name = Licence.read(text) else {
        reader.leaveOut("license")
        continue
      }
      if !names.contains(name) { names.append(name) }
    }
    if names.count > 1 { names = names.map { $0.contains(" ") ? "(\($0))" : $0 } }
    let whole = names.joined(separator: " AND ")
    return whole.isEmpty || whole.utf8.count > 200 ? nil : whole
  }

  private static func kind(_ type: String) -> ToolFacts.Kind? {
    type == "aimodel" ? .model : ToolFacts.Kind(rawValue: type)
  }

  private static func strings(_ json: JSON?) -> [String] { (json?.array ?? []).compactMap(\.string) }

  private static func objects(_ json: JSON?) -> [JSON] { (json?.array ?? []).filter { $0.object != nil } }
}

import Foundation
import Kernel
import Localization
import Needs
import People

/// A facilitator's table of what groups need, one need a row.
struct NeedTable {
  let heading: [String]
  let rows: [Row]

  struct Row {
    /// On which it begins, from 1.
    let line: Int
    /// As many cells as the heading has, or what is wrong with it.
    let cells: Result<[String], Flaw>
  }

  struct Flaw: Error {
    let message: Message
  }

  /// Rows below the heading. Who has more sends them in parts.
  static let mostRows = 500

  /// - Throws: `DomainError.invalid` about the field `table` when it is no table.
  init(_ text: String) throws {
    var reader = TableReader(Array(text.utf8))
    guard let first = reader.next(), case .success(let names) = first.content, names.count > 1 else {
      throw DomainError.invalid(
        "table",
        Message("This is no table. The first line names the columns, such as: group, need. Below it, each line is one need."))
    }
    heading = names.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    var rows: [Row] = []
    while let next = reader.next() {
      guard rows.count < Self.mostRows else {
        throw DomainError.invalid("table", Message("These are more than 500 needs. Please send them in parts."))
      }
      rows.append(Row(line: next.line, cells: Self.cells(next.content, columns: heading.count)))
    }
    self.rows = rows
  }

  /// Spreadsheets leave out empty cells at the end of a row, and add some.
  private static func cells(_ content: Result<[String], TableReader.Flaw>, columns: Int) -> Result<[String], Flaw> {
    switch content {
    case .success(let cells):
      let trimmed = cells.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
      guard trimmed.dropFirst(columns).allSatisfy(\.isEmpty) else {
        return .failure(
          Flaw(
            message: Message(
              "The row has {count} cells, the heading {columns}. A cell with the sign that parts cells stands in quotation marks.",
              ["count": String(cells.count), "columns": String(columns)])))
      }
      return .success(Array((trimmed + Array(repeating: "", count: columns)).prefix(columns)))
    case .failure(.neverClosed): return .failure(Flaw(message: Message("A quotation mark is opened and never closed.")))
    case .failure(.textAfterQuote):
      return .failure(
        Flaw(
          message: Message(
            "There is text behind a closing quotation mark. A quotation mark inside a cell is written twice.")))
    case .failure(.notUTF8): return .failure(Flaw(message: Message("Some signs in this row cannot be read.")))
    case .failure(.tooLong): return .failure(Flaw(message: Message("The row is too long.")))
    }
  }
}

/// Turns rows into what the facilitator states.
struct NeedRowReader {
  let places: [NeedColumn: Int]
  let shared: SharedPart
  let words: CellWords

  func text(_ column: NeedColumn, _ cells: [String]) -> String {
    places[column].flatMap { cells.indices.contains($0) ? cells[$0] : nil } ?? ""
  }

  /// What a row says, where its cells are empty with what was said for all of them.
  /// - Throws: `DomainError.invalid` with every cell that cannot be understood.
  func statement(_ cells: [String]) throws -> NeedStatement {
    func cell(_ column: NeedColumn) -> String? {
      let text = text(column, cells)
      return text.isEmpty ? nil : text
    }
    var check = FieldCheck()
    var organization = shared.organization(named: Text(text(.group, cells)))
    if let country = cell(.country) { organization.country = words.country(country) }
    if let subdivision = cell(.subdivision) { organization.subdivision = subdivision }
    if let kind = cell(.kind), let known = try check.take({ try words.kind(kind) }) { organization.kind = known }
    if let connectivity = cell(.connectivity), let known = try check.take({ try words.connectivity(connectivity) }) {
      organization.connectivity = known
    }
    let language = cell(.language).map(words.language) ?? shared.language
    organization.languages = [language]
    var provenance = shared.provenance
    if let statedBy = cell(.statedBy) { provenance.statedBy = Text(statedBy) }
    if let relation = cell(.relation) { provenance.relation = Text(relation) }
    if let how = cell(.how) { provenance.how = words.how(how) }
    if let consent = cell(.consent) { provenance.consent = words.consent(consent) }
    if let at = cell(.at), let day = try check.take({ try words.day(at) }) { provenance.at = day }
    let isShown = try check.take { try words.answer(text(.showPublicly, cells)) } ?? false
    try check.finish()
    return NeedStatement(
      organization: organization, words: Text(text(.words, cells)), language: language, provenance: provenance,
      showPublicly: isShown, channel: .imported, reachAt: Text(text(.reachAt, cells)))
  }
}

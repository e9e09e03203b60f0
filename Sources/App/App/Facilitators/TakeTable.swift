import Database
import Foundation
import Journal
import Kernel
import Localization
import Needs
import People

/// Takes the needs of a facilitator's table in, as what groups have told her.
///
/// Each row is one act, known by who takes it, its group and its words, so that the same table may come again: after a correction, or
/// because nobody knew whether it had arrived. Good rows are taken although others are bad.
struct TakeTable {
  let app: CivilApplication
  let actor: Actor
  let reader: NeedRowReader
  /// Whether rows that name a group which others have written down are about that one.
  let joinsKnown: Bool

  /// What became of the rows, or would become of them.
  struct Report {
    struct Taken {
      let line: Int
      let group: String
      let words: String
      /// Nil as long as it was only looked at.
      var code: Code?
      /// Whether the group was known before.
      let isKnownGroup: Bool
    }

    var new: [Taken] = []
    /// Came in before; they are left as they are.
    var known: [Taken] = []
    var bad: [(line: Int, complaints: [FieldError])] = []
    var read: Int { new.count + known.count + bad.count }
  }

  /// A row that can be taken.
  private struct Row {
    let line: Int
    let statement: NeedStatement
    let name: String
    /// What it is known by, under every key of this node; the first one is stored.
    let ids: [String]
  }

  /// - Parameter isDryRun: looks at everything and writes nothing.
  func callAsFunction(_ table: NeedTable, isDryRun: Bool) async throws -> Report {
    var report = Report()
    var lines: [String: Int] = [:]
    for entry in table.rows {
      try Task.checkCancellation()
      do {
        let row = try row(entry)
        if let line = row.ids.lazy.compactMap({ lines[$0] }).first {
          throw DomainError.invalid(
            "words", Message("The same need of this group stands in line {line} already.", ["line": String(line)]))
        }
        for id in row.ids { lines[id] = entry.line }
        try await take(row, &report, isDryRun: isDryRun)
      } catch DomainError.invalid(let errors) {
        report.bad.append((entry.line, errors.withoutRepeats))
      }
    }
    return report
  }

  // MARK: - Reading

  private func row(_ entry: NeedTable.Row) throws -> Row {
    let cells: [String]
    switch entry.cells {
    case .success(let found): cells = found
    case .failure(let flaw): throw DomainError.invalid("row", flaw.message)
    }
    let statement = try reader.statement(cells)
    var check = FieldCheck()
    let name = try check.take { try statement.organization.name.checked("organization.name", atMost: Organization.longestName) }
    let question = try check.take { try SubmitNeed(statement).question() }
    let country = try check.take { try SharedPart.checkedCountry(statement.organization.country, for: actor) }
    if let country {
      _ = try check.take { try Country.checkedSubdivision(statement.organization.subdivision, of: country, field: "subdivision") }
    }
    _ = try check.take { try statement.provenance?.checked(by: actor, at: app.node.clock()) }
    _ = try check.take { try statement.reachAt.checkedIfPresent("reachAt", atMost: 200) }
    try check.finish()
    guard let name, let question, let country else { throw DomainError.notFound }
    // What a row is known by tells nobody its words, also after they were erased.
    let content = [actor.reference, country, Organization.nameKey(name), question.words].joined(separator: "\u{0}")
    let ids = Cipher(app.node.keys).lookups(normalized: content, kind: "table row").map { "row:" + Hex.encode($0) }
    return Row(line: entry.line, statement: statement, name: name, ids: ids)
  }

  // MARK: - Taking

  private func take(_ row: Row, _ report: inout Report, isDryRun: Bool) async throws {
    let (before, group) = try await app.node.read { [actor, joinsKnown] connection in
      let known = KnownOrganizations(connection, of: actor)
      let same = try known.named(row.name, in: row.statement.organization.country)
      let group = try known.made(among: same) ?? (joinsKnown && same.count == 1 ? same.first : nil)
      return (try NeedStore(connection).find(externalIDs: row.ids), group)
    }
    var taken = Report.Taken(
      line: row.line, group: group?.name ?? row.name, words: row.statement.words.normalized, code: before?.code,
      isKnownGroup: group != nil)
    if before != nil { return report.known.append(taken) }
    if isDryRun { return report.new.append(taken) }
    var statement = row.statement
    statement.organization.id = group?.id.rawValue
    statement.externalID = row.ids.first
    do {
      let (id, _) = try await app.needs.submit(statement, as: actor, once: nil)
      taken.code = try await app.node.read { try NeedStore($0).find(id)?.code }
      report.new.append(taken)
    } catch SQLError.unique {
      // The same table is taken at this moment a second time, and was faster.
      taken.code = try await app.node.read { try NeedStore($0).find(externalIDs: row.ids)?.code }
      report.known.append(taken)
    }
  }
}

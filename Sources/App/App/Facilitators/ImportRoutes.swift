import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import Web

/// Where a facilitator takes needs in from a table.
extension FacilitatorDesk {
  var importRoutes: [Route] {
    [
      .page("/desk/import", for: Self.audience) { visit in
        page(ImportPages(fields: FormView(visit), actor: visit.actor).choose, for: visit)
      },
      .page("/desk/import/template.csv", for: Self.audience, template),
      .form("/desk/import", for: Self.audience, tellsOnlyWhatWasTyped: true, lookAtTable, again: tableAgain),
      .form("/desk/import/rows", for: Self.audience, tellsOnlyWhatWasTyped: true, takeTable, again: tableAgain),
    ]
  }

  /// Everything that a table needs to be understood.
  private struct Asked {
    /// What was typed, with the file's text in place of the file, and with the columns that were guessed.
    let form: Form
    let warning: Message?
    let table: NeedTable
    let places: [NeedColumn: Int]
  }

  // MARK: - Answers

  /// How the table is understood; before anything was said about it, with guesses.
  private func lookAtTable(_ visit: Visit) async throws -> Answer {
    let asked = try asked(visit)
    let isFirst = visit.form.first("provenance.how") == nil
    let form = isFirst ? Form(asked.form.fields + [("joinsKnown", "1")] + (try await usualAnswers(visit))) : asked.form
    var report: TakeTable.Report?
    var error: DomainError?
    do {
      report = try await take(asked, form, as: visit.actor, isDryRun: true)
    } catch let problem as DomainError where isFirst {
      // Nobody has been asked yet, so nobody has answered wrongly; the questions stand open.
      if case .invalid(let errors) = problem { error = .invalid(errors.filter { $0.field.hasPrefix("column.") }) }
    }
    let fields = FormView(visit, form: form, error: error)
    let pages = ImportPages(fields: fields, actor: visit.actor)
    return page(pages.look(asked.table, asked.places, report, warning: asked.warning), for: visit)
  }

  private func takeTable(_ visit: Visit) async throws -> Answer {
    let asked = try asked(visit)
    let report = try await take(asked, asked.form, as: visit.actor, isDryRun: false)
    return page(ImportPages(fields: FormView(visit, form: asked.form), actor: visit.actor).done(report), for: visit)
  }

  private func tableAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    guard let asked = try? asked(visit) else {
      return page(ImportPages(fields: FormView(visit, form: visit.form, error: error), actor: visit.actor).choose, for: visit)
    }
    let pages = ImportPages(fields: FormView(visit, form: asked.form, error: error), actor: visit.actor)
    return page(pages.look(asked.table, asked.places, nil, warning: asked.warning), for: visit)
  }

  // MARK: - Understanding

  private func asked(_ visit: Visit) throws -> Asked {
    var form = visit.form
    var warning: Message?
    if let file = visit.files.first(where: { $0.field == "file" }) {
      let read = try TableText.read(file.bytes)
      form = form.setting("table", to: read.text)
      warning = read.warning
    }
    let text = form.first("table") ?? ""
    guard !Text(text).isBlank else {
      throw DomainError.invalid("table", Message("Please choose a file, or paste the cells of a table."))
    }
    guard text.utf8.count <= TableText.longest else {
      throw DomainError.invalid("table", Message("This table is too large. Please send it in parts of at most 300 kilobytes."))
    }
    let table = try NeedTable(text)
    let guessed = NeedColumn.guess(table.heading, app.locales)
    var places: [NeedColumn: Int] = [:]
    for column in NeedColumn.allCases {
      places[column] =
        form.first(column.field) == nil ? guessed[column] : form.number(column.field, in: 0...(table.heading.count - 1))
    }
    return Asked(form: form, warning: warning, table: table, places: places)
  }

  private func take(_ asked: Asked, _ form: Form, as actor: Actor, isDryRun: Bool) async throws -> TakeTable.Report {
    var check = FieldCheck()
    for column in NeedColumn.allCases where column.isRequired && asked.places[column] == nil {
      check.complain(column.field, Message("Please choose the column in which this stands."))
    }
    let shared = SharedPart(form: form)
    _ = try check.take { try Self.check(shared, beside: asked.places, for: actor, at: node.clock()) }
    try check.finish()
    let reader = NeedRowReader(places: asked.places, shared: shared, words: CellWords(app.locales))
    let take = TakeTable(
      app: app, actor: actor, reader: reader, joinsKnown: form.isChecked("joinsKnown"))
    return try await take(asked.table, isDryRun: isDryRun)
  }

  /// What a column says need not be said for all.
  private static func check(
    _ shared: SharedPart, beside places: [NeedColumn: Int], for actor: Actor, at now: Timestamp
  ) throws {
    do {
      try shared.check(for: actor, at: now)
    } catch DomainError.invalid(let errors) {
      let left = errors.filter { error in
        let isEmpty = shared.form.text(error.field).isBlank
        return !isEmpty || NeedColumn(complaint: error.field).flatMap { places[$0] } == nil
      }
      if !left.isEmpty { throw DomainError.invalid(left) }
    }
  }

  // MARK: - Template

  /// An empty table, with headings that are guessed again. The mark at its beginning tells spreadsheets that it is UTF-8; where the comma
  /// parts numbers, they expect semicolons between cells.
  private func template(_ visit: Visit) async throws -> Answer {
    let language = visit.localizer.language.tag.prefix(2)
    let separator = ["es", "fr"].contains(language) ? ";" : ","
    let heading = NeedColumn.allCases.map { $0.label.text }.joined(separator: separator)
    return .file([0xEF, 0xBB, 0xBF] + Array((heading + "\r\n").utf8), type: "text/csv; charset=utf-8", name: "needs.csv")
  }
}

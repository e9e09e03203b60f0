import Kernel
import Localization
import Needs
import People
import Web

/// A facilitator's table on its way in: chosen, looked at, taken. Pure: values in, pages out.
struct ImportPages {
  let fields: FormView
  let actor: Actor

  /// Where the table is chosen or pasted.
  var choose: Page {
    Page(
      tr("Take needs in from a table"),
      """
      <div class="narrow"><h1>\(tr("Take needs in from a table"))</h1>
      <p class="lead">\(tr("One line for each need: the group, and what it needs in its own words. Nothing is stored before you have seen how it was understood."))</p>
      <p><a href="/desk/import/template.csv" download>\(tr("Take an empty table to fill in"))</a></p>
      <form method="post" action="/desk/import" enctype="multipart/form-data" novalidate>
      \(fields.summary)\(fields.hidden)
      \(fields.file("file", tr("A file"), hint: tr("A table saved as CSV, in UTF-8 if you can choose."), types: ".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"))
      \(fields.lines("table", tr("Or paste the cells here"), hint: tr("Copied from a spreadsheet, with the names of the columns in the first line."), rows: 6))
      <button>\(tr("Look at it"))</button>
      </form>
      <p><a href="/desk">\(tr("Back to the desk"))</a></p></div>
      """)
  }

  /// How it was understood.
  func look(_ table: NeedTable, _ places: [NeedColumn: Int], _ report: TakeTable.Report?, warning: Message?) -> Page {
    Page(
      tr("Look at the table before it is taken"),
      """
      <h1>\(tr("Look at the table before it is taken"))</h1>
      \(maybe: warning, { "<p class=\"notice warning\">\($0.phrase())</p>" })
      \(maybe: report, { "\(counts($0, isDone: false))\(bad($0))" })
      <form method="post" action="/desk/import" novalidate>
      \(fields.summary)\(fields.hidden)
      <button class="visually-hidden" tabindex="-1" aria-hidden="true">\(tr("Look at it again"))</button>
      \(maybe: report, { "\(if: !$0.new.isEmpty, take($0.new.count))\(new($0))" })
      <details\(if: report == nil || places.count < 2 || hasColumnError, " open")><summary>\(tr("Which column is what?"))</summary>
      <div class="narrow">\(each: NeedColumn.allCases, { column($0, table, places) })</div></details>
      <details\(if: report == nil || hasSharedError, " open")><summary>\(tr("What is the same for all, where the table does not say it"))</summary>
      <div class="narrow">\(SharedPart.fields(fields, for: actor))
      \(fields.check("joinsKnown", tr("Where a group has the name of one that is known here already, it is that one."), isChecked: true))</div></details>
      <details><summary>\(tr("The table itself, to correct it here"))</summary>
      \(fields.lines("table", tr("The table"), rows: 12))</details>
      <div class="actions"><button class="quiet">\(tr("Look at it again"))</button> <a href="/desk/import">\(tr("Choose another table"))</a></div>
      </form>
      """)
  }

  private func take(_ count: Int) -> HTML {
    "<div class=\"actions\"><button formaction=\"/desk/import/rows\">\(ntr("Take in this need", "Take in these {count} needs", count))</button></div>"
  }

  private var hasSharedError: Bool { fields.errors.contains { SharedPart.names.contains($0.field) } }
  private var hasColumnError: Bool { fields.errors.contains { $0.field.hasPrefix("column.") } }

  private func column(_ column: NeedColumn, _ table: NeedTable, _ places: [NeedColumn: Int]) -> HTML {
    let none = (value: "none", label: tr("In no column").text)
    let columns = table.heading.enumerated().map {
      (value: String($0.offset), label: $0.element.isEmpty ? String($0.offset + 1) : $0.element)
    }
    return fields.choice(column.field, column.label, [none] + columns, value: places[column].map(String.init) ?? none.value)
  }

  private func counts(_ report: TakeTable.Report, isDone: Bool) -> HTML {
    """
    <p class="notice" role="status">\(ntr("The table has {count} line.", "The table has {count} lines.", report.read))
    \(isDone ? ntr("{count} need was taken in.", "{count} needs were taken in.", report.new.count) : ntr("{count} need can be taken in.", "{count} needs can be taken in.", report.new.count))
    \(if: !report.known.isEmpty, "\(ntr("{count} came in before and stays as it is.", "{count} came in before and stay as they are.", report.known.count))")
    \(if: !report.bad.isEmpty, "\(ntr("{count} line cannot be taken.", "{count} lines cannot be taken.", report.bad.count))")</p>
    """
  }

  private func bad(_ report: TakeTable.Report) -> HTML {
    guard !report.bad.isEmpty else { return "" }
    return """
      <h2>\(tr("Lines that cannot be taken as they are"))</h2>
      <ul>\(each: report.bad, { row in "<li><strong>\(tr("Line {line}:", ["line": localizedNumber(row.line)]))</strong> \(each: row.complaints, complaint)</li>\n" })</ul>
      """
  }

  private func complaint(_ error: FieldError) -> HTML {
    guard let column = NeedColumn(complaint: error.field) else { return "\(error.message.phrase()) " }
    return "\(column.label): \(error.message.phrase()) "
  }

  private func new(_ report: TakeTable.Report) -> HTML {
    guard !report.new.isEmpty else { return "" }
    return """
      <h2>\(tr("Needs that can be taken in"))</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="\(tr("Needs that can be taken in"))"><table><thead><tr><th scope="col">\(tr("Line"))</th><th scope="col">\(NeedColumn.group.label)</th><th scope="col">\(NeedColumn.words.label)</th></tr></thead><tbody>
      \(each: report.new.prefix(20), { "<tr><td>\(localizedNumber($0.line))</td><td>\($0.group)\(if: $0.isKnownGroup, " <span class=\"tag\">\(tr("known"))</span>")</td><td dir=\"auto\">\(String($0.words.prefix(120)))</td></tr>\n" })</tbody></table></div>
      \(if: report.new.count > 20, "<p class=\"meta\">\(tr("These are the first 20."))</p>")
      """
  }

  /// What became of it.
  func done(_ report: TakeTable.Report) -> Page {
    let codes = Form((report.new + report.known).compactMap(\.code).prefix(100).map { ("code", $0.description) }).urlEncoded
    return Page(
      tr("What was taken in"),
      """
      <h1>\(tr("What was taken in"))</h1>
      \(counts(report, isDone: true))
      \(list(tr("New"), report.new))\(list(tr("Came in before"), report.known))
      \(if: !codes.isEmpty, "<p class=\"actions\"><a class=\"button\" href=\"\(url: "/desk/slips?" + codes)\">\(tr("Print all slips"))</a></p>")
      \(bad(report))
      \(if: !report.bad.isEmpty, again)
      <p><a href="/desk">\(tr("Back to the desk"))</a></p>
      """)
  }

  private func list(_ heading: Phrase, _ taken: [TakeTable.Report.Taken]) -> HTML {
    guard !taken.isEmpty else { return "" }
    return """
      <h2>\(heading)</h2>
      <ul>\(each: taken, { "<li>\(maybe: $0.code, { "<a class=\"mono\" href=\"/desk/\($0.description)\">\($0.description)</a> " })\($0.group)</li>\n" })</ul>
      """
  }

  /// The whole table once more: what was taken in is known by now, and stays as it is.
  private var again: HTML {
    """
    <form method="post" action="/desk/import" novalidate>
    \(fields.hidden)
    \(each: fields.form.fields.filter { $0.name.hasPrefix("column.") || SharedPart.names.contains($0.name) || $0.name == "joinsKnown" }, { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">\n" })
    \(fields.lines("table", tr("Correct these lines here. The others are known by now, and stay as they are."), rows: 12))
    <button>\(tr("Look at it again"))</button>
    </form>
    """
  }
}

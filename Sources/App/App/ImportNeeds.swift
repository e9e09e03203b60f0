import Database
import Foundation
import Journal
import Kernel
import Localization
import Needs
import People

/// Which column of a table holds what, and what is the same for all of its rows.
public struct NeedImportMap: Sendable, Equatable {
  enum Source: Sendable, Equatable {
    case column(String)
    case value(String)
  }

  enum Field: String, CaseIterable {
    case id, title, words, organization, country, language
    case isPublic = "public"

    /// Whether it may be the same for all rows.
    var takesValue: Bool { self == .country || self == .language || self == .isPublic }
    /// Whether it may differ from row to row. That the data are public is said of all of them, by somebody who knows.
    var takesColumn: Bool { self != .isPublic }
  }

  private var sources: [Field: Source] = [:]

  /// - Parameter pairs: `FIELD=COLUMN`, `FIELD:VALUE`, or the path of a file with such lines, in which `#` begins a comment. A later one
  ///   counts more than an earlier one. A field that is not named is looked for in the column of its own name.
  /// - Throws: `SettingsError` that says what is wrong with which of them.
  public init(_ pairs: [String]) throws {
    for pair in pairs {
      if try take(pair) { continue }
      guard FileManager.default.fileExists(atPath: pair) else {
        throw SettingsError("“\(pair)” is neither FIELD=COLUMN nor FIELD:VALUE nor a file. \(Self.fields)")
      }
      guard let text = try? String(contentsOfFile: pair, encoding: .utf8) else {
        throw SettingsError("The file \(pair) cannot be read as UTF-8.")
      }
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
        if line.isEmpty || line.hasPrefix("#") { continue }
        guard try take(line) else {
          throw SettingsError("\(pair):\(index + 1): “\(line)” is not FIELD=COLUMN or FIELD:VALUE. \(Self.fields)")
        }
      }
    }
  }

  private static let fields =
    "Fields with a column: id, title, words, organization, country, language. With a value: country:US, language:en, public:yes."

  /// - Returns: false when it does not begin with a field.
  private mutating func take(_ pair: String) throws -> Bool {
    guard let sign = pair.firstIndex(where: { $0 == "=" || $0 == ":" }),
      let field = Field(rawValue: pair[..<sign].trimmingCharacters(in: .whitespaces))
    else { return false }
    let given = pair[pair.index(after: sign)...].trimmingCharacters(in: .whitespaces)
    guard !given.isEmpty else { throw SettingsError("“\(pair)” names nothing after the sign.") }
    if pair[sign] == "=" {
      guard field.takesColumn else {
        throw SettingsError(
          "“\(field.rawValue)” is said of the whole table: write \(field.rawValue):yes or \(field.rawValue):no.")
      }
      sources[field] = .column(given)
    } else {
      guard field.takesValue else {
        throw SettingsError("“\(field.rawValue)” differs from row to row: write \(field.rawValue)=COLUMN.")
      }
      sources[field] = .value(try Self.checked(given, for: field))
    }
    return true
  }

  private static func checked(_ value: String, for field: Field) throws -> String {
    switch field {
    case .country:
      guard let country = try? Country.checked(value, field: "country") else {
        throw SettingsError("“\(value)” is no country: write the code of two letters, such as country:US.")
      }
      return country
    case .language:
      guard let language = Language(value), language.isAssigned else {
        throw SettingsError("“\(value)” is no language: write its code, such as language:en.")
      }
      return language.tag
    default:
      guard value == "yes" || value == "no" else { throw SettingsError("“\(field.rawValue)” is yes or no, not “\(value)”.") }
      return value
    }
  }

  /// Whether whoever gives the table away says that everybody may read it.
  var isPublic: Bool { sources[.isPublic] == .value("yes") }

  /// How rows of a table with this heading are read.
  /// - Throws: `SettingsError` naming a column that is not there.
  func reader(heading: [String]) throws -> @Sendable ([String]) -> NeedRow {
    var places: [Field: Int] = [:]
    var values: [Field: String] = [:]
    for field in Field.allCases where field != .isPublic {
      switch sources[field] {
      case .value(let value): values[field] = value
      case .column(let name):
        guard let place = heading.firstIndex(of: name) else {
          throw SettingsError(
            "There is no column “\(name)” for \(field.rawValue). The columns are: \(heading.joined(separator: ", ")).")
        }
        places[field] = place
      case nil:
        if let place = heading.firstIndex(of: field.rawValue) {
          places[field] = place
        } else if field != .title {
          let example = field.takesValue ? "\(field.rawValue)=COLUMN or \(field.rawValue):VALUE" : "\(field.rawValue)=COLUMN"
          throw SettingsError(
            "Say where \(field.rawValue) is: --map \(example). The columns are: \(heading.joined(separator: ", ")).")
        }
      }
    }
    let (columns, constants) = (places, values)
    return { fields in
      func text(_ field: Field) -> String {
        columns[field].map { fields[$0].trimmingCharacters(in: .whitespacesAndNewlines) } ?? constants[field] ?? ""
      }
      let words = [text(.title), text(.words)].filter { !$0.isEmpty }.joined(separator: "\n")
      return NeedRow(
        id: text(.id), words: text(.words).isEmpty ? "" : words, organization: text(.organization), country: text(.country),
        language: text(.language))
    }
  }
}

/// What a row of a table says.
struct NeedRow: Sendable {
  let id: String
  let words: String
  let organization: String
  let country: String
  let language: String
}

/// Brings in needs that another network has listed.
///
/// Each row is one act, known by the name of its file and its id, so it may be stopped anywhere: run again, it ends in the same
/// state.
public struct ImportNeeds: Sendable {
  /// What an import has done, or would do.
  public struct Report: Sendable, Equatable {
    /// Rows under the heading.
    public var read = 0
    public var new = 0
    /// Rows that had come in before; they are left as they are.
    public var known = 0
    /// Different organizations in the rows that could be taken.
    public var organizations = 0
    public var bad = 0
    /// What is wrong with each bad row, and the line on which it begins, from 1.
    public var complaints: [(line: Int, reason: String)] = []

    public static func == (a: Report, b: Report) -> Bool {
      (a.read, a.new, a.known, a.organizations, a.bad) == (b.read, b.new, b.known, b.organizations, b.bad)
        && a.complaints.elementsEqual(b.complaints, by: ==)
    }
  }

  private let app: CivilApplication
  private let map: NeedImportMap

  public init(app: CivilApplication, map: NeedImportMap) {
    self.app = app
    self.map = map
  }

  /// - Parameters:
  ///   - file: its path: the name without folder and extension tells its ids from those of other files.
  ///   - bytes: what is in it.
  ///   - isDryRun: looks at everything and writes nothing.
  ///   - progress: called with how many rows are done, and of how many.
  /// - Throws: `SettingsError` when it is no table or a column is missing; `CancellationError` between two rows.
  public func callAsFunction(
    file: String, bytes: [UInt8], isDryRun: Bool, progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws -> Report {
    var report = Report()
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let rows = try read(file, bytes, &report)
    var organizations: Set<String> = []
    progress(0, rows.count)
    for (index, entry) in rows.enumerated() {
      try Task.checkCancellation()
      do {
        let statement = try statement(entry.row, "csv:\(name):\(entry.row.id)")
        if try await take(statement, isDryRun: isDryRun) { report.new += 1 } else { report.known += 1 }
        organizations.insert(entry.row.country.uppercased() + " " + Organization.nameKey(entry.row.organization))
      } catch DomainError.invalid(let errors) {
        let reasons = errors.map { "\(Self.column($0.field)): \($0.message.phrase().text)" }
        report.complaints.append((entry.line, reasons.joined(separator: " ")))
      }
      progress(index + 1, rows.count)
    }
    report.organizations = organizations.count
    report.bad = report.complaints.count
    report.complaints.sort { $0.line < $1.line }
    return report
  }

  // MARK: - Reading

  private func read(_ file: String, _ bytes: [UInt8], _ report: inout Report) throws -> [(line: Int, row: NeedRow)] {
    if [[0xFF, 0xFE], [0xFE, 0xFF]].contains(where: { bytes.starts(with: $0) }) {
      throw SettingsError("\(file) is not UTF-8. Save it in the encoding UTF-8 and try again.")
    }
    var table = TableReader(bytes)
    guard let first = table.next() else { throw SettingsError("\(file) is empty.") }
    guard case .success(let names) = first.content else {
      throw SettingsError("\(file):\(first.line): the heading cannot be read: \(Self.reason(first.content)).")
    }
    let heading = names.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    let parse = try map.reader(heading: heading)
    var rows: [(line: Int, row: NeedRow)] = []
    var lines: [String: Int] = [:]
    while let next = table.next() {
      report.read += 1
      guard case .success(let fields) = next.content else {
        report.complaints.append((next.line, Self.reason(next.content)))
        continue
      }
      guard fields.count == heading.count else {
        report.complaints.append((next.line, "The row has \(fields.count) fields, the heading \(heading.count)."))
        continue
      }
      let row = parse(fields)
      if let line = lines[row.id], !row.id.isEmpty {
        report.complaints.append((next.line, "The id “\(row.id)” was in the row of line \(line) already."))
        continue
      }
      lines[row.id] = next.line
      rows.append((next.line, row))
    }
    return rows
  }

  private static func reason(_ content: Result<[String], TableReader.Flaw>) -> String {
    guard case .failure(let flaw) = content else { return "" }
    return switch flaw {
    case .neverClosed: "A quotation mark is opened and never closed."
    case .textAfterQuote: "There is text behind a closing quotation mark. A quotation mark inside a field is written twice."
    case .notUTF8: "The row is not UTF-8."
    case .tooLong: "The row is longer than one megabyte."
    }
  }

  /// What the person who wrote the map calls a field.
  private static func column(_ field: String) -> String {
    switch field {
    case "organization.name": NeedImportMap.Field.organization.rawValue
    case "organization.country": NeedImportMap.Field.country.rawValue
    default: field
    }
  }

  // MARK: - Writing

  /// - Throws: `DomainError.invalid` with every field that cannot be taken, so that a dry run finds what a real one would.
  private func statement(_ row: NeedRow, _ externalID: String) throws -> NeedStatement {
    var check = FieldCheck()
    _ = try check.take { try Text(row.id).checked("id", atMost: 200) }
    let statement = NeedStatement(
      organization: OrganizationStatement(name: Text(row.organization), country: row.country, origin: .imported),
      words: Text(row.words), language: row.language, showPublicly: map.isPublic, channel: .imported, externalID: externalID)
    _ = try check.take { try SubmitNeed(statement).question() }
    _ = try check.take { try statement.organization.name.checked("organization", atMost: Organization.longestName) }
    _ = try check.take { try Country.checked(row.country, field: "country") }
    try check.finish()
    return statement
  }

  /// - Returns: false when it had come in before.
  private func take(_ statement: NeedStatement, isDryRun: Bool) async throws -> Bool {
    let externalID = statement.externalID ?? ""
    guard try await app.node.read({ try NeedStore($0).find(externalID: externalID) == nil }) else { return false }
    if isDryRun { return true }
    do {
      _ = try await app.needs.submit(statement, as: .system, once: nil)
      return true
    } catch SQLError.unique {
      // Somebody runs the same import at this moment and was first.
      return false
    }
  }
}

import Database
import Foundation
import Journal
import Kernel
import Needs
import People
import Synchronization
import TestKit
import Testing

@testable import App

@Suite struct ImportNeedsTests {
  static let map = ["id=number", "title=name", "words=text", "organization=group", "country:US", "language:en"]

  static let table = #"""
    number,name,text,group,extra
    1,Movers,"Moving, lifting
    and ""rearranging""",The Blue Door,x
    2,,We need a website,the blue  DOOR,
    3,Callers,Call us at +1 212 555 0100,Green Gate,
    4,Tutors,Teach reading,Green Gate,

    """#

  @Test(arguments: TestDatabase.engines) func takesTheSameTableOnce(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let dry = try await Self.run(Self.table, in: bed, isDryRun: true)
      let empty = try await bed.count("needs")
      #expect(empty == 0)
      let first = try await Self.run(Self.table, in: bed)
      #expect(first == Self.report(read: 4, new: 4, organizations: 2))
      #expect(dry == first)
      let before = try await Self.state(bed)
      let second = try await Self.run(Self.table, in: bed)
      #expect(second == Self.report(read: 4, known: 4, organizations: 2))
      let after = try await Self.state(bed)
      #expect(after == before)
      let organizations = try await bed.column("SELECT origin FROM organizations")
      #expect(organizations == ["imported", "imported"])
    }
  }

  @Test func showsOnlyWhatMayBeRead() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await Self.run(Self.table, in: bed, map: Self.map + ["public:yes"])
      let needs = try await bed.app.node.read { connection in
        try ["1", "2", "3", "4"].compactMap { try NeedStore(connection).find(externalID: "csv:list:\($0)") }
      }
      #expect(
        needs.map(\.words) == [
          "Movers\nMoving, lifting\nand \"rearranging\"", "We need a website", "Callers\nCall us at +1 212 555 0100",
          "Tutors\nTeach reading",
        ])
      #expect(needs.map(\.state) == [.open, .open, .triaged, .open])
      #expect(needs.map(\.isListed) == [true, true, false, true])
      #expect(needs[2].summary == nil)
      #expect(Set(needs.map(\.origin)) == [.imported])
    }
  }

  @Test func showsNothingThatWasNotSaidToBePublic() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await Self.run(Self.table, in: bed)
      let listed = try await bed.count("listed_needs")
      #expect(listed == 0)
    }
  }

  /// Cancelled while the second of four rows is done; whatever it had taken then, the next run ends as one that was never
  /// stopped.
  @Test(arguments: TestDatabase.engines) func endsInTheSameStateAfterAStop(engine: Engine) async throws {
    let whole = Mutex<[String]>([])
    try await Bed.with(engine) { bed in
      _ = try await Self.run(Self.table, in: bed)
      let state = try await Self.state(bed)
      whole.withLock { $0 = state }
    }
    try await Bed.with(engine) { bed in
      let task = Task {
        try await ImportNeeds(app: bed.app, map: NeedImportMap(Self.map))(
          file: "/some/list.csv", bytes: Array(Self.table.utf8), isDryRun: false
        ) { done, _ in
          if done == 2 { withUnsafeCurrentTask { $0?.cancel() } }
        }
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      let half = try await bed.count("needs")
      #expect(half == 2)
      let rest = try await Self.run(Self.table, in: bed)
      #expect(rest == Self.report(read: 4, new: 2, known: 2, organizations: 2))
      let state = try await Self.state(bed)
      #expect(state == whole.withLock { $0 })
    }
  }

  @Test func namesBadRowsAndTakesTheRest() async throws {
    try await Bed.with(.sqlite) { bed in
      let table = """
        number,name,text,group,extra
        1,Good,Good words,The Blue Door,
        2,Short row,words
        3,No words,,The Blue Door,
        4,Stray,"quoted" and more,The Blue Door,
        1,Again,The same id,The Blue Door,
        5,Nobody,Words of nobody,,
        6,Good,"Over
        two lines",The Blue Door,
        7,Never closed,"oh,The Blue Door,
        8,Good,After the open quotation mark,The Blue Door,
        """
      let report = try await Self.run(table, in: bed)
      #expect(report.complaints.map(\.line) == [3, 4, 5, 6, 7, 10])
      #expect(
        report.complaints.map(\.reason) == [
          "The row has 3 fields, the heading 5.", "words: Please fill this in.",
          "There is text behind a closing quotation mark. A quotation mark inside a field is written twice.",
          "The id “1” was in the row of line 2 already.", "organization: Please fill this in.",
          "A quotation mark is opened and never closed.",
        ])
      #expect((report.read, report.new, report.bad) == (9, 3, 6))
      let again = try await Self.run(table, in: bed)
      #expect((again.new, again.known, again.bad) == (0, 3, 6))
    }
  }

  @Test func readsTablesAsProgramsWriteThem() {
    var table = TableReader(
      [0xEF, 0xBB, 0xBF] + Array("a;b\r\n\"x\r\ny\";2\r\n\r\n 3 ;\"\"\"q\"\"\"".utf8) + [0x0A, 0x61, 0x3B, 0xFF, 0x0A])
    var rows: [TableReader.Row] = []
    while let row = table.next() { rows.append(row) }
    #expect(
      rows == [
        TableReader.Row(line: 1, content: .success(["a", "b"])), TableReader.Row(line: 2, content: .success(["x\r\ny", "2"])),
        TableReader.Row(line: 5, content: .success([" 3 ", "\"q\""])), TableReader.Row(line: 6, content: .failure(.notUTF8)),
      ])
  }

  @Test(arguments: [
    ["colour=a"], ["words:hello"], ["country:ZZ"], ["language:no language"], ["language:klingon"], ["public=a"],
    ["public:perhaps"], ["id="],
    ["/no/such/file"],
  ]) func refusesAWrongMap(pairs: [String]) {
    #expect(throws: SettingsError.self) { try NeedImportMap(pairs) }
  }

  @Test func readsAMapFromAFile() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "map-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("# Where things are\nid=number\n\ntitle = name\nwords=text\norganization=group\ncountry:us\nlanguage:en\n".utf8)
      .write(to: file)
    let (read, written) = (try NeedImportMap([file.path(percentEncoded: false)]), try NeedImportMap(Self.map))
    #expect(read == written)
  }

  @Test func namesAColumnThatIsMissing() async throws {
    try await Bed.with(.sqlite) { bed in
      await #expect(throws: SettingsError.self) { try await Self.run("id,words\n1,help", in: bed) }
      let needs = try await bed.count("needs")
      #expect(needs == 0)
    }
  }

  private static func run(
    _ table: String, in bed: Bed, map: [String] = Self.map, isDryRun: Bool = false
  ) async throws -> ImportNeeds.Report {
    try await ImportNeeds(app: bed.app, map: NeedImportMap(map))(
      file: "/some/list.csv", bytes: Array(table.utf8), isDryRun: isDryRun)
  }

  private static func report(read: Int, new: Int = 0, known: Int = 0, organizations: Int) -> ImportNeeds.Report {
    var report = ImportNeeds.Report()
    (report.read, report.new, report.known, report.organizations) = (read, new, known, organizations)
    return report
  }

  /// Everything a need is but its ids and times.
  private static func state(_ bed: Bed) async throws -> [String] {
    try await bed.column(
      """
      SELECT n.external_id || ' ' || n.words || ' ' || n.state || ' ' || COALESCE(n.summary, '-') || ' ' || n.origin || ' ' || o.name
      FROM needs n JOIN organizations o ON o.id = n.organization ORDER BY n.external_id
      """)
  }
}

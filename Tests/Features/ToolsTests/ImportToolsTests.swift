import Database
import Foundation
import Journal
import Kernel
import People
import Synchronization
import TestKit
import Testing
import Tools

@Suite struct ImportToolsTests {
  @Test(arguments: TestDatabase.engines) func importsAndFindsAtOnce(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let report = try await bed.importRows(Cast.bulkSMS, Cast.accounting)
      var expected = ImportReport()
      (expected.read, expected.new) = (2, 2)
      #expect(report == expected)
      let tool = try #require(try await bed.tool(externalID: "ring-around"))
      #expect(tool.state == .published)
      #expect(tool.origin == .imported)
      #expect(tool.functions.map(\.concept).contains("function.bulk-sms"))
      #expect(tool.functions.allSatisfy { !$0.isConfirmed })
      #expect(bed.index.catalogue.count == 2)
      #expect(try await bed.differences() == [])
    }
  }

  @Test(arguments: TestDatabase.engines) func aSecondRunChangesNothingAndRecordsNothing(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.maps)
      let before = try await bed.tool(externalID: "ring-around")
      let entries = try await bed.count(of: "journal_entries")
      let report = try await bed.importRows(Cast.bulkSMS, Cast.maps)
      #expect(report.unchanged == 2)
      #expect(report.new + report.changed == 0)
      #expect(try await bed.tool(externalID: "ring-around") == before)
      #expect(try await bed.count(of: "journal_entries") == entries)
    }
  }

  @Test(arguments: TestDatabase.engines) func aChangedRowIsBroughtUpToDate(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.accounting)
      let changed = Cast.accounting.replacingOccurrences(of: "Bookkeeping and accounting software", with: "Sends bulk SMS")
      #expect(try await bed.importRows(changed).changed == 1)
      let tool = try #require(try await bed.tool(externalID: "penny-book"))
      #expect(tool.version == 2)
      #expect(tool.functions.map(\.concept).contains("function.bulk-sms"))
      #expect(!tool.functions.map(\.concept).contains("function.accounting"))
      #expect(try await bed.differences() == [])
    }
  }

  @Test(arguments: TestDatabase.engines) func aDryRunWritesNothing(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let report = try await bed.importRows(Cast.bulkSMS, Cast.accounting, isDryRun: true)
      #expect(report.new == 2)
      #expect(try await bed.count(of: "tools") == 0)
      #expect(try await bed.count(of: "journal_entries") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func aBadRowIsReportedAndTheRestGoIn(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let huge = #"{"name": "H", "description": ""# + String(repeating: "h", count: 1 << 20) + #"", "_slug": "huge"}"#
      let report = try await bed.importRows("", Cast.bulkSMS, "{", "   ", huge, Cast.maps, Cast.bulkSMS)
      #expect(report.read == 5)
      #expect(report.new == 2)
      #expect(report.bad == 2)
      #expect(report.merged == 1)
      #expect(report.complaints.filter(\.isRow).map(\.line) == [3, 5])
      #expect(report.complaints.allSatisfy { $0.file == "rows.jsonl" })
      #expect(bed.index.catalogue.count == 2)
    }
  }

  @Test func nothingAndAnotherEncodingAreSaidSo() async throws {
    try await Bed.with(.sqlite) { bed in
      let run = ImportTools(node: bed.node, vocabulary: bed.vocabulary)
      await #expect(throws: DomainError.self) { try await run([ImportFile(name: "a", bytes: [])], as: .digitalPublicGoods) }
      await #expect(throws: DomainError.self) {
        try await run([ImportFile(name: "a", bytes: [0x0A, 0x20, 0x0D])], as: .digitalPublicGoods)
      }
      let utf16: [UInt8] = [0xFF, 0xFE] + Cast.maps.utf8.flatMap { [$0, 0] }
      await #expect(throws: DomainError.self) { try await run([ImportFile(name: "a", bytes: utf16)], as: .digitalPublicGoods) }
      let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array((Cast.maps + "\r\n").utf8)
      let report = try await run([ImportFile(name: "a", bytes: marked)], as: .digitalPublicGoods)
      #expect(report.new == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func stoppedHalfWayAndRunAgainItEndsInTheSameState(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let rows = (0..<120).map { Cast.accounting.replacingOccurrences(of: "penny-book", with: "penny-\($0)") }
      let file = ImportFile(name: "rows.jsonl", bytes: Array(rows.joined(separator: "\n").utf8))
      let stopped = Task {
        try await ImportTools(node: bed.node, vocabulary: bed.vocabulary)([file], as: .digitalPublicGoods) { done, _ in
          if done > 0 { withUnsafeCurrentTask { $0?.cancel() } }
        }
      }
      await #expect(throws: CancellationError.self) { try await stopped.value }
      let half = try await bed.count(of: "tools")
      #expect(half > 0 && half < 120)
      let seen = Mutex<[Int]>([])
      let report = try await ImportTools(node: bed.node, vocabulary: bed.vocabulary)([file], as: .digitalPublicGoods) {
        done, total in
        seen.withLock { $0.append(done * 1000 + total) }
      }
      #expect(report.new == 120 - half)
      #expect(report.unchanged == half)
      #expect(seen.withLock { $0 } == [120, 50_120, 100_120, 120_120])
      #expect(try await bed.count(of: "tools") == 120)
      #expect(bed.index.catalogue.count == 120)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatPeopleHaveCorrectedStays(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.bulkSMS)
      let tool = try #require(try await bed.tool(externalID: "ring-around"))
      let correction = CorrectTool(
        tool.id, version: tool.version,
        statement: ToolStatement(
          name: "Ring Around", description: "Texts everybody.", language: "en", website: "https://ring.example.org",
          repository: "https://git.example.org/ring", licence: "MIT", cost: "free", worksOffline: "no"),
        upkeep: "active", functions: ["function.reminders"], vocabulary: bed.vocabulary, tagger: bed.tagger)
      let corrected = try await bed.node.act(as: Bed.moderator) { act in try correction(in: act) }
      #expect(corrected.corrected == [.description, .worksOffline, .upkeep])
      #expect(corrected.functions.map(\.concept) == ["function.reminders"])
      #expect(corrected.functions.map(\.confidence) == [1])
      #expect(corrected.functions.map(\.isConfirmed) == [true])

      #expect(try await bed.importRows(Cast.bulkSMS).unchanged == 1)
      let renamed = Cast.bulkSMS.replacingOccurrences(of: "Ring Around", with: "Ring Around Two")
      #expect(try await bed.importRows(renamed).changed == 1)
      let after = try #require(try await bed.tool(tool.id))
      #expect(after.facts.name == "Ring Around Two")
      #expect(after.facts.description == "Texts everybody.")
      #expect(after.facts.worksOffline == false)
      #expect(after.functions.map(\.concept) == ["function.reminders"])
    }
  }

  @Test(arguments: TestDatabase.engines) func whatWasRefusedDoesNotComeBack(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.maps)
      let tool = try #require(try await bed.tool(externalID: "village-lines"))
      _ = try await bed.decide(tool, .refuse, as: Bed.moderator)
      _ = try await bed.importRows(Cast.maps.replacingOccurrences(of: "Village Lines", with: "Lines"))
      #expect(bed.index.catalogue.count == 0)
      #expect(try await bed.tool(tool.id)?.state == .refused)
    }
  }

  @Test func onlyWhoRunsTheNodeImports() async throws {
    try await Bed.with(.sqlite) { bed in
      let file = ImportFile(name: "a", bytes: Array(Cast.maps.utf8))
      await #expect(throws: DomainError.forbidden) {
        try await ImportTools(node: bed.node, vocabulary: bed.vocabulary)([file], as: .digitalPublicGoods, by: Bed.moderator)
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func demonstrationToolsAreMarkedAndCanBeRemoved(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let file = ImportFile(name: "a", bytes: Array(Cast.maps.utf8))
      _ = try await ImportTools(node: bed.node, vocabulary: bed.vocabulary, origin: .demonstration)(
        [file], as: .digitalPublicGoods)
      _ = try await bed.importRows(Cast.bulkSMS)
      #expect(bed.index.catalogue.find("village-lines")?.isDemonstration == true)
      #expect(try await bed.node.act(as: .system) { act in try RemoveTools(of: .demonstration)(in: act) } == 1)
      #expect(bed.index.catalogue.count == 1)
      #expect(try await bed.differences() == [])
    }
  }

  @Test(arguments: TestDatabase.engines) func functionsAreFoundAnewWhereNobodyConfirmedThem(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting)
      try await bed.node.database.write { connection in _ = try connection.execute("UPDATE tools SET tags = 'cause.health:5'") }
      let retag = RetagTools(node: bed.node, vocabulary: bed.vocabulary)
      #expect(try await retag() == 2)
      #expect(try await retag() == 0)
      #expect(bed.index.catalogue.find("ring-around")?.functions.contains("function.bulk-sms") == true)
      #expect(try await bed.differences() == [])
    }
  }
}

import Kernel
import Localization
import Testing
import Tools

@Suite struct DigitalPublicGoodsTests {
  private func parse(_ row: String) throws -> ImportedTool { try DigitalPublicGoods.parse(line: Array(row.utf8)) }

  @Test func readsEveryFact() throws {
    let tool = try parse(Cast.bulkSMS)
    #expect(
      tool
        == ImportedTool(
          source: .digitalPublicGoods, externalID: "ring-around",
          facts: ToolFacts(
            name: "Ring Around", description: "Sends bulk SMS to all members of a group.", language: "en", otherNames: ["RA"],
            kinds: [.software], makers: ["Ring Makers"], licence: "MIT", cost: .free, website: "https://ring.example.org",
            repository: "https://git.example.org/ring", sectors: ["Health"])))
  }

  @Test func saysNothingItDoesNotKnow() throws {
    let facts = try parse(Cast.accounting).facts
    #expect(facts.cost == .unknown)
    #expect(facts.licence == nil)
    #expect(facts.worksOffline == nil)
    #expect(facts.worksOnBasicPhone == nil)
    #expect(facts.languages == [])
    #expect(facts.upkeep == .unknown)
    #expect(facts.website == nil)
  }

  @Test func severalLicencesCoverSeveralParts() throws {
    let facts = try parse(Cast.maps).facts
    #expect(facts.licence == "GPL-3.0 AND CC-BY-4.0")
    #expect(facts.cost == .free)
    #expect(facts.upkeep == .archivedBySource)
  }

  @Test func takesMarkupOutOfWords() throws {
    let facts = try parse(
      #"{"name": "<b>Bold</b>", "description": "<p>One &amp; two</p><script>alert(1)</script><p>3 < 4 -> x</p>", "_slug": "b"}"#
    ).facts
    #expect(facts.name == "Bold")
    #expect(facts.description == "One & two\n\n3 < 4 -> x")
  }

  @Test(arguments: [
    "javascript:alert(1)", "https://good.example@evil.example/", "//evil.example", "backend：https://x.example", "ftp://x.example",
  ])
  func leavesOutAnAddressNobodyShouldOpen(address: String) throws {
    let tool = try parse(#"{"name": "A", "description": "B", "website": "\#(address)", "_slug": "a"}"#)
    #expect(tool.facts.website == nil)
    #expect(tool.remarks.map(\.values) == [["field": "website"]])
  }

  @Test func takesTheFirstRepositoryThatCanBeOpened() throws {
    let tool = try parse(
      #"{"name": "A", "description": "B", "_slug": "a", "repositories": [{"url": ""}, {"url": "x"}, {"url": "https://git.example.org/a"}]}"#
    )
    #expect(tool.facts.repository == "https://git.example.org/a")
    #expect(tool.remarks.count == 1)
  }

  @Test(arguments: [
    "", "nonsense", "[]", "7", #"{"name": "A", "description": "B"}"#, #"{"name": " ", "description": "B", "_slug": "a"}"#,
    #"{"name": "A", "_slug": "a"}"#, #"{"name": 7, "description": "B", "_slug": "a"}"#,
    #"{"name": "A\u0000", "description": "B", "_slug": "a"}"#, #"{"name": "A", "description": "B", "_slug": "a", "_slug": "b"}"#,
  ])
  func refusesARowWithAReason(row: String) {
    #expect {
      try parse(row)
    } throws: { error in
      guard case DomainError.malformed(let reason) = error else { return false }
      return !reason.source.isEmpty
    }
  }

  @Test func refusesBytesThatAreNoUTF8() {
    #expect(throws: DomainError.self) {
      try DigitalPublicGoods.parse(
        line: Array(#"{"name": ""#.utf8) + [0xFF] + Array(#"", "description": "B", "_slug": "a"}"#.utf8))
    }
  }

  @Test func refusesANameThatIsTooLong() {
    let name = String(repeating: "a", count: ToolFacts.longestName + 1)
    #expect(throws: DomainError.self) { try parse(#"{"name": "\#(name)", "description": "B", "_slug": "a"}"#) }
  }
}

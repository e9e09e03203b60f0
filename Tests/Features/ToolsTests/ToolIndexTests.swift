import Database
import Foundation
import Journal
import Kernel
import Needs
import TestKit
import Testing
import Web

@testable import Tools

@Suite struct ToolIndexTests {
  private func ask(_ words: String, _ language: String = "en", _ constraints: [Need.Constraint] = []) -> Question {
    Question(words: words, language: language, constraints: constraints)
  }

  @Test func answersANeedWithItsReason() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting, Cast.maps)
      let shelf = bed.index.shelf
      #expect(shelf.name == "tools")
      let found = shelf.find(ask("We have to call each member by telephone to tell them about meetings, it takes days."), 10)
      let best = try #require(found.first)
      let shown = try #require(shelf.show([best.item, "nobody"])[best.item])
      #expect(shown.externalID == "ring-around")
      #expect(shown.start == .site("https://ring.example.org"))
      #expect(best.reason.functions.contains("function.bulk-sms"))
      #expect(best.reason.problems.allSatisfy { $0.hasPrefix("problem.") } && !best.reason.problems.isEmpty)
      #expect(shelf.find(ask("xyzzy plugh"), 10) == [])
    }
  }

  @Test func aNeedInAnotherLanguageFindsTheSameTool() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting, Cast.maps)
      let spanish = bed.index.shelf.find(
        ask("Necesitamos llevar la contabilidad del grupo, las facturas y los gastos.", "es"), 10)
      #expect(spanish.first.flatMap { bed.index.catalogue[$0.item]?.externalID } == "penny-book")
    }
  }

  @Test func aConditionIsKeptAndWhatIsUnknownIsSaid() async throws {
    try await Bed.with(.sqlite) { bed in
      func suggest(_ name: Text, offline: String = "", phone: String = "", cost: String = "", languages: Text = "") async throws {
        _ = try await bed.suggest(
          ToolStatement(
            name: name, description: "Bookkeeping and accounting software.", language: "en", website: "https://books.example.org",
            cost: cost,
            worksOffline: offline, worksOnBasicPhone: phone, languages: languages), as: Bed.moderator)
      }
      try await suggest("Yes", offline: "yes", phone: "yes", cost: "free", languages: "en, fr")
      try await suggest("No", offline: "no", phone: "no", cost: "paid", languages: "de")
      try await suggest("Unknown")
      func answers(_ constraints: [Need.Constraint], language: String = "en") -> [String: [Need.Constraint]] {
        let found = bed.index.shelf.find(
          ask("We need accounting software and bookkeeping for our invoices", language, constraints), 10)
        return Dictionary(
          uniqueKeysWithValues: found.compactMap { one in bed.index.catalogue[one.item].map { ($0.name, one.reason.unknown) } })
      }
      #expect(answers([]) == ["Yes": [], "No": [], "Unknown": []])
      for constraint in [Need.Constraint.offline, .basicPhone, .noCost, .language] {
        #expect(answers([constraint]) == ["Yes": [], "Unknown": [constraint]])
      }
      #expect(answers(Need.Constraint.allCases) == ["Yes": [], "Unknown": Need.Constraint.allCases])
      #expect(answers([.language], language: "en-GB") == ["Yes": [], "Unknown": [.language]])
      #expect(answers([.language], language: "und") == ["Yes": [.language], "No": [.language], "Unknown": [.language]])
    }
  }

  @Test(arguments: TestDatabase.engines) func followsEveryChange(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let second = ToolIndex(vocabulary: bed.vocabulary)
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting)
      try await bed.node.read { try second.rebuild($0) }
      let suggested = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      let published = try await bed.decide(suggested, .publish, as: Bed.moderator)
      #expect(try await bed.node.read { try second.difference(from: $0) } == ["tool \(published.id) is missing from the index"])
      try await bed.node.read { try second.refresh([published.id.rawValue, "no such tool"], $0) }
      #expect(try await bed.node.read { try second.difference(from: $0) } == [])
      let refused = try await bed.decide(published, .refuse, as: Bed.moderator)
      #expect(
        try await bed.node.read { try second.difference(from: $0) } == [
          "tool \(refused.id) is in the index and not in the catalogue"
        ])
      try await bed.node.read { try second.refresh([refused.id.rawValue], $0) }
      #expect(try await bed.node.read { try second.difference(from: $0) } == [])
      #expect(try await bed.differences() == [])
      #expect(second.catalogue.order == bed.index.catalogue.order)
    }
  }

  @Test func listsEveryToolOnceByName() async throws {
    try await Bed.with(.sqlite) { bed in
      for name in ["Éclair", "apple", "Zebra", "eclair", "banana", "Apple", "ápple"] {
        _ = try await bed.suggest(
          ToolStatement(name: Text(name), description: "A tool.", language: "en", website: "https://a.example.org"),
          as: Bed.moderator)
      }
      var names: [String] = []
      var search = ToolSearch(.init())
      repeat {
        let page = bed.index.catalogue.page(search, language: "en", limit: 2)
        #expect(page.total == 7)
        names += page.tools.map(\.name)
        search.cursor = page.next
      } while search.cursor != nil
      #expect(names.count == 7)
      #expect(Set(names).count == 7)
      #expect(names.map(ListedTool.key) == ["apple", "apple", "apple", "banana", "eclair", "eclair", "zebra"])
    }
  }

  @Test func searchesAndFilters() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting, Cast.maps)
      func find(_ query: [(String, String)]) -> [String] {
        bed.index.catalogue.page(ToolSearch(.init(query.map { (name: $0.0, value: $0.1) })), language: "en", limit: 10)
          .tools.compactMap(\.externalID)
      }
      #expect(find([("q", "openstreetm")]) == ["village-lines"])
      #expect(find([("q", "penny")]) == ["penny-book"])
      #expect(find([("q", "pennny book")]) == ["penny-book"])
      #expect(find([("q", "xyzzy")]) == [])
      #expect(find([("function", "function.bulk-sms")]) == ["ring-around"])
      #expect(find([("function", "function.maps")]) == ["village-lines"])
      #expect(find([("cost", "yes")]) == ["ring-around", "village-lines"])
      #expect(find([("offline", "yes")]) == [])
      #expect(find([("offline", "maybe"), ("cost", "maybe")]) == ["penny-book", "ring-around", "village-lines"])
      #expect(find([("q", "software"), ("cost", "yes")]) == [])
      #expect(find([("q", "members"), ("cost", "yes")]) == ["ring-around"])
    }
  }

  @Test func pagesThroughWhatASearchHasFound() async throws {
    try await Bed.with(.sqlite) { bed in
      let rows = (0..<7).map { Cast.accounting.replacingOccurrences(of: "penny-book", with: "penny-\($0)") }
      _ = try await bed.importRows(rows.joined(separator: "\n"))
      var search = ToolSearch(.init([(name: "q", value: "penny")]))
      var found: [String] = []
      repeat {
        let page = bed.index.catalogue.page(search, language: "en", limit: 3)
        #expect(page.total == 7)
        found += page.tools.map(\.id)
        search.cursor = page.next
      } while search.cursor != nil
      #expect(found.count == 7)
      #expect(Set(found).count == 7)
    }
  }

  @Test func aToolIsFoundByWhateverNamesIt() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try await bed.importRows(Cast.bulkSMS, Cast.accounting)
      let catalogue = bed.index.catalogue
      let id = try #require(catalogue.find("ring-around")).id
      for text in [
        id, "/tools/\(id)", "https://node.example/tools/\(id)", " RING around ", "https://ring.example.org",
        "https://git.example.org/ring",
      ] {
        #expect(catalogue.find(text)?.id == id)
      }
      #expect(catalogue.find("ring") == nil)
      #expect(catalogue.find("") == nil)
    }
  }
}

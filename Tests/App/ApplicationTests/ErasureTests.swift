import App
import Database
import Foundation
import Jobs
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing

/// Whoever leaves, leaves nothing behind that can be read.
@Suite struct ErasureTests {
  private static let words = ["Tlahuicanenco", "Ixchiguan", "nahuatlaca"]

  @Test(arguments: TestDatabase.engines) func nothingIsLeftInTheFiles(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let node = bed.app.node
      let need = try await bed.app.needs.submit(
        NeedStatement(
          organization: OrganizationStatement(name: "Group of the hill", country: "MX"),
          words: Text("Ixchiguan keeps accounts. " + String(repeating: "Tlahuicanenco says so. ", count: 40)),
          language: "en", channel: .web), as: .system, once: nil
      ).id
      let person = try await PeopleFeature.createAccount(
        CreateAccount(
          handle: "nahuatlaca", name: "Ixchiguan", email: "ix@example.org", passphrase: "three brown goats sing",
          grants: [Grant(.volunteer)]),
        on: node, hasher: PassphraseHasher(cost: PassphraseHasher.Cost(memory: 64, passes: 1, lanes: 1)), as: .system
      ).id
      // What is searched with below finds what is there.
      #expect(try await bed.found(Self.words) == Self.words)

      try await withdraw(need, bed)
      try await node.act(as: .system) { act in try EraseAccount(person)(in: act) }
      try await node.act(as: .system) { act in _ = try act.connection.execute("UPDATE jobs SET due = 0") }
      try await JobRunner(node, kinds: [.scrub]).runDue()

      #expect(try await bed.count("jobs", where: "kind = 'database.scrub'") == 0)
      #expect(try await bed.count("prescription_items", where: "need = \(need)") == 0)
      #expect(try await bed.found(Self.words) == [])
      _ = try await Numberer(node).number()
      try await bed.app.sealer.seal()
      #expect(try await JournalVerifier(keys: node.keys).verify(node.database).isIntact)
    }
  }

  /// As its organization does it, with the receipt.
  private func withdraw(_ id: ID<Need>, _ bed: Bed) async throws {
    let need = try #require(try await bed.app.node.read { try NeedStore($0).find(id) })
    let browser = TestBrowser(bed.app.site)
    _ = try await browser.get("/receipt")
    let receipt = bed.app.node.keys.receipt(subject: id.rawValue, generation: need.receiptGeneration).text
    _ = try await browser.post("/needs/\(need.code)/receipt", [("receipt", receipt)])
    #expect(try await browser.get("/needs/\(need.code)/withdrawal").status == 200)
    #expect(try await browser.post("/needs/\(need.code)/withdrawal").status == 303)
  }
}

extension Bed {
  /// Those of `words` that can be read in the files of the database.
  fileprivate func found(_ words: [String]) async throws -> [String] {
    let files: [URL]
    switch database.engine {
    case .sqlite: files = ["", "-wal"].map { URL(fileURLWithPath: database.location + $0) }
    case .postgresql:
      let folder = try await app.node.database.write { connection in
        // What is only in memory yet goes into the files.
        _ = try connection.execute("CHECKPOINT")
        return try connection.value(
          """
          SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()
          """, as: String.self) ?? ""
      }
      let base = URL(fileURLWithPath: folder)
      files = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
      #expect(!files.isEmpty)
    }
    // Copied, not mapped: PostgreSQL makes files shorter while they are looked at, and whoever reads a page beyond the end dies.
    let contents = files.compactMap { try? Data(contentsOf: $0) }
    return words.filter { word in contents.contains { $0.firstRange(of: Data(word.utf8)) != nil } }
  }
}

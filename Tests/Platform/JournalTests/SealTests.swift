import Database
import Foundation
import Kernel
import TestKit
import Testing

@testable import Journal

@Suite struct SealTests {
  @Test(arguments: TestDatabase.engines)
  func sealsWhatIsNewAndNothingTwice(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let sealer = Sealer(bed.node, headFile: nil)
      let counts = [
        try await sealer.seal(), try await bed.sealed(3, by: sealer), try await sealer.seal(),
        try await bed.sealed(1, by: sealer),
      ]
      #expect(counts == [0, 3, 0, 1])
      let report = try await bed.verify()
      #expect(report.findings == [])
      #expect(report.sealed == 4)
      #expect(report.head == Position(epoch: 1, position: 4))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func makesOneChainWithSeveralSealers(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask { for _ in 0..<10 { _ = try await Sealer(bed.node, headFile: nil).seal() } }
          group.addTask {
            for number in 0..<10 {
              try await bed.note("note \(number)")
              try await Numberer(bed.node).number()
            }
          }
        }
        try await group.waitForAll()
      }
      try await Sealer(bed.node, headFile: nil).seal()
      let report = try await bed.verify()
      #expect(report.findings == [])
      #expect(report.sealed == 40)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func sealsEverySecondAndKeepsTheHeadOutside(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let sealer = Sealer(bed.node, headFile: bed.headFile, interval: .milliseconds(50))
      try await running([{ await sealer.run() }, { await Numberer(bed.node).run() }]) {
        try await bed.note("one")
        try await eventually { try HeadFile(url: bed.headFile).newest()?.place.position == 1 }
        try await bed.note("two")
        try await eventually { try HeadFile(url: bed.headFile).newest()?.place.position == 2 }
      }
      let published = try await bed.database.read { [node = bed.node] in try Head.newest(of: node, $0) }
      let kept = try HeadFile(url: bed.headFile).newest()
      #expect(published == kept)
      #expect(published?.isSigned(by: bed.node.keys.publicKey) == true)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func countsWhatIsNotSealedYet(_ engine: Engine) async throws {
    let clock = TestClock()
    try await Bed.with(engine, clock: clock.now) { bed in
      _ = try await bed.sealed(2, by: Sealer(bed.node, headFile: nil))
      let since = clock.now()
      try await bed.note("late")
      clock.advance(by: .seconds(5))
      try await bed.note("later")
      let report = try await bed.verify()
      #expect(report.findings == [])
      #expect(report.unsealed == 2)
      #expect(report.oldestUnsealed == since)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func staysValidWhenSomebodyIsErased(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let sealer = Sealer(bed.node, headFile: nil)
      for id in ["amina", "boris", "amina"] { try await bed.note("note", id: id) }
      let before = try await bed.entries().filter { $0.subject == "amina" }
      _ = try await bed.sealed(0, by: sealer)
      let count = try await bed.node.act(as: .system) { try $0.eraseJournal(about: "amina") }
      #expect(count == 2)
      _ = try await bed.sealed(0, by: sealer)
      let report = try await bed.verify()
      #expect(report.findings == [])
      #expect(report.erased.map(\.entry) == before.map(\.id.rawValue))
      let after = try await bed.entries().filter { $0.subject == "amina" && $0.feature == "notes" }
      #expect(after.map(\.payload) == [nil, nil])
      let again = try await bed.node.act(as: .system) { try $0.eraseJournal(about: "amina") }
      #expect(again == 0)
    }
  }

  @Test func survivesALineThatWasCutShort() async throws {
    try await Bed.with(.sqlite) { bed in
      let sealer = Sealer(bed.node, headFile: bed.headFile)
      _ = try await bed.sealed(1, by: sealer)
      let whole = try Data(contentsOf: bed.headFile)
      try whole.prefix(whole.count / 2).write(to: bed.headFile)
      _ = try await bed.sealed(1, by: sealer)
      let report = try await bed.verify()
      #expect(report.findings == [])
      #expect(report.unreadableHeads == 1)
      #expect(report.newestHead?.place == Position(epoch: 1, position: 2))
    }
  }

  @Test func refusesTheHeadsOfAnotherNode() async throws {
    try await Bed.with(.sqlite) { other in
      _ = try await other.sealed(1, by: Sealer(other.node, headFile: other.headFile))
      try await Bed.with(.sqlite) { bed in
        await #expect(throws: JournalError.foreignHead(node: other.node.id)) {
          try await Sealer(bed.node, headFile: other.headFile).check()
        }
      }
    }
  }

  @Test func saysWhatItFoundInWordsAndAsJSON() async throws {
    try await Bed.with(.sqlite, clock: { Timestamp(milliseconds: 1_700_000_000_000) }) { bed in
      _ = try await bed.sealed(2, by: Sealer(bed.node, headFile: bed.headFile))
      try await bed.database.write { try $0.execute("UPDATE journal_entries SET actor = 'person:eve' WHERE position = 1") }
      let report = try await bed.verify()
      #expect(
        report.lines == [
          "Entries after 0/0 up to 1/2, or their seal, were changed, added or removed.",
          "The journal is NOT as it was sealed.",
          "The newest head in the file is 1/2, of 2023-11-14T22:13:20Z.",
        ])
      #expect(report.json["intact"] == false)
      #expect(
        report.json["findings"] == [
          ["kind": "altered", "after": ["epoch": 0, "position": 0], "upTo": ["epoch": 1, "position": 2]]
        ])
    }
  }
}

extension Bed {
  var headFile: URL { folder.appending(path: "heads") }

  /// Writes so many notes and has them sealed.
  /// - Returns: how many entries were sealed.
  func sealed(_ count: Int, by sealer: Sealer) async throws -> Int {
    for number in 0..<count { try await note("note \(number)") }
    try await Numberer(node).number()
    return try await sealer.seal()
  }

  /// With the file of heads, if there is one.
  func verify() async throws -> VerificationReport {
    let hasHeads = FileManager.default.fileExists(atPath: headFile.path)
    return try await JournalVerifier(keys: node.keys).verify(database, headFile: hasHeads ? headFile : nil)
  }
}

import Database
import Foundation
import Kernel
import Synchronization
import TestKit
import Testing

@testable import Journal

@Suite struct NumbererTests {
  /// The writer that inserts first commits last. Whoever read by id or time would step over its entry.
  @Test(.enabled(if: TestDatabase.hasPostgreSQL))
  func skipsNothingThatCommitsLate() async throws {
    try await Bed.with(.postgresql) { bed in
      let (inserted, mayCommit) = (Gate(), Gate())
      let late = Task {
        try await bed.node.act(as: .system) { act in
          _ = try Note.write("early insert, late commit", id: "late", in: act)
          inserted.open()
          mayCommit.waitOnThread()
        }
      }
      await inserted.wait()
      try await bed.note("inserted later, committed earlier", id: "early")
      try await Numberer(bed.node).number()
      let first = try await bed.database.read { try JournalReader.entries(after: .start, limit: 10, $0) }
      #expect(first.map(\.subject) == ["early"])
      mayCommit.open()
      try await late.value
      try await Numberer(bed.node).number()
      let rest = try await bed.database.read { [place = first.last?.place ?? .start] in
        try JournalReader.entries(after: place, limit: 10, $0)
      }
      #expect(rest.map(\.subject) == ["late"])
      #expect((first + rest).map(\.place.position) == [1, 2])
    }
  }

  @Test(.enabled(if: TestDatabase.hasPostgreSQL))
  func leavesNoGapWhereverItDies() async throws {
    struct Death: Error {}
    try await Bed.with(.postgresql) { bed in
      let deaths = Mutex(0)
      for moment in 1...5 {
        for number in 0..<3 { try await bed.note("\(moment) \(number)") }
        let step = Mutex(0)
        let mortal = Numberer(bed.node) {
          let now = step.withLock {
            $0 += 1
            return $0
          }
          if now == moment {
            deaths.withLock { $0 += 1 }
            throw Death()
          }
        }
        do { try await mortal.number() } catch is Death {}
        let places = try await bed.database.read {
          try JournalReader.entries(after: .start, limit: 100, $0).map(\.place.position)
        }
        #expect(places == Array(1..<(Int64(places.count) + 1)))
      }
      #expect(deaths.withLock { $0 } == 4)
      let positions = try await bed.entries().map(\.place.position)
      #expect(positions == Array(1...15))
    }
  }

  @Test(.enabled(if: TestDatabase.hasPostgreSQL))
  func letsSeveralServersTakeTurns() async throws {
    try await Bed.with(.postgresql) { bed in
      let second = try await bed.database.another()
      let other = Node(database: second, keys: bed.node.keys, logger: Bed.logger)
      try await running([{ await Numberer(bed.node).run() }, { await Numberer(other).run() }]) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for node in [bed.node, other, bed.node, other] {
            group.addTask {
              for number in 0..<50 { try await node.act(as: .system) { _ = try Note.write("\(number)", in: $0) } }
            }
          }
          try await group.waitForAll()
        }
        try await eventually { try await bed.database.read { try JournalReader.head($0).position } == 200 }
      }
      await second.close()
      let positions = try await bed.entries().map(\.place.position)
      #expect(positions == Array(1...200))
    }
  }

  /// Its own clock would wake it after an hour.
  @Test(.enabled(if: TestDatabase.hasPostgreSQL))
  func isWokenByTheCommit() async throws {
    try await Bed.with(.postgresql) { bed in
      try await running([{ await Numberer(bed.node, tick: .seconds(3_600)).run() }]) {
        for number in 1...20 {
          try await bed.note("\(number)")
          try await eventually { try await bed.database.read { try JournalReader.head($0).position } == number }
        }
      }
    }
  }
}

@Suite struct EpochTests {
  @Test(arguments: TestDatabase.engines)
  func goesOnWithTheNextPositionAndIsRecorded(_ engine: Engine) async throws {
    let clock = TestClock()
    try await Bed.with(engine, clock: clock.now) { bed in
      try await bed.note("before")
      try await Numberer(bed.node).number()
      try await Epoch.raise(bed.node, because: .restored)
      try await bed.note("after")
      let entries = try await bed.entries()
      let second = clock.now().milliseconds / 1_000
      #expect(
        entries.map(\.place) == [
          Position(epoch: 1, position: 1), Position(epoch: second, position: 2), Position(epoch: second, position: 3),
        ])
      #expect(entries[1].kind == "epochBegan")
      #expect(entries[1].payload == ["reason": "restored", "before": 1, "epoch": JSON(second)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func tellsAReaderWhoseEntryIsLost(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.note("kept")
      try await Numberer(bed.node).number()
      try await Epoch.raise(bed.node, because: .restored)
      let kept = try await bed.database.read {
        try JournalReader.entries(after: Position(epoch: 1, position: 1), limit: 10, $0).map(\.kind)
      }
      #expect(kept == ["epochBegan"])
      let lost = Position(epoch: 1, position: 2)
      await #expect(throws: JournalError.placeLost(lost)) {
        try await bed.database.read { try JournalReader.entries(after: lost, limit: 10, $0) }
      }
    }
  }

  /// A database that was copied to another server, or whose replica was promoted, says something else about itself.
  @Test(.enabled(if: TestDatabase.hasPostgreSQL))
  func beginsWhenTheDatabaseIsOnAnotherCluster() async throws {
    try await Bed.with(.postgresql) { bed in
      try await bed.note("on the old server")
      try await Numberer(bed.node).number()
      try await bed.database.write { try $0.execute("UPDATE journal_state SET cluster = '7000000000000000000/00000001/16384'") }
      try await bed.note("on the new server")
      let entries = try await bed.entries()
      #expect(entries.map(\.place.position) == [1, 2, 3])
      #expect(entries.map { $0.place.epoch > 1 } == [false, true, true])
      #expect(entries.map(\.kind) == ["written", "written", "epochBegan"])
    }
  }

  /// A backup from before the last entries takes the database's place.
  @Test(arguments: TestDatabase.engines)
  func beginsWhenTheFileOfHeadsKnowsMore(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let sealer = Sealer(bed.node, headFile: bed.headFile)
      _ = try await bed.sealed(3, by: sealer)
      _ = try await bed.sealed(2, by: sealer)
      let isComplete = try await sealer.check()
      #expect(isComplete)
      try await bed.loseEntries(after: 3)

      let restarted = Sealer(bed.node, headFile: bed.headFile)
      let isStillComplete = try await restarted.check()
      #expect(!isStillComplete)
      _ = try await bed.sealed(1, by: restarted)
      let entries = try await bed.entries()
      #expect(entries.map { $0.place.epoch > 1 } == [false, false, false, true, true])
      let report = try await bed.verify()
      #expect(report.findings.map(\.place) == [Position(epoch: 1, position: 5)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func forgivesALossTheOperatorHasStated(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let sealer = Sealer(bed.node, headFile: bed.headFile)
      _ = try await bed.sealed(3, by: sealer)
      _ = try await bed.sealed(2, by: sealer)
      try await bed.loseEntries(after: 3)
      try await Sealer(bed.node, headFile: bed.headFile).acknowledgeRestoration()
      let restored = try await bed.verify()
      #expect(restored.findings == [])
      #expect(restored.acknowledgedLoss == Position(epoch: 1, position: 5))
      _ = try await bed.sealed(2, by: sealer)
      try await bed.loseEntries(after: 5)
      let cut = try await bed.verify()
      #expect(cut.findings.count == 1)
    }
  }
}

extension Bed {
  fileprivate func loseEntries(after position: Int) async throws {
    try await database.write { connection in
      try connection.execute("DELETE FROM journal_seals WHERE position > \(position)")
      try connection.execute(
        "DELETE FROM journal_payloads WHERE entry IN (SELECT id FROM journal_entries WHERE position > \(position))")
      try connection.execute("DELETE FROM journal_entries WHERE position > \(position)")
    }
  }
}

/// Something that tasks and threads wait for.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)

  func open() {
    isOpen.withLock { $0 = true }
  }

  func wait() async {
    while !isOpen.withLock({ $0 }) { await Task.yield() }
  }

  func waitOnThread() {
    while !isOpen.withLock({ $0 }) { Thread.sleep(forTimeInterval: 0.002) }
  }
}

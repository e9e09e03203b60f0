import Database
import Journal
import Kernel
import TestKit
import Testing

@testable import Jobs

@Suite struct ScheduleTests {
  @Test(arguments: TestDatabase.engines)
  func doesWhatIsScheduledOnce(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.schedule("letter", "Amina")
      try await bed.schedule("letter", "Boris")
      try await JobRunner(bed.node, kinds: [Bed.letter]).runDue()
      let letters = try await bed.letters()
      #expect(letters == ["Amina", "Boris"])
      let counts = try await bed.database.read { try JobQueue.counts($0) }
      #expect(counts == [])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func schedulesNothingWhenTheActFails(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      await #expect(throws: DomainError.forbidden) {
        try await bed.node.act(as: .system) { act in
          try act.schedule("letter", payload: ["reader": "Amina"])
          throw DomainError.forbidden
        }
      }
      let waiting = try await bed.jobs(.waiting)
      #expect(waiting == [])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func waitsUntilItsTime(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let runner = JobRunner(bed.node, kinds: [Bed.letter])
      try await bed.schedule("letter", "Amina", after: .days(7))
      try await runner.runDue()
      let early = try await bed.letters()
      #expect(early == [])
      bed.clock.advance(by: .days(7))
      try await runner.runDue()
      let late = try await bed.letters()
      #expect(late == ["Amina"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func keepsOneOfAKeyAtTheEarlierTime(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let first = try await bed.schedule("letter", "Amina", after: .hours(2), key: "amina")
      let second = try await bed.schedule("letter", "Amina", after: .hours(1), key: "amina")
      let third = try await bed.schedule("letter", "Amina", after: .hours(3), key: "amina")
      #expect([second, third].allSatisfy { $0 == first })
      let due = try await bed.jobs(.waiting).map(\.due)
      #expect(due == [bed.clock.now() + .hours(1)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func addsOneOfAKeyWhileAnotherRuns(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let count = Counter()
      try await bed.schedule("letter", "Amina", key: "amina")
      let runner = JobRunner(
        bed.node,
        kinds: [
          JobKind("letter") { _, _ in
            if count.count() == 1 { try await bed.schedule("letter", "Amina", key: "amina") }
          }
        ])
      try await runner.runDue()
      #expect(count.value == 2)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func takesBackWhatWaits(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.schedule("letter", "Amina", key: "amina")
      let wasThere = try await bed.node.act(as: .system) { try $0.unschedule("letter", key: "amina") }
      #expect(wasThere)
      let isThere = try await bed.node.act(as: .system) { try $0.unschedule("letter", key: "amina") }
      #expect(!isThere)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func leavesKindsItDoesNotKnow(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.schedule("parcel", "Amina")
      try await JobRunner(bed.node, kinds: [Bed.letter]).runDue()
      let waiting = try await bed.jobs(.waiting).map(\.kind)
      #expect(waiting == ["parcel"])
    }
  }
}

@Suite struct FailureTests {
  @Test(arguments: TestDatabase.engines)
  func triesAgainLaterAndThenGivesUp(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let count = Counter()
      let runner = JobRunner(
        bed.node,
        kinds: [
          JobKind("letter", mostTries: 3) { _, _ in
            count.count()
            throw JobFailure("the gateway is closed")
          }
        ])
      try await bed.schedule("letter", "Amina")
      for expected in 1...3 {
        try await runner.runDue()
        #expect(count.value == expected)
        bed.clock.advance(by: .hours(1))
      }
      try await runner.runDue()
      #expect(count.value == 3)
      let failed = try await bed.jobs(.failed)
      #expect(failed.map(\.failure) == ["the gateway is closed"])
      #expect(failed.map(\.tries) == [3])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func givesUpAtOnceWhatCannotSucceed(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let runner = JobRunner(bed.node, kinds: [JobKind("letter") { _, _ in throw JobFailure.final("there is no such reader") }])
      try await bed.schedule("letter", "Amina")
      try await runner.runDue()
      let failed = try await bed.jobs(.failed).map(\.failure)
      #expect(failed == ["there is no such reader"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func waitsAsLongAsItIsAskedTo(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let runner = JobRunner(bed.node, kinds: [JobKind("letter") { _, _ in throw JobFailure("too many", after: .minutes(17)) }])
      try await bed.schedule("letter", "Amina")
      try await runner.runDue()
      let due = try await bed.jobs(.waiting).map(\.due)
      #expect(due == [bed.clock.now() + .minutes(17)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func letsTheOperatorTryAgainOrDiscard(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let runner = JobRunner(bed.node, kinds: [JobKind("letter", mostTries: 1) { _, _ in throw JobFailure("closed") }])
      let id = try await bed.schedule("letter", "Amina")
      try await runner.runDue()
      try await bed.node.act(as: .system) { try JobQueue.tryAgain(id, in: $0) }
      try await runner.runDue()
      let failed = try await bed.jobs(.failed).map(\.id)
      #expect(failed == [id])
      try await bed.node.act(as: .system) { try JobQueue.discard(id, in: $0) }
      await #expect(throws: DomainError.notFound) {
        try await bed.node.act(as: .system) { try JobQueue.discard(id, in: $0) }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func cancelsWhatTakesTooLong(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let runner = JobRunner(
        bed.node,
        kinds: [JobKind("letter", mostTries: 1, longest: .milliseconds(20)) { _, _ in try await Task.sleep(for: .seconds(60)) }])
      try await bed.schedule("letter", "Amina")
      try await runner.runDue()
      let failed = try await bed.jobs(.failed).map(\.failure)
      #expect(failed == ["it took longer than 0.02 seconds"])
    }
  }

  @Test func keepsWhatComesWithAnErrorOutOfTheDatabase() {
    #expect(JobRunner.reason(for: SQLError.other(code: "1", message: "amina@example.org")) == "SQLError.other")
    #expect(JobRunner.reason(for: DomainError.forbidden) == "DomainError.forbidden")
    #expect(JobRunner.reason(for: JobLost()) == "JobLost")
  }

  @Test func waitsLongerEachTimeUpToAnHour() {
    #expect(
      [1, 2, 3, 10, 11, 60].map { JobKind.pause(after: $0, random: 0) } == [
        5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000,
      ])
    #expect([1, 60].map { JobKind.pause(after: $0, random: 255) } == [2_500, 1_800_000])
  }
}

@Suite struct HousekeepingTests {
  @Test(arguments: TestDatabase.engines)
  func forgetsOldKeysAllOfThem(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.database.write { [now = bed.clock.now()] connection in
        for (age, count) in [(31, OnceKey.mostForgotten + 1), (29, 2)] {
          for number in 1...count {
            let key = "\(age) \(number)"
            try connection.execute(
              """
              INSERT INTO idempotency (scope, key, body_hash, subject, at)
              VALUES ('visitor', \(key), \([UInt8(0)]), '', \(now - .days(Int64(age))))
              """)
          }
        }
      }
      try await bed.node.act(as: .system) { try $0.schedule(JobKind.forgetOldKeys.name) }
      try await JobRunner(bed.node, kinds: [.forgetOldKeys]).runDue()
      let left = try await bed.database.read {
        try $0.query("SELECT key FROM idempotency ORDER BY key").map { try $0[0] as String }
      }
      #expect(left == ["29 1", "29 2"])
    }
  }
}

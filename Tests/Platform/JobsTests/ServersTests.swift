import Database
import Journal
import Kernel
import Synchronization
import TestKit
import Testing

@testable import Jobs

@Suite struct ServersTests {
  private static let brief = JobRunner.Timing(lease: .milliseconds(300), tick: .milliseconds(50), grace: .milliseconds(300))
  /// With a lease that a slow disk does not outlast, where each job is counted.
  private static let patient = JobRunner.Timing(lease: .seconds(30), tick: .milliseconds(50), grace: .milliseconds(300))

  @Test(arguments: TestDatabase.engines)
  func shareTheWorkAndDoEachJobOnce(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let readers = (100..<160).map { "reader \($0)" }
      let begun = Counter()
      let kind = JobKind("letter") { job, node in
        begun.count()
        try await Bed.write(job, node)
      }
      for reader in readers { try await bed.schedule("letter", reader) }
      let servers = [bed.node, bed.other].map { node in Task { await JobRunner(node, kinds: [kind]).run() } }
      try await eventually { try await bed.letters() == readers }
      for server in servers { server.cancel() }
      for server in servers { await server.value }
      #expect(begun.value == readers.count)
    }
  }

  /// The first server is stopped in the middle of a job (a long pause of its machine), and wakes up when another has done it.
  @Test(arguments: TestDatabase.engines)
  func cannotCommitWhatAnotherHasTakenOver(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.schedule("letter", "Amina")
      let taken = try await bed.database.write { [now = bed.clock.now()] connection in
        try JobStore.take(["letter"], at: now, lease: -1, connection)
      }
      let sleeper = try #require(taken)
      try await JobRunner(bed.other, kinds: [Bed.letter]).runDue()
      await #expect(throws: JobLost()) { try await Bed.write(sleeper, bed.node) }
      await #expect(throws: JobLost()) { try await bed.node.act(as: .system) { try sleeper.check(in: $0) } }
      let letters = try await bed.letters()
      #expect(letters == ["Amina"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func takeOverWhatASilentServerLeft(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.schedule("letter", "Amina")
      _ = try await bed.database.write { [now = bed.clock.now()] connection in
        try JobStore.take(["letter"], at: now, lease: 200, connection)
      }
      let runner = JobRunner(bed.other, kinds: [Bed.letter])
      try await runner.runDue()
      let early = try await bed.letters()
      #expect(early == [])
      try await Task.sleep(for: .milliseconds(250))
      try await runner.runDue()
      let late = try await bed.letters()
      #expect(late == ["Amina"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func giveUpAJobThatEndsEachServer(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.schedule("letter", "Amina")
      for _ in 1...10 {
        _ = try await bed.database.write { [now = bed.clock.now()] connection in
          try JobStore.take(["letter"], at: now, lease: -1, connection)
        }
      }
      try await JobRunner(bed.other, kinds: [Bed.letter]).runDue()
      let failed = try await bed.jobs(.failed).map(\.failure)
      #expect(failed == ["each server that tried has ended meanwhile"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func renewTheLeaseOfALongJob(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let begun = Counter()
      let kind = JobKind("letter") { job, node in
        begun.count()
        try await Task.sleep(for: .seconds(1))
        try await Bed.write(job, node)
      }
      try await bed.schedule("letter", "Amina")
      let servers = [bed.node, bed.other].map { node in
        Task { await JobRunner(node, kinds: [kind], timing: Self.brief).run() }
      }
      try await eventually { try await bed.letters() == ["Amina"] }
      for server in servers { server.cancel() }
      for server in servers { await server.value }
      #expect(begun.value == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func leaveWhatTheyCannotFinishToOthers(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let begun = Counter()
      let slow = JobKind("letter") { _, _ in
        begun.count()
        try await Task.sleep(for: .seconds(60))
      }
      try await bed.schedule("letter", "Amina")
      let server = Task { await JobRunner(bed.node, kinds: [slow], timing: Self.brief).run() }
      try await eventually { begun.value == 1 }
      server.cancel()
      await server.value
      let waiting = try await bed.jobs(.waiting).map(\.tries)
      #expect(waiting == [0])
      try await JobRunner(bed.other, kinds: [Bed.letter]).runDue()
      let letters = try await bed.letters()
      #expect(letters == ["Amina"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func doRegularWorkOnceForAll(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let count = Counter()
      let kind = JobKind("sweep", every: .hours(1)) { _, _ in
        if count.count() == 2 { throw JobFailure("the broom is broken") }
      }
      let servers = [bed.node, bed.other].map { node in
        Task { await JobRunner(node, kinds: [kind], timing: Self.patient).run() }
      }
      for times in 1...3 {
        try await eventually { count.value == times }
        try await eventually { try await bed.jobs(.waiting).map(\.due) == [bed.clock.now() + .hours(1)] }
        bed.clock.advance(by: .hours(1))
      }
      try await eventually { count.value == 4 }
      for server in servers { server.cancel() }
      for server in servers { await server.value }
    }
  }
}

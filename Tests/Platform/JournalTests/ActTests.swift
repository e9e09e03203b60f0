import Database
import Foundation
import Journal
import Kernel
import TestKit
import Testing

@Suite struct ActTests {
  @Test(arguments: TestDatabase.engines)
  func recordsWhatHappenedByWhomAndWhen(_ engine: Engine) async throws {
    try await Bed.with(engine, clock: { Timestamp(milliseconds: 1_700_000_000_000) }) { bed in
      try await bed.note("Our well is dry", id: "n1", as: Actor(.person(id: "amina")))
      let entries = try await bed.entries()
      #expect(entries.map(\.place) == [Position(epoch: 1, position: 1)])
      #expect(entries.map(\.actor) == ["person:amina"])
      #expect(entries.map(\.at) == [Timestamp(milliseconds: 1_700_000_000_000)])
      #expect(entries.map(\.kind) == ["written"])
      #expect(entries.map(\.subject) == ["n1"])
      #expect(entries.map(\.node) == [bed.node.id])
      #expect(entries.map(\.payload) == [["length": 15]])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func leavesNothingWhenItFails(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      await #expect(throws: DomainError.forbidden) {
        try await bed.node.act(as: .system) { act in
          _ = try Note.write("half", in: act)
          throw DomainError.forbidden
        }
      }
      for table in ["notes", "journal_entries", "journal_payloads"] {
        let count = try await bed.count(of: table)
        #expect(count == 0)
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func keepsTheOrderOfOneAct(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await bed.node.act(as: .system) { act in
        for number in 0..<50 { try act.record(Event("notes", "written", subject: String(number))) }
      }
      let subjects = try await bed.entries().map(\.subject)
      #expect(subjects == (0..<50).map { String($0) })
    }
  }

  @Test(arguments: TestDatabase.engines)
  func givesDensePositionsToManyWriters(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for writer in 0..<8 {
          group.addTask { for number in 0..<20 { try await bed.note("\(writer) \(number)") } }
        }
        try await group.waitForAll()
      }
      let positions = try await bed.entries().map(\.place.position)
      #expect(positions == Array(1...160))
    }
  }
}

@Suite struct OnceTests {
  private static let key = OnceKey(scope: "visitor:1", key: "form", body: Array("dry well".utf8))

  @Test(arguments: TestDatabase.engines)
  func doesTheSameThingOnce(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let first = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
      let second = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
      #expect(!first.isReplay)
      #expect(second.isReplay)
      #expect(second.subject == first.subject)
      let count = try await bed.count(of: "notes")
      #expect(count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func doesItOnceWhenSentManyTimesAtOnce(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let results = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
        for _ in 0..<20 {
          group.addTask {
            let result = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
            return (result.subject, result.isReplay)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(results.map(\.0)).count == 1)
      #expect(results.filter { !$0.1 }.count == 1)
      let count = try await bed.count(of: "notes")
      #expect(count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func refusesAnotherBodyAndNamesWhatTheFirstMade(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let first = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
      let changed = OnceKey(scope: Self.key.scope, key: Self.key.key, body: Array("two dry wells".utf8))
      await #expect(throws: DomainError.changedAfterSending(subject: first.subject)) {
        try await bed.node.act(as: .stranger, once: changed) { try Note.write("two dry wells", in: $0) }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func maySendAgainWhatFailed(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      await #expect(throws: DomainError.forbidden) {
        try await bed.node.act(as: .stranger, once: Self.key) { _ in throw DomainError.forbidden }
      }
      let again = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
      #expect(!again.isReplay)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func keepsScopesApart(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let other = OnceKey(scope: "visitor:2", key: Self.key.key, body: Array("dry well".utf8))
      let first = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
      let second = try await bed.node.act(as: .stranger, once: other) { try Note.write("dry well", in: $0) }
      #expect(first.subject != second.subject)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func forgetsKeysAfterThirtyDays(_ engine: Engine) async throws {
    let clock = TestClock()
    try await Bed.with(engine, clock: clock.now) { bed in
      _ = try await bed.node.act(as: .stranger, once: Self.key) { try Note.write("dry well", in: $0) }
      clock.advance(by: .days(30))
      let early = try await bed.node.act(as: .system) { try OnceKey.forgetOld(in: $0) }
      clock.advance(by: .seconds(1))
      let late = try await bed.node.act(as: .system) { try OnceKey.forgetOld(in: $0) }
      #expect(early == 0)
      #expect(late == 1)
    }
  }
}

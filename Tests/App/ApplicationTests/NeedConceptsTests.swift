import App
import Database
import Foundation
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing

/// What was found in a need is remembered, and no more than a memory.
@Suite struct NeedConceptsTests {
  @Test(arguments: TestDatabase.engines) func theNextStartFindsTheSame(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let words = ["Our letters need translating", "A map of the water points"]
      for words in words {
        _ = try await bed.app.needs.submit(
          NeedStatement(
            organization: OrganizationStatement(name: "Group of the hill", country: "MX"), words: Text(words), language: "en",
            channel: .web), as: .system, once: nil)
      }
      func found(_ index: NeedIndex) -> [[String]] {
        ["translation", "water points on a map"].map { index.like($0, language: "en", limit: 3) }
      }
      let first = found(bed.app.needs.index)
      #expect(first.map(\.count) == [1, 1])

      #expect(try await bed.count("need_concepts") == 0)
      let keeping = Task { await bed.app.needs.index.keepConcepts(on: bed.app.node) }
      try await eventually { try await bed.count("need_concepts") == 2 }
      keeping.cancel()
      await keeping.value

      // From what was kept: words that say something else by now are not looked at.
      try await bed.app.node.act(as: .system) { act in _ = try act.connection.execute("UPDATE needs SET words = 'Nothing'") }
      let next = NeedIndex(vocabulary: bed.app.vocabulary)
      try await bed.app.node.read { try next.rebuild($0) }
      #expect(found(next) == first)

      // Of another version of the need, nothing is taken.
      try await bed.app.node.act(as: .system) { act in _ = try act.connection.execute("UPDATE needs SET version = version + 1") }
      try await bed.app.node.read { try next.rebuild($0) }
      #expect(found(next) == [[], []])
    }
  }

  private func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<500 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("this has not come about in ten seconds")
  }
}

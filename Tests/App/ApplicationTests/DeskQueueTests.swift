import Database
import Foundation
import Journal
import Kernel
import People
import TestKit
import Testing
import Web

@testable import Needs

/// What waits on the desk stands in an order that can be said in a sentence, however many pages there are.
@Suite struct DeskQueueTests {
  @Test(arguments: TestDatabase.engines) func whatIsWantedSoonStandsFirstAndThenTheOldest(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let now = bed.node.clock()
      // A name, when it was stated and when it is wanted, in days from now.
      let stated: [(String, Int64, Int64?)] = [
        ("new", -1, nil), ("old", -9, nil), ("tomorrow", -2, 1), ("overdue", -3, -1), ("later", -5, 30), ("sixth", -4, 6),
      ]
      var names: [ID<Need>: String] = [:]
      for (name, age, wanted) in stated {
        let need = try await bed.state("Words of \(name)", for: "Group \(name)")
        names[need.id] = name
        let (createdAt, neededBy) = (now + .days(age), wanted.map { now + .days($0) })
        try await bed.node.act(as: .system) { act in
          _ = try act.connection.execute(
            "UPDATE needs SET created_at = \(createdAt), needed_by = \(neededBy) WHERE id = \(need.id)")
        }
      }
      let order = ["overdue", "tomorrow", "sixth", "old", "later", "new"]
      let queue = DeskQueue(scope: .desk(of: .system), state: .expressed, whose: .all, reader: nil)
      for limit in [1, 2, 3, 4, 6, 50] {
        var found: [String] = []
        var place: DeskQueue.Place?
        var time = now
        repeat {
          let (asked, at) = (place, time)
          let (needs, next) = try await bed.node.read { try queue.page(after: asked, limit: limit, at: at, $0) }
          found += needs.compactMap { names[$0.id] }
          #expect(next.flatMap { DeskQueue.Place($0.text) } == next)
          place = next
          // Days go by while somebody turns pages.
          time = time + .days(20)
        } while place != nil
        #expect(found == order, "\(limit) a page")
      }
      let page = try await bed.browser("chile").get("/desk").text
      let places = try order.map { try #require(page.firstRange(of: "Words of \($0)<")).lowerBound }
      #expect(places == places.sorted())
      #expect(page.contains("<p class=\"hint\">What is wanted within a week stands first, and then what has waited longest.</p>"))
      #expect(page.contains("waits since <time datetime=\"\((now - .days(9)).iso8601)\">"))
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsOverStandsWithTheNewestFirst(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      var ids: [ID<Need>] = []
      for number in 1...3 { ids.append(try await bed.state("Words \(number)", for: "Group \(number)").id) }
      try await bed.node.act(as: .system) { [ids] act in
        for id in ids { _ = try CloseNeed(id, version: 1, closure: .outOfScope)(in: act) }
      }
      let queue = DeskQueue(scope: .desk(of: .system), state: .closed, whose: .nobodys, reader: nil)
      let now = bed.node.clock()
      let (first, next) = try await bed.node.read { try queue.page(after: nil, limit: 2, at: now, $0) }
      let (second, end) = try await bed.node.read { try queue.page(after: next, limit: 2, at: now, $0) }
      #expect((first + second).map(\.id) == ids.reversed())
      #expect(end == nil)
      let mine = DeskQueue(scope: .desk(of: .system), state: .closed, whose: .mine, reader: nil)
      let none = try await bed.node.read { try mine.page(after: nil, limit: 2, at: now, $0).needs }
      #expect(none == [])
    }
  }
}

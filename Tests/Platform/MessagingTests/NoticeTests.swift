import Database
import Journal
import Kernel
import Localization
import Logging
import Synchronization
import TestKit
import Testing

@testable import Messaging

@Suite struct NoticeTests {
  @Test(arguments: TestDatabase.engines) func whoeverWasToldIsNotToldAgain(engine: Engine) async throws {
    try await withNode(engine) { node in
      let (amina, group) = (Recipient.person("amina"), Recipient.organization("group"))
      let told = try await node.act(as: .system) { act in
        try [amina, amina, group].map {
          try act.tell($0, Message("An offer came."), path: "/me", subject: "need", key: "offer 1")
        }
      }
      #expect(told == [true, false, true])
      let notices = try await node.read { try NoticeStore($0).notices(for: [amina, group], limit: 10) }
      #expect(notices.map(\.recipient.text).sorted() == ["organization:group", "person:amina"])
    }
  }

  @Test(arguments: TestDatabase.engines) func isSeenOnceAndGoesWithItsRecord(engine: Engine) async throws {
    try await withNode(engine) { node in
      let amina = Recipient.person("amina")
      for number in 1...3 {
        try await node.act(as: .system) { act in
          try act.tell(amina, Message("An offer came."), path: "/me", subject: "need \(number)", key: "\(number)")
        }
      }
      try await node.act(as: .system) { act in
        let store = NoticeStore(act.connection)
        try store.markSeen(try store.notices(for: [amina], limit: 1).map(\.id), at: act.now)
        try store.erase(about: "need 1")
      }
      let (unseen, all) = try await node.read { connection in
        (
          try NoticeStore(connection).unseen(for: [amina]),
          try NoticeStore(connection).notices(for: [amina], limit: 10).map(\.subject)
        )
      }
      #expect(unseen == 1)
      #expect(all == ["need 3", "need 2"])
    }
  }

  @Test func sentencesAreStoredWhole() throws {
    let several = Message("One day is left.", "{count} days are left for {code}.", 3, ["code": "N-1"])
    for message in [Message("Come back to {code}.", ["code": "N-1"]), several] {
      #expect(NoticeStore.decoded(try NoticeStore.encoded(message)) == message)
    }
    #expect(NoticeStore.decoded("{}") == nil)
  }

  private func withNode(_ engine: Engine, _ body: @Sendable (Node) async throws -> Void) async throws {
    try await TestDatabase.with(engine) { database in
      try await Migrator(JournalMigrations.all + MessagingMigrations.all).migrate(database)
      // What is told in one millisecond has no order: each act comes in one of its own.
      let acts = Mutex(Int64(0))
      let clock: @Sendable () -> Timestamp = {
        acts.withLock {
          $0 += 1
          return Timestamp(milliseconds: $0)
        }
      }
      try await body(
        Node(
          database: database, keys: KeyRing.generate(at: 0), clock: clock,
          logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
    }
  }
}

import Database
import Journal
import Kernel
import Logging
import TestKit
import Testing

@testable import Messaging

@Suite struct WebhookStoreTests {
  /// Two servers that found the same thing due: one of them sends it.
  @Test(arguments: TestDatabase.engines) func aTryIsTakenOnce(engine: Engine) async throws {
    try await withNode(engine) { node in
      let (webhook, now) = (try await add(node), Timestamp(milliseconds: 1_000))
      let store: @Sendable (Act) -> WebhookStore = { WebhookStore($0.connection) }
      let delivery = try await node.act(as: .system) { act in
        _ = try store(act).insert(act.newID(), of: nil, to: webhook, at: now)
        return try #require(try store(act).due(for: webhook, at: now))
      }
      let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 1...4 {
          group.addTask {
            try await node.act(as: .system) { act in try store(act).begin(delivery, next: now + .minutes(1), at: now) }
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(taken.filter { $0 }.count == 1)
      let (early, late) = try await node.read { connection in
        (
          try WebhookStore(connection).due(for: webhook, at: now + .seconds(59)),
          try WebhookStore(connection).due(for: webhook, at: now + .minutes(1))
        )
      }
      #expect(early == nil)
      #expect(late?.id == delivery.id)
    }
  }

  /// Who was slow to note that a try failed changes nothing of what came after it.
  @Test(arguments: TestDatabase.engines) func aLateFailureUndoesNothing(engine: Engine) async throws {
    try await withNode(engine) { node in
      let (webhook, now) = (try await add(node), Timestamp(milliseconds: 1_000))
      let (since, after) = try await node.act(as: .system) { act in
        let store = WebhookStore(act.connection)
        _ = try store.insert(act.newID(), of: nil, to: webhook, at: now)
        let delivery = try #require(try store.due(for: webhook, at: now))
        _ = try store.begin(delivery, next: now, at: now)
        _ = try store.begin(try #require(try store.due(for: webhook, at: now)), next: now, at: now)
        try store.markDelivered(delivery, status: 200, at: now)
        let since = try store.markFailed(delivery, tries: 1, status: 500, nil, next: now, at: now)
        return (since, try store.last(1, of: [webhook])[webhook]?.first)
      }
      #expect(since == nil)
      #expect([after?.status, after?.tries] == [200, 2])
      #expect(after?.nextTry == nil)
      #expect(after?.deliveredAt == now)
    }
  }

  @Test(arguments: TestDatabase.engines) func noMoreThanFiveAtOnce(engine: Engine) async throws {
    try await withNode(engine) { node in
      let added = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 1...12 { group.addTask { try await insert(node).isNew } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let kept = try await node.read { try WebhookStore($0).webhooks(of: "amina").count }
      #expect(kept <= Webhook.most)
      #expect(kept == added.filter { $0 }.count)
    }
  }

  private func add(_ node: Node) async throws -> ID<Webhook> { try await insert(node).id }

  private func insert(_ node: Node) async throws -> (id: ID<Webhook>, isNew: Bool) {
    try await node.act(as: .system) { act in
      let webhook = try Webhook(
        act.newID(), of: "amina", to: "https://example.org", secret: WebhookSecret(random: act.random), keys: act.keys,
        at: act.now,
        random: act.random)
      return (webhook.id, try WebhookStore(act.connection).insert(webhook))
    }
  }

  private func withNode(_ engine: Engine, _ body: @Sendable (Node) async throws -> Void) async throws {
    try await TestDatabase.with(engine) { database in
      try await Migrator(JournalMigrations.all + MessagingMigrations.all).migrate(database)
      try await body(
        Node(
          database: database, keys: KeyRing.generate(at: 0),
          logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
    }
  }
}

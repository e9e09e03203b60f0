import Database
import HTTPTypes
import Journal
import Kernel
import Web

/// What an operator's programs ask.
struct HealthRoutes {
  private let app: CivilApplication

  init(_ app: CivilApplication) {
    self.app = app
  }

  var routes: [Route] {
    [
      .feed("/health/live") { _ in .text("alive\n") },
      .feed("/health/ready", ready),
      .feed("/journal/head", head),
      .feed("/metrics") { _ in .text(app.metrics.text, type: "text/plain; version=0.0.4; charset=utf-8") },
    ]
  }

  /// Yes only when the database answers and every index has caught up with the journal.
  private func ready(_ visit: Visit) async throws -> Answer {
    var answer = Answer.text("ready\n")
    do {
      _ = try await app.node.read { connection in try connection.now() }
      if !app.node.indexes.isReady { answer = .text("the indexes are catching up\n") }
    } catch {
      answer = .text("the database does not answer\n")
    }
    if answer.body != Array("ready\n".utf8) { answer.status = .serviceUnavailable }
    return answer
  }

  /// The newest head of the journal: whoever keeps it can tell later that nothing below it was changed or cut off.
  private func head(_ visit: Visit) async throws -> Answer {
    let node = app.node
    guard let head = try await app.node.read({ connection in try Head.newest(of: node, connection) }) else {
      throw DomainError.notFound
    }
    return try .json(head.json)
  }
}

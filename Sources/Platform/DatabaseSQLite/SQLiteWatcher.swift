import Database
import Foundation
import GRDB

/// Tells when the file may have changed: at once after a commit of this process, and within a tenth of a second after one of another
/// (`PRAGMA data_version` differs when another connection has committed).
final class SQLiteWatcher: @unchecked Sendable {
  private static let interval = 0.1

  private let connection: DatabaseQueue
  private let lock = NSCondition()
  // Guarded by `lock`.
  private var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
  private var nextListener = 0
  private var isStopped = false

  init(path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    connection = try DatabaseQueue(path: path, configuration: configuration)
  }

  func start() {
    let thread = Thread { [self] in watch() }
    thread.name = "civil-sqlite-watcher"
    thread.start()
  }

  func stop() {
    lock.lock()
    isStopped = true
    let ended = Array(listeners.values)
    listeners = [:]
    lock.broadcast()
    lock.unlock()
    for listener in ended { listener.finish() }
  }

  /// Tells every listener.
  @Sendable func wake() {
    lock.lock()
    let told = Array(listeners.values)
    lock.unlock()
    for listener in told { listener.yield() }
  }

  func changes() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      lock.lock()
      let number = nextListener
      nextListener += 1
      listeners[number] = continuation
      lock.unlock()
      continuation.onTermination = { [weak self] _ in self?.remove(number) }
    }
  }

  private func remove(_ number: Int) {
    lock.lock()
    listeners[number] = nil
    lock.unlock()
  }

  private func watch() {
    var version: Int?
    while true {
      lock.lock()
      if !isStopped { lock.wait(until: Date(timeIntervalSinceNow: Self.interval)) }
      let isDone = isStopped
      lock.unlock()
      if isDone { break }
      // A failed look is repeated at the next tick.
      let now = try? connection.read { database in try Int.fetchOne(database, sql: "PRAGMA data_version") }
      if let now, now != version {
        if version != nil { wake() }
        version = now
      }
    }
    try? connection.close()
  }
}

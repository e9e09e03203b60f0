import Database
import Foundation
import GRDB

/// Tells when the file may have changed: at once after a commit of this process, and within a tenth of a second after one of another
/// (`PRAGMA data_version` differs when another connection has committed).
final class SQLiteWatcher: @unchecked Sendable {
  private static let interval = 0.1

  private let connection: DatabaseQueue
  private let listeners = Listeners()
  private let lock = NSCondition()
  // Guarded by `lock`.
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
    lock.withLock {
      isStopped = true
      lock.broadcast()
    }
    listeners.finish()
  }

  /// Tells every listener.
  @Sendable func wake() { listeners.wake() }

  func changes() -> AsyncStream<Void> { listeners.stream() }

  private func watch() {
    var version: Int?
    while true {
      let isDone = lock.withLock {
        if !isStopped { _ = lock.wait(until: Date(timeIntervalSinceNow: Self.interval)) }
        return isStopped
      }
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

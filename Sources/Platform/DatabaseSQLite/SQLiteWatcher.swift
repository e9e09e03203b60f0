import Database
import Foundation

/// Tells when the file may have changed: at once after a commit of this process, and within a tenth of a second after one of another
/// (`PRAGMA data_version` differs when another connection has committed).
final class SQLiteWatcher: @unchecked Sendable {
  private static let interval = 0.1

  // Used by the watching thread alone.
  private let session: SQLiteSession
  private let listeners = Listeners()
  private let lock = NSCondition()
  // Guarded by `lock`.
  private var isStopped = false

  /// Begins to watch.
  init(path: String) throws {
    session = try SQLiteSession(path: path, for: .reading)
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
    var version: SQLValue?
    while true {
      let isDone = lock.withLock {
        if !isStopped { _ = lock.wait(until: Date(timeIntervalSinceNow: Self.interval)) }
        return isStopped
      }
      if isDone { break }
      // A failed look is repeated at the next tick.
      let now = try? session.query("PRAGMA data_version").first?.values.first
      if let now, now != version {
        if version != nil { wake() }
        version = now
      }
    }
  }
}

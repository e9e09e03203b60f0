import Database
import Foundation
import Logging

/// Tells when the database may have changed: at once after a commit of this process, when another server says so, and each second.
///
/// Other servers are told by a NOTIFY of this connection's own, soon after the commit and once for many. A NOTIFY inside each
/// transaction would take a lock of the whole cluster until its fsync is done, so that commits could no longer share one.
final class PostgreSQLWatcher: @unchecked Sendable {
  private static let channel = "civil_changes"

  private let url: String
  private let timing: PostgreSQLTiming
  private let logger: Logger
  private let listeners = Listeners()
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var hasNews = false
  private var isStopped = false
  private var isRunning = false
  private var ended: [CheckedContinuation<Void, Never>] = []
  /// A pipe that ends the wait for the server: its reading end, its writing end.
  private var alarm: (reading: Int32, writing: Int32) = (-1, -1)

  init(url: String, timing: PostgreSQLTiming, logger: Logger) {
    self.url = url
    self.timing = timing
    self.logger = logger
  }

  /// - Throws: `SQLError.other` when the process has no file descriptor left.
  func start() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SQLError.other(code: "pipe", message: String(cString: strerror(errno))) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    let alarm = (reading: ends[0], writing: ends[1])
    condition.withLock {
      self.alarm = alarm
      isRunning = true
    }
    let thread = Thread { [self] in watch(alarm: alarm.reading) }
    thread.name = "civil-postgresql-watcher"
    thread.start()
  }

  func stop() async {
    await withCheckedContinuation { continuation in
      let isOver = condition.withLock {
        isStopped = true
        ring()
        if isRunning { ended.append(continuation) }
        return !isRunning
      }
      if isOver { continuation.resume() }
    }
  }

  func changes() -> AsyncStream<Void> { listeners.stream() }

  /// Something was committed through this process.
  @Sendable func committed() {
    listeners.wake()
    condition.withLock {
      guard isRunning, !hasNews else { return }
      hasNews = true
      ring()
    }
  }

  /// Called with the lock held. A full pipe rings already.
  private func ring() {
    var byte: UInt8 = 1
    if isRunning { _ = write(alarm.writing, &byte, 1) }
  }

  private func watch(alarm: Int32) {
    var connection: PostgreSQLSession?
    var nextTick = ContinuousClock.now + timing.tick
    var nextNotification = ContinuousClock.now
    var nextConnection = ContinuousClock.now
    while true {
      let (isDone, mayNotify) = condition.withLock { (isStopped, hasNews) }
      do throws(PostgreSQLFailure) {
        if connection == nil, !isDone, ContinuousClock.now >= nextConnection {
          nextConnection = ContinuousClock.now + .milliseconds(500)
          let new = try PostgreSQLSession(url: url, logger: logger)
          // What has only to be told need not be on the disk.
          _ = try new.command("SET synchronous_commit = off; LISTEN \(Self.channel)")
          connection = new
          // Whatever was said while nobody listened.
          listeners.wake()
        }
        if let connection, mayNotify, isDone || ContinuousClock.now >= nextNotification {
          condition.withLock { hasNews = false }
          nextNotification = ContinuousClock.now + timing.coalescing
          _ = try connection.command("NOTIFY \(Self.channel)")
        }
        if let connection, try connection.takeNotifications() { listeners.wake() }
      } catch {
        logger.log(
          level: connection == nil ? .debug : .warning, "changes of other servers are noticed late",
          metadata: ["reason": "\(error.message)"])
        connection = nil
      }
      if isDone { break }
      if ContinuousClock.now >= nextTick {
        nextTick = ContinuousClock.now + timing.tick
        listeners.wake()
      }
      var wakeUp = nextTick
      if connection == nil { wakeUp = min(wakeUp, nextConnection) }
      if connection != nil, condition.withLock({ hasNews }) { wakeUp = min(wakeUp, nextNotification) }
      wait(until: wakeUp, alarm: alarm, socket: connection?.socket ?? -1)
    }
    connection = nil
    listeners.finish()
    end()
  }

  /// Returns when there is something to do, at the latest at `moment`. A negative descriptor is ignored.
  private func wait(until moment: ContinuousClock.Instant, alarm: Int32, socket: Int32) {
    var descriptors = [alarm, socket].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = max((moment - ContinuousClock.now) / .milliseconds(1), 0)
    _ = poll(&descriptors, nfds_t(descriptors.count), Int32(milliseconds.rounded(.up)))
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(alarm, &bytes, bytes.count) == bytes.count {}
  }

  private func end() {
    let told = condition.withLock {
      isRunning = false
      close(alarm.reading)
      close(alarm.writing)
      defer { ended = [] }
      return ended
    }
    for continuation in told { continuation.resume() }
  }
}

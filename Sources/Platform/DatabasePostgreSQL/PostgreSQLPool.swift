import Database
import Foundation
import Logging

/// How long things may take.
package struct PostgreSQLTiming: Sendable {
  /// How long after it was asked for an act may still be tried again. A fail-over takes a few seconds.
  package var patience: Duration = .seconds(15)
  /// How often those who wait for changes are told without a reason, in case a notification was lost.
  package var tick: Duration = .seconds(1)
  /// The least time between two notifications to other servers.
  package var coalescing: Duration = .milliseconds(10)

  package init() {}
}

/// Threads that own a connection each, and the acts that wait for one of them.
final class PostgreSQLPool: @unchecked Sendable {
  private let url: String
  private let size: Int
  private let timing: PostgreSQLTiming
  private let logger: Logger
  private let committed: @Sendable () -> Void
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var waiting: [any PostgreSQLAct] = []
  private var isStopped = false
  private var running = 0
  private var ended: [CheckedContinuation<Void, Never>] = []

  /// - Parameter committed: called on a thread of the pool after each commit that changed something.
  init(url: String, size: Int, timing: PostgreSQLTiming, logger: Logger, committed: @escaping @Sendable () -> Void) {
    self.url = url
    self.size = max(size, 1)
    self.timing = timing
    self.logger = logger
    self.committed = committed
  }

  /// More would wait for longer than anybody's patience.
  private static let mostWaiting = 10_000

  func start() {
    condition.withLock { running = size }
    for number in 1...size {
      let thread = Thread { [self] in work() }
      thread.name = "civil-postgresql-\(number)"
      thread.start()
    }
  }

  /// - Parameter patience: instead of the usual one.
  func run<T: Sendable>(
    isReading: Bool, patience: Duration? = nil, _ body: @escaping @Sendable (any SQLConnection) throws -> T
  ) async throws -> T {
    // Nothing is awaited of a server that is only being looked for.
    let deadline = patience == .zero ? nil : ContinuousClock.now + (patience ?? timing.patience)
    return try await withCheckedThrowingContinuation { continuation in
      let act = Act(isReading: isReading, deadline: deadline, body: body, continuation: continuation)
      let isTaken = condition.withLock {
        guard !isStopped, waiting.count < Self.mostWaiting else { return false }
        waiting.append(act)
        condition.signal()
        return true
      }
      if !isTaken { continuation.resume(throwing: condition.withLock { isStopped } ? SQLError.closed : SQLError.busy) }
    }
  }

  /// Finishes what waits, then ends the threads and their connections.
  func stop() async {
    await withCheckedContinuation { continuation in
      let isOver = condition.withLock {
        isStopped = true
        condition.broadcast()
        if running > 0 { ended.append(continuation) }
        return running == 0
      }
      if isOver { continuation.resume() }
    }
  }

  private func work() {
    do {
      let worker = PostgreSQLWorker(url: url, logger: logger, committed: committed) { [self] in sleep($0) }
      while let act = next() { act.run(on: worker) }
    }
    let told = condition.withLock {
      running -= 1
      guard running == 0 else { return [CheckedContinuation<Void, Never>]() }
      defer { ended = [] }
      return ended
    }
    for continuation in told { continuation.resume() }
  }

  private func next() -> (any PostgreSQLAct)? {
    condition.withLock {
      while waiting.isEmpty {
        if isStopped { return nil }
        condition.wait()
      }
      return waiting.removeFirst()
    }
  }

  /// - Returns: whether there is any sense in trying again: not when everything is to end.
  private func sleep(_ duration: Duration) -> Bool {
    let (isEnding, wakeUp) = (condition.withLock { isStopped }, Date(timeIntervalSinceNow: duration / .seconds(1)))
    if isEnding { return false }
    Thread.sleep(until: wakeUp)
    return true
  }
}

/// An act of any result type, waiting for a thread.
private protocol PostgreSQLAct: Sendable {
  func run(on worker: PostgreSQLWorker)
}

private struct Act<T: Sendable>: PostgreSQLAct {
  let isReading: Bool
  /// Nil for at once.
  let deadline: ContinuousClock.Instant?
  let body: @Sendable (any SQLConnection) throws -> T
  let continuation: CheckedContinuation<T, any Error>

  func run(on worker: PostgreSQLWorker) {
    continuation.resume(
      with: Result {
        let now = ContinuousClock.now
        // Whoever asked has been told long ago that it could not be done; now it must not be.
        if let deadline, deadline < now { throw SQLError.busy }
        return try worker.perform(isReading: isReading, until: deadline ?? now, body)
      })
  }
}

/// A thread's connection, and the rules by which an act is tried again.
private final class PostgreSQLWorker {
  /// A body over this holds locks and a connection for long, and is reported.
  private static let slow = Duration.milliseconds(2)
  private static let firstPause = Duration.milliseconds(2)
  private static let longestPause = Duration.milliseconds(500)

  private let url: String
  private let logger: Logger
  private let committed: @Sendable () -> Void
  private let sleep: (Duration) -> Bool
  private var session: PostgreSQLSession?

  init(url: String, logger: Logger, committed: @escaping @Sendable () -> Void, sleep: @escaping (Duration) -> Bool) {
    self.url = url
    self.logger = logger
    self.committed = committed
    self.sleep = sleep
  }

  func perform<T>(
    isReading: Bool, until deadline: ContinuousClock.Instant, _ body: (any SQLConnection) throws -> T
  ) throws -> T {
    var pause = Self.firstPause
    while true {
      // A connection that has lain idle may have ended long ago: a new one deserves a try before any waiting.
      let wasConnected = session != nil
      switch attempt(isReading: isReading, body) {
      case .done(let result):
        return try result.get()
      case .failed(let failure):
        let isFirstLoss = failure.remedy == .reconnect && wasConnected
        logger.log(
          level: isFirstLoss ? .warning : .debug, "a transaction is tried again", metadata: ["reason": "\(failure.message)"])
        if isFirstLoss { continue }
        guard ContinuousClock.now + pause < deadline, sleep(pause * Double.random(in: 0.5...1)) else { throw failure.error }
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }

  private enum Outcome<T> {
    case done(Result<T, any Error>)
    case failed(PostgreSQLFailure)
  }

  private func attempt<T>(isReading: Bool, _ body: (any SQLConnection) throws -> T) -> Outcome<T> {
    let session: PostgreSQLSession
    do throws(PostgreSQLFailure) {
      session = try connected()
    } catch {
      return error.remedy == .none ? .done(.failure(error.error)) : .failed(error)
    }

    session.begin(isReading: isReading)
    let start = ContinuousClock.now
    let result = Result { try body(PostgreSQLConnection(session: session)) }
    let duration = ContinuousClock.now - start
    if duration > Self.slow {
      logger.debug("a transaction took long", metadata: ["ms": "\(Int(duration / .milliseconds(1)))", "reading": "\(isReading)"])
    }

    // What the body made of a failure does not count: it may have caught it, or have thrown something else instead.
    if let failure = session.failure, failure.remedy != .none {
      if failure.remedy == .reconnect || !session.rollback() { self.session = nil }
      return .failed(failure)
    }
    guard session.failure == nil, case .success = result else {
      if !session.rollback() { self.session = nil }
      return .done(result.flatMap { _ in .failure(session.failure?.error ?? .closed) })
    }
    // A loss seen before COMMIT is sent leaves no doubt about it.
    guard session.isAlive else {
      self.session = nil
      return .failed(.lost("the connection was lost before the commit"))
    }
    return commit(session, isReading: isReading, result)
  }

  private func connected() throws(PostgreSQLFailure) -> PostgreSQLSession {
    if let session { return session }
    let new = try PostgreSQLSession(url: url, logger: logger)
    session = new
    return new
  }

  private func commit<T>(_ session: PostgreSQLSession, isReading: Bool, _ result: Result<T, any Error>) -> Outcome<T> {
    do throws(PostgreSQLFailure) {
      try session.commit()
      if session.hasWritten { committed() }
      return .done(result)
    } catch {
      if error.remedy == .reconnect { self.session = nil }
      // Nothing is lost with a snapshot.
      if isReading { return .done(result) }
      switch error.remedy {
      case .retry: return .failed(error)
      case .none: return .done(.failure(error.error))
      case .reconnect:
        logger.warning("the connection was lost during a commit", metadata: ["reason": "\(error.message)"])
        // It may have been committed, and then others want to know.
        committed()
        return .done(.failure(SQLError.outcomeUnknown))
      }
    }
  }
}

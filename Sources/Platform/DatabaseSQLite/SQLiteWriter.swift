import Database
import Foundation
import Kernel
import Logging

/// The one writer of a file: a thread that takes every waiting act into one transaction, a savepoint each, and answers them all after
/// the commit (group commit). So the price of an fsync is shared by all who wait for it.
final class SQLiteWriter: @unchecked Sendable {
  /// More than this in one transaction would make the first ones wait too long.
  private static let longestBatch = 128
  /// A body over this many nanoseconds holds everybody up, and is reported.
  private static let slow: UInt64 = 2_000_000

  // Used by the writing thread alone.
  private let session: SQLiteSession
  private let logger: Logger
  private let committed: @Sendable () -> Void
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var waiting: [Work] = []
  private var isEnding = false
  private var isRunning = false

  /// - Parameter committed: called on the thread after each commit.
  init(session: SQLiteSession, logger: Logger, committed: @escaping @Sendable () -> Void) {
    self.session = session
    self.logger = logger
    self.committed = committed
    isRunning = true
    let thread = Thread { [self] in run() }
    thread.name = "civil-sqlite-writer"
    thread.start()
  }

  /// Finishes what waits, then ends.
  func stop() {
    condition.lock()
    isEnding = true
    condition.broadcast()
    while isRunning { condition.wait() }
    condition.unlock()
  }

  func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      if !add(.write(Write(body: body, continuation: continuation))) { continuation.resume(throwing: SQLError.closed) }
    }
  }

  /// Runs `body` between two transactions.
  func alone(_ body: @escaping @Sendable (SQLiteSession) throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
      let work: @Sendable (SQLiteSession) -> Void = { session in continuation.resume(with: Result { try body(session) }) }
      if !add(.alone(work)) { continuation.resume(throwing: SQLError.closed) }
    }
  }

  /// - Returns: whether it will be done.
  private func add(_ work: Work) -> Bool {
    condition.withLock {
      if !isEnding {
        waiting.append(work)
        condition.signal()
      }
      return !isEnding
    }
  }

  private func run() {
    while let (batch, alone) = next() {
      if let alone {
        alone(session)
        continue
      }
      do {
        try commit(batch)
        committed()
        for write in batch { write.finish() }
      } catch {
        logger.error("a commit failed", metadata: ["writes": "\(batch.count)", "error": "\(error)"])
        for write in batch { write.fail(with: error) }
      }
    }
  }

  /// - Returns: writes for one transaction, or what is done alone; nil at the end.
  private func next() -> (batch: [any WaitingWrite], alone: (@Sendable (SQLiteSession) -> Void)?)? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty {
      if isEnding {
        isRunning = false
        condition.broadcast()
        return nil
      }
      condition.wait()
    }
    if case .alone(let work) = waiting[0] {
      waiting.removeFirst()
      return ([], work)
    }
    var batch: [any WaitingWrite] = []
    for case .write(let write) in waiting.prefix(Self.longestBatch).prefix(while: \.isWrite) { batch.append(write) }
    waiting.removeFirst(batch.count)
    return (batch, nil)
  }

  private func commit(_ batch: [any WaitingWrite]) throws(SQLError) {
    try session.run("BEGIN IMMEDIATE")
    do throws(SQLError) {
      for write in batch {
        try session.run("SAVEPOINT act")
        let start = DispatchTime.now().uptimeNanoseconds
        let connection = SQLiteConnection(session: session)
        if !write.run(on: connection) {
          // A full disk rolls everything back by itself, savepoints too: that is what everybody of the batch is told.
          guard session.isInTransaction else { throw connection.failure ?? SQLError.noSpace("SQLite has rolled back") }
          try session.run("ROLLBACK TO act")
        }
        try session.run("RELEASE act")
        let nanoseconds = DispatchTime.now().uptimeNanoseconds - start
        if nanoseconds > Self.slow {
          logger.debug("a write body took long", metadata: ["ms": "\(nanoseconds / 1_000_000)"])
        }
      }
      do throws(SQLError) {
        try session.run("COMMIT")
      } catch {
        // The log may hold the commit although it could not be synced, and a restart would find it there.
        throw session.couldNotReadOrWrite ? SQLError.outcomeUnknown : error
      }
    } catch {
      if session.isInTransaction { try? session.run("ROLLBACK") }
      throw error
    }
  }
}

/// What waits for the thread.
private enum Work: Sendable {
  case write(any WaitingWrite)
  case alone(@Sendable (SQLiteSession) -> Void)

  var isWrite: Bool { if case .write = self { true } else { false } }
}

/// A write of any result type.
private protocol WaitingWrite: Sendable {
  /// - Returns: whether its changes are to be kept.
  func run(on connection: SQLiteConnection) -> Bool
  func finish()
  func fail(with error: any Error)
}

/// Only the writer's thread touches `result`.
private final class Write<T: Sendable>: WaitingWrite, @unchecked Sendable {
  private let body: @Sendable (any SQLConnection) throws -> T
  private let continuation: CheckedContinuation<T, any Error>
  private var result: Result<T, any Error>?

  init(body: @escaping @Sendable (any SQLConnection) throws -> T, continuation: CheckedContinuation<T, any Error>) {
    self.body = body
    self.continuation = continuation
  }

  func run(on connection: SQLiteConnection) -> Bool {
    do {
      let value = try body(connection)
      if let failure = connection.failure { throw failure }
      result = .success(value)
      return true
    } catch {
      result = .failure(error)
      return false
    }
  }

  func finish() {
    continuation.resume(with: result ?? .failure(SQLError.closed))
  }

  /// The error of the body itself says more than that of the transaction.
  func fail(with error: any Error) {
    if case .failure(let own)? = result { continuation.resume(throwing: own) } else { continuation.resume(throwing: error) }
  }
}

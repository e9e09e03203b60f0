import Database
import Foundation
import GRDB
import Kernel
import Logging

/// The one writer of a file: a thread that takes every waiting act into one transaction, a savepoint each, and answers them all after
/// the commit (group commit). So the price of an fsync is shared by all who wait for it.
final class SQLiteWriter: @unchecked Sendable {
  /// More than this in one transaction would make the first ones wait too long.
  private static let longestBatch = 128
  /// A body over this many nanoseconds holds everybody up, and is reported.
  private static let slow: UInt64 = 2_000_000

  private let pool: DatabasePool
  private let logger: Logger
  private let committed: @Sendable () -> Void
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var waiting: [any WaitingWrite] = []
  private var isEnding = false
  private var isRunning = false

  init(pool: DatabasePool, logger: Logger, committed: @escaping @Sendable () -> Void) {
    self.pool = pool
    self.logger = logger
    self.committed = committed
  }

  var isStopped: Bool { condition.withLock { isEnding } }

  func start() {
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
      let write = Write(body: body, continuation: continuation)
      condition.lock()
      let isTaken = !isEnding
      if isTaken {
        waiting.append(write)
        condition.signal()
      }
      condition.unlock()
      if !isTaken { continuation.resume(throwing: SQLError.closed) }
    }
  }

  private func run() {
    while let batch = next() {
      do {
        try pool.writeWithoutTransaction { database in try commit(batch, to: database) }
        committed()
        for write in batch { write.finish() }
      } catch {
        let error = (error as? GRDB.DatabaseError).map(SQLError.init) ?? error
        logger.error("a commit failed", metadata: ["writes": "\(batch.count)", "error": "\(error)"])
        for write in batch { write.fail(with: error) }
      }
    }
  }

  private func next() -> [any WaitingWrite]? {
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
    let batch = Array(waiting.prefix(Self.longestBatch))
    waiting.removeFirst(batch.count)
    return batch
  }

  private func commit(_ batch: [any WaitingWrite], to database: GRDB.Database) throws {
    try database.execute(sql: "BEGIN IMMEDIATE")
    do {
      for write in batch {
        try database.execute(sql: "SAVEPOINT act")
        let start = DispatchTime.now().uptimeNanoseconds
        if !write.run(on: SQLiteConnection(database: database)) { try database.execute(sql: "ROLLBACK TO act") }
        try database.execute(sql: "RELEASE act")
        let nanoseconds = DispatchTime.now().uptimeNanoseconds - start
        if nanoseconds > Self.slow {
          logger.debug("a write body took long", metadata: ["ms": "\(nanoseconds / 1_000_000)"])
        }
      }
      try database.execute(sql: "COMMIT")
    } catch {
      // A full disk may have rolled back by itself already, and then this fails too: the first error is the one to tell.
      if database.isInsideTransaction { try? database.execute(sql: "ROLLBACK") }
      throw error
    }
  }
}

/// A write of any result type, waiting for the thread.
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

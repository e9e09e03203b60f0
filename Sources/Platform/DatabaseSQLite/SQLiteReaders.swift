import Database
import Foundation

/// Threads that own a connection each, and the readings that wait for one of them. Each reading sees one snapshot.
final class SQLiteReaders: @unchecked Sendable {
  private let path: String
  private let condition = NSCondition()
  // Guarded by `condition`.
  private var waiting: [any Reading] = []
  private var isEnding = false
  private var running = 0

  /// - Parameter count: how many snapshots may be open at once.
  init(path: String, count: Int) {
    self.path = path
    running = count
    for number in 1...count {
      let thread = Thread { [self] in work() }
      thread.name = "civil-sqlite-reader-\(number)"
      thread.start()
    }
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let isTaken = condition.withLock {
        guard !isEnding else { return false }
        waiting.append(OneReading(body: body, continuation: continuation))
        condition.signal()
        return true
      }
      if !isTaken { continuation.resume(throwing: SQLError.closed) }
    }
  }

  /// Finishes what waits, then ends.
  func stop() {
    condition.withLock {
      isEnding = true
      condition.broadcast()
      while running > 0 { condition.wait() }
    }
  }

  private func work() {
    do {
      // Opened for the first reading: most nodes never need all of them.
      var session: SQLiteSession?
      while let reading = next() { reading.run(on: &session, path: path) }
    }
    condition.withLock {
      running -= 1
      condition.broadcast()
    }
  }

  private func next() -> (any Reading)? {
    condition.withLock {
      while waiting.isEmpty {
        if isEnding { return nil }
        condition.wait()
      }
      return waiting.removeFirst()
    }
  }
}

/// A reading of any result type, waiting for a thread.
private protocol Reading: Sendable {
  func run(on session: inout SQLiteSession?, path: String)
}

private struct OneReading<T: Sendable>: Reading {
  let body: @Sendable (any SQLConnection) throws -> T
  let continuation: CheckedContinuation<T, any Error>

  func run(on session: inout SQLiteSession?, path: String) {
    continuation.resume(
      with: Result {
        let open = try session ?? SQLiteSession(path: path, for: .reading)
        session = open
        try open.run("BEGIN")
        defer { try? open.run("ROLLBACK") }
        let connection = SQLiteConnection(session: open)
        let result = try body(connection)
        if let failure = connection.failure { throw failure }
        return result
      })
  }
}

#if DEBUG
  import Foundation

  /// A database with a fault: it acknowledges first and commits 60 ms later. `Tests/FaultTests/kill.py --expect-failure` serves with
  /// it (`CIVIL_FAULT=ack-before-commit`) to show that it would notice. Not in release builds.
  ///
  /// What was acknowledged must be readable at once, or no answer could be made of it: so one writer at a time holds its transaction open,
  /// and readings run inside it meanwhile.
  public final class AcknowledgingEarly: Database, @unchecked Sendable {
    private static let delay: TimeInterval = 0.06

    private let base: any Database
    private let turn = NSLock()
    private let condition = NSCondition()
    // Guarded by `condition`.
    private var isServing = false
    private var readings: [(any SQLConnection) -> Void] = []

    public init(_ base: any Database) {
      self.base = base
    }

    public var engine: Engine { base.engine }

    public func changes() -> AsyncStream<Void> { base.changes() }

    public func scrub(_ table: String) async throws { try await base.scrub(table) }

    public func close() async { await base.close() }

    public func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
      try await withCheckedThrowingContinuation { continuation in
        let isTaken = condition.withLock {
          guard isServing else { return false }
          readings.append { connection in continuation.resume(with: Result { try body(connection) }) }
          condition.signal()
          return true
        }
        guard !isTaken else { return }
        Task { [base] in
          do { continuation.resume(returning: try await base.read(body)) } catch { continuation.resume(throwing: error) }
        }
      }
    }

    public func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
      try await withCheckedThrowingContinuation { continuation in
        let answer = OneAnswer(continuation)
        Task { [self] in
          do {
            try await base.write { [self] connection in
              try turn.withLock {
                let result = try body(connection)
                condition.withLock { isServing = true }
                answer.give(.success(result))
                serve(connection)
              }
            }
          } catch {
            answer.give(.failure(error))
          }
        }
      }
    }

    /// Holds the transaction open for a fixed time, however much is read meanwhile.
    private func serve(_ connection: any SQLConnection) {
      condition.lock()
      defer { condition.unlock() }
      let end = Date(timeIntervalSinceNow: Self.delay)
      while !readings.isEmpty || condition.wait(until: end) {
        guard !readings.isEmpty else { continue }
        let reading = readings.removeFirst()
        condition.unlock()
        reading(connection)
        condition.lock()
      }
      isServing = false
    }
  }

  /// The first answer counts: a body that is run again after a serialization failure has been answered for.
  private final class OneAnswer<T: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    // Guarded by `lock`.
    private var continuation: CheckedContinuation<T, any Error>?

    init(_ continuation: CheckedContinuation<T, any Error>) {
      self.continuation = continuation
    }

    func give(_ result: Result<T, any Error>) {
      let waiting = lock.withLock {
        defer { continuation = nil }
        return continuation
      }
      waiting?.resume(with: result)
    }
  }
#endif

import Foundation

/// Those who wait for changes of a database. Bursts are merged.
public final class Listeners: @unchecked Sendable {
  private let lock = NSLock()
  // Guarded by `lock`.
  private var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
  private var next = 0
  private var isFinished = false

  public init() {}

  /// A stream of its own for each caller; it ends with `finish()`, at once when that was called already.
  public func stream() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let number = lock.withLock { () -> Int? in
        guard !isFinished else { return nil }
        next += 1
        waiting[next] = continuation
        return next
      }
      guard let number else { return continuation.finish() }
      continuation.onTermination = { [weak self] _ in self?.remove(number) }
    }
  }

  /// Tells everybody.
  public func wake() {
    for continuation in lock.withLock({ Array(waiting.values) }) { continuation.yield() }
  }

  /// Ends every stream.
  public func finish() {
    let ended = lock.withLock {
      defer { waiting = [:] }
      isFinished = true
      return Array(waiting.values)
    }
    for continuation in ended { continuation.finish() }
  }

  private func remove(_ number: Int) {
    _ = lock.withLock { waiting.removeValue(forKey: number) }
  }
}

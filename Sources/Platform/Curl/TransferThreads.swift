import Kernel
import Synchronization

/// The few threads on which transfers wait for the other side.
package final class TransferThreads: Sendable {
  private let threads: OwnThreads

  /// - Parameters:
  ///   - atOnce: how many are under way at the same time.
  ///   - mostWaiting: how many may wait for that.
  ///   - full: the error for who comes when that many wait.
  ///   - name: what debuggers show.
  package init(atOnce: Int, mostWaiting: Int, full: any Error, name: String) {
    threads = OwnThreads(count: atOnce, mostWaiting: mostWaiting, full: full, name: name)
  }

  /// - Throws: what `body` throws; `CancellationError` soon after the task was cancelled, so that a server which has fallen silent
  ///   keeps nobody who wants to stop.
  package func run<Value: Sendable>(_ body: @escaping @Sendable (_ isCancelled: Flag) throws -> Value) async throws -> Value {
    let isCancelled = Flag()
    return try await withTaskCancellationHandler {
      try await threads.run { try body(isCancelled) }
    } onCancel: {
      isCancelled.set()
    }
  }
}

/// Set by one thread, seen by others.
package final class Flag: Sendable {
  private let value = Atomic(false)

  package init() {}

  package var isSet: Bool { value.load(ordering: .relaxed) }
  package func set() { value.store(true, ordering: .relaxed) }

  static func from(_ context: UnsafeMutableRawPointer?) -> Flag? {
    context.map { Unmanaged<Flag>.fromOpaque($0).takeUnretainedValue() }
  }
}

import Foundation

/// A few threads for work that blocks or computes for long, which the cooperative threads must not do, and a bounded queue before them.
final class OwnThreads: Sendable {
  private let queue: WorkQueue

  /// - Parameters:
  ///   - count: how many threads; they start with the first work and end with this object.
  ///   - mostWaiting: how many pieces of work may wait beyond those that run.
  ///   - name: what debuggers show.
  init(count: Int, mostWaiting: Int, name: String) {
    queue = WorkQueue(threadCount: count, mostWaiting: mostWaiting, name: name)
  }

  deinit { queue.stop() }

  /// Runs `work` on one of the threads.
  /// - Throws: what `work` throws; `PassphraseHasher.Failure.busy` when too many wait; `CancellationError` when the task was cancelled
  ///   before the work began.
  func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let ticket = WorkQueue.Ticket()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
        let item = WorkQueue.Item(
          ticket: ticket,
          work: {
            let result = Result { try work() }
            return { continuation.resume(with: result) }
          },
          refuse: { continuation.resume(throwing: $0) })
        queue.add(item)
        // The task may have been cancelled before the work was in the queue to be removed.
        if Task.isCancelled { queue.cancel(ticket) }
      }
    } onCancel: {
      queue.cancel(ticket)
    }
  }
}

/// What the threads and those who give them work share. Every property is read and written under `condition`.
private final class WorkQueue: @unchecked Sendable {
  final class Ticket: Sendable {}

  struct Item: Sendable {
    let ticket: Ticket
    /// Does the work and returns what tells its result.
    let work: @Sendable () -> @Sendable () -> Void
    let refuse: @Sendable (any Error) -> Void
  }

  private let condition = NSCondition()
  private let threadCount: Int
  private let mostWaiting: Int
  private let name: String
  private var waiting: [Item] = []
  private var running = 0
  private var isStarted = false
  private var isStopped = false

  init(threadCount: Int, mostWaiting: Int, name: String) {
    self.threadCount = threadCount
    self.mostWaiting = mostWaiting
    self.name = name
  }

  func add(_ item: Item) {
    condition.lock()
    guard running + waiting.count < threadCount + mostWaiting else {
      condition.unlock()
      return item.refuse(PassphraseHasher.Failure.busy)
    }
    waiting.append(item)
    let mustStart = !isStarted
    isStarted = true
    condition.signal()
    condition.unlock()
    if mustStart { start() }
  }

  func cancel(_ ticket: Ticket) {
    condition.lock()
    let index = waiting.firstIndex { $0.ticket === ticket }
    let item = index.map { waiting.remove(at: $0) }
    condition.unlock()
    item?.refuse(CancellationError())
  }

  func stop() {
    condition.lock()
    isStopped = true
    condition.broadcast()
    condition.unlock()
  }

  private func start() {
    for number in 1...threadCount {
      let thread = Thread { self.serve() }
      thread.name = "\(name) \(number)"
      thread.start()
    }
  }

  private func serve() {
    condition.lock()
    while true {
      while waiting.isEmpty && !isStopped { condition.wait() }
      if waiting.isEmpty { break }
      let item = waiting.removeFirst()
      running += 1
      condition.unlock()
      let tell = item.work()
      condition.lock()
      running -= 1
      condition.unlock()
      // After the place is free: who is told may come back at once.
      tell()
      condition.lock()
    }
    condition.unlock()
  }
}

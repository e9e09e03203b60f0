import Foundation

/// A few threads for work that blocks or computes for long, which the cooperative threads must not do, and a bounded queue before
/// them.
package final class OwnThreads: Sendable {
  /// The threads hold it too, for as long as they run.
  let queue: WorkQueue

  /// - Parameters:
  ///   - count: how many threads; they start with the first work and end with this object.
  ///   - mostWaiting: how many pieces of work may wait beyond those that run.
  ///   - full: the error for who comes when that many wait.
  ///   - name: what debuggers show.
  package init(count: Int, mostWaiting: Int, full: any Error, name: String) {
    queue = WorkQueue(threadCount: count, mostWaiting: mostWaiting, full: full, name: name)
  }

  deinit { queue.stop() }

  /// How many pieces of work run or wait.
  var load: Int { queue.load }

  /// Runs `work` on one of the threads.
  /// - Throws: what `work` throws; the error for a full queue; `CancellationError` when the task was cancelled before the work
  ///   began.
  package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
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
final class WorkQueue: @unchecked Sendable {
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
  private let full: any Error
  private let name: String
  private var waiting: [Item] = []
  private var running = 0
  private var isStarted = false
  private var isStopped = false

  init(threadCount: Int, mostWaiting: Int, full: any Error, name: String) {
    self.threadCount = threadCount
    self.mostWaiting = mostWaiting
    self.full = full
    self.name = name
  }

  var load: Int {
    condition.lock()
    defer { condition.unlock() }
    return running + waiting.count
  }

  func add(_ item: Item) {
    condition.lock()
    guard running + waiting.count < threadCount + mostWaiting else {
      condition.unlock()
      return item.refuse(full)
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

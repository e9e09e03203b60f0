import Database
public import Journal
import Kernel
import Logging
import Synchronization

/// Does the jobs that are due. Every server may run one: each job is taken by one of them at a time.
public final class JobRunner: Sendable {
  struct Timing: Sendable {
    /// How long a silent server keeps a job. It renews the lease three times in this time.
    var lease = Duration.seconds(60)
    /// How often to look for what has become due. What is due at once is noticed at once.
    var tick = Duration.milliseconds(500)
    /// How long those under way may go on when all is to end.
    var grace = Duration.seconds(5)
  }

  private struct State {
    var workers: [Int: Task<Void, Never>] = [:]
    var nextWorker = 0
    var isStopping = false
  }

  private let node: Node
  private let kinds: [String: JobKind]
  private let atOnce: Int
  private let timing: Timing
  private let state = Mutex(State())

  /// - Parameters:
  ///   - kinds: what it can do. Jobs of other kinds are left to servers that can.
  ///   - atOnce: how many jobs are done at the same time.
  public convenience init(_ node: Node, kinds: [JobKind], atOnce: Int = 4) {
    self.init(node, kinds: kinds, atOnce: atOnce, timing: Timing())
  }

  /// With a handler for each kind, and the usual rules.
  public convenience init(_ node: Node, handlers: [String: JobKind.Handler]) {
    self.init(node, kinds: handlers.map { JobKind($0, $1) })
  }

  init(_ node: Node, kinds: [JobKind], atOnce: Int = 4, timing: Timing) {
    self.node = node
    self.kinds = Dictionary(kinds.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
    self.atOnce = atOnce
    self.timing = timing
  }

  /// Runs until cancelled; then those under way get a few seconds to end, and what is left waits for another server.
  public func run() async {
    state.withLock { $0.isStopping = false }
    var isPrepared = false
    for await _ in node.database.pulse(every: timing.tick) {
      if !isPrepared { isPrepared = await scheduleRegularOnes() }
      await startWorkers()
    }
    await stop()
  }

  /// Does what is due at present, one job after the other, and returns when nothing is: for commands and tests.
  public func runDue() async throws {
    while let job = try await take() { await perform(job) }
  }

  // MARK: Workers

  private func scheduleRegularOnes() async -> Bool {
    do {
      try await node.act(as: .system) { [kinds] act in
        for kind in kinds.values where kind.interval != nil { try act.begin(kind.name, key: Self.regular) }
      }
      return true
    } catch {
      node.logger.error("regular jobs cannot be scheduled", metadata: ["error": "\(error)"])
      return false
    }
  }

  /// Starts a worker for each free place, if there is anything to do. Each goes on until nothing is due.
  private func startWorkers() async {
    let hasPlace = state.withLock { $0.workers.count < atOnce }
    do {
      guard hasPlace, try await isAnyDue() else { return }
    } catch {
      if !(error is CancellationError) { node.logger.error("jobs cannot be read", metadata: ["error": "\(error)"]) }
      return
    }
    state.withLock { state in
      while state.workers.count < atOnce {
        let number = state.nextWorker
        state.nextWorker += 1
        // Tasks of their own, because the end of `run` shall not cancel them at once.
        state.workers[number] = Task {
          await work()
          self.state.withLock { $0.workers[number] = nil }
        }
      }
    }
  }

  private func work() async {
    do {
      while !state.withLock(\.isStopping), let job = try await take() { await perform(job) }
    } catch {
      node.logger.error("a job cannot be taken", metadata: ["error": "\(error)"])
    }
  }

  private func stop() async {
    let workers = state.withLock { state in
      state.isStopping = true
      return Array(state.workers.values)
    }
    let impatience = Task { [timing] in
      if (try? await Task.sleep(for: timing.grace)) != nil { for worker in workers { worker.cancel() } }
    }
    for worker in workers { await worker.value }
    impatience.cancel()
  }

  // MARK: One job

  private func isAnyDue() async throws -> Bool {
    try await node.database.read { [kinds, now = node.clock()] connection in
      try JobStore.isAnyDue(kinds.keys.sorted(), at: now, connection)
    }
  }

  private func take() async throws -> Job? {
    guard try await isAnyDue() else { return nil }
    return try await node.database.write { [kinds, lease = milliseconds(timing.lease), now = node.clock()] connection in
      try JobStore.take(kinds.keys.sorted(), at: now, lease: lease, connection)
    }
  }

  private enum Outcome: Sendable {
    case done
    case failed(any Error)
    case tooLong
    case lost
  }

  private func perform(_ job: Job) async {
    guard let kind = kinds[job.kind] else { return }
    let outcome =
      // A server that ends in the middle of a job does not count its failures: who takes the job next does.
      job.tries > kind.mostTries
      ? Outcome.failed(JobFailure.final("each server that tried has ended meanwhile")) : await run(job, kind)
    do {
      try await settle(job, kind, outcome)
    } catch {
      // Its lease will run out, and it will be done once more.
      node.logger.error("what became of a job cannot be stored", metadata: ["job": "\(job.id)", "error": "\(error)"])
    }
  }

  /// Runs the handler, renewing the lease, until it ends, takes too long or has lost the lease.
  private func run(_ job: Job, _ kind: JobKind) async -> Outcome {
    await withTaskGroup(of: Outcome?.self) { group in
      group.addTask { [node] in
        do {
          try await kind.handler(job, node)
          return .done
        } catch {
          return .failed(error)
        }
      }
      group.addTask { (try? await Task.sleep(for: kind.longest)) == nil ? nil : .tooLong }
      group.addTask { await self.keep(job) }

      var cause: Outcome?
      for await outcome in group {
        switch outcome {
        case .done:
          group.cancelAll()
          return .done
        case .failed(let error):
          group.cancelAll()
          return cause ?? .failed(error)
        case .tooLong, .lost:
          // The handler is told to end. Where it does not listen the lease ends, as nobody renews it any more.
          cause = outcome
          group.cancelAll()
        case nil:
          break
        }
      }
      return cause ?? .lost
    }
  }

  /// Renews the lease until cancelled.
  private func keep(_ job: Job) async -> Outcome? {
    while (try? await Task.sleep(for: timing.lease / 3)) != nil {
      do {
        let lease = try await node.database.write { [lease = milliseconds(timing.lease)] connection in
          try JobStore.extend(job, lease: lease, connection)
        }
        switch lease {
        case .held: continue
        case .ended: return nil
        case .lost: return .lost
        }
      } catch {
        node.logger.warning("a lease cannot be renewed", metadata: ["job": "\(job.id)", "error": "\(error)"])
      }
    }
    return nil
  }

  // MARK: What becomes of it

  private func settle(_ job: Job, _ kind: JobKind, _ outcome: Outcome) async throws {
    switch outcome {
    case .done:
      if kind.interval == nil {
        try await node.database.write { connection in try JobStore.remove(job, connection) }
      } else {
        try await next(job, kind, failure: nil)
      }
    case .lost:
      node.logger.warning("another server has taken over a job", metadata: ["job": "\(job.id)", "kind": "\(job.kind)"])
    case .failed(is JobLost):
      try await settle(job, kind, .lost)
    case .failed(is CancellationError) where Task.isCancelled:
      try await putBack(job, due: job.due, tries: job.tries - 1, failure: job.failure)
    case .failed(let error):
      try await fail(job, kind, Self.reason(for: error), error as? JobFailure)
    case .tooLong:
      try await fail(job, kind, "it took longer than \(kind.longest)", nil)
    }
  }

  private func fail(_ job: Job, _ kind: JobKind, _ reason: String, _ failure: JobFailure?) async throws {
    node.logger.warning(
      "a job did not succeed",
      metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "try": "\(job.tries)", "reason": "\(reason)"])
    if kind.interval != nil { return try await next(job, kind, failure: reason) }
    let isFinal = failure.map { $0.again == nil } ?? false
    if isFinal || job.tries >= kind.mostTries {
      return try await node.database.write { connection in try JobStore.giveUp(job, failure: reason, connection) }
    }
    var pause = JobKind.pause(after: job.tries, random: node.randomness.bytes(1)[0])
    if case .after(let interval) = failure?.again { pause = interval.milliseconds }
    let due = Timestamp(milliseconds: node.clock().milliseconds + pause)
    try await putBack(job, due: due, tries: job.tries, failure: reason)
  }

  /// Schedules the next time of a regular job.
  private func next(_ job: Job, _ kind: JobKind, failure: String?) async throws {
    guard let interval = kind.interval else { return }
    try await removingOnConflict(job) { [node] in
      try await node.act(as: .system) { act in
        try JobStore.putBack(job, due: act.now + interval, tries: 0, failure: failure, act.connection)
        // If the handler has finished it there was nothing to put back.
        try act.schedule(kind.name, at: act.now + interval, key: Self.regular)
      }
    }
  }

  private func putBack(_ job: Job, due: Timestamp, tries: Int, failure: String?) async throws {
    try await removingOnConflict(job) { [node] in
      try await node.database.write { connection in
        try JobStore.putBack(job, due: due, tries: tries, failure: failure, connection)
      }
    }
  }

  private func removingOnConflict(_ job: Job, _ putBack: () async throws -> Void) async throws {
    do {
      try await putBack()
    } catch SQLError.unique {
      // One with its key was scheduled meanwhile, and will do the same.
      try await node.database.write { connection in try JobStore.remove(job, connection) }
    }
  }

  /// The key of regular jobs, so that one of a kind waits however many servers there are.
  private static let regular = "regular"

  /// What may be stored about an error: its type and case, because what comes with the case might be a contact detail.
  static func reason(for error: any Error) -> String {
    if let failure = error as? JobFailure { return failure.reason }
    let type = String(describing: type(of: error))
    let mirror = Mirror(reflecting: error)
    guard mirror.displayStyle == .enum else { return type }
    return "\(type).\(mirror.children.first?.label ?? String(describing: error))"
  }

  private func milliseconds(_ duration: Duration) -> Int64 {
    Int64(duration / .milliseconds(1))
  }
}

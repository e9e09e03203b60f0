import Database
import Logging
import Synchronization

/// The indexes of this process, and how far into the journal they are.
public final class Indexes: Sendable {
  /// An index that has not looked into the journal for this long may be behind.
  private static let longestLag = Duration.seconds(1)
  private static let tick = Duration.milliseconds(200)
  /// Entries taken at once.
  private static let batch = 1_000
  /// Entries remembered as applied. When there are more, all are forgotten, and some applied twice.
  private static let mostApplied = 10_000

  private struct State {
    var indexes: [any JournalIndex] = []
    /// What acts have recorded and no index has seen yet, and who waits for it.
    var recorded: [Recorded] = []
    var waiting: [CheckedContinuation<Void, Never>] = []
    var isApplying = false
    /// Entries applied once. Each of this process comes twice, from its act and from the journal, in either order.
    var applied: Set<Recorded> = []
    /// The place up to which all indexes are right, and the epoch in which they were built; nil before they were loaded.
    var place: Position?
    var epoch: Int64 = 0
    /// When the reader of the journal last found nothing more to do.
    var caughtUp: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  /// Held while indexes change, so that no older snapshot is applied after a newer one.
  private let turn = Turn()
  private let database: any Database
  private let logger: Logger

  init(database: any Database, logger: Logger) {
    self.database = database
    self.logger = logger
  }

  /// Adds an index. All are registered before `load` or `run`.
  public func register(_ index: any JournalIndex) {
    state.withLock { $0.indexes.append(index) }
  }

  /// Every registered index, for checking them.
  public var all: [any JournalIndex] { state.withLock(\.indexes) }

  /// Whether every index has caught up with the journal within the last second.
  public var isReady: Bool {
    state.withLock { state in
      guard let caughtUp = state.caughtUp else { return false }
      return ContinuousClock.now - caughtUp < Self.longestLag
    }
  }

  /// Loads every index, then follows the journal until cancelled.
  /// - Throws: `SQLError` when the indexes cannot be loaded.
  public func run() async throws {
    if state.withLock({ $0.place }) == nil { try await load() }
    for await _ in database.pulse(every: Self.tick) {
      do {
        try await follow()
      } catch is CancellationError {
        return
      } catch {
        logger.error("the indexes cannot follow the journal", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Builds every index, all at once, together with their place in the journal.
  public func load() async throws {
    try await turn.take { [self] in try await rebuild() }
  }

  /// Has the indexes read again what an act has recorded. Returns when they have, or when they could not and will later.
  func apply(_ recorded: [Recorded]) async {
    let concerned = state.withLock { state in
      recorded.filter { entry in state.indexes.contains { $0.features.contains(entry.feature) } }
    }
    guard !concerned.isEmpty else { return }
    await withCheckedContinuation { continuation in
      let isFirst = state.withLock { state in
        state.recorded += concerned
        state.waiting.append(continuation)
        defer { state.isApplying = true }
        return !state.isApplying
      }
      // A task of its own: whoever waits may be cancelled, and others wait for the same work.
      if isFirst { Task { await applyWaiting() } }
    }
  }

  /// Applies what was recorded, together for all who wait.
  private func applyWaiting() async {
    while true {
      let (recorded, waiting) = state.withLock { state in
        defer {
          state.isApplying = !state.waiting.isEmpty
          state.recorded = []
          state.waiting = []
        }
        return (state.recorded, state.waiting)
      }
      if waiting.isEmpty { return }
      await apply(Set(recorded))
      for one in waiting { one.resume() }
    }
  }

  private func apply(_ recorded: Set<Recorded>) async {
    do {
      try await turn.take { [self] in
        // Before they are loaded there is nothing to refresh: loading will see it.
        guard state.withLock({ $0.place }) != nil else { return }
        let isNew = state.withLock { recorded.subtracting($0.applied) }
        if !isNew.isEmpty { try await database.read { [self] connection in try refresh(isNew, connection) } }
        remember(recorded)
      }
    } catch {
      logger.error("the indexes will see an act late", metadata: ["error": "\(error)"])
    }
  }

  /// Applies the entries that came since the last time.
  private func follow() async throws {
    var isBehind = true
    while isBehind {
      isBehind = try await turn.take { [self] in
        if let isBehind = try await database.read({ [self] connection in try followOnce(connection) }) { return isBehind }
        logger.notice("the journal has begun a new epoch: the indexes are built again")
        try await rebuild()
        return true
      }
    }
    state.withLock { $0.caughtUp = .now }
  }

  /// - Returns: whether there may be more; nil when the journal has begun a new epoch, and nothing was read.
  private func followOnce(_ connection: any SQLConnection) throws -> Bool? {
    let (place, epoch) = state.withLock { ($0.place ?? .start, $0.epoch) }
    guard try JournalReader.epoch(connection) == epoch else { return nil }
    let entries = try JournalReader.recorded(after: place, limit: Self.batch, connection)
    guard let last = entries.last else { return false }
    let recorded = Set(entries.map(\.0))
    let isNew = state.withLock { recorded.subtracting($0.applied) }
    try refresh(isNew, connection)
    remember(recorded)
    state.withLock { $0.place = last.1 }
    return entries.count == Self.batch
  }

  /// Keeps what was applied for the first time, and forgets what came for the second.
  private func remember(_ recorded: Set<Recorded>) {
    state.withLock { state in
      state.applied.formSymmetricDifference(recorded)
      if state.applied.count > Self.mostApplied { state.applied = [] }
    }
  }

  private func rebuild() async throws {
    let (place, epoch) = try await database.read { (try JournalReader.head($0), try JournalReader.epoch($0)) }
    // Each on a snapshot of its own, no older than the place: what it sees beyond it, it will read once more.
    try await withThrowingTaskGroup { group in
      for index in all { group.addTask { [database] in try await database.read { try index.rebuild($0) } } }
      try await group.waitForAll()
    }
    state.withLock { state in
      state.place = place
      state.epoch = epoch
    }
  }

  private func refresh(_ recorded: Set<Recorded>, _ connection: any SQLConnection) throws {
    for index in all {
      let subjects = Set(recorded.filter { index.features.contains($0.feature) }.map(\.subject))
      if !subjects.isEmpty { try index.refresh(subjects, connection) }
    }
  }
}

/// Lets one at a time do something that takes awaiting, in the order in which they came.
final class Turn: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func take<T: Sendable>(_ body: @Sendable () async throws -> T) async rethrows -> T {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken { state.waiting.append(continuation) }
        defer { state.isTaken = true }
        return !state.isTaken
      }
      if isFree { continuation.resume() }
    }
    defer { leave() }
    return try await body()
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}

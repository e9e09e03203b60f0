import Testing

/// Runs loops that end when cancelled while `body` runs.
func running(_ loops: [@Sendable () async throws -> Void], body: () async throws -> Void) async throws {
  let tasks = loops.map { loop in Task { try await loop() } }
  do {
    try await body()
  } catch {
    for task in tasks { task.cancel() }
    throw error
  }
  for task in tasks { task.cancel() }
  for task in tasks { _ = await task.result }
}

/// Waits until something is so, for at most ten seconds.
func eventually(_ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
  let end = ContinuousClock.now + .seconds(10)
  while ContinuousClock.now < end {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(10))
  }
  Issue.record("this has not come about in ten seconds", sourceLocation: sourceLocation)
}

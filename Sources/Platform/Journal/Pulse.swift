public import Database

extension Database {
  /// An element at once, whenever something may have been committed, and after every `interval`: for loops that wait for work.
  /// Bursts are merged. Ends when the task that reads it is cancelled or the database is closed.
  public func pulse(every interval: Duration) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      continuation.yield()
      let beat = Task {
        await withTaskGroup(of: Void.self) { group in
          group.addTask {
            for await _ in self.changes() { continuation.yield() }
          }
          group.addTask {
            while (try? await Task.sleep(for: interval)) != nil { continuation.yield() }
          }
          // The changes end before the clock does only when the database is closed.
          await group.next()
          group.cancelAll()
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in beat.cancel() }
    }
  }
}

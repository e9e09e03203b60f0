import Database
import Kernel
import Synchronization

/// A clock that a test moves.
final class TestClock: Sendable {
  private let time = Mutex(Timestamp(milliseconds: 1_700_000_000_000))

  func advance(by interval: Timestamp.Interval) {
    time.withLock { $0 = $0 + interval }
  }

  @Sendable func now() -> Timestamp { time.withLock { $0 } }
}

public import Journal
public import Kernel

/// What is done for the jobs of one name, and how.
public struct JobKind: Sendable {
  public typealias Handler = @Sendable (Job, Node) async throws -> Void

  /// As in `Act.schedule`: the feature and what is done, `mail.send`.
  public let name: String
  /// How often it is begun before it is given up.
  public let mostTries: Int
  /// How long it may take. Then it is cancelled, and the try counts as failed.
  public let longest: Duration
  /// For what is done regularly without being scheduled: how long after one end the next begins.
  public let interval: Timestamp.Interval?
  let handler: Handler

  /// - Parameter handler: does it. It may be called again after a failure, a crash or a lost lease; what it does to the database
  ///   belongs in one act with `job.finish(in:)`.
  public init(_ name: String, mostTries: Int = 10, longest: Duration = .seconds(300), _ handler: @escaping Handler) {
    self.name = name
    self.mostTries = mostTries
    self.longest = longest
    interval = nil
    self.handler = handler
  }

  /// Something done regularly, by one server at a time. After a failure the next time comes as if it had succeeded.
  public init(
    _ name: String, every interval: Timestamp.Interval, longest: Duration = .seconds(300), _ handler: @escaping Handler
  ) {
    self.name = name
    mostTries = 1
    self.longest = longest
    self.interval = interval
    self.handler = handler
  }

  /// Milliseconds before the try after the n-th: 5 s, 10 s, 20 s … up to an hour, less a random part of up to a half, so that
  /// what failed together is not tried again together.
  /// - Parameter random: 0…255.
  static func pause(after tries: Int, random: UInt8) -> Int64 {
    let doublings = min(max(tries - 1, 0), 20)
    let full = min(Int64(5_000) << Int64(doublings), 3_600_000)
    return full - full / 2 * Int64(random) / 255
  }
}

import Foundation
public import Kernel

/// How often one address may do something: a bucket of `burst` that fills again at `burst` per `period`.
public struct Limit: Sendable, Hashable {
  public let name: String
  public let burst: Int
  /// Seconds.
  public let period: Double

  public init(_ name: String, _ burst: Int, every period: Double) {
    self.name = name
    self.burst = burst
    self.period = period
  }
}

/// Counts who does what how often, in memory only and by a keyed hash that is forgotten with the process.
public final class Limiter: @unchecked Sendable {
  private struct Key: Hashable {
    let limit: String
    let who: Int
  }

  private struct Bucket {
    var tokens: Double
    var at: Double
  }

  private let overrides: [String: Limit]
  private let isOff: Bool
  private let lock = NSLock()
  // Guarded by `lock`.
  private var buckets: [Key: Bucket] = [:]

  /// - Parameters:
  ///   - overrides: limits of an operator, by name.
  ///   - isOff: lets everything through; for tests on loopback.
  public init(overrides: [Limit] = [], isOff: Bool = false) {
    self.overrides = Dictionary(overrides.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    self.isOff = isOff
  }

  /// Takes one from the bucket.
  /// - Parameter who: an address, an account; hashed with the process's own seed.
  /// - Throws: `DomainError.tooMany` when it is empty.
  public func take(_ limit: Limit, who: String, now: Timestamp) throws {
    if isOff { return }
    let limit = overrides[limit.name] ?? limit
    let seconds = Double(now.milliseconds) / 1000
    let rate = Double(limit.burst) / limit.period
    lock.lock()
    defer { lock.unlock() }
    if buckets.count > 100_000 { forget(before: seconds - 3600) }
    let key = Key(limit: limit.name, who: who.hashValue)
    var bucket = buckets[key] ?? Bucket(tokens: Double(limit.burst), at: seconds)
    bucket.tokens = min(Double(limit.burst), bucket.tokens + max(0, seconds - bucket.at) * rate)
    bucket.at = seconds
    guard bucket.tokens >= 1 else {
      buckets[key] = bucket
      throw DomainError.tooMany(seconds: Int(((1 - bucket.tokens) / rate).rounded(.up)))
    }
    bucket.tokens -= 1
    buckets[key] = bucket
  }

  private func forget(before seconds: Double) {
    buckets = buckets.filter { $0.value.at > seconds }
  }
}

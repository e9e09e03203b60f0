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
    /// When it will be full, and so like one that nobody has taken from.
    var full: Double
  }

  /// Floods from many addresses shall not fill the memory.
  private static let mostBuckets = 100_000

  private let overrides: [String: Limit]
  private let isOff: Bool
  private let lock = NSLock()
  // Guarded by `lock`.
  private var buckets: [Key: Bucket] = [:]
  private var nextSweep = 0.0

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
    sweep(seconds)
    let key = Key(limit: limit.name, who: who.hashValue)
    var bucket = buckets[key] ?? Bucket(tokens: Double(limit.burst), at: seconds, full: seconds)
    bucket.tokens = min(Double(limit.burst), bucket.tokens + max(0, seconds - bucket.at) * rate)
    bucket.at = seconds
    defer {
      bucket.full = seconds + (Double(limit.burst) - bucket.tokens) / rate
      buckets[key] = bucket
    }
    guard bucket.tokens >= 1 else { throw DomainError.tooMany(seconds: Int(((1 - bucket.tokens) / rate).rounded(.up))) }
    bucket.tokens -= 1
  }

  /// The same for whoever is at an address.
  public func take(_ limit: Limit, from address: String, now: Timestamp) throws {
    try take(limit, who: Self.network(of: address), now: now)
  }

  /// Forgets buckets that are full again, at most once a minute because it looks at all of them; and all when there are still too many.
  private func sweep(_ seconds: Double) {
    guard buckets.count >= Self.mostBuckets else { return }
    if seconds >= nextSweep {
      nextSweep = seconds + 60
      buckets = buckets.filter { $0.value.full > seconds }
    }
    if buckets.count >= 2 * Self.mostBuckets { buckets = [:] }
  }

  /// Whom to count for an address: an IPv4 address, or the network of 64 bits (RFC 4291 §2.5.4) that one customer of a provider has.
  static func network(of address: String) -> String {
    var bytes = in6_addr()
    guard address.contains(":"), inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
    let all = withUnsafeBytes(of: bytes) { Array($0) }
    let isIPv4 = all.prefix(10).allSatisfy { $0 == 0 } && all[10...11] == [0xFF, 0xFF]
    return isIPv4 ? all.suffix(4).map(String.init).joined(separator: ".") : Hex.encode(all.prefix(8))
  }
}

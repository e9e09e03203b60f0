import Foundation

/// What `/metrics` tells: counts and times since the start, in the Prometheus text format 0.0.4. No label names a person or an address.
public final class Metrics: @unchecked Sendable {
  /// Upper bounds of the buckets of answer times, in seconds.
  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

  private let lock = NSLock()
  // Guarded by `lock`.
  private var answers: [Int: Int] = [:]
  private var buckets = [Int](repeating: 0, count: Metrics.bounds.count)
  private var seconds = 0.0
  private var total = 0
  private var gauges: [String: @Sendable () -> Double] = [:]

  public init() {}

  /// Adds a figure that is read whenever somebody asks.
  public func gauge(_ name: String, _ read: @escaping @Sendable () -> Double) {
    lock.withLock { gauges[name] = read }
  }

  package func count(status: Int, took duration: Duration) {
    let elapsed = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    lock.withLock {
      answers[status, default: 0] += 1
      total += 1
      seconds += elapsed
      if let bucket = Self.bounds.firstIndex(where: { elapsed <= $0 }) { buckets[bucket] += 1 }
    }
  }

  public var text: String {
    let (answers, buckets, seconds, total, gauges) = lock.withLock {
      (self.answers, self.buckets, self.seconds, self.total, self.gauges)
    }
    var lines = ["# TYPE civil_http_answers_total counter"]
    lines += answers.sorted { $0.key < $1.key }.map { "civil_http_answers_total{status=\"\($0.key)\"} \($0.value)" }
    lines.append("# TYPE civil_http_answer_seconds histogram")
    var sum = 0
    for (bound, count) in zip(Self.bounds, buckets) {
      sum += count
      lines.append("civil_http_answer_seconds_bucket{le=\"\(bound)\"} \(sum)")
    }
    lines.append("civil_http_answer_seconds_bucket{le=\"+Inf\"} \(total)")
    lines.append("civil_http_answer_seconds_sum \(seconds)")
    lines.append("civil_http_answer_seconds_count \(total)")
    for (name, read) in gauges.sorted(by: { $0.key < $1.key }) {
      lines.append("# TYPE \(name) gauge")
      lines.append("\(name) \(read())")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// Where random bytes come from: the system, or a seed in a test.
public struct Randomness: Sendable {
  private let fill: @Sendable (Int) -> [UInt8]

  public init(_ fill: @escaping @Sendable (Int) -> [UInt8]) {
    self.fill = fill
  }

  /// `count` unpredictable bytes.
  public func bytes(_ count: Int) -> [UInt8] { fill(count) }

  /// The operating system's generator.
  public static let system = Randomness { count in
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }
}

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
    // Eight bytes a call: each is a system call.
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      while filled < count {
        withUnsafeBytes(of: generator.next()) { word in
          for byte in word.prefix(count - filled) {
            bytes.initializeElement(at: filled, to: byte)
            filled += 1
          }
        }
      }
    }
  }
}

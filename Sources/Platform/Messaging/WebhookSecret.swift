import Foundation
public import Kernel

/// What a program checks with that something comes from this node: the symmetric scheme of Standard Webhooks 1.0
/// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
public struct WebhookSecret: Sendable {
  let bytes: [UInt8]

  /// Bytes; the specification asks for 24 to 64.
  static let byteCount = 32
  private static let prefix = "whsec_"

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// A new one.
  /// - Parameter random: gives as many unpredictable bytes as it is asked for.
  public init(random: (Int) -> [UInt8]) {
    bytes = random(Self.byteCount)
  }

  /// - Parameter text: `whsec_` and base 64.
  /// - Returns: nil when it is none.
  public init?(_ text: String) {
    guard text.hasPrefix(Self.prefix), let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) else {
      return nil
    }
    bytes = Array(data)
  }

  /// What its owner puts into the program.
  public var text: String { Self.prefix + Data(bytes).base64EncodedString() }

  /// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base 64.
  /// - Parameters:
  ///   - id: the same whenever the same thing is sent again.
  ///   - time: when it is sent; whole seconds are signed.
  public func signature(of body: [UInt8], id: String, at time: Timestamp) -> String {
    let signed = Array("\(id).\(Self.seconds(time)).".utf8) + body
    return "v1," + Data(SecretKey(bytes).hmac(signed)).base64EncodedString()
  }

  /// Since 1970, as the header says it.
  static func seconds(_ time: Timestamp) -> String { String(time.milliseconds / 1000) }
}

internal import CLibCrypto

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
public struct SHA256: ~Copyable {
  /// The length of a hash.
  public static let byteCount = 32

  private let context: OpaquePointer

  public init() {
    guard let context = EVP_MD_CTX_new() else { fatalError("libcrypto has no memory for a hash") }
    self.context = context
    start()
  }

  deinit { EVP_MD_CTX_free(context) }

  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    mustSucceed(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// The hash of all that came: 32 bytes. The next piece begins a new one.
  public mutating func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: Self.byteCount)
    mustSucceed(EVP_DigestFinal_ex(context, &hash, nil))
    start()
    return hash
  }

  /// The hash of `bytes`: 32 bytes.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: byteCount)
    mustSucceed(EVP_Digest(bytes, bytes.count, &hash, nil, EVP_sha256(), nil))
    return hash
  }

  private func start() { mustSucceed(EVP_DigestInit_ex(context, EVP_sha256(), nil)) }
}

/// libcrypto says 1 for yes. What is asked here fails only without memory or without the algorithm: nothing can be done then, and going on with
/// a wrong value would be worse than to stop.
func mustSucceed(_ answer: Int32, _ what: StaticString = #function) {
  guard answer == 1 else { fatalError("libcrypto failed: \(what)") }
}

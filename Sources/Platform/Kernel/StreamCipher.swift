import Foundation

/// Keeps a long file unreadable and unchanged at rest: AES-256-GCM (NIST SP 800-38D) over chunks, in memory that does not grow with it.
///
/// It is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015, “Online Authenticated-Encryption and its Nonce-Reuse
/// Misuse-Resistance”): each chunk's nonce is its number (11 bytes, big-endian) and whether it is the last one (1 byte). So a chunk opens
/// in its own place only, and a stream that was cut between two chunks has no last one. Each stream has a key of its own, derived from
/// the node's key and the stream's random id, so that numbers never repeat under a key and a chunk of one stream does not open in
/// another. The associated data of every chunk are the stream's header, which the caller stores and gives back.
public struct StreamCipher: Sendable {
  /// Bytes in every chunk but the last one, which has at most so many, and none only when the stream is empty.
  public static let chunkByteCount = 1 << 16
  /// By how much a sealed chunk is longer.
  public static let tagByteCount = 16
  /// The length of a stream's id.
  public static let idByteCount = 16

  private let key: SecretKey
  private let header: [UInt8]
  private var number: UInt64 = 0
  private var isAtEnd = false

  /// A cipher for a new stream, with the ring's newest key.
  /// - Parameters:
  ///   - id: unpredictable bytes, never used before.
  ///   - header: what every chunk is bound to. It should hold the key's id (`KeyRing.newest`) and the stream's.
  public init(_ ring: KeyRing, purpose: KeyPurpose, id: [UInt8], header: [UInt8]) {
    self.init(ring.subkey(purpose), id: id, header: header)
  }

  /// A cipher to open a stream with.
  /// - Parameter keyID: as `KeyID.description` gives it.
  /// - Throws: `StreamCipherError.unknownKey` when the ring does not hold it.
  public init(
    opening id: [UInt8], keyID: String, header: [UInt8], _ ring: KeyRing, purpose: KeyPurpose
  ) throws(StreamCipherError) {
    guard let bytes = Hex.decode(keyID), let key = ring.subkey(purpose, of: KeyID(bytes)) else { throw .unknownKey(keyID) }
    self.init(key, id: id, header: header)
  }

  /// A cipher with a key of the caller's, to seal or to open with.
  init(_ key: SecretKey, id: [UInt8], header: [UInt8]) {
    self.key = key.derived(KeyRing.label("stream ") + Hex.encode(id))
    self.header = header
  }

  /// The next chunk, sealed: as long as `plain` and the tag.
  /// - Parameters:
  ///   - plain: `chunkByteCount` bytes, or fewer in the last chunk.
  ///   - isLast: whether the stream ends with it.
  /// - Throws: `StreamCipherError.order` after the last chunk, or when the chunk has a wrong length.
  public mutating func seal(_ plain: [UInt8], isLast: Bool) throws -> [UInt8] {
    guard hasRightLength(plain.count, isLast) else { throw StreamCipherError.order }
    let sealed = AESGCM.seal(plain, key: key, nonce: nonce(isLast), associated: header)
    advance(isLast)
    return sealed
  }

  /// What the next sealed chunk holds.
  /// - Parameter isLast: whether nothing follows it.
  /// - Throws: `StreamCipherError.doesNotOpen` when it, its place, the header or the stream's end is not as it was sealed.
  public mutating func open(_ sealed: [UInt8], isLast: Bool) throws(StreamCipherError) -> [UInt8] {
    let count = sealed.count - Self.tagByteCount
    guard count >= 0, hasRightLength(count, isLast) else { throw .doesNotOpen }
    do {
      let plain = try AESGCM.open(sealed, key: key, nonce: nonce(isLast), associated: header)
      advance(isLast)
      return plain
    } catch {
      throw .doesNotOpen
    }
  }

  private func hasRightLength(_ count: Int, _ isLast: Bool) -> Bool {
    guard !isAtEnd else { return false }
    return isLast ? count <= Self.chunkByteCount && (count > 0 || number == 0) : count == Self.chunkByteCount
  }

  private func nonce(_ isLast: Bool) -> [UInt8] {
    let counter = withUnsafeBytes(of: number.bigEndian) { Array($0) }
    return [0, 0, 0] + counter + [isLast ? 1 : 0]
  }

  private mutating func advance(_ isLast: Bool) {
    number += 1
    isAtEnd = isLast
  }
}

/// Why a stream cannot be sealed or opened.
public enum StreamCipherError: Error, Sendable, Equatable {
  /// The ring does not hold the key with this id.
  case unknownKey(String)
  /// It was changed, cut, put together from parts, or sealed with another key.
  case doesNotOpen
  /// A chunk came after the last one, or one that is not full before it.
  case order
}

import CArgon2
import Foundation

/// Hashes and checks passphrases with Argon2id (RFC 9106), two at a time, on threads of its own.
///
/// A hash takes about 30 ms and 19 MiB on purpose. On the cooperative threads it would keep the whole server waiting, and without
/// a bound a crowd at the sign-in page would use up the memory. The hash is in the PHC form,
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, which carries its own costs.
public final class PassphraseHasher: Sendable {
  /// What one hash costs.
  public struct Cost: Sendable, Equatable {
    /// KiB.
    public let memory: UInt32
    /// How often the memory is gone over.
    public let passes: UInt32
    /// Into how many parts the memory is divided; libargon2 fills each on a thread of its own.
    public let lanes: UInt32

    /// - Parameters:
    ///   - memory: KiB, at least 8 a lane.
    ///   - passes: at least 1.
    ///   - lanes: at least 1.
    public init(memory: UInt32, passes: UInt32, lanes: UInt32) {
      self.memory = memory
      self.passes = passes
      self.lanes = lanes
    }

    /// 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet.
    public static let standard = Cost(memory: 19 * 1024, passes: 2, lanes: 1)
  }

  /// Why there is no answer.
  public enum Failure: Error, Sendable, Equatable {
    /// Too many are waiting. Try again in a few seconds.
    case busy
    /// What is stored is no hash of ours.
    case unknownHash
    /// libargon2's own error number.
    case argon2(Int32)
  }

  private let cost: Cost
  private let threads: OwnThreads
  private static let saltByteCount = 16
  private static let tagByteCount = 32

  /// - Parameters:
  ///   - cost: of new hashes.
  ///   - threads: how many are hashed at a time; each takes `cost.memory`.
  ///   - mostWaiting: how many may wait beyond those; more are refused.
  public init(cost: Cost = .standard, threads: Int = 2, mostWaiting: Int = 64) {
    self.cost = cost
    self.threads = OwnThreads(count: threads, mostWaiting: mostWaiting, full: Failure.busy, name: "passphrases")
  }

  /// What to store of a passphrase.
  /// - Parameter random: gives as many unpredictable bytes as it is asked for; sixteen are taken.
  /// - Throws: `Failure`, or `CancellationError` when the task was cancelled while it waited.
  public func hash(_ passphrase: Passphrase, random: (Int) -> [UInt8] = Randomness.system.bytes) async throws -> String {
    let salt = random(PassphraseHasher.saltByteCount)
    let bytes = passphrase.bytes ?? []
    return try await threads.run { [cost] in try PassphraseHasher.hash(bytes, salt: salt, cost: cost) }
  }

  /// Whether the passphrase is the one that was hashed.
  /// - Parameter stored: nil when there is no such account: it takes as long, so that the time does not tell who has one.
  /// - Throws: `Failure`, or `CancellationError` when the task was cancelled while it waited.
  public func verify(_ passphrase: Passphrase, against stored: String?) async throws -> Bool {
    let attempt = attempt(of: passphrase, against: stored)
    guard let cost = PassphraseHasher.cost(of: attempt.encoded), PassphraseHasher.isBearable(cost) else {
      throw Failure.unknownHash
    }
    let matches = try await threads.run { try PassphraseHasher.verify(attempt.bytes, attempt.encoded) }
    return matches && attempt.mayMatch
  }

  /// Whether a hash has other costs than new ones have. When its passphrase was just verified, hash it again and store that.
  public func needsRehash(_ stored: String) -> Bool { PassphraseHasher.cost(of: stored) != cost }

  /// What is computed for an attempt to sign in: for one that cannot succeed, the same with a hash of today's cost that no
  /// passphrase has.
  func attempt(of passphrase: Passphrase, against stored: String?) -> (bytes: [UInt8], encoded: String, mayMatch: Bool) {
    if let stored, let bytes = passphrase.bytes { return (bytes, stored, true) }
    let salt = String(repeating: "A", count: 22)
    let tag = String(repeating: "A", count: 43)
    let nobody = "$argon2id$v=19$m=\(cost.memory),t=\(cost.passes),p=\(cost.lanes)$\(salt)$\(tag)"
    return (passphrase.bytes ?? [], nobody, false)
  }

  // MARK: libargon2

  private static func hash(_ passphrase: [UInt8], salt: [UInt8], cost: Cost) throws(Failure) -> String {
    let length = argon2_encodedlen(
      cost.passes, cost.memory, cost.lanes, UInt32(salt.count), UInt32(tagByteCount), Argon2_id)
    var encoded = [CChar](repeating: 0, count: length)
    let result = argon2id_hash_encoded(
      cost.passes, cost.memory, cost.lanes, passphrase, passphrase.count, salt, salt.count, tagByteCount, &encoded, length)
    guard result == ARGON2_OK.rawValue else { throw .argon2(result) }
    return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static func verify(_ passphrase: [UInt8], _ encoded: String) throws(Failure) -> Bool {
    switch argon2id_verify(encoded, passphrase, passphrase.count) {
    case ARGON2_OK.rawValue: return true
    case ARGON2_VERIFY_MISMATCH.rawValue: return false
    case let result: throw .argon2(result)
    }
  }

  /// The costs in a PHC text; nil when it is none of version 19 of Argon2id.
  static func cost(of encoded: String) -> Cost? {
    let fields = encoded.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count == 6, fields[0].isEmpty, fields[1] == "argon2id", fields[2] == "v=19" else { return nil }
    let costs = fields[3].split(separator: ",", omittingEmptySubsequences: false)
    guard costs.count == 3, costs[0].hasPrefix("m="), costs[1].hasPrefix("t="), costs[2].hasPrefix("p="),
      let memory = UInt32(costs[0].dropFirst(2)), let passes = UInt32(costs[1].dropFirst(2)),
      let lanes = UInt32(costs[2].dropFirst(2))
    else { return nil }
    return Cost(memory: memory, passes: passes, lanes: lanes)
  }

  /// A stored hash, which an import may have brought, must not be able to take the whole machine.
  private static func isBearable(_ cost: Cost) -> Bool { cost.memory <= 256 * 1024 && cost.passes <= 16 && cost.lanes <= 4 }
}

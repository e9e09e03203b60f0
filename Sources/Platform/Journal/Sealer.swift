import Database
public import Foundation
import Kernel
import Logging
import Synchronization

/// Seals new entries every second, and keeps the newest head in a file outside the database. Every server may run one: seals form
/// one chain, whoever makes them.
public final class Sealer: Sendable {
  /// Entries in one seal.
  private static let longest = 2_000

  private let node: Node
  private let file: HeadFile?
  private let interval: Duration
  /// The newest head known to be in the file.
  private let written = Mutex<Head?>(nil)
  private let isChecked = Mutex(false)

  /// - Parameter headFile: where heads are kept: best on another disk than the database, or on another machine. It grows by some
  ///   300 bytes for each second in which something was recorded.
  public convenience init(_ node: Node, headFile: URL?) {
    self.init(node, headFile: headFile, interval: .seconds(1))
  }

  init(_ node: Node, headFile: URL?, interval: Duration) {
    self.node = node
    file = headFile.map { HeadFile(url: $0) }
    self.interval = interval
  }

  /// Seals until cancelled.
  public func run() async {
    repeat {
      do {
        if !isChecked.withLock({ $0 }) { try await check() }
        try await seal()
      } catch is CancellationError {
        return
      } catch {
        node.logger.error("the journal cannot be sealed", metadata: ["error": "\(error)"])
      }
    } while (try? await Task.sleep(for: interval)) != nil
  }

  /// Compares the database with the file of heads, and begins a new epoch when it is behind: an older copy was put in its place.
  /// To be called before anything is written; `run` makes up for it.
  /// - Returns: whether the database has all that the file knows.
  @discardableResult
  public func check() async throws -> Bool {
    let isComplete = try await compare()
    isChecked.withLock { $0 = true }
    return isComplete
  }

  private func compare() async throws -> Bool {
    guard let newest = try file?.newest() else { return true }
    guard newest.isSigned(by: node.keys.publicKey) else { throw JournalError.foreignHead(node: newest.node) }
    let (isThere, epoch) = try await node.database.read { connection in
      let hash: [UInt8]? = try connection.value(
        "SELECT hash FROM journal_seals WHERE epoch = \(newest.place.epoch) AND position = \(newest.place.position)")
      return (hash == newest.hash, try JournalReader.epoch(connection))
    }
    if isThere {
      written.withLock { $0 = newest }
      return true
    }
    node.logger.critical(
      "the database lacks entries that were in the journal",
      metadata: ["epoch": "\(newest.place.epoch)", "position": "\(newest.place.position)"])
    // A promoted replica has begun one by itself.
    if epoch <= newest.place.epoch { try await Epoch.raise(node, because: .behind, above: newest.place.epoch) }
    return false
  }

  /// Seals what is numbered at present, and writes the newest head to the file.
  /// - Returns: how many entries were sealed by this call.
  @discardableResult
  public func seal() async throws -> Int {
    var total = 0
    while let count = try await sealOnce() {
      total += count
      try await keepHead()
    }
    // Of what another server has sealed, or of what could not be written before.
    try await keepHead()
    return total
  }

  /// To be called by the operator's command after a backup was restored: begins a new epoch, seals, and states in the file of
  /// heads that what is missing since is known to be lost.
  public func acknowledgeRestoration() async throws {
    try await Epoch.raise(node, because: .restored, above: try file?.newest()?.place.epoch ?? 0)
    while try await sealOnce() != nil {}
    guard let file, let newest = try await newest() else { return }
    try file.append(Head(signing: newest.place, at: newest.at, hash: newest.hash, isRestoration: true, with: node.keys))
    written.withLock { $0 = newest }
  }

  /// - Returns: how many entries were sealed; nil when there were none.
  private func sealOnce() async throws -> Int? {
    let (last, headers) = try await node.database.read { connection in
      let last = try Seal.newest(connection)
      return (last, try Header.all(after: last?.place ?? .start, limit: Self.longest, connection))
    }
    guard let place = headers.last?.place else { return nil }
    let previous = last?.hash ?? Seal.none
    let now = node.clock()
    var hash = SealHash(after: previous, at: now)
    for header in headers { hash.append(header) }
    let head = try Head(signing: place, at: now, hash: hash.finish(), with: node.keys)
    let isMade = try await node.database.write { connection in
      // Another server that sealed the same entries meanwhile has used the same predecessor.
      try connection.execute(
        """
        INSERT INTO journal_seals (epoch, position, hash, previous, signature, at)
        VALUES (\(place.epoch), \(place.position), \(head.hash), \(previous), \(head.signature), \(now)) ON CONFLICT DO NOTHING
        """)
    }
    return isMade > 0 ? headers.count : 0
  }

  private func keepHead() async throws {
    guard let file, let newest = try await newest(), written.withLock({ $0 != newest }) else { return }
    try file.append(newest)
    written.withLock { $0 = newest }
  }

  private func newest() async throws -> Head? {
    try await node.database.read { [node] connection in try Head.newest(of: node, connection) }
  }
}

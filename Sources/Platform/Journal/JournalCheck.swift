import Kernel

/// What has been seen of the journal while it is verified, in its order.
struct JournalCheck: ~Copyable {
  private let publicKey: [UInt8]
  /// The place of the last seal, and of the last entry, that was looked at.
  private(set) var sealed = Position.start
  private(set) var read = Position.start

  private var found: [VerificationReport.Finding] = []
  private var previous = Seal.none
  private var hash = SealHash(after: Seal.none, at: Timestamp(milliseconds: 0))
  private var position: Int64 = 0
  private var isInSeal = false
  private var sealedCount = 0
  private var unsealedCount = 0
  private var oldestUnsealed: Timestamp?
  /// Entries without a payload, by id, and the ids that records of erasures name.
  private var erased: [String: Position] = [:]
  private var recordedErasures: Set<String> = []

  private var newestHead: Head?
  private var unreadableHeads = 0
  /// Heads the database does not bear out, since the last restoration the operator has stated: how many, and the furthest.
  private var contradicted: (count: Int, furthest: Head)?
  private var acknowledgedLoss: Position?

  init(publicKey: [UInt8]) {
    self.publicKey = publicKey
  }

  // MARK: Seals and their entries

  mutating func begin(_ seal: Seal) {
    if seal.previous != previous { found.append(.chainBroken(seal.place)) }
    if !seal.head(of: Node.id(of: publicKey)).isSigned(by: publicKey) { found.append(.signatureWrong(seal.place)) }
    hash = SealHash(after: seal.previous, at: seal.at)
    isInSeal = true
  }

  mutating func take(_ entry: SealedEntry) {
    let place = entry.header.place
    if place.position > position + 1 { found.append(.missing(first: position + 1, last: place.position - 1)) }
    if place.position <= position { found.append(.outOfOrder(place)) }
    position = place.position
    read = place
    if isInSeal {
      hash.append(entry.header)
      sealedCount += 1
    } else {
      unsealedCount += 1
      oldestUnsealed = min(oldestUnsealed ?? entry.header.at, entry.header.at)
    }
    checkPayload(of: entry)
  }

  private mutating func checkPayload(of entry: SealedEntry) {
    guard let payload = entry.payload, let salt = entry.salt else {
      erased[entry.header.id] = entry.header.place
      return
    }
    guard Entry.commitment(to: payload, salt: salt) == entry.header.commitment else {
      found.append(.payloadAltered(entry.header.place, entry: entry.header.id))
      return
    }
    guard entry.header.feature == "journal", entry.header.kind == "erased" else { return }
    let names = (try? JSON(decoding: payload, limit: .max))?["entries"]?.array ?? []
    recordedErasures.formUnion(names.compactMap(\.string))
  }

  mutating func end(_ seal: Seal) {
    if position < seal.place.position {
      found.append(.missing(first: position + 1, last: seal.place.position))
      position = seal.place.position
    }
    if hash.finish() != seal.hash { found.append(.altered(after: sealed, upTo: seal.place)) }
    previous = seal.hash
    sealed = seal.place
    read = max(read, seal.place)
  }

  mutating func beginUnsealed() {
    isInSeal = false
  }

  /// - Parameters:
  ///   - unnumbered: when the entries without a position were made.
  ///   - strays: the ids of payloads without an entry.
  mutating func end(unnumbered: [Timestamp], strays: [String]) {
    unsealedCount += unnumbered.count
    if let first = unnumbered.first { oldestUnsealed = min(oldestUnsealed ?? first, first) }
    for entry in strays { found.append(.payloadWithoutEntry(entry)) }
  }

  // MARK: Heads

  /// - Parameter hash: of the seal that the database has at the head's place.
  mutating func take(_ head: Head, sealed hash: [UInt8]?) {
    if hash == head.hash && !head.isRestoration {
      newestHead = head
      return
    }
    // What nobody could have signed tells nothing.
    guard head.isSigned(by: publicKey) else {
      unreadableHeads += 1
      return
    }
    if head.isRestoration {
      acknowledgedLoss = contradicted?.furthest.place ?? acknowledgedLoss
      contradicted = nil
    }
    if hash != head.hash {
      let furthest = contradicted.map { $0.furthest.place > head.place ? $0.furthest : head } ?? head
      contradicted = ((contradicted?.count ?? 0) + 1, furthest)
    }
    newestHead = head
  }

  mutating func countUnreadableHeads(_ count: Int) {
    unreadableHeads += count
  }

  // MARK: The result

  func report() -> VerificationReport {
    var findings = found
    for (entry, place) in erased where !recordedErasures.contains(entry) {
      findings.append(.payloadMissing(place, entry: entry))
    }
    if let (count, head) = contradicted { findings.append(.headsContradicted(head.place, at: head.at, count: count)) }
    let recorded = erased.filter { recordedErasures.contains($0.key) }.map {
      VerificationReport.Erased(entry: $0.key, place: $0.value)
    }
    return VerificationReport(
      findings: findings.sorted { $0.place < $1.place }, head: sealed, sealed: sealedCount, unsealed: unsealedCount,
      oldestUnsealed: oldestUnsealed, erased: recorded.sorted { $0.place < $1.place }, newestHead: newestHead,
      acknowledgedLoss: acknowledgedLoss, unreadableHeads: unreadableHeads)
  }
}

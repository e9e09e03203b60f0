/// Words numbered in the order they were first seen. One byte arena and open addressing, so that reading ten thousand documents
/// makes no object per word.
struct TermTable: Sendable {
  typealias Term = Int32

  private var arena: [UInt8] = []
  private var ends: [UInt32] = []
  private var hashes: [UInt32] = []
  private var slots: [Int32]

  init() { slots = Array(repeating: -1, count: 64) }

  var count: Int { ends.count }

  /// The number of `word`, or nil if it was never interned.
  func find(_ word: UnsafeBufferPointer<UInt8>) -> Term? {
    let found = slots[slot(of: word, hash: TermTable.hash(word))]
    return found < 0 ? nil : found
  }

  func find(_ word: String) -> Term? {
    var word = word
    return word.withUTF8 { find($0) }
  }

  /// The number of `word`, which is added if it is new.
  mutating func intern(_ word: UnsafeBufferPointer<UInt8>) -> Term {
    let hash = TermTable.hash(word)
    let slot = slot(of: word, hash: hash)
    if slots[slot] >= 0 { return slots[slot] }
    let term = Term(ends.count)
    arena.append(contentsOf: word)
    ends.append(UInt32(arena.count))
    hashes.append(hash)
    slots[slot] = term
    if ends.count * 2 > slots.count { grow() }
    return term
  }

  mutating func intern(_ word: String) -> Term {
    var word = word
    return word.withUTF8 { intern($0) }
  }

  /// Calls `body` with the bytes of `term`.
  @inline(__always)
  func withBytes<T>(_ term: Term, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    arena.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(term)])) }
  }

  func word(_ term: Term) -> String { String(decoding: arena[range(term)], as: UTF8.self) }

  func length(_ term: Term) -> Int { range(term).count }

  @inline(__always)
  private func range(_ term: Term) -> Range<Int> {
    let index = Int(term)
    return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  /// The slot that holds `word`, or the free one where it belongs.
  @inline(__always)
  private func slot(of word: UnsafeBufferPointer<UInt8>, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] >= 0 {
      if hashes[Int(slots[slot])] == hash, withBytes(slots[slot], { same($0, word) }) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  @inline(__always)
  private func same(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (term, hash) in hashes.enumerated() {
      var slot = Int(hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(term)
    }
  }

  /// FNV-1a (Fowler, Noll, Vo), folded to 32 bits.
  @inline(__always)
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}

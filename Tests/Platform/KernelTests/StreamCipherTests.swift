import Testing

@testable import Kernel

@Suite struct StreamCipherTests {
  let ring: KeyRing
  let id = [UInt8](repeating: 7, count: StreamCipher.idByteCount)
  let header = Array("a header".utf8)

  init() throws {
    ring = KeyRing.generate(at: 0)
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
  func whatIsSealedComesBack(count: Int) throws {
    var seeded = Seeded(3)
    let plain = seeded.bytes(count)
    #expect(try open(seal(plain)) == plain)
  }

  @Test func aLongStreamHasAFixedPrice() throws {
    var seeded = Seeded(4)
    let sealed = try seal(seeded.bytes(200_000))
    #expect(sealed.map(\.count) == [65_552, 65_552, 65_552, 3_408])
  }

  @Test func isReadWithAnOlderKeyOfTheRing() throws {
    let sealed = try seal([1, 2, 3])
    let rotated = ring.rotated(at: 1, random: Randomness.system.bytes)
    #expect(try open(sealed, with: rotated) == [1, 2, 3])
  }

  @Test func everyChangedBitOfAChunkIsNoticed() throws {
    let sealed = try seal([1, 2, 3])
    for index in sealed[0].indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[0][index] ^= 1 << UInt8(bit)
        #expect(throws: StreamCipherError.doesNotOpen) { try open(changed) }
      }
    }
  }

  @Test func chunksOpenInTheirPlaceOnly() throws {
    var seeded = Seeded(5)
    let sealed = try seal(seeded.bytes(StreamCipher.chunkByteCount * 3 + 10))
    let arrangements: [[Int]] = [[1, 0, 2, 3], [0, 2, 1, 3], [0, 0, 1, 2, 3], [0, 2, 3], [1, 2, 3]]
    for arrangement in arrangements {
      #expect(throws: StreamCipherError.doesNotOpen) { try open(arrangement.map { sealed[$0] }) }
    }
  }

  @Test func aCutStreamIsNoticed() throws {
    var seeded = Seeded(6)
    let sealed = try seal(seeded.bytes(StreamCipher.chunkByteCount * 3))
    for count in 1...2 {
      #expect(throws: StreamCipherError.doesNotOpen) { try open(Array(sealed.prefix(count))) }
    }
    var shorter = sealed
    shorter[2].removeLast()
    #expect(throws: StreamCipherError.doesNotOpen) { try open(shorter) }
  }

  @Test func nothingCanBeAdded() throws {
    var seeded = Seeded(7)
    let sealed = try seal(seeded.bytes(StreamCipher.chunkByteCount))
    #expect(throws: StreamCipherError.doesNotOpen) { try open(sealed + [sealed[0]]) }
    #expect(throws: StreamCipherError.doesNotOpen) { try open(sealed + [[UInt8](repeating: 0, count: 16)]) }
  }

  @Test func aChunkOfAnotherStreamIsNoticed() throws {
    var seeded = Seeded(8)
    let plain = seeded.bytes(StreamCipher.chunkByteCount + 1)
    let other = try seal(plain, id: [UInt8](repeating: 8, count: StreamCipher.idByteCount))
    #expect(throws: StreamCipherError.doesNotOpen) { try open([other[0], try seal(plain)[1]]) }
    #expect(throws: StreamCipherError.doesNotOpen) { try open(other) }
  }

  @Test func theHeaderIsVouchedFor() throws {
    let sealed = try seal([1, 2, 3])
    var cipher = try StreamCipher(
      opening: id, keyID: ring.newest.description, header: Array("a Header".utf8), ring, purpose: .backup)
    #expect(throws: StreamCipherError.doesNotOpen) { try cipher.open(sealed[0], isLast: true) }
  }

  @Test func anotherPurposeHasAnotherKey() throws {
    let sealed = try seal([1, 2, 3])
    var cipher = try StreamCipher(opening: id, keyID: ring.newest.description, header: header, ring, purpose: .session)
    #expect(throws: StreamCipherError.doesNotOpen) { try cipher.open(sealed[0], isLast: true) }
  }

  @Test func anUnknownKeyIsNamed() throws {
    let name = ring.newest.description
    let other = KeyRing.generate(at: 0)
    #expect(throws: StreamCipherError.unknownKey(name)) {
      _ = try StreamCipher(opening: id, keyID: name, header: header, other, purpose: .backup)
    }
  }

  @Test func nothingIsSealedAfterTheEnd() throws {
    var cipher = StreamCipher(ring, purpose: .backup, id: id, header: header)
    #expect(throws: StreamCipherError.order) { _ = try cipher.seal([1], isLast: false) }
    _ = try cipher.seal([1], isLast: true)
    #expect(throws: StreamCipherError.order) { _ = try cipher.seal([1], isLast: true) }
  }

  private func seal(_ plain: [UInt8], id: [UInt8]? = nil) throws -> [[UInt8]] {
    var cipher = StreamCipher(ring, purpose: .backup, id: id ?? self.id, header: header)
    var chunks: [[UInt8]] = []
    var start = 0
    repeat {
      let end = min(start + StreamCipher.chunkByteCount, plain.count)
      chunks.append(try cipher.seal(Array(plain[start..<end]), isLast: end == plain.count))
      start = end
    } while start < plain.count
    return chunks
  }

  private func open(_ chunks: [[UInt8]], with ring: KeyRing? = nil) throws -> [UInt8] {
    var cipher = try StreamCipher(
      opening: id, keyID: self.ring.newest.description, header: header, ring ?? self.ring, purpose: .backup)
    var plain: [UInt8] = []
    for (index, chunk) in chunks.enumerated() { plain += try cipher.open(chunk, isLast: index == chunks.count - 1) }
    return plain
  }
}

import Database
import Foundation
import Kernel
import TestKit
import Testing

@testable import App

/// Whatever is wrong with a backup, nothing is touched.
@Suite struct DamageTests {
  @Test(arguments: TestDatabase.engines)
  func aCutBackupIsRefused(engine: Engine) async throws {
    try await refused(engine) { bytes, start in
      let chunk = StreamCipher.chunkByteCount + StreamCipher.tagByteCount
      return [bytes.count - 1, start + chunk, start + 2 * chunk, start + chunk + 7, start].map { Array(bytes.prefix($0)) }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aChangedBackupIsRefused(engine: Engine) async throws {
    try await refused(engine) { bytes, start in
      let chunk = StreamCipher.chunkByteCount + StreamCipher.tagByteCount
      return [start, start + chunk - 1, start + chunk, bytes.count - 1].map { place in
        var changed = bytes
        changed[place] ^= 1
        return changed
      }
    }
  }

  @Test func aChangedHeaderIsRefused() async throws {
    try await refused(.sqlite) { bytes, start in
      let header = String(decoding: bytes[..<start], as: UTF8.self)
      return [Array(header.replacing("\"entries\":200", with: "\"entries\":201").utf8) + bytes[start...]]
    }
  }

  @Test func movedChunksAreRefused() async throws {
    try await refused(.sqlite) { bytes, start in
      let chunk = StreamCipher.chunkByteCount + StreamCipher.tagByteCount
      let (head, rest) = (bytes[..<(start + 2 * chunk)], bytes[(start + 2 * chunk)...])
      let (first, second) = (bytes[start..<(start + chunk)], bytes[(start + chunk)..<(start + 2 * chunk)])
      return [
        Array(bytes[..<start] + second + first + rest), Array(head + second + rest), Array(bytes[..<start] + second + rest),
        bytes + first,
      ]
    }
  }

  @Test func twoBackupsDoNotMakeOne() async throws {
    try await Bed.with(.sqlite) { bed in
      let (one, other) = (
        try Bed.bytes(try await bed.backUp(to: "a.backup")), try Bed.bytes(try await bed.backUp(to: "c.backup"))
      )
      let start = Bed.headerCount(one)
      #expect(Bed.headerCount(other) == start)
      let middle = start + StreamCipher.chunkByteCount + StreamCipher.tagByteCount
      try await refuses(bed, [Array(one[..<middle] + other[middle...]), Array(other[..<start] + one[start...])])
    }
  }

  @Test func somethingElseIsRefused() async throws {
    try await Bed.with(.sqlite) { bed in
      for bytes in [[], Array("civil".utf8), [UInt8](repeating: 0, count: 100_000), try Bed.bytes(bed.path("node.sqlite"))] {
        let path = try bed.write(bytes)
        await #expect(throws: BackupError.notABackup(path: path)) { try await bed.restore(path, isForced: true) }
      }
      let newer = try bed.write(Array("civil-society-backup 2\n{}\n".utf8))
      await #expect(throws: BackupError.unknownFormat(path: newer, found: "2")) { try await bed.restore(newer, isForced: true) }
      await #expect(throws: BackupError.notABackup(path: bed.folder.path)) {
        try await bed.restore(bed.folder.path, isForced: true)
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anotherNodesKeysAreRefused(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let path = try await bed.backUp()
      let before = try await bed.contents()
      let ours = try KeyFile(path: bed.settings.keys).load().newest.description
      _ = try KeyFile(path: bed.path("other.keys")).create(at: 0)
      let other = Bed.settings(bed.settings.database, bed.folder, keys: "other.keys")
      await #expect(throws: BackupError.unknownKey(path: path, id: ours)) {
        try await bed.restore(path, into: other, isForced: true)
      }
      let plain = try await bed.backUp(to: "plain.backup", isPlain: true)
      await #expect(throws: BackupError.otherNode(path: plain, keys: other.keys)) {
        try await bed.restore(plain, into: other, isForced: true, isPlain: true)
      }
      #expect(try await bed.contents() == before)
    }
  }

  @Test func nothingIsSealedWithKeysThatAreNotTheDatabases() async throws {
    try await Bed.with(.sqlite) { bed in
      _ = try KeyFile(path: bed.path("other.keys")).create(at: 0)
      let other = Bed.settings(bed.settings.database, bed.folder, keys: "other.keys")
      await #expect(throws: BackupError.otherNode(path: other.database.description, keys: other.keys)) {
        _ = try await Backup(other, logger: Bed.logger)(to: bed.path("a.backup"))
      }
      #expect(try bed.files() == ["node.head", "node.keys", "node.sqlite", "other.keys"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aPlainBackupIsTakenOnlyWhenAsked(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let before = try await bed.contents()
      let path = try await bed.backUp(isPlain: true)
      await #expect(throws: BackupError.plain(path: path)) { try await bed.restore(path, isForced: true) }
      try await bed.note("written after the backup")
      try await bed.restore(path, isForced: true, isPlain: true)
      #expect(try await bed.contents() == before)
    }
  }

  @Test func aPlainBackupIsTheDatabaseBetweenHeaderAndDigest() async throws {
    try await Bed.with(.sqlite) { bed in
      let bytes = try Bed.bytes(try await bed.backUp(isPlain: true))
      let file = try bed.write(Array(bytes[Bed.headerCount(bytes)...].dropLast(32)), "copy.sqlite")
      let copy = Bed.settings(.sqlite(path: file), bed.folder)
      #expect(try await bed.contents(copy) == (try await bed.contents()))
    }
  }

  @Test func aDamagedPlainBackupIsRefused() async throws {
    try await refused(.sqlite, isPlain: true) { bytes, start in
      var changed = bytes
      changed[start + 100_000] ^= 1
      return [changed, Array(bytes.dropLast()), Array(bytes.prefix(start + 4_096)), bytes + [0], Array(bytes.prefix(start + 10))]
    }
  }

  @Test(.enabled(if: TestDatabase.hasPostgreSQL)) func aDumpThatEndsTooEarlyChangesNothing() async throws {
    try await Bed.with(.postgresql) { bed in
      let keys = try KeyFile(path: bed.settings.keys).load()
      let reader = try BackupReader(path: try await bed.backUp())
      var dump: [UInt8] = []
      try reader.read(keys) { dump += $0 }
      try await bed.note("written after the backup")
      let before = try await bed.contents()
      // Sealed as it should be, and yet no whole dump: what a failing disk may leave to pg_restore alone to find.
      for (index, count) in [dump.count / 2, dump.count - 500, 10].enumerated() {
        let path = bed.path("short\(index).backup")
        let writer = try BackupWriter(path: path, header: reader.header, keys: keys)
        try writer.write(Array(dump.prefix(count)))
        try writer.finish()
        await #expect(throws: BackupError.self) { try await bed.restore(path, isForced: true) }
        #expect(try await bed.contents() == before)
      }
    }
  }

  /// Makes a backup, and checks that none of what `spoil` makes of it is restored.
  private func refused(
    _ engine: Engine, isPlain: Bool = false, _ spoil: @Sendable ([UInt8], _ start: Int) -> [[UInt8]]
  ) async throws {
    try await Bed.with(engine) { bed in
      let bytes = try Bed.bytes(try await bed.backUp(isPlain: isPlain))
      #expect(bytes.count > 3 * StreamCipher.chunkByteCount)
      try await refuses(bed, spoil(bytes, Bed.headerCount(bytes)), isPlain: isPlain)
    }
  }

  private func refuses(_ bed: Bed, _ spoiled: [[UInt8]], isPlain: Bool = false) async throws {
    let (before, epoch) = (try await bed.contents(), try await bed.epoch())
    for bytes in spoiled {
      let path = try bed.write(bytes)
      let files = try bed.files()
      await #expect(throws: BackupError.damaged(path: path)) { try await bed.restore(path, isForced: true, isPlain: isPlain) }
      #expect(try bed.files() == files)
      #expect(try await bed.contents() == before)
      #expect(try await bed.epoch() == epoch)
    }
  }
}

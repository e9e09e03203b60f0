import Foundation
import Testing

@testable import Kernel

/// A folder that goes with its test.
final class ScratchFolder: Sendable {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "kernel-" + Hex.encode(Randomness.system.bytes(8)))
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}

@Suite struct KeyFileTests {
  let folder: ScratchFolder
  let file: KeyFile

  init() throws {
    folder = try ScratchFolder()
    file = KeyFile(path: folder.path + "/keys")
  }

  func mode() throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    return try #require(attributes[.posixPermissions] as? NSNumber).intValue
  }

  func contents() throws -> String { try String(contentsOfFile: file.path, encoding: .utf8) }

  /// Replaces the file's contents and keeps its mode.
  func put(_ text: String) throws {
    try text.write(toFile: file.path, atomically: false, encoding: .utf8)
    chmod(file.path, 0o600)
  }

  @Test func isMadeForItsOwnerAloneAndReadAgain() throws {
    let made = try file.create(at: 1_000)
    #expect(try mode() == 0o600)
    #expect(try folder.files == ["keys"])
    let loaded = try file.load()
    #expect(loaded.fingerprint == made.fingerprint)
    #expect(loaded.publicKey == made.publicKey)
    #expect(loaded.masters[0].made == 1_000)
    for purpose in KeyPurpose.allCases {
      #expect(loaded.subkey(purpose).hmac([1]) == made.subkey(purpose).hmac([1]))
    }
  }

  @Test func keysAreNeverOverwritten() throws {
    let ring = try file.create(at: 1)
    #expect(throws: KeyFileError.exists(path: file.path)) { try file.create(at: 2) }
    #expect(try file.load().fingerprint == ring.fingerprint)
    #expect(try folder.files == ["keys"])
  }

  @Test func ofManyAtOnceOneWinsAndTheOthersLoadItsKeys() async throws {
    let file = file
    let results = try await withThrowingTaskGroup(of: (String, Bool).self) { group in
      for index in 0..<16 {
        group.addTask {
          let (ring, isNew) = try file.loadOrCreate(at: Int64(index))
          return (ring.fingerprint, isNew)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(results.filter(\.1).count == 1)
    #expect(Set(results.map(\.0)).count == 1)
    #expect(try folder.files == ["keys"])
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o666, 0o610, 0o601])
  func isRefusedWhenOthersHaveAnyRight(mode: Int) throws {
    _ = try file.create(at: 1)
    chmod(file.path, mode_t(mode))
    #expect(throws: KeyFileError.tooOpen(path: file.path, mode: mode)) { try file.load() }
    // Not even `loadOrCreate` steps over it.
    #expect(throws: KeyFileError.tooOpen(path: file.path, mode: mode)) { try file.loadOrCreate(at: 2) }
  }

  @Test func isMissing() {
    #expect(throws: KeyFileError.missing(path: file.path)) { try file.load() }
    let nowhere = KeyFile(path: folder.path + "/nowhere/keys")
    #expect(throws: KeyFileError.self) { try nowhere.loadOrCreate(at: 1) }
  }

  @Test func everyCutIsNoticed() throws {
    _ = try file.create(at: 1)
    let whole = try contents()
    for count in 0..<whole.utf8.count {
      try put(String(decoding: whole.utf8.prefix(count), as: UTF8.self))
      #expect(throws: KeyFileError.self) { try file.load() }
    }
  }

  @Test func everyChangedSignIsNoticed() throws {
    _ = try file.create(at: 1)
    let whole = Array(try contents().utf8)
    for index in whole.indices {
      var changed = whole
      changed[index] = changed[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
      try put(String(decoding: changed, as: UTF8.self))
      #expect(throws: KeyFileError.self) { try file.load() }
    }
  }

  @Test func otherFilesAreNone() throws {
    _ = try file.create(at: 1)
    for text in ["", "hello\n", "civil-society-keys\n", "\nciviL"] {
      try put(text)
      #expect(throws: KeyFileError.notAKeyFile(path: file.path)) { try file.load() }
    }
    try put("civil-society-keys 2\n")
    #expect(throws: KeyFileError.unknownVersion(path: file.path, found: "2")) { try file.load() }
    try put("civil-society-keys 1\n")
    #expect(throws: KeyFileError.damaged(path: file.path, detail: "its end is missing")) { try file.load() }
    #expect(throws: KeyFileError.self) { try KeyFile(path: folder.path).load() }
  }

  @Test func aNamedPipeDoesNotHangTheStart() throws {
    mkfifo(file.path, 0o600)
    #expect(throws: KeyFileError.notAKeyFile(path: file.path)) { try file.load() }
  }

  @Test func aNewKeyEncryptsAndTheOldOnesStay() throws {
    let first = try file.create(at: 1)
    let second = try file.addKey(at: 2)
    #expect(try mode() == 0o600)
    #expect(try folder.files == ["keys"])
    let loaded = try file.load()
    #expect(loaded.fingerprint == second.fingerprint)
    #expect(loaded.fingerprint != first.fingerprint)
    #expect(loaded.publicKey == first.publicKey)
    #expect(loaded.ids == [second.newest, first.newest])
    #expect(loaded.fingerprints.starts(with: first.fingerprints))
    #expect(loaded.subkey(.receipt, of: first.newest)?.hmac([1]) == first.subkey(.receipt).hmac([1]))
    #expect(loaded.subkey(.receipt).hmac([1]) != first.subkey(.receipt).hmac([1]))
    #expect(loaded.oldestSubkey(.placeDisplacement).hmac([1]) == first.subkey(.placeDisplacement).hmac([1]))
  }

  @Test func twoChangesAtOnceExcludeEachOther() throws {
    let ring = try file.create(at: 1)
    try "".write(toFile: file.path + ".new", atomically: false, encoding: .utf8)
    #expect(throws: KeyFileError.busy(path: file.path, draft: file.path + ".new")) { try file.addKey(at: 2) }
    #expect(try file.load().fingerprint == ring.fingerprint)
    try FileManager.default.removeItem(atPath: file.path + ".new")
    #expect(try file.addKey(at: 2).ids.count == 2)
  }

  @Test func aFailedChangeLeavesNothingBehind() throws {
    #expect(throws: KeyFileError.missing(path: file.path)) { try file.addKey(at: 2) }
    #expect(try folder.files == [])
  }

  @Test func everyErrorNamesARemedy() {
    let errors: [(KeyFileError, String)] = [
      (.missing(path: "/k"), "civil migrate"), (.exists(path: "/k"), "never overwritten"),
      (.busy(path: "/k", draft: "/k.new"), "remove /k.new"),
      (.unreadable(path: "/k", reason: "r"), "chown"), (.tooOpen(path: "/k", mode: 0o644), "(mode 644). Run: chmod 600 /k"),
      (.notAKeyFile(path: "/k"), "CIVIL_KEYS"), (.unknownVersion(path: "/k", found: "9"), "newer version"),
      (.damaged(path: "/k", detail: "d"), "from your copy"), (.cannotWrite(path: "/k", reason: "r"), "folder"),
    ]
    for (error, remedy) in errors { #expect("\(error)".contains(remedy)) }
  }
}

@Suite struct KeyRingTests {
  @Test func hmacOfRFC4231Case2() {
    let hmac = SecretKey(Array("Jefe".utf8)).hmac(Array("what do ya want for nothing?".utf8))
    #expect(Hex.encode(hmac) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test func hkdfOfRFC5869Case3() {
    let derived = SecretKey([UInt8](repeating: 0x0B, count: 22)).derived("")
    #expect(Hex.encode(derived.bytes) == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d")
  }

  @Test func signsAsRFC8032Test1() throws {
    let seed = try #require(Hex.decode("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    let ring = KeyRing.generate(at: 0) { _ in seed }
    #expect(Hex.encode(ring.publicKey) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    let known = try #require(
      Hex.decode(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
          + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
      ))
    #expect(KeyRing.isSignature(known, of: [], by: ring.publicKey))
    let signature = ring.sign([1, 2, 3])
    #expect(KeyRing.isSignature(signature, of: [1, 2, 3], by: ring.publicKey))
    #expect(!KeyRing.isSignature(signature, of: [1, 2, 4], by: ring.publicKey))
    #expect(!KeyRing.isSignature(signature, of: [1, 2, 3], by: KeyRing.generate(at: 0).publicKey))
    #expect(!KeyRing.isSignature(signature, of: [1, 2, 3], by: []))
    #expect(!KeyRing.isSignature([], of: [1, 2, 3], by: ring.publicKey))
  }

  @Test func everyPurposeHasAKeyOfItsOwn() throws {
    let ring = KeyRing.generate(at: 0)
    let keys = KeyPurpose.allCases.map { ring.subkey($0).bytes } + [ring.masters[0].secret.bytes]
    #expect(Set(keys).count == KeyPurpose.allCases.count + 1)
    #expect(keys.allSatisfy { $0.count == 32 })
  }

  @Test func aReceiptOnPaperOutlivesAChangeOfKeys() throws {
    let old = KeyRing.generate(at: 0)
    let receipt = old.receipt(subject: "need-1", generation: 0)
    let new = old.rotated(at: 1, random: Randomness.system.bytes)
    #expect(new.receipt(subject: "need-1", generation: 0) != receipt)
    #expect(new.accepts(receipt, subject: "need-1", generation: 0))
    #expect(new.accepts(new.receipt(subject: "need-1", generation: 0), subject: "need-1", generation: 0))
    #expect(!new.accepts(receipt, subject: "need-1", generation: 1))
    #expect(!new.accepts(receipt, subject: "need-2", generation: 0))
    #expect(!old.accepts(new.receipt(subject: "need-1", generation: 0), subject: "need-1", generation: 0))
  }

  @Test func twoKeysNeverShareAnId() throws {
    // The generator first repeats the secret that is there already.
    let secrets = [1, 2, 2, 2, 3].map { [UInt8](repeating: $0, count: 32) }
    var next = secrets[...]
    let draw: (Int) -> [UInt8] = { _ in next.popFirst() ?? [] }
    let ring = KeyRing.generate(at: 0, random: draw).rotated(at: 1, random: draw)
    #expect(Set(ring.ids).count == 2)
    #expect(next.isEmpty)
  }

  @Test func printingShowsNoSecret() throws {
    let ring = KeyRing.generate(at: 0)
    var dumped = ""
    dump(ring, to: &dumped)
    dump(ring.subkey(.receipt), to: &dumped)
    let printed =
      "\(ring) \(String(reflecting: ring)) \(ring.subkey(.receipt)) \(String(reflecting: ring.subkey(.receipt)))" + dumped
    #expect(printed.contains("KeyRing("))
    #expect(!printed.contains(Hex.encode(ring.masters[0].secret.bytes)))
    #expect(!printed.contains("symmetric"))
  }
}

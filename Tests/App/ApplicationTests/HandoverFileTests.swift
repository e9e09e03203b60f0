import Database
import Foundation
import Journal
import Kernel
import Needs
import TestKit
import Testing

@testable import App

/// Whatever is wrong with a file, it is refused as a whole.
@Suite struct HandoverFileTests {
  @Test(arguments: TestDatabase.engines) func aCutFileIsRefusedWhereverItWasCut(engine: Engine) async throws {
    try await Valley.with(engine) { valley in
      _ = try await valley.state(on: 0)
      let file = try await valley.export(0).path
      let size = try Data(contentsOf: URL(fileURLWithPath: file)).count
      let empty = try await Valley.contents(valley.home)
      for count in [0, 1, 20, 40, size - 1] + (0..<12).map({ _ in Int.random(in: 1..<size) }) {
        let cut = try HandoverTests.copy(file) { Array($0.prefix(count)) }
        await #expect(throws: HandoverError.self, "cut after \(count) bytes") { try await valley.take(cut) }
      }
      #expect(try await Valley.contents(valley.home) == empty)
      #expect(try await valley.home.count("journal_entries", where: "feature = 'handover'") == 0)
      #expect(try await valley.take(file).isComplete)
    }
  }

  @Test func everyBitCounts() async throws {
    try await Valley.with(.sqlite) { valley in
      _ = try await valley.state(on: 0)
      let file = try await valley.export(0).path
      let size = try Data(contentsOf: URL(fileURLWithPath: file)).count
      let empty = try await Valley.contents(valley.home)
      for place in [0, 24, 25, 26, 40, size - 1] + (0..<40).map({ _ in Int.random(in: 0..<size) }) {
        let bit = UInt8(1) << UInt8.random(in: 0..<8)
        let changed = try HandoverTests.copy(file) { bytes in
          var bytes = bytes
          bytes[place] ^= bit
          return bytes
        }
        await #expect(throws: HandoverError.self, "bit \(bit) of byte \(place)") { try await valley.take(changed) }
      }
      let longer = try HandoverTests.copy(file) { $0 + [10] }
      await #expect(throws: HandoverError.damaged(path: longer)) { try await valley.take(longer) }
      #expect(try await Valley.contents(valley.home) == empty)
    }
  }

  @Test func itIsForOneNodeAlone() async throws {
    try await Valley.with(.sqlite) { valley in
      _ = try await valley.state(on: 0)
      let file = try await valley.export(0).path
      let (home, other) = (valley.home.app.node.keys.nodeID, valley.laptops[1].app.node.keys.nodeID)
      await #expect(throws: HandoverError.otherNode(path: file, node: home, here: other)) {
        try await ImportHandover(valley.laptops[1].app)(file)
      }
      await #expect(throws: HandoverError.otherNode(path: file, node: home, here: valley.laptops[0].app.node.keys.nodeID)) {
        try await ImportHandover(valley.laptops[0].app)(file)
      }
      await #expect(throws: HandoverError.otherSender(path: file, node: valley.laptops[0].app.node.keys.nodeID, expected: other))
      {
        try await ImportHandover(valley.home.app)(file, from: other)
      }
      await #expect(throws: HandoverError.ownAddress) {
        try await ExportHandover(valley.home.app, to: valley.home.app.node.keys.address)(to: file + ".own")
      }
    }
  }

  @Test func somethingElseIsRefused() async throws {
    try await Valley.with(.sqlite) { valley in
      let path = valley.home.folder.path + "/something"
      for bytes in [
        [], Array("civil".utf8), Array("\n\n\n".utf8), [UInt8](repeating: 0, count: 3_000_000), [0xFF, 0xFE, 0x63, 0],
      ] {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        await #expect(throws: HandoverError.notAHandover(path: path)) { try await valley.take(path) }
      }
      try Data("civil-society-handover 2\n{}\n".utf8).write(to: URL(fileURLWithPath: path))
      await #expect(throws: HandoverError.unknownFormat(path: path, found: "2")) { try await valley.take(path) }
      try Data("civil-society-handover 1\n{}\n".utf8).write(to: URL(fileURLWithPath: path))
      await #expect(throws: HandoverError.damaged(path: path)) { try await valley.take(path) }
      await #expect(throws: HandoverError.notAHandover(path: valley.home.folder.path)) {
        try await valley.take(valley.home.folder.path)
      }
      await #expect(throws: HandoverError.self) { try await valley.take(path + "-missing") }
    }
  }

  /// Sealed for us, and yet not by the node it names.
  @Test func whoeverSealsItMustAlsoHaveWrittenIt() async throws {
    try await Valley.with(.sqlite) { valley in
      let (home, path) = (valley.home.app.node.keys, valley.home.folder.path + "/forged")
      let (real, forger) = (valley.laptops[0].app.node.keys, KeyRing.generate(at: 0))
      func write(_ name: String, node: String, key: [UInt8], for receiver: String, signer: KeyRing, _ lines: [String] = []) throws
        -> String
      {
        let opening = HandoverOpening(
          id: "0190a000-0000-7000-8000-000000000000", node: node, publicKey: key, receiver: receiver, scope: "node",
          at: Timestamp(milliseconds: 0), epoch: 1, position: 1, receipt: "")
        let writer = try HandoverWriter(path: path + name, for: home.address)
        try writer.write(try (["handover": opening.json] as JSON).encoded())
        for line in lines { try writer.write(Array(line.utf8)) }
        var ending = HandoverEnding()
        ending.organizations = lines.count
        try writer.finish(ending, keys: signer)
        return path + name
      }
      let stolen = try write("1", node: real.nodeID, key: real.publicKey, for: home.nodeID, signer: forger)
      await #expect(throws: HandoverError.notSigned(path: stolen)) { try await valley.take(stolen) }
      let named = try write("2", node: real.nodeID, key: forger.publicKey, for: home.nodeID, signer: forger)
      await #expect(throws: HandoverError.notSigned(path: named)) { try await valley.take(named) }
      let forwarded = try write("3", node: real.nodeID, key: real.publicKey, for: "0123456789abcdef", signer: real)
      await #expect(throws: HandoverError.damaged(path: forwarded)) { try await valley.take(forwarded) }
      let own = try write("4", node: home.nodeID, key: home.publicKey, for: home.nodeID, signer: home)
      await #expect(throws: HandoverError.own(path: own)) { try await valley.take(own) }
      // What it holds may still be nonsense: the rest is taken.
      let bad = [
        "{\"organization\":{}}", "{\"organization\":[]}", "{\"organization\":",
        "{\"organization\":{\"origin\":\"demonstration\"}}",
      ]
      let odd = try write("5", node: real.nodeID, key: real.publicKey, for: home.nodeID, signer: real, bad)
      let report = try await valley.take(odd)
      #expect(report.organizations.bad == 4 && !report.isComplete && report.remarks.count == 4)
      let huge = try write(
        "6", node: real.nodeID, key: real.publicKey, for: home.nodeID, signer: real,
        ["{\"organization\":\"" + String(repeating: "x", count: 2_000_000) + "\"}"])
      await #expect(throws: HandoverError.damaged(path: huge)) { try await valley.take(huge) }
    }
  }

  /// A node cannot change by a file what another one keeps.
  @Test func nobodyTakesWhatIsNotTheirs() async throws {
    try await Valley.with(.sqlite) { valley in
      let slips = try await valley.state(on: 0)
      _ = try await valley.take(try await valley.export(0).path)
      // The second laptop claims to have a newer version of a need of the first one.
      let (first, second, id) = (valley.laptops[0].app.node, valley.laptops[1].app.node, slips[0].need)
      let rows = try await first.read { connection in
        (try connection.query("SELECT * FROM needs WHERE id = \(id)"), try connection.query("SELECT * FROM organizations"))
      }
      try await second.act(as: .system) { act in
        for (table, found) in [("needs", rows.0), ("organizations", rows.1)] {
          for row in found {
            let columns = row.columns.names.joined(separator: ", ")
            try act.connection.execute(
              "INSERT INTO \(raw: table) (\(raw: columns)) VALUES (\(SQL.joined(row.values.map { "\($0)" }, by: ", ")))")
          }
          try act.connection.execute("UPDATE \(raw: table) SET home = \(act.keys.nodeID), version = 9")
        }
        try act.connection.execute("UPDATE needs SET words = 'Somebody else says so'")
      }
      let before = try await valley.home.column("SELECT id || words || version FROM needs ORDER BY id")
      let report = try await valley.take(try await valley.export(1).path)
      #expect(report.needs.conflicts == 1 && report.organizations.conflicts == 6 && !report.isComplete)
      #expect(try await valley.home.column("SELECT id || words || version FROM needs ORDER BY id") == before)
    }
  }

  @Test func aFileIsNeverHalfThere() async throws {
    try await Valley.with(.sqlite) { valley in
      _ = try await valley.state(on: 0)
      let folder = valley.laptops[0].folder
      let address = valley.home.app.node.keys.address
      let taken = folder.path + "/taken"
      try Data().write(to: URL(fileURLWithPath: taken))
      await #expect(throws: HandoverError.exists(path: taken)) {
        try await ExportHandover(valley.laptops[0].app, to: address)(to: taken)
      }
      #expect(try await valley.laptops[0].count("needs", where: "home = \(address.node)") == 0)
      await #expect(throws: HandoverError.self) {
        try await ExportHandover(valley.laptops[0].app, to: address)(to: "/nowhere/file")
      }
      #expect(throws: HandoverError.self) { try HandoverWriter(path: "/dev/full", for: address) }
      // What was marked is written when there is room.
      #expect(try await valley.export(0).report.needs == 6)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("draft") }
      #expect(left == [])
    }
  }

  @Test func anAddressIsReadAsItWasCopied() async throws {
    let keys = KeyRing.generate(at: 0)
    let address = keys.address
    #expect(address.node == keys.nodeID && address.text.count == 72 + 17)
    let typed = " " + address.text.lowercased().replacing("-", with: " ").replacing("0", with: "o") + "\r\n"
    #expect(try NodeAddress(parsing: typed) == address)
    var wrong = Array(address.text)
    wrong[30] = wrong[30] == "A" ? "B" : "A"
    for text in [String(wrong), String(address.text.dropLast()), "", "N-7K2Q-F4XM"] {
      #expect(throws: NodeAddress.NotAnAddress.self) { try NodeAddress(parsing: text) }
    }
  }
}

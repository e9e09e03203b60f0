import Database
import Foundation
import Kernel
import TestKit
import Testing

@testable import Journal

/// Random changes to a sealed journal, by somebody who can write to the database but does not have the node's key. Each has to be
/// found. `CIVIL_LONG_TESTS=1` tries ten times as many.
@Suite struct TamperingTests {
  private static let isLong = ProcessInfo.processInfo.environment["CIVIL_LONG_TESTS"] == "1"

  @Test(arguments: TestDatabase.engines)
  func findsEveryChange(_ engine: Engine) async throws {
    try await Self.withSealedJournal(engine) { bed in
      var dice = Dice(seed: 1)
      for round in 0..<(Self.isLong ? 1_000 : 100) {
        let tampering = Tampering.random(&dice)
        try await bed.keepTables()
        let changed = try await bed.database.write { try tampering.execute($0) }
        let report = try await bed.verify()
        #expect(changed > 0, "round \(round): \(tampering) changed nothing")
        #expect(!report.isIntact, "round \(round): \(tampering) was not found")
        try await bed.bringTablesBack()
      }
      let report = try await bed.verify()
      #expect(report.findings == [])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func findsEveryTruncation(_ engine: Engine) async throws {
    try await Self.withSealedJournal(engine) { bed in
      var dice = Dice(seed: 2)
      for round in 0..<(Self.isLong ? 100 : 20) {
        // Everything after a random entry disappears as if it had never been there, seals included.
        let last = dice.roll(Self.entries) - 1
        try await bed.keepTables()
        try await bed.database.write { connection in
          for table in ["journal_seals", "journal_entries"] {
            try connection.execute("DELETE FROM \(raw: table) WHERE position > \(last)")
          }
          try connection.execute("DELETE FROM journal_payloads WHERE entry NOT IN (SELECT id FROM journal_entries)")
        }
        let report = try await bed.verify()
        #expect(!report.isIntact, "round \(round): the truncation after \(last) was not found")
        try await bed.bringTablesBack()
      }
    }
  }

  private static let entries = 24

  /// Entries in seals of one to four, one of them erased, and a file of heads.
  private static func withSealedJournal(_ engine: Engine, _ body: @Sendable (Bed) async throws -> Void) async throws {
    try await Bed.with(engine) { bed in
      // The tampering shall be found by the seals, not refused by the database.
      try await bed.database.write { connection in
        try connection.execute("CREATE TABLE loose AS SELECT * FROM journal_payloads")
        try connection.execute("DROP TABLE journal_payloads")
        try connection.execute("ALTER TABLE loose RENAME TO journal_payloads")
      }
      let sealer = Sealer(bed.node, headFile: bed.headFile)
      try await bed.note("erased", id: "amina")
      try await bed.node.act(as: .system) { try $0.eraseJournal(about: "amina") }
      var written = 2
      for count in [1, 2, 3, 4, 1, 3, 2, 4, 2] {
        _ = try await bed.sealed(count, by: sealer)
        written += count
      }
      #expect(written == entries)
      let report = try await bed.verify()
      #expect(report.findings == [])
      try await body(bed)
    }
  }
}

/// One change to the journal's tables.
private enum Tampering: CustomStringConvertible {
  case set(table: String, column: String, position: Int, SQL)
  case delete(table: String, position: Int)
  case swap(table: String, columns: [String], Int, Int)
  case forge(after: Int)

  static func random(_ dice: inout Dice) -> Tampering {
    let (one, two) = (dice.roll(24), dice.roll(24))
    switch dice.roll(8) {
    case 1:
      let column = dice.pick(["id", "node", "actor", "feature", "kind", "subject"])
      return .set(table: "journal_entries", column: column, position: one, "'forged'")
    case 2:
      return .set(table: "journal_entries", column: "at", position: one, "at + \(dice.roll(1_000))")
    case 3:
      return .set(
        table: "journal_entries", column: dice.pick(["epoch", "position"]), position: one, dice.pick(["NULL", "99", "0", "-1"]))
    case 4:
      let table = dice.pick(["journal_entries", "journal_seals", "journal_payloads"])
      return .delete(table: table, position: one)
    case 5:
      return one == two
        ? .delete(table: "journal_seals", position: one)
        : .swap(
          table: "journal_entries", columns: dice.pick([["actor", "subject", "id"], ["id", "commitment"], ["at", "id"]]), one, two
        )
    case 6:
      return .set(
        table: "journal_payloads", column: dice.pick(["payload", "salt"]), position: one, Tampering.bytes(dice.bytes(32)))
    case 7:
      let column = dice.pick(["hash", "previous", "signature", "at", "position", "epoch"])
      let value: SQL = ["at", "position", "epoch"].contains(column) ? "\(raw: column) + 100" : Tampering.bytes(dice.bytes(32))
      return .set(table: "journal_seals", column: column, position: one, value)
    default:
      return dice.roll(2) == 1
        ? .forge(after: one)
        : .set(table: "journal_entries", column: "commitment", position: one, Tampering.bytes(dice.bytes(32)))
    }
  }

  private static func bytes(_ bytes: [UInt8]) -> SQL { "\(bytes)" }

  var description: String {
    switch self {
    case .set(let table, let column, let position, let value): "setting \(table).\(column) at \(position) to \(value)"
    case .delete(let table, let position): "deleting \(position) from \(table)"
    case .swap(let table, let columns, let one, let two): "swapping \(columns) of \(one) and \(two) in \(table)"
    case .forge(let position): "adding an entry after \(position)"
    }
  }

  /// - Returns: how many rows it changed.
  func execute(_ connection: any SQLConnection) throws -> Int {
    switch self {
    case .set(let table, let column, let position, let value):
      return try connection.execute(
        "UPDATE \(raw: table) SET \(raw: column) = \(value) WHERE \(Self.row(table, near: position))")
    case .delete(let table, let position):
      return try connection.execute("DELETE FROM \(raw: table) WHERE \(Self.row(table, near: position))")
    case .swap(let table, let columns, let one, let two):
      // Unique columns do not let two rows meet, not even for a moment: one row is put aside.
      let set = columns.map { SQL(raw: "\($0) = other.\($0)") }
      try connection.execute("CREATE TABLE aside AS SELECT * FROM \(raw: table) WHERE position IN (\(one), \(two))")
      try connection.execute("UPDATE \(raw: table) SET id = id || '-' WHERE position IN (\(one), \(two))")
      var changed = 0
      for (place, other) in [(one, two), (two, one)] {
        changed += try connection.execute(
          """
          UPDATE \(raw: table) SET \(SQL.joined(set, by: ", ")) FROM (SELECT * FROM aside WHERE position = \(other)) AS other
          WHERE \(raw: table).position = \(place)
          """)
      }
      try connection.execute("DROP TABLE aside")
      return changed
    case .forge(let position):
      // With a position that others already have as far as the index allows it: in another epoch.
      return try connection.execute(
        """
        INSERT INTO journal_entries (id, node, at, actor, feature, kind, subject, commitment, epoch, position)
        SELECT 'forged', node, at, actor, feature, kind, subject, commitment, 0, position FROM journal_entries
        WHERE position = \(position)
        """)
    }
  }

  /// Not every position has a seal or a payload: the next that has.
  private static func row(_ table: String, near position: Int) -> SQL {
    switch table {
    case "journal_payloads":
      """
      entry = (SELECT e.id FROM journal_entries e JOIN journal_payloads p ON p.entry = e.id
        WHERE e.position >= \(position) ORDER BY e.position LIMIT 1)
      """
    default:
      "position = (SELECT MIN(position) FROM \(raw: table) WHERE position >= \(position))"
    }
  }
}

extension Bed {
  private static let tables = ["journal_entries", "journal_payloads", "journal_seals"]

  fileprivate func keepTables() async throws {
    try await database.write { connection in
      for table in Self.tables { try connection.execute("CREATE TABLE kept_\(raw: table) AS SELECT * FROM \(raw: table)") }
    }
  }

  fileprivate func bringTablesBack() async throws {
    try await database.write { connection in
      // The number in which entries arrived is the database's own.
      let overriding: SQL = connection.engine == .postgresql ? "OVERRIDING SYSTEM VALUE" : ""
      for table in Self.tables.reversed() { try connection.execute("DELETE FROM \(raw: table)") }
      for table in Self.tables {
        try connection.execute("INSERT INTO \(raw: table) \(overriding) SELECT * FROM kept_\(raw: table)")
        try connection.execute("DROP TABLE kept_\(raw: table)")
      }
    }
  }
}

/// Random numbers that are the same in each run (SplitMix64: Steele, Lea and Flood 2014).
private struct Dice {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  /// 1…sides.
  mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) + 1 }

  mutating func pick<T>(_ choices: [T]) -> T { choices[roll(choices.count) - 1] }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 32) } }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

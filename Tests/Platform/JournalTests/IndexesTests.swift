import Database
import Journal
import Kernel
import Synchronization
import TestKit
import Testing

/// All notes, in memory.
final class NoteIndex: JournalIndex {
  let name = "notes"
  let features: Set<String> = ["notes"]
  private let notes = Mutex<[String: String]>([:])
  private let refreshes = Mutex(0)

  var words: [String: String] { notes.withLock { $0 } }
  var refreshCount: Int { refreshes.withLock { $0 } }

  func rebuild(_ connection: any SQLConnection) throws {
    let all = try Self.read("SELECT id, words FROM notes", connection)
    notes.withLock { $0 = all }
  }

  func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let found = try Self.read("SELECT id, words FROM notes WHERE id IN \(list: subjects.sorted())", connection)
    refreshes.withLock { $0 += 1 }
    notes.withLock { notes in
      for subject in subjects { notes[subject] = found[subject] }
    }
  }

  func difference(from connection: any SQLConnection) throws -> [String] {
    let all = try Self.read("SELECT id, words FROM notes", connection)
    return Set(all.keys).union(words.keys).sorted().filter { all[$0] != words[$0] }
  }

  private static func read(_ sql: SQL, _ connection: any SQLConnection) throws -> [String: String] {
    var notes: [String: String] = [:]
    for row in try connection.query(sql) { notes[try row[0]] = try row[1] }
    return notes
  }
}

@Suite struct IndexesTests {
  @Test(arguments: TestDatabase.engines)
  func holdsWhatWasThereAndAppliesAnActBeforeItReturns(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let index = NoteIndex()
      bed.node.indexes.register(index)
      try await bed.note("old", id: "a")
      try await bed.node.indexes.load()
      #expect(index.words == ["a": "old"])
      try await bed.note("new", id: "b")
      #expect(index.words == ["a": "old", "b": "new"])
      try await bed.note("changed", id: "a")
      #expect(index.words == ["a": "changed", "b": "new"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func followsWhatAnotherServerWrites(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let index = NoteIndex()
      let server = Node(database: bed.database, keys: bed.node.keys, logger: bed.node.logger)
      server.indexes.register(index)
      #expect(!server.indexes.isReady)
      try await running([{ try await server.indexes.run() }, { await Numberer(server).run() }]) {
        try await eventually { server.indexes.isReady }
        try await bed.note("elsewhere", id: "a")
        try await eventually { index.words == ["a": "elsewhere"] }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func isRightAfterManyWritersAtOnce(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let index = NoteIndex()
      bed.node.indexes.register(index)
      try await running([{ try await bed.node.indexes.run() }, { await Numberer(bed.node).run() }]) {
        try await eventually { bed.node.indexes.isReady }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for writer in 0..<8 {
            group.addTask { for number in 0..<25 { try await bed.note("\(writer) \(number)", id: "note\(number % 7)") } }
          }
          try await group.waitForAll()
        }
        let difference = try await bed.database.read { try index.difference(from: $0) }
        #expect(difference == [])
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func isBuiltAgainWhenAnEpochBegins(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let index = NoteIndex()
      bed.node.indexes.register(index)
      try await running([{ try await bed.node.indexes.run() }]) {
        try await eventually { bed.node.indexes.isReady }
        try await bed.note("lost by a restoration", id: "a")
        // What a restored backup looks like: the record is gone, and no entry says so.
        try await bed.database.write { _ = try $0.execute("DELETE FROM notes") }
        try await Epoch.raise(bed.node, because: .restored)
        try await eventually { index.words.isEmpty }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func skipsInTheJournalWhatAnActHasApplied(_ engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let index = NoteIndex()
      bed.node.indexes.register(index)
      try await running([{ try await bed.node.indexes.run() }, { await Numberer(bed.node).run() }]) {
        try await eventually { bed.node.indexes.isReady }
        try await bed.note("once", id: "a")
        try await Task.sleep(for: .milliseconds(700))
        #expect(index.refreshCount == 1)
      }
    }
  }
}

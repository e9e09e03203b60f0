import Database
import Journal
public import Kernel
import Localization
import People

extension Need {
  /// Whether it is one of the needs that were cut from one.
  public var isPart: Bool { splitFrom != nil }

  /// Whether there is something left to cut: nobody works on it, and it is not over. Offers that wait are looked at when it is cut.
  var canBeCut: Bool { state == .expressed || state == .triaged || state == .open }

  /// The text that says what is asked for: the words, and of a part its summary, because the words speak of the other parts too.
  public var asked: (text: String, language: String) {
    if isPart, let summary { return (summary, summaryLanguage ?? language) }
    return (words, language)
  }

  /// What it asks of every catalogue.
  public var question: Question {
    Question(words: asked.text, language: asked.language, constraints: constraints, country: country)
  }
}

extension NeedStore {
  /// The other needs that were cut from the one from which this was, the first one first.
  public func parts(beside need: Need) throws -> [Need] {
    guard let whole = need.splitFrom else { return [] }
    return try connection.query("SELECT * FROM needs WHERE split_from = \(whole) AND id <> \(need.id) ORDER BY id").map(Need.init)
  }
}

extension NeedsFeature {
  /// The other parts of what was cut, as far as somebody may read of them.
  public func parts(beside need: Need, for actor: Actor) async throws -> [Need] {
    guard need.isPart else { return [] }
    return try await node.read { try NeedStore($0).parts(beside: need) }.filter { NeedPolicy.view(actor, of: $0) >= .summary }
  }

  /// What a program reads of the other parts.
  public func partMembers(of need: Need, for actor: Actor) async throws -> [JSON.Object.Member] {
    let parts = try await parts(beside: need, for: actor)
    return [
      ("splitFrom", JSON(parts.first { $0.id == need.splitFrom }?.code.description)),
      ("parts", .array(parts.map { .string($0.code.description) })),
    ]
  }

  /// The other parts that somebody could take back with a need.
  func partsTakenBack(with need: Need, by actor: Actor) async throws -> [Need] {
    try await parts(beside: need, for: actor).filter {
      $0.closure != .withdrawn && $0.home == node.keys.nodeID && NeedPolicy.mayWithdraw(actor, $0)
    }
  }
}

public import Database
public import Journal
public import Kernel
import Localization
public import Needs

/// Answers needs from every shelf.
public struct Prescriber: Sendable {
  public let shelves: [Shelf]

  public init(shelves: [Shelf]) {
    self.shelves = shelves
  }

  /// What every shelf says to a question. It reads memory only, so it is asked before a transaction is begun.
  public func draft(_ question: Question) -> PrescriptionDraft {
    PrescriptionDraft(
      suggestions: shelves.flatMap { shelf in
        shelf.find(question, Prescription.longest).map { (shelf: shelf.name, suggestion: $0) }
      })
  }

  /// What is shown of the items of a prescription, by item id of the prescription; what is no longer on its shelf is missing.
  public func show(_ items: [Prescription.Item]) -> [(item: Prescription.Item, shown: ShelfItem)] {
    var shown: [String: [String: ShelfItem]] = [:]
    for shelf in shelves {
      shown[shelf.name] = shelf.show(items.filter { $0.shelf == shelf.name }.map(\.item))
    }
    return items.compactMap { item in shown[item.shelf]?[item.item].map { (item, $0) } }
  }
}

/// A prescription that was computed and not yet kept.
public struct PrescriptionDraft: Sendable {
  public let suggestions: [(shelf: String, suggestion: Suggestion)]

  /// Keeps it for a need that is being stated or corrected, in the same transaction. What a facilitator or the organization has said of
  /// an item stays.
  public func keep(for need: Need, in act: Act) throws {
    let store = PrescriptionStore(act.connection)
    var known: Set<String> = []
    if need.version > 1 {
      try store.deleteComputed(for: need.id)
      known = Set(try store.find(for: need.id).items.map { $0.shelf + " " + $0.item })
    }
    let items = suggestions.enumerated().map { index, entry in
      Prescription.Item(
        id: act.newID(), shelf: entry.shelf, item: entry.suggestion.item, rank: index + 1, score: entry.suggestion.score,
        reason: entry.suggestion.reason, standing: .computed, helped: nil)
    }
    try store.insert(items.filter { !known.contains($0.shelf + " " + $0.item) }, for: need.id)
  }
}

/// A facilitator pins an item, hides it, or lets the ranking speak again.
public struct CuratePrescription: Sendable {
  let need: ID<Need>
  let item: ID<Prescription.Item>
  let standing: Prescription.Standing

  public init(_ need: ID<Need>, item: ID<Prescription.Item>, standing: Prescription.Standing) {
    self.need = need
    self.item = item
    self.standing = standing
  }

  public func callAsFunction(in act: Act) throws {
    guard let need = try NeedStore(act.connection).find(need), PrescriptionPolicy.mayCurate(act.actor, of: need),
      try PrescriptionStore(act.connection).find(item, of: need.id) != nil
    else { throw DomainError.notFound }
    try act.checkHome(of: need)
    try PrescriptionStore(act.connection).setStanding(standing, of: item)
    try act.record(
      Event("prescriptions", standing.rawValue, subject: need.id.rawValue, payload: ["item": .string(item.rawValue)]))
  }
}

/// A facilitator knows something that the ranking did not find.
public struct AddToPrescription: Sendable {
  let need: ID<Need>
  let shelf: String
  let item: String

  /// - Parameter item: the id of something that is on the shelf; the caller has looked.
  public init(_ need: ID<Need>, shelf: String, item: String) {
    self.need = need
    self.shelf = shelf
    self.item = item
  }

  public func callAsFunction(in act: Act) throws {
    let store = PrescriptionStore(act.connection)
    guard let need = try NeedStore(act.connection).find(need), PrescriptionPolicy.mayCurate(act.actor, of: need) else {
      throw DomainError.notFound
    }
    try act.checkHome(of: need)
    if let known = try store.find(for: need.id).items.first(where: { $0.shelf == shelf && $0.item == item }) {
      try store.setStanding(.pinned, of: known.id)
    } else {
      try store.insert(
        [
          Prescription.Item(
            id: act.newID(), shelf: shelf, item: item, rank: 0, score: 1, reason: Reason(), standing: .added, helped: nil)
        ], for: need.id)
    }
    try act.record(Event("prescriptions", "added", subject: need.id.rawValue, payload: ["item": .string(item)]))
  }
}

/// The organization says whether something helped.
public struct JudgePrescription: Sendable {
  let need: ID<Need>
  let item: ID<Prescription.Item>
  let helped: Bool?

  public init(_ need: ID<Need>, item: ID<Prescription.Item>, helped: Bool?) {
    self.need = need
    self.item = item
    self.helped = helped
  }

  public func callAsFunction(in act: Act) throws {
    guard let need = try NeedStore(act.connection).find(need), PrescriptionPolicy.mayJudge(act.actor, of: need),
      try PrescriptionStore(act.connection).find(item, of: need.id) != nil
    else { throw DomainError.notFound }
    try act.checkHome(of: need)
    try PrescriptionStore(act.connection).setHelped(helped, of: item)
    let answer: JSON = helped.map { .bool($0) } ?? .null
    try act.record(
      Event("prescriptions", "judged", subject: need.id.rawValue, payload: ["item": .string(item.rawValue), "helped": answer]))
  }
}

extension Prescription {
  /// The prescription of a need as it stands.
  public static func of(_ need: ID<Need>, _ connection: any SQLConnection) throws -> Prescription {
    try PrescriptionStore(connection).find(for: need)
  }

  /// Removes the prescriptions of needs that are being removed.
  public static func erase(of needs: [String], in act: Act) throws {
    try PrescriptionStore(act.connection).deleteAll(for: needs)
  }
}

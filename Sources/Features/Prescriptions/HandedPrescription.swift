import Database
public import Journal
public import Kernel
public import Needs

/// A prescription as one node hands it over to another: as it was given, with what was shown of each thing, because the other
/// node may not have it on its shelves.
public struct HandedPrescription: Sendable {
  public let entries: [Entry]

  public struct Entry: Sendable {
    public let item: Prescription.Item
    /// Nil when it was no longer on its shelf there.
    public let thing: HandedThing?
  }

  /// - Parameter shown: what the shelves show of the items. What was invented to look at stays where it is.
  public init(_ prescription: Prescription, shown: [ID<Prescription.Item>: ShelfItem]) {
    entries = prescription.items.filter { shown[$0.id]?.isDemonstration != true }.map { item in
      Entry(item: item, thing: shown[item.id].map { HandedThing($0, shelf: item.shelf) })
    }
  }

  public var json: JSON {
    JSON(
      entries.map { entry -> JSON in
        let item = entry.item
        return [
          "id": .string(item.id.rawValue), "shelf": .string(item.shelf), "item": .string(item.item), "rank": .int(item.rank),
          "score": .double(item.score), "reason": item.reason.json, "standing": .string(item.standing.rawValue),
          "helped": JSON(item.helped), "thing": entry.thing?.json ?? .null,
        ]
      })
  }

  /// - Throws: `RecordMembers.Flaw`.
  public init(_ records: [RecordMembers]) throws(RecordMembers.Flaw) {
    var entries: [Entry] = []
    for one in records {
      let (shelf, item) = (try one.text("shelf", atMost: 40), try one.text("item", atMost: 100))
      var thing: HandedThing?
      if let shown = try one.recordIfPresent("thing") { thing = try HandedThing(shown, id: item, shelf: shelf) }
      entries.append(
        Entry(
          item: Prescription.Item(
            id: try one.id("id"), shelf: shelf, item: item, rank: try one.number("rank", in: 0...10_000),
            score: try one.share("score"), reason: try Self.reason(one), standing: try one.choice("standing"),
            helped: try one.answerIfPresent("helped")),
          thing: thing))
    }
    self.entries = entries
  }

  private static func reason(_ record: RecordMembers) throws(RecordMembers.Flaw) -> Reason {
    guard let reason = try record.recordIfPresent("reason") else { throw RecordMembers.Flaw("reason") }
    return Reason(
      problems: try reason.texts("problems"), functions: try reason.texts("functions"), words: try reason.texts("words"),
      unknown: try reason.texts("unknown").compactMap(Need.Constraint.init))
  }

  /// Puts it in the place of what this node has for the need.
  /// - Parameter here: the id under which a thing is on the shelf of this node; nil when it is not.
  /// - Returns: the things that are not.
  public func take(for need: ID<Need>, in act: Act, here: (HandedThing) -> String?) throws -> [HandedThing] {
    let store = PrescriptionStore(act.connection)
    try store.deleteAll(for: [need.rawValue])
    var taken: Set<String> = []
    var carried: [HandedThing] = []
    var items: [Prescription.Item] = []
    for entry in entries {
      let known = entry.thing.flatMap(here)
      // Two things of the other node may be one here: the better one stands for both.
      let id = known ?? entry.item.item
      guard taken.insert(entry.item.shelf + " " + id).inserted else { continue }
      items.append(entry.item.named(id))
      if known == nil, let thing = entry.thing { carried.append(thing) }
    }
    try store.insert(items, for: need)
    return carried
  }
}

/// What a prescription showed of a thing on the node where it was given.
public struct HandedThing: Sendable, Equatable {
  /// Its id there.
  public let id: String
  public let shelf: String
  /// Its id where that node had it from.
  public let externalID: String?
  public let name: String
  public let text: String
  public let language: String
  public let start: ShelfItem.Start

  init(_ shown: ShelfItem, shelf: String) {
    id = shown.id
    self.shelf = shelf
    externalID = shown.externalID
    name = shown.name
    text = shown.text
    language = shown.language
    start = shown.start
  }

  /// One that was kept before.
  /// - Throws: `RecordMembers.Flaw`.
  public init(_ record: RecordMembers, id: String, shelf: String) throws(RecordMembers.Flaw) {
    self.id = id
    self.shelf = shelf
    externalID = try record.textIfPresent("externalId", atMost: 1_000)
    name = try record.text("name", atMost: 1_000)
    text = try record.text("text", atMost: 10_000)
    language = try record.text("language")
    if let site = try record.textIfPresent("site", atMost: 4_000) {
      start = .site(site)
    } else if let source = try record.textIfPresent("source", atMost: 4_000) {
      start = .source(source)
    } else {
      start = .read
    }
  }

  public var json: JSON {
    var json: JSON = [
      "externalId": JSON(externalID), "name": .string(name), "text": .string(text), "language": .string(language),
    ]
    switch start {
    case .site(let address): json["site"] = .string(address)
    case .source(let address): json["source"] = .string(address)
    case .read, .story: break
    }
    return json
  }

  /// Where one begins with it, and by which it is known elsewhere too.
  public var addressOfStart: String? {
    switch start {
    case .site(let address), .source(let address): address
    case .read, .story: nil
    }
  }
}

extension Prescription.Item {
  fileprivate func named(_ item: String) -> Prescription.Item {
    Prescription.Item(
      id: id, shelf: shelf, item: item, rank: rank, score: score, reason: reason, standing: standing, helped: helped)
  }
}

import Database
public import Journal
public import Kernel
import Localization
public import People

/// A need arrives from another node, which hands it over: from now on it is changed here.
public struct TakeNeed: Sendable {
  let handed: HandedNeed
  let sender: String
  let taken: Int?
  let seen: Set<String>

  /// What came of it.
  public struct Outcome: Sendable, Equatable {
    public let arrival: Arrival
    /// Its code here, which is another than on its paper where a need here had that code already.
    public let code: Code
  }

  /// - Parameters:
  ///   - sender: the node it comes from.
  ///   - taken: the version at which it was taken from there the last time; nil for never.
  ///   - seen: ids of contact details that have come or gone before: one that was erased here does not come back.
  public init(_ handed: HandedNeed, from sender: String, taken: Int?, seen: Set<String>) {
    self.handed = handed
    self.sender = sender
    self.taken = taken
    self.seen = seen
  }

  /// - Throws: `DomainError.forbidden` for whoever does not run the node; `RecordMembers.Flaw` when its organization is not
  ///   here.
  public func callAsFunction(in act: Act) throws -> Outcome {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    let store = NeedStore(act.connection)
    let arriving = handed.need
    let local = try store.find(arriving.id)
    guard try OrganizationStore(act.connection).find(local?.organization ?? arriving.organization) != nil else {
      throw RecordMembers.Flaw("organization")
    }
    let arrival = Arrival.of(
      local: local.map { Arrival.Place(home: $0.home, version: $0.version) },
      arriving: Arrival.Place(home: arriving.home, version: arriving.version), from: sender, here: act.keys.nodeID, taken: taken)
    // A row of a table that both nodes have imported is one need, and ours stays.
    if arrival == .new, let externalID = handed.externalID, let twin = try store.find(externalID: externalID) {
      return Outcome(arrival: .conflict, code: twin.code)
    }
    switch arrival {
    case .new: return Outcome(arrival: arrival, code: try insert(act, store))
    case .changed: try replace(act, store)
    case .known, .conflict: break
    }
    return Outcome(arrival: arrival, code: local?.code ?? arriving.code)
  }

  /// - Returns: its code here.
  private func insert(_ act: Act, _ store: NeedStore) throws -> Code {
    var need = handed.need
    if try store.codeIsTaken(need.code) { need.code = try act.freshCode() }
    try store.insert(need, externalID: handed.externalID)
    if need.code != handed.need.code { try store.keep(formerCode: handed.need.code, of: need.id) }
    try takeRest(act, store, .new)
    return need.code
  }

  private func replace(_ act: Act, _ store: NeedStore) throws {
    try store.replace(handed.need)
    try takeRest(act, store, .changed)
  }

  private func takeRest(_ act: Act, _ store: NeedStore, _ arrival: Arrival) throws {
    let id = handed.need.id
    for one in handed.answers {
      try store.insertAnswer(one.question, one.answer, wording: one.wording, at: one.at, need: id)
    }
    _ = try Contacts(act).take(handed.contacts, of: id.rawValue, seen: seen, arrival)
    try store.keep(verifiers: handed.verifiers, of: handed.need, in: act)
    for code in handed.formerCodes { try store.keep(formerCode: code, of: id) }
    try act.record(Event("needs", "arrived", subject: id.rawValue, payload: ["from": .string(sender)]))
  }
}

/// Needs are handed over: from now on another node changes them, and this one only shows them.
public struct HandOverNeeds: Sendable {
  let ids: [ID<Need>]
  let node: String

  public init(_ ids: [ID<Need>], to node: String) {
    self.ids = ids
    self.node = node
  }

  /// Those that are at home elsewhere already are passed over.
  /// - Throws: `DomainError.forbidden` for whoever does not run the node.
  public func callAsFunction(in act: Act) throws {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    for id in try NeedStore(act.connection).move(ids, from: act.keys.nodeID, to: node) {
      try act.record(Event("needs", "handedOver", subject: id.rawValue, payload: ["to": .string(node)]))
    }
  }
}

extension Act {
  /// Whether this node may change a need, until the act ends.
  /// - Throws: `DomainError.conflict` that says where it is kept.
  public func checkHome(of need: Need) throws {
    let home = try NeedStore(connection).home(of: need.id) ?? need.home
    guard home == keys.nodeID else {
      throw DomainError.conflict(
        Message("This need was handed over to the node {node}, which alone can change it now.", ["node": home]))
    }
  }

  /// A code nobody here has; a clash is one in 2^35 needs, so one more try is plenty.
  func freshCode() throws -> Code {
    let store = NeedStore(connection)
    for _ in 0..<8 {
      let code = Code.random(random)
      if try !store.codeIsTaken(code) { return code }
    }
    throw DomainError.unavailable(Message("No free code was found"))
  }
}

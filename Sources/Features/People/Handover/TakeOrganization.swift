import Database
public import Journal
public import Kernel

/// An organization arrives from another node, which hands it over: from now on it is changed here.
public struct TakeOrganization: Sendable {
  let handed: HandedOrganization
  let sender: String
  let taken: Int?
  let seen: Set<String>

  /// - Parameters:
  ///   - sender: the node it comes from.
  ///   - taken: the version at which it was taken from there the last time; nil for never.
  ///   - seen: ids of contact details that have come or gone before: one that was erased here does not come back.
  public init(_ handed: HandedOrganization, from sender: String, taken: Int?, seen: Set<String>) {
    self.handed = handed
    self.sender = sender
    self.taken = taken
    self.seen = seen
  }

  /// - Throws: `DomainError.forbidden` for whoever does not run the node.
  public func callAsFunction(in act: Act) throws -> Arrival {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    let store = OrganizationStore(act.connection)
    let (arriving, here) = (handed.organization, act.keys.nodeID)
    let local = try store.find(arriving.id)
    let arrival = Arrival.of(
      local: local.map { Arrival.Place(home: $0.home, version: $0.version) },
      arriving: Arrival.Place(home: arriving.home, version: arriving.version), from: sender, here: here, taken: taken)
    switch arrival {
    case .new: try store.insert(arriving, maker: Self.maker(handed.maker, of: sender))
    case .changed: try store.replace(arriving)
    case .known, .conflict: break
    }
    let contacts = Contacts(act)
    let fresh = try contacts.take(handed.contacts, of: arriving.id.rawValue, seen: seen, arrival)
    if arrival == .new || arrival == .changed {
      try act.record(
        Event("people", "organizationArrived", subject: arriving.id.rawValue, payload: ["from": .string(sender)]))
    } else if fresh {
      try act.record(Event("people", "contactsArrived", subject: arriving.id.rawValue, payload: ["from": .string(sender)]))
    }
    return arrival
  }

  /// A person of the other node is nobody here, whatever their id.
  private static func maker(_ maker: String, of sender: String) -> String { maker.contains("/") ? maker : sender + "/" + maker }
}

/// Organizations are handed over: from now on another node changes them, and this one only shows them.
public struct HandOverOrganizations: Sendable {
  let ids: [ID<Organization>]
  let node: String

  public init(_ ids: [ID<Organization>], to node: String) {
    self.ids = ids
    self.node = node
  }

  /// Those that are at home elsewhere already are passed over.
  /// - Throws: `DomainError.forbidden` for whoever does not run the node.
  public func callAsFunction(in act: Act) throws {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    for id in try OrganizationStore(act.connection).move(ids, from: act.keys.nodeID, to: node) {
      try act.record(Event("people", "organizationHandedOver", subject: id.rawValue, payload: ["to": .string(node)]))
    }
  }
}

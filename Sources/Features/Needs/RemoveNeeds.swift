public import Journal
public import Kernel
import Messaging
public import People

/// Removes every need of an origin with what was told in confidence about it: demonstration records, when they have served.
public struct RemoveNeeds: Sendable {
  let origin: Organization.Origin

  public init(of origin: Organization.Origin) {
    self.origin = origin
  }

  /// - Returns: which they were, for whoever keeps something about them.
  /// - Throws: `DomainError.forbidden` for whoever does not run the node.
  public func callAsFunction(in act: Act) throws -> [ID<Need>] {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    let store = NeedStore(act.connection)
    let ids = try store.ids(of: origin)
    try store.delete(ids.map(\.rawValue))
    for id in ids {
      try Contacts(act).erase(of: id.rawValue)
      try NoticeStore(act.connection).erase(about: id.rawValue)
      try act.record(Event("needs", "removed", subject: id.rawValue))
    }
    return ids
  }
}

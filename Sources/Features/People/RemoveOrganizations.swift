public import Journal
import Kernel
import Messaging

/// Removes every organization of an origin with its contact details: demonstration records, when they have served. Whatever they have
/// stated goes first.
public struct RemoveOrganizations: Sendable {
  let origin: Organization.Origin

  public init(of origin: Organization.Origin) {
    self.origin = origin
  }

  /// - Returns: how many there were.
  /// - Throws: `DomainError.forbidden` for whoever does not run the node.
  public func callAsFunction(in act: Act) throws -> Int {
    guard act.actor.has(.administrator) else { throw DomainError.forbidden }
    let store = OrganizationStore(act.connection)
    let ids = try store.ids(of: origin)
    for saying in try SayingStore(act.connection).ids(of: origin) { try Contacts(act).erase(of: saying.rawValue) }
    for id in ids {
      try act.erase(try LetterStore(act.connection).letters(to: id))
      try MemberStore(act.connection).removeAll(of: id)
      try NoticeStore(act.connection).erase(for: .organization(id.rawValue))
    }
    try store.removeAll(of: origin)
    for id in ids {
      try Contacts(act).erase(of: id.rawValue)
      try NoticeStore(act.connection).erase(for: .organization(id.rawValue))
      try act.record(Event("people", "organizationRemoved", subject: id.rawValue))
    }
    return ids.count
  }
}

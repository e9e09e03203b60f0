import Database
public import Journal
public import Kernel
public import People

/// A group has claimed its record: the needs that came with it from a public list are its own.
public struct TakeOverNeeds: Sendable {
  let organization: ID<Organization>

  public init(of organization: ID<Organization>) {
    self.organization = organization
  }

  public func callAsFunction(in act: Act) throws {
    for need in try NeedStore(act.connection).makeOwn(of: organization, at: act.now) {
      try act.record(Event("needs", "claimed", subject: need.rawValue))
    }
  }
}

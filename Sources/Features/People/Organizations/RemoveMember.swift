import Database
public import Journal
public import Kernel
import Localization
import Messaging

/// Somebody leaves an organization, or is removed from it by another member or a facilitator.
public struct RemoveMember: Sendable {
  let person: ID<Person>
  let organization: ID<Organization>
  let evenIfLast: Bool
  let ports: OrganizationPorts

  /// - Parameter evenIfLast: whether they know that nobody is left to speak for the group.
  public init(_ person: ID<Person>, from organization: ID<Organization>, evenIfLast: Bool, ports: OrganizationPorts) {
    self.person = person
    self.organization = organization
    self.evenIfLast = evenIfLast
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` to those who may not, and when the person is no member; `DomainError.invalid` for the last one,
  ///   unless that is meant.
  public func callAsFunction(in act: Act) throws {
    let (_, view) = try ports.find(organization, seenAs: .member, in: act)
    let members = try MemberStore(act.connection).members(of: organization)
    // Two may remove each other at the same moment: whoever comes second does not belong to it any more.
    let mayStill = view == .facilitator || act.actor.personID.map { id in members.contains { $0.id.rawValue == id } } ?? true
    guard mayStill, members.contains(where: { $0.id == person }) else { throw DomainError.notFound }
    guard members.count > 1 || evenIfLast else { throw Self.last }
    _ = try AccountStore(act.connection).delete(
      Grant(.member, scope: OrganizationPolicy.scope(of: organization)), of: person)
    try MemberStore(act.connection).deleteInvitations(by: person, to: organization)
    let isOwn = act.actor.personID == person.rawValue
    try act.record(
      Event(
        "people", isOwn ? "memberLeft" : "memberRemoved", subject: organization.rawValue,
        payload: ["person": .string(person.rawValue)]))
    if !isOwn {
      try act.tell(
        .person(person.rawValue), Message("You do not belong to one of your groups here any more."), path: "/me",
        subject: person.rawValue, key: "removed:\(organization.rawValue):\(act.now.milliseconds)")
    }
  }

  static let last = DomainError.invalid(
    "evenIfLast",
    Message(
      "This is the last member. Without one, only a facilitator and whoever holds a receipt can speak for the group here. Tick this if you mean it."
    ))
}

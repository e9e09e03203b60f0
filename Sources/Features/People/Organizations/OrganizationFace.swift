import Database
import Kernel

/// An organization with what its page shows, for one reader.
struct OrganizationFace: Sendable {
  let organization: Organization
  let view: OrganizationPolicy.View
  let answers: OrganizationConsent.Answers
  let text: OrganizationText?
  let vouches: [Vouch]
  let hasMembers: Bool
  /// Letters that nobody has answered; none for those who may not read them.
  let unanswered: Int
  /// Whether this reader may vouch for it, or has.
  let mayVouch: Bool
  let hasVouched: Bool
  /// Whether this reader holds the receipt of one of its needs.
  let isHeld: Bool

  init(_ id: ID<Organization>, for actor: Actor, _ ports: OrganizationPorts, _ connection: any SQLConnection) throws {
    (organization, view) = try ports.find(id, for: actor, connection)
    let store = FaceStore(connection)
    answers = try store.answers(of: id)
    let isOwn = view >= .held
    text = try store.text(of: id).flatMap { $0.isSeen || isOwn ? $0 : nil }
    vouches = try VouchStore(connection).vouches(for: organization)
    hasMembers = try MemberStore(connection).hasMembers(id)
    unanswered = view >= .member ? try LetterStore(connection).unanswered(to: id) : 0
    hasVouched = vouches.contains { $0.voucher == actor.reference }
    mayVouch = try !hasVouched && VouchFor.standing(of: actor, for: organization, ports, connection) != nil
    isHeld = try ports.isHeld(connection, actor, id)
  }

  /// What this reader may call it.
  var name: String { view >= .held ? organization.name : organization.publicName ?? "" }

  var isShown: Bool { organization.isShown(answers) }

  /// Whether somebody known to be real has to look first at what it wants to show.
  var waits: Bool {
    guard organization.publicName != nil, organization.isMeantToBeShown(answers) else { return false }
    return !isShown || text?.isSeen == false
  }
}

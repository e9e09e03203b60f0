import Database
public import Journal
public import Kernel
import Localization

/// A facilitator in scope has looked at what an account nobody knows yet wants to show for an organization.
public struct SeeOrganization: Sendable {
  let id: ID<Organization>
  let version: Int
  let textAt: Timestamp?
  let ports: OrganizationPorts

  /// - Parameters:
  ///   - version: of the organization that was looked at.
  ///   - textAt: when the text that was looked at had been changed.
  public init(_ id: ID<Organization>, version: Int, textAt: Timestamp?, ports: OrganizationPorts) {
    self.id = id
    self.version = version
    self.textAt = textAt
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` to anybody else; `DomainError.conflict` when it was changed meanwhile.
  public func callAsFunction(in act: Act) throws {
    let (organization, _) = try ports.find(id, seenAs: .facilitator, in: act)
    let store = FaceStore(act.connection)
    let text = try store.text(of: id)
    guard organization.version == version, text?.changedAt == textAt else { throw ChangeOrganization.changedMeanwhile }
    let answer = try store.answers(of: id)[.showPublicly]
    if let answer, answer.isYes, !answer.isSeen {
      try store.insert(
        OrganizationConsent.Answer(
          question: .showPublicly, isYes: true, wording: answer.wording, at: act.now, answeredBy: act.actor.reference,
          agreement: answer.agreement, isSeen: true),
        of: id)
    }
    if let text, !text.isSeen {
      try store.keep(
        OrganizationText(words: text.words, language: text.language, isSeen: true, changedAt: text.changedAt), of: id)
    }
    try act.record(Event("people", "organizationSeen", subject: id.rawValue))
  }
}

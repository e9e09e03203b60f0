import Database
import Jobs
public import Journal
public import Kernel
import Localization
import Messaging

/// Somebody writes to an organization whose page they see. How to reach it they never learn; how to answer them is kept encrypted.
public struct WriteLetter: Sendable {
  let organization: ID<Organization>
  let words: Text
  let answerTo: Text
  let ports: OrganizationPorts

  /// - Parameter answerTo: a telephone number, an e-mail address, a place to meet.
  public init(to organization: ID<Organization>, words: Text, answerTo: Text, ports: OrganizationPorts) {
    self.organization = organization
    self.words = words
    self.answerTo = answerTo
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` where they may not know of it; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws -> ID<Letter> {
    _ = try ports.find(organization, seenAs: .face, in: act)
    var check = FieldCheck()
    let words = try check.take { try self.words.checked("words", atMost: Letter.longestWords, lines: true) }
    let answerTo = try check.take { try self.answerTo.checked("answerTo", atMost: Letter.longestAddress) }
    try check.finish()
    let letter = Letter(
      id: act.newID(), organization: organization, words: words ?? "", language: Localization.current.language.tag,
      createdAt: act.now, answeredAt: nil)
    try LetterStore(act.connection).insert(letter, sender: act.actor.isSignedIn ? act.actor.reference : "")
    _ = try Contacts(act).keep(answerTo ?? "", as: .address, of: letter.id.rawValue)
    try act.record(
      Event("people", "letterWritten", subject: letter.id.rawValue, payload: ["organization": .string(organization.rawValue)]))
    try act.tell(
      .organization(organization.rawValue), Message("Somebody has written to your group through its page."),
      path: "/organizations/\(organization.rawValue)/letters", subject: letter.id.rawValue, key: "letter:" + letter.id.rawValue)
    return letter.id
  }
}

/// A member or a facilitator has answered a letter.
public struct MarkLetterAnswered: Sendable {
  let id: ID<Letter>
  let organization: ID<Organization>
  let ports: OrganizationPorts

  public init(_ id: ID<Letter>, to organization: ID<Organization>, ports: OrganizationPorts) {
    self.id = id
    self.organization = organization
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound`.
  public func callAsFunction(in act: Act) throws {
    _ = try ports.find(organization, seenAs: .member, in: act)
    let store = LetterStore(act.connection)
    guard try store.exists(id, to: organization) else { throw DomainError.notFound }
    guard try store.markAnswered(id, to: organization, at: act.now) else { return }
    try act.record(Event("people", "letterAnswered", subject: id.rawValue))
  }
}

/// A member or a facilitator erases a letter, with how to answer it.
public struct RemoveLetter: Sendable {
  let id: ID<Letter>
  let organization: ID<Organization>
  let ports: OrganizationPorts

  public init(_ id: ID<Letter>, to organization: ID<Organization>, ports: OrganizationPorts) {
    self.id = id
    self.organization = organization
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound`.
  public func callAsFunction(in act: Act) throws {
    _ = try ports.find(organization, seenAs: .member, in: act)
    guard try LetterStore(act.connection).exists(id, to: organization) else { throw DomainError.notFound }
    try act.erase([id])
  }
}

extension Act {
  /// Erases letters with how to answer them and what was told of them.
  func erase(_ letters: [ID<Letter>]) throws {
    guard !letters.isEmpty else { return }
    for id in letters {
      try LetterStore(connection).delete(id)
      try Contacts(self).erase(of: id.rawValue)
      try NoticeStore(connection).erase(about: id.rawValue)
      try record(Event("people", "letterRemoved", subject: id.rawValue))
    }
    try scrub("organization_letters")
  }
}

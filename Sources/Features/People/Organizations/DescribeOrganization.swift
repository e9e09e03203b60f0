import Database
import Jobs
public import Journal
public import Kernel
import Localization

/// An organization, or a facilitator for it, says who it is and what it does, for everybody to read.
public struct DescribeOrganization: Sendable {
  let id: ID<Organization>
  let words: Text
  let language: String
  let ports: OrganizationPorts

  /// - Parameter words: empty to say nothing any more.
  public init(_ id: ID<Organization>, words: Text, language: String, ports: OrganizationPorts) {
    self.id = id
    self.words = words
    self.language = language
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` to those who may not write; `DomainError.invalid` also where the words could lead to a person.
  public func callAsFunction(in act: Act) throws {
    _ = try ports.find(id, seenAs: .member, in: act)
    let store = FaceStore(act.connection)
    if words.isBlank {
      try store.eraseText(of: id)
      try act.scrub("organization_texts")
    } else {
      try store.keep(try text(act), of: id)
    }
    try act.record(Event("people", "organizationDescribed", subject: id.rawValue))
  }

  private func text(_ act: Act) throws -> OrganizationText {
    var check = FieldCheck()
    let words = try check.take { try self.words.checkedForEverybody("words", atMost: OrganizationText.longest, lines: true) }
    let language = Language(language)
    if language?.isAssigned != true {
      check.complain("language", Message("A language is named by its code, such as en, es or ht."))
    }
    try check.finish()
    return OrganizationText(
      words: words ?? "", language: language?.tag ?? "und", isSeen: OrganizationPolicy.isKnownToBeReal(act.actor),
      changedAt: act.now)
  }
}

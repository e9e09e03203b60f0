import Database
public import Journal
public import Kernel
import Localization

/// An organization says whether it may be shown, told of to funders, and copied: its members, a facilitator who writes down what the
/// group said, or whoever holds the receipt of one of its needs. A no counts at once, everywhere.
public struct AnswerOrganizationConsents: Sendable {
  let id: ID<Organization>
  let answers: [OrganizationConsent.Question: Bool]
  let name: Name
  let agreement: String
  let ports: OrganizationPorts

  /// Under which name the page is shown.
  public enum Name: Sendable, Equatable {
    /// The one that was chosen before.
    case unchanged
    case own
    case other(Text)
  }

  /// - Parameters:
  ///   - answers: to the questions that were asked; the others keep their answers.
  ///   - agreement: how the group agreed, where a facilitator writes down a yes.
  public init(
    _ id: ID<Organization>, answers: [OrganizationConsent.Question: Bool], name: Name, agreement: String, ports: OrganizationPorts
  ) {
    self.id = id
    self.answers = answers
    self.name = name
    self.agreement = agreement
    self.ports = ports
  }

  /// - Throws: `DomainError.notFound` to those who may not answer; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws {
    let (known, view) = try ports.find(id, seenAs: .held, in: act)
    let store = FaceStore(act.connection)
    let before = try store.answers(of: id)
    let agreement = try checkedAgreement(view, before)
    var changed = known
    if let isYes = answers[.showPublicly] { try name(&changed, isYes, wasShown: known.isMeantToBeShown(before)) }
    let isSeen = OrganizationPolicy.isKnownToBeReal(act.actor)
    for question in OrganizationConsent.Question.allCases {
      guard let isYes = answers[question], isNews(isYes, before[question], isSeen) else { continue }
      let answer = OrganizationConsent.Answer(
        question: question, isYes: isYes, wording: OrganizationConsent.wording, at: act.now, answeredBy: act.actor.reference,
        agreement: isYes ? agreement : nil, isSeen: isSeen)
      try store.insert(answer, of: id)
      try act.record(
        Event(
          "people", "consentAnswered", subject: id.rawValue,
          payload: [
            "question": .string(question.rawValue), "answer": .bool(isYes), "wording": .int(OrganizationConsent.wording),
          ]))
    }
    guard changed != known else { return }
    guard try OrganizationStore(act.connection).update(changed) else { throw ChangeOrganization.changedMeanwhile }
    try act.record(Event("people", "organizationChanged", subject: id.rawValue))
  }

  /// Whoever says yes for others says how they agreed.
  private func checkedAgreement(_ view: OrganizationPolicy.View, _ before: OrganizationConsent.Answers) throws
    -> OrganizationConsent.Agreement?
  {
    guard view == .facilitator else { return nil }
    if let agreement = OrganizationConsent.Agreement(rawValue: agreement) { return agreement }
    // A yes that the group gave itself is only looked at.
    guard answers.contains(where: { $0.value && before[$0.key]?.isYes != true }) else { return nil }
    throw DomainError.invalid("agreement", Message("You speak for others: please say how they agreed, spoken or written."))
  }

  /// A yes comes with a name to show. A no takes the name away from everywhere else too: from the needs that everybody reads.
  private func name(_ organization: inout Organization, _ isYes: Bool, wasShown: Bool) throws {
    if isYes {
      switch name {
      case .unchanged: break
      case .own: organization.visibility = .named
      case .other(let pseudonym):
        organization.pseudonym = try pseudonym.checked("pseudonym", atMost: Organization.longestName)
        organization.visibility = .pseudonym
      }
      try organization.checkPublicName()
    } else if wasShown, organization.publicName != nil {
      organization.visibility = .region
    }
  }

  /// The same answer again says nothing new, unless somebody who is known confirms it.
  private func isNews(_ isYes: Bool, _ known: OrganizationConsent.Answer?, _ isSeen: Bool) -> Bool {
    guard let known else { return true }
    return known.isYes != isYes || known.wording != OrganizationConsent.wording || (isSeen && !known.isSeen)
  }
}

extension Organization {
  /// Another name is shown only when somebody has seen it, unless whoever chose it is known to be real.
  func waitToBeSeen(in act: Act) throws {
    let store = FaceStore(act.connection)
    guard !OrganizationPolicy.isKnownToBeReal(act.actor), isShown(try store.answers(of: id)) else { return }
    let answer = OrganizationConsent.Answer(
      question: .showPublicly, isYes: true, wording: OrganizationConsent.notAsked, at: act.now, answeredBy: act.actor.reference,
      agreement: nil, isSeen: false)
    try store.insert(answer, of: id)
  }

  /// - Throws: `DomainError.invalid` where the name that everybody would read leads to a person.
  func checkPublicName() throws {
    guard let publicName else { return }
    let isTelling = Trace.all(in: publicName).contains { $0.kind == .telephone || $0.kind == .email }
    guard isTelling else { return }
    throw DomainError.invalid(
      visibility == .pseudonym ? "pseudonym" : "name",
      Message("There is a telephone number or an e-mail address in this name. Everybody would read it: leave it out."))
  }
}

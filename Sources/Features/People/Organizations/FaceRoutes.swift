import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// The pages of organizations, and what they answer about being shown.
extension PeopleFeature {
  var faceRoutes: [Route] {
    [
      .page("/organizations", shownOrganizations),
      .page("/organizations/{id}", facePage),
      .page("/organizations/{id}/description", for: .signedIn) { visit in try await descriptionPage(visit, FormView(visit)) },
      .form("/organizations/{id}/description", for: .signedIn, describe) { visit, error in
        try await descriptionPage(visit, FormView(visit, form: visit.form, error: error))
      },
      // Whoever holds a receipt need not sign in.
      .page("/organizations/{id}/answers") { visit in try await answersPage(visit, FormView(visit)) },
      .form("/organizations/{id}/answers", answerConsents) { visit, error in
        try await answersPage(visit, FormView(visit, form: visit.form, error: error))
      },
      .form("/organizations/{id}/seen", for: .roles([.facilitator]), see),
    ]
  }

  /// What is pressed twice is done once.
  func act(
    _ visit: Visit, once what: String, _ body: @escaping @Sendable (Act) throws -> String
  ) async throws -> String {
    guard let key = try visit.once(what) else { return try await node.act(as: visit.actor, body) }
    return try await node.act(as: visit.actor, once: key, body).subject
  }

  /// The organization of an address with what its page shows this reader.
  /// - Parameter least: how much of it they have to see.
  /// - Throws: `DomainError.notFound`.
  func face(_ visit: Visit, seenAs least: OrganizationPolicy.View = .face) async throws -> OrganizationFace {
    let id = ID<Organization>(try visit.parameter("id"))
    let (actor, ports) = (visit.actor, ports.organizations)
    let face = try await node.read { try OrganizationFace(id, for: actor, ports, $0) }
    guard face.view >= least else { throw DomainError.notFound }
    return face
  }

  static let organizationsOnAPage = 50

  /// - Returns: a page of the list, and where the next begins.
  func shown(_ filter: OrganizationFilter, _ visit: Visit, limit: Int) async throws -> (items: [Organization], next: String?) {
    let cursor = visit.query.first("cursor").flatMap { $0.isEmpty ? nil : ID<Organization>($0) }
    let found = try await node.read { try FaceStore($0).shown(filter, after: cursor, limit: limit + 1) }
    let shown = Array(found.prefix(limit))
    return (shown, found.count > limit ? shown.last?.id.rawValue : nil)
  }

  private func shownOrganizations(_ visit: Visit) async throws -> Answer {
    // A page is for people: it passes over what it does not know.
    let filter = OrganizationFilter(
      words: String(visit.query.text("q").normalized.prefix(100)),
      country: visit.query.first("country").flatMap { try? Country.checked($0, field: "country") },
      kind: visit.query.first("kind").flatMap(Organization.Kind.init))
    let (items, next) = try await shown(filter, visit, limit: Self.organizationsOnAPage)
    let page = FacePages.list(items, filter, next: next, query: visit.query.setting("lang", to: nil))
    return .page(page.html(for: visit, assets: assets))
  }

  private func facePage(_ visit: Visit) async throws -> Answer {
    let face = try await face(visit)
    let more = try await ports.organizations.more(visit, face.organization)
    let page = FacePages.face(face, more: more, formID: visit.formID, isSignedIn: visit.actor.isSignedIn)
    return .page(page.html(for: visit, assets: assets))
  }

  private func descriptionPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    .page(FacePages.description(try await face(visit, seenAs: .member), fields).html(for: visit, assets: assets))
  }

  private func describe(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let describe = DescribeOrganization(
      id, words: visit.form.text("words"), language: visit.form.first("language") ?? "", ports: ports.organizations)
    try await node.act(as: visit.actor) { act in try describe(in: act) }
    return .see("/organizations/" + id.rawValue)
  }

  private func answersPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    let face = try await face(visit, seenAs: .held)
    let history = try await node.read { try FaceStore($0).history(of: face.organization.id) }
    return .page(FacePages.answers(face, history: history, fields).html(for: visit, assets: assets))
  }

  private func answerConsents(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let form = visit.form
    var answers: [OrganizationConsent.Question: Bool] = [:]
    for question in OrganizationConsent.Question.allCases {
      if let answer = form.first(question.rawValue) { answers[question] = answer != "no" }
    }
    let name: AnswerOrganizationConsents.Name =
      switch form.first("showPublicly") {
      case "named": .own
      case "pseudonym": .other(form.text("pseudonym"))
      default: .unchanged
      }
    let answer = AnswerOrganizationConsents(
      id, answers: answers, name: name, agreement: form.first("agreement") ?? "", ports: ports.organizations)
    try await node.act(as: visit.actor) { act in try answer(in: act) }
    return .see("/organizations/\(id.rawValue)/answers")
  }

  private func see(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let see = SeeOrganization(
      id, version: visit.form.number("version", in: 0...Int.max) ?? -1,
      textAt: visit.form.first("textAt").flatMap { Int64($0) }.map { Timestamp(milliseconds: $0) }, ports: ports.organizations)
    try await node.act(as: visit.actor) { act in try see(in: act) }
    return .see("/organizations/" + id.rawValue)
  }
}

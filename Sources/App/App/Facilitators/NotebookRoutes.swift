import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import Web

/// Where a facilitator writes down what several groups need, one after the other.
extension FacilitatorDesk {
  var notebookRoutes: [Route] {
    [
      .page("/desk/notebook", for: Self.audience, openNotebook),
      .form("/desk/notebook", for: Self.audience, tellsOnlyWhatWasTyped: true, turnPage, again: notebookAgain),
      .form("/desk/notebook/needs", for: Self.audience, tellsOnlyWhatWasTyped: true, storeEntry, again: notebookAgain),
    ]
  }

  /// Groups that are offered without looking for them, and those that are found.
  private static let mostOffered = 30

  // MARK: - Answers

  private func openNotebook(_ visit: Visit) async throws -> Answer {
    var fields = try await usualAnswers(visit)
    if let id = visit.query.first("organization") {
      let actor = visit.actor
      guard let known = try await node.read({ try KnownOrganizations($0, of: actor).find(ID(id)) }) else {
        throw DomainError.notFound
      }
      fields =
        fields.filter { !["country", "organization"].contains($0.name) } + [("country", known.country), ("organization", id)]
      if let language = known.languages.first { fields = fields.filter { $0.name != "language" } + [("language", language)] }
    }
    return try await show(visit, Round(form: Form(fields)), begins: true)
  }

  /// What was said once is looked at, and the next entry is shown, with the groups that she looks for.
  private func turnPage(_ visit: Visit) async throws -> Answer {
    let round = Round(form: visit.form)
    try round.shared.check(for: visit.actor, at: node.clock())
    return try await show(visit, round, finding: visit.form.first("find") != nil)
  }

  private func storeEntry(_ visit: Visit) async throws -> Answer {
    let round = Round(form: visit.form)
    let actor = visit.actor
    var check = FieldCheck()
    _ = try check.take { try round.shared.check(for: actor, at: node.clock()) }
    if round.form.first("organization", in: ["", Round.another]), round.form.text("name").isBlank {
      check.complain("name", Message("Please say which group it is, or choose one."))
    }
    _ = try check.take { try SubmitNeed(round.statement(for: nil)).question() }
    _ = try check.take { try round.statement(for: nil).provenance?.checked(by: actor, at: node.clock()) }
    // What is wrong with the shared answers is wrong with the entry too.
    if !check.errors.isEmpty { throw DomainError.invalid(check.errors.withoutRepeats) }
    let known = try await node.read { try round.organization($0, for: actor) }
    let (id, _) = try await app.needs.submit(
      round.statement(for: known), as: actor, once: try visit.once("desk.notebook"))
    guard let need = try await node.read({ try NeedStore($0).find(id) }) else { throw DomainError.notFound }
    return try await show(visit, round.after(need.code))
  }

  /// The same page with everything that was typed, and what was stored before.
  private func notebookAgain(_ visit: Visit, _ error: DomainError) async throws -> Answer {
    var round = Round(form: visit.form)
    var shown = error
    switch error {
    case .invalid(let errors):
      shown = .invalid(errors.map { FieldError(field: round.field(of: $0.field), message: $0.message) }.withoutRepeats)
    case .changedAfterSending(let subject):
      guard let known = try await node.read({ try NeedStore($0).find(ID(subject)) }) else { break }
      round = round.with(known.code)
      shown = .invalid(
        "words",
        Message(
          "You changed this after storing it. What you first sent was taken as {code}; store it again to make this a new one.",
          ["code": known.code.description]))
    default: break
    }
    let isBeginning = visit.path == "/desk/notebook" && visit.form.first("words") == nil
    let isUnsure = if case .invalid(let errors) = shown { errors.contains { $0.field == "organization" } } else { false }
    return try await show(visit, round, begins: isBeginning, finding: isUnsure, error: shown)
  }

  // MARK: - Shown

  private func show(
    _ visit: Visit, _ round: Round, begins: Bool = false, finding: Bool = false, error: DomainError? = nil
  ) async throws -> Answer {
    let actor = visit.actor
    let name = finding ? round.form.text("name").normalized : ""
    let chosen = round.form.first("organization").flatMap { $0.isEmpty || $0 == Round.another ? nil : ID<Organization>($0) }
    let (offered, stored) = try await node.read { connection in
      let known = KnownOrganizations(connection, of: actor)
      var offered =
        finding ? try known.page(.all, holding: name, limit: Self.mostOffered) : try known.newest(limit: Self.mostOffered)
      if let chosen, !offered.contains(where: { $0.id == chosen }), let one = try known.find(chosen) {
        offered.insert(one, at: 0)
      }
      let needs = try NeedStore(connection).find(round.stored, onDeskOf: actor)
      let names = try OrganizationStore(connection).names(of: needs.map(\.organization))
      return (offered, needs.map { (need: $0, organization: names[$0.organization]) })
    }
    let pages = NotebookPages(
      round: round, fields: FormView(visit, form: round.form, error: error), actor: actor, offered: offered,
      wasLookedFor: finding, stored: stored)
    return page(begins ? pages.begin : pages.entry, for: visit)
  }

  /// What she said the last time, but for who spoke: the likeliest answers today.
  func usualAnswers(_ visit: Visit) async throws -> [(name: String, value: String)] {
    let reference = visit.actor.reference
    let last = try await node.read { try NeedStore($0).stated(by: reference, limit: 1).first }
    let today = ("provenance.at", String(node.clock().iso8601.prefix(10)))
    guard let last, let provenance = last.provenance else {
      let countries = OrganizationPolicy.countries(of: visit.actor) ?? []
      return [today, ("language", visit.localizer.language.tag)] + (countries.count == 1 ? countries.map { ("country", $0) } : [])
    }
    return [
      ("country", last.country), ("language", last.language), ("provenance.how", provenance.how.rawValue),
      ("provenance.consent", provenance.consent.rawValue), today,
    ]
  }
}

extension Form {
  /// Whether a field is missing or has one of these values.
  fileprivate func first(_ name: String, in values: [String]) -> Bool { first(name).map { values.contains($0) } ?? true }
}

extension [FieldError] {
  /// Each complaint once.
  var withoutRepeats: [FieldError] { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}

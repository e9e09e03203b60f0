import Database
import Kernel
import Localization
import Needs
import People
import Web

/// A facilitator's notebook while it is open: what is the same for all groups, what was stored already, and the entry that is being
/// written. Everything travels with her in the form; nothing is kept until an entry is stored.
struct Round {
  let form: Form

  var shared: SharedPart { SharedPart(form: form) }

  /// The codes of what was stored in this round, in order.
  var stored: [Code] {
    form.all("stored").compactMap { try? Code(parsing: $0) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The same round before the next entry.
  func after(_ stored: Code) -> Round { Round(form: keeping(SharedPart.names + ["stored"])).with(stored) }

  /// The same round, in which one more is known to be stored.
  func with(_ stored: Code) -> Round { Round(form: Form(form.fields + [("stored", stored.description)])) }

  private func keeping(_ names: [String]) -> Form { Form(form.fields.filter { names.contains($0.name) }) }

  /// What may differ from one group to the next, each with its own answer before its name: `own.language`.
  static let mayDiffer = [
    "language", "kind", "connectivity", "provenance.statedBy", "provenance.relation", "provenance.how", "provenance.consent",
    "provenance.at",
  ]

  /// The shared answers, but for those that this entry answers otherwise.
  private var answers: SharedPart {
    let own = Self.mayDiffer.compactMap { name in
      form.first("own." + name).flatMap { $0.isEmpty ? nil : (name: name, value: $0) }
    }
    let others = form.fields.filter { field in SharedPart.names.contains(field.name) && !own.contains { $0.name == field.name } }
    return SharedPart(form: Form(others + own))
  }

  /// Whether somebody else than the round's speaker said this one.
  func differs(in name: String) -> Bool { form.first("own." + name).map { !$0.isEmpty } ?? false }

  /// What the entry says, about a group found before or a new one.
  func statement(for known: Organization?) -> NeedStatement {
    let answers = answers
    var organization = answers.organization(named: form.text("name"))
    if let known {
      organization.id = known.id.rawValue
      organization.country = known.country
    }
    return NeedStatement(
      organization: organization, words: form.text("words"), language: answers.language, constraints: form.all("constraints"),
      provenance: answers.provenance, showPublicly: form.isChecked("showPublicly"), channel: .web, reachAt: form.text("reachAt"))
  }

  /// The group that the entry speaks of: the one chosen, or the one of this name that she has written down before.
  /// - Returns: nil for a group that is not known yet.
  /// - Throws: `DomainError.invalid` when others have written down a group of this name, so that she has to say whether it is the same.
  func organization(_ connection: any SQLConnection, for actor: Actor) throws -> Organization? {
    let known = KnownOrganizations(connection, of: actor)
    let chosen = form.first("organization") ?? ""
    if !chosen.isEmpty, chosen != Self.another {
      guard let organization = try known.find(ID(chosen)) else {
        throw DomainError.invalid("organization", Message("This group is not among those that you speak for."))
      }
      guard holds(organization.name, form.text("name").normalized) else {
        throw DomainError.invalid(
          "organization", Message("You chose one group and typed the name of another. Please keep one of the two."))
      }
      return organization
    }
    let name = form.text("name").normalized
    guard !name.isEmpty else { return nil }
    let same = try known.named(name, in: shared.country)
    if let mine = try known.made(among: same) { return mine }
    guard same.isEmpty || chosen == Self.another else {
      throw DomainError.invalid(
        "organization", Message("A group of this name is known already. Please say whether it is the same one."))
    }
    return nil
  }

  /// What stands for "none of those that are known".
  static let another = "another"

  /// Whether every word that was typed is in the name.
  private func holds(_ name: String, _ typed: String) -> Bool {
    let words = Set(Organization.nameKey(name).split(separator: " "))
    return Organization.nameKey(typed).split(separator: " ").allSatisfy { word in words.contains { $0.hasPrefix(word) } }
  }

  /// The field that asks for what a use case complains of.
  func field(of complaint: String) -> String {
    let name = complaint.replacing("organization.", with: "")
    let isOwn = differs(in: name) || ["provenance.statedBy", "provenance.relation"].contains(name)
    return Self.mayDiffer.contains(name) && isOwn ? "own." + name : name
  }
}

import Kernel
import Localization
import Needs
import People
import Web

/// What is the same for several needs that a facilitator writes down: said once, and kept from one to the next.
struct SharedPart {
  let form: Form

  /// Everything that is asked here.
  static let names = [
    "country", "subdivision", "language", "kind", "connectivity", "provenance.statedBy", "provenance.relation", "provenance.how",
    "provenance.consent", "provenance.at",
  ]

  var country: String { form.first("country") ?? "" }
  var language: String { form.first("language") ?? "" }
  var provenance: ProvenanceStatement { ProvenanceStatement(form) }

  /// A new group, of which nothing more was said.
  func organization(named name: Text) -> OrganizationStatement {
    OrganizationStatement(
      name: name, country: country, kind: form.first("kind").flatMap(Organization.Kind.init) ?? .communityGroup,
      subdivision: form.first("subdivision"), connectivity: form.first("connectivity").flatMap(Organization.Connectivity.init),
      languages: language.isEmpty ? [] : [language])
  }

  /// - Throws: `DomainError.invalid` with every answer that cannot stand for all of them. Who said it may be left to each.
  func check(for actor: Actor, at now: Timestamp) throws {
    var check = FieldCheck()
    if let country = try check.take({ try Self.checkedCountry(country, for: actor) }) {
      _ = try check.take { try Country.checkedSubdivision(form.first("subdivision"), of: country, field: "subdivision") }
    }
    if Language(language)?.isAssigned != true {
      check.complain("language", Message("A language is named by its code, such as en, es or ht."))
    }
    _ = try check.take { try provenance.checkedWay(at: now) }
    for name in ["provenance.statedBy", "provenance.relation"] {
      _ = try check.take { try form.text(name).checkedIfPresent(name, atMost: ProvenanceStatement.longest) }
    }
    try check.finish()
  }

  /// A country whose groups the facilitator may speak for.
  static func checkedCountry(_ code: String, for actor: Actor, field: String = "country") throws -> String {
    let country = try Country.checked(code, field: field)
    if let countries = OrganizationPolicy.countries(of: actor), !countries.contains(country) {
      throw DomainError.invalid(
        field, Message("You speak for groups of other countries. Somebody who runs this site can give you this one too."))
    }
    return country
  }

  // MARK: - Shown

  /// The questions.
  static func fields(_ fields: FormView, for actor: Actor) -> HTML {
    let countries = OrganizationPolicy.countries(of: actor)
    // What was chosen stays, also when she is no longer signed in.
    let chosen = fields.form.first("country")
    let offered = Country.named().filter { countries?.contains($0.value) ?? true || $0.value == chosen }
    let none = offered.count == 1 ? [] : [(value: "", label: tr("Choose…").text)]
    return """
      \(fields.choice("country", tr("In which country?"), none + offered))
      \(fields.line("subdivision", tr("Region (you may leave this empty)"), hint: tr("Its ISO code, such as CL-RM.")))
      \(NeedPages.languageChoice(fields, value: Localization.current.language.tag))
      \(ProvenanceFields.way(fields, agreement: ProvenanceFields.toWritingDown))
      <p class="hint">\(tr("Where one person speaks for all of them, say who. Otherwise leave both empty, and say it for each group."))</p>
      \(ProvenanceFields.who(fields, isRequired: false))
      \(fields.choice("kind", tr("What kind of groups are they?"), Organization.Kind.allCases.map { (value: $0.rawValue, label: $0.label.text) }, value: Organization.Kind.communityGroup.rawValue))
      \(fields.choice("connectivity", tr("What do the groups have?"), [(value: "", label: tr("We do not know").text)] + Organization.Connectivity.allCases.map { (value: $0.rawValue, label: $0.label.text) }))
      """
  }

  /// In one line, for when the questions are folded away.
  var line: HTML {
    let how = provenance.how.isEmpty ? nil : Provenance.How(rawValue: provenance.how)?.label
    let consent = Provenance.Consent(rawValue: provenance.consent)?.label
    return """
      \(regionName(country)), \(languageName(language))\(maybe: how, { ", \($0)" })\(maybe: consent, { ", \($0)" })\
      \(if: !provenance.at.isEmpty, ", \(provenance.at)")\(if: !provenance.statedBy.isBlank, ", \(provenance.statedBy.normalized)")
      """
  }
}

import Foundation
import Kernel
import Localization
import Web

/// The particulars of an organization, for its members and facilitators. Pure: values in, pages out.
enum OrganizationPages {
  static func edit(_ organization: Organization, _ fields: FormView) -> Page {
    Page(
      tr("Change {organization}", ["organization": organization.name]),
      """
      <div class="narrow"><h1>\(organization.name)</h1>
      \(if: organization.isVerified, "<p class=\"notice\">\(tr("Somebody has vouched for it. With another name or in another country it has to be vouched for anew."))</p>")
      <form method="post" action="\(url: "/organizations/\(organization.id.rawValue)/edit")">
      \(fields.summary)\(fields.hidden)<input type="hidden" name="version" value="\(fields.form.first("version") ?? String(organization.version))">
      \(fields.line("name", tr("What is it called?"), autocomplete: "organization", isRequired: true, value: organization.name))
      \(fields.choice("kind", tr("What kind of group is it?"), Organization.Kind.allCases.map { (value: $0.rawValue, label: $0.label.text) }, value: organization.kind.rawValue))
      \(fields.choice("country", tr("In which country?"), Country.named(), value: organization.country))
      \(fields.line("subdivision", tr("Region (you may leave this empty)"), hint: tr("Its ISO code, such as CL-RM."), value: organization.subdivision))
      \(fields.radios("connectivity", tr("What does the group have?"), Organization.Connectivity.allCases.map { (value: $0.rawValue, label: $0.label) } + [(value: "", label: tr("We do not know"))], value: organization.connectivity?.rawValue ?? ""))
      \(fields.checks("languages", tr("Languages it works in"), languages(organization, fields), values: organization.languages))
      \(fields.radios("visibility", tr("Who may know of it?"), Organization.Visibility.allCases.map { (value: $0.rawValue, label: $0.label) }, value: organization.visibility.rawValue))
      \(fields.line("pseudonym", tr("The other name"), hint: tr("Only where everybody shall read another name instead."), value: organization.pseudonym))
      <div class="actions"><button>\(tr("Save"))</button> <a href="/me">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  /// Those offered: widely spoken ones, and what it has already.
  private static func languages(_ organization: Organization, _ fields: FormView) -> [(value: String, label: Phrase)] {
    let chosen = organization.languages + fields.form.all("languages")
    let tags = (offered + chosen).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let reader = Localization.current.language
    return tags.map { (value: $0, label: Phrase(text: languageName($0), language: reader)) }
  }

  private static let offered = [
    "en", "es", "fr", "ar", "pt", "sw", "ht", "ur", "hi", "bn", "zh", "ru", "am", "so", "ha", "yo", "ig", "zu", "qu", "ay", "gn",
    "id",
    "tl", "vi", "th", "my", "ne", "fa", "ps", "tr", "uk", "ro",
  ]
}

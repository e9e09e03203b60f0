import Foundation
import Kernel
import Localization
import People
import Web

/// What a group takes back through somebody who speaks for it. Pure: values in, pages out.
enum WithdrawalPages {
  /// What they say about one need.
  static func need(_ need: Need, _ parts: [Need], organization: Organization?, _ fields: FormView) -> Page {
    let path = "/desk/\(need.code)"
    return Page(
      tr("What they say now about {code}", ["code": need.code.description]),
      """
      <div class="narrow"><h1>\(tr("What they say now about {code}", ["code": need.code.description]))</h1>
      <p class="lead">\(organization?.name)</p>
      <p>\(now(need))</p>
      <form method="post" action="\(url: path + "/withdrawal")">
      \(fields.summary)\(fields.hidden)
      \(fields.radios("what", tr("What do they want?"), choices(need)))
      \(if: !parts.isEmpty, PartPages.takenBackToo(parts, fields))
      \(said(fields))
      <div class="actions"><button>\(tr("Do what they want"))</button> <a href="\(url: path)">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  private static func now(_ need: Need) -> Phrase {
    need.isPublic
      ? tr("Until now they have said that everybody may read a summary of it.")
      : tr("Until now nobody else may read of it.")
  }

  private static func choices(_ need: Need) -> [(value: String, label: Phrase)] {
    [
      need.isPublic
        ? (value: Saying.What.notShown.rawValue, label: tr("Stop showing it: nobody else shall read of it any more"))
        : (value: Saying.What.shown.rawValue, label: tr("Show it: everybody may read the summary")),
      (
        value: Saying.What.takenBack.rawValue,
        label: tr("Take it back: the words are erased, and nothing of it is shown any more. This cannot be undone")
      ),
    ]
  }

  /// What they say about everything that was written down for them.
  static func organization(_ organization: Organization, _ needs: [Need], _ fields: FormView) -> Page {
    let path = "/desk/organizations/\(organization.id.rawValue)"
    let left = needs.filter { $0.closure != .withdrawn }
    return Page(
      tr("What {organization} takes back", ["organization": organization.name]),
      """
      <div class="narrow"><h1>\(tr("What {organization} takes back", ["organization": organization.name]))</h1>
      <form method="post" action="\(url: path + "/withdrawal")">
      \(fields.summary)\(fields.hidden)
      \(fields.check("hide", tr("Being shown: nobody shall learn that the group exists, and nothing it needs is shown to others any more.")))
      \(if: !left.isEmpty, fields.checks("need", tr("Needs that are erased"), hint: tr("Their words are erased, and this cannot be undone."), left.map { (value: $0.code.description, label: label($0)) }))
      \(said(fields))
      <div class="actions"><button>\(tr("Do what they want"))</button> <a href="\(url: path)">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  private static func label(_ need: Need) -> Phrase {
    let beginning = NeedListing(need: need, organization: nil).title
    let text = need.summary == nil ? String(need.words.prefix(60)) : beginning
    return tr("{code}: {beginning}", ["code": need.code.description, "beginning": text])
  }

  private static func said(_ fields: FormView) -> HTML {
    """
    <h2>\(tr("Who said so?"))</h2>
    <p class="hint">\(tr("It is kept with what they wanted, encrypted, so that nobody can take back in their name what they did not."))</p>
    \(ProvenanceFields.who(fields))
    \(ProvenanceFields.way(fields, agreement: tr("How did they confirm it?")))
    """
  }

  /// What was said through others since, on the desk's page of a need or an organization.
  static func list(_ sayings: [(saying: Saying, name: String?)]) -> HTML {
    guard !sayings.isEmpty else { return "" }
    return """
      <h2>\(tr("What they have said since"))</h2>
      <ul>
      \(each: sayings, { entry in
        let provenance = entry.saying.provenance
        return "<li>\(entry.saying.what.label): \(maybe: entry.name, { "\($0), " })\(provenance.relation). \(provenance.how.label), \(localizedDate(provenance.at.milliseconds, style: .day, timeZone: .gmt)). \(provenance.consent.label).</li>\n"
      })</ul>
      """
  }
}

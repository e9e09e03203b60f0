import Kernel
import Localization
import Needs
import People
import Prescriptions
import Web

/// Slips of several needs, a sheet of paper each. Pure: values in, pages out.
enum SlipPages {
  /// One need as it is carried to its group.
  struct Slip {
    let need: Need
    let organization: Organization?
    let receipt: String
    let prescribed: [ShelfItem]
  }

  /// Things that already exist, of each slip: more would not fit on its sheet.
  static let mostPrescribed = 5

  /// - Parameter speaking: draws a slip in the language of its group.
  static func sheets(_ slips: [Slip], site: String, speaking: (Slip, () -> HTML) -> HTML) -> Page {
    Page(
      tr("Slips to print"),
      """
      <div class="no-print"><h1>\(ntr("{count} slip to print", "{count} slips to print", slips.count))</h1>
      <p class="hint">\(tr("To print them, use your browser's menu: each comes on a sheet of its own, in the language of its group. Whoever has a receipt can read and change that need, so give each group only its own."))</p>
      <p><a href="/desk">\(tr("Back to the desk"))</a></p></div>
      \(each: slips, { slip in speaking(slip) { sheet(slip, site: site) } })
      """)
  }

  private static func sheet(_ slip: Slip, site: String) -> HTML {
    let language = Localization.current.language
    return """
      <section class="sheet" lang="\(language.tag)" dir="\(language.isRightToLeft ? "rtl" : "ltr")">
      <h2>\(slip.organization?.name ?? slip.need.code.description)</h2>
      <p>\(tr("We have received what your group needs"))</p>
      \(NeedPages.receiptBox(slip.need, receipt: slip.receipt, site: site))
      <p class="meta">\(tr("To come back, open {page} on this site.", html: ["page": "<bdi>/receipt</bdi>"]))</p>
      \(NeedPages.words(slip.need))
      <h3>\(tr("What already exists for this"))</h3>
      \(slip.prescribed.isEmpty ? "<p>\(tr("Nothing we know fits. A person will read your words and look further: you need not do anything."))</p>" : prescribed(slip.prescribed))
      </section>

      """
  }

  private static func prescribed(_ items: [ShelfItem]) -> HTML {
    "<ol>\(each: items.prefix(mostPrescribed), { "<li><strong>\($0.name)</strong>. \(PrescriptionPages.firstStepText($0))</li>\n" })</ol>"
  }

  /// What she wrote down last, to choose from.
  static func choose(_ needs: [(need: Need, organization: String?)]) -> Page {
    Page(
      tr("Print slips"),
      """
      <div class="narrow"><h1>\(tr("Print slips"))</h1>
      \(if: needs.isEmpty, "<p class=\"notice\">\(tr("You have written down no need yet."))</p>")
      \(if: !needs.isEmpty, form(needs))
      <p><a href="/desk">\(tr("Back to the desk"))</a></p></div>
      """)
  }

  private static func form(_ needs: [(need: Need, organization: String?)]) -> HTML {
    """
    <form action="/desk/slips"><fieldset class="field"><legend>\(tr("What you wrote down last"))</legend>
    \(each: needs, { entry in
      """
      <label class="pick"><input type="checkbox" name="code" value="\(entry.need.code.description)"> <span><span class="mono">\(entry.need.code.description)</span> \(entry.organization), \(OrganizationDeskPages.date(entry.need.createdAt))</span></label>

      """
    })</fieldset>
    <button>\(tr("Show these slips"))</button></form>
    """
  }
}

import Foundation
import Kernel
public import Localization
public import People
import Vocabulary
public import Web

/// Needs as HTML. Pure: values in, pages out.
public enum NeedPages {
  // MARK: - What everybody reads

  /// The list of needs, with its filters.
  static func list(
    _ entries: [NeedListing], next: String?, query: Form, total: Int?, canSeeWords: Bool
  ) -> Page {
    let filter = FormFields(query)
    return Page(
      tr("Needs"), head: "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/needs.atom\" title=\"\(tr("Needs"))\">\n",
      """
      <h1>\(tr("What groups need"))</h1>
      <p class="lead">\(tr("Small organizations said this in their own words. Somebody has read it and wrote a summary that everybody may read."))</p>
      <form class="filter" role="search" action="/needs">
      <div class="field"><label for="q">\(tr("Search"))</label><input id="q" name="q" type="search" value="\(filter.value("q"))"></div>
      <div class="field"><label for="country">\(tr("Country"))</label><select id="country" name="country"><option value="">\(tr("Everywhere").text)</option>
      \(each: Country.named(), { "<option value=\"\($0.value)\"\(if: $0.value == filter.value("country"), " selected")>\($0.label)</option>\n" })</select></div>
      <div class="field"><label for="state">\(tr("State"))</label><select id="state" name="state">
      \(each: [("", tr("Any")), ("open", tr("Open")), ("closed", tr("Closed"))], { "<option value=\"\($0.0)\"\(if: $0.0 == filter.value("state"), " selected")>\($0.1.text)</option>\n" })</select></div>
      <button>\(tr("Search"))</button>
      </form>
      \(entries.isEmpty ? noneFound(isFiltered: !query.fields.isEmpty) : items(entries))
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: "/needs?" + query.setting("cursor", to: $0).urlEncoded)\" rel=\"next\">\(tr("Older needs"))</a></nav>" })
      <p class="actions"><a class="button" href="/needs/new">\(tr("Tell us what your group needs"))</a>
      <a class="button quiet" href="/needs.atom">\(tr("Follow as a feed"))</a> <a class="button quiet" href="/needs.csv">\(tr("Take it as a table"))</a></p>
      """)
  }

  private static func noneFound(isFiltered: Bool) -> HTML {
    isFiltered
      ? "<p class=\"notice\">\(tr("No need fits this search.")) <a href=\"/needs\">\(tr("See all needs"))</a></p>"
      : "<p class=\"notice\">\(tr("No need is shown here yet. Yours can be the first."))</p>"
  }

  private static func items(_ entries: [NeedListing]) -> HTML {
    """
    <ul class="cards">
    \(each: entries, { listing in
      let need = listing.need
      return """
        <li class="card">
        <h2><a href="/needs/\(need.code.description)">\(listing.title)</a></h2>
        \(if: listing.title != (need.summary ?? ""), "<p lang=\"\(need.summaryLanguage ?? need.language)\" dir=\"auto\">\(need.summary)</p>")
        <p class="meta"><span class="mono">\(need.code.description)</span> · \(need.state.label) · \(regionName(need.country)) · \(maybe: listing.organization, { "\($0) · " })<time datetime="\(need.createdAt.iso8601)">\(localizedDate(need.createdAt.milliseconds, style: .day, timeZone: .gmt))</time> \(origin(need))</p>
        </li>

        """
    })</ul>
    """
  }

  /// A mark on what is not an organization's own record.
  public static func origin(_ need: Need) -> HTML {
    switch need.origin {
    case .stated: ""
    case .imported: "<span class=\"tag\">\(tr("Imported: not yet claimed by its organization"))</span>"
    case .demonstration: "<span class=\"tag\">\(tr("Demonstration"))</span>"
    }
  }

  /// The head of a need's page, for whoever may see how much of it.
  public static func heading(_ need: Need, organization: Organization?, view: NeedPolicy.View) -> HTML {
    let name = view >= .own ? organization?.name : organization?.publicName
    return """
      <p class="meta"><span class="mono">\(need.code.description)</span> \(origin(need))</p>
      <h1>\(title(need, view))</h1>
      <p><span class="tag">\(need.state.label)</span>\(maybe: need.closure, { " <span class=\"tag\">\($0.label)</span>" })</p>
      \(if: view >= .summary && need.summary != nil, "<p class=\"lead\" lang=\"\(need.summaryLanguage ?? need.language)\" dir=\"auto\">\(need.summary)</p>")
      <dl>
      \(maybe: view >= .summary ? name : nil, { "<dt>\(tr("Organization"))</dt><dd>\($0)\(if: !(organization?.isVerified ?? false), " <span class=\"tag\">\(tr("not yet verified"))</span>")</dd>" })
      \(if: view >= .summary, "<dt>\(tr("Country"))</dt><dd>\(regionName(need.country))</dd>")
      \(if: view >= .summary && !need.constraints.isEmpty, "<dt>\(tr("What must be so"))</dt><dd>\(each: need.constraints, { "\($0.label). " })</dd>")
      <dt>\(tr("Since"))</dt><dd><time datetime="\(need.createdAt.iso8601)">\(localizedDate(need.createdAt.milliseconds, style: .day, timeZone: .gmt))</time></dd>
      </dl>
      """
  }

  /// What a need's page is called for this reader.
  public static func title(_ need: Need, _ view: NeedPolicy.View) -> Phrase {
    tr("Need {code}", ["code": need.code.description])
  }

  /// For a stranger who knows the code of a need that nobody has read yet.
  public static var beingRead: HTML {
    "<p class=\"notice\">\(tr("Received, being read. A person reads every need before anything of it is shown."))</p>"
  }

  /// Where the holder of the paper comes back.
  public static func receiptForm(code: String, fields: FormView) -> HTML {
    """
    <details class="no-print"\(if: !fields.errors.isEmpty, " open")>
    <summary>\(tr("This is our need: I have the receipt"))</summary>
    <form method="post" action="\(url: "/needs/\(code)/receipt")">
    \(fields.hidden)\(fields.summary)
    \(fields.line("receipt", tr("The receipt"), hint: tr("Four groups of four letters and numbers, as printed on your slip. Capitals do not matter."), isRequired: true))
    <button>\(tr("Open our need"))</button>
    </form>
    </details>
    """
  }

  /// The page that asks for both, for those who come with a slip in their hand.
  static func comeBack(_ fields: FormView) -> Page {
    Page(
      tr("Come back to your need"),
      """
      <div class="narrow"><h1>\(tr("Come back to your need"))</h1>
      <p>\(tr("Both are printed on your slip, and were shown when you told us what you need."))</p>
      <form method="post" action="/receipt">
      \(fields.summary)\(fields.hidden)
      \(fields.line("code", tr("The code"), hint: tr("It looks like N-7K2Q-F4XM."), isRequired: true))
      \(fields.line("receipt", tr("The receipt"), hint: tr("Four groups of four letters and numbers, as printed on your slip. Capitals do not matter."), isRequired: true))
      <button>\(tr("Open our need"))</button>
      </form></div>
      """)
  }

  // MARK: - What the organization sees

  /// The needs somebody holds a receipt for, or whose organization they belong to.
  public static func mine(_ needs: [Need]) -> HTML {
    guard !needs.isEmpty else { return "" }
    return """
      <h2>\(tr("Our needs"))</h2>
      <ul>\(each: needs, { need in "<li><a href=\"/needs/\(need.code.description)\">\(need.code.description)</a> · \(need.state.label)</li>\n" })</ul>

      """
  }

  /// Code and receipt, fit to copy, share and print.
  public static func receiptBox(_ need: Need, receipt: String, site: String) -> HTML {
    """
    <div class="card">
    <p>\(tr("Code"))<br><span class="code">\(need.code.description)</span></p>
    <p>\(tr("Receipt"))<br><span class="code">\(receipt)</span></p>
    <p>\(tr("Keep both. With them you come back to this page, from any telephone or computer, without an account. Whoever has the receipt can read and change your need: show it to nobody you do not trust."))</p>
    </div>
    """
  }

  /// The words, for those who may read them.
  public static func words(_ need: Need) -> HTML {
    guard !need.words.isEmpty else { return "" }
    return """
      <h2>\(tr("In their own words"))</h2>
      <p class="words" lang="\(need.language)" dir="auto">\(need.words)</p>
      <p class="meta">\(tr("Only the organization, its facilitators and the volunteer it accepts read these words."))</p>
      """
  }

  /// What the holder of the receipt can do.
  public static func ownActions(_ need: Need, formID: String) -> HTML {
    let path = "/needs/\(need.code)"
    return """
      <div class="actions no-print">
      \(if: need.state != .closed, "<a class=\"button quiet\" href=\"\(url: path + "/correction")\">\(tr("Say it better"))</a>")
      <a class="button quiet" href="\(url: path + "/slip")">\(tr("Show and print the slip"))</a>
      <form method="post" action="\(url: path + "/consent")"><input type="hidden" name="form" value="\(formID)">
      <button class="quiet" name="showPublicly" value="\(need.isPublic ? "0" : "1")">\(need.isPublic ? tr("Stop showing it to everybody") : tr("Let everybody read the summary"))</button></form>
      <a class="button quiet" href="\(url: path + "/withdrawal")">\(tr("Take it back"))</a>
      <form method="post" action="/forget"><input type="hidden" name="form" value="\(formID)"><button class="quiet">\(tr("Forget this on this device"))</button></form>
      </div>
      """
  }

  /// How a text is now, beside what somebody typed who had seen an older one.
  static func now(_ text: String, _ language: String) -> HTML {
    """
    <h2>\(tr("How it is now"))</h2>
    <p class="words" lang="\(language)" dir="auto">\(text)</p>
    """
  }

  static func correction(_ need: Need, _ fields: FormView, isOwn: Bool) -> Page {
    Page(
      tr("Say it better"),
      """
      <div class="narrow"><h1>\(tr("Say it better"))</h1>
      <p>\(tr("When you change the words, a person reads them again before a new summary is shown, and what exists for it is looked up anew."))</p>
      <form method="post" action="\(url: "/needs/\(need.code)/correction")">
      \(fields.summary)\(fields.hidden)<input type="hidden" name="version" value="\(need.version)">
      \(if: fields.isStale, now(need.words, need.language))
      \(fields.lines("words", tr("What does your group need?"), rows: 8, isRequired: true, value: need.words))
      \(languageChoice(fields, value: need.language))
      \(constraintChecks(fields, values: need.constraints.map(\.rawValue)))
      \(if: isOwn, fields.check("showPublicly", tr("Everybody may read a summary of this, written by a facilitator."), isChecked: need.isPublic))
      <div class="actions"><button>\(tr("Save"))</button> <a href="\(url: "/needs/\(need.code)")">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  static func withdrawal(_ need: Need, _ parts: [Need], _ fields: FormView) -> Page {
    Page(
      tr("Take it back"),
      """
      <div class="narrow"><h1>\(tr("Take it back?"))</h1>
      <p>\(tr("Nothing of it is shown any more, and your words are erased. This cannot be undone; you can always state a new need."))</p>
      <form method="post" action="\(url: "/needs/\(need.code)/withdrawal")">\(fields.hidden)
      \(if: !parts.isEmpty, PartPages.takenBackToo(parts, fields))
      <div class="actions"><button>\(tr("Yes, erase our words"))</button> <a href="\(url: "/needs/\(need.code)")">\(tr("No, leave it as it is"))</a></div></form></div>
      """)
  }

  /// Widely spoken ones, offered first.
  public static let commonLanguages = [
    "en", "es", "fr", "ar", "pt", "sw", "ht", "ur", "hi", "bn", "zh", "ru", "am", "so", "ha", "yo", "ig", "zu", "qu", "ay", "gn",
    "id", "tl", "vi", "th", "my", "ne", "fa", "ps", "tr", "uk", "ro",
  ]

  public static func languageChoice(_ fields: FormView, value: String) -> HTML {
    let common = commonLanguages
    let chosen = fields.form.first("language") ?? value
    let tags = common.contains(chosen) ? common : [chosen] + common
    return fields.choice(
      "language", tr("The language of these words"), tags.map { (value: $0, label: languageName($0)) }, value: value)
  }

  public static func constraintChecks(_ fields: FormView, values: [String] = []) -> HTML {
    fields.checks(
      "constraints", tr("What must be so?"), hint: tr("Choose none, one or several."),
      Need.Constraint.allCases.map { (value: $0.rawValue, label: $0.label) }, values: values)
  }
}

/// A need with what its list shows beside it.
public struct NeedListing: Sendable {
  public let need: Need
  /// The name strangers may read; nil where there is none.
  public let organization: String?

  public init(need: Need, organization: String?) {
    self.need = need
    self.organization = organization
  }

  /// The beginning of the summary, up to a sentence's or a word's end.
  public var title: String {
    let text = need.summary ?? need.code.description
    guard text.count > 90 else { return text }
    let head = text.prefix(90)
    let whole = head.lastIndex(of: " ").map { head[..<$0] } ?? head
    return whole.trimmingCharacters(in: .punctuationCharacters) + "…"
  }
}

/// Reads a query's values for showing them again.
struct FormFields {
  private let form: Form

  init(_ form: Form) {
    self.form = form
  }

  func value(_ name: String) -> String { form.first(name) ?? "" }
}

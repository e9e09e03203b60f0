import Foundation
import Kernel
import Localization
import Needs
import People
import Web

/// Offers, and what is said and done in them, for both sides. Pure: values in, pages out.
struct OfferPages {
  /// Everything the page of an offer shows.
  struct Conversation {
    let offer: Offer
    let need: Need
    /// Nil for the safeguarding lead and moderators, who only read.
    let side: Offer.Side?
    /// What each side is called for the other.
    let volunteer: String
    let organization: String
    let posts: [Post]
    let files: [PostFile]
    let outcome: Outcome?
    /// What the other side can be reached by, when both agreed.
    let contacts: [Contact]
    /// Who reads along where somebody under 18 takes part.
    let safeguardingLeads: [String]
    let isFacilitator: Bool
    /// The secret address of the volunteer's record.
    let record: String?
  }

  /// The forms of an offer's page. What was typed, and what is wrong with it, shows in the one that was sent.
  struct Forms {
    let sent: FormView
    /// Where it was sent to; nil where none was.
    let path: String?

    /// - Parameter name: the end of the form's address.
    subscript(_ name: String) -> FormView { isSent(name) ? sent : sent.untouched }

    func isSent(_ name: String) -> Bool { path?.hasSuffix("/" + name) ?? false }
  }

  // MARK: - Offering

  static func offer(_ need: Need, organization: String?, warnings: [Phrase], answerBy: Timestamp, _ fields: FormView) -> Page {
    Page(
      tr("Offer to help with {code}", ["code": need.code.description]),
      """
      <div class="narrow"><p class="meta"><a class="mono" href="/needs/\(need.code.description)">\(need.code.description)</a>\(maybe: organization, { " · \($0)" })</p>
      <h1>\(tr("Offer to help"))</h1>
      <p class="lead" lang="\(need.summaryLanguage ?? need.language)" dir="auto">\(need.summary)</p>
      \(each: warnings, { "<p class=\"notice warning\">\($0)</p>\n" })<form method="post" action="/needs/\(need.code.description)/offer">
      \(fields.summary)\(fields.hidden)
      \(fields.lines("words", tr("Your message to the group"), hint: tr("Say who you are, what you would do, and when. They read it with your name; your e-mail address is not shown."), rows: 6, isRequired: true))
      \(fields.line("part", tr("Which part would you take? (you may leave this empty)"), hint: tr("Such as: only the translation.")))
      <p class="hint">\(tr("They can answer until {date}. If nobody does, your offer ends by itself and you are told.", ["date": day(answerBy)]))</p>
      <div class="actions"><button>\(tr("Send my offer"))</button> <a href="/volunteer">\(tr("Not now"))</a></div>
      </form></div>
      """)
  }

  // MARK: - The group's side of its need

  /// The offers of a need, on its page, for the group.
  static func section(_ offers: [(offer: Offer, name: String)], of need: Need, people: Phrase?) -> HTML {
    guard !offers.isEmpty || need.state == .open else { return "" }
    return """
      <section aria-labelledby="offers">
      <h2 id="offers">\(tr("People who offer to help"))</h2>
      \(if: offers.isEmpty, "<p>\(tr("Nobody has offered yet. When nobody does within a week, a person looks at it again and you hear of it."))</p>")
      \(maybe: people, { "<p>\($0)</p>\n" })\
      <ul class="cards">
      \(each: offers, { entry in
        """
        <li class="card"><h3><a href="/needs/\(need.code.description)/offers/\(entry.offer.id.rawValue)">\(entry.name)</a></h3>
        \(maybe: entry.offer.part, { "<p dir=\"auto\">\($0)</p>\n" })<p class="meta"><span class="tag">\(entry.offer.state.label)</span> \(maybe: entry.offer.ending, { "\($0.label)" })\(if: entry.offer.state == .offered, "\(tr("Please answer until {date}", ["date": day(entry.offer.answerBy)]))")</p></li>

        """
      })</ul>
      </section>

      """
  }

  // MARK: - One offer

  static func conversation(_ it: Conversation, _ forms: Forms) -> Page {
    let path = "/needs/\(it.need.code.description)/offers/\(it.offer.id.rawValue)"
    let isVolunteer = it.side == .volunteer
    return Page(
      tr("Helping with {code}", ["code": it.need.code.description]),
      """
      <p class="meta"><a class="mono" href="/needs/\(it.need.code.description)">\(it.need.code.description)</a> · \(isVolunteer ? it.organization : it.volunteer)</p>
      <h1>\(isVolunteer ? tr("My offer") : tr("Offer of {name}", ["name": it.volunteer]))</h1>
      <p><span class="tag">\(it.offer.state.label)</span>\(maybe: it.offer.ending, { " <span class=\"tag\">\($0.label)</span>" })\(if: it.offer.state == .offered, " \(isVolunteer ? tr("Can be answered until {date}", ["date": day(it.offer.answerBy)]) : tr("Please answer until {date}", ["date": day(it.offer.answerBy)]))")</p>
      \(forms.sent.summary)\(if: it.offer.isMinor, "<p class=\"notice\">\(tr("Somebody under 18 takes part. The safeguarding lead reads along: {names}.", ["names": it.safeguardingLeads.joined(separator: " · ")]))</p>")
      \(maybe: it.offer.part, { "<p dir=\"auto\">\(tr("The part offered:")) \($0)</p>" })
      \(if: isVolunteer && it.offer.state == .accepted || !isVolunteer && it.side != nil, words(it))
      \(if: it.side == .organization && it.offer.state == .offered, answering(path, forms))
      \(if: it.side != nil && it.offer.state == .accepted, deadline(it))
      \(thread(it, path, forms))
      \(if: it.side != nil && (it.offer.state.isLive || it.offer.state == .completed), writing(it, path, forms))
      \(if: it.side != nil && it.offer.state == .accepted, contacts(it, path, forms))
      \(if: it.side != nil, outcome(it, path, forms))
      \(if: it.side != nil, leaving(it, path, forms))
      """)
  }

  private static func words(_ it: Conversation) -> HTML {
    guard !it.need.words.isEmpty else { return "" }
    return """
      <details\(if: it.offer.state == .accepted && it.posts.count < 2, " open")><summary>\(tr("In their own words"))</summary>
      <p class="words" lang="\(it.need.language)" dir="auto">\(it.need.words)</p></details>
      """
  }

  private static func answering(_ path: String, _ forms: Forms) -> HTML {
    let (yes, no) = (forms["acceptance"], forms["refusal"])
    return """
      <div class="card">
      <form method="post" action="\(url: path)/acceptance">\(yes.hidden)
      \(yes.check("seeksMore", tr("There are other parts left: others can still offer")))
      <button>\(tr("Yes, let us work together"))</button></form>
      <details\(if: forms.isSent("refusal"), " open")><summary>\(tr("No, thank you"))</summary>
      <form method="post" action="\(url: path)/refusal">\(no.hidden)
      \(no.radios("reason", tr("Why? The volunteer reads it."), Offer.Ending.declining.map { (value: $0.rawValue, label: $0.label) }))
      <button class="quiet">\(tr("Say no, kindly"))</button></form></details>
      </div>
      """
  }

  private static func deadline(_ it: Conversation) -> HTML {
    guard let due = it.offer.dueAt, let side = it.side else { return "" }
    let end = it.offer.remindedAt == nil ? due - OfferDeadlines.silenceReminder + OfferDeadlines.silence : due
    return it.offer.signedBy == side
      ? "<p class=\"meta\">\(tr("If the other side says nothing until {date}, the need goes back to others by itself.", ["date": day(end)]))</p>"
      : "<p class=\"meta\">\(tr("The other side waits for you. Write until {date}, or the need goes back to others by itself.", ["date": day(end)]))</p>"
  }

  private static func thread(_ it: Conversation, _ path: String, _ forms: Forms) -> HTML {
    let files = Dictionary(grouping: it.files, by: \.post)
    return """
      <section aria-labelledby="thread"><h2 id="thread">\(tr("What was said"))</h2>
      <ol class="cards">
      \(each: it.posts, { post in
        """
        <li class="card" id="post-\(post.id.rawValue)"><p class="meta"><strong>\(post.side == .volunteer ? it.volunteer : it.organization)</strong>\(if: post.isForGroup, " \(tr("(a facilitator, in the name of the group)"))")\(if: post.kind == .progress, " <span class=\"tag\">\(tr("How far it is"))</span>") · <time datetime="\(post.createdAt.iso8601)">\(localizedDate(post.createdAt.milliseconds, style: .dayAndTime, timeZone: .gmt))</time></p>
        <p class="words" lang="\(post.language)" dir="auto">\(post.words)</p>
        \(maybe: post.rendering, { "<p class=\"meta\">\(tr("In other words, by a facilitator:"))</p><p class=\"words\" lang=\"\(post.renderingLanguage ?? "und")\" dir=\"auto\">\($0)</p>\n" })\
        \(each: files[post.id] ?? [], { file in "<p><a href=\"\(url: path + "/files/" + file.id.rawValue)\" dir=\"auto\">\(file.name)</a> <span class=\"meta\">(\(localizedNumber((file.size + 1023) / 1024)) kB, \(tr("kept until {date}", ["date": day(file.expiresAt)])))</span></p>\n" })\
        \(if: it.isFacilitator && it.side != nil, rendering(post, path, forms))</li>

        """
      })</ol></section>
      """
  }

  private static func rendering(_ post: Post, _ path: String, _ forms: Forms) -> HTML {
    let name = "posts/\(post.id.rawValue)/rendering"
    let (fields, label) = (forms[name], tr("The same in other words"))
    return """
      <details\(if: forms.isSent(name), " open")><summary>\(tr("Say it in other words, beside it"))</summary>
      <form method="post" action="\(url: path)/\(name)">\(fields.hidden)
      \(if: forms.isSent(name), fields.lines("rendering", label, rows: 3, isRequired: true))\(if: !forms.isSent(name), """
      <div class="field"><label for="rendering-\(post.id.rawValue)">\(label)</label>
      <textarea id="rendering-\(post.id.rawValue)" name="rendering" rows="3" dir="auto" required></textarea></div>
      """)
      <input type="hidden" name="language" value="\(Localization.current.language.tag)">
      <button class="small quiet">\(tr("Put it beside"))</button></form></details>

      """
  }

  private static func writing(_ it: Conversation, _ path: String, _ forms: Forms) -> HTML {
    let fields = forms["posts"]
    return """
      <form method="post" action="\(url: path)/posts" enctype="multipart/form-data">\(fields.hidden)
      \(fields.lines("words", tr("Write to the other side"), hint: tr("No telephone number is needed: you can show each other how to be reached below, when both of you want it."), rows: 4, isRequired: true))
      <div class="field"><label for="file">\(tr("A file (you may leave this empty)"))</label><p class="hint" id="file-hint">\(tr("PDF, a picture, a text, a table or an office document, up to 2 megabytes. It is kept for 90 days."))</p>
      <input id="file" name="file" type="file" aria-describedby="file-hint" accept=".pdf,.png,.jpg,.jpeg,.webp,.gif,.txt,.md,.csv,.tsv,.docx,.xlsx,.pptx,.odt,.ods,.odp"></div>
      \(if: it.offer.state == .accepted, fields.check("isProgress", tr("This says how far the work is")))
      <button>\(tr("Send"))</button></form>
      """
  }

  private static func contacts(_ it: Conversation, _ path: String, _ forms: Forms) -> HTML {
    let fields = forms["contact"]
    guard !it.offer.isMinor else { return "" }
    let mine = it.side == .volunteer ? it.offer.volunteerShares : it.offer.organizationShares
    let theirs = it.side == .volunteer ? it.offer.organizationShares : it.offer.volunteerShares
    return """
      <section aria-labelledby="contacts"><h2 id="contacts">\(tr("How to reach each other"))</h2>
      \(if: mine && theirs && it.contacts.isEmpty, "<p>\(tr("The other side agreed, and has left no way to be reached. Go on writing here."))</p>")
      \(if: mine && theirs && !it.contacts.isEmpty, "<ul>\(each: it.contacts, { "<li dir=\"ltr\">\($0.value)</li>" })</ul>")
      \(if: mine && !theirs, "<p>\(tr("You said yes. The other side has not said yes yet."))</p>")
      \(if: !mine, "<p>\(tr("Each sees how to reach the other only when both of you say yes, and only while you work together."))</p>")
      <form method="post" action="\(url: path)/contact">\(fields.hidden)<button class="quiet" name="share" value="\(mine ? "0" : "1")">\(mine ? tr("Do not show mine any more") : tr("Yes, the other side may see how to reach me"))</button></form></section>
      """
  }

  private static func outcome(_ it: Conversation, _ path: String, _ forms: Forms) -> HTML {
    let fields = forms["work"]
    let known = it.outcome
    let isOpen = it.offer.state == .accepted
    guard isOpen || it.offer.state == .completed else { return "" }
    var parts: HTML = "<section aria-labelledby=\"outcome\"><h2 id=\"outcome\">\(tr("What came of it"))</h2>\n"
    if let change = known?.change {
      parts += "<p class=\"words\" lang=\"\(known?.language ?? "und")\" dir=\"auto\">\(change)</p>\n"
    }
    if let hours = known?.hours, known?.volunteerAt != nil {
      parts += "<p>\(ntr("One hour of work.", "{count} hours of work.", hours))</p>\n"
    }
    if it.side == .volunteer {
      if isOpen {
        parts += """
          <form method="post" action="\(url: path)/work">\(fields.hidden)
          \(fields.line("hours", tr("It is done. How many hours did you work on it?"), isRequired: true, value: known.flatMap { $0.hours > 0 ? String($0.hours) : nil }, inputMode: "numeric"))
          <button class="quiet">\(known?.volunteerAt == nil ? tr("Say that it is done") : tr("Save"))</button></form>

          """
      }
      if let record = it.record {
        parts += "<p><a class=\"button quiet\" href=\"\(url: record)\">\(tr("My record, to print or to show"))</a></p>\n"
      }
    }
    if it.side == .organization { parts += confirming(it, path, forms) }
    return parts + "</section>\n"
  }

  private static func confirming(_ it: Conversation, _ path: String, _ forms: Forms) -> HTML {
    let fields = forms["outcome"]
    let known = it.outcome
    return """
      <details\(if: it.offer.state == .accepted && known?.volunteerAt != nil && known?.organizationAt == nil || forms.isSent("outcome"), " open")><summary>\(known?.organizationAt == nil ? tr("It is done: tell what changed") : tr("Change what is told of it"))</summary>
      <form method="post" action="\(url: path)/outcome">\(fields.hidden)
      \(fields.lines("change", tr("What changed for your group?"), hint: tr("The volunteer and the facilitators read it."), rows: 4, isRequired: true, value: known?.change))
      \(fields.check("mayBePublished", tr("Everybody may read a short story of it, so that other groups learn from it"), isChecked: known?.mayBePublished ?? false))
      \(fields.lines("story", tr("The story"), hint: tr("What you needed, what you used, what changed, and what you would do differently. No names, telephone numbers or places."), rows: 5, value: known?.story))
      \(fields.check("namesOrganization", tr("The story may name our organization"), isChecked: known?.namesOrganization ?? false))
      \(fields.check("namesOnRecord", tr("The volunteer's record may name our organization"), isChecked: known?.namesOnRecord ?? false))
      <button>\(tr("Save"))</button></form></details>
      \(if: known?.mayBePublished == true && known?.isApproved == false, "<p class=\"notice\">\(it.isFacilitator ? tr("Read it, change what must not be public, and save: then everybody may read it.") : tr("A facilitator reads the story before everybody can."))</p>")
      """
  }

  private static func leaving(_ it: Conversation, _ path: String, _ forms: Forms) -> HTML {
    let fields = forms["report"]
    return """
      <section aria-labelledby="leaving"><h2 id="leaving">\(tr("If it does not work out"))</h2>
      \(if: it.offer.state.isLive && !(it.side == .organization && it.offer.state == .offered), "<details><summary>\(it.side == .volunteer ? (it.offer.state == .offered ? tr("Take my offer back") : tr("I cannot go on")) : tr("End it"))</summary><form method=\"post\" action=\"\(url: path)/end\">\(fields.hidden)<p>\(tr("Others can offer then. What was said stays readable for both of you."))</p><button class=\"quiet\">\(tr("Yes, end it"))</button></form></details>")
      <details\(if: forms.isSent("report"), " open")><summary>\(tr("Something is wrong: report it"))</summary>
      <form method="post" action="\(url: path)/report">\(fields.hidden)
      \(fields.lines("report", tr("What is wrong? A moderator reads it, and then also what was said here."), rows: 3, isRequired: true))
      \(fields.check("block", it.side == .volunteer ? tr("I do not want to have to do with this organization any more") : tr("We do not want to have to do with this volunteer any more")))
      <p><button class="quiet">\(tr("Report"))</button></p></form></details></section>
      """
  }

  // MARK: - Record

  /// What a volunteer can show of what they did.
  static func record(_ offer: Offer, _ need: Need, _ outcome: Outcome, volunteer: String, organization: String?, site: String)
    -> Page
  {
    Page(
      tr("Record of volunteering"), head: "<meta name=\"robots\" content=\"noindex\">\n", isSheet: true,
      """
      <div class="narrow"><h1>\(tr("Record of volunteering"))</h1>
      <p class="lead">\(volunteer)</p>
      <dl>
      <dt>\(tr("Hours"))</dt><dd>\(localizedNumber(outcome.hours))</dd>
      <dt>\(tr("From"))</dt><dd>\(maybe: offer.acceptedAt, { "\(day($0))" })</dd>
      <dt>\(tr("To"))</dt><dd>\(maybe: offer.endedAt, { "\(day($0))" })</dd>
      <dt>\(tr("For"))</dt><dd>\(organization ?? tr("an organization that is not named").text), \(regionName(need.country))</dd>
      </dl>
      <p>\(tr("Both sides have confirmed it on {site}. Whoever reads this at its address on that site can rely on it: without the right address this page does not exist.", ["site": site]))</p></div>
      """)
  }

  // MARK: - Desk

  static func help(_ quiet: [Need], _ stories: [(offer: ID<Offer>, code: Code)]) -> Page {
    Page(
      tr("Needs without help"),
      """
      <h1>\(tr("Needs without help"))</h1>
      <p>\(tr("Nobody has offered on these for a week, and their groups were told so. Say more plainly what is asked, cut it into parts, or ask somebody you know."))</p>
      \(if: quiet.isEmpty, "<p class=\"notice\">\(tr("Nothing waits here."))</p>")
      <ul class="cards">
      \(each: quiet, { need in "<li class=\"card\"><h2><a class=\"mono\" href=\"/desk/\(need.code.description)\">\(need.code.description)</a></h2><p lang=\"\(need.summaryLanguage ?? need.language)\" dir=\"auto\">\(need.summary)</p><p class=\"meta\">\(regionName(need.country))\(maybe: need.openedAt, { " · \(tr("Open since {date}", ["date": day($0)]))" })</p></li>\n" })</ul>
      <h2>\(tr("Stories to read before everybody may"))</h2>
      \(if: stories.isEmpty, "<p>\(tr("Nothing waits here."))</p>")
      <ul>\(each: stories, { "<li><a class=\"mono\" href=\"/needs/\($0.code.description)/offers/\($0.offer.rawValue)\">\($0.code.description)</a></li>\n" })</ul>
      """)
  }

  static func reports(_ reports: [(report: Report, code: Code)], formID: String) -> Page {
    Page(
      tr("Reports"),
      """
      <h1>\(tr("Reports"))</h1>
      \(if: reports.isEmpty, "<p class=\"notice\">\(tr("Nothing waits here."))</p>")
      <ul class="cards">
      \(each: reports, { entry in
        """
        <li class="card"><p class="words" dir="auto">\(entry.report.words)</p>
        <p class="meta">\(entry.report.side == .volunteer ? tr("By the volunteer") : tr("By the organization")) · \(day(entry.report.createdAt)) · <a href="/needs/\(entry.code.description)/offers/\(entry.report.offer.rawValue)">\(tr("Read what was said"))</a></p>
        <form method="post" action="/desk/reports"><input type="hidden" name="form" value="\(formID)"><button class="small quiet" name="report" value="\(entry.report.id.rawValue)">\(tr("I have looked into it"))</button></form></li>

        """
      })</ul>
      """)
  }

  static func day(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .day, timeZone: .gmt) }
}

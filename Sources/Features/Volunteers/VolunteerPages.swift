import Foundation
import Kernel
import Localization
import Needs
import People
import Vocabulary
import Web

/// What volunteers see: joining, the needs that fit, their offers. Pure: values in, pages out.
struct VolunteerPages {
  let vocabulary: Vocabulary
  private var language: Language { Localization.current.language }

  /// For whoever is not signed in.
  var welcome: Page {
    Page(
      tr("Help a group"),
      """
      <div class="narrow"><h1>\(tr("Help a group"))</h1>
      <p class="lead">\(tr("Small groups need an hour or a month of what you can do: typing a list, translating a letter, building a website. Most of it is done from afar."))</p>
      <ol>
      <li>\(tr("Make an account: a name and a passphrase are enough."))</li>
      <li>\(tr("Say in two minutes what you can do and when."))</li>
      <li>\(tr("Choose from the needs that fit you, and offer. Nobody sees your name before you do."))</li>
      </ol>
      <p class="actions"><a class="button" href="/sign-up?next=/volunteer">\(tr("Make an account"))</a>
      <a class="button quiet" href="/sign-in?next=/volunteer">\(tr("Sign in"))</a>
      <a class="button quiet" href="/needs?state=open">\(tr("See the needs first"))</a></p></div>
      """)
  }

  // MARK: - Profile

  func profile(_ known: Volunteer?, _ fields: FormView, hasSafeguardingLead: Bool) -> Page {
    let isNew = known == nil
    return Page(
      isNew ? tr("What can you do?") : tr("My profile"),
      """
      <div class="narrow"><h1>\(isNew ? tr("What can you do?") : tr("My profile"))</h1>
      <p>\(tr("This finds needs for you. No organization reads it: when you offer, they read what you write to them."))</p>
      <form method="post" action="/volunteer/profile">
      \(fields.summary)\(fields.hidden)\(maybe: known, { "<input type=\"hidden\" name=\"version\" value=\"\(fields.form.first("version") ?? String($0.version))\">\n" })
      \(skills(known, fields))
      \(fields.checks("languages", tr("Which languages do you read and write?"), languages(known, fields), values: known?.languages ?? [language.tag]))
      \(fields.line("hoursAWeek", tr("How many hours a week, about?"), isRequired: true, value: known.map { String($0.hoursAWeek) } ?? "2", inputMode: "numeric"))
      \(fields.choice("timeZone", tr("Your time zone"), hint: tr("Choose a town whose clocks show the same as yours."), zones(known), value: known?.timeZone ?? "UTC"))
      \(fields.check("worksRemotely", tr("I can help from afar"), isChecked: known?.worksRemotely ?? true))
      \(fields.choice("country", tr("Where can you go yourself?"), [(value: "", label: tr("Nowhere: from afar only").text)] + Country.named(), value: known?.country ?? ""))
      \(fields.line("subdivision", tr("Region (you may leave this empty)"), hint: tr("Its ISO code, such as CL-RM."), value: known?.subdivision))
      \(fields.radios("ageBand", tr("How old are you?"), hint: hasSafeguardingLead ? tr("Until you are 18 you help verified organizations only, and the safeguarding lead of this site reads along.") : tr("Until you are 18 you cannot offer here: this site has nobody yet who reads along."), Volunteer.AgeBand.allCases.map { (value: $0.rawValue, label: $0.label) }, value: known?.ageBand.rawValue))
      <details\(if: !(known?.wantsToLearn.isEmpty ?? true), " open")><summary>\(tr("What would you like to learn?"))</summary>
      \(fields.checks("wantsToLearn", tr("We show you needs where you can try it."), common(known?.wantsToLearn ?? []), values: known?.wantsToLearn ?? []))</details>
      <div class="actions"><button>\(isNew ? tr("Show me needs that fit") : tr("Save"))</button> <a href="/volunteer">\(tr("Leave it as it is"))</a></div>
      </form></div>
      """)
  }

  /// Skills under their headings: the heading opens, and what was chosen is in sight.
  private func skills(_ known: Volunteer?, _ fields: FormView) -> HTML {
    let chosen = Set(fields.form.fields.isEmpty ? known?.skills.map(\.concept) ?? [] : fields.form.all("skills"))
    let headings = vocabulary.entries.filter { $0.kind == .skill && $0.broader.isEmpty }
    let complaint = fields.errors.first { $0.field == "skills" }
    return """
      <fieldset class="field\(if: complaint != nil, " wrong")" id="skills"><legend>\(tr("What can you do?"))</legend>
      <p class="hint">\(tr("Open what you know something of, and choose. A little is enough."))</p>
      \(maybe: complaint, { "<p class=\"complaint\">\($0.message.phrase())</p>\n" })\
      \(each: headings, { heading in
        let under = self.under(heading.id)
        return """
          <details\(if: under.contains { chosen.contains($0) }, " open")><summary>\(vocabulary.label(heading.id, in: language))</summary>
          \(each: under, { skill in skillPick(skill, known, fields, isChosen: chosen.contains(skill)) })</details>

          """
      })</fieldset>
      """
  }

  private func skillPick(_ skill: String, _ known: Volunteer?, _ fields: FormView, isChosen: Bool) -> HTML {
    let level = fields.form.first("level." + skill).flatMap { Int($0) } ?? known?.level(of: skill)?.rawValue ?? 2
    let label = vocabulary.label(skill, in: language)
    return """
      <div class="pair"><label class="pick"><input type="checkbox" name="skills" value="\(skill)"\(if: isChosen, " checked")> \(label)</label>
      \(if: isChosen, "<select name=\"level.\(skill)\" aria-label=\"\(tr("How well: {skill}", ["skill": label.text]))\">\(each: Volunteer.Level.allCases, { "<option value=\"\($0.rawValue)\"\(if: $0.rawValue == level, " selected")>\($0.label.text)</option>" })</select>")</div>

      """
  }

  /// A heading and everything below it that has no heading of its own, in the order of the vocabulary.
  private func under(_ heading: String) -> [String] {
    var found = [heading]
    for entry in vocabulary.entries where entry.kind == .skill && !found.contains(entry.id) {
      if let first = entry.broader.first, found.contains(first) { found.append(entry.id) }
    }
    return found
  }

  private func common(_ chosen: [String]) -> [(value: String, label: Phrase)] {
    let offered = [
      "spreadsheets", "website-building", "social-media", "translation", "mapping", "fundraising", "graphic-design", "accounting",
    ]
    return (offered.map { "skill." + $0 } + chosen).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      .filter { vocabulary.entry($0) != nil }.map { (value: $0, label: vocabulary.label($0, in: language)) }
  }

  private func languages(_ known: Volunteer?, _ fields: FormView) -> [(value: String, label: Phrase)] {
    let offered = [
      "en", "es", "fr", "ar", "pt", "sw", "ht", "ur", "hi", "bn", "zh", "ru", "am", "so", "ha", "id", "fa", "tr", "uk",
    ]
    let tags = ([language.tag] + offered + (known?.languages ?? []) + fields.form.all("languages"))
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return tags.map { (value: $0, label: Phrase(text: languageName($0), language: language)) }
  }

  /// The zones to choose from, with the one that was chosen.
  private func zones(_ known: Volunteer?) -> [(value: String, label: String)] {
    let all = Self.clocks.map { (value: $0.zone, label: $0.label) }
    guard let chosen = known?.timeZone, !all.contains(where: { $0.value == chosen }) else { return all }
    return [(value: chosen, label: chosen.replacing("_", with: " "))] + all
  }

  /// One town of each part of the world for each clock that is shown there, in summer and in winter: a quarter of all zones there are, so
  /// that the page stays small.
  private static let clocks: [(zone: String, label: String)] = {
    let (winter, summer) = (Date(timeIntervalSince1970: 1_768_000_000), Date(timeIntervalSince1970: 1_784_000_000))
    var seen: Set<String> = []
    var found: [(offset: Int, zone: String)] = [(0, "UTC")]
    for id in TimeZone.knownTimeZoneIdentifiers.sorted() where id.contains("/") && !id.hasPrefix("Etc/") {
      guard let zone = TimeZone(identifier: id), let part = id.split(separator: "/").first else { continue }
      let (january, july) = (zone.secondsFromGMT(for: winter), zone.secondsFromGMT(for: summer))
      if seen.insert("\(part) \(january) \(july)").inserted { found.append((january, id)) }
    }
    return found.sorted { ($0.offset, $0.zone) < ($1.offset, $1.zone) }.map { offset, zone in
      let (hours, minutes) = (abs(offset) / 3600, abs(offset) / 60 % 60)
      let clock = "UTC\(offset < 0 ? "−" : "+")\(hours)\(minutes == 0 ? "" : ":\(minutes)")"
      return (zone, zone == "UTC" ? zone : "\(clock) \(zone.replacing("_", with: " "))")
    }
  }()

  // MARK: - Needs that fit

  func fits(_ fits: [NeedFit], of volunteer: Volunteer, names: [String: String], next: String?, fields: FormView) -> Page {
    Page(
      tr("Needs that fit you"),
      """
      <h1>\(tr("Needs that fit you"))</h1>
      <p class="actions"><a class="button quiet" href="/offers">\(tr("My offers"))</a> <a class="button quiet" href="/volunteer/profile">\(tr("My profile"))</a></p>
      \(if: volunteer.isPaused, "<p class=\"notice\">\(tr("You are resting: nobody is looking for you. The needs are here all the same."))</p>")
      \(if: fits.isEmpty, "<p class=\"notice\">\(tr("No need is open at present. Come back in a few days, or tell a group about this site."))</p>")
      <ul class="cards">
      \(each: fits, { card($0, names) })</ul>
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: "/volunteer?from=\($0)")\" rel=\"next\">\(tr("More"))</a></nav>" })
      <form method="post" action="/volunteer/rest" class="actions">\(fields.hidden)<button class="quiet" name="rest" value="\(volunteer.isPaused ? "0" : "1")">\(volunteer.isPaused ? tr("I am back: look for me again") : tr("I need a rest: do not look for me"))</button></form>
      """)
  }

  private func card(_ fit: NeedFit, _ names: [String: String]) -> HTML {
    let need = fit.need
    return """
      <li class="card">
      <h2><a href="/needs/\(need.code.description)"><span class="mono">\(need.code.description)</span></a></h2>
      <p lang="\(need.summaryLanguage)" dir="auto">\(need.summary)</p>
      <p>\(reason(fit))</p>
      \(each: fit.warnings, { "<p class=\"meta warning\">\(warning($0, need))</p>\n" })
      <p class="meta">\(maybe: need.effort, { "\($0.label) · " })\(regionName(need.country)) · \(languageName(need.language)) · \(maybe: names[need.organization.rawValue], { "\($0) · " })\(maybe: need.openedAt, { "<time datetime=\"\($0.iso8601)\">\(day($0))</time>" })\(maybe: need.neededBy, { " · \(tr("Needed by {date}", ["date": day($0)]))" })\(if: need.origin == .demonstration, " <span class=\"tag\">\(tr("Demonstration"))</span>")</p>
      <p class="actions"><a class="button" href="/needs/\(need.code.description)/offer">\(tr("Offer to help"))</a></p>
      </li>

      """
  }

  /// Why a need is shown to somebody.
  func reason(_ fit: NeedFit) -> Phrase {
    if !fit.skills.isEmpty {
      return tr("It asks for what you can do: {skills}.", ["skills": labels(fit.skills)])
    }
    if !fit.learning.isEmpty { return tr("You can try what you want to learn: {skills}.", ["skills": labels(fit.learning)]) }
    if fit.need.skills.isEmpty { return tr("Nobody has said yet which skills it takes.") }
    return tr("It asks for: {skills}.", ["skills": labels(fit.need.skills)])
  }

  func warning(_ warning: NeedFit.Warning, _ need: OpenNeed) -> Phrase {
    switch warning {
    case .skills: tr("You named none of the skills it asks for. You can offer all the same.")
    case .language: tr("Its group speaks {language}.", ["language": languageName(need.language)])
    case .hours: tr("It may be more work than you have time for. You can offer to take a part of it.")
    case .place: tr("Somebody has to come to {country}.", ["country": regionName(need.country)])
    case .late: tr("The day until which help was needed is over. Ask whether it still is.")
    }
  }

  private func labels(_ skills: [String]) -> String {
    skills.prefix(4).map { vocabulary.label($0, in: language).text }.joined(separator: " · ")
  }

  // MARK: - Offers

  func offers(_ offers: [(offer: Offer, code: Code, beginning: String, language: String)]) -> Page {
    Page(
      tr("My offers"),
      """
      <h1>\(tr("My offers"))</h1>
      \(if: offers.isEmpty, "<p class=\"notice\">\(tr("You have not offered to help yet.")) <a href=\"/volunteer\">\(tr("See the needs that fit you"))</a></p>")
      <ul class="cards">
      \(each: offers, { entry in
        """
        <li class="card"><h2><a href="/needs/\(entry.code.description)/offers/\(entry.offer.id.rawValue)"><span class="mono">\(entry.code.description)</span></a></h2>
        <p lang="\(entry.language)" dir="auto">\(entry.beginning)</p>
        <p class="meta"><span class="tag">\(entry.offer.state.label)</span> \(maybe: entry.offer.ending, { "\($0.label) · " })\(if: entry.offer.state == .offered, "\(tr("Can be answered until {date}", ["date": day(entry.offer.answerBy)]))")</p></li>

        """
      })</ul>
      """)
  }

  func day(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .day, timeZone: .gmt) }
}

import Foundation
import Kernel
import Localization
import People
import Vocabulary
import Web

/// Tools as HTML. Pure: values in, pages out.
enum ToolPages {
  // MARK: - The catalogue

  static func list(_ page: ToolPage, _ search: ToolSearch, query: Form, isCatalogueEmpty: Bool, _ vocabulary: Vocabulary) -> Page
  {
    Page(
      tr("Tools"),
      """
      <h1>\(tr("Tools that exist already"))</h1>
      <p class="lead">\(tr("Software, lessons and data that small organizations use. You need not know what a thing is called: say what you want to do."))</p>
      \(filter(search, vocabulary))
      \(if: !page.tools.isEmpty, count(page, search))
      \(page.tools.isEmpty ? nothing(search, query, isCatalogueEmpty) : cards(page.tools, vocabulary))
      \(maybe: page.next, { next in
        """
        <nav class="pager" aria-label="\(tr("Pages"))"><span></span>\
        <a href="\(url: address(query.setting("cursor", to: next.text)))" rel="next">\(tr("More tools"))</a></nav>
        """
      })
      <p class="actions"><a class="button quiet" href="/tools/new">\(tr("Suggest a tool"))</a>
      <a class="button quiet" href="/needs/new">\(tr("Tell us what your group needs"))</a></p>
      """)
  }

  private static func address(_ query: Form) -> String {
    let rest = Form(query.setting("lang", to: nil).fields.filter { !$0.value.isEmpty })
    return rest.fields.isEmpty ? "/tools" : "/tools?" + rest.urlEncoded
  }

  private static func filter(_ search: ToolSearch, _ vocabulary: Vocabulary) -> HTML {
    """
    <form class="filter" role="search" action="/tools">
    <div class="field"><label for="q">\(tr("What should it help with?"))</label>\
    <input id="q" name="q" type="search" value="\(search.words)"></div>
    <div class="field"><label for="function">\(tr("What it does"))</label><select id="function" name="function">
    <option value="">\(tr("Anything").text)</option>
    \(each: groups(vocabulary), { group in
      """
      <optgroup label="\(group.label)">
      \(each: group.functions, { "<option value=\"\($0.id)\"\(if: $0.id == search.function, " selected")>\($0.label)</option>\n" })</optgroup>

      """
    })</select></div>
    \(strictness("offline", tr("Works without internet"), search.offline))
    \(strictness("cost", tr("Costs nothing"), search.free))
    <button>\(tr("Search"))</button>
    </form>
    """
  }

  private static func strictness(_ name: String, _ label: Phrase, _ chosen: ToolSearch.Strictness) -> HTML {
    let options: [(ToolSearch.Strictness, Phrase)] = [
      (.any, tr("Does not matter")), (.yes, tr("Yes, as far as we know")), (.maybe, tr("Yes, or we do not know")),
    ]
    return """
      <div class="field"><label for="\(name)">\(label)</label><select id="\(name)" name="\(name)">
      \(each: options, { "<option value=\"\($0.0.rawValue)\"\(if: $0.0 == chosen, " selected")>\($0.1.text)</option>\n" })</select></div>
      """
  }

  /// The functions of the vocabulary under the most general ones, each with the general one first.
  private static func groups(_ vocabulary: Vocabulary) -> [(label: String, functions: [(id: String, label: String)])] {
    let language = Localization.current.language
    return vocabulary.entries.filter { $0.kind == .function && $0.broader.isEmpty }.map { top in
      let below = vocabulary.below(top.id).map { (id: $0, label: vocabulary.label($0, in: language).text) }
        .sorted { ($0.label, $0.id) < ($1.label, $1.id) }
      let label = vocabulary.label(top.id, in: language).text
      return (label, [(top.id, label)] + below)
    }
  }

  private static func count(_ page: ToolPage, _ search: ToolSearch) -> HTML {
    if !search.words.isEmpty, page.total >= ToolPage.mostFound {
      return "<p class=\"meta\">\(ntr("The best answer", "The {count} best answers", page.total))</p>"
    }
    return "<p class=\"meta\">\(ntr("One tool", "{count} tools", page.total))</p>"
  }

  /// What to do when there is nothing to show.
  private static func nothing(_ search: ToolSearch, _ query: Form, _ isCatalogueEmpty: Bool) -> HTML {
    if isCatalogueEmpty {
      return "<p class=\"notice\">\(tr("No tool is in the catalogue yet. If you know a good one, suggest it."))</p>"
    }
    let isStrict = search.offline == .yes || search.free == .yes
    var wider = query.setting("cursor", to: nil)
    for name in ["offline", "cost"] where wider.first(name) == "yes" { wider = wider.setting(name, to: "maybe") }
    return """
      <div class="notice"><p>\(tr("We know no tool that fits all of this."))</p>
      <p class="actions">\(if: isStrict, "<a href=\"\(url: address(wider))\">\(tr("Look also among those of which we do not know"))</a> ")\
      <a href="/tools">\(tr("See all tools"))</a> \
      <a href="/needs/new">\(tr("Tell us what your group needs: a person looks further"))</a></p></div>
      """
  }

  private static func cards(_ tools: [ListedTool], _ vocabulary: Vocabulary) -> HTML {
    """
    <ul class="cards">
    \(each: tools, { tool in
      """
      <li class="card">
      <h2><a href="\(url: tool.path)" lang="\(tool.language)" dir="auto">\(tool.name)</a></h2>
      \(if: tool.isDemonstration, "<p class=\"tag\">\(tr("Demonstration"))</p>\n")<p lang="\(tool.language)" dir="auto">\(tool.text)</p>
      \(functionTags(Array(tool.functions.prefix(4)), vocabulary))\
      \(maybe: known(tool), { "<p class=\"meta\">\($0)</p>\n" })</li>

      """
    })</ul>
    """
  }

  /// What is known of the conditions that needs set; nil when nothing is.
  private static func known(_ tool: ListedTool) -> HTML? {
    var facts: [Phrase] = []
    if tool.worksOffline == true { facts.append(tr("Works without internet")) }
    if tool.worksOnBasicPhone == true { facts.append(tr("Works on a simple telephone")) }
    if tool.cost == .free { facts.append(tr("Costs nothing")) }
    if tool.cost == .paid { facts.append(tr("Has to be paid for")) }
    if tool.upkeep == .ended { facts.append(tr("Nobody looks after it any more")) }
    guard let first = facts.first else { return nil }
    return facts.dropFirst().reduce("\(first)") { $0 + " · \($1)" }
  }

  private static func functionTags(_ functions: [String], _ vocabulary: Vocabulary) -> HTML {
    guard !functions.isEmpty else { return "" }
    let language = Localization.current.language
    return """
      <ul class="tags" aria-label="\(tr("What it does"))">\
      \(each: functions, { "<li><a href=\"\(url: "/vocabulary/" + $0)\">\(vocabulary.label($0, in: language))</a></li>" })</ul>

      """
  }

  // MARK: - One tool

  static func tool(_ tool: Tool, mayModerate: Bool, fields: FormView, _ vocabulary: Vocabulary) -> Page {
    let facts = tool.facts
    let language = Language(facts.language) ?? .english
    return Page(
      Phrase(text: facts.name, language: language),
      """
      \(if: tool.state != .published, "<p class=\"notice warning\">\(tool.state.label)</p>\n")\
      <h1 lang="\(language.tag)" dir="auto">\(facts.name)</h1>
      \(if: tool.origin == .demonstration, "<p class=\"tag\">\(tr("Demonstration"))</p>\n")\
      \(each: paragraphs(facts.description), { "<p lang=\"\(language.tag)\" dir=\"auto\">\($0)</p>\n" })\
      <p class="step">\(firstStep(facts))</p>
      <h2>\(tr("What it does"))</h2>
      \(functions(tool, vocabulary))
      <h2>\(tr("What we know of it"))</h2>
      <dl>\(factList(facts))</dl>
      <h2>\(tr("Where this comes from"))</h2>
      \(whereFrom(tool))
      \(if: mayModerate, moderation(tool, fields))\
      <p class="actions"><a class="button quiet" href="/tools">\(tr("See all tools"))</a></p>
      """)
  }

  private static func paragraphs(_ text: String) -> [Substring] { text.split(separator: "\n") }

  private static func firstStep(_ facts: ToolFacts) -> HTML {
    if let website = facts.website {
      return tr("First step: open {site} and see whether it fits how you work.", html: ["site": link(website)])
    }
    if let repository = facts.repository {
      return tr("First step: ask somebody technical to try it out; its source is at {site}.", html: ["site": link(repository)])
    }
    return "\(tr("First step: ask somebody who knows it. We know no address of it."))"
  }

  private static func link(_ address: String) -> HTML {
    "<a href=\"\(url: address)\" rel=\"noopener noreferrer\"><bdi>\(address)</bdi></a>"
  }

  private static func functions(_ tool: Tool, _ vocabulary: Vocabulary) -> HTML {
    let functions = tool.functions
    guard !functions.isEmpty else {
      return "<p>\(tr("Nobody has said yet what it does, and its description did not tell."))</p>"
    }
    return """
      \(functionTags(functions.map(\.concept), vocabulary))\
      <p class="meta">\(tool.hasConfirmedFunctions ? tr("Confirmed by a person.") : tr("Found in its description automatically; nobody has confirmed it yet."))</p>
      """
  }

  private static func factList(_ facts: ToolFacts) -> HTML {
    let unknown: HTML = "<span class=\"quiet\">\(tr("We do not know"))</span>"
    func yesNo(_ fact: Bool?) -> HTML { fact.map { "\($0 ? tr("Yes") : tr("No"))" } ?? unknown }
    func list(_ values: [HTML]) -> HTML { values.isEmpty ? unknown : values.dropFirst().reduce(values[0]) { $0 + ", " + $1 } }
    func row(_ term: Phrase, _ fact: HTML) -> HTML { "<dt>\(term)</dt><dd>\(fact)</dd>\n" }
    let kinds: [HTML] = facts.kinds.map { "\($0.label)" }
    let languages: [HTML] = facts.languages.map { "\(languageName($0))" }
    let platforms: [HTML] = facts.platforms.map { "\(platform($0))" }
    let makers: [HTML] = facts.makers.map { "<bdi>\($0)</bdi>" }
    let names: [HTML] = facts.otherNames.map { "<bdi>\($0)</bdi>" }
    let sectors: [HTML] = facts.sectors.map { "<bdi>\($0)</bdi>" }
    return row(tr("Works without internet"), yesNo(facts.worksOffline))
      + row(tr("Works on a simple telephone"), yesNo(facts.worksOnBasicPhone))
      + row(tr("What it costs"), "\(facts.cost.label)")
      + row(tr("Languages it can be used in"), list(languages))
      + row(tr("Runs on"), list(platforms))
      + row(tr("Licence"), facts.licence.map { "<span class=\"mono\">\($0)</span>" } ?? unknown)
      + row(tr("Is it looked after?"), "\(facts.upkeep.label)")
      + (kinds.isEmpty ? "" : row(tr("What it is"), list(kinds)))
      + (makers.isEmpty ? "" : row(tr("Made by"), list(makers)))
      + (names.isEmpty ? "" : row(tr("Other names"), list(names)))
      + (sectors.isEmpty ? "" : row(tr("Fields, as its source names them"), "<span lang=\"en\">\(list(sectors))</span>"))
      + row(tr("Website"), facts.website.map(link) ?? unknown)
      + row(tr("Source code"), facts.repository.map(link) ?? unknown)
  }

  private static func platform(_ name: String) -> Phrase {
    switch name.lowercased() {
    case "web": tr("A browser")
    case "android": Phrase(text: "Android", language: Localization.current.language)
    case "ios": Phrase(text: "iPhone, iPad", language: Localization.current.language)
    case "windows": Phrase(text: "Windows", language: Localization.current.language)
    case "mac": Phrase(text: "macOS", language: Localization.current.language)
    case "linux": Phrase(text: "Linux", language: Localization.current.language)
    default: Phrase(text: name, language: .english)
    }
  }

  private static func whereFrom(_ tool: Tool) -> HTML {
    """
    <p>\(tool.source.label)\(maybe: tool.externalID, { " (<span class=\"mono\"><bdi>\($0)</bdi></span>)" }). \
    \(tr("Last compared or changed on {date}.", ["date": day(tool.checkedAt)]))</p>
    """
  }

  private static func day(_ time: Timestamp) -> String { localizedDate(time.milliseconds, style: .day, timeZone: .gmt) }

  // MARK: - Suggesting

  static func suggestion(_ fields: FormView, languages: [Language]) -> Page {
    Page(
      tr("Suggest a tool"),
      """
      <div class="narrow"><h1>\(tr("Suggest a tool"))</h1>
      <p>\(tr("You know something that helps small organizations? A person looks at it before it is shown to everybody. Only the first three answers are needed."))</p>
      <form method="post" action="/tools">
      \(fields.summary)\(fields.hidden)
      \(questions(ToolFacts(name: "", description: "", language: Localization.current.language.tag), fields, languages))
      <button>\(tr("Suggest it"))</button>
      </form></div>
      """)
  }

  /// What is asked about a tool, with what is known of it.
  private static func questions(_ facts: ToolFacts, _ fields: FormView, _ languages: [Language]) -> HTML {
    let offered =
      languages.contains { $0.tag == facts.language } ? languages : languages + [Language(facts.language)].compactMap(\.self)
    let answers: [(value: String, label: Phrase)] = [("yes", tr("Yes")), ("no", tr("No")), ("unknown", tr("I do not know"))]
    func answer(_ fact: Bool?) -> String { fact.map { $0 ? "yes" : "no" } ?? "unknown" }
    return """
      \(fields.line("name", tr("What is it called?"), isRequired: true, value: facts.name))
      \(fields.lines("description", tr("What does it do, and for whom?"), hint: tr("Two or three plain sentences, as you would tell a neighbour."), rows: 5, isRequired: true, value: facts.description))
      \(fields.line("website", tr("Its website"), hint: tr("Such as https://example.org. If it has none, give the address of its source below."), type: "text", value: facts.website, inputMode: "url"))
      \(fields.choice("language", tr("The language of what you wrote"), offered.map { ($0.tag, $0.name) }, value: facts.language))
      \(fields.line("repository", tr("Where its source code is"), type: "text", value: facts.repository, inputMode: "url"))
      \(fields.radios("worksOffline", tr("Does it work without internet?"), answers, value: answer(facts.worksOffline)))
      \(fields.radios("worksOnBasicPhone", tr("Does it work on a simple telephone, with calls and text messages only?"), answers, value: answer(facts.worksOnBasicPhone)))
      \(fields.radios("cost", tr("What does it cost?"), [("free", tr("Nothing")), ("paid", tr("It has to be paid for")), ("unknown", tr("I do not know"))], value: facts.cost.rawValue))
      \(fields.line("languages", tr("Languages it can be used in"), hint: tr("Their codes with commas between them, such as en, es, ht."), value: facts.languages.joined(separator: ", ")))
      \(fields.line("licence", tr("Its licence"), hint: tr("The short name, such as MIT or GPL-3.0-or-later."), value: facts.licence))
      """
  }

  static var thanks: Page {
    Page(
      tr("Thank you"),
      """
      <div class="narrow"><h1>\(tr("Thank you"))</h1>
      <p class="lead">\(tr("Your suggestion has arrived. A person looks at it, and then it is in the catalogue. You need not do anything."))</p>
      <p class="actions"><a class="button" href="/tools">\(tr("See all tools"))</a>
      <a class="button quiet" href="/tools/new">\(tr("Suggest another tool"))</a></p></div>
      """)
  }

  // MARK: - Moderation

  static func moderation(_ waiting: [Tool], count: Int, next: String?, fields: FormView, _ vocabulary: Vocabulary) -> Page {
    Page(
      tr("Suggested tools"),
      """
      <h1>\(tr("Suggested tools"))</h1>
      \(waiting.isEmpty ? "<p class=\"notice\">\(tr("Nothing waits here. Whatever is suggested comes to this page."))</p>" : "<p class=\"meta\">\(ntr("One suggestion waits.", "{count} suggestions wait.", count))</p>")
      <ul class="cards">
      \(each: waiting, { tool in
        """
        <li class="card">
        <h2><a href="\(url: "/tools/\(tool.id)")" lang="\(tool.facts.language)" dir="auto">\(tool.facts.name)</a></h2>
        \(each: paragraphs(tool.facts.description), { "<p lang=\"\(tool.facts.language)\" dir=\"auto\">\($0)</p>\n" })\
        \(functionTags(tool.functions.prefix(6).map(\.concept), vocabulary))\
        <dl>\(factList(tool.facts))</dl>
        <p class="meta">\(tr("Suggested on {date}.", ["date": day(tool.createdAt)]))</p>
        \(decisions(tool, fields, next: "/tools/moderation"))</li>

        """
      })</ul>
      \(maybe: next, { "<nav class=\"pager\" aria-label=\"\(tr("Pages"))\"><span></span><a href=\"\(url: "/tools/moderation?cursor=" + $0)\" rel=\"next\">\(tr("Later suggestions"))</a></nav>" })
      """)
  }

  private static func moderation(_ tool: Tool, _ fields: FormView) -> HTML {
    """
    <section aria-labelledby="moderation"><h2 id="moderation">\(tr("Moderation"))</h2>
    \(decisions(tool, fields, next: "/tools/\(tool.id)"))</section>

    """
  }

  private static func decisions(_ tool: Tool, _ fields: FormView, next: String) -> HTML {
    """
    <div class="actions no-print">
    <form method="post" action="\(url: "/tools/\(tool.id)/decision")">
    \(fields.hidden)<input type="hidden" name="version" value="\(tool.version)"><input type="hidden" name="next" value="\(next)">
    \(if: tool.state != .published, "<button name=\"decision\" value=\"publish\">\(tr("Put into the catalogue"))</button> ")\
    \(if: tool.state != .refused, "<button class=\"quiet\" name=\"decision\" value=\"refuse\">\(tool.state == .published ? tr("Take out of the catalogue") : tr("Refuse"))</button>")
    </form>
    <a href="\(url: "/tools/\(tool.id)/correction")">\(tr("Correct it, and say what it does"))</a>
    </div>

    """
  }

  static func correction(_ tool: Tool, _ fields: FormView, languages: [Language], _ vocabulary: Vocabulary) -> Page {
    let language = Localization.current.language
    let chosen = tool.functions.map(\.concept)
    let others = vocabulary.entries.filter { $0.kind == .function && !chosen.contains($0.id) }.map(\.id)
      .map { (id: $0, label: vocabulary.label($0, in: language).text) }.sorted { ($0.label, $0.id) < ($1.label, $1.id) }.map(\.id)
    let options = (chosen + others).map { (value: $0, label: vocabulary.label($0, in: language)) }
    let upkeeps = ToolFacts.Upkeep.allCases.map { (value: $0.rawValue, label: $0.label) }
    return Page(
      tr("Correct a tool"),
      """
      <div class="narrow"><h1>\(tr("Correct a tool"))</h1>
      <p>\(tr("What you correct here stays, even when its source is imported again."))</p>
      <form method="post" action="\(url: "/tools/\(tool.id)/correction")">
      \(fields.summary)\(fields.hidden)<input type="hidden" name="version" value="\(fields.form.first("version") ?? String(tool.version))">
      \(questions(tool.facts, fields, languages))
      \(fields.radios("upkeep", tr("Is it looked after?"), upkeeps, value: tool.facts.upkeep.rawValue))
      \(fields.checks("functions", tr("What it does"), hint: tr("Those found so far come first. What you leave without a mark is not shown."), options, values: chosen))
      <button>\(tr("Keep this"))</button> <a href="\(url: "/tools/\(tool.id)")">\(tr("Leave it as it was"))</a>
      </form></div>
      """)
  }
}

extension Tool.State {
  var label: Phrase {
    switch self {
    case .suggested: tr("Suggested; nobody has looked at it yet. Only those who decide see this page.")
    case .published: tr("In the catalogue")
    case .refused: tr("Not in the catalogue. Only those who decide see this page.")
    }
  }
}

import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import Tools
import Web

/// The first page, what we keep, and the two ways out: forgetting on a shared phone, and leaving at once.
struct HomePage {
  private let app: CivilApplication

  init(_ app: CivilApplication) {
    self.app = app
  }

  var routes: [Route] {
    [
      .page("/", home),
      .page("/privacy") { visit in .page(privacy.html(for: visit, assets: app.assets)) },
      .form("/forget", forget),
      .exit("/exit"),
    ]
  }

  private func home(_ visit: Visit) async throws -> Answer {
    let open = app.needs.index.openAndListed
    let newest = try await app.node.read { connection in
      try NeedStore(connection).page(.listed, NeedFilter(states: [.open]), after: nil, limit: 3)
    }
    let tools = app.tools.catalogue.count
    let page = Page(
      tr("Welcome"),
      """
      <h1>\(tr("Small groups do great things. Nobody should have to do them without help."))</h1>
      <p class="lead">\(tr("Tell us what is hard for your group, in your own words and your own language. At once you see tools that already exist for it; then a person reads what you said."))</p>
      <ul class="cards doors">
      <li class="card"><h2>\(tr("My group needs help"))</h2>
      <p>\(tr("No account, no forms to study. You get a code and a receipt, and come back with them whenever you like."))</p>
      <p class="actions"><a class="button" href="/needs/new">\(tr("Tell us what your group needs"))</a></p>
      <p><a href="/receipt">\(tr("Come back to your need"))</a></p></li>
      <li class="card"><h2>\(tr("I can help"))</h2>
      <p>\(tr("A little knowledge of the internet is enough to begin with. See what groups need, and which tools others could use."))</p>
      <p class="actions"><a class="button quiet" href="/needs">\(tr("See the needs"))</a> <a class="button quiet" href="/tools">\(tr("See the tools"))</a></p></li>
      </ul>
      <h2>\(tr("What is happening"))</h2>
      <p>\(ntr("One need is open.", "{count} needs are open.", open)) \(ntr("One tool is in the catalogue.", "{count} tools are in the catalogue.", tools))</p>
      <ul>\(each: newest, { need in "<li lang=\"\(need.summaryLanguage ?? need.language)\" dir=\"auto\"><a href=\"/needs/\(need.code.description)\">\(NeedListing(need: need, organization: nil).title)</a></li>\n" })</ul>
      """)
    return .page(page.html(for: visit, assets: app.assets))
  }

  private var privacy: Page {
    Page(
      tr("What we keep, and who sees it"),
      """
      <div class="narrow"><h1>\(tr("What we keep, and who sees it"))</h1>
      <dl>
      <dt>\(tr("Your words"))</dt><dd>\(tr("are read by your group, the facilitators responsible for it and the volunteer you accept. Nobody else."))</dd>
      <dt>\(tr("The summary"))</dt><dd>\(tr("is written by a facilitator without names, telephone numbers, addresses or exact places, and shown to everybody only if you said yes."))</dd>
      <dt>\(tr("Telephone numbers, e-mail addresses and names"))</dt><dd>\(tr("are kept encrypted, in one place, and shown to nobody without your yes."))</dd>
      <dt>\(tr("Your address on the internet"))</dt><dd>\(tr("is not written down. It is used in memory to stop floods of messages, and forgotten."))</dd>
      <dt>\(tr("Cookies"))</dt><dd>\(tr("One remembers this browser while you fill in forms, one your language, one that you are signed in or hold a receipt. No other site learns anything: nothing on these pages comes from elsewhere."))</dd>
      <dt>\(tr("People who help"))</dt><dd>\(tr("are counted in fives and named to nobody, but to a group that they offer to help. Their skills and languages find them needs that fit. What two sides write to each other stays between them and who is responsible for the group; contact details are shown when both say yes."))</dd>
      <dt>\(tr("Mails"))</dt><dd>\(tr("say that something waits here: no names, and nothing that anybody said. One click ends them."))</dd>
      <dt>\(tr("The calendar and your programs"))</dt><dd>\(tr("Whoever knows the secret address of your calendar sees your dates; you can make a new one at any time. A program that you have set up is told what you are told, and nothing else."))</dd>
      <dt>\(tr("Taking it back"))</dt><dd>\(tr("With your receipt you can erase your words at any time. What remains is a record without content that something was there, so that nobody can rewrite the past."))</dd>
      </dl></div>
      """)
  }

  /// On a shared phone: the receipts this browser holds, and who was signed in, are forgotten.
  private func forget(_ visit: Visit) async throws -> Answer {
    if let session = visit.identity.session {
      try await app.node.act(as: visit.actor) { act in try EndSession(ID(session))(in: act) }
    }
    return Answer.see("/").setting(Browser.noSession(visit))
  }
}

extension Route {
  /// Leaves for a harmless page elsewhere at once. It changes nothing here, so it needs no form id: it must work on a stale page too.
  /// Not by a redirect (303): `form-action 'self'` of our policy keeps a form from ending at another site, wherever it was sent first.
  static func exit(_ path: String) -> Route {
    .open(.post, path) { visit in
      let there = "https://www.wikipedia.org/"
      let page =
        "<!doctype html><html lang=\"en\"><head><title>Wikipedia</title></head><body><a href=\"\(there)\">Wikipedia</a></body></html>\n"
      var answer = Answer.text(page, type: "text/html; charset=utf-8").setting(Browser.noSession(visit))
      answer.headers[.refresh] = "0; url=\(there)"
      answer.headers[.clearSiteData] = "\"cache\""
      return answer
    }
  }
}

extension HTTPField.Name {
  fileprivate static var clearSiteData: HTTPField.Name { HTTPField.Name("Clear-Site-Data") ?? .cacheControl }
  /// WHATWG HTML §4.2.5.3 names it; every browser follows it.
  fileprivate static var refresh: HTTPField.Name { HTTPField.Name("Refresh") ?? .location }
}

import HTTPTypes
import Kernel
public import Localization

/// The frame around every page: what is the same everywhere, and nothing that a feature decides.
public struct Page: Sendable {
  public var title: Phrase
  public var content: HTML
  /// Room for a feed or a canonical address: `<link …>` elements only.
  public var head: HTML
  /// Sheets meant for paper leave the navigation out on screen too.
  public var isSheet: Bool

  public init(_ title: Phrase, head: HTML = HTML(), isSheet: Bool = false, _ content: HTML) {
    self.title = title
    self.content = content
    self.head = head
    self.isSheet = isSheet
  }

  /// The whole document.
  public func html(for visit: Visit, assets: Assets) -> HTML {
    let language = visit.localizer.language
    let frame = visit.site
    let here = visit.path
    let links = frame.navigation(visit.actor)
    return """
      <!doctype html>
      <html lang="\(language.tag)" dir="\(language.isRightToLeft ? "rtl" : "ltr")">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <title>\(title.text) · \(frame.name)</title>
      <link rel="stylesheet" href="\(url: assets.address(of: "civil.css"))">
      <link rel="icon" href="\(assets.icon)" type="image/svg+xml">
      \(head)</head>
      <body>
      <a class="skip" href="#main">\(tr("Skip to the content"))</a>
      \(if: frame.hasDemonstration(), "<aside class=\"demonstration\">\(tr("This site holds demonstration content. The groups and people in it are invented."))</aside>\n")\
      <header class="top">
      <a class="home" href="/">\(frame.name)</a>
      <nav aria-label="\(tr("Main"))"><ul>
      \(each: links, { link in "<li><a href=\"\(url: link.path)\"\(if: here == link.path, " aria-current=\"page\"")>\(link.label.phrase())</a></li>\n" })\
      </ul></nav>
      \(Self.exit)
      </header>
      <main id="main" tabindex="-1">
      \(content)
      </main>
      <footer>
      <nav aria-label="\(tr("Languages"))"><ul class="languages">
      \(each: frame.languages, { other in Self.languageLink(other, current: language, visit: visit) })\
      </ul></nav>
      <ul>
      <li><a href="/vocabulary">\(tr("Vocabulary"))</a></li>
      <li><a href="/privacy">\(tr("What we keep, and who sees it"))</a></li>
      <li><a href="/api/v1/openapi.json">\(tr("For programmers"))</a></li>
      </ul>
      </footer>
      </body>
      </html>

      """
  }

  /// Leaves for a harmless page of another kind at once, in the same tab, without a trace of where one came from.
  private static var exit: HTML {
    """
    <form class="exit" method="post" action="/exit"><button>\(tr("Exit this page"))</button></form>
    """
  }

  private static func languageLink(_ language: Language, current: Language, visit: Visit) -> HTML {
    let query = visit.method == .get ? visit.query.setting("lang", to: language.tag) : Form([("lang", language.tag)])
    let path = visit.method == .get ? visit.path : "/"
    return """
      <li><a href="\(url: path + "?" + query.urlEncoded)" lang="\(language.tag)" hreflang="\(language.tag)" dir="\(language.isRightToLeft ? "rtl" : "ltr")"\(if: language == current, " aria-current=\"true\"")>\(language.name)</a></li>

      """
  }
}

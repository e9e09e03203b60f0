import HTTPTypes
import Kernel
import Localization
import Vocabulary
import Web

/// The vocabulary, to look around in.
struct VocabularyPages {
  private let app: CivilApplication

  init(_ app: CivilApplication) {
    self.app = app
  }

  var routes: [Route] {
    [
      .page("/vocabulary", list), .page("/vocabulary/{id}", concept),
      .api(
        .get, "/api/v1/vocabulary",
        Operation(
          "listConcepts", "Every concept with its labels and everyday words",
          answers: [200: ("The vocabulary", ["type": "object"])]),
        { _ in try .json(json) }),
    ]
  }

  private func list(_ visit: Visit) async throws -> Answer {
    let kind = visit.query.first("kind").flatMap(Vocabulary.Kind.init) ?? .problem
    let language = visit.localizer.language
    let tops = app.vocabulary.entries.filter { $0.kind == kind && $0.broader.isEmpty }
    let page = Page(
      tr("Vocabulary"),
      """
      <h1>\(tr("Vocabulary"))</h1>
      <p class="lead">\(tr("The shared list of concepts by which needs find tools and people, in every language of this site."))</p>
      <nav aria-label="\(tr("Kind"))"><ul class="tags">\(each: Vocabulary.Kind.allCases, { one in "<li><a href=\"/vocabulary?kind=\(one.rawValue)\"\(if: one == kind, " aria-current=\"page\"")>\(one.label)</a></li>\n" })</ul></nav>
      \(each: tops, { top in
        """
        <section><h2><a href="/vocabulary/\(top.id)">\(app.vocabulary.label(top.id, in: language))</a></h2>
        <ul class="tags">\(each: app.vocabulary.narrower(than: top.id), { "<li><a href=\"/vocabulary/\($0)\">\(app.vocabulary.label($0, in: language))</a></li>\n" })</ul></section>

        """
      })
      """)
    return .page(page.html(for: visit, assets: app.assets))
  }

  private func concept(_ visit: Visit) async throws -> Answer {
    guard let entry = app.vocabulary.entry(try visit.parameter("id")) else { throw DomainError.notFound }
    let language = visit.localizer.language
    let vocabulary = app.vocabulary
    let label = vocabulary.label(entry.id, in: language)
    let words = vocabulary.synonyms(of: entry.id, in: language.tag)
    let page = Page(
      label,
      """
      <p class="meta">\(entry.kind.label) · <span class="mono">\(entry.id)</span></p>
      <h1>\(label)</h1>
      \(if: !words.isEmpty, "<p>\(tr("People also say:")) \(words.joined(separator: " · "))</p>")
      \(links(tr("Wider"), entry.broader, language))\(links(tr("Narrower"), vocabulary.narrower(than: entry.id), language))\(links(tr("What answers it"), entry.solvedBy, language))
      \(if: entry.kind == .function, "<p class=\"actions\"><a class=\"button quiet\" href=\"/tools?function=\(entry.id)\">\(tr("See tools that do this"))</a></p>")
      <h2>\(tr("In other languages"))</h2>
      <dl>\(each: vocabulary.languages, { tag in
        let other = vocabulary.label(entry.id, in: Language(tag) ?? .english)
        return other.language.tag == tag && tag != language.tag
          ? "<dt>\(languageName(tag))</dt><dd lang=\"\(tag)\" dir=\"auto\">\(other.text)</dd>\n" : ""
      })</dl>
      """)
    return .page(page.html(for: visit, assets: app.assets))
  }

  private func links(_ title: Phrase, _ ids: [String], _ language: Language) -> HTML {
    guard !ids.isEmpty else { return "" }
    return """
      <h2>\(title)</h2><ul class="tags">\(each: ids, { "<li><a href=\"/vocabulary/\($0)\">\(app.vocabulary.label($0, in: language))</a></li>\n" })</ul>

      """
  }

  private var json: JSON {
    let vocabulary = app.vocabulary
    func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
    let concepts = vocabulary.entries.map { entry -> JSON in
      let words = vocabulary.languages.compactMap { tag -> JSON.Object.Member? in
        let label = vocabulary.label(entry.id, in: Language(tag) ?? .english)
        guard label.language.tag == tag else { return nil }
        return (tag, ["label": .string(label.text), "words": strings(vocabulary.synonyms(of: entry.id, in: tag))])
      }
      return [
        "id": .string(entry.id), "kind": .string(entry.kind.rawValue), "broader": strings(entry.broader),
        "solvedBy": strings(entry.solvedBy), "labels": .object(JSON.Object(words)),
      ]
    }
    return ["concepts": .array(concepts)]
  }
}

extension Vocabulary.Kind {
  var label: Phrase {
    switch self {
    case .skill: tr("Skills")
    case .problem: tr("Kinds of problem")
    case .function: tr("What tools do")
    case .cause: tr("Causes")
    }
  }
}

public import Foundation

/// Every language the node speaks.
public struct Locales: Sendable {
  /// English, then the others by tag. The pseudo-language is not among them.
  public let languages: [Language]
  private let localizers: [Language: Localizer]

  /// Reads the translations that come with the product, and those of the operator.
  ///
  /// A file is named after its language (`es.po`, `pt-BR.po`). Its header may name the languages to fall back to, the best first
  /// (`X-Fallback: es, en`; without it, the tag shortened from its end), and the name of the language for menus
  /// (`X-Language-Name`). A sentence that is missing, empty or fuzzy, or whose placeholders are not those of the source, is taken
  /// from the next language, and at last from English.
  ///
  /// - Parameter additional: a folder of further `.po` files, which may add languages and overrule single sentences; nil for
  ///   none.
  /// - Throws: `LocaleError` when the folder or a file in it cannot be read.
  public static func load(additional: URL? = nil) throws -> Locales {
    var catalogs = try Catalog.all(in: bundledFolder)
    if let additional { catalogs += try Catalog.all(in: additional) }
    return Locales(catalogs)
  }

  /// - Parameter language: one of `languages`, or `Language.pseudo`.
  /// - Returns: the localizer of that language, or else of the nearest one whose tag is a shorter form of it, or else English.
  public func localizer(for language: Language) -> Localizer {
    if language == .pseudo { return .pseudo }
    if let exact = localizers[language] { return exact }
    return language.parents.lazy.compactMap { localizers[Language(known: $0)] }.first ?? localizers[.english] ?? .english
  }

  /// The folder of the files that come with the product.
  static var bundledFolder: URL {
    (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appending(path: "Locales", directoryHint: .isDirectory)
  }

  /// - Parameter catalogs: later ones overrule earlier ones of the same language.
  init(_ catalogs: [Catalog]) {
    let byTag = Dictionary(grouping: catalogs, by: \.language.tag)
    let chains = Dictionary(uniqueKeysWithValues: byTag.map { ($0, Self.chain(from: $0, $1)) })
    let formats = Dictionary(uniqueKeysWithValues: chains.map { ($0, Formats(for: $0, otherwise: Array($1.dropFirst()))) })

    var localizers: [Language: Localizer] = [.english: .english]
    for (tag, chain) in chains {
      var layers = Layers()
      for step in chain.reversed() {
        for catalog in byTag[step] ?? [] { layers.add(catalog, formats: formats[step] ?? .english) }
      }
      let name = byTag[tag]?.lazy.reversed().compactMap(\.name).first
      let language = Language(known: tag, name: name)
      localizers[language] = Localizer(
        language: language, formats: formats[tag] ?? .english, sentences: layers.sentences, inContext: layers.inContext,
        plurals: layers.plurals)
    }
    self.localizers = localizers
    self.languages = localizers.values.map(\.language).sorted { ($0 == .english ? "" : $0.tag) < ($1 == .english ? "" : $1.tag) }
  }

  /// The languages in which a sentence is looked for, beginning with the reader's own. English has every sentence, so nothing
  /// comes after it.
  private static func chain(from tag: String, _ catalogs: [Catalog]) -> [String] {
    let named = catalogs.last { !$0.fallbacks.isEmpty }?.fallbacks ?? Language(known: tag).parents
    var chain: [String] = []
    let english = Language.english.tag
    for next in [tag] + named + [english] where !chain.contains(next) && chain.last != english { chain.append(next) }
    return chain
  }
}

/// Sentences of several catalogs, those of the later overruling those of the earlier.
private struct Layers {
  var sentences: [SentenceKey: Sentence] = [:]
  var inContext: [String: [SentenceKey: Sentence]] = [:]
  var plurals: [SentenceKey: PluralSentence] = [:]

  mutating func add(_ catalog: Catalog, formats: Formats) {
    let voice = Voice(language: catalog.language, rule: catalog.rule, formats: formats)
    for entry in catalog.entries {
      let key = SentenceKey(entry.id)
      if entry.plural != nil {
        plurals[key] = PluralSentence(forms: entry.translations, voice: voice)
      } else if let context = entry.context {
        inContext[context, default: [:]][key] = Sentence(text: entry.translations[0], language: catalog.language)
      } else {
        sentences[key] = Sentence(text: entry.translations[0], language: catalog.language)
      }
    }
  }
}

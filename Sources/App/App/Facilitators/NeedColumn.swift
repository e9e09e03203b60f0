import Kernel
import Localization
import People

/// What a column of a facilitator's table can hold.
enum NeedColumn: String, CaseIterable {
  case group, words, statedBy, relation, how, consent, at, language, country, subdivision, kind, connectivity, showPublicly,
    reachAt

  var isRequired: Bool { self == .group || self == .words }

  /// The field of the form in which the map is chosen.
  var field: String { "column." + rawValue }

  var label: Phrase {
    switch self {
    case .group: tr("Group")
    case .words: tr("What they need")
    case .statedBy: tr("Who said it")
    case .relation: tr("What they are to the group")
    case .how: tr("How they told you")
    case .consent: tr("How they agreed")
    case .at: tr("Day")
    case .language: tr("Language")
    case .country: tr("Country")
    case .subdivision: tr("Region")
    case .kind: tr("Kind of group")
    case .connectivity: tr("How the group is connected")
    case .showPublicly: tr("May be shown")
    case .reachAt: tr("Where they can be reached")
    }
  }

  /// The column of which a use case complains.
  init?(complaint field: String) {
    switch field {
    case "organization.name": self = .group
    case "organization.country", "country": self = .country
    case "organization.subdivision", "subdivision": self = .subdivision
    case "provenance.statedBy": self = .statedBy
    case "provenance.relation": self = .relation
    case "provenance.how": self = .how
    case "provenance.consent": self = .consent
    case "provenance.at": self = .at
    default: self.init(rawValue: field)
    }
  }

  /// Guesses which column holds what.
  /// - Parameters:
  ///   - heading: the names of the columns, as facilitators write them.
  ///   - locales: in whose languages an empty table was given out.
  static func guess(_ heading: [String], _ locales: Locales) -> [NeedColumn: Int] {
    let names = heading.map(Organization.nameKey)
    let labels = locales.languages.map { language in
      Localization.$current.withValue(locales.localizer(for: language)) {
        Dictionary(allCases.map { ($0, $0.label.text) }, uniquingKeysWith: { first, _ in first })
      }
    }
    var places: [NeedColumn: Int] = [:]
    func find(_ column: NeedColumn, where fits: (_ name: String, _ known: String) -> Bool) {
      let known = (column.headings + labels.compactMap { $0[column] }).map(Organization.nameKey)
      let free = names.indices.filter { !places.values.contains($0) }
      places[column] = free.first { index in known.contains { fits(names[index], $0) } }
    }
    // Whole names first, so that “what they are to the group” is not taken for the group.
    for column in allCases { find(column) { $0 == $1 } }
    for column in allCases where places[column] == nil {
      find(column) { name, known in known.count > 3 && " \(name) ".contains(" \(known) ") }
    }
    return places
  }

  /// What it is called at the top of tables.
  private var headings: [String] {
    switch self {
    case .group:
      [
        "group", "organization", "organisation", "name", "community", "group name", "name of the group", "grupo", "organización",
        "comunidad", "nombre", "nombre del grupo", "groupe", "communauté", "nom", "nom du groupe", "association", "asociación",
        "المجموعة", "مجموعة", "المنظمة", "منظمة", "الجمعية", "الاسم", "اسم المجموعة",
      ]
    case .words:
      [
        "words", "need", "needs", "problem", "what they need", "description", "request", "text", "necesidad", "necesidades",
        "problema", "lo que necesitan", "descripción", "palabras", "besoin", "besoins", "problème", "ce dont ils ont besoin",
        "demande", "الحاجة", "الاحتياج", "الاحتياجات", "حاجة", "المشكلة", "الوصف", "ما يحتاجون",
      ]
    case .statedBy:
      [
        "who said it", "stated by", "said by", "person", "speaker", "contact person", "quién lo dijo", "dicho por", "persona",
        "qui l'a dit", "dit par", "personne", "من قال ذلك", "قال ذلك", "المتحدث", "الشخص",
      ]
    case .relation:
      [
        "relation", "role", "what they are to the group", "position", "cargo", "relación", "función", "rôle", "fonction", "lien",
        "الصفة", "الدور", "العلاقة",
      ]
    case .how:
      ["how", "how told", "how they told you", "channel", "cómo", "cómo lo dijo", "medio", "comment", "moyen", "كيف", "الوسيلة"]
    case .consent:
      [
        "consent", "agreement", "how they agreed", "consentimiento", "acuerdo", "consentement", "accord", "الموافقة", "موافقة",
      ]
    case .at: ["date", "day", "at", "when", "fecha", "día", "cuándo", "jour", "quand", "التاريخ", "اليوم", "تاريخ"]
    case .language: ["language", "lang", "idioma", "lengua", "langue", "اللغة", "لغة"]
    case .country: ["country", "país", "pays", "البلد", "الدولة", "بلد"]
    case .subdivision:
      [
        "region", "province", "state", "subdivision", "district", "región", "provincia", "estado", "région", "المنطقة",
        "المحافظة",
      ]
    case .kind: ["kind", "type", "kind of group", "tipo", "tipo de grupo", "genre", "type de groupe", "النوع", "نوع المجموعة"]
    case .connectivity:
      [
        "connectivity", "connection", "how connected", "how the group is connected", "conexión", "connexion", "الاتصال",
      ]
    case .showPublicly:
      [
        "public", "may be shown", "show publicly", "shown", "publicable", "se puede mostrar", "mostrar", "peut être montré",
        "يمكن عرضه", "عام",
      ]
    case .reachAt:
      [
        "contact", "telephone", "phone", "email", "e mail", "where they can be reached", "contacto", "teléfono", "correo",
        "téléphone", "courriel", "الهاتف", "جهة الاتصال", "البريد",
      ]
    }
  }
}

import Retrieval

/// A vocabulary just large enough to tell stories with.
enum SmallVocabulary {
  static let concepts = [
    Concept(id: "problem.communication"),
    Concept(
      id: "problem.tell-many-people", broader: ["problem.communication"], solvedBy: ["function.bulk-sms", "function.voice-menu"]),
    Concept(id: "problem.paper-records", solvedBy: ["function.mobile-forms", "function.scanning"]),
    Concept(id: "problem.no-website", solvedBy: ["function.website-builder"]),
    Concept(id: "problem.furniture"),
    Concept(id: "function.messaging"),
    Concept(id: "function.bulk-sms", broader: ["function.messaging"]),
    Concept(id: "function.voice-menu", broader: ["function.messaging"]),
    Concept(id: "function.mobile-forms"),
    Concept(id: "function.scanning"),
    Concept(id: "function.website-builder"),
    Concept(id: "function.maps"),
    Concept(id: "cause.water"),
  ]

  static let english = Lexicon(
    language: "en",
    entries: [
      entry("problem.communication", "Communication | reaching people"),
      entry(
        "problem.tell-many-people",
        "Telling many people something | notify farmers | tell all members | send a message to everyone"),
      entry("problem.paper-records", "Records on paper | paper forms | exercise books | registers on paper"),
      entry("problem.no-website", "No website | have no website | nobody finds us on the internet"),
      entry("problem.furniture", "Furniture | school desks | tables and chairs"),
      entry("function.messaging", "Text messages | sms | messages"),
      entry("function.bulk-sms", "Text messages to many people | bulk sms | mass texting | sms broadcast"),
      entry("function.voice-menu", "Voice menu | interactive voice response | ivr"),
      entry("function.mobile-forms", "Forms on a phone | mobile data collection | electronic forms"),
      entry("function.scanning", "Scanning paper | scanner | to-do scan"),
      entry("function.website-builder", "Building a website | website | web page"),
      entry("function.maps", "Maps | map | mapping | cartography"),
      entry("cause.water", "Clean water | water | wells"),
    ])

  static let spanish = Lexicon(
    language: "es",
    entries: [
      entry("problem.tell-many-people", "Avisar a mucha gente | avisar a todos | mandar mensajes a los socios"),
      entry("problem.paper-records", "Registros en papel | formularios de papel | anotar en cuadernos"),
      entry("function.bulk-sms", "Mensajes de texto masivos | mensajes masivos"),
      entry("function.website-builder", "Crear una página web | sitio web | página web"),
      entry("cause.water", "Agua limpia | agua potable"),
    ])

  static let french = Lexicon(
    language: "fr",
    entries: [
      entry("problem.tell-many-people", "Prévenir beaucoup de gens | prévenir les membres | envoyer un message à tous"),
      entry("problem.paper-records", "Registres en papier | fiches papier | cahiers"),
      entry("function.website-builder", "Créer un site web | site internet"),
      entry("cause.water", "Eau propre | eau potable"),
    ])

  static let arabic = Lexicon(
    language: "ar",
    entries: [
      entry("problem.tell-many-people", "إبلاغ عدد كبير من الناس | إرسال رسائل للأعضاء | إخبار الجميع"),
      entry("problem.paper-records", "سجلات ورقية | استمارات ورقية | دفاتر"),
      entry("function.website-builder", "إنشاء موقع إلكتروني | موقع ويب"),
      entry("cause.water", "مياه نظيفة | مياه الشرب | آبار"),
    ])

  static let portuguese = Lexicon(
    language: "pt",
    entries: [
      entry("problem.tell-many-people", "Avisar muita gente | enviar mensagens aos membros"),
      entry("cause.water", "Água limpa | água potável"),
    ])

  static let finder = ConceptFinder(concepts: concepts, lexicons: [english, spanish, french, arabic, portuguese])

  private static func entry(_ concept: String, _ phrases: String) -> Lexicon.Entry {
    Lexicon.Entry(concept: concept, phrases: phrases.split(separator: "|").map(String.init))
  }
}

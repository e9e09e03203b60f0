import Kernel
import Needs
import People
import Tools
import Volunteers

/// An invented organization.
struct DemonstrationOrganization: Sendable {
  let name: String
  let kind: Organization.Kind
  let country: String
  let connectivity: Organization.Connectivity
  let languages: [String]
}

/// An invented need, and how far it has come.
struct DemonstrationNeed: Sendable {
  /// Its id within the demonstration.
  let name: String
  let organization: DemonstrationOrganization
  let language: String
  let words: String
  let state: Need.State
  var closure: Need.Closure?
  /// What the facilitator has written for everybody; empty before she has read the words.
  var summary = ""
  var constraints: [Need.Constraint] = []
  var provenance: ProvenanceStatement?
  var showPublicly = true
  /// Concepts of the vocabulary; none where its words say it.
  var skills: [String] = []
  var effort: Need.Effort?
}

/// An invented person who helps, and what they say to the group of one need.
struct DemonstrationVolunteer: Sendable {
  let profile: KeepProfile.Statement
  /// The name of a need within the demonstration.
  let need: String
  let language: String
  let words: String
}

/// A tool that exists, described in our words, with what a person has found out about it.
struct DemonstrationTool: Sendable {
  let facts: ToolFacts
  /// Concepts of the vocabulary.
  let functions: [String]
  let externalID: String

  /// - Parameters:
  ///   - id: its id within the demonstration.
  ///   - languages: BCP 47 tags with spaces between them.
  init(
    _ id: String, _ name: String, _ description: String, does functions: [String], offline: Bool?, basicPhone: Bool = false,
    licence: String? = nil, languages: String, website: String
  ) {
    externalID = "demonstration:" + id
    self.functions = functions.map { "function." + $0 }
    facts = ToolFacts(
      name: name, description: description, language: "en", kinds: [.software],
      languages: languages.split(separator: " ").map(String.init),
      licence: licence, cost: .free, worksOffline: offline, worksOnBasicPhone: basicPhone, upkeep: .active, website: website)
  }

  var imported: ImportedTool { ImportedTool(source: .curated, externalID: externalID, facts: facts) }

  /// The same facts as a person would confirm them.
  var statement: ToolStatement {
    func answer(_ fact: Bool?) -> String { fact.map { $0 ? "yes" : "no" } ?? "" }
    return ToolStatement(
      name: Text(facts.name), description: Text(facts.description), language: facts.language, website: Text(facts.website ?? ""),
      licence: Text(facts.licence ?? ""), cost: facts.cost.rawValue, worksOffline: answer(facts.worksOffline),
      worksOnBasicPhone: answer(facts.worksOnBasicPhone), languages: Text(facts.languages.joined(separator: ", ")))
  }
}

/// What the demonstration consists of. Every organization and every need in it is invented; the tools exist.
enum DemonstrationContent {
  // MARK: - Organizations

  private static let kites = DemonstrationOrganization(
    name: "Seven Kites Women's Savings Group", kind: .womensOrganization, country: "KE", connectivity: .basicPhone,
    languages: ["en", "sw"])
  private static let lantern = DemonstrationOrganization(
    name: "Paper Lantern Reading Room", kind: .communityGroup, country: "PH", connectivity: .officeLine, languages: ["en", "fil"])
  private static let kettles = DemonstrationOrganization(
    name: "Comedor Las Tres Teteras", kind: .communityGroup, country: "CL", connectivity: .smartphone, languages: ["es"])
  private static let maize = DemonstrationOrganization(
    name: "Cooperativa Maíz y Viento Azul", kind: .cooperative, country: "GT", connectivity: .none, languages: ["es", "quc"])
  private static let boats = DemonstrationOrganization(
    name: "Association Les Douze Pirogues Jaunes", kind: .cooperative, country: "SN", connectivity: .basicPhone,
    languages: ["fr", "wo"])
  private static let figTree = DemonstrationOrganization(
    name: "Relais Santé du Figuier Blanc", kind: .ngo, country: "BF", connectivity: .smartphone, languages: ["fr", "mos"])
  private static let windows = DemonstrationOrganization(
    name: "جمعية النوافذ السبع", kind: .charity, country: "JO", connectivity: .officeLine, languages: ["ar"])
  private static let saffron = DemonstrationOrganization(
    name: "تعاونية خيط وزعفران", kind: .cooperative, country: "MA", connectivity: .smartphone, languages: ["ar", "fr"])

  // MARK: - A volunteer

  static let volunteer = DemonstrationVolunteer(
    profile: KeepProfile.Statement(
      skills: ["skill.spreadsheets", "skill.computer-teaching", "skill.website-building", "skill.translation"],
      levels: ["skill.spreadsheets": "3"], wantsToLearn: ["skill.mapping"], languages: ["es", "en", "fr"], hoursAWeek: "4",
      timeZone: "America/Lima", country: "PE", ageBand: Volunteer.AgeBand.adult.rawValue),
    need: "bodega", language: "es",
    words: """
      Llevé durante años la bodega de una escuela con una planilla compartida. Puedo armar una con ustedes en dos tardes, por \
      teléfono, y acompañar a las tres personas las primeras semanas.
      """)

  // MARK: - Needs

  static let needs: [DemonstrationNeed] = [
    DemonstrationNeed(
      name: "savings-book", organization: kites, language: "en",
      words: """
        We are forty women who save together every Friday. Our treasurer writes who has paid into an exercise book. In the \
        rains the book got wet and we lost the records of two months, and now some of us do not trust each other. Most of us \
        have a simple phone. We want to keep the savings records safe, and to send everybody a text message with what she has \
        paid and a reminder before the meeting.
        """,
      state: .open,
      summary: """
        A women's savings group keeps its records in an exercise book and has lost two months of them. It wants to keep them \
        safe, and to tell each member by text message what she has paid and when the group meets. Most members have simple \
        phones.
        """,
      constraints: [.basicPhone, .noCost],
      provenance: ProvenanceStatement(
        statedBy: "The treasurer of the group", relation: "Treasurer", how: "in person", consent: "spoken", at: "")),
    DemonstrationNeed(
      name: "evening-class", organization: kites, language: "en",
      words: """
        Our daughters help at home all day and leave school early. We want an evening class in reading and arithmetic for \
        them. We have a room, one old laptop and two retired teachers, but no books and no internet.
        """,
      state: .expressed, constraints: [.offline, .noCost],
      provenance: ProvenanceStatement(
        statedBy: "The chairwoman of the group", relation: "Chairwoman", how: "telephone", consent: "spoken", at: "")),
    DemonstrationNeed(
      name: "lending-list", organization: lantern, language: "en",
      words: """
        We have about 1,200 children's books on our shelves, all given to us, and no list of them. When a child borrows one we \
        write it on a card, and half of the cards are lost. We need a simple library catalogue with lending that works on our \
        computer, also when the internet is down, which is most afternoons.
        """,
      state: .open,
      summary: """
        A reading room lends about 1,200 children's books with paper cards and loses track of them. It needs a simple library \
        catalogue with lending that also works when the internet is down.
        """,
      constraints: [.offline, .noCost]),
    DemonstrationNeed(
      name: "speaking-computer", organization: lantern, language: "en",
      words: """
        Two young people who are blind have offered to run our story hours. They would like to use our computers for writing \
        and for looking things up. How can the computer read the screen aloud to them? We cannot pay for a licence.
        """,
      state: .closed, closure: .solvedByTool,
      summary: """
        A reading room wanted its computers to read the screen aloud for two blind volunteers, at no cost. A free screen \
        reader did it; one afternoon of practice was enough to begin.
        """,
      constraints: [.noCost]),
    DemonstrationNeed(
      name: "bodega", organization: kettles, language: "es",
      words: """
        Repartimos noventa almuerzos al día. Lo que llega y lo que sale de la bodega lo anotamos en cuadernos distintos, y \
        nunca sabemos cuánto queda ni qué está por vencer. La semana pasada tuvimos que botar leche. Queremos llevar el \
        inventario de la bodega desde el teléfono, entre tres personas, sin pagar.
        """,
      state: .open,
      summary: """
        Un comedor comunitario que reparte noventa almuerzos al día lleva su bodega en cuadernos y pierde alimentos que \
        vencen. Busca un inventario gratuito que tres personas puedan usar desde el teléfono.
        """,
      constraints: [.noCost], skills: ["skill.spreadsheets", "skill.phone-setup"],
      effort: .day),
    DemonstrationNeed(
      name: "avisos", organization: kettles, language: "es",
      words: """
        Hay personas mayores que no pueden venir al comedor y nos enteramos tarde, por los vecinos. Quisiéramos que cualquiera \
        pudiera avisarnos con un mensaje de texto quién necesita que le llevemos el almuerzo, y verlo en un mapa para ordenar \
        el reparto.
        """,
      state: .triaged,
      summary: """
        Un comedor comunitario quiere recibir por mensaje de texto los avisos de vecinos sobre personas que no pueden venir, y \
        verlos en un mapa para ordenar el reparto de almuerzos.
        """,
      constraints: [.basicPhone, .language]),
    DemonstrationNeed(
      name: "mapa-del-agua", organization: maize, language: "es",
      words: """
        Somos treinta familias. Los ancianos saben dónde nace el agua y por dónde pasan los linderos, pero no está escrito en \
        ningún lado. Queremos hacer con los jóvenes un mapa de los nacimientos de agua y de las parcelas, caminando con el \
        teléfono. Allá arriba no hay señal.
        """,
      state: .open,
      summary: """
        Una cooperativa de treinta familias quiere hacer, con sus jóvenes, un mapa de los nacimientos de agua y de las \
        parcelas, recogiendo los datos con el teléfono donde no hay señal.
        """,
      constraints: [.offline, .language, .noCost],
      provenance: ProvenanceStatement(
        statedBy: "El secretario de la cooperativa", relation: "Secretario", how: "letter", consent: "written", at: "")),
    DemonstrationNeed(
      name: "testimonios", organization: maize, language: "es",
      words: """
        Han venido personas a decirnos que tenemos que irnos de la parte alta. Tenemos fotos de los papeles y hay quienes \
        quieren contar lo que pasó, pero tenemos miedo de que alguien les quite el teléfono y vea todo. Queremos guardar las \
        fotos y los testimonios de manera segura.
        """,
      state: .expressed, constraints: [.offline, .language],
      provenance: ProvenanceStatement(
        statedBy: "Una socia de la cooperativa", relation: "Socia", how: "in person", consent: "spoken", at: ""),
      showPublicly: false),
    DemonstrationNeed(
      name: "avis-de-mer", organization: boats, language: "fr",
      words: """
        Nos pêcheurs partent avant le jour. Quand la mer devient dangereuse, celui qui l'a entendu à la radio appelle les \
        autres un par un, et il en oublie. Nous voulons envoyer d'un coup un SMS à nos soixante membres pour les prévenir. Ils \
        ont des téléphones simples.
        """,
      state: .open,
      summary: """
        Une association de pêcheurs veut prévenir ses soixante membres d'un seul coup, par SMS, quand la mer devient \
        dangereuse. Ils ont des téléphones simples.
        """,
      constraints: [.basicPhone],
      provenance: ProvenanceStatement(
        statedBy: "Le président de l'association", relation: "Président", how: "sms", consent: "spoken", at: "")),
    DemonstrationNeed(
      name: "caisse", organization: boats, language: "fr",
      words: """
        Chaque pirogue verse une part à la caisse commune pour réparer les moteurs. Le trésorier tient les comptes dans sa \
        tête et sur des feuilles. Nous voulons une comptabilité simple que nous puissions montrer à l'assemblée, sur \
        l'ordinateur de l'école, sans internet.
        """,
      state: .triaged,
      summary: """
        Une association de pêcheurs cherche une comptabilité simple pour sa caisse commune, sur un ordinateur sans internet, \
        pour montrer les comptes à son assemblée.
        """,
      constraints: [.offline, .noCost]),
    DemonstrationNeed(
      name: "visites", organization: figTree, language: "fr",
      words: """
        Nos douze agents de santé visitent les femmes enceintes dans les villages. Ils remplissent des fiches en papier que \
        nous recopions à la fin du mois, et les visites manquées se voient trop tard. Nous voulons suivre les visites sur le \
        téléphone, sans réseau, et savoir qui doit être vue cette semaine.
        """,
      state: .open,
      summary: """
        Douze agents de santé communautaires suivent des femmes enceintes sur des fiches en papier. L'équipe veut enregistrer \
        les visites sur téléphone, sans réseau, et voir à temps celles qui manquent.
        """,
      constraints: [.offline, .language]),
    DemonstrationNeed(
      name: "stories", organization: windows, language: "ar",
      words: """
        نعلّم القراءة لأطفال فاتتهم سنوات من المدرسة. عندنا ثمانية أجهزة لوحية قديمة ولا يوجد إنترنت في القاعة. نحتاج إلى قصص \
        ودروس قراءة بالعربية تعمل دون اتصال، ومن دون تكلفة.
        """,
      state: .open,
      summary: """
        جمعية تعلّم القراءة لأطفال فاتتهم سنوات من المدرسة تبحث عن قصص ودروس قراءة بالعربية تعمل على أجهزة لوحية قديمة دون \
        إنترنت.
        """,
      constraints: [.offline, .language, .noCost]),
    DemonstrationNeed(
      name: "meeting", organization: windows, language: "ar",
      words: """
        متطوعونا في ثلاث مدن ونريد اجتماعاً عبر الإنترنت، مكالمة فيديو مرة كل أسبوع، دون أن يفتح كل واحد حساباً، فبعضهم لا \
        يملك بريداً إلكترونياً.
        """,
      state: .closed, closure: .solvedOtherwise,
      summary: """
        أرادت جمعية أن يجتمع متطوعوها في ثلاث مدن بالفيديو كل أسبوع دون حسابات. وجدوا أن مكالمة هاتفية جماعية تكفيهم.
        """,
      constraints: [.language]),
    DemonstrationNeed(
      name: "showcase", organization: saffron, language: "ar",
      words: """
        نحن ثماني عشرة امرأة ننسج ونطرّز. يسألنا الناس عن صور أعمالنا فنرسلها واحدة واحدة من هاتف ابنة إحدانا. ليس لدينا موقع، \
        ونريد إنشاء موقع بسيط نعرض فيه أعمالنا ونغيّره بأنفسنا.
        """,
      state: .triaged,
      summary: """
        تعاونية من ثماني عشرة نسّاجة ومطرّزة تريد موقعاً بسيطاً تعرض فيه أعمالها وتستطيع أن تغيّره بنفسها.
        """,
      constraints: [.language, .noCost]),
  ]

  // MARK: - Tools

  static let tools: [DemonstrationTool] = [
    DemonstrationTool(
      "kobotoolbox", "KoboToolbox",
      """
      Makes questionnaires that are filled in on a phone or in a browser, also where there is no network; answers are sent \
      when there is one again and can be looked at as tables, charts and maps.
      """,
      does: ["mobile-data-collection", "forms"], offline: true, licence: "AGPL-3.0-or-later", languages: "en es fr ar",
      website: "https://www.kobotoolbox.org"),
    DemonstrationTool(
      "odk", "ODK",
      """
      Forms for people who collect data in the field with an Android phone: text, photographs, places and the outlines of \
      plots, without a connection. Made for long questionnaires and for places that are hard to reach.
      """,
      does: ["mobile-data-collection", "forms"], offline: true, licence: "Apache-2.0", languages: "en es fr ar",
      website: "https://getodk.org"),
    DemonstrationTool(
      "ushahidi", "Ushahidi",
      """
      Collects reports from the public by text message, e-mail and web form and shows them on a map, so that a group sees \
      where help is needed and what was done.
      """,
      does: ["crowd-reports", "web-map"], offline: false, basicPhone: true, licence: "AGPL-3.0-only", languages: "en es fr ar",
      website: "https://www.ushahidi.com"),
    DemonstrationTool(
      "rapidpro", "RapidPro",
      """
      Sends text messages to many people at once and holds simple conversations with them: reminders, polls and alerts that \
      work on every telephone. Somebody has to look after the server, and the telephone company charges for messages.
      """,
      does: ["bulk-sms", "reminders", "sms-survey", "chatbot"], offline: false, basicPhone: true, licence: "AGPL-3.0-only",
      languages: "en es fr", website: "https://rapidpro.io"),
    DemonstrationTool(
      "kolibri", "Kolibri",
      """
      A library of lessons, exercises and books that is loaded once and then used on old computers and tablets without \
      internet. Teachers put together lessons and see how far each learner has come.
      """,
      does: ["offline-learning", "learning-platform", "quizzes"], offline: true, licence: "MIT", languages: "en es fr ar sw",
      website: "https://learningequality.org/kolibri/"),
    DemonstrationTool(
      "kiwix", "Kiwix",
      """
      Reads Wikipedia, medical guides, textbooks and many other sites without internet, from a file that fits on a memory \
      card. One computer can serve it to every phone in a room.
      """,
      does: ["offline-learning", "archive"], offline: true, licence: "GPL-3.0-or-later", languages: "en es fr ar",
      website: "https://kiwix.org"),
    DemonstrationTool(
      "storyweaver", "StoryWeaver",
      """
      Picture stories for children in hundreds of languages, sorted by how hard they are to read. They can be downloaded, \
      printed and translated into one's own language.
      """,
      does: ["storybooks", "reading-games", "translation"], offline: true, languages: "en es fr ar",
      website: "https://storyweaver.org.in"),
    DemonstrationTool(
      "libreoffice", "LibreOffice",
      """
      Letters, spreadsheets and slides on any computer, without internet. A spreadsheet is often enough to begin with for a \
      list of members, a budget or a cash book.
      """,
      does: ["documents", "office", "budget-tracking"], offline: true, licence: "MPL-2.0", languages: "en es fr ar",
      website: "https://www.libreoffice.org"),
    DemonstrationTool(
      "nextcloud", "Nextcloud",
      """
      Files, calendars and contacts that a team shares, on a server of its own choice. Phones and computers keep a copy and \
      bring it up to date when they are connected.
      """,
      does: ["shared-files", "shared-calendar", "backup"], offline: nil, licence: "AGPL-3.0-or-later", languages: "en es fr ar",
      website: "https://nextcloud.com"),
    DemonstrationTool(
      "signal", "Signal",
      """
      Messages and calls between smartphones that nobody else can read, with groups and with messages that disappear after a \
      time one chooses.
      """,
      does: ["secure-messaging", "group-chat", "digital-safety"], offline: false, licence: "AGPL-3.0-only",
      languages: "en es fr ar",
      website: "https://signal.org"),
    DemonstrationTool(
      "civicrm", "CiviCRM",
      """
      Keeps members, donors, gifts, events and letters of an association in one place. Powerful, and best set up together with \
      somebody who has done it before.
      """,
      does: ["contact-database", "donor-management", "event-management", "newsletter"], offline: false, licence: "AGPL-3.0-only",
      languages: "en es fr", website: "https://civicrm.org"),
    DemonstrationTool(
      "community-health-toolkit", "Community Health Toolkit",
      """
      Apps for community health workers: whom to visit this week, what to ask, when to refer. They work without network for \
      weeks, and supervisors see which visits were missed.
      """,
      does: ["community-health-workers", "maternal-health", "case-management"], offline: true, licence: "AGPL-3.0-only",
      languages: "en es fr sw", website: "https://communityhealthtoolkit.org"),
    DemonstrationTool(
      "farmos", "farmOS",
      """
      A record of fields, plantings, animals and harvests for a farm or for many small ones together, with a map of the plots.
      """,
      does: ["farm-management", "farming"], offline: nil, licence: "GPL-2.0-or-later", languages: "en",
      website: "https://farmos.org"),
    DemonstrationTool(
      "umap", "uMap",
      """
      Draws a map of one's own on top of OpenStreetMap in a few minutes: places, paths and areas with words and pictures, to \
      be shown on a website or printed.
      """,
      does: ["web-map", "maps"], offline: false, languages: "en es fr ar", website: "https://umap.openstreetmap.fr"),
    DemonstrationTool(
      "jitsi-meet", "Jitsi Meet",
      """
      Video meetings in a browser or on a phone. Whoever is invited opens a link; nobody needs an account to join.
      """,
      does: ["video-meetings"], offline: false, licence: "Apache-2.0", languages: "en es fr ar",
      website: "https://jitsi.org/jitsi-meet/"),
    DemonstrationTool(
      "open-food-network", "Open Food Network",
      """
      A shop that small producers share: each enters what there is to buy this week, neighbours order, and a hub hands out.
      """,
      does: ["local-food-market", "online-shop"], offline: false, licence: "AGPL-3.0-only", languages: "en es fr",
      website: "https://openfoodnetwork.org"),
    DemonstrationTool(
      "koha", "Koha",
      """
      A complete library system: catalogue, lending, readers and reminders. Set up on a computer in the library itself, it \
      needs no internet.
      """,
      does: ["library-catalogue"], offline: true, licence: "GPL-3.0-or-later", languages: "en es fr ar",
      website: "https://koha-community.org"),
    DemonstrationTool(
      "decidim", "Decidim",
      """
      Meetings, proposals, budgets and votes of a town, an association or a cooperative, open for everybody to follow and to \
      take part in.
      """,
      does: ["citizen-participation", "voting"], offline: false, licence: "AGPL-3.0-only", languages: "en es fr ar",
      website: "https://decidim.org"),
    DemonstrationTool(
      "gnucash", "GnuCash",
      """
      Bookkeeping for a small organization on one computer: income, expenses, accounts and reports that can be printed for the \
      assembly. Works without internet.
      """,
      does: ["accounting", "budget-tracking"], offline: true, licence: "GPL-2.0-or-later", languages: "en es fr ar",
      website: "https://www.gnucash.org"),
    DemonstrationTool(
      "nvda", "NVDA",
      """
      Reads aloud what is on the screen of a Windows computer, or shows it on a braille display, so that people who are blind \
      can use it. It can be carried on a memory stick.
      """,
      does: ["screen-reader", "accessibility", "text-to-speech"], offline: true, licence: "GPL-2.0-or-later",
      languages: "en es fr ar",
      website: "https://www.nvaccess.org"),
    DemonstrationTool(
      "wordpress", "WordPress",
      """
      Makes a website that people without programming change themselves: pages, pictures and news, also from a phone. It has \
      to live on a server, and many offer one at no cost for a small site.
      """,
      does: ["website-builder", "publishing"], offline: false, licence: "GPL-2.0-or-later", languages: "en es fr ar",
      website: "https://wordpress.org"),
    DemonstrationTool(
      "audacity", "Audacity",
      """
      Records and cuts voices and music on any computer: for a radio programme, an audio message to members, or the stories of \
      the elders.
      """,
      does: ["radio-and-audio", "oral-history"], offline: true, licence: "GPL-3.0-or-later", languages: "en es fr ar",
      website: "https://www.audacityteam.org"),
    DemonstrationTool(
      "tella", "Tella",
      """
      Takes photographs, videos and notes on a phone and hides and encrypts them there at once, so that what was documented \
      stays safe when the phone is taken away. Works without a connection.
      """,
      does: ["rights-documentation", "digital-safety"], offline: true, licence: "Apache-2.0", languages: "en es fr ar",
      website: "https://tella-app.org"),
    DemonstrationTool(
      "inventree", "InvenTree",
      """
      Keeps track of what is in a store room: what came in, what went out, how much is left, what is about to run out. Several \
      people use it from a browser or a phone.
      """,
      does: ["inventory"], offline: nil, licence: "MIT", languages: "en es fr", website: "https://inventree.org"),
  ]
}

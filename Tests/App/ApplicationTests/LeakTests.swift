import App
import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import TestKit
import Testing
import Vocabulary
import Volunteers
import Web

/// What two sides said to each other, and who they are, reaches nobody else. Canaries are planted everywhere, and every address of the
/// site is asked for them.
@Suite struct LeakTests {
  @Test(arguments: TestDatabase.engines) func whatIsSaidReachesNobodyElse(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let scene = try await Scene(neighbourhood)
      for reader in [nil, "Victor", "Moses"] {
        for (address, reply) in try await scene.answers(to: reader, at: neighbourhood) {
          for canary in scene.canaries {
            #expect(!reply.contains(canary), "\(address) tells \(reader ?? "a stranger") \(canary)")
          }
        }
      }
      // The same addresses tell both sides: the walk reaches what it looks for.
      for side in ["Vera", "group"] {
        let told = try await scene.answers(to: side, at: neighbourhood).map(\.reply).joined()
        for canary in ["words", "note", "change", "file"] { #expect(told.contains("zanahoria-\(canary)"), "\(side) \(canary)") }
      }
    }
  }

  /// Ids and states only: what outlives a conversation, and what is mailed.
  @Test(arguments: TestDatabase.engines) func theJournalAndNoticesHoldNoWords(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      _ = try await Scene(neighbourhood)
      let kept = try await neighbourhood.bed.app.node.read { connection in
        try ["journal_entries", "notices", "jobs"].flatMap { table in
          try connection.query("SELECT * FROM \(raw: table)").map { row in "\(table): \(row.values)" }
        }
      }
      #expect(kept.count > 10)
      for canary in ["zanahoria", "Quispe", "Rosa", "5550"] {
        #expect(kept.filter { $0.contains(canary) } == [])
      }
    }
  }

  /// An anonymous client that states a thousand needs, each for another kind of help, learns nothing that leads to a volunteer.
  @Test func aThousandNeedsNameNoVolunteer() async throws {
    try await Neighbourhood.with(.sqlite) { neighbourhood in
      for name in ["Vera", "Victor", "Mina"] { try await neighbourhood.join(name) }
      let skills = neighbourhood.bed.app.vocabulary.entries.filter { $0.kind == .skill }
      let people = try await neighbourhood.bed.column("SELECT id FROM people")
      let secrets = people + ["Quispe", "vera", "victor", "mina"]
      let site = neighbourhood.site
      for number in 0..<1_000 {
        let skill = neighbourhood.bed.app.vocabulary.label(skills[number % skills.count].id, in: .english).text
        let stranger = TestBrowser(site)
        _ = try await stranger.get("/needs/new")
        let made = try await stranger.post(
          "/needs",
          [
            ("words", "We look for somebody who knows \(skill), \(number)."), ("language", "en"), ("name", "Group \(number)"),
            ("kind", "communityGroup"), ("country", "CL"), ("connectivity", "smartphone"), ("showPublicly", "yes"),
          ])
        let page = try await stranger.get(try #require(made.location, "\(made.status) \(made.text)"))
        let open = number % 100 == 0 ? try await scanned(stranger) : ""
        for secret in secrets {
          #expect(!made.text.contains(secret) && !page.text.contains(secret) && !open.contains(secret), "\(number): \(secret)")
        }
      }
    }
  }

  private func scanned(_ stranger: TestBrowser) async throws -> String {
    var text = ""
    for path in ["/", "/needs", "/needs.atom", "/needs.csv", "/volunteer", "/organizations", "/api/v1/needs", "/metrics"] {
      text += try await stranger.get(path).text
    }
    return text
  }

  /// A group that hides, or takes its consent back, is gone from every answer of every server within a second.
  @Test(arguments: TestDatabase.engines, [true, false])
  func whoHidesIsGoneEverywhereAtOnce(engine: Engine, isHidden: Bool) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      let scene = try await Scene(neighbourhood, tells: true)
      let app = neighbourhood.bed.app
      let second = try await neighbourhood.bed.database.another()
      let node = Node(database: second, keys: app.node.keys, clock: neighbourhood.clock.now, logger: app.node.logger)
      let other = try CivilApplication(app.settings, node: node)
      try await other.node.indexes.load()
      let following = Task { try await other.node.indexes.run() }
      let numbering = Task { await Numberer(app.node).run() }
      let shown = ["A savings group wants", "zanahoria-story"]
      let sites = [neighbourhood.site, other.site]
      for site in sites {
        let told = try await scene.answers(to: nil, at: neighbourhood, of: site).map(\.reply).joined()
        for text in shown { #expect(told.contains(text), "\(text) is shown before") }
      }
      try await neighbourhood.act(isHidden ? "Fatima" : "group") { [neighbourhood] act in
        if isHidden {
          try WithdrawOrganization(
            neighbourhood.organization, isHidden: true, needs: [],
            said: ProvenanceStatement(
              statedBy: "Julia", relation: "president", how: "telephone", consent: "spoken", at: ""))(in: act)
        } else {
          _ = try AnswerConsent(neighbourhood.need, showPublicly: false)(in: act)
        }
      }
      try await Task.sleep(for: .seconds(1))
      for (number, site) in sites.enumerated() {
        for (address, reply) in try await scene.answers(to: nil, at: neighbourhood, of: site) {
          for text in shown { #expect(!reply.contains(text), "server \(number): \(address) tells \(text)") }
        }
      }
      following.cancel()
      numbering.cancel()
      _ = try? await following.value
      await numbering.value
      await second.close()
    }
  }
}

/// An offer with everything that two sides say, each word of it known again.
private struct Scene: Sendable {
  let canaries: [String]
  private let values: [String: String]

  /// - Parameter tells: whether the group publishes its story.
  init(_ neighbourhood: Neighbourhood, tells: Bool = false) async throws {
    try await neighbourhood.join("Vera")
    try await neighbourhood.join("Victor")
    let id = neighbourhood.need
    let offer = try await neighbourhood.act("Vera") { act in
      _ = try Contacts(act).keep("zanahoria@vera.example", as: .email, of: neighbourhood.person("Vera").rawValue)
      return try MakeOffer(id, words: "zanahoria-words", language: "en", part: "zanahoria-part")(in: act).id
    }
    try await neighbourhood.act("group") { act in try AcceptOffer(offer, seeksMore: true)(in: act) }
    let file = SentFile(name: "zanahoria-file.txt", bytes: Array("zanahoria-content".utf8))
    let post = try await neighbourhood.act("Vera") { act in
      try WritePost(offer, words: "zanahoria-note", language: "en", kind: .progress, files: [file])(in: act).id
    }
    for side in ["Vera", "group"] {
      try await neighbourhood.act(side) { act in try ShareContact(offer, true)(in: act) }
    }
    try await neighbourhood.act("Vera") { act in try ReportWork(offer, hours: 3)(in: act) }
    try await neighbourhood.act(tells ? "Fatima" : "group") { act in
      try ConfirmOutcome(
        offer, change: "zanahoria-change", language: "en", story: "A group keeps its book. zanahoria-story", mayBePublished: true)(
          in: act)
    }
    let person = neighbourhood.person("Vera").rawValue
    let said = ["words", "part", "note", "content", "change", "file"].map { "zanahoria-" + $0 }
    canaries =
      said + (tells ? [] : ["zanahoria-story"]) + ["zanahoria@vera", "Vera Quispe", person, offer.rawValue, "Rosa", "5550"]
    let files = try await neighbourhood.bed.column("SELECT id FROM offer_files")
    values = [
      "code": neighbourhood.code, "offer": offer.rawValue, "post": post.rawValue, "file": files.first ?? "",
      "id": neighbourhood.organization.rawValue,
    ]
  }

  /// Every address that can be read, and what it tells somebody. What cannot be known is left as it is.
  func answers(to reader: String?, at neighbourhood: Neighbourhood, of site: Site? = nil) async throws -> [(
    address: String, reply: String
  )] {
    let pages = TestBrowser(site ?? neighbourhood.site, headers: reader.map { [.cookie: "session=\($0)"] } ?? [:])
    let program = TestBrowser(site ?? neighbourhood.site, headers: reader.map { [.authorization: "Bearer \($0)"] } ?? [:])
    var answers: [(address: String, reply: String)] = []
    for route in neighbourhood.bed.app.routes where route.method == .get {
      var path = route.path
      for (name, value) in values { path = path.replacing("{\(name)}", with: value) }
      let reply = try await (route.kind == .api ? program : pages).get(path)
      // Whoever asks for an address knows it.
      var text = reply.text
      for part in path.split(separator: "/") where part.count > 20 { text = text.replacing(part, with: "") }
      answers.append((route.path, text))
    }
    return answers
  }
}

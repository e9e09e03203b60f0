import Database
import Foundation
import Journal
import Kernel
import Needs
import People
import Prescriptions
import TestKit
import Testing
import Tools

@testable import App

@Suite struct DemonstrationTests {
  @Test(arguments: TestDatabase.engines) func addsEverythingOnce(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let first = try await Demonstration.add(to: bed.app)
      #expect(first == Self.whole)
      let needs = try await bed.column("SELECT id FROM needs ORDER BY id")
      let people = try await bed.column("SELECT id FROM people ORDER BY id")
      let hint = Demonstration.signInHint(bed.app.settings)
      let items = try await bed.count("prescription_items")

      let second = try await Demonstration.add(to: bed.app)
      #expect(second == Demonstration.Counts())
      let needsAfter = try await bed.column("SELECT id FROM needs ORDER BY id")
      let peopleAfter = try await bed.column("SELECT id FROM people ORDER BY id")
      let itemsAfter = try await bed.count("prescription_items")
      #expect(needsAfter == needs)
      #expect(peopleAfter == people)
      #expect(itemsAfter == items)
      #expect(Demonstration.signInHint(bed.app.settings) == hint)
      let versions = try await bed.column("SELECT DISTINCT CAST(version AS TEXT) FROM tools")
      #expect(versions == ["2"])
    }
  }

  @Test(arguments: TestDatabase.engines) func showsEveryStateAndLanguage(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await Demonstration.add(to: bed.app)
      let states = try await bed.column("SELECT DISTINCT state FROM needs ORDER BY state")
      #expect(states == ["closed", "expressed", "open", "triaged"])
      let languages = try await bed.column("SELECT DISTINCT language FROM needs ORDER BY language")
      #expect(languages == ["ar", "en", "es", "fr"])
      let spoken = try await bed.count("needs", where: "facilitator LIKE 'person:%' AND stated_by IS NOT NULL")
      #expect(spoken == 5)
      #expect(bed.app.demonstration.isThere)
    }
  }

  @Test func prescribesTheRightToolAmongTheFirst() async throws {
    try await Bed.with(.sqlite) { bed in
      try await Demonstration.add(to: bed.app)
      // Tools that nobody would doubt, among the first three answers.
      let expected = [
        "lending-list": "Koha", "speaking-computer": "NVDA", "bodega": "InvenTree", "visites": "Community Health Toolkit",
      ]
      for (name, tool) in expected {
        let first = try await bed.column(
          """
          SELECT tools.name FROM prescription_items i JOIN needs n ON n.id = i.need JOIN tools ON tools.id = i.item
          WHERE n.external_id = \("demonstration:" + name) AND i.rank <= 3
          """)
        #expect(first.contains(tool), "\(name)")
      }
      let answered = try await bed.column("SELECT DISTINCT need FROM prescription_items")
      #expect(answered.count == Self.whole.needs)
    }
  }

  @Test(arguments: TestDatabase.engines) func goesOnWhereItStopped(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await Demonstration.add(to: bed.app)
      // As if it had stopped after stating this one, before what came next.
      try await bed.app.node.act(as: .system) { act in
        try act.connection.execute(
          "UPDATE needs SET state = 'expressed', closure = NULL, summary = NULL, version = 1 WHERE external_id = 'demonstration:meeting'"
        )
        try act.connection.execute("DELETE FROM needs WHERE external_id = 'demonstration:showcase'")
        try act.connection.execute("DELETE FROM organizations WHERE name = 'تعاونية خيط وزعفران'")
      }
      let added = try await Demonstration.add(to: bed.app)
      #expect(added.needs == 1)
      #expect(added.organizations == 1)
      let states = try await bed.column(
        "SELECT state FROM needs WHERE external_id IN ('demonstration:meeting', 'demonstration:showcase') ORDER BY external_id")
      #expect(states == ["closed", "triaged"])
    }
  }

  @Test(arguments: TestDatabase.engines) func leavesWhatVisitorsChanged(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      try await Demonstration.add(to: bed.app)
      try await bed.app.node.act(as: .system) { act in
        guard let need = try NeedStore(act.connection).find(externalID: "demonstration:evening-class") else {
          throw DomainError.notFound
        }
        _ = try CloseNeed(need.id, version: need.version, closure: .outOfScope)(in: act)
      }
      try await Demonstration.add(to: bed.app)
      let states = try await bed.column("SELECT state FROM needs WHERE external_id = 'demonstration:evening-class'")
      #expect(states == ["closed"])
    }
  }

  @Test(arguments: TestDatabase.engines) func removesEverything(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let own = NeedStatement(
        organization: OrganizationStatement(name: "Our own group", country: "CL"), words: "We need chairs.", language: "en",
        channel: .command)
      _ = try await bed.app.needs.submit(own, as: .system, once: nil)
      try await Demonstration.add(to: bed.app)
      let hint = Demonstration.signInHint(bed.app.settings)
      #expect(hint != nil)

      let removed = try await Demonstration.remove(from: bed.app)
      #expect(removed == Self.whole)
      for table in [
        "tools", "people", "grants", "sessions", "contacts", "second_factors", "recovery_codes", "volunteers", "offers",
        "offer_posts",
        "notices",
      ] {
        let left = try await bed.count(table)
        #expect(left == 0, "\(table)")
      }
      for table in ["needs", "organizations"] {
        let left = try await bed.count(table)
        #expect(left == 1, "\(table)")
      }
      let orphans = try await bed.count("prescription_items", where: "need NOT IN (SELECT id FROM needs)")
      #expect(orphans == 0)
      let answers = try await bed.count("need_answers", where: "need NOT IN (SELECT id FROM needs)")
      #expect(answers == 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: bed.folder.path(percentEncoded: false))
      #expect(files.filter { $0.hasSuffix(".demonstration") } == [])
      #expect(Demonstration.signInHint(bed.app.settings) == nil)
      #expect(!bed.app.demonstration.isThere)
      #expect(bed.app.tools.catalogue.count == 0)
      let differences = try await bed.app.node.read { connection in
        try bed.app.node.indexes.all.flatMap { try $0.difference(from: connection) }
      }
      #expect(differences == [])

      let again = try await Demonstration.remove(from: bed.app)
      #expect(again == Demonstration.Counts())
    }
  }

  @Test func makesAccountsAnewWhenTheirPassphrasesAreLost() async throws {
    try await Bed.with(.sqlite) { bed in
      try await Demonstration.add(to: bed.app)
      let before = Demonstration.signInHint(bed.app.settings)
      try DemonstrationSecrets(bed.app.settings).remove()
      let added = try await Demonstration.add(to: bed.app)
      #expect(added == Demonstration.Counts())
      #expect(Demonstration.signInHint(bed.app.settings) != nil)
      #expect(Demonstration.signInHint(bed.app.settings) != before)
      let people = try await bed.count("people")
      #expect(people == 3)
    }
  }

  @Test func keepsPassphrasesForTheirOwnerAlone() async throws {
    try await Bed.with(.sqlite) { bed in
      try await Demonstration.add(to: bed.app)
      let path = bed.folder.appending(path: "test.demonstration").path(percentEncoded: false)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test func takesNobodysName() async throws {
    try await Bed.with(.sqlite) { bed in
      let create = CreateAccount(
        handle: "demo-facilitator", name: "A real person", passphrase: CreateAccount.freshPassphrase(),
        grants: [Grant(.volunteer)])
      _ = try await PeopleFeature.createAccount(create, on: bed.app.node, hasher: PassphraseHasher(), as: .system)
      await #expect(throws: SettingsError.self) { try await Demonstration.add(to: bed.app) }
      let people = try await bed.column("SELECT origin FROM people")
      #expect(people.contains("stated"))
    }
  }

  private static let whole: Demonstration.Counts = {
    var counts = Demonstration.Counts()
    (counts.organizations, counts.needs, counts.tools, counts.accounts) = (8, 14, 24, 3)
    return counts
  }()
}

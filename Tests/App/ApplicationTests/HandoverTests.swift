import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import Prescriptions
import TestKit
import Testing

@testable import App

/// A facilitator comes back from two villages without a network.
@Suite struct HandoverTests {
  @Test(arguments: TestDatabase.engines, [[0, 1], [1, 0]])
  func twoLaptopsComeHome(engine: Engine, order: [Int]) async throws {
    try await Valley.with(engine) { valley in
      var slips: [Valley.Slip] = []
      for laptop in [0, 1] { slips += try await valley.state(on: laptop) }
      let pinned = try await Self.curate(valley, slips[0])
      var papers: [String] = []
      for (index, slip) in slips.enumerated() {
        papers.append(try await Self.things(valley.open(slip, on: valley.laptops[index / 6])))
      }
      #expect(papers.contains { $0.contains("Ring Round") } && papers.contains { $0.contains("Cuenta Clara") })
      let files = [try await valley.export(0), try await valley.export(1)]
      #expect(files.map(\.report.needs) == [6, 6] && files.map(\.report.organizations) == [6, 6])

      // From a file cut off half-way nothing comes.
      let empty = try await Valley.contents(valley.home)
      let half = try Self.copy(files[order[0]].path) { Array($0.prefix($0.count / 2)) }
      await #expect(throws: HandoverError.damaged(path: half)) { try await valley.take(half) }
      #expect(try await Valley.contents(valley.home) == empty)

      for laptop in order {
        let report = try await valley.take(files[laptop].path)
        #expect(
          [report.organizations, report.needs].allSatisfy { $0.read == 6 && $0.new == 6 && $0.bad == 0 && $0.conflicts == 0 })
        #expect(report.isComplete && report.remarks.isEmpty)
        #expect(report.carriedThings > 0, "each laptop knew a tool that is not in the catalogue at home")
      }
      let once = try await Valley.contents(valley.home)
      for laptop in order.reversed() {
        let report = try await valley.take(files[laptop].path)
        #expect(report.needs == Self.counts(read: 6, known: 6) && report.organizations == Self.counts(read: 6, known: 6))
      }
      #expect(try await Valley.contents(valley.home) == once)
      #expect(try await valley.home.count("needs") == 12)
      #expect(try await valley.home.count("organizations") == 12)
      #expect(try await valley.home.count("needs", where: "home = \(valley.home.app.node.keys.nodeID)") == 12)

      // Every paper opens its need, with what was prescribed, and can be printed.
      for (slip, paper) in zip(slips, papers) {
        let page = try await valley.open(slip, on: valley.home)
        #expect(page.status == 200 && page.text.contains(slip.words), "\(slip.code)")
        #expect(Self.things(page) == paper)
      }
      let items = try await valley.home.app.node.read { [slips] in try Prescription.of(slips[0].need, $0).items }
      #expect(items.first { $0.id == pinned.id }?.standing == .pinned)
      #expect(items.contains { $0.helped == true })
      for bed in [valley.home] + valley.laptops {
        let differences = try await bed.app.node.read { connection in
          try bed.app.node.indexes.all.flatMap { try $0.difference(from: connection) }
        }
        #expect(differences == [])
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func whatWasToldInConfidenceArrivesSealedAnew(engine: Engine) async throws {
    try await Valley.with(engine) { valley in
      let slips = try await valley.state(on: 0)
      let (laptop, home) = (valley.laptops[0], valley.home)
      let file = try await valley.export(0)
      _ = try await valley.take(file.path)
      for slip in slips {
        let id = slip.need
        let ours = try await Self.kept(id, home)
        let theirs = try await Self.kept(id, laptop)
        #expect(ours == theirs)
        #expect(ours.contacts.count == 1 && ours.reachAt.count == 1)
        #expect(ours.need.provenance?.relation == "treasurer")
      }
      let sealed = try await home.app.node.read { try $0.query("SELECT id, sealed FROM contacts").map { ($0.values) } }
      #expect(sealed.count == 12)
      let (theirs, own) = (Cipher(laptop.app.node.keys), Cipher(home.app.node.keys))
      for values in sealed {
        guard case .text(let id) = values[0], case .bytes(let bytes) = values[1] else { continue }
        #expect((try? own.openText(bytes, record: id, field: "contact")) != nil)
        #expect((try? theirs.openText(bytes, record: id, field: "contact")) == nil)
      }
      let answers = "SELECT need || question || answer || wording || at FROM need_answers ORDER BY need, question, at" as SQL
      #expect(try await home.column(answers) == (try await laptop.column(answers)))
      // Nothing of it stands in the file.
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
      for text in ["Rosa", "+56", "Grupo", "socia", slips[0].receipt] { #expect(bytes.range(of: Data(text.utf8)) == nil) }
      let journal = try await home.column(
        "SELECT feature || '.' || kind FROM journal_entries WHERE kind LIKE '%rrived' ORDER BY id")
      #expect(journal.count == 12)
    }
  }

  @Test(arguments: TestDatabase.engines) func theHomeMoves(engine: Engine) async throws {
    try await Valley.with(engine) { valley in
      let slips = try await valley.state(on: 0)
      let (laptop, home) = (valley.laptops[0].app, valley.home.app)
      let file = try await valley.export(0)
      let need = try #require(try await laptop.node.read { try NeedStore($0).find(slips[0].need) })
      #expect(need.home == home.node.keys.nodeID)

      // On the laptop nobody changes it any more: not the facilitator, not the group, and the page says where it is.
      let item = try #require(try await laptop.node.read { try Prescription.of(need.id, $0).items.first })
      let acts: [@Sendable (Act) throws -> Void] = [
        { act in _ = try AnswerConsent(need.id, showPublicly: false)(in: act) },
        { act in _ = try WithdrawNeed(need.id)(in: act) },
        { act in _ = try RenewReceipt(need.id)(in: act) },
        { act in _ = try TriageNeed(need.id, version: 1, summary: "A group", summaryLanguage: "en", outcome: .open)(in: act) },
        { act in _ = try CloseNeed(need.id, version: 1, closure: .notReal)(in: act) },
        { act in try CuratePrescription(need.id, item: item.id, standing: .hidden)(in: act) },
        { act in try JudgePrescription(need.id, item: item.id, helped: true)(in: act) },
        { act in try AddToPrescription(need.id, shelf: "tools", item: "x")(in: act) },
      ]
      let before = try await Valley.contents(valley.laptops[0])
      for act in acts {
        await #expect(throws: Self.handedOver(home)) { try await laptop.node.act(as: Valley.facilitator, act) }
      }
      await #expect(throws: DomainError.self) {
        let organization = try #require(try await laptop.node.read { try OrganizationStore($0).find(need.organization) })
        try await laptop.node.act(as: Valley.facilitator) { act in
          var particulars = ChangeOrganization.Particulars(of: organization)
          particulars.name = "Another"
          _ = try ChangeOrganization(organization.id, version: organization.version, particulars)(in: act)
        }
      }
      #expect(try await Valley.contents(valley.laptops[0]) == before)
      let page = try await valley.open(slips[0], on: valley.laptops[0])
      #expect(page.text.contains("handed over to the node \(home.node.keys.nodeID)") && !page.text.contains("/withdrawal"))

      // At home everybody may.
      _ = try await valley.take(file.path)
      try await home.node.act(as: Valley.facilitator, acts[3])
      try await home.node.act(as: Valley.facilitator) { act in
        try CuratePrescription(need.id, item: item.id, standing: .hidden)(in: act)
      }
      let after = try await Valley.contents(valley.home)
      // An old file changes nothing of it.
      _ = try await valley.take(file.path)
      #expect(try await Valley.contents(valley.home) == after)
    }
  }

  @Test(arguments: TestDatabase.engines) func aRevokedReceiptStaysRevoked(engine: Engine) async throws {
    try await Valley.with(engine) { valley in
      let slips = try await valley.state(on: 0)
      // One was renewed on the laptop, one is renewed at home.
      try await valley.laptops[0].app.node.act(as: Valley.facilitator) { act in _ = try RenewReceipt(slips[0].need)(in: act) }
      let file = try await valley.export(0)
      _ = try await valley.take(file.path)
      #expect(try await valley.open(slips[0], on: valley.home).status == 422)
      #expect(try await valley.open(slips[1], on: valley.home).status == 200)
      let fresh = valley.laptops[0].app.node.keys.receipt(subject: slips[0].need.rawValue, generation: 2).text
      let renewed = Valley.Slip(need: slips[0].need, code: slips[0].code, receipt: fresh, words: slips[0].words)
      #expect(try await valley.open(renewed, on: valley.home).status == 200)

      try await valley.home.app.node.act(as: Valley.facilitator) { act in _ = try RenewReceipt(slips[1].need)(in: act) }
      _ = try await valley.take(file.path)
      #expect(try await valley.open(slips[1], on: valley.home).status == 422)
      // A receipt opens its own need and no other, and programs are let in by it too.
      let wrong = Valley.Slip(need: slips[3].need, code: slips[3].code, receipt: slips[2].receipt, words: "")
      #expect(try await valley.open(wrong, on: valley.home).status == 422)
      let header = try #require(HTTPField.Name("Civil-Receipt"))
      let program = TestBrowser(valley.home.app.site, headers: [header: slips[2].receipt])
      #expect(try await program.get("/api/v1/needs/\(slips[2].code)").json["words"]?.string == slips[2].words)
    }
  }

  @Test func whatIsErasedAtHomeDoesNotComeBack() async throws {
    try await Valley.with(.sqlite) { valley in
      let slips = try await valley.state(on: 0)
      let file = try await valley.export(0)
      _ = try await valley.take(file.path)
      let organization = try #require(try await valley.home.app.node.read { try NeedStore($0).find(slips[0].need) }).organization
      try await valley.home.app.node.act(as: Actor(.stranger(visitor: "group"), receipts: [slips[0].need.rawValue])) { act in
        _ = try WithdrawNeed(slips[0].need) { act, need in try Prescription.erase(of: [need.rawValue], in: act) }(in: act)
        try Contacts(act).erase(of: organization.rawValue)
      }
      let after = try await Valley.contents(valley.home)
      _ = try await valley.take(file.path)
      #expect(try await Valley.contents(valley.home) == after)
      #expect(try await valley.home.count("contacts") == 10)
    }
  }

  @Test func writingAgainWritesTheSameUntilItHasArrived() async throws {
    try await Valley.with(.sqlite) { valley in
      _ = try await valley.state(on: 0)
      let first = try await valley.export(0)
      let again = try await valley.export(0)
      #expect(first.report == again.report)
      let report = try await valley.take(again.path)
      #expect(report.needs.new == 6)
      #expect(try await valley.take(first.path).needs == Self.counts(read: 6, known: 6))

      await #expect(throws: HandoverError.noSuchReceipt) {
        try await ConfirmHandover(valley.laptops[0].app.node)("0000-0000-0000-0000")
      }
      let confirmed = try await ConfirmHandover(valley.laptops[0].app.node)(report.opening.receipt.lowercased())
      #expect(confirmed == 12)
      await #expect(throws: HandoverError.nothing(scope: "node", node: valley.home.app.node.keys.nodeID)) {
        try await valley.export(0)
      }
      // A group that is known comes with a second need: nothing is doubled.
      let statement = NeedStatement(
        organization: OrganizationStatement(name: "Grupo 0 de la aldea 0", country: "CL"),
        words: "También necesitamos una radio.",
        language: "es",
        provenance: ProvenanceStatement(
          statedBy: "Ana", relation: "member", how: "telephone", consent: "written", at: "2026-04-01"), channel: .web,
        reachAt: "+56 9 5550 7777")
      let slip = try await valley.state(statement, on: valley.laptops[0])
      let second = try await valley.export(0)
      #expect(second.report.organizations == 1 && second.report.needs == 1)
      let taken = try await valley.take(second.path)
      #expect(taken.needs == Self.counts(read: 1, new: 1) && taken.organizations == Self.counts(read: 1, known: 1))
      #expect(try await valley.open(slip, on: valley.home).status == 200)
      #expect(try await valley.home.count("organizations") == 6)
      #expect(try await valley.home.count("contacts") == 14)
    }
  }

  @Test func oneCountryOrOneGroupCanGoAlone() async throws {
    try await Valley.with(.sqlite) { valley in
      let slips = try await valley.state(on: 0)
      let peru = try await valley.export(0, scope: try ExportHandover.Scope("country:pe"))
      #expect(peru.report.needs == 1 && peru.report.organizations == 1)
      let one = try #require(try await valley.laptops[0].app.node.read { try NeedStore($0).find(slips[2].need) }).organization
      let group = try await valley.export(0, scope: try ExportHandover.Scope("organization:\(one.rawValue)"))
      #expect(group.report.needs == 1 && group.report.organizations == 1)
      #expect(try await valley.laptops[0].count("needs", where: "home = \(valley.laptops[0].app.node.keys.nodeID)") == 4)
      let all = try await valley.export(0)
      #expect(all.report.needs == 6)
      for file in [all, group, peru] { _ = try await valley.take(file.path) }
      #expect(try await valley.home.count("needs") == 6)
      for text in ["", "country:XX", "organization:", "all"] {
        #expect(throws: HandoverError.self) { try ExportHandover.Scope(text) }
      }
    }
  }

  /// Two laptops gave out one code.
  @Test(arguments: TestDatabase.engines) func papersWithOneCodeAreToldApart(engine: Engine) async throws {
    try await Valley.with(engine) { valley in
      var slips = [try await valley.state(on: 0)[0], try await valley.state(on: 1)[0]]
      let code = try Code(parsing: slips[0].code).canonical
      try await valley.laptops[1].app.node.act(as: .system) { [slips] act in
        try act.connection.execute("UPDATE needs SET code = \(code) WHERE id = \(slips[1].need)")
      }
      slips[1] = Valley.Slip(need: slips[1].need, code: slips[0].code, receipt: slips[1].receipt, words: slips[1].words)
      _ = try await valley.take(try await valley.export(0).path)
      let file = try await valley.export(1)
      let report = try await valley.take(file.path)
      let moved = slips[1].need
      let here = try #require(try await valley.home.app.node.read { try NeedStore($0).find(moved) }).code
      #expect(report.remarks == [.clash(printed: slips[0].code, here: here.description)] && report.isComplete)
      for (slip, address) in zip(slips, [slips[0].code, here.description]) {
        let page = try await valley.open(slip, on: valley.home)
        #expect(page.status == 200 && page.text.contains("<title>Need \(address)"))
      }
      #expect(try await valley.take(file.path).needs == Self.counts(read: 6, known: 6))
      // A facilitator who types the code is asked which.
      let both = try await valley.home.app.needs.need(slips[0].code, for: Valley.facilitator).need
      let others = try await valley.home.app.needs.others(of: slips[0].code, than: both, for: Valley.facilitator)
      #expect(both.id == slips[0].need && others.map(\.id) == [slips[1].need])
      #expect(try await valley.home.app.needs.others(of: slips[0].code, than: both, for: .stranger) == [])
    }
  }

  @Test func groupsOfOneNameAreNotMerged() async throws {
    try await Valley.with(.sqlite) { valley in
      _ = try await valley.state(on: 0)
      let known = try await valley.home.app.node.act(as: .system) { act -> ID<Organization> in
        try FindOrMakeOrganization(OrganizationStatement(name: "GRUPO 0 de la Aldea 0!", country: "CL"))(in: act).id
      }
      let report = try await valley.take(try await valley.export(0).path)
      guard case .looksLike(_, let others) = try #require(report.remarks.first) else { throw HandoverError.noReceiver }
      #expect(report.remarks.count == 1 && others == [known.rawValue])
      #expect(try await valley.home.count("organizations") == 7)
    }
  }

  /// A camp's laptop takes needs along, and brings them back.
  @Test func recordsGoOutAndComeBack() async throws {
    try await Valley.with(.sqlite) { valley in
      let slips = try await valley.state(on: 0)
      _ = try await valley.take(try await valley.export(0).path)
      let (home, camp) = (valley.home, valley.laptops[1])
      let out = home.folder.path + "/out"
      _ = try await ExportHandover(home.app, to: camp.app.node.keys.address)(to: out)
      _ = try await ImportHandover(camp.app)(out)
      // The paper from the first valley opens it on its third node.
      #expect(try await valley.open(slips[0], on: camp).status == 200)
      try await camp.app.node.act(as: Valley.facilitator) { act in
        _ = try TriageNeed(slips[0].need, version: 1, summary: "A group of women", summaryLanguage: "en", outcome: .open)(in: act)
        _ = try RenewReceipt(slips[1].need)(in: act)
      }
      let back = try await valley.export(1)
      let report = try await valley.take(back.path)
      #expect(report.needs == Self.counts(read: 6, changed: 6) && report.isComplete)
      let need = try #require(try await home.app.node.read { try NeedStore($0).find(slips[0].need) })
      #expect(need.summary == "A group of women" && need.home == home.app.node.keys.nodeID)
      #expect(try await valley.open(slips[0], on: home).status == 200)
      #expect(try await valley.open(slips[1], on: home).status == 422)
      #expect(try await valley.take(back.path).needs == Self.counts(read: 6, known: 6))
    }
  }

  @Test func theDemonstrationStaysWhereItIs() async throws {
    try await Valley.with(.sqlite) { valley in
      try await Demonstration.add(to: valley.laptops[0].app)
      await #expect(throws: HandoverError.nothing(scope: "node", node: valley.home.app.node.keys.nodeID)) {
        try await valley.export(0)
      }
    }
  }

  // MARK: -

  static func counts(read: Int, new: Int = 0, known: Int = 0, changed: Int = 0) -> ImportHandover.Counts {
    var counts = ImportHandover.Counts()
    (counts.read, counts.new, counts.known, counts.changed) = (read, new, known, changed)
    return counts
  }

  static func copy(_ path: String, _ change: ([UInt8]) -> [UInt8]) throws -> String {
    let copy = path + "-" + UUID().uuidString
    try Data(change(Array(try Data(contentsOf: URL(fileURLWithPath: path))))).write(to: URL(fileURLWithPath: copy))
    return copy
  }

  private static func handedOver(_ home: CivilApplication) -> DomainError {
    .conflict(
      Message("This need was handed over to the node {node}, which alone can change it now.", ["node": home.node.keys.nodeID]))
  }

  /// The names of the things on a need's page, in their order.
  private static func things(_ page: TestBrowser.Reply) -> String {
    page.text.matches(of: /<h3><a href="[^"]*">([^<]*)</).map { String($0.output.1) }.joined(separator: ", ")
  }

  /// A facilitator puts something first, and the group says that something helped.
  private static func curate(_ valley: Valley, _ slip: Valley.Slip) async throws -> Prescription.Item {
    let node = valley.laptops[0].app.node
    let items = try await node.read { try Prescription.of(slip.need, $0).items }
    let item = try #require(items.last)
    try await node.act(as: Valley.facilitator) { act in
      try CuratePrescription(slip.need, item: item.id, standing: .pinned)(in: act)
      try JudgePrescription(slip.need, item: item.id, helped: true)(in: act)
    }
    return item
  }

  private struct Kept: Equatable, Sendable {
    var need: Need
    var organization: Organization?
    var contacts: [Contact]
    var reachAt: [Contact]
  }

  private static func kept(_ id: ID<Need>, _ bed: Bed) async throws -> Kept {
    try await bed.app.node.read { [keys = bed.app.node.keys] connection in
      let need = try #require(try NeedStore(connection).find(id))
      let contacts = Contacts(connection, keys: keys)
      return Kept(
        need: need, organization: try OrganizationStore(connection).find(need.organization),
        contacts: try contacts.all(of: id.rawValue), reachAt: try contacts.all(of: need.organization.rawValue))
    }
  }
}

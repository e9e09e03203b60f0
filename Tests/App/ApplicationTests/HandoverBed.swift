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

/// Two laptops that were in villages, and the node at home to which they come back.
struct Valley: Sendable {
  let home: Bed
  let laptops: [Bed]

  /// The paper a group holds.
  struct Slip: Sendable, Equatable {
    let need: ID<Need>
    let code: String
    let receipt: String
    let words: String
  }

  /// Six groups of a valley, in their languages.
  private static let words = [
    ("es", "Perdemos la cuenta de lo que paga cada socia y discutimos por el dinero."),
    ("en", "We write the names of our members in a notebook that gets wet, and we want to keep our accounts on a phone."),
    ("ar", "نحتاج إلى إرسال رسائل قصيرة إلى جميع الأعضاء عندما تتغير مواعيد الاجتماع."),
    ("fr", "Nous voulons savoir quels puits sont en panne dans les villages."),
    ("sw", "Tunahitaji kutuma ujumbe mfupi kwa wanachama wote."),
    ("qu", "Yaku unquykunata willanakuyta munayku. 水 💧"),
  ]

  static let facilitator = Actor(.person(id: "0190a000-0000-7000-8000-00000000fac1"), grants: [Grant(.facilitator)])

  static func with(_ engine: Engine, _ body: @Sendable (Valley) async throws -> Void) async throws {
    try await Bed.with(.sqlite) { first in
      try await Bed.with(.sqlite) { second in
        try await Bed.with(engine) { home in
          try await importTools(home, ["cuenta-clara", "field-form"])
          try await importTools(first, ["cuenta-clara", "ring-round", "field-form"])
          try await importTools(second, ["water-point-map", "ring-round", "field-form"])
          try await body(Valley(home: home, laptops: [first, second]))
        }
      }
    }
  }

  /// What six groups of a valley say to a facilitator with a laptop.
  func state(on laptop: Int) async throws -> [Slip] {
    var slips: [Slip] = []
    for (index, (language, words)) in Self.words.enumerated() {
      let statement = NeedStatement(
        organization: OrganizationStatement(
          name: Text("Grupo \(index) de la aldea \(laptop)"), country: index == 5 ? "PE" : "CL",
          connectivity: Organization.Connectivity.none),
        words: Text(words), language: language, constraints: ["offline"],
        provenance: ProvenanceStatement(
          statedBy: Text("Rosa Mamani \(laptop)-\(index)"), relation: "treasurer", how: "in person", consent: "spoken",
          at: "2026-03-0\(index + 1)"),
        showPublicly: index % 2 == 0, channel: .web, reachAt: Text("+56 9 5550 \(laptop)00\(index)"))
      slips.append(try await state(statement, on: laptops[laptop]))
    }
    return slips
  }

  func state(_ statement: NeedStatement, on laptop: Bed) async throws -> Slip {
    let (app, id) = (laptop.app, try await laptop.app.needs.submit(statement, as: Self.facilitator, once: nil).id)
    let need = try #require(try await app.node.read { try NeedStore($0).find(id) })
    return Slip(
      need: id, code: need.code.description,
      receipt: app.node.keys.receipt(subject: id.rawValue, generation: need.receiptGeneration).text, words: need.words)
  }

  /// Writes what a laptop has for the home node.
  func export(_ laptop: Int, scope: ExportHandover.Scope = .node) async throws -> (path: String, report: ExportHandover.Report) {
    let path = laptops[laptop].folder.path + "/handover-\(UUID().uuidString)"
    return (path, try await ExportHandover(laptops[laptop].app, to: home.app.node.keys.address, scope: scope)(to: path))
  }

  func take(_ path: String) async throws -> ImportHandover.Report { try await ImportHandover(home.app)(path) }

  /// What somebody sees who types what stands on a paper.
  func open(_ slip: Slip, on bed: Bed, address: String = "192.0.2.\(Int.random(in: 1...250))") async throws -> TestBrowser.Reply {
    let browser = TestBrowser(bed.app.site, address: address)
    _ = try await browser.get("/receipt")
    let reply = try await browser.post("/receipt", [("code", slip.code.lowercased()), ("receipt", slip.receipt)])
    guard reply.status == 303, let location = reply.location else { return reply }
    return try await browser.get(location)
  }

  /// Everything of a node that handovers concern, without times at which it was written.
  static func contents(_ bed: Bed, without columns: Set<String> = ["sealed", "lookup", "made_by"]) async throws -> [String] {
    try await bed.app.node.read { connection in
      try [
        "organizations", "needs", "need_answers", "contacts", "prescription_items", "receipt_verifiers", "former_codes",
        "handover_taken", "handover_contacts", "handover_things",
      ].flatMap { table in
        try connection.query("SELECT * FROM \(raw: table)").map { row in
          let own = columns.union(table == "receipt_verifiers" ? ["id"] : table == "contacts" ? ["created_at"] : ["at"])
          let values = zip(row.columns.names, row.values).filter { !own.contains($0.0) || table == "need_answers" }
          return "\(table) \(values.map { "\($0.0)=\($0.1)" }.sorted().joined(separator: " "))"
        }.sorted()
      }
    }
  }

  private static func importTools(_ bed: Bed, _ slugs: [String]) async throws {
    let texts = [
      "cuenta-clara": (
        "Cuenta Clara", "Simple bookkeeping for groups: money in, money out, accounts and what each member owes, on a phone."
      ),
      "ring-round": ("Ring Round", "Sends one short text message to a list of telephone numbers: SMS to all members."),
      "field-form": ("Field Form", "Surveys and forms filled in offline on a phone, lists of members."),
      "water-point-map": ("Water Point Map", "Maps wells and taps, records when they break and who repairs them."),
    ]
    let lines = slugs.compactMap { slug in texts[slug].map { (slug, $0) } }.map { slug, text in
      let json: JSON = [
        "name": .string(text.0), "description": .string(text.1), "website": .string("https://\(slug).example.org/"),
        "type": ["software"], "stage": "DPG", "_slug": .string(slug), "_dir": "nominees",
      ]
      return json.description
    }
    let file = ImportFile(name: "tools.jsonl", bytes: Array(lines.joined(separator: "\n").utf8))
    let report = try await ImportTools(node: bed.app.node, vocabulary: bed.app.vocabulary)([file], as: .digitalPublicGoods)
    #expect(report.new == slugs.count)
  }
}

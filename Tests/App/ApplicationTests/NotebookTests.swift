import App
import Database
import Foundation
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing
import Web

/// What several groups need is written down one after the other, and nothing is typed twice or lost.
@Suite struct NotebookTests {
  private typealias Fields = [(name: String, value: String)]

  private static func entry(_ name: String, _ words: String, _ more: Fields = []) -> Fields {
    FacilitatorBed.shared + [("name", name), ("words", words)] + more
  }

  @Test(arguments: TestDatabase.engines) func theCommonPartIsKeptFromOneGroupToTheNext(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let amina = bed.browser("amina")
      #expect(try await amina.get("/desk/notebook").status == 200)
      let begun = try await amina.post("/desk/notebook", FacilitatorBed.shared)
      #expect(begun.status == 200)
      #expect(begun.text.contains("value=\"Rosa Mamani\"") && begun.text.contains("<option value=\"CL\" selected"))
      let first = try await amina.post("/desk/notebook/needs", Self.entry("Las Amapolas", "Llevar las cuentas"))
      #expect(first.status == 200)
      let code = try #require(first.hidden("stored"))
      #expect(first.text.contains("Stored: \(code)."))
      #expect(first.text.contains("value=\"Rosa Mamani\"") && !first.text.contains("Llevar las cuentas"))
      let second = try await amina.post(
        "/desk/notebook/needs",
        Self.entry("El Pozo", "Arreglar la bomba", [("stored", code), ("own.provenance.statedBy", "Dolores")]))
      #expect(second.text.contains("2 needs were stored in this round"))
      #expect(!second.text.contains("Dolores"))

      let stored = try await bed.node.read { connection in
        try NeedStore(connection).stated(by: "person:amina", limit: 10).map { need in
          (need, try need.provenance?.statedBy.flatMap { try Contacts(connection, keys: bed.node.keys).read($0) })
        }
      }
      #expect(stored.map(\.0.words) == ["Arreglar la bomba", "Llevar las cuentas"])
      #expect(stored.map(\.1) == ["Dolores", "Rosa Mamani"])
      #expect(stored.map(\.0.provenance?.at.iso8601) == ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"])
      let organization = try await bed.organization(of: stored[0].0)
      #expect(organization.languages == ["es"] && organization.connectivity == Organization.Connectivity.none)
      #expect(organization.subdivision == "CL-RM")
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsWrongIsSaidAndNothingIsLost(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let amina = bed.browser("amina")
      let page = try await amina.get("/desk/notebook")
      #expect(page.status == 200)
      let bad = FacilitatorBed.shared.filter { !["country", "provenance.how", "provenance.statedBy"].contains($0.name) }
      let reply = try await amina.post(
        "/desk/notebook/needs", bad + [("name", "Las Amapolas"), ("words", ""), ("stored", "N-7K2Q-F4XM"), ("own.kind", "ngo")])
      #expect(reply.status == 422)
      for field in ["country", "provenance.how", "own.provenance.statedBy", "words"] {
        #expect(reply.text.contains("href=\"#\(field)\""), "\(field)")
      }
      #expect(reply.text.contains("value=\"Las Amapolas\"") && reply.text.contains("<option value=\"ngo\" selected"))
      #expect(try await bed.bed.count("needs") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func whoIsNoLongerSignedInLosesNothing(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let stranger = bed.browser(nil)
      _ = try await stranger.get("/receipt")
      let more = [("stored", need.code.description), ("organization", need.organization.rawValue), ("own.kind", "ngo")]
      let reply = try await stranger.post("/desk/notebook/needs", Self.entry("amapolas", "Actas claras", more))
      #expect(reply.status == 401)
      for kept in [
        "Actas claras", "value=\"amapolas\"", "Rosa Mamani", "<option value=\"CL\" selected", "<option value=\"ngo\" selected",
      ] {
        #expect(reply.text.contains(kept), "\(kept)")
      }
      #expect(reply.hidden("stored") == need.code.description && reply.hidden("organization") == need.organization.rawValue)
      #expect(!reply.text.contains("Las Amapolas"))
    }
  }

  @Test func whatIsPressedTwiceIsStoredOnce() async throws {
    try await FacilitatorBed.with(.sqlite) { bed in
      let amina = bed.browser("amina")
      let id = try #require(try await amina.get("/desk/notebook").hidden("form"))
      func send(_ words: String) async throws -> TestBrowser.Reply {
        let fields = [("form", id)] + Self.entry("Las Amapolas", words)
        return try await amina.send("/desk/notebook/needs", Form(fields).urlEncoded)
      }
      let (first, again) = (try await send("Cuentas"), try await send("Cuentas"))
      #expect(first.hidden("stored") == again.hidden("stored"))
      #expect(try await bed.bed.count("needs") == 1)
      let changed = try await send("Cuentas y actas")
      #expect(changed.status == 422)
      #expect(changed.text.contains("Cuentas y actas") && changed.hidden("stored") == first.hidden("stored"))
    }
  }

  @Test(arguments: TestDatabase.engines) func theSameGroupIsFoundAgain(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let known = try await bed.state("Cuentas", for: "Las Amapolas")
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/notebook")
      // By its name, as she wrote it down before.
      #expect(try await chile.post("/desk/notebook/needs", Self.entry("las amapolas.", "Actas")).status == 200)
      // By a part of its name.
      let found = try await chile.post("/desk/notebook", Self.entry("amapo", "Otra cosa", [("find", "1")]))
      #expect(found.status == 200)
      #expect(found.text.contains("value=\"\(known.organization.rawValue)\"") && found.text.contains("Otra cosa"))
      let chosen = try await chile.post(
        "/desk/notebook/needs", Self.entry("amapo", "Otra cosa", [("organization", known.organization.rawValue)]))
      #expect(chosen.status == 200)
      #expect(try await bed.bed.count("organizations") == 1)
      #expect(try await bed.bed.count("needs", where: "organization = \(known.organization)") == 3)
      let mistaken = try await chile.post(
        "/desk/notebook/needs", Self.entry("El Pozo", "Agua", [("organization", known.organization.rawValue)]))
      #expect(mistaken.status == 422 && mistaken.text.contains("value=\"El Pozo\""))
    }
  }

  @Test(arguments: TestDatabase.engines) func aGroupThatOthersHaveWrittenDownIsAskedAbout(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let known = try await bed.state("Cuentas", for: "Las Amapolas", as: "amina")
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/notebook")
      let asked = try await chile.post("/desk/notebook/needs", Self.entry("Las Amapolas", "Actas"))
      #expect(asked.status == 422)
      #expect(asked.text.contains("A group of this name is known already.") && asked.text.contains(known.organization.rawValue))
      let another = try await chile.post(
        "/desk/notebook/needs", Self.entry("Las Amapolas", "Actas", [("organization", "another")]))
      #expect(another.status == 200)
      #expect(try await bed.bed.count("organizations") == 2)
    }
  }

  @Test(arguments: TestDatabase.engines) func nobodySpeaksForGroupsElsewhere(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let known = try await bed.state("Cuentas", for: "Las Amapolas")
      let peru = bed.browser("peru")
      let opened = try await peru.get("/desk/notebook")
      #expect(!opened.text.contains("value=\"CL\"") && !opened.text.contains("Las Amapolas"))
      #expect(try await peru.get("/desk/notebook?organization=\(known.organization.rawValue)").status == 404)
      let found = try await peru.post(
        "/desk/notebook",
        Self.entry("Las Amapolas", "", [("find", "1")]).map { $0.name == "country" ? ("country", "PE") : $0 }
          .filter { $0.name != "subdivision" })
      #expect(found.status == 200 && !found.text.contains(known.organization.rawValue))
      let chosen = Self.entry("", "Actas", [("organization", known.organization.rawValue)])
        .map { $0.name == "country" ? ("country", "PE") : $0 }.filter { $0.name != "subdivision" }
      #expect(try await peru.post("/desk/notebook/needs", chosen).status == 422)
      #expect(try await peru.post("/desk/notebook/needs", Self.entry("El Pozo", "Agua")).status == 422)
      #expect(try await peru.get("/desk/slips?code=\(known.code)").status == 404)
      #expect(try await bed.bed.count("needs") == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func allSlipsComeAtOnceInTheLanguageOfTheGroup(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let first = try await bed.state("Llevar las cuentas", for: "Las Amapolas")
      let second = try await bed.state("We need water", for: "The Well", language: "en")
      let elsewhere = try await bed.state("Agua", for: "El Pozo", as: "peru", country: "PE")
      let chile = bed.browser("chile")
      let offered = try await chile.get("/desk/slips")
      #expect(offered.text.contains(first.code.description) && offered.text.contains(second.code.description))
      let slips = try await chile.get("/desk/slips?code=\(first.code)&code=\(elsewhere.code)&code=\(second.code)")
      #expect(slips.text.components(separatedBy: "<section class=\"sheet\"").count == 3)
      #expect(
        slips.text.contains("<section class=\"sheet\" lang=\"es\"") && slips.text.contains("<section class=\"sheet\" lang=\"en\"")
      )
      for need in [first, second] {
        let receipt = bed.node.keys.receipt(subject: need.id.rawValue, generation: 1).text
        #expect(slips.text.contains(receipt) && slips.text.contains(need.words))
      }
      #expect(!slips.text.contains("El Pozo"))
    }
  }
}

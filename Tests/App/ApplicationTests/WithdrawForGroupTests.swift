import Database
import Journal
import Kernel
import Needs
import People
import TestKit
import Testing
import Web

@testable import App

/// What a group takes back through a facilitator is done at once, and it is kept who said so.
@Suite struct WithdrawForGroupTests {
  @Test(arguments: TestDatabase.engines) func aYesIsTakenBackWithWhoSaidSo(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas", isPublic: true)
      let chile = bed.browser("chile")
      let page = try await chile.get("/desk/\(need.code)/withdrawal")
      #expect(page.status == 200 && page.text.contains("value=\"notShown\""))
      let unnamed = try await chile.post(
        "/desk/\(need.code)/withdrawal", [("what", "notShown"), ("provenance.relation", "presidenta")])
      #expect(unnamed.status == 422 && unnamed.text.contains("value=\"presidenta\""))
      #expect(try await chile.post("/desk/\(need.code)/withdrawal", FacilitatorBed.said + [("what", "notShown")]).status == 303)
      #expect(try await bed.need(need.id)?.isPublic == false)
      let kept = try await bed.node.read { connection in
        try SayingStore(connection).sayings(about: need.id.rawValue).map { saying in
          (
            saying.what, saying.provenance.relation,
            try saying.provenance.statedBy.flatMap { try Contacts(connection, keys: bed.node.keys).read($0) }
          )
        }
      }
      #expect(kept.map(\.0) == [.notShown] && kept.map(\.1) == ["presidenta"] && kept.map(\.2) == ["Julia Condori"])
      #expect(try await chile.get("/desk/\(need.code)").text.contains("Julia Condori, presidenta."))
    }
  }

  @Test(arguments: TestDatabase.engines) func aNeedIsTakenBackAndTheRecordOfItStays(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas")
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/\(need.code)/withdrawal")
      #expect(try await chile.post("/desk/\(need.code)/withdrawal", FacilitatorBed.said + [("what", "takenBack")]).status == 303)
      let withdrawn = try #require(try await bed.need(need.id))
      #expect(withdrawn.closure == .withdrawn && withdrawn.words.isEmpty)
      #expect(try await bed.bed.count("contacts", where: "owner = \(need.id)") == 0)
      let name = try await bed.node.read { connection in
        try SayingStore(connection).sayings(about: need.id.rawValue).first?.provenance.statedBy.flatMap {
          try Contacts(connection, keys: bed.node.keys).read($0)
        }
      }
      #expect(name == "Julia Condori")
    }
  }

  @Test(arguments: TestDatabase.engines) func aWholeGroupIsHidden(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let first = try await bed.state("Cuentas", for: "Las Amapolas", isPublic: true)
      let second = try await bed.state("Actas", for: "Las Amapolas", isPublic: true)
      let other = try await bed.state("Agua", for: "El Pozo", isPublic: true)
      let path = "/desk/organizations/\(first.organization.rawValue)/withdrawal"
      let chile = bed.browser("chile")
      _ = try await chile.get(path)
      #expect(try await chile.post(path, FacilitatorBed.said).status == 422)
      let fields = FacilitatorBed.said + [("hide", "1"), ("need", second.code.description), ("need", other.code.description)]
      #expect(try await chile.post(path, fields).status == 303)
      #expect(try await bed.need(first.id)?.isPublic == false)
      #expect(try await bed.need(second.id)?.closure == .withdrawn)
      #expect(try await bed.need(other.id)?.isPublic == true)
      #expect(try await bed.organization(of: first).visibility == .hidden)
      let kept = try await bed.bed.column("SELECT what FROM sayings ORDER BY what")
      #expect(kept == ["hidden", "notShown", "takenBack"])
    }
  }

  /// What is there for a group that speaks for itself leads a facilitator to where she says who said it.
  @Test func nobodyTakesBackInTheirNameUnseen() async throws {
    try await FacilitatorBed.with(.sqlite) { bed in
      let need = try await bed.state("Cuentas", for: "Las Amapolas", isPublic: true)
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/notebook")
      for path in ["consent", "withdrawal"] {
        let reply = try await chile.post("/needs/\(need.code)/\(path)")
        #expect(reply.status == 303 && reply.location == "/desk/\(need.code)/withdrawal")
      }
      let corrected = try await chile.post(
        "/needs/\(need.code)/correction", [("version", "1"), ("words", "Cuentas claras"), ("language", "es")])
      #expect(corrected.status == 303)
      let after = try #require(try await bed.need(need.id))
      #expect(after.words == "Cuentas claras" && after.isPublic)
    }
  }

  @Test(arguments: TestDatabase.engines) func aGroupTakesItsRecordOver(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let first = try await bed.state("Cuentas", for: "Las Amapolas")
      let second = try await bed.state("Actas", for: "Las Amapolas")
      let path = "/desk/organizations/\(first.organization.rawValue)"
      let chile = bed.browser("chile")
      _ = try await chile.get(path)
      let reply = try await chile.post(path + "/receipts")
      #expect(reply.status == 303)
      let slips = try await chile.get(try #require(reply.location))
      let group = bed.browser(nil)
      for need in [first, second] {
        let old = bed.node.keys.receipt(subject: need.id.rawValue, generation: 1).text
        let new = bed.node.keys.receipt(subject: need.id.rawValue, generation: 2).text
        #expect(slips.text.contains(new) && !slips.text.contains(old))
        _ = try await group.get("/receipt")
        #expect(try await group.post("/receipt", [("code", need.code.description), ("receipt", old)]).status == 422)
        #expect(try await group.post("/receipt", [("code", need.code.description), ("receipt", new)]).status == 303)
      }
    }
  }
}

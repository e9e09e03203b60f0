import App
import Database
import Foundation
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import TestKit
import Testing
import Web

/// A whole day of a facilitator: six groups in the morning, a table at noon, and a walk with the news in the afternoon.
@Suite struct FacilitatorDayTests {
  private static let groups = [
    ("Las Amapolas", "Llevar las cuentas sin papel"), ("El Pozo", "Avisar cuando se rompe la bomba"),
    ("La Escuela", "Libros para leer en casa"), ("Mercado Viejo", "Vender lo que cosechamos"),
    ("Radio Cerro", "Grabar sin internet"), ("Madres del Sur", "Aprender a escribir cartas"),
  ]

  private static let table = """
    group\tneed\twho said it\trole
    Los Telares\tVender tejidos lejos\tAna\tsocia
    \tNadie sabe de quién es esto\tJuan\tsocio
    El Pozo\tUn mapa de los pozos\tDolores\tsocia
    La Huerta\t\tPedro\tsocio
    La Huerta\tSemillas\tPedro\tsocio
    """

  @Test(arguments: TestDatabase.engines) func aDay(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let chile = bed.browser("chile")
      let codes = try await morning(chile)
      #expect(try await bed.bed.count("needs") == 6)

      let slips = try await chile.get("/desk/slips?" + Form(codes.map { ("code", $0) }).urlEncoded)
      #expect(slips.text.components(separatedBy: "<section class=\"sheet\" lang=\"es\"").count == 7)
      for (name, words) in Self.groups { #expect(slips.text.contains(name) && slips.text.contains(words), "\(name)") }

      try await noon(chile)
      #expect(try await bed.bed.count("needs") == 9)
      #expect(try await bed.bed.count("organizations") == 8)

      try await bed.tell("El Pozo", Message("Somebody offers to help with {code}.", ["code": codes[1]]), about: codes[1])
      try await afternoon(chile, bed)
      let desk = try await chile.get("/desk")
      #expect(desk.text.contains("My groups</a> (8)") && desk.text.contains("to print and carry there</a> (0)"))
      // Nobody elsewhere has learnt anything of it.
      let peru = bed.browser("peru")
      for path in ["/desk", "/desk/organizations?which=all", "/desk/news?which=all&everyone=1", "/desk/slips"] {
        let text = try await peru.get(path).text
        for (name, _) in Self.groups { #expect(!text.contains(name), "\(path)") }
      }
    }
  }

  /// Six groups, of which the fourth entry has no words at first.
  /// - Returns: their codes.
  private func morning(_ chile: TestBrowser) async throws -> [String] {
    _ = try await chile.get("/desk/notebook")
    var page = try await chile.post("/desk/notebook", FacilitatorBed.shared)
    for (index, (name, words)) in Self.groups.enumerated() {
      let stored = page.all("stored").map { ("stored", $0) }
      let entry = FacilitatorBed.shared + stored + [("name", name)]
      if index == 3 {
        page = try await chile.post("/desk/notebook/needs", entry + [("words", " ")])
        #expect(page.status == 422)
        #expect(page.text.contains("value=\"\(name)\"") && page.all("stored").count == 3)
      }
      page = try await chile.post("/desk/notebook/needs", entry + [("words", words)])
      #expect(page.status == 200, "\(name)")
    }
    #expect(page.text.contains("6 needs were stored in this round"))
    return page.all("stored")
  }

  /// A table of five rows, of which two are bad.
  private func noon(_ chile: TestBrowser) async throws {
    _ = try await chile.get("/desk/import")
    let answers = FacilitatorBed.shared + [("joinsKnown", "1"), ("table", Self.table)]
    let look = try await chile.post("/desk/import", answers)
    #expect(look.text.contains("3 needs can be taken in.") && look.text.contains("2 lines cannot be taken."))
    #expect(look.text.contains("Line 3:") && look.text.contains("Line 5:"))
    let taken = try await chile.post("/desk/import/rows", answers)
    #expect(taken.text.contains("3 needs were taken in.") && taken.text.contains("Print all slips"))
  }

  /// The sheet, the walk, and what was told.
  private func afternoon(_ chile: TestBrowser, _ bed: FacilitatorBed) async throws {
    let sheet = try await chile.get("/desk/news")
    #expect(sheet.text.components(separatedBy: "<section class=\"sheet large\"").count == 2)
    let group = try #require(sheet.hidden("group"))
    let told = sheet.all("told." + group).map { ("told." + group, $0) }
    #expect(told.count == 1)
    let reply = try await chile.post("/desk/news", [("group", group), ("organization", group), ("nextAt", "")] + told)
    #expect(reply.location == "/desk/organizations/\(group)#meetings")
    #expect(try await chile.get("/desk/organizations/\(group)").text.contains("Met on"))
    #expect(try await chile.get("/desk/news").text.contains("Nothing is new for them."))
    #expect(try await bed.bed.count("meetings") == 1)
  }
}

extension FacilitatorBed {
  /// Something has happened that a group should hear of.
  fileprivate func tell(_ group: String, _ message: Message, about code: String) async throws {
    try await node.act(as: .system) { act in
      let need = try #require(try NeedStore(act.connection).find(try Code(parsing: code)).first)
      try act.tell(
        .organization(need.organization.rawValue), message, path: "/needs/\(code)", subject: need.id.rawValue, key: "offered")
    }
  }
}

extension TestBrowser.Reply {
  /// The values of all fields of a name.
  fileprivate func all(_ name: String) -> [String] {
    text.components(separatedBy: "name=\"\(name)\" value=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }
}

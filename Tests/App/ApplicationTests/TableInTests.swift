import Database
import Foundation
import Journal
import Kernel
import Localization
import Needs
import People
import TestKit
import Testing
import Web

@testable import App

/// A facilitator's table is looked at, and its good rows are taken once, as what groups have told her.
@Suite struct TableInTests {
  private typealias Fields = [(name: String, value: String)]

  private static let table = """
    Grupo;Necesidad;Quién lo dijo;Cargo;Cómo;Consentimiento;Fecha;Se puede mostrar
    Las Amapolas;Llevar las cuentas;Rosa;tesorera;en persona;de palabra;31/3/2026;sí
    El Pozo;"Arreglar la bomba;
    y avisar";Dolores;;teléfono;firmado;;no
    El Pozo;;Dolores;socia;teléfono;firmado;;
    La Escuela;Libros;Ana;madre;paloma;firmado;2026-03-01;
    Mercado;Vender mejor;Juan;socio;carta;firmado;3/4/2026;
    """

  private static var answers: Fields { FacilitatorBed.shared + [("joinsKnown", "1")] }

  @Test(arguments: TestDatabase.engines) func goodRowsAreTakenOnceAndBadOnesNamed(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/import")
      let file = FormFile(field: "file", name: "needs.csv", type: "text/csv", bytes: Array(Self.table.utf8))
      let look = try await chile.post("/desk/import", Self.answers, files: [file])
      #expect(look.status == 200)
      #expect(look.text.contains("The table has 5 lines.") && look.text.contains("2 needs can be taken in."))
      for line in ["Line 5:", "Line 6:", "Line 7:"] { #expect(look.text.contains(line), "\(line)") }
      #expect(look.text.contains("What they need: Please fill this in."))
      #expect(look.text.contains("“3/4/2026” can mean two days."))
      #expect(try await bed.bed.count("needs") == 0)

      let taken = try await chile.post("/desk/import/rows", Self.answers + [("table", Self.table)])
      #expect(taken.status == 200)
      #expect(taken.text.contains("2 needs were taken in.") && taken.text.contains("3 lines cannot be taken."))
      let needs = try await bed.node.read { try NeedStore($0).stated(by: "person:chile", limit: 10) }
      #expect(needs.map(\.words) == ["Arreglar la bomba;\ny avisar", "Llevar las cuentas"])
      #expect(needs.map(\.provenance?.relation) == ["tesorera", "tesorera"])
      #expect(needs.map(\.provenance?.how) == [.telephone, .inPerson])
      #expect(needs.map(\.provenance?.consent) == [.written, .spoken])
      #expect(needs.map(\.provenance?.at.iso8601) == ["2026-03-01T12:00:00Z", "2026-03-31T12:00:00Z"])
      #expect(needs.map(\.isPublic) == [false, true])
      #expect(needs.map(\.origin) == [.stated, .stated])

      let again = try await chile.post("/desk/import/rows", Self.answers + [("table", Self.table.replacing("\n", with: "\r\n"))])
      #expect(again.text.contains("0 needs were taken in.") && again.text.contains("2 came in before"))
      let corrected = Self.table.replacing("El Pozo;;Dolores", with: "El Pozo;Agua;Dolores")
      let third = try await chile.post("/desk/import/rows", Self.answers + [("table", corrected)])
      #expect(third.text.contains("1 need was taken in.") && third.text.contains("2 came in before"))
      #expect(try await bed.bed.count("needs") == 3)
      #expect(try await bed.bed.count("organizations") == 2)
    }
  }

  /// What a spreadsheet puts on the clipboard has tabs between cells.
  @Test func pastedCellsAreUnderstoodAtOnce() async throws {
    try await FacilitatorBed.with(.sqlite) { bed in
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/import")
      let table = """
        Groupe\tBesoin\tQui l'a dit\tFonction\tComment\tAccord\tLangue\tPays
        Les Coquelicots\tTenir les comptes\tRose\ttrésorière\ten personne\toral\tfrançais\tChili
        """
      let look = try await chile.post("/desk/import", [("table", table)])
      #expect(look.text.contains("1 need can be taken in.") && look.text.contains("Les Coquelicots"))
      #expect(look.text.contains("Take in this need"))
    }
  }

  @Test func aColumnThatIsNotRecognizedIsAskedFor() async throws {
    try await FacilitatorBed.with(.sqlite) { bed in
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/import")
      let table = "A,B\nLas Amapolas,Cuentas"
      let look = try await chile.post("/desk/import", [("table", table)])
      #expect(look.status == 200 && look.text.contains("href=\"#column.group\"") && look.text.contains("Las Amapolas,Cuentas"))
      let chosen = Self.answers + [("table", table), ("column.group", "0"), ("column.words", "1")]
      #expect(try await chile.post("/desk/import", chosen).text.contains("1 need can be taken in."))
      let missing = try await chile.post(
        "/desk/import", Self.answers + [("table", table), ("column.group", "0"), ("column.words", "none")])
      #expect(missing.status == 422 && missing.text.contains("href=\"#column.words\""))
    }
  }

  @Test(arguments: TestDatabase.engines) func rowsElsewhereAreRefused(engine: Engine) async throws {
    try await FacilitatorBed.with(engine) { bed in
      let known = try await bed.state("Cuentas", for: "Las Amapolas", as: "amina")
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/import")
      let table = "group,need,country\nLas Amapolas,Actas,Chile\nEl Pozo,Agua,Perú\nEl Pozo,Agua,Peru\nEl Pozo,Agua,PE"
      let taken = try await chile.post("/desk/import/rows", Self.answers + [("table", table)])
      #expect(taken.text.contains("1 need was taken in.") && taken.text.contains("3 lines cannot be taken."))
      #expect(taken.text.contains("You speak for groups of other countries."))
      #expect(try await bed.bed.count("needs", where: "organization = \(known.organization)") == 2)
    }
  }

  @Test func theEmptyTableIsUnderstoodInEveryLanguage() async throws {
    try await FacilitatorBed.with(.sqlite) { bed in
      for language in bed.bed.app.locales.languages {
        let reply = try await bed.browser("chile").get("/desk/import/template.csv?lang=\(language.tag)")
        #expect(reply.status == 200)
        let heading = try NeedTable(try TableText.read(Array(reply.text.utf8)).text + "x;x").heading
        let guessed = NeedColumn.guess(heading, bed.bed.app.locales)
        for (index, column) in NeedColumn.allCases.enumerated() {
          #expect(guessed[column] == index, "\(language.tag): \(column)")
        }
      }
    }
  }

  @Test func encodingsAreReadOrRefusedWithWhatToDo() throws {
    let text = "Grupo;Necesidad\nLas señoras;Más agua, educación y camión"
    let same: [[UInt8]?] = [
      Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), text.data(using: .utf16).map(Array.init),
      text.data(using: .utf16LittleEndian).map(Array.init), text.data(using: .utf16BigEndian).map(Array.init),
    ]
    for bytes in same { #expect(try TableText.read(try #require(bytes)).text == text) }
    let western = try TableText.read(Array(try #require(text.data(using: .windowsCP1252))))
    #expect(western.text == text && western.warning != nil)
    let arabic = Array(try #require("المجموعة;الحاجة\nزهور;حسابات".data(using: .init(rawValue: 0x8000_0506))))
    for bytes in [
      arabic, [0x50, 0x4B, 0x03, 0x04, 0x14], [0xD0, 0xCF, 0x11, 0xE0], [0x61, 0, 0, 0, 0x62],
      Array(repeating: 0x61, count: 300_001),
    ] {
      #expect(throws: DomainError.self) { try TableText.read(bytes) }
    }
  }

  @Test func aWorkbookIsRefusedKindly() async throws {
    try await FacilitatorBed.with(.sqlite) { bed in
      let chile = bed.browser("chile")
      _ = try await chile.get("/desk/import")
      let file = FormFile(field: "file", name: "needs.xlsx", type: "application/zip", bytes: [0x50, 0x4B, 0x03, 0x04, 0, 0])
      let reply = try await chile.post("/desk/import", [], files: [file])
      #expect(reply.status == 422 && reply.text.contains("This is a whole workbook."))
      let nothing = try await chile.post(
        "/desk/import", [("table", "")], files: [FormFile(field: "file", name: "", type: "", bytes: [])])
      #expect(nothing.status == 422 && nothing.text.contains("Please choose a file, or paste the cells of a table."))
    }
  }
}

import Foundation
import Kernel
import Testing
import Tools

@Suite struct PubliccodeYMLTests {
  private func parse(_ text: String) throws -> ImportedTool { try PubliccodeYML.parse(Array(text.utf8)) }

  private let whole = """
    publiccodeYmlVersion: "0.4"
    name: quartermaster
    url: "https://git.example.org/quartermaster.git"
    landingURL: "https://quartermaster.example.org"
    platforms: [web, android]
    categories: [inventory-management, donor-management]
    developmentStatus: stable
    intendedAudience:
      scope: [welfare]
    description:
      it:
        shortDescription: Tiene il conto del magazzino.
      en:
        localisedName: Quartermaster
        shortDescription: >
          Keeps count of what is
          in store.
        longDescription: Every box has a label.
        features: [Labels, Lists]
    legal:
      license: AGPL-3.0-or-later
      mainCopyrightOwner: A City
    maintenance:
      type: community
      contacts:
        - name: Somebody Private
          email: private@example.org
    localisation:
      localisationReady: true
      availableLanguages: [en, it, no such language]
    """

  @Test func readsEveryFactAndNoPerson() throws {
    let tool = try parse(whole)
    #expect(
      tool
        == ImportedTool(
          source: .publiccode, externalID: "https://git.example.org/quartermaster.git",
          facts: ToolFacts(
            name: "Quartermaster",
            description: "Keeps count of what is in store.\n\nEvery box has a label.\n\n• Labels\n• Lists", language: "en",
            otherNames: ["quartermaster"], kinds: [.software], makers: ["A City"], platforms: ["web", "android"],
            languages: ["en", "it"],
            licence: "AGPL-3.0-or-later", cost: .free, upkeep: .active, website: "https://quartermaster.example.org",
            repository: "https://git.example.org/quartermaster.git",
            sectors: ["inventory-management", "donor-management", "welfare"])))
  }

  @Test func takesAnotherLanguageWhenThereIsNoEnglish() throws {
    let tool = try parse(
      """
      publiccodeYmlVersion: "0"
      name: Uno
      url: https://git.example.org/uno
      description: {pt: {shortDescription: Dois}, es: {shortDescription: Dos}}
      """)
    #expect(tool.facts.language == "es")
    #expect(tool.facts.description == "Dos")
    #expect(tool.facts.upkeep == .unknown)
  }

  @Test func whatNobodyMaintainsHasEnded() throws {
    #expect(try parse(whole.replacingOccurrences(of: "type: community", with: "type: none")).facts.upkeep == .ended)
    #expect(
      try parse(whole.replacingOccurrences(of: "developmentStatus: stable", with: "developmentStatus: obsolete")).facts.upkeep
        == .ended)
  }

  @Test(arguments: [
    "", "just words", "- a\n- b", "a: [", "name: X", "\t- x: {", "publiccodeYmlVersion: \"0\"\nname: X\nurl: javascript:x",
  ])
  func refusesAFileWithAReason(text: String) {
    #expect {
      try parse(text)
    } throws: { error in
      guard case DomainError.malformed = error else { return false }
      return true
    }
  }

  @Test func aFileMadeToGrowOrToNestDoesNoHarm() throws {
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1...40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
    #expect(throws: DomainError.self) { try parse(bomb + "publiccodeYmlVersion: *a40\n") }
    #expect(throws: DomainError.self) { try parse(String(repeating: "[", count: 100_000)) }
    #expect(throws: DomainError.self) { try parse(String(repeating: "x", count: PubliccodeYML.longestFile + 1)) }
  }
}

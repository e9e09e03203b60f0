import Database
import Journal
import Kernel
import TestKit
import Testing
import Tools

@Suite struct ToolLifeTests {
  @Test(arguments: TestDatabase.engines) func aSuggestionWaitsUntilSomebodyHasLooked(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let tool = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      #expect(tool.state == .suggested)
      #expect(tool.source == .suggestion)
      #expect(tool.facts.cost == .free)
      #expect(tool.facts.languages == ["en", "sw"])
      #expect(bed.index.catalogue.count == 0)
      #expect(!ToolPolicy.maySee(Bed.stranger, tool))
      let published = try await bed.decide(tool, .publish, as: Bed.facilitator)
      #expect(published.state == .published)
      #expect(bed.index.catalogue[tool.id.rawValue]?.name == "Seed Ledger")
      #expect(ToolPolicy.maySee(Bed.stranger, published))
      #expect(try await bed.decide(published, .publish, as: Bed.facilitator) == published)
      _ = try await bed.decide(published, .refuse, as: Bed.moderator)
      #expect(bed.index.catalogue.count == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func whoDecidesPutsAToolInAtOnce(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let tool = try await bed.suggest(Cast.suggestion, as: Bed.facilitator)
      #expect(tool.state == .published)
      #expect(tool.source == .curated)
      #expect(try await bed.suggest(Cast.suggestion, as: Bed.facilitatorOfOneCountry).state == .suggested)
    }
  }

  @Test func everythingWrongIsSaidAtOnce() async throws {
    let statement = ToolStatement(
      name: " ", description: "x\u{0}", language: "?", website: "javascript:alert(1)", licence: "<b>", cost: "cheap",
      worksOffline: "maybe",
      languages: "en; ???")
    try await Bed.with(.sqlite) { bed in
      await #expect {
        _ = try await bed.suggest(statement, as: Bed.stranger)
      } throws: { error in
        guard case DomainError.invalid(let errors) = error else { return false }
        return Set(errors.map(\.field)) == [
          "name", "description", "language", "website", "licence", "cost", "worksOffline", "languages",
        ]
      }
      var homeless = Cast.suggestion
      homeless.website = ""
      await #expect {
        _ = try await bed.suggest(homeless, as: Bed.stranger)
      } throws: { error in
        guard case DomainError.invalid(let errors) = error else { return false }
        return errors.map(\.field) == ["website"]
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func onlyModeratorsAndFacilitatorsOfTheWholeNodeDecide(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let hidden = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      let shown = try await bed.suggest(Cast.suggestion, as: Bed.moderator)
      for actor in [Bed.stranger, Bed.facilitatorOfOneCountry, Actor(.person(id: "vera"), grants: [Grant(.volunteer)])] {
        await #expect(throws: DomainError.notFound) { _ = try await bed.decide(hidden, .publish, as: actor) }
        await #expect(throws: DomainError.forbidden) { _ = try await bed.decide(shown, .refuse, as: actor) }
      }
      #expect(try await bed.tool(hidden.id) == hidden)
      #expect(try await bed.tool(shown.id) == shown)
    }
  }

  @Test(arguments: TestDatabase.engines) func nobodyOverwritesWhatTheyHaveNotSeen(engine: Engine) async throws {
    try await Bed.with(engine) { bed in
      let tool = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      func correct(_ name: String) async throws -> Tool {
        let correction = CorrectTool(
          tool.id, version: tool.version,
          statement: ToolStatement(
            name: Text(name), description: "What it does.", language: "en", website: "https://seeds.example.org"),
          upkeep: "unknown", functions: [], vocabulary: bed.vocabulary, tagger: bed.tagger)
        return try await bed.node.act(as: Bed.moderator) { act in try correction(in: act) }
      }
      let first = try await correct("First")
      #expect(first.functions == [])
      #expect(first.hasConfirmedFunctions)
      await #expect {
        _ = try await correct("Second")
      } throws: { error in
        guard case DomainError.conflict = error else { return false }
        return true
      }
      #expect(try await bed.tool(tool.id) == first)
    }
  }

  @Test func aFunctionIsOneOfTheVocabulary() async throws {
    try await Bed.with(.sqlite) { bed in
      let tool = try await bed.suggest(Cast.suggestion, as: Bed.stranger)
      let correction = CorrectTool(
        tool.id, version: 1, statement: Cast.suggestion, upkeep: "unknown",
        functions: ["problem.lost-records", "function.nonsense"],
        vocabulary: bed.vocabulary, tagger: bed.tagger)
      await #expect {
        _ = try await bed.node.act(as: Bed.moderator) { act in try correction(in: act) }
      } throws: { error in
        guard case DomainError.invalid(let errors) = error else { return false }
        return errors.map(\.field) == ["functions"]
      }
    }
  }

  @Test func rolesDecideWhoMayDoWhat() {
    let roles: [(Role, Bool)] = [
      (.member, false), (.volunteer, false), (.facilitator, true), (.organizer, false), (.moderator, true), (.partner, false),
      (.safeguarding, false), (.administrator, true),
    ]
    #expect(roles.map(\.0) == Role.allCases)
    for (role, mayModerate) in roles {
      let everywhere = Actor(.person(id: "p"), grants: [Grant(role)])
      let somewhere = Actor(.person(id: "p"), grants: [Grant(role, scope: "country:CL")])
      #expect(ToolPolicy.mayModerate(everywhere) == mayModerate)
      #expect(!ToolPolicy.mayModerate(somewhere))
      #expect(ToolPolicy.mayImport(everywhere) == (role == .administrator))
    }
  }
}

import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import TestKit
import Testing
import Web

@testable import People

@Suite struct RoleTests {
  private func administrator(_ bed: PeopleBed, _ handle: String = "root") async throws -> (ID<Person>, TestBrowser) {
    let id = try await bed.person(handle, [Grant(.administrator)])
    return (id, try await bed.signedIn(handle, try await bed.issueTOTP(id)))
  }

  @Test(arguments: TestDatabase.engines)
  func administratorsGiveAndTakeRoles(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      let organization = try await bed.organization()
      let (_, root) = try await administrator(bed)
      let path = "/people/\(amina.rawValue)"
      _ = try await root.get(path)
      let scope = "organization:\(organization.id.rawValue)"
      #expect(try await root.post(path + "/roles", [("role", "facilitator"), ("scope", "country:KE")]).location == path)
      #expect(try await root.post(path + "/roles", [("role", "member"), ("scope", scope)]).location == path)
      #expect(
        try await bed.person(amina)?.grants == [
          Grant(.volunteer), Grant(.facilitator, scope: "country:KE"), Grant(.member, scope: scope),
        ])
      let page = try await root.get(path)
      #expect(page.text.contains("Facilitator: Kenya"))
      #expect(page.text.contains("Member of an organization: Las Amapolas"))
      #expect(try await root.post(path + "/roles/removal", [("role", "facilitator"), ("scope", "country:KE")]).location == path)
      #expect(try await bed.person(amina)?.grants == [Grant(.volunteer), Grant(.member, scope: scope)])
      #expect(try await bed.history(amina.rawValue) == ["accountMade", "roleGiven", "roleGiven", "roleTaken"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func refusesScopesThatAreNone(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      let (_, root) = try await administrator(bed)
      let path = "/people/\(amina.rawValue)"
      _ = try await root.get(path)
      let wrong = [
        ("facilitator", "country:XX"), ("facilitator", "Chile"), ("member", ""), ("member", "country:CL"),
        ("administrator", "country:CL"),
        ("member", "organization:none"), ("king", ""), ("", ""),
      ]
      for (role, scope) in wrong {
        let reply = try await root.post(path + "/roles", [("role", role), ("scope", scope)])
        #expect(reply.status == 422)
        #expect(reply.text.contains("value=\"\(scope)\""))
      }
      #expect(try await bed.person(amina)?.grants == [Grant(.volunteer)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theLastAdministratorStays(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("demo", [Grant(.administrator)], origin: .demonstration)
      let (id, root) = try await administrator(bed)
      _ = try await root.get("/me/leave")
      let leave = try await root.post("/me/leave", [("current", PeopleBed.passphrase)])
      #expect(leave.status == 409)
      #expect(leave.text.contains("There is no other administrator."))
      let removal = try await root.post("/people/\(id.rawValue)/roles/removal", [("role", "administrator"), ("scope", "")])
      #expect(removal.status == 409)
      try await bed.person("second", [Grant(.administrator)])
      #expect(
        try await root.post("/people/\(id.rawValue)/roles/removal", [("role", "administrator"), ("scope", "")]).location == "/me")
      #expect(try await root.get("/people").status == 404)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func probationEnds(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let stranger = bed.browser()
      _ = try await stranger.get("/sign-up")
      _ = try await stranger.post("/sign-up", [("name", "Bo"), ("handle", "bob"), ("passphrase", PeopleBed.passphrase)])
      let bo = try #require(try await bed.node.read { try AccountStore($0).person(handle: "bob") })
      let (_, root) = try await administrator(bed)
      _ = try await root.get("/people/\(bo.id.rawValue)")
      #expect(try await root.post("/people/\(bo.id.rawValue)/probation", [("probation", "0")]).status == 303)
      #expect(try await bed.person(bo.id)?.isOnProbation == false)
      let identity = try await bed.feature.identify.authenticator.identify(stranger.cookies["session"], nil, "v")
      #expect(identity.actor.isOnProbation == false)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func nobodyElseSeesPeopleOrTokens(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina", [Grant(.volunteer), Grant(.partner)])
      let ruth = try await bed.person("ruth", [Grant(.facilitator), Grant(.moderator), Grant(.organizer)])
      let browsers = [try await bed.signedIn("amina"), try await bed.signedIn("ruth", try await bed.issueTOTP(ruth))]
      for browser in browsers {
        _ = try await browser.get("/me")
        for path in ["/people", "/people/\(amina.rawValue)", "/me/tokens"] { #expect(try await browser.get(path).status == 404) }
        let acts = [
          "/people/\(amina.rawValue)/roles", "/people/\(amina.rawValue)/roles/removal", "/people/\(amina.rawValue)/probation",
          "/me/tokens",
        ]
        for path in acts { #expect(try await browser.post(path, [("role", "administrator"), ("name", "x")]).status == 404) }
      }
      for path in ["/people", "/me/tokens"] { #expect(try await bed.browser().get(path).status == 303) }
      #expect(try await bed.person(amina)?.grants == [Grant(.volunteer), Grant(.partner)])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func peopleAreFoundByNameAndPaged(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      for number in 10...70 { try await bed.person("person\(number)") }
      try await bed.person("amina")
      let (people, next) = try await bed.node.read { connection in
        let store = AccountStore(connection)
        let first = try store.people(matching: "PERSON", after: nil, limit: 50)
        return (first.map(\.handle), try store.people(matching: "person", after: first.last?.id, limit: 50).map(\.handle))
      }
      #expect(Set(people + next) == Set((10...70).map { "person\($0)" }))
      #expect(people.count == 50)
      #expect(next.count == 11)
      let nobody = try await bed.node.read { try AccountStore($0).people(matching: "100%_", after: nil, limit: 50) }
      #expect(nobody.isEmpty)
      let all = try await bed.node.read { try AccountStore($0).people() }
      #expect(all.count == 62)
      #expect(all.allSatisfy { $0.grants == [Grant(.volunteer)] })
    }
  }
}

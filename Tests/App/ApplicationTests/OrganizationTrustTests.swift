import App
import Database
import HTTPTypes
import Journal
import Kernel
import Messaging
import Needs
import People
import TestKit
import Testing
import Web

/// Who vouches for a group, and how it takes its record over.
@Suite struct OrganizationTrustTests {
  private static let word = [("reason", "I have met them."), ("agrees", "1")]

  @Test(arguments: TestDatabase.engines)
  func oneFacilitatorIsEnoughUntilTheyTakeItBack(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.showPoppies()
      let path = village.path(village.poppies)
      let browser = village.browser("felix")
      let form = try #require(try await browser.get(path + "/vouches").hidden("form"))
      #expect(try await browser.send(path + "/vouches", "form=\(form)&reason=I+have+met+them.").status == 422)
      for _ in 1...2 {
        #expect(try await browser.send(path + "/vouches", "form=\(form)&reason=I+have+met+them.&agrees=1").status == 303)
      }
      #expect(try await village.send(path + "/vouches", as: "felix", Self.word).status == 409)
      #expect(try await village.bed.count("organization_vouches") == 1)
      let page = try await village.browser().get(path)
      #expect(page.text.contains("Felix") && page.text.contains("I have met them.") && page.text.contains(">verified<"))
      #expect(try await village.browser().get("/api/v1" + path).json["vouches"]?.array?.first?["name"] == "Felix")
      #expect(try await village.send(path + "/vouches/removal", as: "gina").status == 404)
      #expect(try await village.send(path + "/vouches/removal", as: "felix").status == 303)
      #expect(try await village.organization(village.poppies).isVerified == false)
      #expect(try await village.told(.organization(village.poppies.rawValue)).count == 2)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whoMayNotVouchMovesNothing(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.showPoppies()
      let path = village.path(village.poppies, "/vouches")
      for session in ["amina", "berta", "pedro"] {
        #expect(try await village.send(path, as: session, Self.word).status == 403, "\(session)")
        #expect(try await village.browser(session).get(path).status == 403, "\(session)")
      }
      try await village.setProbation("felix", true)
      #expect(try await village.send(path, as: "felix", Self.word).status == 403)
      #expect(try await village.bed.count("organization_vouches") == 0)
      // What somebody has said ceases to count when they are doubted, and counts again.
      #expect(try await village.send(path, as: "gina", Self.word).status == 303)
      #expect(try await village.organization(village.poppies).isVerified)
      try await village.setProbation("gina", true)
      #expect(try await village.organization(village.poppies).isVerified == false)
      try await village.setProbation("gina", false)
      #expect(try await village.organization(village.poppies).isVerified)
      let leaking = [("reason", "Call me on 0912 345 678."), ("agrees", "1")]
      #expect(try await village.send(path, as: "mona", leaking).status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func twoOfVerifiedGroupsAreEnough(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.showPoppies()
      for (handle, group) in [("berta", "Group one"), ("carla", "Group one"), ("dora", "Group two")] {
        let root = try await village.bed.actor("root")
        let person = try await village.bed.actor(handle).personID ?? ""
        try await village.bed.app.node.act(as: root) { act in
          let statement = OrganizationStatement(name: Text(group), country: "PE")
          let organization = try FindOrMakeOrganization(statement)(in: act)
          try act.connection.execute("UPDATE organizations SET is_verified = 1 WHERE id = \(organization.id)")
          try GrantRole(Grant(.member, scope: "organization:" + organization.id.rawValue), to: ID(person))(in: act)
        }
      }
      let path = village.path(village.poppies, "/vouches")
      for (session, isVerified) in [("berta", false), ("carla", false), ("dora", true)] {
        #expect(try await village.send(path, as: session, Self.word).status == 303)
        #expect(try await village.organization(village.poppies).isVerified == isVerified, "after \(session)")
      }
      #expect(try await village.send(path + "/removal", as: "berta").status == 303)
      #expect(try await village.organization(village.poppies).isVerified)
      // At the same moment: one of them sees that too few are left.
      async let carla = village.send(path + "/removal", as: "carla").status
      async let dora = village.send(path + "/removal", as: "dora").status
      #expect(try await [carla, dora] == [303, 303])
      #expect(try await village.organization(village.poppies).isVerified == false)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anotherNameEndsWhatWasVouched(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies)
      #expect(try await village.send(path + "/vouches", as: "felix", Self.word).status == 303)
      let member = try await village.program(.member, scope: "organization:" + village.poppies.rawValue)
      let version = try await village.organization(village.poppies).version
      let renamed = try await member.send(.patch, "/api/v1" + path, ["version": .int(version), "name": "The Red Cross"])
      #expect(renamed.json["isVerified"] == false)
      #expect(try await village.bed.count("organization_vouches") == 0)
      #expect(try await village.send(path + "/vouches", as: "felix", Self.word).status == 303, "they can vouch anew")
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aProgramVouchesWithAName(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/api/v1" + village.path(village.readers, "/vouches")
      let program = try await village.program(.facilitator, scope: "country:CL", headers: [.idempotencyKey: "one"])
      let other = try await village.program(.volunteer)
      let body: JSON = ["reason": "I have met them.", "name": "Felix", "agrees": true]
      #expect(try await other.send(.post, path, body).status == 403)
      for _ in 1...2 {
        let made = try await program.send(.post, path, body)
        #expect(made.status == 201 && made.json["isVerified"] == true && made.json["vouches"]?.array?.count == 1)
      }
      #expect(try await program.send(.delete, path).status == 204)
      #expect(try await program.send(.delete, path).status == 404)
      let unnamed = try await village.program(.facilitator)
      #expect(try await unnamed.send(.post, path, ["reason": "I have met them.", "agrees": true]).status == 422)
      #expect(try await unnamed.send(.post, path, ["reason": "I have met them.", "name": "Felix"]).status == 422)
    }
  }

  // MARK: - Claims

  private func claim(_ village: Village, as session: String = "berta") async throws -> String {
    let words = [("words", "I keep the books of the reading room.")]
    #expect(try await village.send(village.path(village.readers, "/claim"), as: session, words).location == "/me/claims")
    return try #require(try await village.bed.column("SELECT id FROM organization_claims WHERE state = 'open'").first)
  }

  @Test(arguments: TestDatabase.engines)
  func anAcceptedClaimMakesItTheirs(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let claim = try await claim(village)
      let again = try await village.send(village.path(village.readers, "/claim"), as: "berta", [("words", "Again.")])
      #expect(again.status == 409)
      #expect(try await village.bed.count("organization_claims") == 1)
      #expect(try await village.browser("felix").get("/desk/claims").text.contains("I keep the books"))
      #expect(try await village.browser("pedro").get("/desk/claims").text.contains("I keep the books") == false)
      for session in ["pedro", "berta", "mona"] {
        let reply = try await village.send("/desk/claims/" + claim, as: session, [("decision", "accept")])
        #expect(reply.status == 404, "\(session)")
      }
      #expect(try await village.send("/desk/claims/" + claim, as: "felix", [("decision", "accept")]).status == 303)
      #expect(try await village.members(village.readers) == 1)
      #expect(try await village.organization(village.readers).origin == .stated)
      #expect(try await village.bed.count("needs", where: "origin = 'imported'") == 0)
      let page = try await village.browser().get(village.path(village.readers))
      #expect(page.status == 200 && !page.text.contains("Imported"), "it stays shown, as its own")
      #expect(!page.text.contains("Berta"))
      #expect(try await village.told(village.recipient("berta")).map(\.path) == [village.path(village.readers)])
      #expect(try await village.bed.column("SELECT words FROM organization_claims") == [""])
      // Now there are members, who invite.
      let late = try await village.send(village.path(village.readers, "/claim"), as: "carla", [("words", "Me too.")])
      #expect(late.status == 409)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aDeclinedClaimSaysWhy(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let claim = try await claim(village)
      let path = "/desk/claims/" + claim
      #expect(try await village.send(path, as: "felix", [("decision", "decline"), ("reason", "")]).status == 422)
      let reason = [("decision", "decline"), ("reason", "Please come to the market, so that I can meet you.")]
      #expect(try await village.send(path, as: "felix", reason).status == 303)
      #expect(try await village.members(village.readers) == 0)
      #expect(try await village.told(village.recipient("berta")).map(\.path) == ["/me/claims"])
      #expect(try await village.browser("berta").get("/me/claims").text.contains("Please come to the market"))
      #expect(try await village.browser("carla").get("/me/claims").text.contains("market") == false)
      _ = try await self.claim(village)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func twoFacilitatorsDecideOnce(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let claim = try await claim(village)
      let reason = [("decision", "decline"), ("reason", "I do not know you.")]
      async let felix = village.send("/desk/claims/" + claim, as: "felix", [("decision", "accept")]).status
      async let gina = village.send("/desk/claims/" + claim, as: "gina", reason).status
      #expect(try await [felix, gina].sorted() == [303, 409])
      let state = try await village.bed.column("SELECT state FROM organization_claims")
      #expect(try await village.members(village.readers) == (state == ["accepted"] ? 1 : 0))
      #expect(try await village.told(village.recipient("berta")).count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whoHoldsAReceiptTakesOverAtOnce(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies, "/claim")
      #expect(try await village.browser("berta").get(path).status == 404)
      #expect(try await village.send(path, as: "berta").status == 404)
      let need = try await village.browser("berta+receipt").get("/needs/\(village.need.code)")
      #expect(need.text.contains("href=\"\(path)\""))
      #expect(try await village.send(path, as: "berta+receipt").location == village.path(village.poppies))
      #expect(try await village.members(village.poppies) == 2)
      #expect(try await village.browser("berta").get("/needs/\(village.need.code)").text.contains("Quillagua"))
      // Without an account one signs in first.
      #expect(try await village.browser("receipt").get(path).location?.hasPrefix("/sign-in?next=") == true)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func nobodyDecidesTheirOwnClaim(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let claim = try await claim(village, as: "felix")
      #expect(try await village.send("/desk/claims/" + claim, as: "felix", [("decision", "accept")]).status == 403)
      #expect(try await village.members(village.readers) == 0)
    }
  }
}

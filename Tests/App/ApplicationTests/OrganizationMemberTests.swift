import App
import Database
import HTTPTypes
import Journal
import Kernel
import Messaging
import People
import TestKit
import Testing
import Web

/// Who belongs to a group, and what is written to it.
@Suite struct OrganizationMemberTests {
  /// A code that works, made by a member.
  private func code(_ village: Village, as session: String = "amina") async throws -> String {
    let reply = try await village.send(village.path(village.poppies, "/invitations"), as: session)
    #expect(reply.status == 200)
    return try #require(reply.part(after: "<span class=\"code\">"))
  }

  @Test(arguments: TestDatabase.engines)
  func aCodeLetsOneIn(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let code = try await code(village)
      #expect(try await village.browser("berta").get("/invitations/" + code).text.contains("Las Amapolas"))
      let join = try await village.send("/invitations", as: "berta", [("code", code.lowercased())])
      #expect(join.location == village.path(village.poppies))
      #expect(try await village.browser("berta").get(village.path(village.poppies, "/members")).text.contains("Amina"))
      #expect(try await village.send("/invitations", as: "carla", [("code", code)]).status == 422)
      #expect(try await village.browser("carla").get("/invitations/" + code).text.contains("Las Amapolas") == false)
      #expect(try await village.members(village.poppies) == 2)
      #expect(try await village.told(.organization(village.poppies.rawValue)).count == 1)
      // Facilitators in scope may invite too; others may not.
      _ = try await self.code(village, as: "felix")
      for session in ["pedro", "carla", "mona"] {
        #expect(try await village.send(village.path(village.poppies, "/invitations"), as: session).status == 404)
        #expect(try await village.browser(session).get(village.path(village.poppies, "/members")).status == 404)
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aCodeRunsOutAndEndsWithWhoGaveIt(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let old = try await code(village)
      try await village.bed.database.write { try $0.execute("UPDATE organization_invitations SET expires_at = 1") }
      #expect(try await village.send("/invitations", as: "berta", [("code", old)]).status == 422)
      let second = try await code(village)
      #expect(try await village.send("/invitations", as: "berta", [("code", second)]).status == 303)
      let third = try await code(village)
      let amina = try await village.bed.actor("amina").personID ?? ""
      let removal = try await village.send(
        village.path(village.poppies, "/members/removal"), as: "berta", [("person", amina)])
      #expect(removal.status == 303)
      #expect(try await village.send("/invitations", as: "carla", [("code", third)]).status == 422)
      #expect(try await village.browser("amina").get(village.path(village.poppies)).status == 404)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func twoWhoTypeOneCodeAtOnceAreOneMember(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let code = try await code(village)
      async let berta = village.send("/invitations", as: "berta", [("code", code)]).status
      async let carla = village.send("/invitations", as: "carla", [("code", code)]).status
      #expect(try await [berta, carla].sorted() == [303, 422])
      #expect(try await village.members(village.poppies) == 2)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theLastMemberIsWarned(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = village.path(village.poppies, "/members/removal")
      let amina = try await village.bed.actor("amina").personID ?? ""
      let warned = try await village.send(path, as: "amina", [("person", amina)])
      #expect(warned.status == 422 && warned.text.contains("This is the last member."))
      #expect(try await village.members(village.poppies) == 1)
      #expect(try await village.send(path, as: "amina", [("person", amina), ("evenIfLast", "1")]).location == "/me")
      #expect(try await village.members(village.poppies) == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func twoWhoRemoveEachOtherAreNotBothGone(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      #expect(try await village.send("/invitations", as: "berta", [("code", try await code(village))]).status == 303)
      let amina = try await village.bed.actor("amina").personID ?? ""
      let berta = try await village.bed.actor("berta").personID ?? ""
      let path = village.path(village.poppies, "/members/removal")
      async let first = village.send(path, as: "amina", [("person", berta), ("evenIfLast", "1")]).status
      async let second = village.send(path, as: "berta", [("person", amina), ("evenIfLast", "1")]).status
      #expect(try await [first, second].sorted() == [303, 404])
      #expect(try await village.members(village.poppies) == 1)
    }
  }

  // MARK: - Letters

  @Test(arguments: TestDatabase.engines)
  func aLetterIsReadByTheGroupAlone(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.showPoppies()
      let path = village.path(village.poppies, "/letter")
      let browser = village.browser("berta")
      let page = try await browser.get(path)
      let form = try #require(page.hidden("form"))
      let fields = "form=\(form)&words=Zitronenfalter+greets+you.&answerTo=%2B41+44+555+77+88"
      for _ in 1...2 { #expect(try await browser.send(path, fields).location == path + "?sent=yes") }
      #expect(try await village.bed.count("organization_letters") == 1)
      #expect(try await village.told(.organization(village.poppies.rawValue)).map(\.path) == [path + "s"])

      for session in ["amina", "felix"] {
        let letters = try await village.browser(session).get(path + "s")
        #expect(letters.text.contains("Zitronenfalter greets you.") && letters.text.contains("+41 44 555 77 88"), "\(session)")
      }
      for session in ["berta", "pedro", "mona", "receipt"] {
        let letters = try await village.browser(session).get(path + "s")
        #expect([303, 404].contains(letters.status) && !letters.text.contains("Zitronenfalter"), "\(session)")
      }
      #expect(try await village.browser().get(village.path(village.poppies)).text.contains("Zitronenfalter") == false)
      for table in ["organization_letters", "notices", "journal_payloads", "jobs", "idempotency"] {
        let rows = try await village.bed.app.node.read { connection in
          try connection.query("SELECT * FROM \(raw: table)").map { "\($0.values)" }
        }
        #expect(!rows.contains { $0.contains("555 77 88") }, "\(table)")
        if table != "organization_letters" { #expect(!rows.contains { $0.contains("Zitronenfalter") }, "\(table)") }
      }

      let letter = try #require(try await village.bed.column("SELECT id FROM organization_letters").first)
      #expect(try await village.send(path + "s/answered", as: "berta", [("letter", letter)]).status == 404)
      #expect(try await village.send(path + "s/answered", as: "amina", [("letter", letter)]).status == 303)
      #expect(try await village.bed.count("organization_letters", where: "answered_at IS NOT NULL") == 1)
      #expect(try await village.send(path + "s/removal", as: "amina", [("letter", letter)]).status == 303)
      #expect(try await village.bed.count("organization_letters") == 0)
      #expect(try await village.bed.count("contacts", where: "owner = \(letter)") == 0)
      #expect(try await village.told(.organization(village.poppies.rawValue)) == [])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whatIsMissingInALetterIsNamedAndNothingIsLost(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.showPoppies()
      let reply = try await village.send(village.path(village.poppies, "/letter"), as: nil, [("words", "With much care")])
      #expect(reply.status == 422 && reply.text.contains("With much care") && reply.text.contains("id=\"answerTo-complaint\""))
      #expect(try await village.bed.count("organization_letters") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whoLeavesTakesLettersClaimsAndVouchesAway(_ engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.showPoppies()
      let letter = [("words", "Zitronenfalter"), ("answerTo", "b@example.org")]
      #expect(try await village.send(village.path(village.poppies, "/letter"), as: "felix", letter).status == 303)
      let vouch = [("reason", "I have met them."), ("agrees", "1")]
      #expect(try await village.send(village.path(village.poppies, "/vouches"), as: "felix", vouch).status == 303)
      let claim = [("words", "I keep the books.")]
      #expect(try await village.send(village.path(village.readers, "/claim"), as: "felix", claim).status == 303)
      #expect(try await village.organization(village.poppies).isVerified)
      let felix = try await village.bed.actor("felix")
      let keys = village.bed.app.node.keys
      let data = try await village.bed.app.node.read { connection in
        try ExportMyData(ID(felix.personID ?? ""))(as: felix, connection, keys: keys, now: .now())
      }
      #expect(data["organizations"]?["letters"]?.array?.first?["answerTo"] == "b@example.org")
      #expect(data["organizations"]?["vouches"]?.array?.count == 1)
      #expect(data["organizations"]?["claims"]?.array?.first?["words"] == "I keep the books.")
      try await village.bed.app.node.act(as: felix) { act in try EraseAccount(ID(felix.personID ?? ""))(in: act) }
      for table in ["organization_letters", "organization_vouches", "organization_claims"] {
        #expect(try await village.bed.count(table) == 0, "\(table)")
      }
      #expect(try await village.organization(village.poppies).isVerified == false)
    }
  }
}

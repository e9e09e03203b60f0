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

@Suite struct SecondFactorTests {
  /// The secret that the page shows, as the camera of a telephone reads it.
  private func secret(_ page: TestBrowser.Reply) throws -> TOTP {
    let text = try #require(page.part(after: "<code dir=\"ltr\">"))
    return TOTP(secret: try #require(Base32.decode(text.filter { $0 != " " })))
  }

  @Test(arguments: TestDatabase.engines)
  func theFirstAdministratorSignsInAndSetsItUpBeforeAnyRightCounts(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let root = try await bed.person("root", [Grant(.administrator)])
      let browser = bed.browser()
      let reply = try await bed.signIn("root", next: "/people", with: browser)
      #expect(reply.location == "/me/second-factor?next=%2Fpeople")
      #expect(try await browser.get("/people").status == 404)
      #expect(try await browser.get("/me/tokens").status == 404)

      let page = try await browser.get("/me/second-factor?next=%2Fpeople")
      let totp = try secret(page)
      let sealed = page.hidden("secret") ?? ""
      let wrong = try await browser.post("/me/second-factor", [("secret", sealed), ("next", "/people"), ("code", "000000")])
      #expect(wrong.status == 422)
      // A mistyped code does not mean another picture.
      #expect(try secret(wrong).secret == totp.secret)
      let fields = [("secret", sealed), ("next", "/people"), ("code", bed.code(totp))]
      #expect(try await browser.post("/me/second-factor", fields).location == "/me/recovery-codes")
      #expect(try await browser.get("/people").status == 200)
      // Pressed twice.
      #expect(try await browser.post("/me/second-factor", fields).status == 303)
      #expect(try await bed.history(root.rawValue) == ["accountMade", "signedIn", "secondFactorSetUp"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func isDemandedOnceItIsSetUp(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let ruth = try await bed.person("ruth", [Grant(.facilitator, scope: "country:KE")])
      let totp = try await bed.issueTOTP(ruth)
      let browser = bed.browser()
      let asked = try await bed.signIn("ruth", next: "/needs", with: browser)
      #expect(asked.status == 200)
      #expect(asked.text.contains("autocomplete=\"one-time-code\""))
      // Nothing is open yet.
      #expect(try await browser.get("/me").status == 303)
      let ticket = asked.hidden("ticket") ?? ""
      let wrong = try await browser.post("/sign-in/code", [("ticket", ticket), ("next", "/needs"), ("code", "123 456")])
      #expect(wrong.status == 422)
      let code = bed.code(totp)
      let right = try await browser.post("/sign-in/code", [("ticket", ticket), ("next", "/needs"), ("code", code)])
      #expect(right.location == "/needs")
      let identity = try await bed.feature.identify.authenticator.identify(browser.cookies["session"], nil, "v")
      #expect(identity.actor.grants == [Grant(.facilitator, scope: "country:KE")])

      // Whoever looked over her shoulder comes too late, and so does an older code.
      let other = bed.browser()
      let again = try await bed.signIn("ruth", with: other)
      for old in [code, totp.code(counter: TOTP.counter(at: bed.clock.now().milliseconds) - 1)] {
        #expect(try await other.post("/sign-in/code", [("ticket", again.hidden("ticket") ?? ""), ("code", old)]).status == 422)
      }
      bed.clock.advance(by: .seconds(30))
      let later = try await other.post("/sign-in/code", [("ticket", again.hidden("ticket") ?? ""), ("code", bed.code(totp))])
      #expect(later.status == 303)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aTicketIsOneBrowsersAndRunsOut(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let totp = try await bed.issueTOTP(try await bed.person("ruth", [Grant(.facilitator)]))
      let browser = bed.browser()
      let ticket = try await bed.signIn("ruth", with: browser).hidden("ticket") ?? ""
      #expect(!ticket.isEmpty)
      let thief = bed.browser()
      _ = try await thief.get("/sign-in")
      #expect(try await thief.post("/sign-in/code", [("ticket", ticket), ("code", bed.code(totp))]).location == "/sign-in")
      for forged in ["", "AAAA", String(ticket.dropLast(2)) + "AA"] {
        #expect(try await browser.post("/sign-in/code", [("ticket", forged), ("code", bed.code(totp))]).location == "/sign-in")
      }
      bed.clock.advance(by: .minutes(11))
      #expect(try await browser.post("/sign-in/code", [("ticket", ticket), ("code", bed.code(totp))]).location == "/sign-in")
      #expect(try await bed.count("sessions") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func codesAreCountedPerAccount(_ engine: Engine) async throws {
    try await PeopleBed.with(engine, limits: true) { bed in
      let totp = try await bed.issueTOTP(try await bed.person("ruth", [Grant(.facilitator)]))
      let browser = bed.browser()
      let ticket = try await bed.signIn("ruth", with: browser).hidden("ticket") ?? ""
      for _ in 1...5 {
        #expect(try await browser.post("/sign-in/code", [("ticket", ticket), ("code", "000000")]).status == 422)
      }
      #expect(try await browser.post("/sign-in/code", [("ticket", ticket), ("code", bed.code(totp))]).status == 429)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aRecoveryCodeStandsInForALostTelephone(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let ruth = try await bed.person("ruth", [Grant(.facilitator)])
      _ = try await bed.issueTOTP(ruth)
      let codes = try await bed.node.act(as: .system) { act in try NewRecoveryCodes(ruth)(in: act) }
      let browser = bed.browser()
      let ticket = try await bed.signIn("ruth", with: browser).hidden("ticket") ?? ""
      #expect(try await browser.post("/sign-in/code", [("ticket", ticket), ("code", codes[0].lowercased())]).status == 303)
      #expect(try await bed.count("recovery_codes") == 9)

      // Two codes of one sheet of paper are one factor.
      let finder = bed.browser()
      _ = try await finder.get("/sign-in/recovery")
      let asked = try await finder.post("/sign-in/recovery", [("handle", "ruth"), ("code", codes[1])])
      let second = try await finder.post("/sign-in/code", [("ticket", asked.hidden("ticket") ?? ""), ("code", codes[2])])
      #expect(second.status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func isRemovedByWhoeverShowsItAndStaffRolesStopCounting(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let ruth = try await bed.person("ruth", [Grant(.facilitator), Grant(.volunteer)])
      let totp = try await bed.issueTOTP(ruth)
      let browser = try await bed.signedIn("ruth", totp)
      _ = try await browser.get("/me/second-factor")
      #expect(try await browser.post("/me/second-factor/removal", [("code", "000000")]).status == 422)
      bed.clock.advance(by: .minutes(1))
      #expect(try await browser.post("/me/second-factor/removal", [("code", bed.code(totp))]).status == 303)
      let identity = try await bed.feature.identify.authenticator.identify(browser.cookies["session"], nil, "v")
      #expect(identity.actor.grants == [Grant(.volunteer)])
      #expect(try await bed.count("second_factors") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theSecretIsNotInTheDatabase(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let ruth = try await bed.person("ruth", [Grant(.facilitator)])
      let totp = try await bed.issueTOTP(ruth)
      let stored: [UInt8] = try await bed.database.read { try $0.value("SELECT sealed FROM second_factors") ?? [] }
      #expect(stored.count > totp.secret.count)
      #expect(stored.firstRange(of: totp.secret) == nil)
      await #expect(throws: DomainError.conflict(.init("One-time codes are set up already."))) {
        try await bed.node.act(as: .system) { act in try IssueTOTP(ruth)(in: act) }
      }
    }
  }
}

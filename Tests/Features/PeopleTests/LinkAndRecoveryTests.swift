import Database
import Foundation
import HTTPTypes
import Journal
import Kernel
import Localization
import Messaging
import TestKit
import Testing
import Web

@testable import People

@Suite struct LinkAndRecoveryTests {
  private func ask(_ email: String, _ bed: PeopleBed) async throws -> TestBrowser.Reply {
    let browser = bed.browser()
    _ = try await browser.get("/sign-in/link")
    return try await browser.post("/sign-in/link", [("email", email)])
  }

  /// The path of the link in a mail.
  private func path(_ mail: Mail?) throws -> String {
    let body = try #require(mail?.body)
    let line = try #require(body.split(separator: "\n").first { $0.hasPrefix("https://riverside.example/") })
    return String(line.dropFirst("https://riverside.example".count))
  }

  @Test(arguments: TestDatabase.engines)
  func aLinkSignsInOnceByAButton(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      _ = try await ask("AMINA@example.org", bed)
      let mails = try await bed.mails()
      #expect(mails.map(\.address) == ["amina@example.org"])
      #expect(mails.map(\.subject) == ["Your link to sign in to Riverside"])
      let link = try path(mails.first)
      // A program that looks into mails opens it, as often as it likes.
      for _ in 1...3 { #expect(try await bed.browser().get(link).status == 200) }
      let browser = bed.browser()
      _ = try await browser.get(link)
      #expect(try await browser.post(link).location == "/me")
      #expect(try await browser.get("/me").status == 200)

      let second = bed.browser()
      _ = try await second.get(link)
      let worn = try await second.post(link)
      #expect(worn.status == 409)
      #expect(worn.text.contains("This link was used before"))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aLinkIsOldAfterTwentyMinutes(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      _ = try await ask("amina@example.org", bed)
      let link = try path(try await bed.mails().first)
      bed.clock.advance(by: .minutes(20))
      let browser = bed.browser()
      _ = try await browser.get(link)
      #expect(try await browser.post(link).status == 409)
      for forged in ["/sign-in/link/", link.dropLast(1) + "A", "/sign-in/link/" + String(repeating: "A", count: 43)] as [String] {
        #expect(try await browser.post(forged).status != 303)
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theAnswerDoesNotTellWhoHasAnAccount(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      func page(_ email: String) async throws -> String {
        let reply = try await ask(email, bed)
        return reply.text.replacingOccurrences(of: reply.hidden("form") ?? "-", with: "")
      }
      #expect(try await page("amina@example.org") == page("nobody@example.org"))
      // As much is written for the one as for the other.
      #expect(try await bed.count("mail_links") == 2)
      #expect(try await bed.count("jobs") == 2)
      #expect(try await bed.mails().map(\.address) == ["amina@example.org"])
      #expect(try await bed.count("jobs") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func nothingThatWaitsToBeSentHoldsAnAddressOrTheLink(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      _ = try await ask("amina@example.org", bed)
      let payloads = try await bed.database.read { connection in
        try connection.query("SELECT payload FROM jobs").map { String(decoding: try $0[0] as [UInt8], as: UTF8.self) }
          + connection.query("SELECT payload FROM journal_payloads").map { String(decoding: try $0[0] as [UInt8], as: UTF8.self) }
      }
      let link = try path(try await bed.mails().first)
      let secret = String(link.split(separator: "/").last ?? "")
      #expect(secret.count == 43)
      for payload in payloads {
        #expect(!payload.contains("example.org") && !payload.contains("amina") && !payload.contains(secret))
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aLinkDoesNotReplaceTheSecondFactor(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let ruth = try await bed.person("ruth", [Grant(.facilitator)], email: "ruth@example.org")
      let totp = try await bed.issueTOTP(ruth)
      _ = try await ask("ruth@example.org", bed)
      let link = try path(try await bed.mails().first)
      let browser = bed.browser()
      _ = try await browser.get(link)
      let asked = try await browser.post(link)
      #expect(asked.status == 200)
      #expect(try await browser.get("/me").status == 303)
      _ = try await browser.get("/sign-in")
      let done = try await browser.post("/sign-in/code", [("ticket", asked.hidden("ticket") ?? ""), ("code", bed.code(totp))])
      #expect(done.status == 303)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anAddressIsConfirmedByItsOwnerSignedIn(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let browser = bed.browser()
      _ = try await browser.get("/sign-up")
      let fields = [("name", "Bo"), ("handle", "bob"), ("passphrase", PeopleBed.passphrase), ("email", "bo@example.org")]
      #expect(try await browser.post("/sign-up", fields).location == "/me")
      #expect(try await browser.get("/me").text.contains("not yet confirmed"))
      _ = try await ask("bo@example.org", bed)
      let mails = try await bed.mails()
      #expect(mails.map(\.subject) == ["Please confirm your e-mail address for Riverside"])
      let link = try path(mails.first)

      // Whoever has the address and not the account cannot be made its owner by a careless press.
      #expect(try await bed.browser().get(link).status == 303)
      try await bed.person("eve")
      let eve = try await bed.signedIn("eve")
      _ = try await eve.get(link)
      #expect(try await eve.post(link).status == 409)

      _ = try await browser.get(link)
      #expect(try await browser.post(link).location == "/me")
      #expect(try await browser.get("/me").text.contains("not yet confirmed") == false)
      _ = try await ask("bo@example.org", bed)
      #expect(try await bed.mails().map(\.subject) == ["Your link to sign in to Riverside"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anAddressBelongsToOneAccount(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      try await bed.person("eve")
      let eve = try await bed.signedIn("eve")
      _ = try await eve.get("/me/email")
      #expect(try await eve.post("/me/email", [("email", "amina@example.org")]).location == "/me")
      let link = try path(try await bed.mails().first)
      _ = try await eve.get(link)
      #expect(try await eve.post(link).status == 409)
      #expect(try await bed.signIn("amina@example.org", with: bed.browser()).status == 303)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anAddressCanBeTakenAway(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      let browser = try await bed.signedIn("amina")
      #expect(try await browser.get("/me/email").text.contains("value=\"amina@example.org\""))
      let wrong = try await browser.post("/me/email", [("email", "amina at home")])
      #expect(wrong.status == 422)
      #expect(wrong.text.contains("value=\"amina at home\""))
      #expect(try await browser.post("/me/email", [("email", "")]).status == 303)
      #expect(try await bed.count("contacts") == 0)
      #expect(try await bed.signIn("amina@example.org", with: bed.browser()).status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func mailsToOneAddressAreCounted(_ engine: Engine) async throws {
    try await PeopleBed.with(engine, limits: true) { bed in
      for _ in 1...4 { #expect(try await ask("amina@example.org", bed).status == 200) }
      let answer = try await ask(" Amina@example.org", bed)
      #expect(answer.status == 429)
      #expect(answer.text.contains("value=\" Amina@example.org\""))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aRecoveryCodeOpensOnceAndLetsOneChooseANewPassphrase(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      let codes = try await bed.node.act(as: .system) { act in try NewRecoveryCodes(amina)(in: act) }
      #expect(codes.count == 10)
      let browser = bed.browser()
      _ = try await browser.get("/sign-in/recovery")
      #expect(try await browser.post("/sign-in/recovery", [("handle", "amina"), ("code", "0000-0000-0000-0000")]).status == 422)
      #expect(try await browser.post("/sign-in/recovery", [("handle", "nobody"), ("code", codes[3])]).status == 422)
      let typed = codes[3].lowercased().replacingOccurrences(of: "-", with: " ")
      #expect(try await browser.post("/sign-in/recovery", [("handle", "amina"), ("code", typed)]).location == "/me/passphrase")
      let page = try await browser.get("/me/passphrase")
      #expect(page.text.contains("current-password") == false)
      #expect(try await browser.post("/me/passphrase", [("new", "nine quiet rivers run")]).location == "/me")
      #expect(try await bed.signIn("amina", "nine quiet rivers run", with: bed.browser()).status == 303)

      let second = bed.browser()
      _ = try await second.get("/sign-in/recovery")
      #expect(try await second.post("/sign-in/recovery", [("handle", "amina"), ("code", codes[3])]).status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func newCodesReplaceTheOldOnes(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina")
      let browser = try await bed.signedIn("amina")
      func sheet() async throws -> [String] {
        _ = try await browser.get("/me/recovery-codes")
        let page = try await browser.post("/me/recovery-codes")
        return page.text.matches(of: /<span class="code">([^<]+)<\/span>/).map { String($0.1) }
      }
      let old = try await sheet()
      let new = try await sheet()
      #expect(old.count == 10)
      #expect(Set(old).intersection(new).isEmpty)
      #expect(try await bed.count("recovery_codes") == 10)
      let finder = bed.browser()
      _ = try await finder.get("/sign-in/recovery")
      #expect(try await finder.post("/sign-in/recovery", [("handle", "amina"), ("code", old[0])]).status == 422)
      #expect(try await finder.post("/sign-in/recovery", [("handle", "amina"), ("code", new[0])]).status == 303)
    }
  }
}

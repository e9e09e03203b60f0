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

@Suite struct SignInTests {
  @Test(arguments: TestDatabase.engines)
  func handleAndPassphraseOpenTheAccount(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      let browser = bed.browser()
      let reply = try await bed.signIn(" Amina ", with: browser)
      #expect(reply.status == 303)
      #expect(reply.location == "/me")
      let page = try await browser.get("/me")
      #expect(page.status == 200)
      #expect(page.text.contains("<h1>Amina</h1>"))
      #expect(try await bed.history(amina.rawValue) == ["accountMade", "signedIn"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func wrongPassphraseAndUnknownAccountAreAnsweredAlike(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      try await bed.person("robot", origin: .demonstration)
      func answer(_ handle: String) async throws -> String {
        let reply = try await bed.signIn(handle, "not this one at all", with: bed.browser())
        #expect(reply.status == 422)
        #expect(!reply.text.contains("not this one at all"))
        let id = reply.hidden("form") ?? ""
        return reply.text.replacingOccurrences(of: id, with: "").replacingOccurrences(of: handle, with: "")
      }
      let known = try await answer("amina")
      #expect(known.contains("No account has this name and this passphrase."))
      for handle in [
        "nobody", "amina@example.org", "nobody@example.org", "robot", "-- OR 1=1", String(repeating: "x", count: 5000),
      ] {
        #expect(try await answer(handle) == known)
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func onlyAConfirmedAddressSignsIn(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      // The operator knows whose address it is; who signs up alone has yet to show it.
      try await bed.person("amina", email: "Amina@Example.org")
      #expect(try await bed.signIn("amina@example.ORG", with: bed.browser()).location == "/me")

      let stranger = bed.browser()
      _ = try await stranger.get("/sign-up")
      let fields = [("name", "Bo"), ("handle", "bob"), ("passphrase", PeopleBed.passphrase), ("email", "bo@example.org")]
      #expect(try await stranger.post("/sign-up", fields).status == 303)
      #expect(try await bed.signIn("bo@example.org", with: bed.browser()).status == 422)
      #expect(try await bed.signIn("bob", with: bed.browser()).status == 303)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func attemptsAreCountedPerAccountWhoeverTries(_ engine: Engine) async throws {
    try await PeopleBed.with(engine, limits: true) { bed in
      try await bed.person("amina", email: "amina@example.org")
      for number in 1...10 {
        // Under both of her names, from everywhere.
        let name = number.isMultiple(of: 2) ? "amina" : "amina@example.org"
        let browser = bed.browser(address: "192.0.2.\(number)")
        #expect(try await bed.signIn(name, "not this one at all", with: browser).status == 422)
      }
      #expect(try await bed.signIn("amina", with: bed.browser()).status == 429)
      // An unknown name is counted too, so that counting tells nothing.
      for _ in 1...10 { _ = try await bed.signIn("nobody", "not this one at all", with: bed.browser(address: "192.0.2.99")) }
      #expect(try await bed.signIn("nobody", with: bed.browser()).status == 429)
      bed.clock.advance(by: .minutes(15))
      #expect(try await bed.signIn("amina", with: bed.browser()).status == 303)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func attemptsAreCountedPerAddress(_ engine: Engine) async throws {
    try await PeopleBed.with(engine, limits: true) { bed in
      let browser = bed.browser(address: "2001:db8::1")
      for number in 1...60 {
        let answer = try await bed.signIn("nobody\(number)", "wrong and wrong", with: browser)
        #expect(answer.status == 422)
      }
      let last = try await bed.signIn("nobody0", "wrong and wrong", with: browser)
      #expect(last.status == 429)
    }
  }

  @Test func nextLeadsOnlyToPlacesOnThisSite() async throws {
    for path in ["/desk", "/needs/N-7K2Q-F4XM?lang=ar", "/people?q=a&cursor=b#c"] { #expect(LocalPath(path)?.text == path) }
    let elsewhere = [
      "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "desk", "",
      "/a\r\nSet-Cookie: a=b",
      "/\u{2028}", "/sign-out", "/sign-in?next=/desk", "/exit", "/" + String(repeating: "a", count: 501), "/\t/evil.example",
      " /desk",
    ]
    for path in elsewhere { #expect(LocalPath(path) == nil) }
    #expect(LocalPath(nil) == nil)
  }

  @Test(arguments: TestDatabase.engines)
  func goesOnToWhereOneWantedToGo(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina")
      #expect(try await bed.browser().get("/me").location == "/sign-in?next=%2Fme")
      #expect(try await bed.browser().get("/sign-in?next=%2Fneeds").hidden("next") == "/needs")
      #expect(try await bed.signIn("amina", next: "/needs", with: bed.browser()).location == "/needs")
      #expect(try await bed.signIn("amina", next: "//evil.example", with: bed.browser()).location == "/me")
    }
  }

  @Test(arguments: TestDatabase.engines)
  func signingInChangesTheSessionAndKeepsReceipts(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina")
      let browser = bed.browser()
      let before = try await bed.node.act(as: .stranger) { act in try HoldReceipt("need-1", session: nil, browser: "")(in: act) }
      let planted = bed.browser(headers: [.cookie: "session=\(before ?? "")"])
      _ = try await planted.get("/sign-in")
      #expect(try await bed.signIn("amina", with: planted).status == 303)
      let after = planted.cookies["session"]
      #expect(after != nil && after != before)
      let identity = try await bed.feature.identify.authenticator.identify(after, nil, "v")
      #expect(identity.actor.receipts == ["need-1"])
      // The session somebody may have planted opens nothing.
      #expect(try await bed.feature.identify.authenticator.identify(before, nil, "v").session == nil)
      _ = browser
    }
  }

  @Test(arguments: TestDatabase.engines)
  func signingOutEndsTheSession(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina")
      let browser = try await bed.signedIn("amina")
      let secret = browser.cookies["session"]
      #expect(try await browser.get("/me").status == 200)
      #expect(try await browser.post("/sign-out").location == "/")
      #expect(browser.cookies["session"] == nil)
      #expect(try await bed.feature.identify.authenticator.identify(secret, nil, "v").actor.isSignedIn == false)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func sessionsRunOut(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina")
      let browser = try await bed.signedIn("amina")
      bed.clock.advance(by: .days(13))
      #expect(try await browser.get("/me").status == 200)
      bed.clock.advance(by: .days(13))
      #expect(try await browser.get("/me").status == 200)
      bed.clock.advance(by: .days(15))
      #expect(try await browser.get("/me").status == 303)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aDemonstrationAccountComesInFromThisMachineOnly(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("demo", [Grant(.administrator)], origin: .demonstration)
      for address in ["192.0.2.7", "2001:db8::1", "10.0.0.1"] {
        #expect(try await bed.signIn("demo", with: bed.browser(address: address)).status == 422)
      }
      // Something that stands before us on this machine passes on who knows whom.
      let proxied = bed.browser(address: "127.0.0.1", headers: [HTTPField.Name("X-Forwarded-For") ?? .via: "192.0.2.7"])
      #expect(try await bed.signIn("demo", with: proxied).status == 422)
      for address in ["127.0.0.1", "::1"] {
        let browser = bed.browser(address: address)
        #expect(try await bed.signIn("demo", with: browser).location == "/me")
        // Its passphrase is on a page anyway: no second factor is asked.
        #expect(try await browser.get("/people").status == 200)
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anOlderHashIsRenewedWhenItsPassphraseIsShown(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      let old = try await PassphraseHasher(cost: .init(memory: 32, passes: 2, lanes: 1)).hash(
        Passphrase(trying: PeopleBed.passphrase))
      try await bed.database.write { try $0.execute("UPDATE people SET passphrase = \(old) WHERE id = \(amina)") }
      #expect(try await bed.signIn("amina", with: bed.browser()).status == 303)
      let new: String? = try await bed.database.read { try $0.value("SELECT passphrase FROM people WHERE id = \(amina)") }
      #expect(new?.contains("m=64,t=1,p=1") == true)
      #expect(try await bed.signIn("amina", with: bed.browser()).status == 303)
    }
  }
}

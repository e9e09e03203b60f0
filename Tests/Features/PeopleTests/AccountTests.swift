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

@Suite struct AccountTests {
  private let fields = [("name", "Amina Okoye"), ("handle", "amina"), ("passphrase", PeopleBed.passphrase), ("email", "")]

  private func signUp(_ browser: TestBrowser, _ changes: [String: String] = [:]) async throws -> TestBrowser.Reply {
    _ = try await browser.get("/sign-up")
    return try await browser.post("/sign-up", fields.map { ($0.0, changes[$0.0] ?? $0.1) })
  }

  @Test(arguments: TestDatabase.engines)
  func whoeverSignsUpIsAVolunteerOnProbation(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let browser = bed.browser()
      #expect(try await signUp(browser).location == "/me")
      let person = try await bed.node.read { try AccountStore($0).person(handle: "amina") }
      #expect(person?.grants == [Grant(.volunteer)])
      #expect(person?.isOnProbation == true)
      #expect(person?.name == "Amina Okoye")
      #expect(try await browser.get("/me").text.contains("Your account is new."))
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aFormSentTwiceMakesOneAccount(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let browser = bed.browser()
      _ = try await browser.get("/sign-up")
      let first = try await browser.post("/sign-up", fields)
      #expect(first.status == 303)
      // Pressed again before the answer had come: the browser is still nobody.
      let visitor = browser.cookies["visitor"] ?? ""
      let again = bed.browser(headers: [.cookie: "visitor=\(visitor)"])
      _ = try await again.get("/sign-up")
      #expect(try await bed.count("people") == 1)
      let stored = try await bed.database.read { connection in
        try connection.query("SELECT body_hash FROM idempotency").map { try $0[0] as [UInt8] }
      }
      let withPassphrase = OnceKey(scope: "", key: "", body: Form(fields).normalizedBytes)
      let without = OnceKey(scope: "", key: "", body: Form(fields).setting("passphrase", to: nil).normalizedBytes)
      #expect(stored == [without.bodyHash])
      #expect(stored != [withPassphrase.bodyHash])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func saysEverythingThatIsWrongAtOnceAndKeepsWhatWasTyped(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let reply = try await signUp(
        bed.browser(), ["name": " ", "handle": "Amina Okoye!", "passphrase": "short", "email": "no address"])
      #expect(reply.status == 422)
      for field in ["name", "handle", "passphrase", "email"] { #expect(reply.text.contains("id=\"\(field)-complaint\"")) }
      #expect(reply.text.contains("value=\"Amina Okoye!\""))
      #expect(reply.text.contains("value=\"no address\""))
      #expect(reply.text.contains("short\"") == false)
      #expect(try await bed.count("people") == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func handlesAreUnique(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina")
      let reply = try await signUp(bed.browser(), ["handle": "AMINA"])
      #expect(reply.status == 422)
      #expect(reply.text.contains("Somebody else has this name already."))
      #expect(try await bed.count("people") == 1)
    }
  }

  @Test(arguments: ["amina", "a.b-c_9", "abc", String(repeating: "a", count: 40)])
  func takesHandles(_ handle: String) throws {
    #expect(try Person.checked(handle: Text(handle), field: "handle") == handle)
  }

  @Test(arguments: ["", "ab", "9lives", ".dot", "a b", "amína", "a@b.org", String(repeating: "a", count: 41), "аmina"])
  func refusesHandles(_ handle: String) {
    #expect(throws: DomainError.self) { try Person.checked(handle: Text(handle), field: "handle") }
  }

  @Test(arguments: ["a@b.org", "amina.okoye+x@mail.example.co.ke", "amína@bücher.example"])
  func takesAddresses(_ address: String) throws {
    #expect(try Mail.checked(address: Text(" \(address) "), field: "email") == address)
  }

  @Test(arguments: [
    "a", "a@", "@b.org", "a@b", "a@b@c.org", "a b@c.org", "a@.org", "a@b.", "a@b.org\nBcc: c@d.org", "<a@b.org>", "a,b@c.org",
  ])
  func refusesAddresses(_ address: String) {
    #expect(throws: DomainError.self) { try Mail.checked(address: Text(address), field: "email") }
  }

  @Test(arguments: TestDatabase.engines)
  func theOperatorNeedNotThinkOfAHandle(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      var handles: [String] = []
      for name in ["Amina Okoye", "Amina Okoye", "李", "Ñusta Q'ero"] {
        let create = CreateAccount(
          handle: "", name: Text(name), passphrase: CreateAccount.freshPassphrase(), grants: [Grant(.facilitator)])
        let id = try await PeopleFeature.createAccount(create, on: bed.node, hasher: bed.feature.hasher, as: .system).id
        handles.append(try await bed.person(id)?.handle ?? "")
        #expect(try await bed.person(id)?.isOnProbation == false)
      }
      #expect(handles[0] == "amina.okoye")
      #expect(handles[1] == "amina.okoye2")
      #expect(Set(handles).count == 4)
      for handle in handles { #expect(try Person.checked(handle: Text(handle), field: "handle") == handle) }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func nobodyGivesThemselvesARole(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      for grants in [[Grant(.administrator)], [Grant(.volunteer), Grant(.facilitator)], []] as [Set<Grant>] {
        let create = CreateAccount(handle: "eve", name: "Eve", passphrase: PeopleBed.passphrase, grants: grants)
        await #expect(throws: DomainError.forbidden) {
          try await PeopleFeature.createAccount(create, on: bed.node, hasher: bed.feature.hasher, as: .stranger)
        }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aNewPassphraseEndsTheOtherSessions(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      let other = try await bed.signedIn("amina")
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/passphrase")
      let new = "nine quiet rivers run"
      let wrong = try await browser.post("/me/passphrase", [("current", "not this one at all"), ("new", new)])
      #expect(wrong.status == 422)
      #expect(wrong.text.contains("This is not your passphrase."))
      #expect(wrong.text.contains(new) == false)
      let weak = try await browser.post("/me/passphrase", [("current", PeopleBed.passphrase), ("new", "password12")])
      #expect(weak.text.contains("This is among the first that anybody would try."))
      #expect(try await browser.post("/me/passphrase", [("current", PeopleBed.passphrase), ("new", new)]).location == "/me")
      #expect(try await browser.get("/me").status == 200)
      #expect(try await other.get("/me").status == 303)
      #expect(try await bed.signIn("amina", with: bed.browser()).status == 422)
      #expect(try await bed.signIn("amina", new, with: bed.browser()).status == 303)
      #expect(try await bed.history(amina.rawValue) == ["accountMade", "signedIn", "signedIn", "passphraseChanged", "signedIn"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func sessionsAreSeenAndEnded(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      try await bed.person("eve")
      let lost = try await bed.signedIn("amina")
      let browser = try await bed.signedIn("amina")
      let page = try await browser.get("/me")
      let session = try #require(page.hidden("session") ?? page.part(after: "name=\"session\" value=\""))
      let eve = try await bed.signedIn("eve")
      _ = try await eve.get("/me")
      #expect(try await eve.post("/me/sessions/removal", [("session", session)]).status == 404)
      #expect(try await lost.get("/me").status == 200)
      #expect(try await browser.post("/me/sessions/removal", [("session", session)]).location == "/me")
      #expect(try await lost.get("/me").status == 303)
      #expect(try await browser.get("/me").status == 200)
      let left = try await bed.node.read { [now = bed.clock.now()] in try AccountStore($0).sessions(of: amina, now: now).count }
      #expect(left == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func whoeverLeavesLeavesNothing(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina", email: "amina@example.org")
      _ = try await bed.node.act(as: .system) { act in try NewRecoveryCodes(amina)(in: act) }
      let browser = try await bed.signedIn("amina")
      _ = try await browser.get("/me/leave")
      #expect(try await browser.post("/me/leave", [("current", "not this one at all")]).status == 422)
      #expect(try await browser.post("/me/leave", [("current", PeopleBed.passphrase)]).location == "/goodbye")
      #expect(try await browser.get("/goodbye").status == 200)
      for table in ["people", "grants", "sessions", "recovery_codes", "contacts", "second_factors"] {
        #expect(try await bed.count(table) == 0)
      }
      // The audit trail still says that somebody was there, and nothing about who.
      let history = try await bed.history(amina.rawValue)
      #expect(history == ["accountMade", "recoveryCodesMade", "signedIn", "accountErased"])
      let payloads = try await bed.node.read {
        try JournalReader.history(of: amina.rawValue, feature: "people", $0).map(\.payload)
      }
      #expect(payloads == [nil, nil, nil, [:]])
      #expect(try await bed.signIn("amina", with: bed.browser()).status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theJournalVerifiesAfterSomebodyHasLeft(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      let amina = try await bed.person("amina")
      try await bed.person("bob")
      try await Numberer(bed.node).number()
      _ = try await Sealer(bed.node, headFile: nil).seal()
      try await bed.node.act(as: .system) { act in try EraseAccount(amina)(in: act) }
      try await Numberer(bed.node).number()
      _ = try await Sealer(bed.node, headFile: nil).seal()
      let report = try await JournalVerifier(keys: bed.node.keys).verify(bed.database)
      #expect(report.findings == [] && report.erased.count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func everybodyTakesTheirOwnDataAlong(_ engine: Engine) async throws {
    try await PeopleBed.with(engine) { bed in
      try await bed.person("amina", email: "amina@example.org")
      let browser = try await bed.signedIn("amina")
      let reply = try await browser.get("/me/export")
      #expect(reply.headers[.contentDisposition] == "attachment; filename=\"my-data.json\"")
      let data = reply.json
      try await Numberer(bed.node).number()
      #expect(data["account"]?["handle"] == "amina")
      #expect(data["contacts"] == [["kind": "email", "value": "amina@example.org"]])
      #expect(data["roles"] == [["role": "volunteer", "scope": .null]])
      #expect(data["sessions"]?.array?.count == 1)
      #expect(data["more"] == ["offers": []])
      #expect(reply.text.contains("argon2") == false)
      let again = try await browser.get("/me/export").json
      #expect(again["done"]?.array?.compactMap { $0["what"]?.string } == ["people.accountMade", "people.signedIn"])
      #expect(try await bed.browser().get("/me/export").status == 303)
    }
  }
}

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

/// Somebody on the desk cares for a need: takes it, gives it to a colleague, gives it back, and loses it with the role.
@Suite struct AssignNeedTests {
  @Test(arguments: TestDatabase.engines) func aNeedIsTakenGivenAndGivenBack(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/desk/\(village.need.code)"
      let (felix, gina) = (try await village.id("felix"), try await village.id("gina"))
      #expect(try await village.browser("felix").get(path).text.contains("Nobody cares for this need yet."))
      #expect(try await village.send(path + "/assignment", as: "felix", [("from", ""), ("to", felix)]).location == path)
      #expect(try await village.browser("felix").get(path).text.contains("You care for this need."))
      #expect(try await village.browser("gina").get(path).text.contains("Felix cares for this need."))
      #expect(try await village.assignee() == felix)
      #expect(try await village.keys("felix") == [])

      // Its version stays: whoever is writing a summary is not held up.
      #expect(try await village.version() == village.need.version)

      #expect(try await village.send(path + "/assignment", as: "felix", [("from", felix), ("to", gina)]).status == 303)
      #expect(try await village.keys("gina") == [path])
      // Somebody who saw that nobody cares for it does not push Gina aside.
      #expect(try await village.send(path + "/assignment", as: "felix", [("from", ""), ("to", felix)]).status == 409)
      #expect(try await village.send(path + "/assignment", as: "root", [("from", gina), ("to", "")]).status == 303)
      #expect(try await village.assignee() == nil)
      #expect(try await village.keys("gina") == [path, path])
      let kinds = try await village.bed.column(
        "SELECT kind FROM journal_entries WHERE subject = \(village.need.id) AND kind IN ('assigned', 'givenBack') ORDER BY id")
      #expect(kinds == ["assigned", "assigned", "givenBack"])
    }
  }

  @Test(arguments: TestDatabase.engines) func onlyAFacilitatorOfTheNeedCaresForIt(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/desk/\(village.need.code)/assignment"
      let page = try await village.browser("felix").get("/desk/\(village.need.code)").text
      for (name, isThere) in [("Gina", true), ("Root", true), ("Pedro", false), ("Berta", false)] {
        #expect(page.contains(">\(name)</option>") == isThere, "\(name)")
      }
      for who in ["pedro", "berta", "nobody"] {
        let id = who == "nobody" ? who : try await village.id(who)
        let reply = try await village.send(path, as: "felix", [("from", ""), ("to", id)])
        #expect(reply.status == 422 && reply.text.contains("Please choose a facilitator of this need."), "\(who)")
      }
      let pedro = try await village.id("pedro")
      for who in ["pedro", "berta", "amina"] {
        #expect(try await village.send(path, as: who, [("from", ""), ("to", pedro)]).status == 404, "\(who)")
      }
      #expect(try await village.assignee() == nil)
    }
  }

  @Test(arguments: TestDatabase.engines) func theDeskShowsWhoCaresForWhat(engine: Engine) async throws {
    try await Village.with(engine) { village in
      try await village.assign("felix")
      let code = village.need.code.description
      func shows(_ who: String, _ whose: String) async throws -> Bool {
        try await village.browser(who).get("/desk?state=open&whose=\(whose)").text.contains("/desk/\(code)\"")
      }
      #expect(try await village.browser("gina").get("/desk?state=open").text.contains("with Felix"))
      let shown = [
        try await shows("felix", "mine"), try await shows("felix", "nobodys"), try await shows("gina", "mine"),
        try await shows("gina", "all"),
      ]
      #expect(shown == [true, false, false, true])
      #expect(try await village.browser("felix").get("/me/waiting").text.contains("href=\"/desk/\(code)\""))
      #expect(try await village.browser("gina").get("/me/waiting").text.contains(code) == false)
      let felix = try await village.bed.actor("felix")
      let need = village.need
      try await village.bed.app.node.act(as: felix) { act in
        _ = try CloseNeed(need.id, version: need.version, closure: .solvedOtherwise)(in: act)
      }
      #expect(try await village.browser("felix").get("/me/waiting").text.contains("Needs you care for") == false)
    }
  }

  @Test(arguments: TestDatabase.engines) func whoLosesTheRoleOrLeavesCaresForNothing(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let felix = try await village.id("felix")
      try await village.assign("felix")
      // Another role that reaches the need is enough to go on.
      let root = try await village.bed.actor("root")
      try await village.bed.app.node.act(as: root) { act in try GrantRole(Grant(.facilitator), to: ID(felix))(in: act) }
      func revoke(_ scope: String) async throws -> Int {
        let role = [(name: "role", value: "facilitator"), (name: "scope", value: scope)]
        return try await village.send("/people/\(felix)/roles/removal", as: "root", role).status
      }
      #expect(try await revoke("country:CL") == 303)
      #expect(try await village.assignee() == felix)
      #expect(try await revoke("") == 303)
      #expect(try await village.assignee() == nil)

      try await village.assign("gina")
      let gina = TestBrowser(Site(village.bed.app.site.parts, node: village.bed.app.node))
      _ = try await gina.get("/sign-in")
      _ = try await gina.post("/sign-in", [("handle", "gina"), ("passphrase", "three brown goats sing")])
      _ = try await gina.get("/me/leave")
      let left = try await gina.post("/me/leave", [("current", "three brown goats sing")])
      #expect(left.location == "/goodbye")
      #expect(try await village.assignee() == nil)
    }
  }

  @Test(arguments: TestDatabase.engines) func aProgramSaysWhoCaresForIt(engine: Engine) async throws {
    try await Village.with(engine) { village in
      let path = "/api/v1/needs/\(village.need.code)"
      let program = try await village.program(.facilitator, scope: "country:CL")
      let felix = try await village.id("felix")
      let cases: [(JSON, Int, [String])] = [
        ([:], 422, ["to"]), (["to": 5], 422, ["to"]), (["to": "me"], 422, ["to"]), (["to": "nobody"], 422, ["to"]),
        (["to": .null, "since": 5], 422, ["since"]),
      ]
      for (body, status, fields) in cases {
        let reply = try await program.send(.post, path + "/assignment", body)
        #expect(reply.status == status, "\(body)")
        #expect(reply.json["errors"]?.array?.compactMap { $0["field"]?.string } == fields, "\(body)")
      }
      #expect(try await program.send(.post, path + "/assignment", ["to": .string(felix)]).json["assignee"] == .string(felix))
      #expect(try await program.get(path).json["assignee"] == .string(felix))
      #expect(try await program.send(.post, path + "/assignment", ["to": .null]).status == 409)
      let back = try await program.send(.post, path + "/assignment", ["to": .null, "from": .string(felix)])
      #expect(back.status == 200 && back.json["assignee"] == JSON.null)
      let elsewhere = try await village.program(.facilitator, scope: "country:PE")
      #expect(try await elsewhere.send(.post, path + "/assignment", ["to": .null]).status == 404)
      #expect(try await elsewhere.get(path).json["assignee"] == nil)
    }
  }
}

extension Village {
  fileprivate func id(_ handle: String) async throws -> String { try await bed.actor(handle).personID ?? "" }

  fileprivate func assign(_ handle: String) async throws {
    let actor = try await bed.actor(handle)
    let assign = AssignNeed(need.id, from: nil, to: actor.personID.map { ID($0) })
    try await bed.app.node.act(as: actor) { act in try assign(in: act) }
  }

  fileprivate func found() async throws -> Need {
    try await bed.app.node.read { [need] connection in try #require(try NeedStore(connection).find(need.id)) }
  }

  fileprivate func assignee() async throws -> String? { try await found().assignee }

  fileprivate func version() async throws -> Int { try await found().version }

  /// Where those notices lead that somebody was told.
  fileprivate func keys(_ handle: String) async throws -> [String] {
    try await told(try await recipient(handle)).map(\.path)
  }
}

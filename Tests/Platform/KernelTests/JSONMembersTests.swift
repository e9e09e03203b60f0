import Kernel
import Testing

@Suite struct JSONMembersTests {
  private enum Fruit: String, CaseIterable {
    case apple, pear
  }

  /// The members that were complained of.
  private func wrong(_ members: JSONMembers) throws -> [String] {
    do {
      try members.finish()
    } catch DomainError.invalid(let errors) {
      return errors.map(\.field)
    }
    return []
  }

  @Test func onlyAnObjectHasMembers() throws {
    for body in [[], ["a"], 5, 1.5, "text", true, .null] as [JSON] {
      #expect(throws: DomainError.self) { _ = try JSONMembers(body) }
    }
    _ = try JSONMembers([:])
  }

  @Test func valuesAreRead() throws {
    var members = try JSONMembers([
      "text": "a", "truth": false, "list": ["a", "b"], "fruit": "pear", "version": 2.0, "in": ["here": "b"],
    ])
    let texts = [members.string("text"), members.string("in.here")]
    #expect(texts == ["a", "b"])
    let truth = members.bool("truth")
    #expect(truth == false)
    let list = members.strings("list")
    #expect(list == ["a", "b"])
    let fruit = members.choice("fruit", among: Fruit.allCases)
    #expect(fruit == .pear)
    let version = members.version()
    #expect(version == 2)
    members.refuseOthers()
    try members.finish()
  }

  @Test func whatIsMissingIsNoMistakeUnlessItIsRequired() throws {
    var members = try JSONMembers([:])
    let texts = [members.string("a"), members.string("a.b")]
    #expect(texts == [nil, nil])
    let truth = members.bool("a")
    #expect(truth == nil)
    let list = members.strings("a")
    #expect(list == nil)
    let fruit = members.choice("a", among: Fruit.allCases)
    #expect(fruit == nil)
    let isThere = members.has("a")
    #expect(!isThere)
    #expect(try wrong(members) == [])
    _ = members.choice("fruit", among: Fruit.allCases, isRequired: true)
    _ = members.version()
    #expect(try wrong(members) == ["fruit", "version"])
  }

  @Test func valuesOfTheWrongKindAreNamed() throws {
    for value in [5, .null, ["a", 5], [:]] as [JSON] {
      var members = try JSONMembers([
        "text": value, "truth": value, "list": value, "fruit": value, "in": ["here": value], "version": "1",
      ])
      let texts = [members.string("text"), members.string("in.here")]
      #expect(texts == [nil, nil])
      let truth = members.bool("truth")
      #expect(truth == nil)
      let list = members.strings("list")
      #expect(list == nil)
      let fruit = members.choice("fruit", among: Fruit.allCases)
      #expect(fruit == nil)
      let version = members.version()
      #expect(version == -1)
      #expect(try wrong(members) == ["text", "in.here", "truth", "list", "fruit", "version"])
    }
    var members = try JSONMembers(["fruit": "Pear"])
    _ = members.choice("fruit", among: Fruit.allCases)
    #expect(try wrong(members) == ["fruit"])
  }

  @Test func nullMeansMissingWhereItIsTaken() throws {
    var members = try JSONMembers(["text": .null, "truth": .null, "list": .null, "fruit": .null, "empty": ""])
    let text = members.string("text", orNull: true)
    #expect(text == nil)
    let truth = members.bool("truth", orNull: true)
    #expect(truth == nil)
    let list = members.strings("list", orNull: true)
    #expect(list == nil)
    for path in ["fruit", "empty"] {
      let fruit = members.choice(path, among: Fruit.allCases, orNull: true)
      #expect(fruit == nil)
    }
    let isThere = members.has("text")
    #expect(isThere)
    #expect(try wrong(members) == [])
  }

  @Test func whatNothingLookedForIsNamedWhenItIsRefused() throws {
    var members = try JSONMembers(["text": "a", "days": 5, "ends": .null])
    _ = members.string("text")
    members.refuseOthers()
    #expect(try wrong(members) == ["days", "ends"])
    var many = JSON.Object()
    for number in 0..<1000 { many["member\(number)"] = JSON.int(number) }
    var crowd = try JSONMembers(.object(many))
    crowd.refuseOthers()
    #expect(try wrong(crowd).count == 20)
  }
}

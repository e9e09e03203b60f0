import Kernel
import Testing

@testable import People

/// Every role, for one's own account and for somebody else's.
@Suite struct PeoplePolicyTests {
  static let me = ID<Person>("me")
  static let other = ID<Person>("other")

  /// What an actor may do, in a word each.
  static func rights(_ actor: Actor, of person: ID<Person>) -> Set<String> {
    var rights: Set<String> = []
    if PeoplePolicy.mayAdminister(actor) { rights.insert("administer") }
    if PeoplePolicy.mayManageTokens(actor) { rights.insert("tokens") }
    if PeoplePolicy.mayChangeAccess(actor, of: person) { rights.insert("access") }
    if PeoplePolicy.mayExport(actor, person) { rights.insert("export") }
    if PeoplePolicy.mayErase(actor, person) { rights.insert("erase") }
    if PeoplePolicy.mayMakeAccount(actor, with: [Grant(.volunteer)]) { rights.insert("sign up") }
    if PeoplePolicy.mayMakeAccount(actor, with: [Grant(.facilitator)]) { rights.insert("make staff") }
    return rights
  }

  static func person(_ role: Role) -> Actor { Actor(.person(id: me.rawValue), grants: [Grant(role)]) }

  static let own: Set<String> = ["access", "export", "erase"]
  static let administrators: Set<String> = ["administer", "tokens", "erase", "sign up", "make staff"]

  @Test(arguments: Role.allCases.filter { $0 != .administrator })
  func peopleHaveTheirOwnAccountAndNoOther(_ role: Role) {
    #expect(Self.rights(Self.person(role), of: Self.me) == Self.own)
    #expect(Self.rights(Self.person(role), of: Self.other) == [])
  }

  @Test func administratorsHaveEveryAccountButCannotBecomeSomebodyElse() {
    #expect(Self.rights(Self.person(.administrator), of: Self.me) == Self.own.union(Self.administrators))
    #expect(Self.rights(Self.person(.administrator), of: Self.other) == Self.administrators)
  }

  @Test func aScopedAdministratorIsNone() {
    let actor = Actor(.person(id: "me"), grants: [Grant(.administrator, scope: "country:CL")])
    #expect(Self.rights(actor, of: Self.other) == [])
  }

  @Test(arguments: Role.allCases.filter { $0 != .administrator })
  func programsHaveNoAccount(_ role: Role) {
    #expect(Self.rights(Actor(.token(id: "t"), grants: [Grant(role)]), of: Self.me) == [])
  }

  @Test func anAdministratorsProgramAdministers() {
    let actor = Actor(.token(id: "t"), grants: [Grant(.administrator)])
    #expect(Self.rights(actor, of: Self.other) == Self.administrators)
  }

  @Test func strangersCanOnlySignUp() {
    #expect(Self.rights(.stranger, of: Self.me) == ["sign up"])
    #expect(Self.rights(Actor(.stranger(visitor: "me"), receipts: ["need"]), of: Self.me) == ["sign up"])
  }

  @Test func theOperatorMayDoEverything() {
    #expect(Self.rights(.system, of: Self.me) == Self.own.union(Self.administrators))
  }

  @Test(arguments: Role.allCases)
  func staffRolesCountOnlyAfterASecondFactor(_ role: Role) {
    let grants: Set<Grant> = [Grant(role), Grant(.volunteer), Grant(role, scope: "country:CL")]
    #expect(PeoplePolicy.counting(grants, isStrong: true) == grants)
    #expect(PeoplePolicy.counting(grants, isStrong: false) == (role.isStaff ? [Grant(.volunteer)] : grants))
  }

  @Test func sessionsAreEndedByTheirPersonAlone() {
    func session(of person: ID<Person>?) -> Session {
      let now = Timestamp(milliseconds: 0)
      return Session(
        id: ID("s"), person: person, receipts: [], createdAt: now, lastSeenAt: now, browser: "", way: nil, isStrong: false)
    }
    #expect(PeoplePolicy.mayEnd(Self.person(.volunteer), session(of: Self.me)))
    #expect(!PeoplePolicy.mayEnd(Self.person(.administrator), session(of: Self.other)))
    #expect(!PeoplePolicy.mayEnd(.stranger, session(of: Self.me)))
    #expect(PeoplePolicy.mayEnd(.stranger, session(of: nil)))
  }

  @Test(arguments: Role.allCases)
  func organizationsAreChangedByTheirMembersAndFacilitators(_ role: Role) {
    let organization = Organization(
      id: ID("o"), name: "Las Amapolas", kind: .cooperative, country: "CL", subdivision: nil, connectivity: nil, languages: [],
      visibility: .named, pseudonym: nil, isVerified: false, origin: .stated, home: "", version: 1,
      createdAt: Timestamp(milliseconds: 0))
    func may(_ scope: String?) -> Bool {
      OrganizationPolicy.maySpeak(Actor(.person(id: "me"), grants: [Grant(role, scope: scope)]), for: organization)
    }
    let isFacilitator = role == .facilitator || role == .administrator
    #expect(may("organization:o") == (role == .member || isFacilitator))
    #expect(may("organization:p") == false)
    #expect(may("country:CL") == isFacilitator)
    #expect(may("country:PE") == false)
  }
}

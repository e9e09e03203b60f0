import Kernel
import Testing

@testable import People

/// Who sees how much of an organization: every role, in every scope, for every visibility.
@Suite struct OrganizationViewTests {
  private static func organization(
    _ visibility: Organization.Visibility = .named, pseudonym: String? = "The Poppies", origin: Organization.Origin = .stated
  ) -> Organization {
    Organization(
      id: ID("o"), name: "Las Amapolas", kind: .cooperative, country: "CL", subdivision: nil, connectivity: nil, languages: [],
      visibility: visibility, pseudonym: pseudonym, isVerified: false, origin: origin, home: "", version: 1,
      createdAt: Timestamp(milliseconds: 0))
  }

  private static func answer(_ isYes: Bool, isSeen: Bool = true) -> OrganizationConsent.Answers {
    [
      .showPublicly: OrganizationConsent.Answer(
        question: .showPublicly, isYes: isYes, wording: 1, at: Timestamp(milliseconds: 0), answeredBy: "person:p", agreement: nil,
        isSeen: isSeen)
    ]
  }

  private static func person(_ grants: Grant...) -> Actor { Actor(.person(id: "me"), grants: Set(grants)) }

  @Test(arguments: Role.allCases, ["organization:o", "organization:p", "country:CL", "country:PE", nil])
  func everyRoleInEveryScope(_ role: Role, _ scope: String?) {
    let isStaff = role == .facilitator || role == .administrator
    let reaches = scope == "organization:o" || scope == "country:CL" || scope == nil
    for isShown in [false, true] {
      let view = OrganizationPolicy.view(
        Self.person(Grant(role, scope: scope)), of: Self.organization(), isShown: isShown, isHeld: false)
      let expected: OrganizationPolicy.View =
        isStaff && reaches
        ? .facilitator
        : role == .member && scope == "organization:o" || role == .member && scope == nil
          ? .member
          : isShown ? .face : .nothing
      #expect(view == expected)
    }
  }

  @Test func aReceiptShowsItToWhoeverHoldsIt() {
    for actor in [Actor.stranger, Self.person(Grant(.volunteer))] {
      #expect(OrganizationPolicy.view(actor, of: Self.organization(), isShown: false, isHeld: true) == .held)
      #expect(OrganizationPolicy.view(actor, of: Self.organization(), isShown: false, isHeld: false) == .nothing)
    }
  }

  @Test(arguments: Organization.Visibility.allCases, [Organization.Origin.stated, .imported, .demonstration])
  func isShownWithANameAndAYes(_ visibility: Organization.Visibility, _ origin: Organization.Origin) {
    let organization = Self.organization(visibility, origin: origin)
    let hasName = visibility == .named || visibility == .pseudonym
    #expect(organization.isShown(Self.answer(true)) == hasName)
    #expect(organization.isShown(Self.answer(false)) == false)
    #expect(organization.isShown(Self.answer(true, isSeen: false)) == false)
    #expect(organization.isShown([:]) == (hasName && origin != .stated))
  }

  @Test func aPseudonymWithoutOneShowsNothing() {
    #expect(Self.organization(.pseudonym, pseudonym: nil).isShown(Self.answer(true)) == false)
  }

  @Test(arguments: Role.allCases)
  func whoMayVouch(_ role: Role) {
    func standing(_ actor: Actor, verified: [String] = [], isHeld: Bool = false, isInvented: Bool = false) -> Vouch.Standing? {
      OrganizationPolicy.standing(
        of: actor, for: Self.organization(), verified: verified.map { ID($0) }, isHeld: isHeld, isInvented: isInvented)
    }
    let expected: Vouch.Standing? =
      switch role {
      case .facilitator, .administrator: .facilitator
      case .moderator: .moderator
      default: nil
      }
    let other = Grant(.member, scope: "organization:p")
    #expect(standing(Self.person(Grant(role))) == (role == .member ? nil : expected))
    #expect(standing(Self.person(Grant(role, scope: "country:PE"))) == nil)
    #expect(standing(Self.person(Grant(role, scope: "country:CL"))) == expected)
    // Nobody vouches for their own group, on probation, or invented.
    let own = Grant(.member, scope: "organization:o")
    #expect(standing(Self.person(Grant(role), own)) == nil)
    #expect(standing(Actor(.person(id: "me"), grants: [Grant(role), other], isOnProbation: true), verified: ["p"]) == nil)
    #expect(standing(Self.person(Grant(role), other), verified: ["p"], isInvented: true) == nil)
    // A member of a verified group may, unless a receipt shows that it is theirs.
    #expect(standing(Self.person(other)) == nil)
    #expect(standing(Self.person(other), verified: ["p"]) == .member)
    #expect(standing(Self.person(other), verified: ["p"], isHeld: true) == nil)
    #expect(standing(Actor(.stranger(visitor: "v"), grants: [other]), verified: ["p"]) == nil)
  }

  @Test func howManyVouchesAreEnough() {
    func vouch(_ voucher: String, _ standing: Vouch.Standing, via: String? = nil, counts: Bool = true) -> Vouch {
      Vouch(
        voucher: voucher, name: "", standing: standing, via: via.map { ID($0) }, reason: "", language: "en",
        at: Timestamp(milliseconds: 0), counts: counts)
    }
    #expect(Vouch.verify([]) == false)
    #expect(Vouch.verify([vouch("a", .facilitator)]))
    #expect(Vouch.verify([vouch("a", .facilitator, counts: false)]) == false)
    #expect(Vouch.verify([vouch("a", .member, via: "p")]) == false)
    #expect(Vouch.verify([vouch("a", .member, via: "p"), vouch("b", .member, via: "p")]) == false)
    #expect(Vouch.verify([vouch("a", .member, via: "p"), vouch("b", .member, via: "q")]))
    #expect(Vouch.verify([vouch("a", .member, via: "p"), vouch("b", .member, via: "q", counts: false)]) == false)
    #expect(Vouch.verify([vouch("a", .moderator)]) == false)
    #expect(Vouch.verify([vouch("a", .moderator), vouch("b", .member, via: "q")]))
  }
}

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

/// A node without limits, and facilitators of the whole node and of single countries. A session or a token is named after who it is.
struct FacilitatorBed: Sendable {
  let bed: Bed
  let site: Site
  var node: Node { bed.app.node }

  static func with(_ engine: Engine, _ body: @Sendable (FacilitatorBed) async throws -> Void) async throws {
    try await Bed.with(engine) { bed in
      var parts = bed.app.site.parts
      parts.limiter = Limiter(isOff: true)
      parts.authenticator = Authenticator { session, token, visitor in
        let name = token ?? session
        let actor = name.flatMap { actors[$0] } ?? Actor(.stranger(visitor: visitor))
        return Identity(actor: actor, name: name, session: nil, visitor: visitor)
      }
      try await body(FacilitatorBed(bed: bed, site: Site(parts, node: bed.app.node)))
    }
  }

  static let actors: [String: Actor] = [
    "amina": Actor(.person(id: "amina"), grants: [Grant(.facilitator)]),
    "chile": Actor(.person(id: "chile"), grants: [Grant(.facilitator, scope: "country:CL")]),
    "peru": Actor(.person(id: "peru"), grants: [Grant(.facilitator, scope: "country:PE")]),
    "volunteer": Actor(.person(id: "volunteer"), grants: [Grant(.volunteer)]),
  ]

  func browser(_ who: String?) -> TestBrowser {
    TestBrowser(site, headers: who.map { [.cookie: "session=\($0)"] } ?? [:])
  }

  func program(_ who: String) -> TestBrowser { TestBrowser(site, headers: [.authorization: "Bearer \(who)"]) }

  /// What is the same for all groups of a round.
  static let shared: [(name: String, value: String)] = [
    ("country", "CL"), ("subdivision", "CL-RM"), ("language", "es"), ("kind", "communityGroup"), ("connectivity", "none"),
    ("provenance.how", "in person"), ("provenance.consent", "spoken"), ("provenance.at", "2026-03-01"),
    ("provenance.statedBy", "Rosa Mamani"), ("provenance.relation", "tesorera"),
  ]

  /// Who said that something is taken back.
  static let said: [(name: String, value: String)] = [
    ("provenance.statedBy", "Julia Condori"), ("provenance.relation", "presidenta"), ("provenance.how", "telephone"),
    ("provenance.consent", "spoken"), ("provenance.at", ""),
  ]

  /// A need that a facilitator has written down.
  @discardableResult
  func state(
    _ words: String, for group: String, as who: String = "chile", country: String = "CL", language: String = "es",
    isPublic: Bool = false
  ) async throws -> Need {
    let statement = NeedStatement(
      organization: OrganizationStatement(
        name: Text(group), country: country, connectivity: Organization.Connectivity.none, languages: [language]),
      words: Text(words), language: language,
      provenance: ProvenanceStatement(
        statedBy: "Rosa Mamani", relation: "tesorera", how: "in person", consent: "spoken", at: ""),
      showPublicly: isPublic, channel: .web)
    let actor = try #require(Self.actors[who])
    let id = try await bed.app.needs.submit(statement, as: actor, once: nil).id
    return try #require(try await need(id))
  }

  func need(_ id: ID<Need>) async throws -> Need? { try await node.read { try NeedStore($0).find(id) } }

  func organization(of need: Need) async throws -> Organization {
    try #require(try await node.read { try OrganizationStore($0).find(need.organization) })
  }
}

import Foundation
import HTTPTypes
import Journal
public import Kernel
import Localization
public import People
public import Web

/// Needs as JSON.
public enum NeedAPI {
  /// A need as somebody may see it. A stranger's answer holds nothing that was said, only what was written to be read by all.
  public static func json(_ need: Need, organization: Organization?, view: NeedPolicy.View, keys: KeyRing? = nil) -> JSON {
    var members: [JSON.Object.Member] = [
      ("code", .string(need.code.description)), ("state", .string(need.state.rawValue)),
      ("createdAt", .string(need.createdAt.iso8601)),
    ]
    guard view >= .summary else { return .object(JSON.Object(members)) }
    let name = view >= .own ? organization?.name : organization?.publicName
    members += [
      ("summary", need.summary.map { .string($0) } ?? .null),
      ("summaryLanguage", need.summaryLanguage.map { .string($0) } ?? .null),
      ("closure", need.closure.map { .string($0.rawValue) } ?? .null), ("country", .string(need.country)),
      ("constraints", .array(need.constraints.map { .string($0.rawValue) })), ("changedAt", .string(need.changedAt.iso8601)),
      ("origin", .string(need.origin.rawValue)), ("isDemonstration", .bool(need.origin == .demonstration)),
      ("organization", name.map { ["name": .string($0), "isVerified": .bool(organization?.isVerified ?? false)] } ?? .null),
    ]
    guard view >= .own else { return .object(JSON.Object(members)) }
    members += [
      ("words", .string(need.words)), ("language", .string(need.language)), ("version", .int(need.version)),
      ("showPublicly", .bool(need.isPublic)),
    ]
    if let organization { members.append(("organizationId", .string(organization.id.rawValue))) }
    if let provenance = need.provenance {
      members.append(
        (
          "provenance",
          [
            "relation": .string(provenance.relation), "how": .string(provenance.how.rawValue),
            "consent": .string(provenance.consent.rawValue), "at": .string(provenance.at.iso8601),
          ]
        ))
    }
    if let keys {
      members.append(("receipt", .string(keys.receipt(subject: need.id.rawValue, generation: need.receiptGeneration).text)))
    }
    return .object(JSON.Object(members))
  }

  /// Reads the body of `POST /api/v1/needs`.
  /// - Throws: `DomainError.invalid` where a member has the wrong kind of value.
  public static func statement(_ json: JSON) throws -> NeedStatement {
    guard json.object != nil else { throw DomainError.malformed(Message("The body is a JSON object.")) }
    var check = FieldCheck()
    func string(_ value: JSON?, _ field: String) -> String {
      guard let value, !value.isNull else { return "" }
      if let text = value.string { return text }
      check.complain(field, Message("This is a text."))
      return ""
    }
    let organization = json["organization"]
    if organization?.object == nil {
      check.complain("organization", Message("Please say for which organization: an object with id, or with name and country."))
    }
    var constraints: [String] = []
    if let list = json["constraints"], !list.isNull {
      if let texts = list.array?.compactMap(\.string), texts.count == list.array?.count {
        constraints = texts
      } else {
        check.complain("constraints", Message("This is a list of texts."))
      }
    }
    var provenance: ProvenanceStatement?
    if let stated = json["provenance"], !stated.isNull {
      if stated.object == nil {
        check.complain("provenance", Message("This is an object with statedBy, relation, how and consent."))
      }
      provenance = ProvenanceStatement(
        statedBy: Text(string(stated["statedBy"], "provenance.statedBy")),
        relation: Text(string(stated["relation"], "provenance.relation")),
        how: string(stated["how"], "provenance.how"), consent: string(stated["consent"], "provenance.consent"),
        at: string(stated["at"], "provenance.at"))
    }
    var kind = Organization.Kind.other
    let kindName = string(organization?["kind"], "organization.kind")
    if !kindName.isEmpty {
      if let known = Organization.Kind(rawValue: kindName) {
        kind = known
      } else {
        check.complain("organization.kind", Message("This is none of the kinds that the description of the API lists."))
      }
    }
    var connectivity: Organization.Connectivity?
    let connectivityName = string(organization?["connectivity"], "organization.connectivity")
    if !connectivityName.isEmpty {
      connectivity = Organization.Connectivity(rawValue: connectivityName)
      if connectivity == nil {
        check.complain("organization.connectivity", Message("This is none of: none, basicPhone, smartphone, officeLine."))
      }
    }
    let id = string(organization?["id"], "organization.id")
    let statement = NeedStatement(
      organization: OrganizationStatement(
        id: id.isEmpty ? nil : id, name: Text(string(organization?["name"], "organization.name")),
        country: string(organization?["country"], "organization.country"), kind: kind,
        subdivision: string(organization?["subdivision"], "organization.subdivision"), connectivity: connectivity),
      words: Text(string(json["words"], "words")), language: string(json["language"], "language"), constraints: constraints,
      provenance: provenance, showPublicly: json["showPublicly"]?.bool ?? false, channel: .api)
    try check.finish()
    return statement
  }

  public static let listOperation = Operation(
    "listNeeds", "Needs, newest first: what everybody may read, and to a token in scope everything",
    parameters: [
      .init("limit", in: .query, "How many, 1 to 100", schema: ["type": "integer", "minimum": 1, "maximum": 100, "default": 50]),
      .init("cursor", in: .query, "`next` of the page before"), .init("q", in: .query, "Words to search for"),
      .init(
        "state", in: .query, "Only this state",
        schema: ["type": "string", "enum": .array(Need.State.allCases.map { .string($0.rawValue) })]),
      .init("country", in: .query, "ISO 3166-1 alpha-2"), .init("language", in: .query, "BCP 47 tag of the words"),
    ],
    answers: [
      200: (
        "A page of needs",
        [
          "type": "object", "required": ["items", "next"],
          "properties": ["items": ["type": "array", "items": needSchema], "next": ["type": ["string", "null"]]],
        ]
      )
    ])

  public static let statementSchema: JSON = [
    "type": "object", "required": ["organization", "words", "language"],
    "properties": [
      "organization": [
        "type": "object",
        "properties": [
          "id": ["type": "string"], "name": ["type": "string", "maxLength": 200],
          "country": ["type": "string", "pattern": "^[A-Za-z]{2}$"],
          "subdivision": ["type": "string"],
          "kind": ["type": "string", "enum": .array(Organization.Kind.allCases.map { .string($0.rawValue) })],
          "connectivity": ["type": "string", "enum": .array(Organization.Connectivity.allCases.map { .string($0.rawValue) })],
        ],
      ],
      "words": ["type": "string", "minLength": 1, "maxLength": 4000],
      "language": ["type": "string", "description": "BCP 47 tag"],
      "constraints": [
        "type": "array", "items": ["type": "string", "enum": .array(Need.Constraint.allCases.map { .string($0.rawValue) })],
      ],
      "showPublicly": ["type": "boolean", "default": false],
      "provenance": [
        "type": "object", "description": "Required when the token is a facilitator's",
        "required": ["statedBy", "relation", "how", "consent"],
        "properties": [
          "statedBy": ["type": "string"], "relation": ["type": "string"],
          "how": ["type": "string", "enum": .array(Provenance.How.allCases.map { .string($0.rawValue) })],
          "consent": ["type": "string", "enum": .array(Provenance.Consent.allCases.map { .string($0.rawValue) })],
          "at": ["type": "string", "description": "RFC 3339; now when missing"],
        ],
      ],
    ],
  ]

  public static let needSchema: JSON = [
    "type": "object", "required": ["code", "state"],
    "properties": [
      "code": ["type": "string"], "state": ["type": "string", "enum": .array(Need.State.allCases.map { .string($0.rawValue) })],
      "summary": ["type": ["string", "null"]], "summaryLanguage": ["type": ["string", "null"]],
      "words": ["type": "string", "description": "Only to the organization and its facilitators"], "language": ["type": "string"],
      "country": ["type": "string"], "closure": ["type": ["string", "null"]],
      "createdAt": ["type": "string", "format": "date-time"],
      "changedAt": ["type": "string", "format": "date-time"], "origin": ["type": "string"],
      "isDemonstration": ["type": "boolean"],
      "receipt": ["type": "string", "description": "Only to whoever stated it"], "version": ["type": "integer"],
    ],
  ]
}

extension NeedsFeature {
  /// The list; single needs stand with their prescription in App.
  var apiRoutes: [Route] {
    [
      .api(.get, "/api/v1/needs", NeedAPI.listOperation, listJSON),
      .api(
        .patch, "/api/v1/needs/{code}", for: .signedIn,
        Operation(
          "triageNeed", "Writes the summary of a need and opens it",
          parameters: [.init("code", in: .path, "The need's code")],
          body: [
            "type": "object", "required": ["version", "summary"],
            "properties": [
              "version": ["type": "integer"], "summary": ["type": "string", "maxLength": 400],
              "summaryLanguage": ["type": "string"],
              "state": ["type": "string", "enum": ["triaged", "open"]],
            ],
          ], answers: [200: ("The need", NeedAPI.needSchema)]), triageJSON),
    ]
  }

  private func listJSON(_ visit: Visit) async throws -> Answer {
    let text = visit.query.first("limit") ?? "50"
    guard let limit = Int(text), (1...100).contains(limit) else {
      throw DomainError.invalid("limit", Message("This is a number from 1 to 100."))
    }
    if let cursor = visit.query.first("cursor"), NeedCursor(cursor) == nil {
      throw DomainError.invalid("cursor", Message("This is no cursor that was handed out."))
    }
    let actor = visit.actor
    let isDesk = NeedPolicy.maySeeDesk(actor)
    let (entries, next) = try await page(
      visit, scope: isDesk ? .desk(of: actor) : .listed, listedOnly: !isDesk, limit: limit)
    let organizations = try await node.read { try OrganizationStore($0).find(entries.map(\.need.organization)) }
    let items = entries.map { listing in
      NeedAPI.json(
        listing.need, organization: organizations[listing.need.organization], view: NeedPolicy.view(actor, of: listing.need))
    }
    return try .json(["items": .array(items), "next": next.map { .string($0) } ?? .null])
  }

  private func triageJSON(_ visit: Visit) async throws -> Answer {
    let (need, organization) = try await desk(visit)
    let body = try visit.jsonBody()
    let triage = TriageNeed(
      need.id, version: body["version"]?.int ?? -1, summary: Text(body["summary"]?.string ?? ""),
      summaryLanguage: body["summaryLanguage"]?.string ?? "", outcome: body["state"]?.string == "triaged" ? .triaged : .open)
    let changed = try await node.act(as: visit.actor) { act in try triage(in: act) }
    return try .json(NeedAPI.json(changed, organization: organization, view: .desk))
  }
}

import Foundation
import HTTPTypes
import Journal
public import Kernel
import Localization
public import People
import Vocabulary
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
      ("skills", JSON(need.skills)), ("effort", JSON(need.effort?.rawValue)), ("neededBy", JSON(need.neededBy.map(day))),
      ("isOnSite", .bool(need.isOnSite)), ("seeksMore", .bool(need.seeksMore)),
      ("organization", name.map { ["name": .string($0), "isVerified": .bool(organization?.isVerified ?? false)] } ?? .null),
    ]
    guard view >= .own else { return .object(JSON.Object(members)) }
    members += [
      ("words", .string(need.words)), ("language", .string(need.language)), ("version", .int(need.version)),
      ("showPublicly", .bool(need.isPublic)),
    ]
    if view == .desk { members.append(("assignee", JSON(need.assignee))) }
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

  /// The day whose end a time is: `2026-03-01`.
  private static func day(_ time: Timestamp) -> String { String(time.iso8601.prefix(10)) }

  /// Reads the body of `POST /api/v1/needs`.
  /// - Throws: `DomainError.invalid` where a member has the wrong kind of value.
  public static func statement(_ json: JSON) throws -> NeedStatement {
    var members = try JSONMembers(json)
    if json["organization"]?.object == nil {
      members.complain(
        "organization", Message("Please say for which organization: an object with id, or with name and country."))
    }
    let id = members.string("organization.id", orNull: true) ?? ""
    let organization = OrganizationStatement(
      id: id.isEmpty ? nil : id, name: Text(members.string("organization.name", orNull: true) ?? ""),
      country: members.string("organization.country", orNull: true) ?? "",
      kind: members.choice("organization.kind", among: Organization.Kind.allCases, orNull: true) ?? .other,
      subdivision: members.string("organization.subdivision", orNull: true),
      connectivity: members.choice("organization.connectivity", among: Organization.Connectivity.allCases, orNull: true))
    var provenance: ProvenanceStatement?
    if let stated = json["provenance"], !stated.isNull {
      if stated.object == nil {
        members.complain("provenance", Message("This is an object with statedBy, relation, how and consent."))
      }
      provenance = ProvenanceStatement(
        statedBy: Text(members.string("provenance.statedBy") ?? ""),
        relation: Text(members.string("provenance.relation") ?? ""), how: members.string("provenance.how") ?? "",
        consent: members.string("provenance.consent") ?? "", at: members.string("provenance.at", orNull: true) ?? "")
    }
    let statement = NeedStatement(
      organization: organization, words: Text(members.string("words") ?? ""), language: members.string("language") ?? "",
      constraints: members.strings("constraints", orNull: true) ?? [], provenance: provenance,
      showPublicly: members.bool("showPublicly") ?? false, channel: .api)
    try members.finish()
    return statement
  }

  /// Reads the body of `PATCH /api/v1/needs/{code}`. It opens a need to everybody, so nothing in it is passed over.
  /// - Throws: `DomainError.invalid` with every member that cannot be taken.
  static func triage(_ json: JSON, of need: Need, knowing vocabulary: Vocabulary) throws -> TriageNeed {
    var members = try JSONMembers(json)
    let version = members.version()
    let summary = members.string("summary") ?? ""
    let language = members.string("summaryLanguage")
    if let language, Language(language)?.isAssigned != true {
      members.complain("summaryLanguage", Message("A language is named by its code, such as en, es or ht."))
    }
    let outcome = members.choice("state", among: [TriageNeed.Outcome.triaged, .open])
    let work = try work(&members, of: need, knowing: vocabulary)
    members.refuseOthers()
    try members.finish()
    return TriageNeed(
      need.id, version: version, summary: Text(summary), summaryLanguage: language ?? "", outcome: outcome ?? .open, work: work)
  }

  /// What it asks of whoever helps; what is missing stays as it is, and null empties it.
  private static func work(_ members: inout JSONMembers, of need: Need, knowing vocabulary: Vocabulary) throws -> Need.Work {
    let skills = members.strings("skills", orNull: true)
    let effort = members.string("effort", orNull: true)
    let neededBy = members.string("neededBy", orNull: true)
    let isOnSite = members.bool("isOnSite")
    let seeksMore = members.bool("seeksMore")
    var check = FieldCheck()
    var work = try Need.Work(
      skills: skills ?? [], effort: effort ?? "", neededBy: neededBy ?? "", isOnSite: isOnSite ?? need.isOnSite,
      seeksMore: seeksMore, knowing: vocabulary, &check)
    for error in check.errors { members.complain(error.field, error.message) }
    if !members.has("skills") { work.skills = need.skills }
    if !members.has("effort") { work.effort = need.effort }
    if !members.has("neededBy") { work.neededBy = need.neededBy }
    return work
  }

  /// Looks at what the list is asked for: a filter that nobody understands would list everything. Empty is missing.
  /// - Throws: `DomainError.invalid` with every parameter whose value is not known.
  static func checkFilters(_ query: Form) throws {
    var check = FieldCheck()
    if let state = query.first("state"), !state.isEmpty {
      _ = check.choice("state", state, among: Need.State.allCases)
    }
    if let country = query.first("country"), !country.isEmpty {
      _ = try check.take { try Country.checked(country, field: "country") }
    }
    if let language = query.first("language"), !language.isEmpty, Language(language)?.isAssigned != true {
      check.complain("language", Message("A language is named by its code, such as en, es or ht."))
    }
    try check.finish()
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

  private static let kinds: JSON = .array(Organization.Kind.allCases.map { .string($0.rawValue) } + [.null])
  private static let connectivities: JSON = .array(Organization.Connectivity.allCases.map { .string($0.rawValue) } + [.null])

  /// Where null is taken, it means the same as a missing member.
  public static let statementSchema: JSON = [
    "type": "object", "required": ["organization", "words", "language"],
    "properties": [
      "organization": [
        "type": "object",
        "properties": [
          "id": ["type": ["string", "null"]], "name": ["type": ["string", "null"], "maxLength": 200],
          "country": ["type": ["string", "null"], "pattern": "^[A-Za-z]{2}$"],
          "subdivision": ["type": ["string", "null"]],
          "kind": ["type": ["string", "null"], "enum": kinds],
          "connectivity": ["type": ["string", "null"], "enum": connectivities],
        ],
      ],
      "words": ["type": "string", "minLength": 1, "maxLength": 4000],
      "language": ["type": "string", "description": "BCP 47 tag"],
      "constraints": [
        "type": ["array", "null"],
        "items": ["type": "string", "enum": .array(Need.Constraint.allCases.map { .string($0.rawValue) })],
      ],
      "showPublicly": ["type": "boolean", "default": false],
      "provenance": [
        "type": ["object", "null"], "description": "Required when the token is a facilitator's",
        "required": ["statedBy", "relation", "how", "consent"],
        "properties": [
          "statedBy": ["type": "string"], "relation": ["type": "string"],
          "how": ["type": "string", "enum": .array(Provenance.How.allCases.map { .string($0.rawValue) })],
          "consent": ["type": "string", "enum": .array(Provenance.Consent.allCases.map { .string($0.rawValue) })],
          "at": ["type": ["string", "null"], "description": "RFC 3339; now when missing"],
        ],
      ],
    ],
  ]

  fileprivate static let efforts: JSON = .array(Need.Effort.allCases.map { .string($0.rawValue) } + [.null])

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
      "skills": [
        "type": "array", "items": ["type": "string"], "description": "Concepts of the vocabulary that a facilitator chose",
      ],
      "effort": ["type": ["string", "null"], "enum": efforts],
      "neededBy": ["type": ["string", "null"], "format": "date", "description": "The last day on which help is of use"],
      "isOnSite": ["type": "boolean", "description": "Whether somebody has to come to the place"],
      "seeksMore": ["type": "boolean", "description": "Whether parts are left for others while somebody works on it"],
      "assignee": ["type": ["string", "null"], "description": "Who on the desk cares for it: only to facilitators"],
      "splitFrom": ["type": ["string", "null"], "description": "The code of what it is a part of; only of a single need"],
      "parts": ["type": "array", "items": ["type": "string"], "description": "Codes of the other parts; only of a single need"],
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
          "triageNeed", "Writes the summary of a need, says what it asks of whoever helps, and opens it",
          parameters: [.init("code", in: .path, "The need's code")],
          body: [
            "type": "object", "required": ["version", "summary"], "additionalProperties": false,
            "properties": [
              "version": ["type": "integer"], "summary": ["type": "string", "maxLength": 400],
              "summaryLanguage": ["type": "string", "description": "BCP 47 tag; that of the words when missing"],
              "state": ["type": "string", "enum": ["triaged", "open"], "default": "open"],
              "skills": [
                "type": ["array", "null"], "maxItems": .int(Need.Work.mostSkills), "items": ["type": "string"],
                "description": "Concepts of skills; null means those that its words speak of",
              ],
              "effort": ["type": ["string", "null"], "enum": NeedAPI.efforts],
              "neededBy": ["type": ["string", "null"], "format": "date"],
              "isOnSite": ["type": "boolean"], "seeksMore": ["type": "boolean"],
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
    try NeedAPI.checkFilters(visit.query)
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
    let triage = try NeedAPI.triage(try visit.jsonBody(), of: need, knowing: vocabulary)
    let take = try taking(triage, of: need)
    let changed = try await node.act(as: visit.actor) { act in try take(act) }
    return try .json(NeedAPI.json(changed, organization: organization, view: .desk))
  }
}

import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// What organizations show of themselves as JSON, with their answers and those who vouch for them.
extension PeopleFeature {
  var faceAPIRoutes: [Route] {
    [
      .api(.get, "/api/v1/organizations", FaceAPI.list, listJSON),
      .api(.get, "/api/v1/organizations/{id}", FaceAPI.show, showJSON),
      .api(.get, "/api/v1/organizations/{id}/answers", for: .signedIn, FaceAPI.readAnswers, answersJSON),
      .api(.patch, "/api/v1/organizations/{id}/answers", for: .signedIn, FaceAPI.changeAnswers, patchAnswers),
      .api(.post, "/api/v1/organizations/{id}/vouches", for: .signedIn, FaceAPI.vouch, postVouch),
      .api(.delete, "/api/v1/organizations/{id}/vouches", for: .signedIn, FaceAPI.takeBack, deleteVouch),
    ]
  }

  private func listJSON(_ visit: Visit) async throws -> Answer {
    let text = visit.query.first("limit") ?? "50"
    guard let limit = Int(text), (1...100).contains(limit) else {
      throw DomainError.invalid("limit", Message("This is a number from 1 to 100."))
    }
    let (items, next) = try await shown(try FaceAPI.filter(visit.query), visit, limit: limit)
    return try .json(["items": .array(items.map(FaceAPI.listed)), "next": JSON(next)])
  }

  /// To those who may speak for it everything, to others what its page shows.
  private func showJSON(_ visit: Visit) async throws -> Answer {
    let face = try await face(visit)
    if face.view >= .member { return try .json(PeopleAPI.json(face.organization)) }
    return try .json(FaceAPI.json(face, needs: try await ports.organizations.needs(face.organization)))
  }

  private func answersJSON(_ visit: Visit) async throws -> Answer {
    try .json(FaceAPI.answers(try await face(visit, seenAs: .held)))
  }

  private func patchAnswers(_ visit: Visit) async throws -> Answer {
    let answer = try FaceAPI.change(
      try visit.jsonBody(), of: ID(try visit.parameter("id")), ports: ports.organizations)
    try await node.act(as: visit.actor) { act in try answer(in: act) }
    return try await answersJSON(visit)
  }

  private func postVouch(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    let vouch = try FaceAPI.vouch(try visit.jsonBody(), for: id, ports: ports.organizations)
    _ = try await act(visit, once: "people.vouch " + id.rawValue) { act in
      try vouch(in: act)
      return id.rawValue
    }
    let face = try await face(visit)
    return try .json(["isVerified": .bool(face.organization.isVerified), "vouches": FaceAPI.vouches(face)], status: .created)
  }

  private func deleteVouch(_ visit: Visit) async throws -> Answer {
    let id = ID<Organization>(try visit.parameter("id"))
    try await node.act(as: visit.actor) { act in try TakeVouchBack(id)(in: act) }
    return Answer(status: .noContent, type: "application/json", body: [])
  }
}

/// What programs read and write of the public face.
enum FaceAPI {
  // MARK: - Out

  /// In the list: nothing that its page would not show.
  static func listed(_ organization: Organization) -> JSON { .object(JSON.Object(members(organization))) }

  private static func members(_ organization: Organization) -> [JSON.Object.Member] {
    [
      ("id", .string(organization.id.rawValue)), ("name", JSON(organization.publicName)),
      ("kind", .string(organization.kind.rawValue)), ("country", .string(organization.country)),
      ("subdivision", JSON(organization.subdivision)), ("languages", .array(organization.languages.map { .string($0) })),
      ("isVerified", .bool(organization.isVerified)), ("origin", .string(organization.origin.rawValue)),
      ("isDemonstration", .bool(organization.origin == .demonstration)),
    ]
  }

  static func json(_ face: OrganizationFace, needs: JSON) -> JSON {
    let about = face.text.map { ["words": .string($0.words), "language": .string($0.language)] as JSON }
    return .object(
      JSON.Object(members(face.organization) + [("about", about ?? .null), ("vouches", vouches(face)), ("needs", needs)]))
  }

  static func vouches(_ face: OrganizationFace) -> JSON {
    .array(
      face.vouches.map { vouch in
        [
          "name": .string(vouch.name), "as": .string(vouch.standing.rawValue), "reason": .string(vouch.reason),
          "language": .string(vouch.language), "at": .string(vouch.at.iso8601), "counts": .bool(vouch.counts),
        ]
      })
  }

  static func answers(_ face: OrganizationFace) -> JSON {
    let questions = OrganizationConsent.Question.allCases.map { question -> JSON.Object.Member in
      guard let answer = face.answers[question] else { return (question.rawValue, .null) }
      return (
        question.rawValue,
        [
          "answer": .bool(answer.isYes), "at": .string(answer.at.iso8601), "wording": .int(answer.wording),
          "agreement": JSON(answer.agreement?.rawValue), "isSeen": .bool(answer.isSeen),
        ]
      )
    }
    return .object(JSON.Object(questions + [("isShown", .bool(face.isShown))]))
  }

  // MARK: - In

  /// A filter that nobody understands would list everything. Empty is missing.
  static func filter(_ query: Form) throws -> OrganizationFilter {
    var check = FieldCheck()
    var filter = OrganizationFilter(words: String(query.text("q").normalized.prefix(100)))
    if let country = query.first("country"), !country.isEmpty {
      filter.country = try check.take { try Country.checked(country, field: "country") }
    }
    if let kind = query.first("kind"), !kind.isEmpty {
      filter.kind = check.choice("kind", kind, among: Organization.Kind.allCases)
    }
    try check.finish()
    return filter
  }

  /// Reads the body of `PATCH …/answers`: what is missing keeps its answer.
  static func change(_ body: JSON, of id: ID<Organization>, ports: OrganizationPorts) throws -> AnswerOrganizationConsents {
    var members = try JSONMembers(body)
    var answers: [OrganizationConsent.Question: Bool] = [:]
    for question in OrganizationConsent.Question.allCases {
      if let answer = members.bool(question.rawValue) { answers[question] = answer }
    }
    let agreement = members.choice("agreement", among: OrganizationConsent.Agreement.allCases)
    members.refuseOthers()
    try members.finish()
    return AnswerOrganizationConsents(
      id, answers: answers, name: .unchanged, agreement: agreement?.rawValue ?? "", ports: ports)
  }

  static func vouch(_ body: JSON, for id: ID<Organization>, ports: OrganizationPorts) throws -> VouchFor {
    var members = try JSONMembers(body)
    let reason = members.string("reason") ?? ""
    let name = members.string("name") ?? ""
    let agrees = members.bool("agrees") ?? false
    members.refuseOthers()
    try members.finish()
    return VouchFor(id, reason: Text(reason), name: Text(name), agrees: agrees, ports: ports)
  }

  // MARK: - Described

  private static let id = Operation.Parameter("id", in: .path, "The organization's id")

  static let list = Operation(
    "listOrganizations", "Organizations whose page everybody may read, the newest first",
    parameters: [
      .init("limit", in: .query, "How many, 1 to 100", schema: ["type": "integer", "minimum": 1, "maximum": 100, "default": 50]),
      .init("cursor", in: .query, "`next` of the page before"), .init("q", in: .query, "A part of the name"),
      .init("country", in: .query, "ISO 3166-1 alpha-2"), .init("kind", in: .query, "Only this kind", schema: kind),
    ],
    answers: [
      200: (
        "A page of organizations",
        [
          "type": "object", "required": ["items", "next"],
          "properties": ["items": ["type": "array", "items": listedSchema], "next": ["type": ["string", "null"]]],
        ]
      )
    ])

  static let show = Operation(
    "getOrganization", "An organization: what its page shows, and to its members and facilitators its particulars",
    parameters: [id],
    answers: [200: ("The organization", ["anyOf": [faceSchema, PeopleAPI.organizationSchema]])])

  static let readAnswers = Operation(
    "getOrganizationAnswers", "Whether an organization may be shown, told of to funders, and copied", parameters: [id],
    answers: [200: ("Its newest answers; null where it was not asked", answersSchema)])

  static let changeAnswers = Operation(
    "answerForOrganization", "Answers for an organization: what is missing keeps its answer. A no counts at once",
    parameters: [id],
    body: [
      "type": "object", "additionalProperties": false,
      "properties": .object(
        JSON.Object(
          OrganizationConsent.Question.allCases.map { ($0.rawValue, ["type": "boolean"]) } + [
            (
              "agreement",
              [
                "type": "string", "description": "How the group agreed; required of a facilitator who says yes for it",
                "enum": .array(OrganizationConsent.Agreement.allCases.map { .string($0.rawValue) }),
              ]
            )
          ])),
    ],
    answers: [200: ("Its newest answers", answersSchema)])

  static let vouch = Operation(
    "vouchForOrganization", "Somebody with a name vouches for an organization",
    parameters: [
      id,
      .init("Idempotency-Key", in: .header, "The same request with the same key is done once"),
    ],
    body: [
      "type": "object", "required": ["reason", "name", "agrees"], "additionalProperties": false,
      "properties": [
        "reason": ["type": "string", "minLength": 1, "maxLength": .int(Vouch.longestReason)],
        "name": [
          "type": "string", "minLength": 1, "maxLength": .int(Person.longestName), "description": "Of the person who vouches",
        ],
        "agrees": ["type": "boolean", "description": "That everybody reads name and reason"],
      ],
    ],
    answers: [
      201: (
        "Who vouches for it",
        [
          "type": "object", "required": ["isVerified", "vouches"],
          "properties": ["isVerified": ["type": "boolean"], "vouches": vouchesSchema],
        ]
      ), 409: ("This token has vouched for it already", nil),
    ])

  static let takeBack = Operation(
    "takeVouchBack", "Takes back what this token has vouched for", parameters: [id], answers: [204: ("Done", nil)])

  private static let kind: JSON = ["type": "string", "enum": .array(Organization.Kind.allCases.map { .string($0.rawValue) })]

  private static let listedMembers: [JSON.Object.Member] = [
    ("id", ["type": "string"]), ("name", ["type": "string"]), ("kind", kind), ("country", ["type": "string"]),
    ("subdivision", ["type": ["string", "null"]]), ("languages", ["type": "array", "items": ["type": "string"]]),
    ("isVerified", ["type": "boolean"]), ("origin", ["type": "string"]), ("isDemonstration", ["type": "boolean"]),
  ]

  private static let listedSchema: JSON = [
    "type": "object", "required": ["id", "name", "kind", "country", "isVerified"],
    "properties": .object(JSON.Object(listedMembers)),
  ]

  private static let vouchesSchema: JSON = [
    "type": "array",
    "items": [
      "type": "object", "required": ["name", "as", "reason", "at"],
      "properties": [
        "name": ["type": "string"], "as": ["type": "string", "enum": ["facilitator", "moderator", "member"]],
        "reason": ["type": "string"], "language": ["type": "string"], "at": ["type": "string", "format": "date-time"],
        "counts": ["type": "boolean"],
      ],
    ],
  ]

  private static let faceSchema: JSON = [
    "type": "object", "required": ["id", "name", "kind", "country", "isVerified", "about", "vouches", "needs"],
    "properties": .object(
      JSON.Object(
        listedMembers + [
          (
            "about",
            [
              "type": ["object", "null"],
              "properties": ["words": ["type": "string"], "language": ["type": "string", "description": "BCP 47 tag"]],
            ]
          ), ("vouches", vouchesSchema),
          ("needs", ["type": "array", "items": ["type": "object", "properties": ["code": ["type": "string"]]]]),
        ])),
  ]

  private static let answersSchema: JSON = {
    let answer: JSON = [
      "type": ["object", "null"],
      "properties": [
        "answer": ["type": "boolean"], "at": ["type": "string", "format": "date-time"],
        "wording": ["type": "integer", "description": "Version of the question's wording; 0 where nobody was asked"],
        "agreement": ["type": ["string", "null"]],
        "isSeen": ["type": "boolean", "description": "Whether it came from, or was looked at by, somebody known to be real"],
      ],
    ]
    return [
      "type": "object", "required": ["isShown"],
      "properties": .object(
        JSON.Object(
          OrganizationConsent.Question.allCases.map { ($0.rawValue, answer) } + [("isShown", ["type": "boolean"])])),
    ]
  }()
}

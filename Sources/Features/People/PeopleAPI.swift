import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Web

/// People and organizations as JSON.
extension PeopleFeature {
  var apiRoutes: [Route] {
    [
      .api(.get, "/api/v1/me", for: .signedIn, PeopleAPI.meOperation, meJSON),
      .api(.get, "/api/v1/tokens", for: .roles([.administrator]), PeopleAPI.listTokens, listTokens),
      .api(.post, "/api/v1/tokens", for: .roles([.administrator]), PeopleAPI.makeToken, makeToken),
      .api(.delete, "/api/v1/tokens/{id}", for: .roles([.administrator]), PeopleAPI.revokeToken, deleteToken),
      .api(.patch, "/api/v1/organizations/{id}", for: .signedIn, PeopleAPI.changeOrganization, patchOrganization),
    ]
  }

  private func meJSON(_ visit: Visit) async throws -> Answer {
    if let id = visit.actor.personID, let person = try await node.read({ try AccountStore($0).person(ID(id)) }) {
      return try .json(PeopleAPI.json(person, counting: visit.actor.grants))
    }
    guard case .token(let id) = visit.actor.who, let token = try await node.read({ try AccountStore($0).token(ID<Token>(id)) })
    else {
      throw DomainError.notFound
    }
    return try .json(PeopleAPI.json(token))
  }

  private func listTokens(_ visit: Visit) async throws -> Answer {
    let tokens = try await node.read { try AccountStore($0).tokens() }
    return try .json(["items": .array(tokens.map(PeopleAPI.json)), "next": .null])
  }

  private func makeToken(_ visit: Visit) async throws -> Answer {
    let create = try PeopleAPI.token(try visit.jsonBody())
    let made: ID<Token>
    if let key = try visit.once("people.createToken") {
      made = ID(try await node.act(as: visit.actor, once: key) { act in try create.make(in: act).id.rawValue }.subject)
    } else {
      made = try await node.act(as: visit.actor) { act in try create.make(in: act).id }
    }
    guard let token = try await node.read({ try AccountStore($0).token(made) }) else { throw DomainError.notFound }
    return try .json(PeopleAPI.json(token, secret: Token.secret(of: made, keys: node.keys)), status: .created)
  }

  private func deleteToken(_ visit: Visit) async throws -> Answer {
    let revoke = RevokeToken(ID(try visit.parameter("id")))
    try await node.act(as: visit.actor) { act in try revoke(in: act) }
    return Answer(status: .noContent, type: "application/json", body: [])
  }

  private func patchOrganization(_ visit: Visit) async throws -> Answer {
    let known = try await organization(visit)
    let change = try PeopleAPI.change(try visit.jsonBody(), of: known)
    return try .json(PeopleAPI.json(try await node.act(as: visit.actor) { act in try change(in: act) }))
  }
}

/// What programs read and write.
enum PeopleAPI {
  static func json(_ token: Token) -> JSON { .object(JSON.Object(members(token))) }

  static func json(_ token: Token, secret: String) -> JSON { .object(JSON.Object(members(token) + [("token", .string(secret))])) }

  private static func members(_ token: Token) -> [JSON.Object.Member] {
    [
      ("id", .string(token.id.rawValue)), ("name", .string(token.name)), ("role", .string(token.grant.role.rawValue)),
      ("scope", JSON(token.grant.scope)), ("createdAt", .string(token.createdAt.iso8601)),
      ("expiresAt", JSON(token.expiresAt?.iso8601)),
      ("revokedAt", JSON(token.revokedAt?.iso8601)),
    ]
  }

  /// To those who may speak for it.
  static func json(_ organization: Organization) -> JSON {
    [
      "id": .string(organization.id.rawValue), "version": .int(organization.version), "name": .string(organization.name),
      "kind": .string(organization.kind.rawValue), "country": .string(organization.country),
      "subdivision": JSON(organization.subdivision),
      "connectivity": JSON(organization.connectivity?.rawValue),
      "languages": .array(organization.languages.map { .string($0) }), "visibility": .string(organization.visibility.rawValue),
      "pseudonym": JSON(organization.pseudonym), "isVerified": .bool(organization.isVerified),
      "origin": .string(organization.origin.rawValue), "isDemonstration": .bool(organization.origin == .demonstration),
      "createdAt": .string(organization.createdAt.iso8601),
    ]
  }

  /// Reads the body of `POST /api/v1/tokens`. A limit that nobody understands would be none, so every member has to be known.
  static func token(_ body: JSON) throws -> CreateToken {
    var members = try JSONMembers(body)
    let name = members.string("name") ?? ""
    let role = members.choice("role", among: Role.allCases, isRequired: true)
    let scope = members.string("scope", orNull: true)
    var expiresAt: Timestamp?
    if let end = members.string("expiresAt", orNull: true) {
      expiresAt = Timestamp(iso8601: end)
      if expiresAt == nil { members.complain("expiresAt", Message("This is a time such as 2026-03-01T09:30:00Z.")) }
    }
    members.refuseOthers()
    try members.finish()
    return CreateToken(name: Text(name), grant: Grant(role ?? .volunteer, scope: scope), expiresAt: expiresAt)
  }

  /// Reads the body of `PATCH /api/v1/organizations/{id}`: what is missing stays as it is, null empties.
  static func change(_ body: JSON, of known: Organization) throws -> ChangeOrganization {
    var members = try JSONMembers(body)
    var particulars = ChangeOrganization.Particulars(of: known)
    let version = members.version()
    if let name = members.string("name") { particulars.name = Text(name) }
    if let kind = members.string("kind") { particulars.kind = kind }
    if let country = members.string("country") { particulars.country = country }
    if members.has("subdivision") { particulars.subdivision = members.string("subdivision", orNull: true) ?? "" }
    if members.has("connectivity") { particulars.connectivity = members.string("connectivity", orNull: true) ?? "" }
    if let languages = members.strings("languages") { particulars.languages = languages }
    if let visibility = members.string("visibility") { particulars.visibility = visibility }
    if members.has("pseudonym") { particulars.pseudonym = Text(members.string("pseudonym", orNull: true) ?? "") }
    members.refuseOthers(Message("This cannot be changed here."))
    try members.finish()
    return ChangeOrganization(known.id, version: version, particulars)
  }

  // MARK: - Described

  static let meOperation = Operation(
    "getMe", "Whose token this is, and what it may do", answers: [200: ("The token", tokenSchema)])

  static let listTokens = Operation(
    "listTokens", "Every token, the newest first",
    answers: [
      200: (
        "The tokens",
        [
          "type": "object", "required": ["items", "next"],
          "properties": ["items": ["type": "array", "items": tokenSchema], "next": ["type": "null"]],
        ]
      )
    ])

  static let makeToken = Operation(
    "createToken", "Makes a token; its text stands in this answer and nowhere else", parameters: [idempotencyKey],
    body: [
      "type": "object", "required": ["name", "role"], "additionalProperties": false,
      "properties": [
        "name": ["type": "string", "minLength": 1, "maxLength": .int(Token.longestName)], "role": roleSchema,
        "scope": scopeSchema,
        "expiresAt": [
          "type": ["string", "null"], "format": "date-time", "description": "Within ten years; never when null or missing",
        ],
      ],
    ],
    answers: [201: ("The token, with its text as `token`", tokenSchema)])

  static let revokeToken = Operation(
    "revokeToken", "Revokes a token at once", parameters: [.init("id", in: .path, "The token's id")],
    answers: [204: ("Done", nil)])

  static let changeOrganization = Operation(
    "changeOrganization", "Changes an organization: what is missing stays as it is",
    parameters: [.init("id", in: .path, "The organization's id")],
    body: [
      "type": "object", "required": ["version"], "additionalProperties": false,
      "properties": .object(JSON.Object(changeable + [("version", ["type": "integer"])])),
    ],
    answers: [200: ("The organization", organizationSchema), 409: ("Somebody else has changed it meanwhile", nil)])

  private static let idempotencyKey = Operation.Parameter(
    "Idempotency-Key", in: .header, "The same request with the same key is done once",
    schema: ["type": "string", "minLength": 1, "maxLength": 200])

  private static let roleSchema: JSON = ["type": "string", "enum": .array(Role.allCases.map { .string($0.rawValue) })]

  private static let scopeSchema: JSON = [
    "type": ["string", "null"],
    "description": "`country:` and ISO 3166-1 alpha-2, or `organization:` and an id; the whole node when null",
  ]

  private static let tokenSchema: JSON = [
    "type": "object", "required": ["id", "name", "role", "scope", "createdAt", "expiresAt", "revokedAt"],
    "properties": [
      "id": ["type": "string"], "name": ["type": "string"], "role": roleSchema, "scope": scopeSchema,
      "createdAt": ["type": "string", "format": "date-time"], "expiresAt": ["type": ["string", "null"], "format": "date-time"],
      "revokedAt": ["type": ["string", "null"], "format": "date-time"], "token": ["type": "string"],
    ],
  ]

  private static let changeable: [JSON.Object.Member] = [
    ("name", ["type": "string", "minLength": 1, "maxLength": .int(Organization.longestName)]),
    ("kind", ["type": "string", "enum": .array(Organization.Kind.allCases.map { .string($0.rawValue) })]),
    ("country", ["type": "string", "pattern": "^[A-Za-z]{2}$"]), ("subdivision", ["type": ["string", "null"]]),
    (
      "connectivity",
      ["type": ["string", "null"], "enum": .array(Organization.Connectivity.allCases.map { .string($0.rawValue) } + [.null])]
    ),
    ("languages", ["type": "array", "items": ["type": "string"], "maxItems": .int(ChangeOrganization.mostLanguages)]),
    ("visibility", ["type": "string", "enum": .array(Organization.Visibility.allCases.map { .string($0.rawValue) })]),
    ("pseudonym", ["type": ["string", "null"]]),
  ]

  static let organizationSchema: JSON = [
    "type": "object", "required": ["id", "version", "name", "kind", "country", "visibility"],
    "properties": .object(
      JSON.Object(
        changeable + [
          ("id", ["type": "string"]), ("version", ["type": "integer"]), ("isVerified", ["type": "boolean"]),
          ("origin", ["type": "string"]), ("isDemonstration", ["type": "boolean"]),
          ("createdAt", ["type": "string", "format": "date-time"]),
        ])),
  ]
}

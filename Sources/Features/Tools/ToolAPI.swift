import Kernel
import Localization
import People
import Vocabulary
import Web

/// Tools as JSON.
enum ToolAPI {
  /// A tool in a list.
  static func json(_ tool: ListedTool) -> JSON {
    [
      "id": .string(tool.id), "externalId": JSON(tool.externalID), "name": .string(tool.name), "excerpt": .string(tool.text),
      "language": .string(tool.language), "functions": JSON(tool.functions), "languages": JSON(tool.languages),
      "cost": .string(tool.cost.rawValue), "worksOffline": JSON(tool.worksOffline),
      "worksOnBasicPhone": JSON(tool.worksOnBasicPhone), "upkeep": .string(tool.upkeep.rawValue), "licence": JSON(tool.licence),
      "website": JSON(tool.website), "repository": JSON(tool.repository), "isDemonstration": .bool(tool.isDemonstration),
      "path": .string(tool.path),
    ]
  }

  /// Everything about a tool.
  static func json(_ tool: Tool) -> JSON {
    let facts = tool.facts
    let functions = tool.functions.map { function -> JSON in
      [
        "concept": .string(function.concept), "confidence": .double(function.confidence),
        "isConfirmed": .bool(function.isConfirmed),
      ]
    }
    return [
      "id": .string(tool.id.rawValue), "externalId": JSON(tool.externalID), "source": .string(tool.source.rawValue),
      "state": .string(tool.state.rawValue), "origin": .string(tool.origin.rawValue),
      "isDemonstration": .bool(tool.origin == .demonstration), "name": .string(facts.name),
      "description": .string(facts.description),
      "language": .string(facts.language), "otherNames": JSON(facts.otherNames), "kinds": JSON(facts.kinds.map(\.rawValue)),
      "makers": JSON(facts.makers), "platforms": JSON(facts.platforms), "languages": JSON(facts.languages),
      "licence": JSON(facts.licence), "cost": .string(facts.cost.rawValue), "worksOffline": JSON(facts.worksOffline),
      "worksOnBasicPhone": JSON(facts.worksOnBasicPhone), "upkeep": .string(facts.upkeep.rawValue),
      "website": JSON(facts.website),
      "repository": JSON(facts.repository), "sectors": JSON(facts.sectors), "functions": .array(functions),
      "version": .int(tool.version), "checkedAt": .string(tool.checkedAt.iso8601), "path": .string("/tools/\(tool.id)"),
    ]
  }

  /// Reads the body of `POST /api/v1/tools`.
  /// - Throws: `DomainError.invalid` where a member has the wrong kind of value.
  static func statement(_ json: JSON) throws -> ToolStatement {
    var members = try JSONMembers(json)
    func answer(_ field: String) -> String { members.bool(field, orNull: true).map { $0 ? "yes" : "no" } ?? "" }
    let statement = ToolStatement(
      name: Text(members.string("name") ?? ""), description: Text(members.string("description") ?? ""),
      language: members.string("language") ?? "", website: Text(members.string("website", orNull: true) ?? ""),
      repository: Text(members.string("repository", orNull: true) ?? ""),
      licence: Text(members.string("licence", orNull: true) ?? ""), cost: members.string("cost", orNull: true) ?? "",
      worksOffline: answer("worksOffline"), worksOnBasicPhone: answer("worksOnBasicPhone"),
      languages: Text((members.strings("languages", orNull: true) ?? []).joined(separator: ",")))
    try members.finish()
    return statement
  }

  /// Looks at what the list is asked for: a condition that nobody understands would list everything. Empty is missing.
  /// - Throws: `DomainError.invalid` with every parameter whose value is not known.
  static func checkFilters(_ query: Form, _ vocabulary: Vocabulary) throws {
    var check = FieldCheck()
    if let function = query.first("function"), !function.isEmpty, vocabulary.entry(function)?.kind != .function {
      check.complain("function", Message("This function is not in the vocabulary."))
    }
    for name in ["offline", "cost"] {
      guard let condition = query.first(name), !condition.isEmpty else { continue }
      _ = check.choice(name, condition, among: [ToolSearch.Strictness.yes, .maybe])
    }
    try check.finish()
  }

  // MARK: - OpenAPI

  static let list = Operation(
    "listTools", "Published tools: the best first when words are given, by name otherwise",
    parameters: [
      .init("q", in: .query, "Words to search for; the 200 best answers can be paged through"),
      .init("function", in: .query, "A function of the vocabulary; tools with a more special one count too"),
      .init("offline", in: .query, "Works without a connection: known to (yes), or not known not to (maybe)", schema: strictness),
      .init("cost", in: .query, "Costs nothing: known to (yes), or not known not to (maybe)", schema: strictness),
      .init("limit", in: .query, "How many, 1 to 100", schema: ["type": "integer", "minimum": 1, "maximum": 100, "default": 50]),
      .init("cursor", in: .query, "`next` of the page before"),
    ],
    answers: [
      200: (
        "A page of tools",
        [
          "type": "object", "required": ["items", "next", "total"],
          "properties": [
            "items": ["type": "array", "items": listedSchema], "next": ["type": ["string", "null"]],
            "total": ["type": "integer", "description": "How many fit; at most 200 where words are searched for"],
          ],
        ]
      )
    ])

  static let one = Operation(
    "getTool", "One tool with everything known of it", parameters: [.init("id", in: .path, "Its id")],
    answers: [200: ("The tool", toolSchema), 404: ("There is no such tool", nil)])

  static let suggest = Operation(
    "suggestTool", "Suggest a tool. A person looks at it before it is shown",
    parameters: [.init("Idempotency-Key", in: .header, "Sent again with the same body, it is suggested once")],
    body: statementSchema,
    answers: [
      201: ("The suggestion", ["type": "object", "required": ["id", "state", "path"], "properties": suggestionProperties]),
      422: ("A field cannot be taken, or the key came with another body", nil), 429: ("Too often", nil),
    ])

  private static let strictness: JSON = ["type": "string", "enum": ["yes", "maybe"]]
  private static let maybeText: JSON = ["type": ["string", "null"]]
  private static let maybeTruth: JSON = ["type": ["boolean", "null"], "description": "null when not known"]
  private static let texts: JSON = ["type": "array", "items": ["type": "string"]]
  private static let cost: JSON = ["type": "string", "enum": .array(ToolFacts.Cost.allCases.map { .string($0.rawValue) })]
  private static let maybeAddress: JSON = ["type": ["string", "null"], "format": "uri"]
  private static let costs: JSON = .array(ToolFacts.Cost.allCases.map { .string($0.rawValue) } + [.null])
  private static let maybeCost: JSON = ["type": ["string", "null"], "enum": costs]
  private static let upkeep: JSON = ["type": "string", "enum": .array(ToolFacts.Upkeep.allCases.map { .string($0.rawValue) })]
  private static let suggestionProperties: JSON = [
    "id": ["type": "string"], "state": ["type": "string", "enum": ["suggested", "published", "refused"]],
    "path": ["type": "string"],
  ]

  private static let listedSchema: JSON = [
    "type": "object", "required": ["id", "name", "path"],
    "properties": [
      "id": ["type": "string"], "externalId": maybeText, "name": ["type": "string"], "excerpt": ["type": "string"],
      "language": ["type": "string", "description": "BCP 47 tag of name and excerpt"], "functions": texts, "languages": texts,
      "cost": cost, "worksOffline": maybeTruth, "worksOnBasicPhone": maybeTruth, "upkeep": upkeep, "licence": maybeText,
      "website": maybeText, "repository": maybeText, "isDemonstration": ["type": "boolean"], "path": ["type": "string"],
    ],
  ]

  private static let toolSchema: JSON = [
    "type": "object", "required": ["id", "name", "description", "state", "path"],
    "properties": [
      "id": ["type": "string"], "externalId": maybeText,
      "source": ["type": "string", "enum": .array(Tool.Source.allCases.map { .string($0.rawValue) })],
      "state": ["type": "string", "enum": .array(Tool.State.allCases.map { .string($0.rawValue) })], "origin": ["type": "string"],
      "isDemonstration": ["type": "boolean"], "name": ["type": "string"], "description": ["type": "string"],
      "language": ["type": "string"], "otherNames": texts, "kinds": texts, "makers": texts, "platforms": texts,
      "languages": texts,
      "licence": ["type": ["string", "null"], "description": "An SPDX expression"], "cost": cost, "worksOffline": maybeTruth,
      "worksOnBasicPhone": maybeTruth, "upkeep": upkeep, "website": maybeText, "repository": maybeText, "sectors": texts,
      "functions": [
        "type": "array",
        "items": [
          "type": "object", "required": ["concept", "confidence", "isConfirmed"],
          "properties": [
            "concept": ["type": "string"], "confidence": ["type": "number", "minimum": 0, "maximum": 1],
            "isConfirmed": ["type": "boolean", "description": "By a person; otherwise found in the description automatically"],
          ],
        ],
      ],
      "version": ["type": "integer"], "checkedAt": ["type": "string", "format": "date-time"], "path": ["type": "string"],
    ],
  ]

  private static let statementSchema: JSON = [
    "type": "object", "required": ["name", "description", "language"], "description": "With a website or a repository, or both",
    "properties": [
      "name": ["type": "string", "minLength": 1, "maxLength": .int(ToolFacts.longestName)],
      "description": ["type": "string", "minLength": 1, "maxLength": .int(ToolFacts.longestSuggestion)],
      "language": ["type": "string", "description": "BCP 47 tag of the description"],
      "website": maybeAddress, "repository": maybeAddress,
      "licence": ["type": ["string", "null"], "description": "An SPDX expression"], "cost": maybeCost,
      "worksOffline": ["type": ["boolean", "null"]], "worksOnBasicPhone": ["type": ["boolean", "null"]],
      "languages": ["type": ["array", "null"], "items": ["type": "string"]],
    ],
  ]
}

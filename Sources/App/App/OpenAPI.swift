import HTTPTypes
import Kernel
import Web

/// The OpenAPI 3.1 description of the API, made from the routes themselves, so that it cannot differ from them.
enum OpenAPI {
  static func route(_ document: @escaping @Sendable () -> JSON) -> Route {
    .feed("/api/v1/openapi.json") { _ in try .json(document()) }
  }

  static func document(_ routes: [Route], name: String) -> JSON {
    var paths: [(path: String, operations: [JSON.Object.Member])] = []
    for route in routes {
      guard let operation = route.operation else { continue }
      let entry: JSON.Object.Member = (route.method.rawValue.lowercased(), describe(operation, route))
      if let place = paths.firstIndex(where: { $0.path == route.path }) {
        paths[place].operations.append(entry)
      } else {
        paths.append((route.path, [entry]))
      }
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": .string(name), "version": "1",
        "description": "Errors are problem documents (RFC 9457). Sign in with a bearer token.",
        "license": ["name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"],
      ],
      "servers": [["url": "/"]],
      "paths": .object(JSON.Object(paths.map { ($0.path, .object(JSON.Object($0.operations))) })),
      "components": [
        "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
        "schemas": [
          "Problem": [
            "type": "object", "required": ["type", "title", "status"],
            "properties": [
              "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
              "detail": ["type": "string"],
              "errors": [
                "type": "array",
                "items": ["type": "object", "properties": ["field": ["type": "string"], "message": ["type": "string"]]],
              ],
            ],
          ]
        ],
      ],
    ]
  }

  private static func describe(_ operation: Web.Operation, _ route: Route) -> JSON {
    var members: [JSON.Object.Member] = [("operationId", .string(operation.id)), ("summary", .string(operation.summary))]
    if !operation.parameters.isEmpty {
      members.append(
        (
          "parameters",
          .array(
            operation.parameters.map { parameter in
              [
                "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
                "description": .string(parameter.summary),
                "required": .bool(parameter.isRequired), "schema": parameter.schema,
              ]
            })
        ))
    }
    if let body = operation.body {
      members.append(("requestBody", ["required": true, "content": ["application/json": ["schema": body]]]))
    }
    var answers = operation.answers.sorted { $0.key < $1.key }.map { status, answer -> JSON.Object.Member in
      var parts: [JSON.Object.Member] = [("description", .string(answer.summary))]
      if let schema = answer.schema { parts.append(("content", ["application/json": ["schema": schema]])) }
      return (String(status), .object(JSON.Object(parts)))
    }
    answers.append(
      (
        "default",
        [
          "description": "A problem document",
          "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
        ]
      ))
    members.append(("responses", .object(JSON.Object(answers))))
    members.append(("security", route.audience == .everyone ? [[:], ["token": []]] : [["token": []]]))
    return .object(JSON.Object(members))
  }
}

import HTTPTypes
import Journal
import Kernel
import Messaging
import Web

/// A person's webhooks as JSON.
extension NoticesFeature {
  var webhookAPIRoutes: [Route] {
    [
      .api(.get, "/api/v1/me/webhooks", for: .signedIn, WebhookAPI.list, listWebhooks),
      .api(.post, "/api/v1/me/webhooks", for: .signedIn, limit: Self.addingWebhooks, WebhookAPI.add, addWebhookJSON),
      .api(.delete, "/api/v1/me/webhooks/{id}", for: .signedIn, WebhookAPI.remove, deleteWebhook),
    ]
  }

  private func listWebhooks(_ visit: Visit) async throws -> Answer {
    guard let person = visit.actor.personID else { throw DomainError.notFound }
    let items = try await webhooks(of: person).map { JSON.object(JSON.Object(WebhookAPI.members($0))) }
    return try .json(["items": .array(items), "next": .null])
  }

  private func addWebhookJSON(_ visit: Visit) async throws -> Answer {
    guard let person = visit.actor.personID else { throw DomainError.notFound }
    var members = try JSONMembers(try visit.jsonBody())
    let address = members.string("address") ?? ""
    members.refuseOthers()
    try members.finish()
    let add = try AddWebhook(Text(address), toPrivate: ports.callsPrivateAddresses)
    let id: ID<Webhook>
    if let key = try visit.once("notices.addWebhook") {
      id = ID(try await node.act(as: visit.actor, once: key) { act in try add(in: act).rawValue }.subject)
    } else {
      id = try await node.act(as: visit.actor) { act in try add(in: act) }
    }
    let secret = try await opened(id).secret
    guard let view = try await webhooks(of: person).first(where: { $0.webhook.id == id }) else { throw DomainError.notFound }
    return try .json(
      .object(JSON.Object(WebhookAPI.members(view) + [("secret", .string(secret.text))])), status: .created)
  }

  private func deleteWebhook(_ visit: Visit) async throws -> Answer {
    let remove = RemoveWebhook(id: ID(try visit.parameter("id")))
    try await node.act(as: visit.actor) { act in try remove(in: act) }
    return Answer(status: .noContent, type: "application/json", body: [])
  }
}

/// What programs read and write of webhooks.
enum WebhookAPI {
  static func members(_ view: WebhookView) -> [JSON.Object.Member] {
    let webhook = view.webhook
    return [
      ("id", .string(webhook.id.rawValue)), ("address", .string(view.address)),
      ("createdAt", .string(webhook.createdAt.iso8601)), ("pausedBecause", JSON(webhook.pause?.rawValue)),
      ("failingSince", JSON(webhook.failingSince?.iso8601)), ("deliveries", .array(view.deliveries.map(delivery))),
    ]
  }

  private static func delivery(_ delivery: WebhookDelivery) -> JSON {
    [
      "id": .string(delivery.id.rawValue), "notice": JSON(delivery.notice?.rawValue),
      "createdAt": .string(delivery.createdAt.iso8601), "tries": .int(delivery.tries),
      "status": delivery.status.map { .int($0) } ?? .null, "failure": JSON(delivery.failure?.rawValue),
      "triedAt": JSON(delivery.triedAt?.iso8601), "deliveredAt": JSON(delivery.deliveredAt?.iso8601),
      "nextTry": JSON(delivery.nextTry?.iso8601),
    ]
  }

  // MARK: - Described

  static let list = Operation(
    "listWebhooks", "The webhooks of the person whose token it is, each with what was sent there last",
    answers: [
      200: (
        "The webhooks",
        [
          "type": "object", "required": ["items", "next"],
          "properties": ["items": ["type": "array", "items": webhook], "next": ["type": "null"]],
        ]
      )
    ])

  static let add = Operation(
    "addWebhook",
    "Has everything that this person is told sent to an address, signed as Standard Webhooks describes; the secret stands in this answer and nowhere else",
    parameters: [
      .init(
        "Idempotency-Key", in: .header, "The same request with the same key is done once",
        schema: ["type": "string", "minLength": 1, "maxLength": 200])
    ],
    body: [
      "type": "object", "required": ["address"], "additionalProperties": false,
      "properties": [
        "address": ["type": "string", "format": "uri", "pattern": "^https://", "maxLength": .int(WebhookAddress.longest)]
      ],
    ],
    answers: [
      201: ("The webhook, with its secret as `secret`", webhook), 409: ("This person has \(Webhook.most) already", nil),
    ])

  static let remove = Operation(
    "removeWebhook", "Removes a webhook: nothing more is sent there",
    parameters: [.init("id", in: .path, "The webhook's id")], answers: [204: ("Done", nil)])

  private static let time: JSON = ["type": ["string", "null"], "format": "date-time"]

  private static let webhook: JSON = [
    "type": "object", "required": ["id", "address", "createdAt", "pausedBecause", "failingSince", "deliveries"],
    "properties": [
      "id": ["type": "string"], "address": ["type": "string", "format": "uri"],
      "createdAt": ["type": "string", "format": "date-time"],
      "pausedBecause": ["type": ["string", "null"], "enum": ["owner", "gone", "failing", .null]], "failingSince": time,
      "deliveries": ["type": "array", "items": deliverySchema], "secret": ["type": "string", "pattern": "^whsec_"],
    ],
  ]

  private static let deliverySchema: JSON = [
    "type": "object",
    "required": ["id", "notice", "createdAt", "tries", "status", "failure", "triedAt", "deliveredAt", "nextTry"],
    "properties": [
      "id": ["type": "string", "description": "What stood in `webhook-id`"],
      "notice": ["type": ["string", "null"], "description": "Null for a test"],
      "createdAt": ["type": "string", "format": "date-time"], "tries": ["type": "integer"],
      "status": ["type": ["integer", "null"], "description": "The HTTP status that was answered last"],
      "failure": [
        "type": ["string", "null"], "enum": ["notPublic", "notEncrypted", "unreachable", "tooSlow", "busy", .null],
      ],
      "triedAt": time, "deliveredAt": time, "nextTry": time,
    ],
  ]
}

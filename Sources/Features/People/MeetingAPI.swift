import HTTPTypes
import Journal
public import Kernel
import Localization
import Web

/// Meetings as programs read and record them.
extension PeopleFeature {
  var meetingRoutes: [Route] {
    [
      .api(.get, "/api/v1/organizations/{id}/meetings", for: .signedIn, MeetingAPI.list, listMeetings),
      .api(.post, "/api/v1/organizations/{id}/meetings", for: .signedIn, MeetingAPI.record, recordMeeting),
    ]
  }

  /// The use case, with everybody who has to know.
  public func meeting(
    with organization: ID<Organization>, heldAt: String, nextAt: String, telling news: [String] = []
  ) -> RecordMeeting {
    RecordMeeting(with: organization, heldAt: heldAt, nextAt: nextAt, telling: news, met: ports.met)
  }

  private func listMeetings(_ visit: Visit) async throws -> Answer {
    let known = try await organization(visit)
    let meetings = try await node.read { try MeetingStore($0).meetings(of: known.id, limit: MeetingAPI.longestList) }
    return try .json(["items": .array(meetings.map(MeetingAPI.json)), "next": .null])
  }

  private func recordMeeting(_ visit: Visit) async throws -> Answer {
    let known = try await organization(visit)
    let said = try MeetingAPI.read(try visit.jsonBody())
    let record = meeting(with: known.id, heldAt: said.heldAt, nextAt: said.nextAt, telling: said.told)
    let made: ID<Meeting>
    if let key = try visit.once("people.recordMeeting") {
      made = ID(try await node.act(as: visit.actor, once: key) { act in try record(in: act).id.rawValue }.subject)
    } else {
      made = try await node.act(as: visit.actor) { act in try record(in: act).id }
    }
    let meetings = try await node.read { try MeetingStore($0).meetings(of: known.id, limit: MeetingAPI.longestList) }
    guard let meeting = meetings.first(where: { $0.id == made }) else { throw DomainError.notFound }
    return try .json(MeetingAPI.json(meeting), status: .created)
  }
}

enum MeetingAPI {
  static let longestList = 100

  static func json(_ meeting: Meeting) -> JSON {
    [
      "id": .string(meeting.id.rawValue), "organizationId": .string(meeting.organization.rawValue),
      "heldAt": .string(meeting.heldAt.iso8601), "nextAt": .string(meeting.nextAt.iso8601),
    ]
  }

  /// Reads the body of `POST /api/v1/organizations/{id}/meetings`. Deadlines run from it, so nothing in it is passed over.
  static func read(_ body: JSON) throws -> (heldAt: String, nextAt: String, told: [String]) {
    var members = try JSONMembers(body)
    let heldAt = members.string("heldAt", orNull: true) ?? ""
    let nextAt = members.string("nextAt", orNull: true) ?? ""
    let told = members.strings("told", orNull: true) ?? []
    members.refuseOthers()
    try members.finish()
    return (heldAt, nextAt, told)
  }

  static let list = Operation(
    "listMeetings", "When a facilitator met an organization and goes again, the newest first", parameters: [id],
    answers: [
      200: (
        "The meetings",
        [
          "type": "object", "required": ["items", "next"],
          "properties": ["items": ["type": "array", "items": schema], "next": ["type": "null"]],
        ]
      )
    ])

  static let record = Operation(
    "recordMeeting", "Records that the facilitator met an organization, and when she goes again",
    parameters: [
      id,
      .init(
        "Idempotency-Key", in: .header, "The same request with the same key is done once",
        schema: ["type": "string", "minLength": 1, "maxLength": 200]),
    ],
    body: [
      "type": "object", "additionalProperties": false,
      "properties": [
        "heldAt": ["type": ["string", "null"], "description": "A day or a moment (RFC 3339); now when missing"],
        "nextAt": ["type": ["string", "null"], "description": "The same; 30 days later when missing"],
        "told": [
          "type": ["array", "null"], "items": ["type": "string"],
          "description": "The ids of the news that the organization has heard there",
        ],
      ],
    ], answers: [201: ("The meeting", schema)])

  private static let id = Operation.Parameter("id", in: .path, "The organization's id")

  private static let schema: JSON = [
    "type": "object", "required": ["id", "organizationId", "heldAt", "nextAt"],
    "properties": [
      "id": ["type": "string"], "organizationId": ["type": "string"], "heldAt": ["type": "string", "format": "date-time"],
      "nextAt": ["type": "string", "format": "date-time"],
    ],
  ]
}

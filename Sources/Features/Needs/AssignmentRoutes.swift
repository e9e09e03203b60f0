import HTTPTypes
import Journal
import Kernel
import Localization
import People
public import Web

/// Where somebody says who cares for a need.
extension NeedsFeature {
  /// Takes the form of the need's desk page.
  public func assign(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    let assign = AssignNeed(need.id, from: person(visit.form.first("from")), to: person(visit.form.first("to")))
    try await act(as: visit.actor, once: try visit.once("needs.assign")) { act in try assign(in: act) }
    return .see("/desk/\(need.code)")
  }

  private func person(_ id: String?) -> ID<Person>? { id.flatMap { $0.isEmpty ? nil : ID($0) } }

  var assignmentRoutes: [Route] {
    [
      .api(
        .post, "/api/v1/needs/{code}/assignment", for: .signedIn,
        Operation(
          "assignNeed", "Says who on the desk cares for a need",
          parameters: [
            .init("code", in: .path, "The need's code"),
            .init("Idempotency-Key", in: .header, "Chosen by the client; the same key and body are answered again"),
          ],
          body: [
            "type": "object", "required": ["to"], "additionalProperties": false,
            "properties": [
              "to": [
                "type": ["string", "null"], "description": "The id of a facilitator of the need, `me`, or null for nobody",
              ],
              "from": [
                "type": ["string", "null"],
                "description": "Who cares for it, as it was read: `assignee` of the need. Missing and null mean nobody",
              ],
            ],
          ], answers: [200: ("The need", NeedAPI.needSchema)]), assignJSON)
    ]
  }

  private func assignJSON(_ visit: Visit) async throws -> Answer {
    let (need, organization) = try await desk(visit)
    var members = try JSONMembers(try visit.jsonBody())
    let to = members.string("to", orNull: true)
    let from = members.string("from", orNull: true)
    if !members.has("to") { members.complain("to", Message("Please say who cares for it: an id, me, or null for nobody.")) }
    if to == "me", visit.actor.personID == nil {
      members.complain("to", Message("A program cannot care for a need: please give the id of a person."))
    }
    members.refuseOthers()
    try members.finish()
    let assign = AssignNeed(need.id, from: person(from), to: to == "me" ? visit.actor.personID.map { ID($0) } : person(to))
    try await act(as: visit.actor, once: try visit.once("needs.assign")) { act in try assign(in: act) }
    let (changed, _) = try await desk(visit)
    return try .json(NeedAPI.json(changed, organization: organization, view: .desk))
  }
}

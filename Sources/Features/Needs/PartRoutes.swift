import HTTPTypes
import Journal
import Kernel
import Localization
import People
public import Web

/// Where a need is cut into parts.
extension NeedsFeature {
  /// Takes the form of the need's desk page; parts that were left empty are none.
  public func split(_ visit: Visit) async throws -> Answer {
    let (need, _) = try await desk(visit)
    let parts = (1...SplitNeed.most).compactMap { place -> SplitNeed.Part? in
      let summary = visit.form.text("part.\(place)")
      return summary.isBlank
        ? nil : SplitNeed.Part(summary: summary, language: visit.form.first("partLanguage.\(place)") ?? "")
    }
    let version = visit.form.number("version", in: 0...Int.max) ?? -1
    let outcome: TriageNeed.Outcome = visit.form.first("outcome") == "open" ? .open : .triaged
    try await split(
      SplitNeed(need.id, version: version, parts: parts, outcome: outcome, isOffered: ports.isOffered), need, visit)
    return .see("/desk/\(need.code)")
  }

  /// What exists for each part is looked up by its own summary, before the transaction.
  private func split(_ split: SplitNeed, _ need: Need, _ visit: Visit) async throws {
    let answers = try split.questions(for: need).map(ports.asked)
    try await act(as: visit.actor, once: try visit.once("needs.split")) { act in
      for (part, answer) in zip(try split(in: act), answers) { try answer(act, part) }
    }
  }

  var splitRoutes: [Route] {
    [
      .api(
        .post, "/api/v1/needs/{code}/split", for: .signedIn,
        Operation(
          "splitNeed", "Cuts a need that says several things into parts; the first goes on under its code",
          parameters: [
            .init("code", in: .path, "The need's code"),
            .init("Idempotency-Key", in: .header, "Chosen by the client; the same key and body are answered again"),
          ],
          body: [
            "type": "object", "required": ["version", "parts"], "additionalProperties": false,
            "properties": [
              "version": ["type": "integer"],
              "parts": [
                "type": "array", "minItems": .int(SplitNeed.fewest), "maxItems": .int(SplitNeed.most),
                "items": [
                  "type": "object", "required": ["summary"], "additionalProperties": false,
                  "properties": [
                    "summary": ["type": "string", "maxLength": 400],
                    "summaryLanguage": ["type": "string", "description": "BCP 47 tag; that of the words when missing"],
                  ],
                ],
              ],
              "state": ["type": "string", "enum": ["triaged", "open"], "default": "open"],
            ],
          ],
          answers: [
            201: (
              "Every part, the need itself first",
              ["type": "object", "required": ["items"], "properties": ["items": ["type": "array", "items": NeedAPI.needSchema]]]
            )
          ]), splitJSON)
    ]
  }

  private func splitJSON(_ visit: Visit) async throws -> Answer {
    let (need, organization) = try await desk(visit)
    let split = try NeedAPI.split(try visit.jsonBody(), of: need.id, isOffered: ports.isOffered)
    try await self.split(split, need, visit)
    let (first, _) = try await desk(visit)
    let all = [first] + (try await parts(beside: first, for: visit.actor))
    return try .json(
      ["items": .array(all.map { NeedAPI.json($0, organization: organization, view: .desk) })], status: .created)
  }
}

extension NeedAPI {
  /// Reads the body of `POST /api/v1/needs/{code}/split`. It may open parts to everybody, so nothing in it is passed over.
  /// - Throws: `DomainError.invalid` with every member that cannot be taken.
  fileprivate static func split(
    _ json: JSON, of need: ID<Need>, isOffered: @escaping @Sendable (Act, Need) throws -> Bool
  ) throws -> SplitNeed {
    var members = try JSONMembers(json)
    let version = members.version()
    let outcome = members.choice("state", among: [TriageNeed.Outcome.triaged, .open])
    var parts: [SplitNeed.Part] = []
    if !members.has("parts") || json["parts"]?.array == nil {
      members.complain("parts", Message("Please send a list of two to five parts, each with its summary."))
    }
    for (place, part) in (json["parts"]?.array ?? []).prefix(SplitNeed.most + 1).enumerated() {
      let name = "part.\(place + 1)"
      let language = part["summaryLanguage"]
      let hasOthers = part.object?.keys.contains { !["summary", "summaryLanguage"].contains($0) } ?? true
      guard !hasOthers, let summary = part["summary"]?.string else {
        members.complain(name, Message("A part is an object with summary and summaryLanguage, and nothing else."))
        continue
      }
      if let language, Language(language.string ?? "")?.isAssigned != true {
        members.complain(name, Message("A language is named by its code, such as en, es or ht."))
      }
      parts.append(SplitNeed.Part(summary: Text(summary), language: language?.string ?? ""))
    }
    members.refuseOthers()
    try members.finish()
    return SplitNeed(need, version: version, parts: parts, outcome: outcome ?? .open, isOffered: isOffered)
  }
}

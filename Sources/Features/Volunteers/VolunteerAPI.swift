import Database
import HTTPTypes
import Journal
import Kernel
import Localization
import Needs
import People
import Web

import struct Foundation.Data

/// Volunteers and offers as JSON: the same acts as on the pages.
extension VolunteersFeature {
  var apiRoutes: [Route] {
    let offers = "/api/v1/needs/{code}/offers"
    let one = offers + "/{offer}"
    return [
      .api(.get, "/api/v1/volunteer", for: .signedIn, VolunteerAPI.getProfile, profileJSON),
      .api(.put, "/api/v1/volunteer", for: .signedIn, VolunteerAPI.putProfile, keepProfileJSON),
      .api(.get, "/api/v1/volunteer/needs", for: .signedIn, VolunteerAPI.fits, fitsJSON),
      .api(.get, "/api/v1/volunteer/offers", for: .signedIn, VolunteerAPI.mine, mineJSON),
      .api(.get, offers, VolunteerAPI.ofNeed, offersJSON),
      .api(.post, offers, for: .signedIn, limit: Self.offering, VolunteerAPI.make, makeJSON),
      .api(.get, one, VolunteerAPI.get, offerJSON),
      .api(.post, one + "/acceptance", VolunteerAPI.accept) { visit in
        try await act(visit, "accept", ["seeksMore"]) { members in
          let seeksMore = members.bool("seeksMore") ?? false
          return { id, act in try AcceptOffer(id, seeksMore: seeksMore)(in: act) }
        }
      },
      .api(.post, one + "/refusal", VolunteerAPI.refuse) { visit in
        try await act(visit, "decline", ["reason"]) { members in
          let reason = members.choice("reason", among: Offer.Ending.declining, isRequired: true)
          return { id, act in try DeclineOffer(id, reason: reason?.rawValue ?? "")(in: act) }
        }
      },
      .api(.post, one + "/end", VolunteerAPI.end) { visit in
        try await act(visit, "end", []) { _ in { id, act in try EndOffer(id)(in: act) } }
      },
      .api(.post, one + "/posts", limit: Self.writing, longestBody: VolunteerAPI.longestPost, VolunteerAPI.write) { visit in
        let files = try VolunteerAPI.files(visit.body.isEmpty ? [:] : try visit.jsonBody())
        return try await act(visit, "post", ["words", "language", "kind", "files"]) { members in
          _ = members.has("files")
          let (words, language) = (members.string("words") ?? "", members.string("language") ?? "und")
          let kind = members.choice("kind", among: Post.Kind.allCases) ?? .message
          return { id, act in
            _ = try WritePost(id, words: Text(words), language: language, kind: kind, files: files)(in: act)
          }
        }
      },
      .api(.post, one + "/posts/{post}/rendering", limit: Self.writing, VolunteerAPI.render) { visit in
        let post = ID<Post>(try visit.parameter("post"))
        return try await act(visit, "render", ["rendering", "language"]) { members in
          let (words, language) = (members.string("rendering") ?? "", members.string("language") ?? "")
          return { id, act in try RenderPost(post, of: id, words: Text(words), language: language)(in: act) }
        }
      },
      .api(.get, one + "/files/{file}", VolunteerAPI.file) { visit in
        let (offer, _) = try await found(visit, as: try await needs.actor(of: visit))
        return try await content(of: offer, try visit.parameter("file"))
      },
      .api(.post, one + "/contact", VolunteerAPI.share) { visit in
        try await act(visit, "share", ["isShared"]) { members in
          let isShared = members.bool("isShared") ?? false
          return { id, act in try ShareContact(id, isShared)(in: act) }
        }
      },
      .api(.post, one + "/work", VolunteerAPI.work) { visit in
        let hours = try visit.jsonBody()["hours"]?.int
        return try await act(visit, "work", ["hours"]) { members in
          _ = members.has("hours")
          return { id, act in try ReportWork(id, hours: hours)(in: act) }
        }
      },
      .api(.post, one + "/outcome", VolunteerAPI.outcome) { visit in
        try await act(visit, "outcome", []) { members in
          let confirm: @Sendable (ID<Offer>) -> ConfirmOutcome = {
            [
              change = members.string("change") ?? "", language = members.string("language") ?? "und",
              story = members.string("story", orNull: true) ?? "", mayBePublished = members.bool("mayBePublished") ?? false,
              namesOrganization = members.bool("namesOrganization") ?? false,
              namesOnRecord = members.bool("namesOnRecord") ?? false
            ] id in
            ConfirmOutcome(
              id, change: Text(change), language: language, story: Text(story), mayBePublished: mayBePublished,
              namesOrganization: namesOrganization, namesOnRecord: namesOnRecord)
          }
          return { id, act in try confirm(id)(in: act) }
        }
      },
      .api(.post, one + "/report", limit: Self.reporting, VolunteerAPI.report) { visit in
        try await act(visit, "report", ["report", "isBlocking"]) { members in
          let (words, isBlocking) = (members.string("report") ?? "", members.bool("isBlocking") ?? false)
          return { id, act in try ReportOffer(id, words: Text(words), isBlocking: isBlocking)(in: act) }
        }
      },
    ]
  }

  // MARK: - Profile

  private func profileJSON(_ visit: Visit) async throws -> Answer {
    guard let volunteer = try await volunteer(visit) else { throw DomainError.notFound }
    return try .json(VolunteerAPI.json(volunteer))
  }

  private func keepProfileJSON(_ visit: Visit) async throws -> Answer {
    let (statement, version) = try VolunteerAPI.statement(try visit.jsonBody())
    let keep = KeepProfile(statement, version: version, vocabulary: vocabulary)
    return try .json(VolunteerAPI.json(try await node.act(as: visit.actor) { act in try keep(in: act) }))
  }

  private func fitsJSON(_ visit: Visit) async throws -> Answer {
    guard let volunteer = try await volunteer(visit) else { throw DomainError.notFound }
    let limit = visit.query.number("limit", in: 1...100) ?? 20
    let start = visit.query.number("cursor", in: 0...1_000_000) ?? 0
    let (fits, names, isMore) = try await fits(for: volunteer, from: start, count: limit)
    let items = fits.map {
      VolunteerAPI.json($0, organization: names[$0.need.organization.rawValue], VolunteerPages(vocabulary: vocabulary))
    }
    return try .json(["items": .array(items), "next": isMore ? .string(String(start + limit)) : .null])
  }

  private func mineJSON(_ visit: Visit) async throws -> Answer {
    guard let person = visit.actor.personID else { throw DomainError.notFound }
    let items = try await node.read { connection in
      let offers = try OfferStore(connection).offers(by: ID(person), limit: 100)
      let needs = try NeedStore(connection).find(offers.map(\.need.rawValue))
      let codes = Dictionary(needs.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
      return offers.compactMap { offer in codes[offer.need].map { VolunteerAPI.json(offer, code: $0) } }
    }
    return try .json(["items": .array(items), "next": .null])
  }

  // MARK: - Offers

  private func offersJSON(_ visit: Visit) async throws -> Answer {
    let actor = try await needs.actor(of: visit)
    let (need, _, _) = try await needs.need(try visit.parameter("code"), for: actor)
    guard OfferPolicy.speaksForGroup(actor, need) else { throw DomainError.notFound }
    let items = try await node.read { connection in
      try OfferStore(connection).offers(to: need.id).map { VolunteerAPI.json($0, code: need.code) }
    }
    return try .json(["items": .array(items), "next": .null])
  }

  private func makeJSON(_ visit: Visit) async throws -> Answer {
    let (need, _, _) = try await needs.need(try visit.parameter("code"), for: visit.actor)
    var members = try JSONMembers(try visit.jsonBody())
    let make = MakeOffer(
      need.id, words: Text(members.string("words") ?? ""), language: members.string("language") ?? "und",
      part: Text(members.string("part", orNull: true) ?? ""))
    members.refuseOthers()
    try members.finish()
    let id: String
    if let key = try visit.once("volunteers.offer") {
      id = try await node.act(as: visit.actor, once: key) { act in try make(in: act).id.rawValue }.subject
    } else {
      id = try await node.act(as: visit.actor) { act in try make(in: act).id.rawValue }
    }
    guard let offer = try await node.read({ try OfferStore($0).find(ID(id)) }) else { throw DomainError.notFound }
    return try .json(VolunteerAPI.json(offer, code: need.code), status: .created)
  }

  private func offerJSON(_ visit: Visit) async throws -> Answer {
    let actor = try await needs.actor(of: visit)
    let (offer, need) = try await found(visit, as: actor)
    return try .json(VolunteerAPI.json(try await conversation(offer, need, for: actor)))
  }

  /// Does something in an offer, once where the program sends a key, and answers with the offer.
  /// - Parameters:
  ///   - known: the members that it takes; none for those that refuse nothing.
  ///   - read: takes what the body says, before anything is done.
  private func act(
    _ visit: Visit, _ name: String, _ known: [String],
    _ read: (inout JSONMembers) throws -> @Sendable (ID<Offer>, Act) throws -> Void
  ) async throws -> Answer {
    let actor = try await needs.actor(of: visit)
    let (offer, _) = try await found(visit, as: actor)
    var members = try JSONMembers(visit.body.isEmpty ? [:] : try visit.jsonBody())
    let body = try read(&members)
    if !known.isEmpty { members.refuseOthers() }
    try members.finish()
    if visit.headers[.idempotencyKey] != nil, let key = try visit.once("volunteers.\(name) \(offer.id.rawValue)") {
      try await node.act(as: actor, once: key) { act in
        try body(offer.id, act)
        return offer.id.rawValue
      }
    } else {
      try await node.act(as: actor) { act in try body(offer.id, act) }
    }
    let (changed, need) = try await found(visit, as: actor)
    return try .json(VolunteerAPI.json(try await conversation(changed, need, for: actor)))
  }
}

/// What programs send and get.
enum VolunteerAPI {
  static func json(_ volunteer: Volunteer) -> JSON {
    [
      "skills": .array(volunteer.skills.map { ["skill": .string($0.concept), "level": .int($0.level.rawValue)] }),
      "wantsToLearn": .array(volunteer.wantsToLearn.map { .string($0) }),
      "languages": .array(volunteer.languages.map { .string($0) }), "hoursAWeek": .int(volunteer.hoursAWeek),
      "timeZone": .string(volunteer.timeZone), "worksRemotely": .bool(volunteer.worksRemotely),
      "country": JSON(volunteer.country), "subdivision": JSON(volunteer.subdivision),
      "ageBand": .string(volunteer.ageBand.rawValue), "isPaused": .bool(volunteer.isPaused), "version": .int(volunteer.version),
    ]
  }

  static func statement(_ json: JSON) throws -> (KeepProfile.Statement, version: Int?) {
    var members = try JSONMembers(json)
    var skills: [String] = []
    var levels: [String: String] = [:]
    if members.has("skills") {
      for skill in json["skills"]?.array ?? [] {
        guard let concept = skill["skill"]?.string else {
          members.complain("skills", Message("This is a list of objects with skill and level."))
          break
        }
        skills.append(concept)
        levels[concept] = skill["level"]?.int.map { String($0) }
      }
    }
    let hours = members.has("hoursAWeek") ? json["hoursAWeek"]?.int : nil
    let statement = KeepProfile.Statement(
      skills: skills, levels: levels, wantsToLearn: members.strings("wantsToLearn", orNull: true) ?? [],
      languages: members.strings("languages") ?? [], hoursAWeek: hours.map { String($0) } ?? "",
      timeZone: members.string("timeZone", orNull: true) ?? "", worksRemotely: members.bool("worksRemotely") ?? true,
      country: members.string("country", orNull: true) ?? "", subdivision: members.string("subdivision", orNull: true) ?? "",
      ageBand: members.string("ageBand") ?? "")
    let version = members.has("version") ? json["version"]?.int : nil
    _ = members.has("isPaused")
    members.refuseOthers()
    try members.finish()
    return (statement, version)
  }

  static func json(_ fit: NeedFit, organization: String?, _ pages: VolunteerPages) -> JSON {
    let need = fit.need
    return [
      "code": .string(need.code.description), "summary": .string(need.summary), "summaryLanguage": .string(need.summaryLanguage),
      "language": .string(need.language), "country": .string(need.country), "organization": JSON(organization),
      "skills": .array(need.skills.map { .string($0) }), "effort": JSON(need.effort?.rawValue),
      "neededBy": JSON(need.neededBy?.iso8601), "isOnSite": .bool(need.isOnSite), "openedAt": JSON(need.openedAt?.iso8601),
      "score": .double((fit.score * 1000).rounded() / 1000), "reason": .string(pages.reason(fit).text),
      "warnings": .array(fit.warnings.map { .string(pages.warning($0, need).text) }),
      "isDemonstration": .bool(need.origin == .demonstration),
    ]
  }

  static func json(_ offer: Offer, code: Code) -> JSON {
    [
      "id": .string(offer.id.rawValue), "need": .string(code.description), "state": .string(offer.state.rawValue),
      "part": JSON(offer.part), "ending": JSON(offer.ending?.rawValue), "answerBy": .string(offer.answerBy.iso8601),
      "createdAt": .string(offer.createdAt.iso8601), "acceptedAt": JSON(offer.acceptedAt?.iso8601),
      "endedAt": JSON(offer.endedAt?.iso8601), "version": .int(offer.version),
    ]
  }

  /// Everything that one side reads on the page.
  static func json(_ it: OfferPages.Conversation) -> JSON {
    var members = json(it.offer, code: it.need.code).object?.members ?? []
    members += [
      ("side", JSON(it.side?.rawValue)), ("volunteer", .string(it.volunteer)), ("organization", .string(it.organization)),
      ("posts", .array(it.posts.map { json($0, it.files) })),
      ("contacts", .array(it.contacts.map { .string($0.value) })),
    ]
    if it.side == .organization || it.offer.state == .accepted, !it.need.words.isEmpty {
      members.append(("words", .string(it.need.words)))
    }
    if let record = it.record { members.append(("record", .string(record))) }
    if let outcome = it.outcome {
      members.append(
        (
          "outcome",
          [
            "hours": .int(outcome.hours), "change": JSON(outcome.change), "story": JSON(outcome.story),
            "isConfirmedByVolunteer": .bool(outcome.volunteerAt != nil),
            "isConfirmedByOrganization": .bool(outcome.organizationAt != nil), "isPublished": .bool(outcome.isPublished),
            "namesOrganization": .bool(outcome.namesOrganization), "namesOnRecord": .bool(outcome.namesOnRecord),
          ]
        ))
    }
    return .object(JSON.Object(members))
  }

  /// Three files in base64, and the words.
  static let longestPost = PostFile.mostPerPost * PostFile.largest / 3 * 4 + 256 * 1024

  static func files(_ body: JSON) throws -> [SentFile] {
    try (body["files"]?.array ?? []).map { file in
      guard let name = file["name"]?.string, let content = file["content"]?.string, let bytes = Data(base64Encoded: content)
      else { throw DomainError.invalid("files", Message("This is a list of objects with a name and a content in base64.")) }
      return SentFile(name: name, bytes: Array(bytes))
    }
  }

  private static func json(_ post: Post, _ files: [PostFile]) -> JSON {
    [
      "id": .string(post.id.rawValue), "side": .string(post.side.rawValue), "kind": .string(post.kind.rawValue),
      "isForGroup": .bool(post.isForGroup), "words": .string(post.words), "language": .string(post.language),
      "rendering": JSON(post.rendering), "renderingLanguage": JSON(post.renderingLanguage),
      "files": .array(
        files.filter { $0.post == post.id }.map {
          [
            "id": .string($0.id.rawValue), "name": .string($0.name), "type": .string($0.type), "size": .int($0.size),
            "expiresAt": .string($0.expiresAt.iso8601),
          ]
        }),
      "createdAt": .string(post.createdAt.iso8601),
    ]
  }

  // MARK: - OpenAPI

  private static let code = Operation.Parameter("code", in: .path, "The need's code, such as N-7K2Q-F4XM")
  private static let offer = Operation.Parameter("offer", in: .path, "The offer's id")
  private static let receipt = Operation.Parameter(
    "Civil-Receipt", in: .header, "The need's receipt, where the token alone gives no right to it")
  private static let key = Operation.Parameter(
    "Idempotency-Key", in: .header, "Chosen by the client; the same key and body are answered again")

  private static let profileSchema: JSON = [
    "type": "object", "required": ["skills", "languages", "hoursAWeek", "ageBand"],
    "properties": [
      "skills": [
        "type": "array", "minItems": 1, "maxItems": 30,
        "items": [
          "type": "object", "required": ["skill"],
          "properties": ["skill": ["type": "string"], "level": ["type": "integer", "minimum": 1, "maximum": 3]],
        ],
      ],
      "wantsToLearn": ["type": ["array", "null"], "items": ["type": "string"]],
      "languages": ["type": "array", "minItems": 1, "items": ["type": "string"]],
      "hoursAWeek": ["type": "integer", "minimum": 1, "maximum": 60], "timeZone": ["type": ["string", "null"]],
      "worksRemotely": ["type": "boolean", "default": true], "country": ["type": ["string", "null"]],
      "subdivision": ["type": ["string", "null"]],
      "ageBand": ["type": "string", "enum": .array(Volunteer.AgeBand.allCases.map { .string($0.rawValue) })],
      "isPaused": ["type": "boolean", "readOnly": true], "version": ["type": "integer"],
    ],
  ]

  private static let offerSchema: JSON = [
    "type": "object", "required": ["id", "need", "state"],
    "properties": [
      "id": ["type": "string"], "need": ["type": "string"],
      "state": ["type": "string", "enum": .array(Offer.State.allCases.map { .string($0.rawValue) })],
      "part": ["type": ["string", "null"]],
      "ending": ["type": ["string", "null"], "enum": .array(Offer.Ending.allCases.map { .string($0.rawValue) } + [.null])],
      "answerBy": ["type": "string", "format": "date-time"], "createdAt": ["type": "string", "format": "date-time"],
      "acceptedAt": ["type": ["string", "null"]], "endedAt": ["type": ["string", "null"]], "version": ["type": "integer"],
      "side": ["type": ["string", "null"]], "volunteer": ["type": "string"], "organization": ["type": "string"],
      "posts": ["type": "array", "items": ["type": "object"]], "contacts": ["type": "array", "items": ["type": "string"]],
      "words": ["type": "string", "description": "To the organization, and to the volunteer once accepted"],
      "outcome": ["type": "object"], "record": ["type": "string"],
    ],
  ]

  private static func list(_ item: JSON) -> JSON {
    [
      "type": "object", "required": ["items", "next"],
      "properties": ["items": ["type": "array", "items": item], "next": ["type": ["string", "null"]]],
    ]
  }

  private static func doing(_ id: String, _ summary: String, body: JSON? = nil) -> Operation {
    Operation(id, summary, parameters: [code, offer, receipt, key], body: body, answers: [200: ("The offer", offerSchema)])
  }

  static let getProfile = Operation(
    "getVolunteer", "The profile of the person whose token it is", answers: [200: ("The profile", profileSchema)])
  static let putProfile = Operation(
    "keepVolunteer", "Makes or changes the profile", body: profileSchema, answers: [200: ("The profile", profileSchema)])
  static let fits = Operation(
    "listFits", "Needs that fit, best first, each with its reason and what speaks against it",
    parameters: [
      .init("limit", in: .query, "How many, 1 to 100", schema: ["type": "integer", "minimum": 1, "maximum": 100, "default": 20]),
      .init("cursor", in: .query, "`next` of the page before"),
    ], answers: [200: ("A page of needs", list(["type": "object"]))])
  static let mine = Operation(
    "listMyOffers", "Offers of the person whose token it is", answers: [200: ("Offers", list(offerSchema))])
  static let ofNeed = Operation(
    "listOffers", "The offers to a need, for its organization and its facilitators", parameters: [code, receipt],
    answers: [200: ("Offers", list(offerSchema))])
  static let make = Operation(
    "makeOffer", "Offers to help with a need", parameters: [code, key],
    body: [
      "type": "object", "required": ["words"], "additionalProperties": false,
      "properties": [
        "words": ["type": "string", "maxLength": 4000], "language": ["type": "string", "description": "BCP 47 tag"],
        "part": ["type": ["string", "null"], "maxLength": 200],
      ],
    ], answers: [201: ("The offer", offerSchema)])
  static let get = Operation(
    "getOffer", "An offer with what was said, for its two sides", parameters: [code, offer, receipt],
    answers: [200: ("The offer", offerSchema)])
  static let accept = doing(
    "acceptOffer", "The organization says yes", body: ["type": "object", "properties": ["seeksMore": ["type": "boolean"]]])
  static let refuse = doing(
    "refuseOffer", "The organization says no, with a reason",
    body: [
      "type": "object", "required": ["reason"],
      "properties": ["reason": ["type": "string", "enum": .array(Offer.Ending.declining.map { .string($0.rawValue) })]],
    ])
  static let end = doing("endOffer", "One side ends it")
  static let write = doing(
    "writePost", "Says something to the other side",
    body: [
      "type": "object", "required": ["words"],
      "properties": [
        "words": ["type": "string", "maxLength": 4000], "language": ["type": "string"],
        "kind": ["type": "string", "enum": .array(Post.Kind.allCases.map { .string($0.rawValue) }), "default": "message"],
        "files": [
          "type": "array", "maxItems": .int(PostFile.mostPerPost),
          "items": [
            "type": "object", "required": ["name", "content"],
            "properties": ["name": ["type": "string"], "content": ["type": "string", "contentEncoding": "base64"]],
          ],
        ],
      ],
    ])
  static let render = Operation(
    "renderPost", "A facilitator says the same in other words, beside what was written",
    parameters: [code, offer, .init("post", in: .path, "The post's id"), key],
    body: [
      "type": "object", "required": ["rendering", "language"],
      "properties": ["rendering": ["type": "string", "maxLength": 4000], "language": ["type": "string"]],
    ], answers: [200: ("The offer", offerSchema)])
  static let file = Operation(
    "getOfferFile", "A file that was sent with a post, as it was kept",
    parameters: [code, offer, .init("file", in: .path, "The file's id"), receipt],
    answers: [200: ("The file, with its own media type", ["type": "string", "contentEncoding": "binary"])])
  static let share = doing(
    "shareContact", "Says whether the other side may see how to reach this one",
    body: ["type": "object", "required": ["isShared"], "properties": ["isShared": ["type": "boolean"]]])
  static let work = doing(
    "reportWork", "The volunteer says that it is done",
    body: ["type": "object", "required": ["hours"], "properties": ["hours": ["type": "integer", "minimum": 1]]])
  static let outcome = doing(
    "confirmOutcome", "The organization says what changed",
    body: [
      "type": "object", "required": ["change"],
      "properties": [
        "change": ["type": "string", "maxLength": 4000], "language": ["type": "string"],
        "story": ["type": ["string", "null"], "maxLength": 1200],
        "mayBePublished": ["type": "boolean", "default": false], "namesOrganization": ["type": "boolean", "default": false],
        "namesOnRecord": ["type": "boolean", "default": false],
      ],
    ])
  static let report = doing(
    "reportOffer", "One side says that something is wrong",
    body: [
      "type": "object", "required": ["report"],
      "properties": ["report": ["type": "string", "maxLength": 2000], "isBlocking": ["type": "boolean", "default": false]],
    ])
}

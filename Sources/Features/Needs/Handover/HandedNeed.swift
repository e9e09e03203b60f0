public import Database
public import Kernel
import Localization
public import People

/// A need as one node hands it over to another: with provenance, consents, contact details, and what recognizes the paper that
/// the group holds.
public struct HandedNeed: Sendable {
  public let need: Need
  /// The id of the record it was imported from.
  let externalID: String?
  let answers: [Answer]
  public let contacts: [Contact]
  /// Of the receipts of its generation, one-way.
  let verifiers: [[UInt8]]
  /// Codes that stand on older paper.
  let formerCodes: [Code]

  /// What an organization answered to a question about its need, when, and to which wording.
  struct Answer: Sendable, Equatable {
    let question: String
    let answer: Bool
    let wording: Int
    let at: Timestamp
  }

  /// - Parameter keys: open the contact details; in the file they are as safe as the file.
  public init(_ need: Need, _ connection: any SQLConnection, keys: KeyRing) throws {
    let store = NeedStore(connection)
    self.need = need
    externalID = try store.externalID(of: need.id)
    answers = try store.allAnswers(of: need.id)
    contacts = try Contacts(connection, keys: keys).all(of: need.id.rawValue)
    verifiers =
      keys.receiptVerifiers(subject: need.id.rawValue, generation: need.receiptGeneration)
      + (try store.verifiers(of: need, keys))
    formerCodes = try store.formerCodes(of: need.id)
  }

  /// Whoever works on it stays behind with what was said: on the other node others can offer.
  private var handedState: Need.State { need.state.isUnderWay ? .open : need.state }

  public var json: JSON {
    [
      "id": .string(need.id.rawValue), "code": .string(need.code.canonical), "organization": .string(need.organization.rawValue),
      "words": .string(need.words), "language": .string(need.language), "state": .string(handedState.rawValue),
      "closure": JSON(need.closure?.rawValue), "summary": JSON(need.summary), "summaryLanguage": JSON(need.summaryLanguage),
      "constraints": JSON(need.constraints.map(\.rawValue)), "provenance": need.provenance?.handed ?? .null,
      "channel": .string(need.channel.rawValue), "country": .string(need.country), "isPublic": .bool(need.isPublic),
      "skills": JSON(need.skills), "effort": JSON(need.effort?.rawValue), "neededBy": JSON(need.neededBy?.milliseconds),
      "isOnSite": .bool(need.isOnSite), "openedAt": JSON(need.openedAt?.milliseconds),
      "mergedInto": JSON(need.mergedInto?.rawValue), "splitFrom": JSON(need.splitFrom?.rawValue),
      "receiptGeneration": .int(need.receiptGeneration),
      "origin": .string(need.origin.rawValue), "externalId": JSON(externalID), "home": .string(need.home),
      "version": .int(need.version), "createdAt": JSON(need.createdAt.milliseconds),
      "changedAt": JSON(need.changedAt.milliseconds),
      "answers": JSON(answers.map(\.handed)), "contacts": JSON(contacts.map(\.handed)),
      "verifiers": JSON(verifiers.map { Base64URL.encode($0) }), "formerCodes": JSON(formerCodes.map(\.canonical)),
    ]
  }

  /// - Throws: `RecordMembers.Flaw`.
  public init(_ record: RecordMembers) throws(RecordMembers.Flaw) {
    let origin: Organization.Origin = try record.choice("origin")
    // What was invented to look at stays where it is.
    guard origin != .demonstration else { throw RecordMembers.Flaw("origin") }
    need = Need(
      id: try record.id("id"), code: try Self.code(try record.text("code"), "code"), organization: try record.id("organization"),
      words: try record.text("words", atMost: Need.longestWords), language: try Self.language(record, "language"),
      state: try record.choice("state"), closure: try record.choiceIfPresent("closure"),
      summary: try record.textIfPresent("summary", atMost: Need.longestSummary),
      summaryLanguage: try record.textIfPresent("summaryLanguage") == nil ? nil : try Self.language(record, "summaryLanguage"),
      constraints: try Self.constraints(record), provenance: try Provenance(handed: record),
      channel: try record.choice("channel"),
      country: try record.text("country", atMost: 2), isPublic: try record.answer("isPublic"), skills: try record.texts("skills"),
      effort: try record.choiceIfPresent("effort"),
      neededBy: try record.timeIfPresent("neededBy"), isOnSite: try record.answer("isOnSite"), seeksMore: false,
      openedAt: try record.timeIfPresent("openedAt"), assignee: nil,
      mergedInto: try record.idIfPresent("mergedInto"), splitFrom: try record.idIfPresent("splitFrom"),
      receiptGeneration: try record.number("receiptGeneration", in: 1...Int(Int32.max)),
      origin: origin, home: try record.text("home", atMost: 32), version: try record.number("version", in: 1...Int(Int32.max)),
      createdAt: try record.time("createdAt"), changedAt: try record.time("changedAt"))
    externalID = try record.textIfPresent("externalId", atMost: 1_000)
    contacts = try Contact.handed(record)
    formerCodes = try Self.codes(record)
    var (answers, verifiers): ([Answer], [[UInt8]]) = ([], [])
    for one in try record.records("answers") {
      answers.append(
        Answer(
          question: try one.text("question", atMost: 40), answer: try one.answer("answer"),
          wording: try one.number("wording", in: 1...Int(Int32.max)), at: try one.time("at")))
    }
    for text in try record.texts("verifiers") {
      guard let bytes = Base64URL.decode(text), bytes.count == SHA256.byteCount else { throw RecordMembers.Flaw("verifiers") }
      verifiers.append(bytes)
    }
    (self.answers, self.verifiers) = (answers, verifiers)
  }

  private static func code(_ text: String, _ name: String) throws(RecordMembers.Flaw) -> Code {
    guard let code = Code(canonical: text) else { throw RecordMembers.Flaw(name) }
    return code
  }

  private static func codes(_ record: RecordMembers) throws(RecordMembers.Flaw) -> [Code] {
    var codes: [Code] = []
    for text in try record.texts("formerCodes") { codes.append(try code(text, "formerCodes")) }
    return codes
  }

  private static func language(_ record: RecordMembers, _ name: String) throws(RecordMembers.Flaw) -> String {
    guard let language = Language(try record.text(name)) else { throw RecordMembers.Flaw(name) }
    return language.tag
  }

  private static func constraints(_ record: RecordMembers) throws(RecordMembers.Flaw) -> [Need.Constraint] {
    let found = try record.texts("constraints").map { Need.Constraint(rawValue: $0) }
    guard !found.contains(nil) else { throw RecordMembers.Flaw("constraints") }
    return found.compactMap(\.self)
  }
}

extension HandedNeed.Answer {
  fileprivate var handed: JSON {
    ["question": .string(question), "answer": .bool(answer), "wording": .int(wording), "at": JSON(at.milliseconds)]
  }
}

extension Provenance {
  fileprivate var handed: JSON {
    [
      "statedBy": JSON(statedBy?.rawValue), "relation": .string(relation), "how": .string(how.rawValue),
      "consent": .string(consent.rawValue), "at": JSON(at.milliseconds), "facilitator": .string(facilitator),
    ]
  }

  fileprivate init?(handed record: RecordMembers) throws(RecordMembers.Flaw) {
    guard let own = try record.recordIfPresent("provenance") else { return nil }
    self.init(
      statedBy: try own.idIfPresent("statedBy"), relation: try own.text("relation"), how: try own.choice("how"),
      consent: try own.choice("consent"), at: try own.time("at"), facilitator: try own.text("facilitator"))
  }
}

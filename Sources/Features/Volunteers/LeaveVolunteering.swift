public import Database
import Jobs
public import Journal
public import Kernel
import Localization
import Messaging
import Needs
public import People

/// Somebody leaves: what they offered ends, and what they said and were told goes with them. That work was done stays, without a name.
public struct LeaveVolunteering: Sendable {
  let person: ID<Person>

  public init(_ person: ID<Person>) {
    self.person = person
  }

  public func callAsFunction(in act: Act) throws {
    let offers = OfferStore(act.connection)
    for offer in try offers.offers(by: person, limit: Offer.mostAtOnce * 10) where offer.state.isLive {
      guard let need = try NeedStore(act.connection).find(offer.need) else { continue }
      try act.end(offer, need, because: .takenBack)
    }
    try act.connection.execute("DELETE FROM offer_posts WHERE author = \("person:" + person.rawValue) AND side = 'volunteer'")
    try NoticeStore(act.connection).erase(for: .person(person.rawValue))
    try VolunteerStore(act.connection).delete(person)
    for table in ["offer_posts", "offer_files", "notices", "volunteers"] { try act.scrub(table) }
    try act.record(Event("volunteers", "left", subject: person.rawValue))
  }
}

/// What is kept about somebody as a volunteer, for them to take with them.
public enum VolunteerExport {
  public static func json(_ connection: any SQLConnection, _ person: ID<Person>) throws -> JSON {
    let posts = PostStore(connection)
    let offers = try OfferStore(connection).offers(by: person, limit: 10_000)
    let needs = try NeedStore(connection).find(offers.map(\.need.rawValue))
    let codes = Dictionary(needs.map { ($0.id, $0.code) }, uniquingKeysWith: { first, _ in first })
    let told = try NoticeStore(connection).notices(for: [.person(person.rawValue)], limit: 10_000)
    let profile = try VolunteerStore(connection).find(person).map(VolunteerAPI.json) ?? .null
    return [
      "profile": profile,
      "offers": .array(
        try offers.compactMap { offer in
          guard let code = codes[offer.need] else { return nil }
          let own = try posts.posts(of: offer.id).filter { $0.side == .volunteer }
          var members = VolunteerAPI.json(offer, code: code).object?.members ?? []
          members.append(("said", .array(own.map { .string($0.words) })))
          return .object(JSON.Object(members))
        }),
      "told": .array(told.map { ["at": .string($0.createdAt.iso8601), "what": .string($0.message.phrase().text)] }),
    ]
  }
}

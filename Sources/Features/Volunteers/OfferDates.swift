public import Database
public import Kernel
public import Localization
import Needs
public import People

/// A date that somebody has because of an offer: until when it can be answered, and until when help is of use.
public struct OfferDate: Sendable {
  public let id: String
  public let title: Message
  public let path: String
  public let at: Timestamp

  /// Those of a volunteer that are not over.
  public static func all(of person: ID<Person>, _ connection: any SQLConnection) throws -> [OfferDate] {
    let offers = try OfferStore(connection).offers(by: person, limit: Offer.mostAtOnce * 2).filter(\.state.isLive)
    let needs = try NeedStore(connection).find(offers.map(\.need.rawValue))
    let byID = Dictionary(needs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return offers.flatMap { offer -> [OfferDate] in
      guard let need = byID[offer.need] else { return [] }
      let (code, path) = (["code": need.code.description], "/needs/\(need.code)/offers/\(offer.id.rawValue)")
      switch offer.state {
      case .offered:
        return [
          OfferDate(
            id: "answer-\(offer.id.rawValue)", title: Message("My offer for {code} can be answered until now", code), path: path,
            at: offer.answerBy)
        ]
      case .accepted:
        return need.neededBy.map {
          [
            OfferDate(
              id: "needed-\(offer.id.rawValue)", title: Message("Help with {code} is needed by now", code), path: path, at: $0)
          ]
        } ?? []
      case .completed, .ended: return []
      }
    }
  }
}

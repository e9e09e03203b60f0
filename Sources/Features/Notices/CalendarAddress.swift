import Database
import Journal
import Kernel
import Messaging

/// The secret address of somebody's calendar. Whoever has it sees their dates, without signing in.
enum CalendarAddress {
  /// What stands in the address; nil for somebody who has none.
  static func token(of person: String, keys: KeyRing, _ connection: any SQLConnection) throws -> String? {
    try MailPreferenceStore(connection).calendarID(of: person).flatMap {
      SignedToken(id: $0, keys: keys, purpose: .calendar)?.text
    }
  }

  /// Whose calendar it is.
  /// - Throws: `DomainError.notFound` when it is none, or has been replaced.
  static func person(_ token: String, keys: KeyRing, _ connection: any SQLConnection) throws -> String {
    guard let token = SignedToken(checking: token, keys: keys, purpose: .calendar),
      let person = try MailPreferenceStore(connection).person(calendarID: token.id)
    else { throw DomainError.notFound }
    return person
  }
}

/// Somebody wants a calendar, or a new address for it because others know the old one.
struct NewCalendarAddress: Sendable {
  /// - Throws: `DomainError.forbidden` for who has no account.
  func callAsFunction(in act: Act) throws -> String {
    guard let person = act.actor.personID else { throw DomainError.forbidden }
    let token = SignedToken(keys: act.keys, purpose: .calendar, random: act.random)
    try MailPreferenceStore(act.connection).setCalendarID(token.id, of: person)
    try act.record(Event("notices", "calendarAddressMade", subject: person))
    return person
  }
}

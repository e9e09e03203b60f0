import Database
import Journal
import Kernel
import Localization
import Messaging
import People
import Web

/// Somebody's dates, for their calendar program.
extension NoticesFeature {
  var calendarRoutes: [Route] {
    [
      .form("/me/notices/calendar", for: .signedIn, newCalendarAddress),
      .feed("/calendar/{token}", calendar),
    ]
  }

  private func newCalendarAddress(_ visit: Visit) async throws -> Answer {
    guard let key = try visit.once("notices.newCalendarAddress") else { throw DomainError.notFound }
    try await node.act(as: visit.actor, once: key) { act in try NewCalendarAddress()(in: act) }
    return .see("/me/notices#calendar")
  }

  private func calendar(_ visit: Visit) async throws -> Answer {
    let (token, keys, ports, now) = (try visit.parameter("token"), node.keys, ports, node.clock())
    let (dates, language) = try await node.read { connection in
      let person = try CalendarAddress.person(token, keys: keys, connection)
      let language = try MailPreferenceStore(connection).preferences(of: person).language
      return (
        try ports.dates(connection, ID(person), now), try language ?? ports.usualLanguage(of: ID(person), connection)
      )
    }
    // A calendar program does not say what its owner reads.
    let text = Localization.$current.withValue(ports.locales.localizer(for: language)) {
      CalendarFeed(dates: dates, siteName: ports.siteName, siteAddress: ports.siteAddress, now: now).text
    }
    return .text(text, type: "text/calendar; charset=utf-8")
  }
}

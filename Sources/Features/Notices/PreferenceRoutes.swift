import Database
import Foundation
import Journal
import Kernel
import Localization
import Messaging
import People
import Web

/// How somebody who is signed in wants to hear.
extension NoticesFeature {
  var preferenceRoutes: [Route] {
    [
      .page("/me/notices", for: .signedIn) { visit in try await preferencesPage(visit, FormView(visit)) },
      .form("/me/notices", for: .signedIn, choose) { visit, error in
        try await preferencesPage(visit, FormView(visit, form: visit.form, error: error))
      },
    ]
  }

  private func preferencesPage(_ visit: Visit, _ fields: FormView) async throws -> Answer {
    guard let id = visit.actor.personID else { throw DomainError.notFound }
    let (person, keys, ports) = (ID<Person>(id), node.keys, ports)
    let view = try await node.read { connection in
      let store = MailPreferenceStore(connection)
      var preferences = try store.preferences(of: id)
      preferences.timeZone = try preferences.timeZone ?? ports.habits(connection, [person])[person]?.timeZone
      return NoticePages.Preferences(
        preferences: preferences, isReached: try AccountStore(connection).confirmedAddresses(of: [person])[person] != nil,
        calendarAddress: try CalendarAddress.token(of: id, keys: keys, connection).map { "\(ports.siteAddress)/calendar/\($0)" })
    }
    return .page(NoticePages.preferences(view, fields, languages: ports.locales.languages).html(for: visit, assets: assets))
  }

  private func choose(_ visit: Visit) async throws -> Answer {
    let choose = try ChooseMailPreferences(visit.form, languages: ports.locales.languages)
    guard let key = try visit.once("notices.choose") else { throw DomainError.notFound }
    try await node.act(as: visit.actor, once: key) { act in try choose(in: act) }
    return .see("/me")
  }
}

import Foundation
import Journal
import Kernel
import Localization
import Messaging
import Web

/// Somebody says when, and in which language, they want to hear by mail.
struct ChooseMailPreferences: Sendable {
  let preferences: MailPreferences

  /// - Parameter languages: those the site speaks.
  /// - Throws: `DomainError.invalid` when something is not among what the page offers.
  init(_ form: Form, languages: [Language]) throws {
    var check = FieldCheck()
    let choose = Message("Please choose one from the list.")
    var preferences = MailPreferences()
    if let rhythm = MailPreferences.Rhythm(rawValue: form.first("rhythm") ?? "") {
      preferences.rhythm = rhythm
    } else {
      check.complain("rhythm", choose)
    }
    if let hour = form.number("hour", in: 0...23) { preferences.hour = hour } else { check.complain("hour", choose) }
    preferences.timeZone = form.first("timeZone").flatMap { Self.timeZones.contains($0) ? $0 : nil }
    if preferences.timeZone == nil { check.complain("timeZone", choose) }
    preferences.language = languages.first { $0.tag == form.first("language") }
    if preferences.language == nil { check.complain("language", choose) }
    try check.finish()
    self.preferences = preferences
  }

  /// - Throws: `DomainError.forbidden` for who has no account.
  func callAsFunction(in act: Act) throws -> String {
    guard let person = act.actor.personID else { throw DomainError.forbidden }
    try MailPreferenceStore(act.connection).choose(preferences, for: person)
    try act.record(
      Event("notices", "preferencesChosen", subject: person, payload: ["rhythm": .string(preferences.rhythm.rawValue)]))
    return person
  }

  /// UTC, then those that are named after a place.
  static let timeZones: [String] =
    ["UTC"] + TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") && !$0.hasPrefix("Etc/") }.sorted()
}

import Database
import Journal
import Kernel
import Messaging
import People

/// A server refused somebody's address for good: no more mail goes there until they give one again.
struct NoteRefusal: Sendable {
  let person: ID<Person>

  func callAsFunction(in act: Act) throws {
    try MailPreferenceStore(act.connection).setRefused(act.now, person: person.rawValue)
    try act.record(Event("notices", "addressRefused", subject: person.rawValue))
  }
}

public import Database
import Journal
public import Kernel

/// Everything that is kept about somebody, for them to take with them.
public struct ExportMyData: Sendable {
  let person: ID<Person>
  let more: @Sendable (any SQLConnection, ID<Person>) throws -> JSON.Object

  /// - Parameter more: what other features keep about them, by the feature's name.
  public init(
    _ person: ID<Person>, more: @escaping @Sendable (any SQLConnection, ID<Person>) throws -> JSON.Object = { _, _ in [:] }
  ) {
    self.person = person
    self.more = more
  }

  /// - Throws: `DomainError.forbidden` to anybody but the person and the operator; `DomainError.notFound`.
  public func callAsFunction(as actor: Actor, _ connection: any SQLConnection, keys: KeyRing, now: Timestamp) throws -> JSON {
    guard PeoplePolicy.mayExport(actor, person) else { throw DomainError.forbidden }
    let store = AccountStore(connection)
    guard let known = try store.person(person), let credentials = try CredentialStore(connection).credentials(of: person) else {
      throw DomainError.notFound
    }
    let contacts = try Contacts(connection, keys: keys).all(of: person.rawValue)
    let trail = try JournalReader.trail(of: "person:" + person.rawValue, connection)
    let roles = known.grants.sorted { $0.text < $1.text }.map(\.json)
    let sessions = try store.sessions(of: person, now: now).map(session)
    let details = contacts.map { JSON.object(["kind": .string($0.kind.rawValue), "value": .string($0.value)]) }
    return [
      "account": account(known), "roles": .array(roles), "contacts": .array(details), "signingIn": signingIn(credentials),
      "sessions": .array(sessions), "done": .array(trail.map(entry)),
      "organizations": try organizations(connection, keys: keys), "more": .object(try more(connection, person)),
    ]
  }

  private func signingIn(_ credentials: CredentialStore.Credentials) -> JSON {
    [
      "passphrase": "kept as an Argon2id hash", "hasOneTimeCodes": .bool(credentials.hasSecondFactor),
      "recoveryCodesLeft": .int(credentials.recoveryCodesLeft), "emailConfirmedAt": JSON(credentials.emailConfirmedAt?.iso8601),
    ]
  }

  private func account(_ person: Person) -> JSON {
    [
      "id": .string(person.id.rawValue), "handle": .string(person.handle), "name": .string(person.name),
      "isOnProbation": .bool(person.isOnProbation), "origin": .string(person.origin.rawValue),
      "createdAt": .string(person.createdAt.iso8601),
    ]
  }

  private func session(_ session: Session) -> JSON {
    [
      "browser": .string(session.browser), "signedInWith": JSON(session.way?.rawValue),
      "since": .string(session.createdAt.iso8601), "lastSeen": .string(session.lastSeenAt.iso8601),
      "needsHeld": .array(session.receipts.sorted().map { .string($0) }),
    ]
  }

  private func entry(_ entry: Entry) -> JSON {
    [
      "at": .string(entry.at.iso8601), "what": .string(entry.feature + "." + entry.kind), "subject": .string(entry.subject),
      "payload": entry.payload ?? .null,
    ]
  }
}

extension Grant {
  /// As programs see it.
  var json: JSON { ["role": .string(role.rawValue), "scope": JSON(scope)] }
}

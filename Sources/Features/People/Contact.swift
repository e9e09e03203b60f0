public import Database
import Foundation
import Jobs
public import Journal
public import Kernel

/// Something by which a person can be found: a telephone number, an e-mail address, a real name.
public struct Contact: Sendable, Equatable {
  public enum Kind: String, Sendable, SQLCodable {
    case telephone, email, name
    /// A telephone number or an e-mail address, as somebody typed it.
    case address
  }

  public let id: ID<Contact>
  public let kind: Kind
  public let value: String
}

/// The one way to contact details. They are encrypted in the database; everything else holds their ids and asks here when it needs one.
public struct Contacts {
  private static let field = "contact"

  private let connection: any SQLConnection
  private let cipher: Cipher
  private let act: Act?

  /// For reading.
  public init(_ connection: any SQLConnection, keys: KeyRing) {
    self.connection = connection
    cipher = Cipher(keys)
    act = nil
  }

  /// For writing.
  public init(_ act: Act) {
    connection = act.connection
    cipher = Cipher(act.keys)
    self.act = act
  }

  /// Stores a detail for the record `owner`.
  /// - Throws: `DomainError.forbidden` outside an act.
  public func keep(_ value: String, as kind: Contact.Kind, of owner: String) throws -> ID<Contact> {
    guard let act else { throw DomainError.forbidden }
    let contact = Contact(id: act.newID(), kind: kind, value: value)
    try keep(contact, of: owner)
    return contact.id
  }

  /// Stores a detail under the id it has already, where there is none of this id.
  /// - Throws: `DomainError.forbidden` outside an act.
  func keep(_ contact: Contact, of owner: String) throws {
    guard let act else { throw DomainError.forbidden }
    let (id, kind, value) = (contact.id, contact.kind, contact.value)
    let sealed = try cipher.seal(value, record: id.rawValue, field: Self.field, random: act.random)
    let lookup = cipher.lookup(normalized: Self.normalized(value, kind), kind: kind.rawValue)
    try connection.execute(
      """
      INSERT INTO contacts (id, owner, kind, sealed, lookup, created_at)
      VALUES (\(id), \(owner), \(kind), \(sealed), \(lookup), \(act.now)) ON CONFLICT (id) DO NOTHING
      """)
  }

  /// Takes over the details of a record that another node hands over.
  /// - Parameters:
  ///   - seen: ids of details that have come or gone before. One of these that is not here was erased here, and one that is here and no longer
  ///     in the record was erased there.
  /// - Returns: whether there were new ones.
  public func take(_ handed: [Contact], of owner: String, seen: Set<String>, _ arrival: Arrival) throws -> Bool {
    guard arrival != .conflict else { return false }
    let fresh = handed.filter { !seen.contains($0.id.rawValue) }
    for contact in fresh { try keep(contact, of: owner) }
    if arrival == .changed {
      let now = Set(handed.map(\.id))
      for gone in try all(of: owner) where seen.contains(gone.id.rawValue) && !now.contains(gone.id) { try erase(gone.id) }
    }
    return !fresh.isEmpty
  }

  /// Resolves a detail, at the moment of use.
  public func read(_ id: ID<Contact>) throws -> String? {
    guard let row = try connection.first("SELECT sealed FROM contacts WHERE id = \(id)") else { return nil }
    return try cipher.openText(row["sealed"], record: id.rawValue, field: Self.field)
  }

  /// The details of a record.
  public func all(of owner: String) throws -> [Contact] {
    try connection.query("SELECT id, kind, sealed FROM contacts WHERE owner = \(owner) ORDER BY created_at, id").map { row in
      let id: ID<Contact> = try row["id"]
      return Contact(
        id: id, kind: try row["kind"], value: try cipher.openText(row["sealed"], record: id.rawValue, field: Self.field))
    }
  }

  /// The first detail of each of several records, by record.
  func first(of owners: [String]) throws -> [String: Contact] {
    let rows = try connection.query(
      "SELECT id, owner, kind, sealed FROM contacts WHERE owner IN \(list: owners) ORDER BY created_at, id")
    let contacts = try rows.map { row -> (String, Contact) in
      let id: ID<Contact> = try row["id"]
      let value = try cipher.openText(row["sealed"], record: id.rawValue, field: Self.field)
      return (try row["owner"], Contact(id: id, kind: try row["kind"], value: value))
    }
    return Dictionary(contacts, uniquingKeysWith: { first, _ in first })
  }

  /// The records that have this detail.
  public func owners(of value: String, kind: Contact.Kind) throws -> [String] {
    let lookups = cipher.lookups(normalized: Self.normalized(value, kind), kind: kind.rawValue)
    return try connection.query("SELECT owner FROM contacts WHERE kind = \(kind) AND lookup IN \(list: lookups)").map {
      try $0["owner"]
    }
  }

  /// Removes one detail.
  public func erase(_ id: ID<Contact>) throws {
    try connection.execute("DELETE FROM contacts WHERE id = \(id)")
    try act?.scrub("contacts")
  }

  /// Removes all details of a record.
  public func erase(of owner: String) throws {
    try connection.execute("DELETE FROM contacts WHERE owner = \(owner)")
    try act?.scrub("contacts")
  }

  /// What two ways of writing one detail have in common.
  static func normalized(_ value: String, _ kind: Contact.Kind) -> String {
    switch kind {
    case .email, .address: value.trimmingCharacters(in: .whitespaces).lowercased()
    case .telephone: value.filter { $0.isNumber || $0 == "+" }
    case .name: Organization.nameKey(value)
    }
  }
}

public import Database
public import Kernel
import Localization

/// An organization as one node hands it over to another, with what it can be reached by.
public struct HandedOrganization: Sendable {
  public let organization: Organization
  /// Who made it there: `Actor.reference`.
  let maker: String
  public let contacts: [Contact]

  /// - Parameter keys: open the contact details; in the file they are as safe as the file.
  public init(_ organization: Organization, _ connection: any SQLConnection, keys: KeyRing) throws {
    self.organization = organization
    maker = try OrganizationStore(connection).maker(of: organization.id)
    contacts = try Contacts(connection, keys: keys).all(of: organization.id.rawValue)
  }

  public var json: JSON {
    let known = organization
    return [
      "id": .string(known.id.rawValue), "name": .string(known.name), "kind": .string(known.kind.rawValue),
      "country": .string(known.country), "subdivision": JSON(known.subdivision),
      "connectivity": JSON(known.connectivity?.rawValue), "languages": JSON(known.languages),
      "visibility": .string(known.visibility.rawValue), "pseudonym": JSON(known.pseudonym), "isVerified": .bool(known.isVerified),
      "origin": .string(known.origin.rawValue), "home": .string(known.home), "version": .int(known.version),
      "createdAt": JSON(known.createdAt.milliseconds), "maker": .string(maker), "contacts": JSON(contacts.map(\.handed)),
    ]
  }

  /// - Throws: `RecordMembers.Flaw`.
  public init(_ record: RecordMembers) throws(RecordMembers.Flaw) {
    let origin: Organization.Origin = try record.choice("origin")
    // What was invented to look at stays where it is.
    guard origin != .demonstration else { throw RecordMembers.Flaw("origin") }
    organization = Organization(
      id: try record.id("id"), name: try record.text("name", atMost: Organization.longestName), kind: try record.choice("kind"),
      country: try Self.country(record), subdivision: try record.textIfPresent("subdivision", atMost: 6),
      connectivity: try record.choiceIfPresent("connectivity"),
      languages: try record.texts("languages").compactMap { Language($0)?.tag }, visibility: try record.choice("visibility"),
      pseudonym: try record.textIfPresent("pseudonym", atMost: Organization.longestName),
      isVerified: try record.answer("isVerified"), origin: origin, home: try record.text("home", atMost: 32),
      version: try record.number("version", in: 1...Int(Int32.max)), createdAt: try record.time("createdAt"))
    maker = try record.text("maker")
    contacts = try Contact.handed(record)
  }

  private static func country(_ record: RecordMembers) throws(RecordMembers.Flaw) -> String {
    guard let country = try? Country.checked(try record.text("country"), field: "country") else {
      throw RecordMembers.Flaw("country")
    }
    return country
  }
}

extension Contact {
  /// As it stands in a file that is sealed itself.
  public var handed: JSON { ["id": .string(id.rawValue), "kind": .string(kind.rawValue), "value": .string(value)] }

  /// The contact details of a record.
  public static func handed(_ record: RecordMembers) throws(RecordMembers.Flaw) -> [Contact] {
    var contacts: [Contact] = []
    for one in try record.records("contacts", atMost: 100) {
      contacts.append(
        Contact(id: try one.id("id"), kind: try one.choice("kind"), value: try one.text("value", atMost: 1_000)))
    }
    return contacts
  }
}

public import Database
import Foundation
public import Kernel
public import Localization

/// A charity, an NGO, a community group, a cooperative: whoever has needs. Small first.
public struct Organization: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable, SQLCodable {
    case charity, ngo, communityGroup, womensOrganization, faithBased, socialMovement, cooperative, coalition, advocacyGroup,
      other
  }

  /// How it can be reached, which decides how deadlines run and what can be prescribed.
  public enum Connectivity: String, Sendable, CaseIterable, SQLCodable {
    case none, basicPhone, smartphone, officeLine
  }

  /// Who learns that it exists.
  public enum Visibility: String, Sendable, CaseIterable, SQLCodable {
    /// By its name.
    case named
    /// Under another name.
    case pseudonym
    /// Only what region it is in.
    case region
    /// Not at all.
    case hidden
  }

  public let id: ID<Organization>
  public var name: String
  public var kind: Kind
  /// ISO 3166-1 alpha-2.
  public var country: String
  /// ISO 3166-2, with the country's code in front: `CL-RM`.
  public var subdivision: String?
  public var connectivity: Connectivity?
  /// BCP 47 tags.
  public var languages: [String]
  public var visibility: Visibility
  public var pseudonym: String?
  /// Somebody with a name has vouched for it. Everything else says "not yet verified".
  public var isVerified: Bool
  public var origin: Origin
  /// The node that alone may change it.
  public var home: String
  public var version: Int
  public let createdAt: Timestamp

  /// Where a record came from; what is not the organization's own is marked everywhere and counts in no measure.
  public enum Origin: String, Sendable, SQLCodable {
    case stated, imported, demonstration
  }

  /// Unicode scalars.
  public static let longestName = 200

  /// The name a stranger may read, or nil when none may be shown.
  public var publicName: String? {
    switch visibility {
    case .named: name
    case .pseudonym: pseudonym
    case .region, .hidden: nil
    }
  }

  /// By what a stranger may search it; empty where there is no name for strangers.
  var shownKey: String { publicName.map(Self.nameKey) ?? "" }

  /// What decides whether two names are one organization: case, accents, punctuation and white space do not matter.
  public static func nameKey(_ name: String) -> String {
    let folded = name.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil).lowercased()
    let letters = folded.unicodeScalars.map { CharacterSet.alphanumerics.contains($0) ? Character($0) : " " }
    return String(letters).split(separator: " ").joined(separator: " ")
  }
}

extension Organization.Kind {
  public var label: Phrase {
    switch self {
    case .charity: tr("Charity")
    case .ngo: tr("Non-governmental organization")
    case .communityGroup: tr("Community group")
    case .womensOrganization: tr("Women's organization")
    case .faithBased: tr("Faith-based organization")
    case .socialMovement: tr("Social movement")
    case .cooperative: tr("Business cooperative")
    case .coalition: tr("Coalition")
    case .advocacyGroup: tr("Advocacy group")
    case .other: tr("Something else")
    }
  }
}

extension Organization.Connectivity {
  public var label: Phrase {
    switch self {
    case .none: tr("Nothing: we have no telephone and no internet")
    case .basicPhone: tr("A simple telephone: calls and text messages")
    case .smartphone: tr("A smartphone, with data now and then")
    case .officeLine: tr("A computer with internet")
    }
  }
}

extension Organization.Visibility {
  public var label: Phrase {
    switch self {
    case .named: tr("Everybody may read its name")
    case .pseudonym: tr("Everybody reads another name instead")
    case .region: tr("Everybody reads only in which region it is")
    case .hidden: tr("Nobody learns that it exists")
    }
  }
}

/// What somebody tells about an organization when a need is stated for it.
public struct OrganizationStatement: Sendable, Equatable {
  public var id: String?
  public var name: Text
  public var country: String
  public var kind: Organization.Kind
  public var subdivision: String?
  public var connectivity: Organization.Connectivity?
  public var languages: [String]
  public var origin: Organization.Origin

  public init(
    id: String? = nil, name: Text = "", country: String = "", kind: Organization.Kind = .other, subdivision: String? = nil,
    connectivity: Organization.Connectivity? = nil, languages: [String] = [], origin: Organization.Origin = .stated
  ) {
    self.id = id
    self.name = name
    self.country = country
    self.kind = kind
    self.subdivision = subdivision
    self.connectivity = connectivity
    self.languages = languages
    self.origin = origin
  }
}

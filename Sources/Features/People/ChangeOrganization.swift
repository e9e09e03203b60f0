import Database
public import Journal
public import Kernel
import Localization

/// Its members, or a facilitator for it, say better what an organization is, how it can be reached and who may know of it.
public struct ChangeOrganization: Sendable {
  let id: ID<Organization>
  /// Of the organization that was read; a newer one is not overwritten.
  let version: Int
  let particulars: Particulars

  /// Everything that can be changed, as it was typed.
  public struct Particulars: Sendable, Equatable {
    public var name: Text
    public var kind: String
    public var country: String
    /// Empty for none, as is `connectivity`.
    public var subdivision: String
    public var connectivity: String
    /// BCP 47 tags.
    public var languages: [String]
    public var visibility: String
    public var pseudonym: Text

    public init(
      name: Text, kind: String, country: String, subdivision: String, connectivity: String, languages: [String],
      visibility: String,
      pseudonym: Text
    ) {
      self.name = name
      self.kind = kind
      self.country = country
      self.subdivision = subdivision
      self.connectivity = connectivity
      self.languages = languages
      self.visibility = visibility
      self.pseudonym = pseudonym
    }

    /// As they are, for changing some of them.
    public init(of organization: Organization) {
      self.init(
        name: Text(organization.name), kind: organization.kind.rawValue, country: organization.country,
        subdivision: organization.subdivision ?? "", connectivity: organization.connectivity?.rawValue ?? "",
        languages: organization.languages, visibility: organization.visibility.rawValue,
        pseudonym: Text(organization.pseudonym ?? ""))
    }
  }

  public init(_ id: ID<Organization>, version: Int, _ particulars: Particulars) {
    self.id = id
    self.version = version
    self.particulars = particulars
  }

  /// Languages of one organization.
  public static let mostLanguages = 20

  /// - Throws: `DomainError.notFound` to those who may not know of it; `DomainError.conflict` when it was changed meanwhile or belongs
  ///   to another node; `DomainError.invalid`.
  public func callAsFunction(in act: Act) throws -> Organization {
    let store = OrganizationStore(act.connection)
    guard let known = try store.find(id), OrganizationPolicy.maySpeak(act.actor, for: known) else { throw DomainError.notFound }
    guard known.home == act.keys.nodeID else {
      throw DomainError.conflict(Message("This organization is kept by another node, which alone can change it."))
    }
    guard known.version == version else { throw Self.changedMeanwhile }
    var changed = try self.changed(known)
    // Whoever vouched for it knew it by its name and in its country.
    let isAnother = changed.name != known.name || changed.country != known.country
    if isAnother, !OrganizationPolicy.mayFacilitate(act.actor, known) {
      changed.isVerified = false
      try VouchStore(act.connection).endAll(of: id)
    }
    guard changed != known else { return known }
    guard try store.update(changed) else { throw Self.changedMeanwhile }
    changed.version += 1
    if changed.publicName != known.publicName { try changed.waitToBeSeen(in: act) }
    try act.record(Event("people", "organizationChanged", subject: id.rawValue))
    return changed
  }

  private func changed(_ known: Organization) throws -> Organization {
    var check = FieldCheck()
    var changed = known
    if let name = try check.take({ try particulars.name.checked("name", atMost: Organization.longestName) }) {
      changed.name = name
    }
    if let kind = Organization.Kind(rawValue: particulars.kind) {
      changed.kind = kind
    } else {
      check.complain("kind", Message("Please choose one from the list."))
    }
    if let country = try check.take({ try Country.checked(particulars.country, field: "country") }) {
      changed.country = country
      let subdivision = try check.take {
        try Country.checkedSubdivision(particulars.subdivision, of: country, field: "subdivision")
      }
      if let subdivision { changed.subdivision = subdivision }
    }
    changed.connectivity = Organization.Connectivity(rawValue: particulars.connectivity)
    if changed.connectivity == nil, !particulars.connectivity.isEmpty {
      check.complain("connectivity", Message("Please choose one from the list."))
    }
    let languages = particulars.languages.map { Language($0) }
    if languages.contains(nil) || languages.count > Self.mostLanguages {
      check.complain("languages", Message("Please choose up to 20 languages from the list."))
    } else {
      changed.languages = languages.compactMap { $0?.tag }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    changed.pseudonym =
      try check.take { try particulars.pseudonym.checkedIfPresent("pseudonym", atMost: Organization.longestName) } ?? nil
    if let visibility = Organization.Visibility(rawValue: particulars.visibility) {
      changed.visibility = visibility
      if visibility == .pseudonym, changed.pseudonym == nil {
        check.complain("pseudonym", Message("Please say under which other name."))
      }
    } else {
      check.complain("visibility", Message("Please choose one from the list."))
    }
    _ = try check.take { try changed.checkPublicName() }
    try check.finish()
    return changed
  }

  static let changedMeanwhile = DomainError.conflict(Message("Somebody else has changed this organization meanwhile."))
}

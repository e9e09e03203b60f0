import Database
import Foundation
import Journal
import Kernel
import Localization
import Needs
import People
import Prescriptions
import Tools
import Vocabulary
import Volunteers

/// Invented organizations with needs, tools that exist, and three accounts, one of which offers to help with a need, so that whoever
/// looks at the product for the first time sees it at work. They are marked on every page, count in no measure, and leave together.
public enum Demonstration {
  /// How many records of each kind were added or removed.
  public struct Counts: Sendable, Equatable {
    public var organizations = 0
    public var needs = 0
    public var tools = 0
    public var accounts = 0
  }

  /// Adds what is missing. What is there stays as it is, also where somebody has changed it meanwhile.
  /// - Parameter app: with its indexes loaded, because needs are prescribed for from them.
  /// - Returns: how much was missing.
  /// - Throws: `SettingsError` when an account of somebody else has a name that the demonstration needs, or the file with the passphrases
  ///   cannot be written.
  @discardableResult
  public static func add(to app: CivilApplication) async throws -> Counts {
    let before = try await counts(app)
    let facilitator = try await DemonstrationAccounts(app).add()
    try await addTools(to: app)
    for need in DemonstrationContent.needs { try await add(need, as: facilitator, to: app) }
    try await addVolunteer(to: app)
    let after = try await counts(app)
    var added = Counts()
    added.organizations = after.organizations - before.organizations
    added.needs = after.needs - before.needs
    added.tools = after.tools - before.tools
    added.accounts = after.accounts - before.accounts
    if added != Counts() {
      try await app.node.act(as: .system) { act in try act.record(Event("demonstration", "added", subject: Self.subject)) }
    }
    return added
  }

  /// Removes every demonstration record, those that visitors have stated for the invented organizations among them, and the
  /// file with the passphrases.
  /// - Returns: how many there were.
  @discardableResult
  public static func remove(from app: CivilApplication) async throws -> Counts {
    let removed = try await app.node.act(as: .system) { act in
      var removed = Counts()
      let needs = try RemoveNeeds(of: .demonstration)(in: act)
      try Prescription.erase(of: needs.map(\.rawValue), in: act)
      removed.needs = needs.count
      removed.organizations = try RemoveOrganizations(of: .demonstration)(in: act)
      removed.tools = try RemoveTools(of: .demonstration)(in: act)
      removed.accounts = try DemonstrationAccounts.remove(in: act)
      if removed != Counts() { try act.record(Event("demonstration", "removed", subject: Self.subject)) }
      return removed
    }
    try DemonstrationSecrets(app.settings).remove()
    return removed
  }

  /// How to sign in, for whoever has just started a node with a demonstration on this machine; nil where there is none.
  public static func signInHint(_ settings: Settings) -> String? {
    guard let secrets = try? DemonstrationSecrets(settings).read(), !secrets.isEmpty else { return nil }
    let lines = secrets.sorted { $0.key < $1.key }.map { "  \($0.key)  \($0.value)" }
    return (["To look around, sign in from this machine at /sign-in with one of these names and its passphrase:"] + lines)
      .joined(separator: "\n")
  }

  /// What entries of the journal about the whole demonstration name.
  private static let subject = "demonstration"

  private static func counts(_ app: CivilApplication) async throws -> Counts {
    try await app.node.read { connection in
      var counts = Counts()
      counts.organizations = try OrganizationStore(connection).count(of: .demonstration)
      counts.needs = try NeedStore(connection).ids(of: .demonstration).count
      counts.tools = try ToolStore(connection).count(of: .demonstration)
      counts.accounts = try AccountStore(connection).people(of: .demonstration).count
      return counts
    }
  }

  // MARK: - Tools

  /// Two steps a tool, each of which is missing until it was made: a tool nobody has touched is at its first version.
  private static func addTools(to app: CivilApplication) async throws {
    let tagger = ToolTagger(app.vocabulary)
    let imports = DemonstrationContent.tools.map { ImportTool($0.imported, tagger: tagger, origin: .demonstration) }
    try await app.node.act(as: .system) { act in for one in imports { _ = try one(in: act) } }
    let catalogue = app.tools.catalogue
    let corrections = try await app.node.read { connection in
      try DemonstrationContent.tools.compactMap { tool -> CorrectTool? in
        guard let listed = catalogue.find(tool.externalID), let known = try ToolStore(connection).find(ID(listed.id)),
          known.version == 1
        else { return nil }
        return CorrectTool(
          known.id, version: 1, statement: tool.statement, upkeep: tool.facts.upkeep.rawValue, functions: tool.functions,
          vocabulary: app.vocabulary, tagger: tagger)
      }
    }
    guard !corrections.isEmpty else { return }
    try await app.node.act(as: .system) { act in for one in corrections { _ = try one(in: act) } }
  }

  // MARK: - Needs

  /// States a need as its organization or the facilitator would, and brings it as far as its story has gone. Nobody has touched
  /// a need at its first version.
  private static func add(_ told: DemonstrationNeed, as facilitator: Actor, to app: CivilApplication) async throws {
    let externalID = "demonstration:" + told.name
    let known = try await app.node.read { try NeedStore($0).find(externalID: externalID) }
    let id: ID<Need>
    if let known {
      guard known.version == 1 else { return }
      id = known.id
    } else {
      id = try await state(told, externalID, as: facilitator, in: app)
    }
    guard told.state != .expressed else { return }
    try await app.node.act(as: facilitator) { act in
      let outcome: TriageNeed.Outcome = told.state == .triaged ? .triaged : .open
      let need = try TriageNeed(
        id, version: 1, summary: Text(told.summary), summaryLanguage: told.language, outcome: outcome,
        work: Need.Work(skills: told.skills, effort: told.effort))(in: act)
      if let closure = told.closure { _ = try CloseNeed(id, version: need.version, closure: closure)(in: act) }
    }
  }

  // MARK: - A person who helps

  /// Gives the volunteer a profile and lets them offer for one need, which waits for its answer.
  private static func addVolunteer(to app: CivilApplication) async throws {
    let told = DemonstrationContent.volunteer
    let externalID = "demonstration:" + told.need
    let (volunteer, isKnown, need) = try await app.node.read { connection in
      let person = try AccountStore(connection).person(handle: DemonstrationAccounts.volunteer)
      return (
        person, try person.map { try VolunteerStore(connection).find($0.id) != nil } ?? true,
        try NeedStore(connection).find(externalID: externalID)
      )
    }
    guard let volunteer, !isKnown else { return }
    let keep = KeepProfile(told.profile, version: nil, vocabulary: app.vocabulary)
    try await app.node.act(as: Actor(.person(id: volunteer.id.rawValue), grants: volunteer.grants)) { act in
      _ = try keep(in: act)
      guard let need, OfferPolicy.takesOffers(need) else { return }
      _ = try MakeOffer(need.id, words: Text(told.words), language: told.language, part: Text(""))(in: act)
    }
  }

  private static func state(
    _ told: DemonstrationNeed, _ externalID: String, as facilitator: Actor, in app: CivilApplication
  ) async throws -> ID<Need> {
    let organization = told.organization
    let stated = OrganizationStatement(
      name: Text(organization.name), country: organization.country, kind: organization.kind,
      connectivity: organization.connectivity,
      languages: organization.languages, origin: .demonstration)
    let made = try await app.node.act(as: facilitator) { act in try FindOrMakeOrganization(stated)(in: act).id }
    let statement = NeedStatement(
      organization: OrganizationStatement(id: made.rawValue, country: organization.country, origin: .demonstration),
      words: Text(told.words), language: told.language, constraints: told.constraints.map(\.rawValue),
      provenance: told.provenance,
      showPublicly: told.showPublicly, channel: .command, externalID: externalID)
    // The node writes down what an organization says for itself; the facilitator says for whom she speaks.
    return try await app.needs.submit(statement, as: told.provenance == nil ? .system : facilitator, once: nil).id
  }
}

/// The accounts of the demonstration.
struct DemonstrationAccounts {
  private let app: CivilApplication

  static let facilitator = "demo-facilitator"
  static let volunteer = "demo-volunteer"
  private static let administrator = "demo-administrator"
  private static let roles: [(handle: String, name: String, role: Role)] = [
    (facilitator, "Demonstration facilitator", .facilitator), (volunteer, "Demonstration volunteer", .volunteer),
    (administrator, "Demonstration administrator", .administrator),
  ]

  init(_ app: CivilApplication) {
    self.app = app
  }

  /// Adds the accounts that are missing. Their passphrases are written down first, so that no account is ever without.
  /// - Returns: the facilitator.
  func add() async throws -> Actor {
    let secrets = try await passphrases()
    for (handle, name, role) in Self.roles {
      let known = try await app.node.read { try AccountStore($0).person(handle: handle) }
      if let known {
        guard known.origin == .demonstration else {
          throw SettingsError("Somebody who is not part of the demonstration has the name \(handle): it cannot be added here.")
        }
        continue
      }
      guard let passphrase = secrets[handle] else { continue }
      let create = CreateAccount(
        handle: Text(handle), name: Text(name), passphrase: passphrase, grants: [Grant(role)], origin: .demonstration)
      _ = try await PeopleFeature.createAccount(create, on: app.node, hasher: PassphraseHasher(), as: .system)
    }
    guard let person = try await app.node.read({ try AccountStore($0).person(handle: Self.facilitator) }) else {
      throw DomainError.notFound
    }
    return Actor(.person(id: person.id.rawValue), grants: person.grants)
  }

  /// Those of the file. Where it is lost, nobody can know them any more: accounts from then are made anew.
  private func passphrases() async throws -> [String: String] {
    let file = DemonstrationSecrets(app.settings)
    let known = try file.read()
    if Self.roles.allSatisfy({ known[$0.handle] != nil }) { return known }
    let fresh = Dictionary(
      Self.roles.map { ($0.handle, CreateAccount.freshPassphrase()) }, uniquingKeysWith: { first, _ in first })
    _ = try await app.node.act(as: .system) { act in try Self.remove(in: act) }
    try file.write(fresh)
    return fresh
  }

  /// - Returns: how many there were. Their sessions end with them.
  static func remove(in act: Act) throws -> Int {
    let people = try AccountStore(act.connection).people(of: .demonstration)
    for person in people {
      try EraseAccount(person, erased: Wiring.erased)(in: act)
    }
    return people.count
  }
}

/// The file with the passphrases of the demonstration's accounts: a line each, beside the database or, where that is a
/// server's, beside the keys. Only its owner reads it.
struct DemonstrationSecrets {
  private let path: String

  init(_ settings: Settings) {
    switch settings.database {
    case .sqlite(let path): self.path = path + ".demonstration"
    case .postgresql: path = settings.keys + ".demonstration"
    }
  }

  /// Passphrases by name; none where there is no file.
  func read() throws -> [String: String] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw SettingsError("The file \(path) cannot be read.")
    }
    var secrets: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2 { secrets[words[0]] = words[1] }
    }
    return secrets
  }

  func write(_ secrets: [String: String]) throws {
    try remove()
    let text = secrets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
    // Made for its owner alone from the beginning, not written first and closed to others later.
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard file >= 0 else { throw SettingsError("The file \(path) cannot be written.") }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.synchronize()
    try handle.close()
  }

  func remove() throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try FileManager.default.removeItem(atPath: path)
  }
}

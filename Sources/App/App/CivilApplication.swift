public import Database
import Foundation
import HTTPTypes
import Jobs
public import Journal
public import Kernel
public import Localization
public import Logging
public import Needs
public import Notices
public import People
public import Prescriptions
import Synchronization
public import Tools
public import Vocabulary
public import Volunteers
public import Web

/// One node with all its features: what the server, the commands and the tests use.
public final class CivilApplication: Sendable {
  public let node: Node
  public let settings: Settings
  public let locales: Locales
  public let vocabulary: Vocabulary
  public let assets: Assets
  public let metrics = Metrics()
  public let limiter: Limiter
  public let needs: NeedsFeature
  public let people: PeopleFeature
  public let notices: NoticesFeature
  public let catalogue: ToolsFeature
  public let volunteers: VolunteersFeature
  public let prescriber: Prescriber
  public let carried = CarriedThings()
  public let demonstration: DemonstrationFlag
  public let sealer: Sealer

  /// Puts a node together. Indexes are registered and not yet loaded.
  public init(_ settings: Settings, node: Node) throws {
    self.settings = settings
    self.node = node
    locales = try Locales.load(additional: settings.locales)
    vocabulary = try Vocabulary.load(additional: settings.locales)
    assets = try Assets.load()
    limiter = try Self.limiter(settings)
    let (solved, tally) = (SolvedIndex(vocabulary: vocabulary), VolunteerTally())
    let sendMail = Wiring.sendMail(settings, node)
    people = PeopleFeature(
      node: node, assets: assets, limiter: limiter,
      ports: Wiring.people(settings, locales, node, solved: solved, sendMail: sendMail))
    notices = NoticesFeature(node: node, assets: assets, ports: Wiring.notices(settings, locales, sendMail: sendMail))
    catalogue = ToolsFeature(node: node, vocabulary: vocabulary, assets: assets)
    prescriber = Prescriber(shelves: [carried.beside(catalogue.shelf), solved.shelf])
    needs = NeedsFeature(
      node: node, vocabulary: vocabulary, assets: assets, limiter: limiter, ports: Wiring.needs(prescriber, node))
    volunteers = VolunteersFeature(
      node: node, vocabulary: vocabulary, assets: assets, needs: needs, siteName: settings.name, solved: solved, tally: tally)
    demonstration = DemonstrationFlag()
    sealer = Sealer(node, headFile: settings.journalHead)
    node.indexes.register(catalogue.index)
    node.indexes.register(carried)
    node.indexes.register(needs.index)
    node.indexes.register(solved)
    node.indexes.register(tally)
    node.indexes.register(demonstration)
  }

  /// Tools in memory.
  public var tools: ToolIndex { catalogue.index }

  /// Opens everything that `settings` name.
  public static func open(_ settings: Settings, logger: Logger) async throws -> CivilApplication {
    try CivilApplication(settings, node: try await OpenNode.open(settings, logger: logger))
  }

  /// What goes on beside answering: numbering the journal, following it, and the jobs.
  public var background: [@Sendable () async throws -> Void] {
    [
      { [node] in await Numberer(node).run() },
      { [node] in try await node.indexes.run() },
      { [node, people, notices, volunteers] in
        await JobRunner(node, kinds: people.jobs + notices.jobs + volunteers.jobs + [.forgetOldKeys, .scrub]).run()
      },
      { [node, notices] in await JobRunner(node, kinds: notices.webhookJobs).run() },
      { [sealer] in await sealer.run() },
      { [node, needs] in await needs.index.keepConcepts(on: node) },
    ]
  }

  /// All routes, in the order of the features.
  public var routes: [Route] {
    people.routes + notices.routes + needs.routes + NeedPage(self).routes + FacilitatorDesk(self).routes
      + volunteers.routes + WaitingPage(self).routes + catalogue.routes + HomePage(self).routes + VocabularyPages(self).routes
      + HealthRoutes(self).routes
      + [OpenAPI.route { self.openAPI }]
  }

  /// The description of the API, made from the routes themselves.
  public var openAPI: JSON { OpenAPI.document(routes, name: settings.name) }

  /// Everything that answers over HTTP.
  public var site: Site {
    Site(
      Site.Parts(
        routes: routes, frame: frame, authenticator: people.identify.authenticator, locales: locales, assets: assets,
        limiter: limiter, metrics: metrics, isBehindProxy: settings.isBehindProxy), node: node)
  }

  private var frame: SiteFrame {
    SiteFrame(
      name: settings.name, nodeID: node.id, languages: locales.languages, navigation: Self.navigation,
      hasDemonstration: { [demonstration] in demonstration.isThere })
  }

  private static let navigation: @Sendable (Actor) -> [NavigationLink] = { actor in
    var links = [
      NavigationLink("/needs", Message("Needs")), NavigationLink("/tools", Message("Tools")),
      NavigationLink("/organizations", Message("Groups")),
      NavigationLink("/volunteer", Message("Help")),
    ]
    if NeedPolicy.maySeeDesk(actor) { links.append(NavigationLink("/desk", Message("Desk"))) }
    links.append(
      actor.isSignedIn ? NavigationLink("/me", Message("My page")) : NavigationLink("/sign-in", Message("Sign in")))
    return links
  }

  private static func limiter(_ settings: Settings) throws -> Limiter {
    switch settings.limits {
    case .standard: return Limiter()
    case .file(let path): return Limiter(overrides: try LimitsFile.read(path))
    case .off:
      guard ["127.0.0.1", "::1", "localhost"].contains(settings.host) else {
        throw SettingsError("--limits off is for tests on this machine: it works with --host 127.0.0.1 only.")
      }
      return Limiter(isOff: true)
    }
  }
}

/// Limits of an operator: lines of `name burst seconds`; `#` begins a comment.
enum LimitsFile {
  // Beyond these, the seconds until the next attempt would be no whole number.
  private static let mostAtOnce = 1_000_000_000
  private static let shortest = 0.001
  private static let longest = 366.0 * 86_400

  static func read(_ path: String) throws -> [Limit] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw SettingsError("The file of limits \(path) cannot be read.")
    }
    return try text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      let words = line.prefix { $0 != "#" }.split(separator: " ")
      if words.isEmpty { return nil }
      guard words.count == 3, let burst = Int(words[1]), (1...mostAtOnce).contains(burst), let period = Double(words[2]),
        (shortest...longest).contains(period)
      else {
        throw SettingsError(
          "\(path):\(index + 1): write a name, a number up to \(mostAtOnce) and seconds up to a year, such as: state-need 30 3600"
        )
      }
      return Limit(String(words[0]), burst, every: period)
    }
  }
}

/// Knows whether demonstration records are in the database.
public final class DemonstrationFlag: JournalIndex {
  public let name = "demonstration"
  public let features: Set<String> = ["demonstration"]
  private let flag = Mutex(false)

  public var isThere: Bool { flag.withLock { $0 } }

  public func rebuild(_ connection: any SQLConnection) throws {
    let count = try OrganizationStore(connection).count(of: .demonstration)
    flag.withLock { $0 = count > 0 }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws { try rebuild(connection) }

  public func difference(from connection: any SQLConnection) throws -> [String] { [] }
}

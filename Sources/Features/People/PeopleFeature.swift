public import Database
public import Jobs
public import Journal
public import Kernel
public import Localization
public import Messaging
public import Web

/// The front door of People.
public struct PeopleFeature: Sendable {
  /// What People asks of the rest of the application.
  public struct Ports: Sendable {
    /// The node's name, for mails and authenticator apps.
    public var siteName: String
    /// Where people find the node, without a slash at the end: `https://civil.example.org`. Links in mails begin with it; what a
    /// browser claims to have asked for is never put into a mail.
    public var siteAddress: String
    public var locales: Locales
    /// Sends a mail, at least once. A mail with the id of one that was sent may be dropped.
    public var sendMail: @Sendable (Mail) async throws -> Void
    /// What else the page about me shows, between my organizations and my sessions.
    public var aboutMe: @Sendable (Visit) async throws -> HTML
    /// What else is kept about somebody who takes their data with them, by the feature's name.
    public var exported: @Sendable (any SQLConnection, ID<Person>) throws -> JSON.Object
    /// Somebody leaves: whatever else is kept about them goes in the same transaction.
    public var erased: @Sendable (Act, ID<Person>) throws -> Void
    /// Somebody has a role less: what they can no longer do is left to others, in the same transaction.
    public var roleTaken: @Sendable (Act, ID<Person>) throws -> Void
    /// A facilitator has met a group: what waits for its answer may wait from now on, in the same transaction.
    public var met: @Sendable (Act, ID<Organization>) throws -> Void
    public var organizations: OrganizationPorts

    public init(
      siteName: String, siteAddress: String, locales: Locales, sendMail: @escaping @Sendable (Mail) async throws -> Void,
      aboutMe: @escaping @Sendable (Visit) async throws -> HTML = { _ in "" },
      exported: @escaping @Sendable (any SQLConnection, ID<Person>) throws -> JSON.Object = { _, _ in [:] },
      erased: @escaping @Sendable (Act, ID<Person>) throws -> Void = { _, _ in },
      roleTaken: @escaping @Sendable (Act, ID<Person>) throws -> Void = { _, _ in },
      met: @escaping @Sendable (Act, ID<Organization>) throws -> Void = { _, _ in },
      organizations: OrganizationPorts = OrganizationPorts()
    ) {
      self.siteName = siteName
      self.siteAddress = siteAddress
      self.locales = locales
      self.sendMail = sendMail
      self.aboutMe = aboutMe
      self.exported = exported
      self.erased = erased
      self.roleTaken = roleTaken
      self.met = met
      self.organizations = organizations
    }
  }

  public static let migrations = PeopleMigrations.all

  public let node: Node
  public let assets: Assets
  let limiter: Limiter
  let ports: Ports
  let hasher: PassphraseHasher

  public init(node: Node, assets: Assets, limiter: Limiter, ports: Ports, hasher: PassphraseHasher = PassphraseHasher()) {
    self.node = node
    self.assets = assets
    self.limiter = limiter
    self.ports = ports
    self.hasher = hasher
  }

  /// Finds out who sends a request.
  public var identify: Identify { Identify(node: node) }

  /// What People does in the background.
  public var jobs: [JobKind] {
    [
      JobKind(MailLink.job, longest: .seconds(60)) { [ports] job, node in try await SendMailLink(ports: ports)(job, node) },
      JobKind("people.sweep", every: .hours(1)) { job, node in
        try await node.act(as: .system) { act in
          try AccountStore(act.connection).sweep(now: act.now)
          try MemberStore(act.connection).sweepInvitations(now: act.now)
        }
      },
    ]
  }

  public var routes: [Route] {
    signInRoutes + meRoutes + ownTokenRoutes + tokenRoutes + peopleRoutes + organizationRoutes + faceRoutes + memberRoutes
      + letterRoutes + vouchRoutes + claimRoutes + apiRoutes + faceAPIRoutes + meetingRoutes
  }

  /// Makes an account: the one way in for page, command and demonstration.
  /// - Parameter key: so that a form that is sent twice makes one account. Its body must not hold the passphrase.
  /// - Returns: the id of the person, and whether the account had been made before under the same key.
  /// - Throws: `DomainError`.
  public static func createAccount(
    _ create: CreateAccount, on node: Node, hasher: PassphraseHasher, as actor: Actor, once key: OnceKey? = nil
  ) async throws -> (id: ID<Person>, isReplay: Bool) {
    let hash = try await create.hash(for: actor, with: hasher)
    let body: @Sendable (Act) throws -> String = { act in try create(hash: hash, in: act).id.rawValue }
    do {
      guard let key else { return (ID(try await node.act(as: actor, body)), false) }
      let (subject, isReplay) = try await node.act(as: actor, once: key, body)
      return (ID(subject), isReplay)
    } catch SQLError.unique {
      // Two chose one handle at the same moment.
      throw DomainError.conflict(Message("Somebody else has this name already. Please choose another one."))
    }
  }
}

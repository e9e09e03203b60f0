public import Database
public import Jobs
public import Journal
public import Kernel
public import Localization
public import Messaging
public import People
public import Web

/// The front door of Notices: how people hear, outside the site, that there is something new for them.
public struct NoticesFeature: Sendable {
  /// What is known of somebody who has not said how they want to hear.
  public struct Habits: Sendable, Equatable {
    /// BCP 47 tags, the best first.
    public var languages: [String]
    /// IANA: `Africa/Nairobi`.
    public var timeZone: String?

    public init(languages: [String] = [], timeZone: String? = nil) {
      self.languages = languages
      self.timeZone = timeZone
    }
  }

  /// What Notices asks of the rest of the application.
  public struct Ports: Sendable {
    /// The node's name.
    public var siteName: String
    /// Where people find the node, without a slash at the end: `https://civil.example.org`.
    public var siteAddress: String
    public var locales: Locales
    /// Sends a mail, at least once. Throws `MailFailure`.
    public var sendMail: @Sendable (Mail) async throws -> Void
    /// Sends something to somebody's program, and returns the status that was answered. Throws `WebhookFailure`.
    public var postWebhook: @Sendable (WebhookPost) async throws -> Int
    /// Whether programs on the node's own network are called too.
    public var callsPrivateAddresses: Bool
    public var habits: @Sendable (any SQLConnection, Set<ID<Person>>) throws -> [ID<Person>: Habits]
    /// What somebody takes part in, or has to do, and when.
    public var dates: @Sendable (any SQLConnection, ID<Person>, _ now: Timestamp) throws -> [CalendarDate]

    public init(
      siteName: String, siteAddress: String, locales: Locales, sendMail: @escaping @Sendable (Mail) async throws -> Void,
      postWebhook: @escaping @Sendable (WebhookPost) async throws -> Int = { _ in throw WebhookFailure.unreachable },
      callsPrivateAddresses: Bool = false,
      habits: @escaping @Sendable (any SQLConnection, Set<ID<Person>>) throws -> [ID<Person>: Habits] = { _, _ in [:] },
      dates: @escaping @Sendable (any SQLConnection, ID<Person>, _ now: Timestamp) throws -> [CalendarDate] = { _, _, _ in [] }
    ) {
      self.siteName = siteName
      self.siteAddress = siteAddress
      self.locales = locales
      self.sendMail = sendMail
      self.postWebhook = postWebhook
      self.callsPrivateAddresses = callsPrivateAddresses
      self.habits = habits
      self.dates = dates
    }
  }

  let node: Node
  let assets: Assets
  let ports: Ports

  public init(node: Node, assets: Assets, ports: Ports) {
    self.node = node
    self.assets = assets
    self.ports = ports
  }

  /// What Notices does in the background.
  public var jobs: [JobKind] {
    [
      JobKind("notices.collect", every: .minutes(1)) { [ports] _, node in try await CollectDigests(ports: ports)(node) },
      // Three days and more, an hour apart at last: a mail server may be down over a weekend.
      JobKind(SendDigest.job, mostTries: 80) { [ports] job, node in try await SendDigest(ports: ports)(job, node) },
    ]
  }

  /// The same for people's programs, for a runner of their own: other people's servers may be slow, and keep no mail waiting.
  public var webhookJobs: [JobKind] {
    [
      JobKind("notices.handOut", every: .seconds(10)) { _, node in try await HandOutNotices()(node) },
      JobKind(SendToWebhook.job) { [ports] job, node in try await SendToWebhook(ports: ports)(job, node) },
      JobKind("notices.sweepWebhooks", every: .hours(6)) { _, node in
        try await node.act(as: .system) { act in
          try WebhookStore(act.connection).sweep(before: act.now - WebhookDelivery.kept)
        }
      },
    ]
  }

  public var routes: [Route] { preferenceRoutes + stopRoutes + calendarRoutes + webhookRoutes + webhookAPIRoutes }

  // MARK: - Leaving

  /// What is kept about somebody, for them to take with them.
  public static func exported(_ connection: any SQLConnection, _ person: ID<Person>, keys: KeyRing) throws -> JSON.Object {
    let store = MailPreferenceStore(connection)
    let preferences = try store.preferences(of: person.rawValue)
    let told = try NoticeStore(connection).notices(for: [Recipient.person(person.rawValue)], limit: 10_000)
    return [
      "mail": [
        "rhythm": .string(preferences.rhythm.rawValue), "hour": .int(preferences.hour), "timeZone": JSON(preferences.timeZone),
        "language": JSON(preferences.language?.tag), "stoppedAt": JSON(preferences.stoppedAt?.iso8601),
        "addressRefusedAt": JSON(preferences.refusedAt?.iso8601),
      ],
      "webhooks": .array(
        try WebhookStore(connection).webhooks(of: person.rawValue).map { webhook in
          [
            "address": .string(try webhook.address(keys)), "since": .string(webhook.createdAt.iso8601),
            "pausedBecause": JSON(webhook.pause?.rawValue),
          ]
        }),
      "hasCalendar": .bool(try store.calendarID(of: person.rawValue) != nil),
      "told": .array(
        told.map {
          [
            "at": .string($0.createdAt.iso8601), "what": .string($0.message.phrase().text), "where": .string($0.path),
            "seenAt": JSON($0.seenAt?.iso8601),
          ]
        }),
    ]
  }

  /// Somebody leaves: what they were told, and how they wanted to hear, goes with them.
  public static func erase(_ person: ID<Person>, in act: Act) throws {
    try RemoveWebhook.all(of: person, in: act)
    try DigestStore(act.connection).erase(person.rawValue)
    try act.scrub("notices")
    try act.scrub("mail_preferences")
  }
}

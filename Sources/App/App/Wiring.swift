import Database
import Foundation
import HTTPClient
import Jobs
import Journal
import Kernel
import Localization
import Messaging
import Needs
import Notices
import People
import Prescriptions
import SMTP
import Volunteers
import Web

/// Who tells whom: the ports of the features, filled.
enum Wiring {
  /// A need that is stated or corrected is prescribed for: looked up before the transaction, kept inside it. When it is taken back its
  /// prescription goes too, whose reasons quote its words.
  static func needs(_ prescriber: Prescriber, _ node: Node) -> NeedsFeature.Ports {
    let links = FacilitatorLinks(node: node)
    return NeedsFeature.Ports(
      asked: { question in
        let draft = prescriber.draft(question)
        return { act, need in try draft.keep(for: need, in: act) }
      },
      withdrawn: { act, need in
        try Prescription.erase(of: [need.rawValue], in: act)
        try act.scrub("prescription_items")
        try EraseConversations(about: need)(in: act)
      },
      ended: { act, need in try EndOffers(of: need, because: .needClosed)(in: act) },
      isOffered: { act, need in try OfferStore(act.connection).offers(to: need.id).contains { $0.state.isLive } },
      onDesk: { visit in try await links.html(for: visit) })
  }

  /// How a mail leaves the node: over the operator's server, or into a file as long as there is none.
  static func sendMail(_ settings: Settings, _ node: Node) -> @Sendable (Mail) async throws -> Void {
    if let mail = settings.mail {
      let mailer = SMTPMailer(mail.server, from: mail.sender, clock: node.clock)
      return { mail in try await mailer.send(mail) }
    }
    let files = MailFiles(folder: settings.outbox, sender: .nobody(name: settings.name), clock: node.clock)
    return { mail in try files.keep(mail) }
  }

  /// Mails speak a volunteer's language, or that of a member's organization, and come at the volunteer's hour, until they choose.
  static func notices(
    _ settings: Settings, _ locales: Locales, sendMail: @escaping @Sendable (Mail) async throws -> Void
  ) -> NoticesFeature.Ports {
    let poster = WebhookPoster(toPrivate: settings.webhooksToPrivate)
    return NoticesFeature.Ports(
      siteName: settings.name, siteAddress: settings.address, locales: locales, sendMail: sendMail,
      postWebhook: { post in try await poster.post(post) }, callsPrivateAddresses: settings.webhooksToPrivate,
      habits: { connection, people in
        let volunteers = try VolunteerStore(connection).languagesAndZones(of: people)
          .mapValues { NoticesFeature.Habits(languages: $0.languages, timeZone: $0.timeZone) }
        return try AccountStore(connection).organizationLanguages(of: people).mapValues { NoticesFeature.Habits(languages: $0) }
          .merging(volunteers) { ofOrganization, own in
            NoticesFeature.Habits(languages: own.languages + ofOrganization.languages, timeZone: own.timeZone)
          }
      },
      dates: { connection, person, _ in
        try OfferDate.all(of: person, connection).map {
          CalendarDate(id: $0.id, title: $0.title, path: $0.path, when: .time($0.at))
        }
      })
  }

  /// The page about me shows the needs whose receipts this browser holds.
  static func people(
    _ settings: Settings, _ locales: Locales, _ node: Node, solved: SolvedIndex,
    sendMail: @escaping @Sendable (Mail) async throws -> Void
  ) -> PeopleFeature.Ports {
    PeopleFeature.Ports(
      siteName: settings.name, siteAddress: settings.address, locales: locales, sendMail: sendMail,
      aboutMe: { visit in
        let actor = visit.actor
        let needs = try await node.read { connection in
          try NeedStore(connection).page(.own(by: actor), NeedFilter(), after: nil, limit: 50)
        }
        let recipients = WaitingPage.recipients(actor)
        let waiting = try await node.read { try NoticeStore($0).notices(for: recipients, isUnseen: true, limit: 5) }
        return Self.waiting(waiting) + NoticePages.link + NeedPages.mine(needs)
      },
      exported: { connection, person in
        [
          "volunteering": try VolunteerExport.json(connection, person),
          "notices": .object(try NoticesFeature.exported(connection, person, keys: node.keys)),
        ]
      },
      erased: Self.erased,
      roleTaken: { act, person in try LeaveDesk(person)(in: act) },
      met: { act, organization in try RecountDeadlines(of: organization)(in: act) },
      organizations: OrganizationNeeds(node: node, solved: solved).ports)
  }

  /// What goes with somebody who leaves for good, in the same transaction.
  static let erased: @Sendable (Act, ID<Person>) throws -> Void = { act, person in
    try LeaveVolunteering(person)(in: act)
    try LeaveDesk(person).forGood(in: act)
    try NoticesFeature.erase(person, in: act)
  }

  /// The newest of what waits for somebody, on the page about them.
  private static func waiting(_ notices: [Notice]) -> HTML {
    guard !notices.isEmpty else { return "<p><a href=\"/me/waiting\">\(tr("What waits for me"))</a></p>\n" }
    return """
      <h2>\(tr("What waits for me"))</h2>
      \(WaitingPage.list(notices))
      <p class="actions"><a class="button quiet" href="/me/waiting">\(tr("See all"))</a></p>

      """
  }
}

import Database
import Foundation
import Jobs
import Journal
import Kernel
import Localization
import Messaging
import Needs
import People
import Prescriptions
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
      onDesk: { visit in try await links.html(for: visit) })
  }

  /// Mails go into files as long as there is no mail server; the page about me shows the needs whose receipts this browser holds.
  static func people(_ settings: Settings, _ locales: Locales, _ node: Node) -> PeopleFeature.Ports {
    PeopleFeature.Ports(
      siteName: settings.name, siteAddress: settings.address, locales: locales,
      sendMail: { mail in try MailFiles(folder: settings.outbox).keep(mail) },
      aboutMe: { visit in
        let actor = visit.actor
        let needs = try await node.read { connection in
          try NeedStore(connection).page(.own(by: actor), NeedFilter(), after: nil, limit: 50)
        }
        let recipients = WaitingPage.recipients(actor)
        let waiting = try await node.read { try NoticeStore($0).notices(for: recipients, isUnseen: true, limit: 5) }
        return Self.waiting(waiting) + NeedPages.mine(needs)
      },
      exported: { connection, person in ["volunteering": try VolunteerExport.json(connection, person)] },
      erased: { act, person in try LeaveVolunteering(person)(in: act) },
      met: { act, organization in try RecountDeadlines(of: organization)(in: act) },
      organizations: OrganizationNeeds(node: node).ports)
  }
}

extension Wiring {
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

/// Mails as files, one each (RFC 5322), readable by the node's owner only.
struct MailFiles {
  let folder: URL

  func keep(_ mail: Mail) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let name = mail.id.map { $0.isLetter || $0.isNumber || $0 == "-" ? String($0) : "-" }.joined() + ".eml"
    let subject = Data(mail.subject.utf8).base64EncodedString()
    let text = """
      To: \(mail.address)
      Subject: =?utf-8?B?\(subject)?=
      Content-Language: \(mail.language.tag)
      Content-Type: text/plain; charset=utf-8
      Content-Transfer-Encoding: 8bit

      \(mail.body)
      """
    let file = folder.appending(path: name)
    // The same mail handed over again is the same file.
    if FileManager.default.fileExists(atPath: file.path) { return }
    guard FileManager.default.createFile(atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
    else {
      throw CocoaError(.fileWriteUnknown)
    }
  }
}

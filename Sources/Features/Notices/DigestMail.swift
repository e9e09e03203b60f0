import Kernel
import Localization
import Messaging

/// What stands in a digest: sentences of ours and addresses on this site, no names and nothing that anybody said.
struct DigestMail {
  /// The oldest first.
  let notices: [Notice]
  let rhythm: MailPreferences.Rhythm
  let siteName: String
  let siteAddress: String
  let stopToken: String

  /// Nobody reads more in a mail; the rest waits on the page.
  private static let most = 30

  /// In the current language.
  func mail(id: String, to address: String) -> Mail {
    Mail(
      id: id, address: address, subject: subject, body: body, language: Localization.current.language, stopAddress: stopAddress)
  }

  private var stopAddress: String { "\(siteAddress)/mail/stop/\(stopToken)" }

  private var subject: String {
    ntr("Something is new for you on {site}", "{count} things are new for you on {site}", notices.count, ["site": siteName]).text
  }

  private var body: String {
    var parts = [tr("This is new for you on {site}:", ["site": siteName]).text]
    parts += notices.prefix(Self.most).map { "\($0.message.phrase().text)\n\(address(of: $0))" }
    let rest = notices.count - Self.most
    if rest > 0 {
      parts.append("\(ntr("One more waits on your page:", "{count} more wait on your page:", rest).text)\n\(siteAddress)/me")
    }
    let reason =
      rhythm == .atOnce
      ? tr("You get such a mail when something happens, because you chose so.")
      : tr("You get such a mail once a day at most, and only when there is something that you have not seen.")
    parts.append("\(reason.text)\n\(tr("Choose when they come, and in which language:").text)\n\(siteAddress)/me/notices")
    parts.append("\(tr("To get no more of them, open this page and press the button on it:").text)\n\(stopAddress)")
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func address(of notice: Notice) -> String { siteAddress + notice.safePath }
}

extension Notice {
  /// The page to look at, where it is one of this site; the page about its recipient otherwise.
  var safePath: String { path.hasPrefix("/") && !path.contains(where: \.isWhitespace) ? path : "/me" }
}

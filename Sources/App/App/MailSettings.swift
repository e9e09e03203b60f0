public import Messaging
public import SMTP

/// Where mails are handed over, and whom they come from.
public struct MailSettings: Sendable, Equatable {
  public let server: SMTPServer
  public let sender: MailSender

  public init(server: SMTPServer, sender: MailSender) {
    self.server = server
    self.sender = sender
  }

  /// What an operator gave as --mail-server and --mail-from.
  /// - Parameters:
  ///   - address: what was said about where people find the site.
  ///   - name: what the site calls itself.
  /// - Returns: nil where there is no mail server.
  /// - Throws: `SettingsError`, which shows no password.
  public static func read(server: String?, from: String?, address: String?, name: String) throws -> MailSettings? {
    guard let text = server, !text.isEmpty else { return nil }
    guard let server = SMTPServer(text) else {
      throw SettingsError(
        "“\(DatabaseURL.masked(text))” is no mail server. Write smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST, with %40 for an @ in a password."
      )
    }
    guard let from, let sender = MailSender(from, name: name) else {
      throw SettingsError(
        "Say whom e-mail comes from: --mail-from post@civil.example.org, or CIVIL_MAIL_FROM in the environment.")
    }
    guard address != nil else {
      throw SettingsError("Links in e-mails begin with the site's address. Say it: CIVIL_ADDRESS=https://civil.example.org")
    }
    return MailSettings(server: server, sender: sender)
  }
}

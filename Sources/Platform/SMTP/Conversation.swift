import CLibCurl
import Messaging

/// What was said last on a connection: which of our commands the server refused, and how.
struct Conversation {
  /// The first four signs of the last command: never what comes after them, which may be a password.
  private var command = ""
  /// RFC 5321 §4.2.
  private var reply = 0
  /// The second number of an enhanced status code (RFC 3463): 1 is about the address, 2 about the mailbox, 7 about policy.
  private var subject: Int?
  /// We say good-bye after a refusal too: what comes then is no answer to what was refused.
  private var isOver = false

  mutating func weSaid(_ line: [UInt8]) {
    let word = String(decoding: line.prefix(4), as: UTF8.self).uppercased()
    if word == "QUIT" { isOver = true } else { command = word }
  }

  mutating func theySaid(_ line: [UInt8]) {
    guard !isOver, let code = Int(String(decoding: line.prefix(3), as: UTF8.self)) else { return }
    reply = code
    let status = line.dropFirst(4).prefix { $0 != 0x20 && $0 != 0x0D }.split(separator: UInt8(ascii: "."))
    subject = status.count == 3 ? Int(String(decoding: status[1], as: UTF8.self)) : nil
  }

  /// - Parameter code: how libcurl ended.
  /// - Returns: nil when the mail was taken.
  func failure(_ code: CURLcode) -> MailFailure? {
    switch code {
    case CURLE_OK: return nil
    case CURLE_LOGIN_DENIED: return .signInRefused
    case CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .notEncrypted
    default: break
    }
    switch (command, reply) {
    case ("RCPT", 500...599): return isAboutRecipient ? .recipientRefused : .senderRefused
    case ("MAIL", 500...599): return .senderRefused
    case ("DATA", 500...599): return .messageRefused
    case (_, 400...499): return .postponed
    default: return .unreachable
    }
  }

  /// A server that passes nothing on for us refuses every recipient: then nobody's address is to blame.
  private var isAboutRecipient: Bool {
    if let subject { return subject == 1 || subject == 2 }
    return [550, 551, 552, 553, 556].contains(reply)
  }
}

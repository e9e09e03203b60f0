import Foundation
import Kernel
import Messaging

/// Mails as files, one each, readable by the node's owner only: as long as there is no mail server.
struct MailFiles {
  let folder: URL
  let sender: MailSender
  let clock: @Sendable () -> Timestamp

  func keep(_ mail: Mail) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let name = mail.id.map { $0.isLetter || $0.isNumber || $0 == "-" ? String($0) : "-" }.joined() + ".eml"
    let file = folder.appending(path: name)
    // The same mail handed over again is the same file.
    if FileManager.default.fileExists(atPath: file.path) { return }
    let message = try MailMessage(mail, from: sender, at: clock(), .eightBit)
    guard
      FileManager.default.createFile(
        atPath: file.path, contents: Data(message.bytes), attributes: [.posixPermissions: 0o600])
    else {
      throw CocoaError(.fileWriteUnknown)
    }
  }
}

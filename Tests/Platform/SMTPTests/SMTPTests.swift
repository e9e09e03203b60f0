import Kernel
import Localization
import Messaging
import Synchronization
import TestKit
import Testing

@testable import SMTP

/// Mails handed over to a real server on this machine.
@Suite struct SMTPTests {
  private static let mail = Mail(
    id: "0190a000", address: "amina@example.org", subject: "مرحبًا", body: "Hello.\n.\n..\nالسلام\n", language: .english)

  @Test func aMailArrivesWhole() async throws {
    try await TestMailServer.with { server in
      try await mailer(server.url).send(Self.mail)
      let delivery = try #require(server.deliveries.first)
      #expect(server.deliveries.count == 1)
      #expect([delivery.from, delivery.to] == ["post@riverside.example", "amina@example.org"])
      #expect(delivery.mail["Subject"] == "مرحبًا")
      #expect(delivery.mail["Message-ID"] == "<0190a000@riverside.example>")
      #expect(delivery.mail.body == Self.mail.body)
      #expect(server.commands.first == "EHLO riverside.example")
    }
  }

  @Test func manyMailsGoAtTheSameTime() async throws {
    try await TestMailServer.with { server in
      let mailer = try mailer(server.url)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...40 {
          group.addTask {
            try await mailer.send(
              Mail(id: "\(number)", address: "a\(number)@example.org", subject: "Hello", body: "Hello.\n", language: .english))
          }
        }
        try await group.waitForAll()
      }
      #expect(Set(server.deliveries.map(\.to)).count == 40)
    }
  }

  @Test func signsIn() async throws {
    try await TestMailServer.with { server in
      server.offerSigningIn()
      try await mailer("smtp://civil:p%40ss@127.0.0.1:\(server.port)").send(Self.mail)
      // NUL civil NUL p@ss (RFC 4616).
      #expect(server.commands.contains("AGNpdmlsAHBAc3M="))
      server.answer("AUTH", with: "535 5.7.8 no")
      await #expect(throws: MailFailure.signInRefused) {
        try await mailer("smtp://civil:wrong@127.0.0.1:\(server.port)").send(Self.mail)
      }
      #expect(server.deliveries.count == 1)
    }
  }

  @Test(arguments: [
    ("RCPT", "550 5.1.1 nobody of that name", MailFailure.recipientRefused),
    ("RCPT", "550 nobody of that name", .recipientRefused),
    ("RCPT", "552 5.2.2 the mailbox is full", .recipientRefused), ("RCPT", "450 4.2.1 come again", .postponed),
    ("RCPT", "554 5.7.1 relay access denied", .senderRefused), ("RCPT", "550 5.7.1 we do not relay", .senderRefused),
    ("MAIL", "550 5.7.1 not you", .senderRefused), ("MAIL", "451 4.3.0 later", .postponed),
    ("DATA", "554 5.6.0 not such a mail", .messageRefused), (".", "554 5.7.1 that is no mail", .messageRefused),
    (".", "451 4.7.1 grey list", .postponed), ("MAIL", "421 4.3.2 going down", .postponed),
  ]) func whatTheServerSaysIsUnderstood(command: String, reply: String, failure: MailFailure) async throws {
    try await TestMailServer.with { server in
      server.answer(command, with: reply)
      await #expect(throws: failure) { try await mailer(server.url).send(Self.mail) }
      #expect(server.deliveries.count == 0)
      server.answer(command, with: nil)
      try await mailer(server.url).send(Self.mail)
      #expect(server.deliveries.count == 1)
    }
  }

  @Test func aServerThatIsNotThereMayComeBack() async throws {
    let port = try await closedPort()
    await #expect(throws: MailFailure.unreachable) { try await mailer("smtp://127.0.0.1:\(port)").send(Self.mail) }
  }

  /// A node that is told to stop does not wait for somebody else's server.
  @Test func aServerThatFallsSilentKeepsNobody() async throws {
    try await TestMailServer.with { server in
      server.answer("MAIL", with: "")
      let mailer = try mailer(server.url)
      let sending = Task { try await mailer.send(Self.mail) }
      while server.commands.count < 2 { try await Task.sleep(for: .milliseconds(10)) }
      let start = ContinuousClock.now
      sending.cancel()
      await #expect(throws: CancellationError.self) { try await sending.value }
      #expect(ContinuousClock.now - start < .seconds(5))
    }
  }

  /// Whoever listens on the way could say that the server knows no encryption.
  @Test func nothingIsToldToAServerThatDoesNotEncrypt() async throws {
    try await TestMailServer.with { server in
      server.offerSigningIn()
      await #expect(throws: MailFailure.notEncrypted) {
        try await mailer("smtp://civil:secret@127.0.0.1:\(server.port)?tls=on").send(Self.mail)
      }
      #expect(server.commands.filter { !$0.hasPrefix("EHLO") && !$0.hasPrefix("QUIT") } == [])
    }
  }

  @Test(arguments: [
    ("smtp://mail.example.org", "smtp://mail.example.org/riverside.example", SMTPServer.Encryption.required),
    ("smtp://u:p@mail.example.org:587", "smtp://mail.example.org:587/riverside.example", .required),
    ("SMTPS://u:p%20q@mail.example.org/node.example", "smtps://mail.example.org/node.example", .fromTheStart),
    ("smtp://localhost:1025/", "smtp://localhost:1025/riverside.example", .none),
    ("smtp://[::1]:1025", "smtp://[::1]:1025/riverside.example", .none),
    ("smtp://localhost?tls=on", "smtp://localhost/riverside.example", .required),
    ("smtp://relay:25?tls=off", "smtp://relay:25/riverside.example", .none),
  ]) func readsWhatOperatorsGive(text: String, url: String, encryption: SMTPServer.Encryption) throws {
    let server = try #require(SMTPServer(text))
    #expect(server.url(greetingAs: "riverside.example") == url)
    #expect(server.encryption == encryption)
  }

  @Test(arguments: [
    "", "mail.example.org", "http://mail.example.org", "smtp://", "smtps://h?tls=off", "smtp://h?tls=perhaps", "smtp://h#x",
  ])
  func refusesWhatIsNoMailServer(text: String) {
    #expect(SMTPServer(text) == nil)
  }

  private func mailer(_ url: String) throws -> SMTPMailer {
    SMTPMailer(
      try #require(SMTPServer(url)), from: try #require(MailSender("post@riverside.example", name: "Riverside")),
      clock: Timestamp.now)
  }

  private func closedPort() async throws -> Int {
    let port = Place()
    try await TestMailServer.with { port.set($0.port) }
    return port.value
  }
}

private final class Place: Sendable {
  private let number = Mutex(0)

  func set(_ value: Int) { number.withLock { $0 = value } }
  var value: Int { number.withLock { $0 } }
}

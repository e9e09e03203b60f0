import Kernel
import Localization
import TestKit
import Testing

@testable import Messaging

@Suite struct MailMessageTests {
  private static let arabic = "وصلك شيء جديد على موقع «النهر»: ثلاثة أمور تنتظرك على صفحتك، فانظر إليها عندما تستطيع"

  @Test(arguments: ["Something is new for you", arabic, "Ça va ? " + arabic, "=?utf-8?Q?x?=", String(repeating: "é", count: 300)])
  func aSubjectArrivesAsItWasWritten(subject: String) throws {
    let mail = try written(subject: subject)
    #expect(mail["Subject"] == subject)
    #expect(mail.lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 0x80 } })
  }

  @Test(arguments: [
    "One line.\n", "Two\n\nparagraphs = 2\n", arabic + "\n", String(repeating: "a", count: 1_000) + "\n", "ends in spaces  \n",
    ".\n..\n",
    "=3D é\n" + String(repeating: "ñandú ", count: 200) + "\n", "😀\n",
  ])
  func aBodyArrivesAsItWasWritten(body: String) throws {
    let mail = try written(body: body)
    #expect(mail.body.trimmingSuffix("\n") == body.trimmingSuffix("\n"))
    #expect(mail.lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 0x80 } })
  }

  @Test func mostlyPlainTextCanBeReadAsItIs() throws {
    #expect(try written(body: "Hello from Chañaral.\n")["Content-Transfer-Encoding"] == "quoted-printable")
    #expect(try written(body: Self.arabic)["Content-Transfer-Encoding"] == "base64")
    #expect(try written(body: Self.arabic, .eightBit).raw.hasSuffix(Self.arabic))
  }

  @Test func saysWhatMailProgramsWantToKnow() throws {
    let mail = try written()
    let expected = [
      "date": "Thu, 05 Mar 2026 11:40:09 +0000", "from": "\"Riverside \\\"South\\\"\" <post@riverside.example>",
      "to": "amina@example.org", "message-id": "<0190-a@riverside.example>", "subject": "Hello", "content-language": "ar",
      "auto-submitted": "auto-generated", "mime-version": "1.0", "content-type": "text/plain; charset=utf-8",
      "content-transfer-encoding": "quoted-printable", "list-unsubscribe": "<https://riverside.example/mail/stop/x>",
      "list-unsubscribe-post": "List-Unsubscribe=One-Click",
    ]
    #expect(Dictionary(mail.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $0 + " and " + $1 }) == expected)
    #expect(try written(stop: nil)["List-Unsubscribe"] == nil)
  }

  @Test func twoOfOneMailHaveOneID() throws {
    let ids = try ["One", "Two"].map { try written(subject: $0)["Message-ID"] }
    #expect(ids == ["<0190-a@riverside.example>", "<0190-a@riverside.example>"])
  }

  /// Whatever a value holds, it begins no header and ends none.
  @Test(arguments: [
    "\r\nBcc: x@example.org", "\nBcc: x@example.org", "\rBcc: x@example.org", "\u{0}\u{85}\u{2028}Bcc: x@example.org",
  ])
  func noValueBeginsAHeader(evil: String) throws {
    let sender = try #require(MailSender("post@riverside.example", name: "River" + evil))
    let names = try written().headers.map(\.name)
    for mail in [
      try written(subject: "Hello" + evil), try written(id: "0190" + evil),
      try written(stop: "https://riverside.example/" + evil),
      try written(from: sender),
    ] {
      #expect(mail.headers.map(\.name) == names)
      #expect(!mail.lines.contains { $0.lowercased().hasPrefix("bcc") })
      #expect(mail.body == "Hello.\n")
    }
    #expect(throws: MailFailure.messageRefused) { try written(to: "amina@example.org" + evil) }
    #expect(MailSender("post@riverside.example" + evil, name: "") == nil)
    #expect(MailSender("River <post@riverside.example\(evil)>", name: "") == nil)
  }

  @Test(arguments: [
    "", "amina", "amina@", "@example.org", "a@b@c", "<amina@example.org>", "amina@example.org, x@example.org", "a b@example.org",
    "amina@example.org>", "\"a\"@example.org", "amina@[127.0.0.1]", String(repeating: "a", count: 250) + "@b.org",
  ]) func whatIsNoAddressIsNotWrittenTo(address: String) {
    #expect(!Mail.isSafe(address: address))
    #expect(throws: MailFailure.messageRefused) { try written(to: address) }
  }

  @Test func whomMailsComeFrom() {
    #expect(MailSender("post@riverside.example", name: "Riverside")?.name == "Riverside")
    #expect(MailSender("The river  <post@riverside.example>", name: "Riverside")?.name == "The river")
    #expect(MailSender("<post@riverside.example>", name: "Riverside")?.domain == "riverside.example")
    #expect(MailSender("Riverside", name: "Riverside") == nil)
  }

  private func written(
    id: String = "0190-a", to address: String = "amina@example.org", subject: String = "Hello", body: String = "Hello.\n",
    stop: String? = "https://riverside.example/mail/stop/x", from sender: MailSender? = nil,
    _ encoding: MailMessage.Encoding = .sevenBit
  ) throws -> ReceivedMail {
    let sender = try sender ?? #require(MailSender("post@riverside.example", name: "Riverside \"South\""))
    let language = try #require(Language("ar"))
    let mail = Mail(id: id, address: address, subject: subject, body: body, language: language, stopAddress: stop)
    let time = try #require(Timestamp(iso8601: "2026-03-05T11:40:09Z"))
    return ReceivedMail(String(decoding: try MailMessage(mail, from: sender, at: time, encoding).bytes, as: UTF8.self))
  }
}

extension String {
  fileprivate func trimmingSuffix(_ end: Character) -> Substring {
    var rest = self[...]; while rest.last == end { rest.removeLast() }; return rest
  }
}

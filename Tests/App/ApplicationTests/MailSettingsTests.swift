import Foundation
import Kernel
import Localization
import Messaging
import Testing

@testable import App

/// What operators give to have mails sent.
@Suite struct MailSettingsTests {
  private static let server = "smtp://civil:s%40cret@mail.example.org:587"

  @Test func withoutAServerThereIsNone() throws {
    #expect(try MailSettings.read(server: nil, from: nil, address: nil, name: "Riverside") == nil)
    #expect(try MailSettings.read(server: "", from: nil, address: nil, name: "Riverside") == nil)
  }

  @Test func theSiteIsTheSenderUnlessAnotherNameIsGiven() throws {
    for (from, name) in [("post@riverside.example", "Riverside"), ("The river <post@riverside.example>", "The river")] {
      let mail = try #require(
        try MailSettings.read(server: Self.server, from: from, address: "https://riverside.example", name: "Riverside"))
      #expect([mail.sender.name, mail.sender.address] == [name, "post@riverside.example"])
    }
  }

  @Test(arguments: Self.incomplete) func saysWhatIsMissingAndNoPassword(given: Given) {
    let error = #expect(throws: SettingsError.self) {
      try MailSettings.read(server: given.server, from: given.from, address: given.address, name: "Riverside")
    }
    #expect(error?.description.contains(given.says) == true)
    #expect(error?.description.contains("cret") == false)
  }

  struct Given: Sendable {
    let server: String
    let from: String?
    let address: String?
    let says: String
  }

  private static let incomplete = [
    Given(server: "http://civil:s%40cret@h", from: "post@r.example", address: "https://r.example", says: "is no mail server"),
    Given(server: server, from: nil, address: "https://r.example", says: "--mail-from"),
    Given(server: server, from: "nobody", address: "https://r.example", says: "--mail-from"),
    Given(server: server, from: "post@r.example", address: nil, says: "CIVIL_ADDRESS"),
  ]

  @Test func withoutAServerMailsAreFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = MailFiles(folder: folder, sender: .nobody(name: "Riverside"), clock: { Timestamp(milliseconds: 0) })
    for body in ["مرحبًا\n", "again\n"] {
      try files.keep(
        Mail(id: "../a", address: "amina@example.org", subject: "مرحبًا", body: body, language: .english))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
    #expect(names == ["---a.eml"])
    let text = try String(contentsOf: folder.appending(path: "---a.eml"), encoding: .utf8)
    #expect(text.hasSuffix("\r\n\r\nمرحبًا\r\n"))
  }
}

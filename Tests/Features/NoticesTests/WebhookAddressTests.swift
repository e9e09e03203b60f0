import Kernel
import Testing

@testable import Notices

@Suite struct WebhookAddressTests {
  @Test(arguments: [
    "https://example.org", "https://example.org:8443/hear?token=a%20b", "HTTPS://Example.Org/", "https://8.8.8.8/",
  ])
  func isTaken(address: String) throws {
    #expect(try WebhookAddress.read(Text("  \(address)\n"), toPrivate: false) == address)
  }

  @Test(arguments: [
    "", "example.org", "http://example.org", "ftp://example.org", "https://", "https:///hear", "https://amina:secret@example.org",
    "https://example.org#here", "https://exa mple.org", "https://موقع.example", "javascript:alert(1)",
    // Not on the internet.
    "https://localhost", "https://intranet", "https://printer.local", "https://metadata.google.internal",
    "https://127.0.0.1:8080",
    "https://[::1]", "https://10.1.2.3", "https://169.254.169.254/latest/meta-data",
    "https://example.org/" + String(repeating: "x", count: 2_000),
  ])
  func isNotTaken(address: String) {
    #expect(throws: DomainError.self) { try WebhookAddress.read(Text(address), toPrivate: false) }
  }

  @Test func thisNetworkIsTakenWhereTheOperatorSaysSo() throws {
    for address in ["http://127.0.0.1:8080/", "http://localhost", "https://intranet"] {
      #expect(try WebhookAddress.read(Text(address), toPrivate: true) == address)
    }
    for address in ["file:///etc/passwd", "http://a:b@localhost"] {
      #expect(throws: DomainError.self) { try WebhookAddress.read(Text(address), toPrivate: true) }
    }
  }
}

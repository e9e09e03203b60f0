import Foundation
import Kernel
import Messaging
import TestKit
import Testing

@testable import HTTPClient

/// Programs called for real, on this machine.
@Suite struct WebhookPosterTests {
  private static let body = Array(#"{"test": 2432232314}"#.utf8)

  @Test func whatIsSentArrivesWhole() async throws {
    try await TestWebhookServer.with { server in
      #expect(try await post(to: server.url + "/hear?token=a%20b") == 200)
      let request = try #require(server.requests.first)
      #expect(request.path == "/hear?token=a%20b")
      #expect(request.body == Self.body)
      #expect(request.headers["content-type"] == "application/json")
      #expect(request.headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek")
      #expect(request.headers["webhook-timestamp"] == "1614265330")
      #expect(request.headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }
  }

  @Test(arguments: [204, 301, 400, 404, 410, 500, 503]) func theStatusIsWhatCounts(status: Int) async throws {
    try await TestWebhookServer.with { server in
      server.answer(.status(status))
      let answered = try await post(to: server.url)
      #expect(answered == status)
    }
  }

  @Test func noRedirectIsFollowed() async throws {
    try await TestWebhookServer.with { server in
      server.answer(.redirect(to: server.url + "/elsewhere"))
      let status = try await post(to: server.url)
      #expect(status == 302)
      #expect(server.requests.map(\.path) == ["/"])
    }
  }

  /// Whatever a name or a number stands for is looked at before anything is sent there.
  @Test(arguments: [
    "https://127.0.0.1", "https://localhost", "https://2130706433", "https://0x7f.1", "https://0177.0.0.1", "https://127.1",
    "https://0.0.0.0", "https://[::1]", "https://[::]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]",
    "https://[64:ff9b::7f00:1]", "https://169.254.169.254", "https://10.0.0.1", "https://[fd00:ec2::254]", "https://[fe80::1]",
    "http://127.0.0.1", "http://example.org",
  ]) func nothingIsSentIntoTheNodesOwnNetwork(address: String) async throws {
    try await TestWebhookServer.with { server in
      await #expect(throws: WebhookFailure.notPublic) {
        try await post(to: "\(address):\(server.port)/", WebhookPoster(toPrivate: false))
      }
      #expect(server.connections == 0)
    }
  }

  @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1", "gopher://127.0.0.1", "smtp://127.0.0.1", "dict://127.0.0.1"])
  func nothingElseIsSpoken(address: String) async throws {
    for toPrivate in [false, true] {
      await #expect(throws: WebhookFailure.notPublic) { try await post(to: address, WebhookPoster(toPrivate: toPrivate)) }
    }
  }

  /// What the environment says about proxies would lead around every look at an address.
  @Test func noProxyIsAsked() async throws {
    try await TestWebhookServer.with { proxy in
      try await TestWebhookServer.with { server in
        for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, proxy.url, 1) }
        defer { for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"] { unsetenv(name) } }
        let status = try await post(to: server.url)
        #expect(status == 200)
        #expect(proxy.connections == 0)
      }
    }
  }

  @Test func aLongAnswerIsLeftInTheMiddle() async throws {
    try await TestWebhookServer.with { server in
      server.answer(.long(20_000_000))
      let status = try await post(to: server.url)
      #expect(status == 200)
    }
  }

  @Test func whoDoesNotAnswerIsSaid() async throws {
    try await TestWebhookServer.with { server in
      server.answer(.silence, .breakOff)
      let hasty = WebhookPoster(toPrivate: true, longest: 1)
      await #expect(throws: WebhookFailure.tooSlow) { try await post(to: server.url, hasty) }
      await #expect(throws: WebhookFailure.unreachable) { try await post(to: server.url) }
    }
    await #expect(throws: WebhookFailure.unreachable) { try await post(to: "http://nobody.invalid") }
  }

  @Test func whoDoesNotEncryptIsSentNothing() async throws {
    // Greets everybody in plain words.
    try await TestMailServer.with { server in
      await #expect(throws: WebhookFailure.notEncrypted) { try await post(to: "https://127.0.0.1:\(server.port)") }
    }
  }

  /// A node that is told to stop does not wait for somebody else's server.
  @Test func aProgramThatFallsSilentKeepsNobody() async throws {
    try await TestWebhookServer.with { server in
      server.answer(.silence)
      let sending = Task { try await post(to: server.url) }
      while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
      let start = ContinuousClock.now
      sending.cancel()
      await #expect(throws: CancellationError.self) { try await sending.value }
      #expect(ContinuousClock.now - start < .seconds(5))
    }
  }

  @discardableResult
  private func post(to address: String, _ poster: WebhookPoster = WebhookPoster(toPrivate: true)) async throws -> Int {
    let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    return try await poster.post(
      WebhookPost(
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek", to: address, Self.body, secret: secret,
        at: Timestamp(milliseconds: 1_614_265_330_999)))
  }
}

import App
import Database
import HTTPTypes
import Jobs
import Journal
import Kernel
import Messaging
import Notices
import TestKit
import Testing

extension MailBed {
  /// With a program on this machine, too.
  static func withProgram(_ engine: Engine, _ body: @Sendable (MailBed, TestWebhookServer) async throws -> Void) async throws {
    try await TestWebhookServer.with { program in
      try await MailBed.with(engine) { bed in try await body(bed, program) }
    }
  }

  /// Has somebody's program told from now on.
  /// - Returns: the secret, as the page shows it.
  @discardableResult
  func addWebhook(_ handle: String, _ address: String) async throws -> String {
    clock.advance(by: .seconds(1))
    let browser = try await signedIn(handle)
    _ = try await browser.get("/me/webhooks")
    let reply = try await browser.post("/me/webhooks", [("address", address)])
    #expect(reply.status == 200)
    return try #require(reply.part(after: "<code dir=\"ltr\">"))
  }

  /// The page of somebody's webhooks, opened anew.
  func webhookPage(_ handle: String) async throws -> (browser: TestBrowser, text: String, id: String) {
    let browser = try await signedIn(handle)
    let reply = try await browser.get("/me/webhooks")
    return (browser, reply.text, reply.hidden("webhook") ?? "")
  }

  /// Does what is due at present for programs.
  func callPrograms(_ app: CivilApplication? = nil) async throws {
    let app = app ?? self.app
    try await app.node.act(as: .system) { act in try act.schedule("notices.handOut", key: "regular") }
    try await JobRunner(app.node, kinds: app.notices.webhookJobs).runDue()
  }

  /// The same, some time later.
  func callPrograms(after interval: Timestamp.Interval) async throws {
    clock.advance(by: interval)
    try await callPrograms()
  }

  /// A program that acts for somebody.
  func program(of handle: String, _ headers: HTTPFields = [:]) async throws -> TestBrowser {
    let browser = try await signedIn(handle)
    _ = try await browser.get("/me/programs")
    let token = try #require(
      try await browser.post("/me/programs", [("name", "Hooks")]).part(after: "<code dir=\"ltr\">"))
    var all = headers
    all[.authorization] = "Bearer " + token
    return self.browser(all)
  }
}

extension TestWebhookServer.Request {
  /// Whether it was signed with a secret, as it is checked by programs.
  func isSigned(with secret: String) -> Bool {
    guard let secret = WebhookSecret(secret), let id = headers["webhook-id"],
      let seconds = Int64(headers["webhook-timestamp"] ?? "")
    else { return false }
    return headers["webhook-signature"] == secret.signature(of: body, id: id, at: Timestamp(milliseconds: seconds * 1000))
  }

  var id: String? { headers["webhook-id"] }
  var json: JSON { (try? JSON(decoding: body)) ?? .null }
}

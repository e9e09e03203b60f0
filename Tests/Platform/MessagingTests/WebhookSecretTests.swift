import Kernel
import Testing

@testable import Messaging

@Suite struct WebhookSecretTests {
  /// The vector of the libraries of Standard Webhooks.
  @Test func signsAsTheSpecificationDoes() throws {
    let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let signature = secret.signature(
      of: Array(#"{"test": 2432232314}"#.utf8), id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      at: Timestamp(milliseconds: 1_614_265_330_000))
    #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func isWrittenAsTheSpecificationSays() throws {
    let secret = WebhookSecret(random: { [UInt8](repeating: 7, count: $0) })
    #expect(secret.text == "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=")
    #expect(WebhookSecret(secret.text)?.bytes == secret.bytes)
    #expect((24...64).contains(secret.bytes.count))
    for text in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
      #expect(WebhookSecret(text) == nil, "\(text)")
    }
  }
}

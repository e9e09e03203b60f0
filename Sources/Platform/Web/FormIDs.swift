import Kernel

/// Somebody's browser: a random id that nobody else can claim, because its cookie carries our seal.
struct Visitor: Sendable {
  /// 128 bits in hexadecimal.
  let id: String
  let cookie: String
}

extension KeyRing {
  /// How long a form may be left open.
  private static let formAge = Timestamp.Interval.days(7)

  func newVisitor(random: Randomness) -> Visitor {
    let id = Hex.encode(random.bytes(16))
    return Visitor(id: id, cookie: id + "." + seal(.visitor, id))
  }

  /// The visitor of a cookie, when it is one of ours.
  func visitor(in cookie: String) -> Visitor? {
    let parts = cookie.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, isSeal(String(parts[1]), .visitor, String(parts[0])) else { return nil }
    return Visitor(id: String(parts[0]), cookie: cookie)
  }

  /// A form id: 128 random bits and the time, sealed for this visitor. It is CSRF token and idempotency key in one.
  func makeFormID(for visitor: String, at now: Timestamp, random: Randomness) -> String {
    let body = String(now.milliseconds / 1000, radix: 36) + "." + Hex.encode(random.bytes(16))
    return body + "." + seal(.formID, visitor + " " + body)
  }

  func isValid(formID: String, for visitor: String, at now: Timestamp) -> Bool {
    let parts = formID.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let seconds = Int64(parts[0], radix: 36) else { return false }
    let made = Timestamp(milliseconds: seconds.multipliedReportingOverflow(by: 1000).partialValue)
    guard made <= now + .minutes(5), now < made + Self.formAge else { return false }
    return isSeal(parts[2], .formID, visitor + " " + parts[0] + "." + parts[1])
  }

  private func seal(_ purpose: KeyPurpose, _ text: String) -> String {
    Hex.encode(subkey(purpose).hmac(Array(text.utf8)).prefix(16))
  }

  private func isSeal(_ seal: String, _ purpose: KeyPurpose, _ text: String) -> Bool {
    subkeys(purpose).contains { key in
      constantTimeEquals(Array(seal.utf8), Array(Hex.encode(key.hmac(Array(text.utf8)).prefix(16)).utf8))
    }
  }
}

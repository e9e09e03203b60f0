import CLibCurl
import Curl
import Kernel
public import Messaging

/// Hands what people are told over to their programs, each over a connection of its own.
///
/// Addresses come from anybody who has an account, so this must not become a way into the network that the node stands in: nothing but
/// `https`, no redirect followed, no proxy, and no connection to an address that is not everybody's. That is looked at when the name has
/// been looked up and the connection is about to be made, so that a name which answers differently the second time gains nothing.
public final class WebhookPoster: Sendable {
  private let toPrivate: Bool
  private let longest: Int
  private let threads: TransferThreads

  /// How many are under way at the same time, and how many may wait for that.
  private static let atOnce = 4
  private static let mostWaiting = 64

  /// - Parameter toPrivate: whether `http` and machines of the node's own network are called too.
  public convenience init(toPrivate: Bool) {
    self.init(toPrivate: toPrivate, longest: 10)
  }

  /// - Parameter longest: seconds for looking up, connecting, sending and hearing the answer.
  init(toPrivate: Bool, longest: Int) {
    self.toPrivate = toPrivate
    self.longest = longest
    threads = TransferThreads(
      atOnce: Self.atOnce, mostWaiting: Self.mostWaiting, full: WebhookFailure.busy, name: "webhook")
  }

  /// - Returns: the status that was answered, whatever it says.
  /// - Throws: `WebhookFailure` when nothing was; `CancellationError` soon after the task was cancelled.
  public func post(_ post: WebhookPost) async throws -> Int {
    try await threads.run { [toPrivate, longest] isCancelled in
      try Exchange(toPrivate: toPrivate).run(post, longest: longest, isCancelled: isCancelled)
    }
  }
}

/// One question and its answer. libcurl calls back into it, on the thread on which it runs.
private final class Exchange {
  private let toPrivate: Bool
  private var wasRefused = false
  private var heard = 0

  /// Bytes of an answer that are listened to. What it says beyond its status is nothing to us.
  private static let longestAnswer = 64 * 1024

  init(toPrivate: Bool) {
    self.toPrivate = toPrivate
  }

  func run(_ post: WebhookPost, longest: Int, isCancelled: Flag) throws -> Int {
    guard let transfer = Transfer(longestToConnect: longest, longest: longest, isCancelled: isCancelled) else {
      throw WebhookFailure.unreachable
    }
    let headers = post.headers.reduce(nil) { list, header in curl_slist_append(list, "\(header.name): \(header.value)") }
    defer { curl_slist_free_all(headers) }
    let me = Unmanaged.passUnretained(self).toOpaque()

    transfer.set(CURLOPT_URL, post.address)
    transfer.set(CURLOPT_PROTOCOLS_STR, toPrivate ? "https,http" : "https")
    transfer.set(CURLOPT_FOLLOWLOCATION, 0)
    transfer.set(CURLOPT_USERAGENT, "CivilSociety/2.0")
    civil_curl_set_list(transfer.handle, CURLOPT_HTTPHEADER, headers)
    civil_curl_set_body(transfer.handle, post.body, post.body.count)
    civil_curl_set_writer(transfer.handle, { _, size, count, context in Exchange.from(context)?.hear(size * count) ?? 0 }, me)
    civil_curl_set_opener(
      transfer.handle,
      { context, _, address in address.flatMap { Exchange.from(context)?.open($0) } ?? CURL_SOCKET_BAD }, me)

    let code = try withExtendedLifetime(self) { try transfer.perform() }
    let status = civil_curl_status(transfer.handle)
    // A long answer is left in the middle, and its status counts.
    if code == CURLE_OK || (code == CURLE_WRITE_ERROR && status > 0) { return status }
    throw failure(code)
  }

  private func failure(_ code: CURLcode) -> WebhookFailure {
    switch code {
    case _ where wasRefused, CURLE_UNSUPPORTED_PROTOCOL: .notPublic
    case CURLE_OPERATION_TIMEDOUT: .tooSlow
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: .notEncrypted
    default: .unreachable
    }
  }

  /// - Returns: how many of these bytes were taken; fewer end it.
  private func hear(_ count: Int) -> Int {
    heard += count
    return heard <= Self.longestAnswer ? count : 0
  }

  private func open(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
    guard toPrivate || Self.network(address)?.isPublic ?? false else {
      wasRefused = true
      return CURL_SOCKET_BAD
    }
    return civil_curl_open(address)
  }

  private static func network(_ address: UnsafeMutablePointer<curl_sockaddr>) -> NetworkAddress? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = civil_curl_address(address, &bytes)
    return NetworkAddress(bytes: Array(bytes.prefix(Int(count))))
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Exchange? {
    context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
  }
}

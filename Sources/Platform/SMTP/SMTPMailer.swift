import CLibCurl
import Curl
public import Kernel
public import Messaging

/// Hands mails over to a server, each over a connection of its own.
public final class SMTPMailer: Sendable {
  private let server: SMTPServer
  private let sender: MailSender
  private let clock: @Sendable () -> Timestamp
  private let threads: TransferThreads

  /// How many mails are under way at the same time, and how many may wait for that.
  private static let atOnce = 4
  private static let mostWaiting = 64

  public init(_ server: SMTPServer, from sender: MailSender, clock: @escaping @Sendable () -> Timestamp) {
    self.server = server
    self.sender = sender
    self.clock = clock
    threads = TransferThreads(atOnce: Self.atOnce, mostWaiting: Self.mostWaiting, full: MailFailure.busy, name: "mail")
  }

  /// Returns when the server has taken the mail, which from then on is its own to deliver.
  /// - Throws: `MailFailure`; `CancellationError` soon after the task was cancelled, so that a server which has fallen silent keeps
  ///   nobody who wants to stop.
  public func send(_ mail: Mail) async throws {
    let message = try MailMessage(mail, from: sender, at: clock()).bytes
    try await threads.run { [server, sender] isCancelled in
      try Delivery(message).run(server, from: sender, to: mail.address, isCancelled: isCancelled)
    }
  }
}

/// One mail on its way. libcurl calls back into it, on the thread on which it runs.
private final class Delivery {
  private let message: [UInt8]
  private var taken = 0
  private var talk = Conversation()

  /// Seconds until a server has to have answered the call, and to have taken the whole mail. It holds one of few threads so long.
  private static let longestToConnect = 20
  private static let longest = 90

  init(_ message: [UInt8]) {
    self.message = message
  }

  func run(_ server: SMTPServer, from sender: MailSender, to address: String, isCancelled: Flag) throws {
    guard
      let transfer = Transfer(longestToConnect: Self.longestToConnect, longest: Self.longest, isCancelled: isCancelled)
    else { throw MailFailure.unreachable }
    let handle = transfer.handle
    let recipients = curl_slist_append(nil, "<\(address)>")
    defer { curl_slist_free_all(recipients) }
    let me = Unmanaged.passUnretained(self).toOpaque()

    transfer.set(CURLOPT_URL, server.url(greetingAs: sender.domain))
    transfer.set(CURLOPT_MAIL_FROM, "<\(sender.address)>")
    civil_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
    if let user = server.user {
      transfer.set(CURLOPT_USERNAME, user)
      transfer.set(CURLOPT_PASSWORD, server.password ?? "")
    }
    if server.encryption == .required { transfer.set(CURLOPT_USE_SSL, numericCast(CURLUSESSL_ALL.rawValue)) }
    transfer.set(CURLOPT_UPLOAD, 1)
    civil_curl_set_reader(handle, { buffer, size, count, context in Delivery.from(context)?.read(buffer, size * count) ?? 0 }, me)
    civil_curl_set_listener(
      handle,
      { _, type, text, length, context in
        Delivery.from(context)?.hear(type, UnsafeBufferPointer(start: text, count: length))
        return 0
      }, me)

    let code = try withExtendedLifetime(self) { try transfer.perform() }
    if let failure = talk.failure(code) { throw failure }
  }

  /// - Returns: how many bytes were written into the buffer; none at the end.
  private func read(_ buffer: UnsafeMutablePointer<CChar>?, _ room: Int) -> Int {
    guard let buffer else { return 0 }
    let next = message[taken...].prefix(room)
    UnsafeMutableRawPointer(buffer).copyBytes(from: next)
    taken += next.count
    return next.count
  }

  private func hear(_ type: curl_infotype, _ text: UnsafeBufferPointer<CChar>) {
    let start = text.prefix(32).map { UInt8(bitPattern: $0) }
    switch type {
    case CURLINFO_HEADER_OUT: talk.weSaid(start)
    case CURLINFO_HEADER_IN: talk.theySaid(start)
    default: break
    }
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Delivery? {
    context.map { Unmanaged<Delivery>.fromOpaque($0).takeUnretainedValue() }
  }
}

extension UnsafeMutableRawPointer {
  fileprivate func copyBytes(from bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { copyMemory(from: start, byteCount: source.count) }
    }
  }
}

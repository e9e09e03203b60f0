import NIOCore
import NIOPosix
import Synchronization

/// A mail server on this machine (RFC 5321, without encryption) that keeps what it gets and answers as it is told.
public final class TestMailServer: Sendable {
  public struct Delivery: Sendable {
    public let from: String
    public let to: String
    public let mail: ReceivedMail
  }

  struct State {
    var deliveries: [Delivery] = []
    var commands: [String] = []
    var answers: [String: String] = [:]
    var signsIn = false
    var breaksOff = false
  }

  fileprivate let state = Mutex(State())
  private let channel = Mutex<(any Channel)?>(nil)

  public static func with(_ body: @Sendable (TestMailServer) async throws -> Void) async throws {
    let server = TestMailServer()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Session(server)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    server.channel.withLock { $0 = channel }
    do {
      try await body(server)
    } catch {
      try await channel.close()
      throw error
    }
    try await channel.close()
  }

  public var port: Int { channel.withLock { $0?.localAddress?.port } ?? 0 }
  public var url: String { "smtp://127.0.0.1:\(port)" }

  /// What it has taken, in order.
  public var deliveries: [Delivery] { state.withLock(\.deliveries) }

  /// What it has taken since the last time.
  public func take() -> [Delivery] {
    state.withLock { state in
      defer { state.deliveries = [] }
      return state.deliveries
    }
  }

  /// Everything that was said to it, but for mails.
  public var commands: [String] { state.withLock(\.commands) }

  /// From now on it answers a command so; as usual when nil, and never when empty. `.` is the end of
  /// a mail.
  public func answer(_ command: String, with reply: String?) { state.withLock { $0.answers[command] = reply } }

  /// It takes the next mail, and the connection breaks before it says so.
  public func takeWithoutAnswer() { state.withLock { $0.breaksOff = true } }

  /// From now on it offers to sign in.
  public func offerSigningIn() { state.withLock { $0.signsIn = true } }
}

/// One connection.
private final class Session: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: TestMailServer
  private var received: [UInt8] = []
  private var from = ""
  private var to = ""
  private var mail: [String]?
  private var isSigningIn = false

  init(_ server: TestMailServer) {
    self.server = server
  }

  func channelActive(context: ChannelHandlerContext) { say("220 test", context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    received += buffer.readBytes(length: buffer.readableBytes) ?? []
    while let end = received.firstRange(of: [0x0D, 0x0A]) {
      let line = String(decoding: received[..<end.lowerBound], as: UTF8.self)
      received.removeSubrange(..<end.upperBound)
      hear(line, context)
    }
  }

  private func hear(_ line: String, _ context: ChannelHandlerContext) {
    if mail != nil { return hearMail(line, context) }
    server.state.withLock { $0.commands.append(line) }
    if isSigningIn {
      isSigningIn = false
      return answer("AUTH", "235 welcome", context)
    }
    switch line.prefix(4).uppercased() {
    case "EHLO":
      answer("EHLO", server.state.withLock(\.signsIn) ? "250-test\r\n250 AUTH PLAIN" : "250-test\r\n250 8BITMIME", context)
    case "AUTH":
      isSigningIn = true
      say("334 ", context)
    case "MAIL":
      from = Self.address(line)
      answer("MAIL", "250 ok", context)
    case "RCPT":
      to = Self.address(line)
      answer("RCPT", "250 ok", context)
    case "DATA":
      let refusal = server.state.withLock { $0.answers["DATA"] }
      if refusal == nil { mail = [] }
      say(refusal ?? "354 go on", context)
    case "QUIT":
      say("221 bye", context)
      context.close(promise: nil)
    default: say("250 ok", context)
    }
  }

  private func hearMail(_ line: String, _ context: ChannelHandlerContext) {
    // A dot at the beginning of a line was doubled (RFC 5321 §4.5.2).
    guard line == "." else { return mail?.append(line.hasPrefix(".") ? String(line.dropFirst()) : line) ?? () }
    let text = (mail ?? []).map { $0 + "\r\n" }.joined()
    mail = nil
    let refusal = server.state.withLock { state in
      let refusal = state.answers["."]
      if refusal == nil { state.deliveries.append(.init(from: from, to: to, mail: ReceivedMail(text))) }
      return refusal
    }
    let breaksOff = server.state.withLock { state in
      defer { state.breaksOff = false }
      return state.breaksOff
    }
    if breaksOff { return context.close(promise: nil) }
    say(refusal ?? "250 taken", context)
  }

  private func answer(_ command: String, _ usual: String, _ context: ChannelHandlerContext) {
    say(server.state.withLock { $0.answers[command] } ?? usual, context)
  }

  private func say(_ line: String, _ context: ChannelHandlerContext) {
    if line.isEmpty { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
  }

  private static func address(_ line: String) -> String {
    String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
  }
}

import NIOCore
import NIOPosix
import Synchronization

/// A program on this machine that is told things by POST (HTTP/1.1, without encryption), keeps what it gets and answers as it is told.
public final class TestWebhookServer: Sendable {
  public struct Request: Sendable {
    public let path: String
    /// By their names in lower case.
    public let headers: [String: String]
    public let body: [UInt8]
  }

  public enum Answer: Sendable {
    case status(Int)
    case redirect(to: String)
    /// 200 with a body of so many bytes.
    case long(Int)
    /// It takes what is sent, and never answers.
    case silence
    /// It takes what is sent, and the connection breaks.
    case breakOff
  }

  struct State {
    var requests: [Request] = []
    var connections = 0
    var answers: [Answer] = []
    var usual = Answer.status(200)
  }

  fileprivate let state = Mutex(State())
  private let channel = Mutex<(any Channel)?>(nil)

  public static func with(_ body: @Sendable (TestWebhookServer) async throws -> Void) async throws {
    let server = TestWebhookServer()
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Conversation(server)) }
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
  public var url: String { "http://127.0.0.1:\(port)" }

  /// What it has got, in order.
  public var requests: [Request] { state.withLock(\.requests) }

  /// How often somebody has called, whether or not they said anything.
  public var connections: Int { state.withLock(\.connections) }

  /// What it has got since the last time.
  public func take() -> [Request] {
    state.withLock { state in
      defer { state.requests = [] }
      return state.requests
    }
  }

  /// It answers the next ones so, one each, and all after them as usual.
  public func answer(_ answers: Answer...) { state.withLock { $0.answers = answers } }

  /// From now on it answers all so.
  public func answerAlways(_ answer: Answer) { state.withLock { $0.usual = answer } }
}

/// One connection, on which one thing is asked.
private final class Conversation: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let server: TestWebhookServer
  private var received: [UInt8] = []

  init(_ server: TestWebhookServer) {
    self.server = server
  }

  func channelActive(context: ChannelHandlerContext) { server.state.withLock { $0.connections += 1 } }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    received += buffer.readBytes(length: buffer.readableBytes) ?? []
    guard let request = whole else { return }
    received = []
    let answer = server.state.withLock { state in
      state.requests.append(request)
      return state.answers.isEmpty ? state.usual : state.answers.removeFirst()
    }
    switch answer {
    case .status(let code): say("HTTP/1.1 \(code) so\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", context)
    case .redirect(let address):
      say("HTTP/1.1 302 there\r\nLocation: \(address)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", context)
    case .long(let count):
      let body = String(repeating: "x", count: count)
      say("HTTP/1.1 200 so\r\nContent-Length: \(count)\r\nConnection: close\r\n\r\n\(body)", context)
    case .silence: break
    case .breakOff: context.close(promise: nil)
    }
  }

  /// The request, when all of it has come.
  private var whole: TestWebhookServer.Request? {
    guard let end = received.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let headers = lines.dropFirst().map { line -> (String, String) in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
    }
    let byName = Dictionary(headers, uniquingKeysWith: { first, _ in first })
    let body = Array(received[end.upperBound...])
    guard body.count >= Int(byName["content-length"] ?? "") ?? 0 else { return nil }
    let words = lines.first?.split(separator: " ") ?? []
    return .init(path: words.count > 1 ? String(words[1]) : "", headers: byName, body: body)
  }

  private func say(_ text: String, _ context: ChannelHandlerContext) {
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in channel.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

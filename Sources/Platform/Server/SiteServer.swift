import HTTPTypes
import HummingbirdCore
import Kernel
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
public import Web

extension Site {
  /// The site on a port, as a service that finishes what is in flight when it is asked to stop.
  /// - Parameter isRunning: called with the port once requests are taken.
  public func server(
    host: String, port: Int, logger: Logger, isRunning: @escaping @Sendable (_ port: Int) async -> Void
  ) throws -> any Service {
    // Longer than a slow line pauses, shorter than a proxy keeps a connection.
    try HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(75))).buildServer(
      configuration: ServerConfiguration(address: .hostname(host, port: port), backlog: 1024),
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
      responder: { request, writer, channel in
        let answer = await respond(to: SiteRequest(request, from: channel.remoteAddress?.ipAddress))
        var response = Response(
          status: answer.status, headers: answer.headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        // RFC 9110 §6.6.1
        response.headers[.date] = Timestamp.now().internetDate + " GMT"
        try await writer.write(response: response.head, body: response.body)
      },
      onServerRunning: { channel in await isRunning(channel.localAddress?.port ?? port) })
  }
}

extension SiteRequest {
  fileprivate init(_ request: Request, from address: String?) {
    self.init(
      method: request.method, path: request.uri.path, query: request.uri.query ?? "", headers: request.headers, address: address
    ) { longest in
      var request = request
      do {
        return Array(try await request.collectBody(upTo: longest).readableBytesView)
      } catch is NIOTooManyBytesError {
        throw TooLong()
      }
    }
  }
}

import HTTPTypes
import HummingbirdCore
import Kernel
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

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
        var response = await respond(to: request, from: channel.remoteAddress?.ipAddress)
        // RFC 9110 §6.6.1
        response.headers[.date] = Timestamp.now().internetDate + " GMT"
        try await writer.write(response: response.head, body: response.body)
      },
      onServerRunning: { channel in await isRunning(channel.localAddress?.port ?? port) })
  }
}

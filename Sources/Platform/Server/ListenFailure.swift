import Foundation
import NIOCore

/// Why a server cannot listen where it was told to.
public enum ListenFailure {
  /// For the operator: what is wrong, and the remedy; nil when it is something else.
  public static func sentence(_ error: any Error, host: String, port: Int) -> String? {
    if error is SocketAddressError.UnknownHost {
      return "The address \(host) cannot be found; choose another with --host."
    }
    return (error as? IOError).flatMap { sentence(errno: $0.errnoCode, host: host, port: port) }
  }

  static func sentence(errno: CInt, host: String, port: Int) -> String? {
    switch errno {
    case EADDRINUSE: "Port \(port) on \(host) is in use by another program; choose another with --port."
    case EACCES:
      "Port \(port) on \(host) may not be used by this user: ports below 1024 belong to the system. Choose another with --port."
    case EADDRNOTAVAIL: "\(host) is no address of this machine; choose another with --host."
    default: nil
    }
  }
}

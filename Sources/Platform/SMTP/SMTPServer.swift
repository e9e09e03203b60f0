import Foundation

/// The server that takes our mails: what an operator gave as one URL.
public struct SMTPServer: Sendable, Equatable {
  public enum Encryption: Sendable, Equatable {
    /// From the first byte (RFC 8314 §3.3).
    case fromTheStart
    /// Begun with STARTTLS before anything is told (RFC 3207). A server without it gets no mail.
    case required
    /// None: what does not leave this machine, or goes through a network of the operator's own.
    case none
  }

  /// `smtp://mail.example.org:587/`, with nothing in it that is secret.
  let url: String
  let encryption: Encryption
  let user: String?
  let password: String?

  /// - Parameter text: `smtp://USER:PASSWORD@HOST:PORT`, or `smtps://…` for a server that expects encryption from the start. By
  ///   itself `smtp` is encrypted, except to this machine; `?tls=on` and `?tls=off` say otherwise. Signs that mean something in a
  ///   URL are written `%40` in a password. A path is the name by which we greet the server.
  /// - Returns: nil when it is none of these.
  public init?(_ text: String) {
    guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), ["smtp", "smtps"].contains(scheme),
      let host = parts.host, !host.isEmpty, parts.fragment == nil
    else { return nil }
    let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
    let asked = (parts.queryItems ?? []).map { "\($0.name)=\($0.value ?? "")" }
    switch (scheme, asked) {
    case ("smtps", []), ("smtps", ["tls=on"]): encryption = .fromTheStart
    case ("smtp", ["tls=on"]): encryption = .required
    case ("smtp", ["tls=off"]): encryption = .none
    case ("smtp", []): encryption = isHere ? .none : .required
    default: return nil
    }
    user = parts.user
    password = parts.password
    parts.scheme = scheme
    parts.user = nil
    parts.password = nil
    parts.query = nil
    guard let url = parts.string else { return nil }
    self.url = url
  }

  /// The URL that libcurl takes, whose path is the name by which we greet the server.
  func url(greetingAs name: String) -> String {
    let path = URLComponents(string: url)?.path ?? ""
    return path.count > 1 ? url : url + (path.isEmpty ? "/" : "") + name
  }
}

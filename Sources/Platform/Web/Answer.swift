import Foundation
public import HTTPTypes
public import Kernel

/// What a route answers.
public struct Answer: Sendable {
  public var status: HTTPResponse.Status
  public var headers: HTTPFields
  public var body: [UInt8]

  public init(status: HTTPResponse.Status = .ok, type: String, body: [UInt8], headers: HTTPFields = [:]) {
    self.status = status
    self.headers = headers
    self.headers[.contentType] = type
    self.body = body
  }

  /// A page of HTML.
  public static func page(_ html: HTML, status: HTTPResponse.Status = .ok) -> Answer {
    Answer(status: status, type: "text/html; charset=utf-8", body: html.bytes)
  }

  /// - Throws: `JSONEncodingError` for a number that JSON cannot write.
  public static func json(_ json: JSON, status: HTTPResponse.Status = .ok) throws -> Answer {
    Answer(status: status, type: "application/json", body: try json.encoded())
  }

  public static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Answer {
    Answer(type: type, body: Array(text.utf8))
  }

  /// A file to keep; `name` is ours, not somebody's.
  public static func file(_ bytes: [UInt8], type: String, name: String) -> Answer {
    Answer(type: type, body: bytes, headers: [.contentDisposition: "attachment; filename=\"\(name)\""])
  }

  /// Go and look there (303): what a form answers when it was taken.
  /// - Parameter path: on this site.
  public static func see(_ path: String) -> Answer {
    var answer = Answer(status: .seeOther, type: "text/plain; charset=utf-8", body: [])
    answer.headers[.location] = path
    return answer
  }

  public func setting(_ cookie: Cookie) -> Answer {
    var answer = self
    answer.headers.append(HTTPField(name: .setCookie, value: cookie.header))
    return answer
  }
}

/// A cookie for the whole site that scripts cannot read (RFC 6265bis).
public struct Cookie: Sendable {
  public let name: String
  public let value: String
  /// Seconds; nil until the browser is closed; 0 removes it.
  public let maxAge: Int?
  /// Sent over https only.
  public let isSecure: Bool

  public init(_ name: String, _ value: String, maxAge: Int?, isSecure: Bool) {
    self.name = name
    self.value = value
    self.maxAge = maxAge
    self.isSecure = isSecure
  }

  var header: String {
    var text = "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
    if isSecure { text += "; Secure" }
    if let maxAge { text += "; Max-Age=\(maxAge)" }
    return text
  }

  /// The cookies of a request, by name; the first of a name counts.
  package static func parse(_ header: String?) -> [String: String] {
    var cookies: [String: String] = [:]
    for pair in (header ?? "").split(separator: ";") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let name = parts[0].trimmingCharacters(in: .whitespaces)
      if cookies[name] == nil { cookies[name] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return cookies
  }
}

/// The names of our cookies. Over https they carry the prefix that ties them to this host (RFC 6265bis §4.1.3.2); without it, on a
/// laptop in a village, browsers would refuse a cookie of that name.
public struct CookieNames: Sendable {
  public let visitor: String
  public let session: String
  public let language: String

  public init(isSecure: Bool) {
    let prefix = isSecure ? "__Host-" : ""
    visitor = prefix + "visitor"
    session = prefix + "session"
    language = prefix + "language"
  }
}

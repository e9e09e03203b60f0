public import HTTPTypes
public import Kernel
import Synchronization
public import Web

/// Somebody at a browser, or a program, before a site that runs in this process. Keeps cookies, follows redirects when told to, and
/// sends the id of the form of the page it saw last.
public final class TestBrowser: Sendable {
  /// What came back.
  public struct Reply: Sendable {
    public let status: Int
    public let headers: HTTPFields
    public let text: String

    /// Where it sends the browser.
    public var location: String? { headers[.location] }

    /// The body as JSON.
    public var json: JSON { (try? JSON(decoding: Array(text.utf8))) ?? .null }

    /// The value of the first hidden field of a name.
    public func hidden(_ name: String) -> String? { part(after: "name=\"\(name)\" value=\"") }

    /// The text after a mark, up to the next quotation mark or tag.
    public func part(after mark: String) -> String? {
      guard let place = text.firstRange(of: mark) else { return nil }
      return String(text[place.upperBound...].prefix { $0 != "\"" && $0 != "<" })
    }
  }

  private struct State {
    var cookies: [String: String] = [:]
    var formID = ""
  }

  private let site: Site
  private let address: String
  private let headers: HTTPFields
  private let state = Mutex(State())

  /// - Parameters:
  ///   - address: from where it comes.
  ///   - headers: sent with every request.
  public init(_ site: Site, address: String = "192.0.2.7", headers: HTTPFields = [:]) {
    self.site = site
    self.address = address
    self.headers = headers
  }

  public func get(_ path: String) async throws -> Reply { try await send(.get, path, nil, type: nil) }

  /// Sends a form, with the id of the form on the page seen last.
  public func post(_ path: String, _ fields: [(name: String, value: String)] = []) async throws -> Reply {
    let id = state.withLock(\.formID)
    return try await send(
      .post, path, Array(Form([(FormField.formID, id)] + fields).urlEncoded.utf8), type: "application/x-www-form-urlencoded")
  }

  /// Sends a form with files, as browsers do.
  public func post(_ path: String, _ fields: [(name: String, value: String)], files: [FormFile]) async throws -> Reply {
    let boundary = "----TestBrowser7MA4YWxkTrZu0gW"
    var body: [UInt8] = []
    func part(_ head: String, _ content: [UInt8]) {
      body += Array("--\(boundary)\r\n\(head)\r\n\r\n".utf8) + content + [0x0D, 0x0A]
    }
    for (name, value) in [(FormField.formID, state.withLock(\.formID))] + fields {
      part("Content-Disposition: form-data; name=\"\(name)\"", Array(value.utf8))
    }
    for file in files {
      let head = "Content-Disposition: form-data; name=\"\(file.field)\"; filename=\"\(file.name)\"\r\nContent-Type: \(file.type)"
      part(head, file.bytes)
    }
    body += Array("--\(boundary)--\r\n".utf8)
    return try await send(.post, path, body, type: "multipart/form-data; boundary=\(boundary)")
  }

  /// Sends JSON.
  public func send(_ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil) async throws -> Reply {
    try await send(method, path, body.map { Array($0.description.utf8) }, type: "application/json")
  }

  /// Sends bytes as they are, under the type of a form.
  public func send(_ path: String, _ body: String) async throws -> Reply {
    try await send(.post, path, Array(body.utf8), type: "application/x-www-form-urlencoded")
  }

  /// The cookies it holds, by name.
  public var cookies: [String: String] { state.withLock(\.cookies) }

  private func send(_ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]?, type: String?) async throws -> Reply {
    var headers = headers
    if let type, body != nil { headers[.contentType] = type }
    let cookies = state.withLock(\.cookies)
    // Cookies that a test planted come beside those it was given.
    let all = (headers[.cookie].map { [$0] } ?? []) + cookies.map { "\($0)=\($1)" }
    if !all.isEmpty { headers[.cookie] = all.joined(separator: "; ") }
    let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let request = SiteRequest(
      method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", headers: headers, address: address
    ) { longest in
      guard let body, body.count > longest else { return body ?? [] }
      throw SiteRequest.TooLong()
    }
    let response = await site.respond(to: request)
    let reply = Reply(
      status: response.status.code, headers: response.headers, text: String(decoding: response.body, as: UTF8.self))
    remember(reply)
    return reply
  }

  private func remember(_ reply: Reply) {
    state.withLock { state in
      for cookie in reply.headers[values: .setCookie] {
        let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2 else { continue }
        state.cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
      }
      if let id = reply.hidden(FormField.formID) { state.formID = id }
    }
  }
}

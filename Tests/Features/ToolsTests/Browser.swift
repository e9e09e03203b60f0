import Foundation
import HTTPTypes
import Kernel
import Localization
import Tools
import Web

/// The tools' part of a site, asked in this process.
struct ToolSite: Sendable {
  let site: Site

  /// Whoever has a session named like one of the cast is that one.
  static let cast = ["mara": Bed.moderator, "fatou": Bed.facilitator, "carlos": Bed.facilitatorOfOneCountry]

  init(_ bed: Bed, limiter: Limiter = Limiter(isOff: true), localizes: Language = .english) throws {
    let feature = ToolsFeature(node: bed.node, vocabulary: bed.vocabulary, assets: try Assets.load(), index: bed.index)
    let locales = try Locales.load()
    let authenticator = Authenticator { session, token, visitor in
      let name = token ?? session
      if let name, let actor = Self.cast[name] { return Identity(actor: actor, name: name, session: session, visitor: visitor) }
      if token != nil { throw DomainError.signInNeeded }
      return Identity(actor: Actor(.stranger(visitor: visitor)), name: nil, session: nil, visitor: visitor)
    }
    site = Site(
      Site.Parts(
        routes: feature.routes,
        frame: SiteFrame(
          name: "Test", nodeID: "n", languages: locales.languages, navigation: { _ in [] }, hasDemonstration: { false }),
        authenticator: authenticator, locales: locales, assets: try Assets.load(), limiter: limiter, metrics: Metrics(),
        isBehindProxy: false), node: bed.node)
  }
}

/// What a site answered.
struct Reply: Sendable {
  let status: Int
  let headers: HTTPFields
  let text: String

  var json: JSON? { try? JSON(decoding: text) }
  var location: String? { headers[.location] }

  /// The value of a hidden field.
  func hidden(_ name: String) -> String? {
    guard let start = text.range(of: "name=\"\(name)\" value=\"") else { return nil }
    return String(text[start.upperBound...].prefix { $0 != "\"" })
  }
}

/// A browser without script: it keeps its cookies.
final class Browser {
  private let site: ToolSite
  private var cookies: [String: String] = [:]
  private let token: String?

  init(_ site: ToolSite, as session: String? = nil, token: String? = nil) {
    self.site = site
    self.token = token
    cookies["session"] = session
  }

  func get(_ path: String) async throws -> Reply { try await send(.get, path) }

  func post(_ path: String, _ form: [(String, String)]) async throws -> Reply {
    let body = Form(form.map { (name: $0.0, value: $0.1) }).urlEncoded
    return try await send(.post, path, type: "application/x-www-form-urlencoded", body: body)
  }

  func post(_ path: String, json: String, key: String? = nil) async throws -> Reply {
    try await send(.post, path, type: "application/json", body: json, key: key)
  }

  private func send(_ method: HTTPRequest.Method, _ path: String, type: String? = nil, body: String = "", key: String? = nil)
    async throws
    -> Reply
  {
    var headers: HTTPFields = [.acceptLanguage: "en"]
    headers[.contentType] = type
    headers[.idempotencyKey] = key
    if let token { headers[.authorization] = "Bearer \(token)" }
    if !cookies.isEmpty { headers[.cookie] = cookies.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: "; ") }
    let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let request = SiteRequest(
      method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "", headers: headers, address: nil
    ) { longest in
      if body.utf8.count > longest { throw SiteRequest.TooLong() }
      return Array(body.utf8)
    }
    let response = await site.site.respond(to: request)
    for header in response.headers[values: .setCookie] {
      let pair = header.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { cookies[String(pair[0])] = String(pair[1]) }
    }
    return Reply(
      status: response.status.code, headers: response.headers, text: String(decoding: response.body, as: UTF8.self))
  }
}

import Database
import Foundation
import HTTPTypes
public import Journal
import Kernel
public import Localization
import Logging

/// Everything that answers over HTTP: the routes of the features, in the frame of the platform. Read `respond` from top to bottom.
public struct Site: Sendable {
  /// Parts of a site that the application decides.
  public struct Parts: Sendable {
    public var routes: [Route]
    public var frame: SiteFrame
    public var authenticator: Authenticator
    public var locales: Locales
    public var assets: Assets
    public var limiter: Limiter
    public var metrics: Metrics
    /// Whether `X-Forwarded-*` is believed, because only a proxy of ours can reach us.
    public var isBehindProxy: Bool

    public init(
      routes: [Route], frame: SiteFrame, authenticator: Authenticator, locales: Locales, assets: Assets, limiter: Limiter,
      metrics: Metrics, isBehindProxy: Bool
    ) {
      self.routes = routes
      self.frame = frame
      self.authenticator = authenticator
      self.locales = locales
      self.assets = assets
      self.limiter = limiter
      self.metrics = metrics
      self.isBehindProxy = isBehindProxy
    }
  }

  public let parts: Parts
  private let node: Node
  private let table: RouteTable

  public init(_ parts: Parts, node: Node) {
    self.parts = parts
    self.node = node
    table = RouteTable(parts.routes)
  }

  public func respond(to request: SiteRequest) async -> SiteResponse {
    let start = ContinuousClock.now
    if request.method == .get || request.method == .head, let file = parts.assets.file(at: request.path) {
      let response = asset(file, request)
      return secured(request.method == .head ? response.headOnly : response)
    }
    let exchange = exchange(for: request)
    let (route, parameters) = table.find(request.method, request.path) ?? (Route.nowhere(request.path), [:])
    let response = await Localization.$current.withValue(parts.locales.localizer(for: exchange.language)) {
      await handle(route, parameters, request, exchange)
    }
    parts.metrics.count(status: response.status.code, took: ContinuousClock.now - start)
    return secured(request.method == .head ? response.headOnly : response)
  }

  // MARK: - One request

  private func handle(
    _ route: Route, _ parameters: [String: String], _ request: SiteRequest, _ exchange: Exchange
  ) async -> SiteResponse {
    var visit = Visit(
      method: request.method, path: request.path, headers: request.headers, visitor: exchange.visitor.id,
      remoteAddress: exchange.remoteAddress, isSecure: exchange.isSecure, localizer: Localization.current, site: parts.frame)
    var answer: Answer
    visit.formID =
      FormID(for: exchange.visitor.id, at: exchange.now.milliseconds, keys: node.keys, random: node.randomness.bytes).text
    do {
      visit.parameters = parameters
      visit.query = try Form(urlEncoded: request.query.utf8)
      visit.body = try await Self.readBody(of: request, atMost: route.longestBody)
      // A program's JSON under the type that curl gives it by itself is still JSON.
      if route.kind != .api { try visit.readForm() }
      // After the form was read, so that whoever is refused sees again what they typed.
      if let limit = route.limit { try parts.limiter.take(limit, from: exchange.remoteAddress, now: exchange.now) }
      // A program's rights come from its token alone: cookies are not looked at, so no other site can borrow them.
      visit.identity = try await parts.authenticator.identify(
        route.kind == .api ? nil : exchange.session, try Self.bearerToken(request), exchange.visitor.id)
      if route.kind == .form { try Self.checkForm(visit, node: node) }
      try Self.checkAudience(route.audience, visit.actor)
      answer = try await route.handle(visit)
    } catch {
      answer = await Self.answer(to: Self.domainError(error, node.logger), route, visit, parts: parts, logger: node.logger)
    }
    return Self.render(answer, request, exchange)
  }

  /// A form is shown again with what was typed where it knows how; otherwise the error gets a page of its own.
  private static func answer(to error: DomainError, _ route: Route, _ visit: Visit, parts: Parts, logger: Logger) async -> Answer
  {
    if error == .signInNeeded, route.kind == .page {
      return .see("/sign-in?" + Form([("next", visit.path)]).urlEncoded)
    }
    if let again = route.again, error != .notFound, error != .forbidden, visit.form != Form(),
      maySeeAgain(route, visit.actor)
    {
      do {
        let problem = Problem(error)
        var answer = try await again(visit, error)
        answer.status = .init(code: problem.status)
        problem.setRetryAfter(in: &answer)
        return answer
      } catch is DomainError {
        // Whoever may not see the form any more gets what was typed with the error.
      } catch {
        logger.error("a form could not be shown again", metadata: ["path": "\(route.path)", "error": "\(error)"])
      }
    }
    return Problem(error).answer(asJSON: route.kind == .api, for: visit, assets: parts.assets)
  }

  /// Whoever was signed out meanwhile gets their form again, unless it shows what only some roles see.
  private static func maySeeAgain(_ route: Route, _ actor: Actor) -> Bool {
    guard case .roles(let roles) = route.audience, !route.tellsOnlyWhatWasTyped else { return true }
    return has(roles, actor)
  }

  private static func checkAudience(_ audience: Route.Audience, _ actor: Actor) throws {
    switch audience {
    case .everyone: return
    case .signedIn:
      if case .stranger = actor.who { throw DomainError.signInNeeded }
    case .roles(let roles):
      if case .stranger = actor.who { throw DomainError.signInNeeded }
      // Somebody without the role learns nothing of what is there.
      guard has(roles, actor) else { throw DomainError.notFound }
    }
  }

  /// Whether somebody has one of these roles, in whatever scope.
  private static func has(_ roles: Set<Role>, _ actor: Actor) -> Bool {
    roles.contains { !actor.scopes(of: $0).isEmpty }
  }

  private static func checkForm(_ visit: Visit, node: Node) throws {
    guard !visit.form.isMangled else {
      throw DomainError.malformed(Message("Some signs in this could not be read. They are shown as �: please type them again."))
    }
    do {
      _ = try FormID(
        checking: visit.form.first(FormField.formID) ?? "", for: visit.identity.visitor, at: node.clock().milliseconds,
        keys: node.keys)
    } catch {
      throw DomainError.conflict(
        Message("This form is too old, or came from elsewhere. What you typed is still here: send it again."))
    }
  }

  private static func readBody(of request: SiteRequest, atMost longest: Int) async throws -> [UInt8] {
    do {
      return try await request.readBody(max(longest, 1))
    } catch is SiteRequest.TooLong {
      throw DomainError.malformed(Message("This is too large to be taken."))
    } catch let error where !(error is CancellationError) {
      // Cut off, or no HTTP.
      throw DomainError.malformed(Message("What arrived could not be read. Please go back and send it again."))
    }
  }

  private static func bearerToken(_ request: SiteRequest) throws -> String? {
    guard let header = request.headers[.authorization] else { return nil }
    guard header.lowercased().hasPrefix("bearer ") else { throw DomainError.signInNeeded }
    return header.dropFirst(7).trimmingCharacters(in: .whitespaces)
  }

  /// What an engine said, in this product's words; everything else is logged and told as our fault.
  private static func domainError(_ error: any Error, _ logger: Logger) -> DomainError {
    switch error {
    case let error as DomainError: return error
    case let error as SQLError where error == .zeroInText:
      return .malformed(Message("What arrived could not be read. Please go back and send it again."))
    case SQLError.busy, SQLError.connection, SQLError.closed:
      return .unavailable(Message("The database is busy at the moment"))
    case SQLError.noSpace:
      logger.critical("the disk is full or cannot be written")
      return .unavailable(Message("Nothing can be stored at the moment"))
    case SQLError.outcomeUnknown:
      return .unavailable(Message("We do not know yet whether this was stored. Sending it again is safe"))
    default:
      logger.error("unexpected error", metadata: ["error": "\(error)"])
      return .unavailable(Message("Something went wrong on our side"))
    }
  }

  // MARK: - Around every request

  private func exchange(for request: SiteRequest) -> Exchange {
    let cookies = Cookie.parse(request.headers[.cookie])
    let forwarded = parts.isBehindProxy ? request.headers[.known("X-Forwarded-Proto")] : nil
    let isSecure = forwarded == "https"
    let address =
      parts.isBehindProxy
      ? request.headers[.known("X-Forwarded-For")]?.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) }
      : nil
    let names = CookieNames(isSecure: isSecure)
    let now = node.clock()
    let known = cookies[names.visitor].flatMap { SignedToken(checking: $0, keys: node.keys) }
    let visitor = known ?? SignedToken(keys: node.keys, random: node.randomness.bytes)
    var exchange = Exchange(
      language: .english, chosenLanguage: nil, visitor: visitor, isNewVisitor: known == nil, session: cookies[names.session],
      remoteAddress: address ?? request.address ?? "", isSecure: isSecure, names: names, now: now)
    exchange.chosenLanguage = (try? Form(urlEncoded: request.query.utf8))?.first("lang").flatMap(known(language:))
    exchange.language =
      exchange.chosenLanguage ?? cookies[names.language].flatMap(known(language:))
      ?? Language.best(accept: request.headers[.acceptLanguage], among: parts.locales.languages) ?? .english
    return exchange
  }

  private func known(language tag: String) -> Language? {
    parts.locales.languages.first { $0.tag.lowercased() == tag.lowercased() }
  }

  private static func render(_ answer: Answer, _ request: SiteRequest, _ exchange: Exchange) -> SiteResponse {
    var answer = answer
    let type = answer.headers[.contentType] ?? ""
    if exchange.isNewVisitor, type.hasPrefix("text/html") {
      answer = answer.setting(
        Cookie(exchange.names.visitor, exchange.visitor.text, maxAge: 180 * 86_400, isSecure: exchange.isSecure))
    }
    if let language = exchange.chosenLanguage {
      answer = answer.setting(Cookie(exchange.names.language, language.tag, maxAge: 365 * 86_400, isSecure: exchange.isSecure))
    }
    if answer.headers[.cacheControl] == nil { answer.headers[.cacheControl] = "no-store" }
    answer.headers[.contentLanguage] = exchange.language.tag
    answer.headers[.vary] = "Accept-Encoding, Accept-Language, Cookie"
    var bytes = answer.body
    if bytes.count >= Gzip.shortest, Gzip.isAccepted(request.headers[.acceptEncoding]), let small = Gzip.compress(bytes) {
      bytes = small
      answer.headers[.contentEncoding] = "gzip"
    }
    return SiteResponse(status: answer.status, headers: answer.headers, body: bytes)
  }

  private func asset(_ file: Assets.File, _ request: SiteRequest) -> SiteResponse {
    var headers: HTTPFields = [
      .contentType: file.type, .cacheControl: "public, max-age=31536000, immutable", .vary: "Accept-Encoding",
    ]
    var bytes = file.bytes
    if let small = file.compressed, Gzip.isAccepted(request.headers[.acceptEncoding]) {
      bytes = small
      headers[.contentEncoding] = "gzip"
    }
    return SiteResponse(status: .ok, headers: headers, body: bytes)
  }

  /// What every answer says to a browser: nothing from elsewhere, no inline script or style, no frame, no address passed on.
  private func secured(_ response: SiteResponse) -> SiteResponse {
    var response = response
    response.headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; manifest-src 'self'; "
      + "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    response.headers[.xContentTypeOptions] = "nosniff"
    response.headers[.known("Referrer-Policy")] = "no-referrer"
    response.headers[.known("X-Frame-Options")] = "DENY"
    response.headers[.known("Cross-Origin-Opener-Policy")] = "same-origin"
    response.headers[.known("Cross-Origin-Resource-Policy")] = "same-origin"
    response.headers[.known("Permissions-Policy")] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    if parts.isBehindProxy { response.headers[.strictTransportSecurity] = "max-age=31536000" }
    return response
  }
}

/// What is known of a request before any route is asked.
struct Exchange: Sendable {
  var language: Language
  var chosenLanguage: Language?
  var visitor: SignedToken
  var isNewVisitor: Bool
  var session: String?
  var remoteAddress: String
  var isSecure: Bool
  var names: CookieNames
  var now: Timestamp
}

public import HTTPTypes
public import Kernel

/// One thing the site answers. Features list theirs; the site, the OpenAPI document and the tests read the list.
public struct Route: Sendable {
  public enum Kind: String, Sendable {
    /// A page for a person.
    case page
    /// What a page's form sends: needs a form id of ours.
    case form
    /// JSON for a program: a bearer token and no cookies.
    case api
    /// A feed or a file that anybody's program may fetch.
    case feed
  }

  /// Who gets further than "sign in first" or "no such thing". What they then see is the policy's matter.
  public enum Audience: Sendable, Equatable {
    case everyone
    case signedIn
    /// Any of these roles, in whatever scope.
    case roles(Set<Role>)
  }

  public let method: HTTPRequest.Method
  /// With named parts in braces: `/needs/{code}`.
  public let path: String
  public let kind: Kind
  public let audience: Audience
  /// Bytes of body that are taken.
  public let longestBody: Int
  /// A limit by name: how often one address may do this.
  public let limit: Limit?
  /// What the OpenAPI document says; nil for pages.
  public let operation: Operation?
  public let handle: @Sendable (Visit) async throws -> Answer
  /// What a form answers when a field cannot be taken: the page again, with everything typed.
  public let again: (@Sendable (Visit, DomainError) async throws -> Answer)?
  /// Whether that page tells nothing but what was typed: then somebody of the staff who was signed out meanwhile sees it too.
  private(set) var tellsOnlyWhatWasTyped = false

  public static func page(
    _ path: String, for audience: Audience = .everyone, limit: Limit? = nil,
    _ handle: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(
      method: .get, path: path, kind: .page, audience: audience, longestBody: 0, limit: limit, operation: nil, handle: handle,
      again: nil)
  }

  /// - Parameters:
  ///   - longestBody: bytes that are taken, for forms with files.
  ///   - tellsOnlyWhatWasTyped: that of the form shown again. Without it a form for some roles is shown again to those roles alone.
  public static func form(
    _ path: String, for audience: Audience = .everyone, limit: Limit? = nil, longestBody: Int = longestForm,
    tellsOnlyWhatWasTyped: Bool = false, _ handle: @escaping @Sendable (Visit) async throws -> Answer,
    again: (@Sendable (Visit, DomainError) async throws -> Answer)? = nil
  ) -> Route {
    Route(
      method: .post, path: path, kind: .form, audience: audience, longestBody: longestBody, limit: limit, operation: nil,
      handle: handle, again: again, tellsOnlyWhatWasTyped: tellsOnlyWhatWasTyped)
  }

  /// Far more than any field takes: what is too long for one shall be shown again, not refused unread.
  public static let longestForm = 2 * 1024 * 1024

  /// What is asked for where there is no route.
  package static func nowhere(_ path: String) -> Route {
    Route(
      method: .get, path: path, kind: path.hasPrefix("/api/") ? .api : .page, audience: .everyone, longestBody: 256 * 1024,
      limit: nil, operation: nil, handle: { _ in throw DomainError.notFound }, again: nil)
  }

  public static func api(
    _ method: HTTPRequest.Method, _ path: String, for audience: Audience = .everyone, limit: Limit? = nil,
    longestBody: Int = 256 * 1024, _ operation: Operation, _ handle: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(
      method: method, path: path, kind: .api, audience: audience, longestBody: longestBody, limit: limit, operation: operation,
      handle: handle, again: nil)
  }

  /// Takes what any page of this site sends, also a stale one, because it changes nothing that is kept; or what anybody sends to an
  /// address that is itself a proof.
  public static func open(
    _ method: HTTPRequest.Method, _ path: String, _ handle: @escaping @Sendable (Visit) async throws -> Answer
  ) -> Route {
    Route(
      method: method, path: path, kind: .page, audience: .everyone, longestBody: 1024, limit: nil, operation: nil, handle: handle,
      again: nil)
  }

  public static func feed(_ path: String, _ handle: @escaping @Sendable (Visit) async throws -> Answer) -> Route {
    Route(
      method: .get, path: path, kind: .feed, audience: .everyone, longestBody: 0, limit: nil, operation: nil, handle: handle,
      again: nil)
  }
}

/// How one operation of the API is described in OpenAPI 3.1.
public struct Operation: Sendable {
  public let id: String
  public let summary: String
  public let parameters: [Parameter]
  /// JSON Schema of the body, if there is one.
  public let body: JSON?
  /// JSON Schema of each answer by status code.
  public let answers: [Int: (summary: String, schema: JSON?)]

  public struct Parameter: Sendable {
    public enum Place: String, Sendable { case path, query, header }
    public let name: String
    public let place: Place
    public let summary: String
    public let schema: JSON
    public let isRequired: Bool

    public init(_ name: String, in place: Place, _ summary: String, schema: JSON = ["type": "string"], required: Bool = false) {
      self.name = name
      self.place = place
      self.summary = summary
      self.schema = schema
      isRequired = required || place == .path
    }
  }

  public init(
    _ id: String, _ summary: String, parameters: [Parameter] = [], body: JSON? = nil,
    answers: [Int: (summary: String, schema: JSON?)]
  ) {
    self.id = id
    self.summary = summary
    self.parameters = parameters
    self.body = body
    self.answers = answers
  }
}

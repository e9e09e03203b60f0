public import HTTPTypes
public import Journal
public import Kernel
public import Localization

/// One request, with what was found out about it: what a route is handed.
public struct Visit: Sendable {
  public let method: HTTPRequest.Method
  /// The path, without the query.
  public let path: String
  public package(set) var query = Form()
  /// The parts of the path that the route names: `/needs/{code}`.
  public package(set) var parameters: [String: String] = [:]
  public let headers: HTTPFields
  public package(set) var body: [UInt8] = []
  /// Empty unless the body is a form.
  public package(set) var form = Form()
  /// What came with the form, in the order in which it came.
  public package(set) var files: [FormFile] = []
  public package(set) var identity: Identity
  public let localizer: Localizer
  /// The address of the other side, for limits only. It is never stored.
  public let remoteAddress: String
  /// Whether it came over https, so that cookies can be kept to it.
  public let isSecure: Bool
  /// What every page needs from the site.
  public let site: SiteFrame
  /// A form id for the forms of the page that is being made.
  public package(set) var formID = ""

  package init(
    method: HTTPRequest.Method, path: String, headers: HTTPFields, visitor: String, remoteAddress: String, isSecure: Bool,
    localizer: Localizer, site: SiteFrame
  ) {
    self.method = method
    self.path = path
    self.headers = headers
    identity = Identity(actor: .stranger, name: nil, session: nil, visitor: visitor)
    self.remoteAddress = remoteAddress
    self.isSecure = isSecure
    self.localizer = localizer
    self.site = site
  }

  private var isForm: Bool {
    headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
  }

  /// Reads the body, where it is a form.
  /// - Throws: `DomainError.malformed` when it is none that a browser sends.
  package mutating func readForm() throws {
    if let boundary = Multipart.boundary(in: headers[.contentType]) {
      let multipart = try Multipart(body, boundary: boundary)
      (form, files) = (Form(multipart), multipart.files)
    } else if isForm {
      form = try Form(urlEncoded: body)
    }
  }

  public var actor: Actor { identity.actor }

  /// A named part of the path.
  /// - Throws: `DomainError.notFound` when the route has no such part.
  public func parameter(_ name: String) throws -> String {
    guard let value = parameters[name] else { throw DomainError.notFound }
    return value
  }

  /// The key under which this request is done at most once: the form's id, or the `Idempotency-Key` of a program.
  /// - Parameter path: what is being done, so that one key cannot mean two things.
  /// - Throws: `DomainError.malformed` when a program's key is empty or over 200 bytes.
  public func once(_ what: String) throws -> OnceKey? {
    if let id = form.first(FormField.formID) {
      let content = files.flatMap { (file: FormFile) -> [UInt8] in Array(file.name.utf8) + [0] + SHA256.hash(file.bytes) }
      return OnceKey(scope: actor.reference + " " + what, key: id, body: form.normalizedBytes + content)
    }
    guard let key = headers[.idempotencyKey] else { return nil }
    guard !key.isEmpty, key.utf8.count <= 200 else {
      throw DomainError.malformed(Message("An Idempotency-Key has between 1 and 200 characters."))
    }
    // A program without a token has no cookie that would name it: its key alone does.
    var scope = actor.reference
    if case .stranger = actor.who { scope = "program" }
    return OnceKey(scope: scope + " " + what, key: key, body: try jsonBody().encoded())
  }

  /// The body as JSON.
  /// - Throws: `DomainError.malformed` when it is none.
  public func jsonBody() throws -> JSON {
    do {
      // The route has said how much it takes.
      return try JSON(decoding: body, limit: .max)
    } catch {
      throw DomainError.malformed(Message("The body is not valid JSON."))
    }
  }
}

/// Who is there, and what the frame of a page shows of them.
public struct Identity: Sendable {
  public let actor: Actor
  /// The name shown to themselves; nil for strangers.
  public let name: String?
  /// The session's id; nil for strangers without one and for programs.
  public let session: String?
  /// The random id that form ids are bound to.
  public let visitor: String

  public init(actor: Actor, name: String?, session: String?, visitor: String) {
    self.actor = actor
    self.name = name
    self.session = session
    self.visitor = visitor
  }
}

/// Finds out who sent a request; People does it for the site.
public struct Authenticator: Sendable {
  /// - Parameters: the session cookie's value, if any; the bearer token, if any; the visitor's id.
  /// - Throws: `DomainError.signInNeeded` for a token that is unknown, revoked or expired.
  public let identify: @Sendable (_ session: String?, _ token: String?, _ visitor: String) async throws -> Identity

  public init(identify: @escaping @Sendable (_ session: String?, _ token: String?, _ visitor: String) async throws -> Identity) {
    self.identify = identify
  }
}

/// What the frame of every page shows.
public struct SiteFrame: Sendable {
  /// The node's name.
  public let name: String
  /// The node's id, for feeds.
  public let nodeID: String
  /// Every language a person can choose.
  public let languages: [Language]
  /// Where people of a kind find what waits for them.
  public let navigation: @Sendable (Actor) -> [NavigationLink]
  /// Whether demonstration records are in the database, which every page says then.
  public let hasDemonstration: @Sendable () -> Bool

  public init(
    name: String, nodeID: String, languages: [Language], navigation: @escaping @Sendable (Actor) -> [NavigationLink],
    hasDemonstration: @escaping @Sendable () -> Bool
  ) {
    self.name = name
    self.nodeID = nodeID
    self.languages = languages
    self.navigation = navigation
    self.hasDemonstration = hasDemonstration
  }
}

public struct NavigationLink: Sendable {
  public let path: String
  public let label: Message

  public init(_ path: String, _ label: Message) {
    self.path = path
    self.label = label
  }
}

extension HTTPField.Name {
  /// draft-ietf-httpapi-idempotency-key-header.
  public static var idempotencyKey: HTTPField.Name { HTTPField.Name.known("Idempotency-Key") }

  /// A field name known to be valid when it was written.
  package static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
    return name
  }
}

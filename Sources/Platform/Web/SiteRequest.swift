public import HTTPTypes

/// What arrives over HTTP.
public struct SiteRequest: Sendable {
  /// Reads the body.
  /// - Parameter longest: in bytes.
  /// - Throws: `SiteRequest.TooLong` when there are more; anything else where it is cut off.
  public typealias ReadBody = @Sendable (_ longest: Int) async throws -> [UInt8]

  public struct TooLong: Error {
    public init() {}
  }

  public let method: HTTPRequest.Method
  /// As it was sent, percent-encoded, without the query.
  public let path: String
  public let query: String
  public let headers: HTTPFields
  /// The address that it comes from, as the network says it.
  public let address: String?
  let readBody: ReadBody

  public init(
    method: HTTPRequest.Method, path: String, query: String, headers: HTTPFields, address: String?,
    readBody: @escaping ReadBody
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.address = address
    self.readBody = readBody
  }
}

/// What is answered.
public struct SiteResponse: Sendable {
  public var status: HTTPResponse.Status
  public var headers: HTTPFields
  public var body: [UInt8]

  /// The answer to HEAD: the length of the body, without the body.
  var headOnly: SiteResponse {
    var response = self
    response.headers[.contentLength] = String(body.count)
    response.body = []
    return response
  }
}

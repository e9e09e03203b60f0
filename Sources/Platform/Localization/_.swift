public struct Message: Sendable, Equatable, Codable {
  public let source: String
  public let values: [String: String]
  public init(_ source: String, _ values: [String: String] = [:]) { self.source = source; self.values = values }
}

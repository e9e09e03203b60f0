import Foundation
import HTTPTypes

/// Finds the route of a request. Where a literal and a named part both fit, the literal one is tried first.
struct RouteTable: Sendable {
  private struct Branch: Sendable {
    var literal: [Substring: Branch] = [:]
    /// What follows a named part; an array because a branch holds no branch by itself.
    var named: [Branch] = []
    /// By method.
    var routes: [String: Route] = [:]

    mutating func add(_ route: Route, at parts: ArraySlice<Substring>) {
      guard let part = parts.first else { return routes[route.method.rawValue] = route }
      if part.hasPrefix("{") {
        if named.isEmpty { named = [Branch()] }
        named[0].add(route, at: parts.dropFirst())
      } else {
        literal[part, default: Branch()].add(route, at: parts.dropFirst())
      }
    }

    /// - Parameter values: what stood where the named parts are, in their order.
    func find(_ method: String, _ parts: ArraySlice<Substring>, _ values: inout [Substring]) -> Route? {
      guard let part = parts.first else { return routes[method] }
      if let found = literal[part]?.find(method, parts.dropFirst(), &values) { return found }
      guard let named = named.first else { return nil }
      values.append(part)
      if let found = named.find(method, parts.dropFirst(), &values) { return found }
      values.removeLast()
      return nil
    }
  }

  private var root = Branch()

  init(_ routes: [Route]) {
    for route in routes { root.add(route, at: Self.parts(of: route.path)) }
  }

  /// The route of a request, and what its path says in the named parts, decoded; nil where there is none. HEAD is asked as GET.
  func find(_ method: HTTPRequest.Method, _ path: String) -> (route: Route, parameters: [String: String])? {
    var values: [Substring] = []
    let asked = method == .head ? HTTPRequest.Method.get : method
    guard let route = root.find(asked.rawValue, Self.parts(of: path), &values) else { return nil }
    let names = Self.parts(of: route.path).filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    let decoded = values.map { $0.removingPercentEncoding ?? String($0) }
    return (route, Dictionary(zip(names, decoded), uniquingKeysWith: { first, _ in first }))
  }

  private static func parts(of path: String) -> ArraySlice<Substring> { path.split(separator: "/")[...] }
}

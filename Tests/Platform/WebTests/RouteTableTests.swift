import HTTPTypes
import Testing

@testable import Web

@Suite struct RouteTableTests {
  private let table = RouteTable(
    ["/", "/needs", "/needs/new", "/needs/{code}", "/needs/{code}/offers/{offer}", "/needs/new/{step}"].map { path in
      Route.page(path) { _ in throw CancellationError() }
    } + [Route.form("/needs/{code}", { _ in throw CancellationError() })])

  @Test(arguments: [
    ("/", "/", [:]),
    ("/needs", "/needs", [:]),
    ("/needs/", "/needs", [:]),
    ("/needs/new", "/needs/new", [:]),
    ("/needs/N-1", "/needs/{code}", ["code": "N-1"]),
    ("/needs/N-1/offers/7", "/needs/{code}/offers/{offer}", ["code": "N-1", "offer": "7"]),
    // What begins like a literal part may still be a named one.
    ("/needs/new/offers/7", "/needs/{code}/offers/{offer}", ["code": "new", "offer": "7"]),
    ("/needs/new/3", "/needs/new/{step}", ["step": "3"]),
    ("/needs/a%2Fb%20%C3%A9", "/needs/{code}", ["code": "a/b é"]),
    ("/needs/%ZZ", "/needs/{code}", ["code": "%ZZ"]),
  ]) func finds(path: String, route: String, parameters: [String: String]) throws {
    let found = try #require(table.find(.get, path))
    #expect(found.route.path == route && found.parameters == parameters)
  }

  @Test func headIsAskedAsGet() {
    #expect(table.find(.head, "/needs")?.route.path == "/needs")
  }

  @Test(arguments: ["/nowhere", "/needs/N-1/offers", "/needs/N-1/offers/7/8", "/Needs"]) func findsNothing(path: String) {
    #expect(table.find(.get, path) == nil)
  }

  @Test func aMethodIsPartOfARoute() {
    #expect(table.find(.post, "/needs/N-1")?.route.kind == .form)
    #expect(table.find(.post, "/needs") == nil && table.find(.delete, "/needs/N-1") == nil)
  }
}

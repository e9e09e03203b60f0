import HTTPTypes
import Journal
import Kernel
import Localization
import Testing

@testable import Web

/// Forms with files in them are read as browsers send them; anything else is refused whole.
@Suite struct MultipartTests {
  @Test func aFormAsFirefoxSendsIt() throws {
    let visit = try Self.visit(
      [
        "--B\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nid",
        "--B\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\nLa se\u{F1}ora\r\ndice: --B",
        "--B\r\nContent-Disposition: form-data; name=\"none\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n",
        "--B\r\nContent-Disposition: form-data; name=\"table\"; filename=\"C:\\lists\\my %22best%22 list.csv\"\r\n"
          + "Content-Type: Text/CSV; charset=utf-8\r\n\r\na,b\r\n1,2\r\n",
        "--B--\r\n",
      ].joined(separator: "\r\n"))
    #expect(visit.form == Form([("form", "id"), ("words", "La se\u{F1}ora\r\ndice: --B")]))
    #expect(visit.form.isMangled == false)
    #expect(
      visit.files == [
        FormFile(field: "table", name: "my \"best\" list.csv", type: "text/csv", bytes: Array("a,b\r\n1,2\r\n".utf8))
      ])
  }

  @Test func bytesAreKeptAsTheyAre() throws {
    let bytes = (0...255).map { UInt8($0) } + Array("\r\n--\r\n-B\r\n--A".utf8)
    let body =
      Array("--B\r\nContent-Disposition: form-data; name=f; filename=f.bin\r\n\r\n".utf8) + bytes + Array("\r\n--B--".utf8)
    #expect(try Multipart(body, boundary: "B").files.map(\.bytes) == [bytes])
  }

  @Test func anEmptyFormHasNothing() throws {
    let form = try Multipart(Array("--B--\r\n".utf8), boundary: "B")
    #expect(form.fields.isEmpty && form.files.isEmpty)
  }

  @Test func anotherEncodingIsNoticed() throws {
    let body = Array("--B\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\nse".utf8) + [0xF1] + Array("\r\n--B--".utf8)
    let form = Form(try Multipart(body, boundary: "B"))
    #expect(form.isMangled)
    #expect(form.first("words") == "se\u{FFFD}")
  }

  @Test(arguments: [
    "", "no boundary at all", "--B\r\n", "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut off",
    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n--B--", "--B\r\n\r\nno name\r\n--B--",
    "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--B--",
    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--B--",
    "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--B--",
    "--B\r\nno colon\r\n\r\nx\r\n--B--", "--Bx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--B--",
    "--B\nContent-Disposition: form-data; name=\"a\"\n\nx\n--B--",
  ]) func whatNoBrowserSendsIsRefused(body: String) {
    #expect(throws: DomainError.self) { try Multipart(Array(body.utf8), boundary: "B") }
  }

  @Test func thereIsAnEndToEverything() {
    func body(_ part: String, _ count: Int) -> [UInt8] {
      Array((String(repeating: part, count: count) + "--B--").utf8)
    }
    let field = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
    let file = "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nx\r\n"
    let wide = "--B\r\nX: \(String(repeating: "x", count: 9000))\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
    let tall = "--B\r\n\((1...17).map { "X\($0): x\r\n" }.joined())Content-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n"
    #expect(throws: Never.self) { try Multipart(body(field, Multipart.mostFields), boundary: "B") }
    #expect(throws: Never.self) { try Multipart(body(file, Multipart.mostFiles), boundary: "B") }
    #expect(throws: DomainError.self) { try Multipart(body(field, Multipart.mostFields + 1), boundary: "B") }
    #expect(throws: DomainError.self) { try Multipart(body(file, Multipart.mostFiles + 1), boundary: "B") }
    #expect(throws: DomainError.self) { try Multipart(body(wide, 1), boundary: "B") }
    #expect(throws: DomainError.self) { try Multipart(body(tall, 1), boundary: "B") }
  }

  @Test func boundariesAsTheyAreWritten() {
    let longest = String(repeating: "b", count: 70)
    let cases: [(String?, String?)] = [
      (nil, nil), ("application/x-www-form-urlencoded", nil), ("multipart/form-data", nil), ("multipart/mixed; boundary=B", nil),
      ("multipart/form-data; boundary=B", "B"), ("Multipart/Form-Data;charset=utf-8; Boundary=\"a b\"", "a b"),
      ("multipart/form-data; boundary=", nil), ("multipart/form-data; boundary=\(longest)", longest),
      ("multipart/form-data; boundary=\(longest)b", nil), ("multipart/form-data; boundary=\"B \"", nil),
    ]
    for (type, boundary) in cases { #expect(Multipart.boundary(in: type) == boundary, "\(type ?? "none")") }
  }

  /// Another file under the same form id is another body.
  @Test func aFileCountsInWhatWasSent() throws {
    func key(_ content: String) throws -> [UInt8]? {
      let part = "--B\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nid\r\n"
      let file = "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n\(content)\r\n--B--"
      return try Self.visit(part + file).once("test")?.bodyHash
    }
    #expect(try key("one") == key("one"))
    #expect(try key("one") != key("two"))
  }

  private static func visit(_ body: String) throws -> Visit {
    var visit = Visit(
      method: .post, path: "/", headers: [.contentType: "multipart/form-data; boundary=B"], visitor: "visitor", remoteAddress: "",
      isSecure: false, localizer: .english,
      site: SiteFrame(name: "", nodeID: "", languages: [], navigation: { _ in [] }, hasDemonstration: { false }))
    visit.body = Array(body.utf8)
    try visit.readForm()
    return visit
  }
}

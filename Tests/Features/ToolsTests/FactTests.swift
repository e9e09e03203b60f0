import Testing

@testable import Tools

@Suite struct FactTests {
  @Test(arguments: [
    ("MIT", true), ("GPL-3.0-or-later", true), ("GPL-2.0+", true), ("MIT AND CC-BY-NC-4.0", true), ("(MIT OR Apache-2.0)", true),
    ("GPL-2.0-only WITH Classpath-exception-2.0", true), ("BUSL-1.1", nil), ("Elastic-2.0", nil),
    ("MIT AND LicenseRef-Secret", nil),
    ("", nil), ("MITNFA", nil),
  ])
  func aLicenceThatAsksForNoFeeIsKnown(expression: String, costsNothing: Bool?) {
    #expect(Licence.costsNothing(expression) == costsNothing)
  }

  @Test(arguments: [
    ("  MIT \n", "MIT"), ("MIT  OR ISC", "MIT OR ISC"), ("<b>", nil), ("", nil), (String(repeating: "a", count: 201), nil),
  ])
  func aLicenceIsAName(text: String, name: String?) {
    #expect(Licence.read(text) == name)
  }

  @Test(arguments: [
    ("https://a.example", "https://a.example"), (" HTTP://a.example/x?y#z ", "HTTP://a.example/x?y#z"),
    ("https://مثال.example", "https://مثال.example"),
    ("javascript:alert(1)", nil), ("data:text/html,x", nil), ("https://", nil), ("https://localhost/", nil),
    ("https://a b.example", nil),
    ("https://a.example\\@b.example", nil), ("https://u:p@a.example", nil), ("https://a.example/\"x", nil), ("a.example", nil),
  ])
  func anAddressIsOneThatMayBeOpened(text: String, address: String?) {
    #expect(WebAddress.read(text) == address)
  }

  @Test(arguments: [
    ("a.example/x", "https://a.example/x"), ("https://a.example", "https://a.example"), ("javascript:alert(1)", nil),
    ("words", nil),
  ])
  func aTypedAddressMayLackItsScheme(text: String, address: String?) {
    #expect(WebAddress.typed(text) == address)
  }

  @Test(arguments: [
    ("plain", "plain"), ("a < b", "a < b"), ("a <- b -> c", "a <- b -> c"), ("<a href='x'>y</a>", "y"), ("x<br/>y", "x\ny"),
    ("<!-- c -->x", "x"), ("<style>p{}</style>x", "x"), ("x<script>never ends", "x"), ("<<b>x", "<x"),
    ("AT&amp;T &lt;b&gt;", "AT&T <b>"),
    ("<a<a<a", "<a<a<a"), ("&unknown;", "&unknown;"),
  ])
  func markupIsTakenOut(text: String, plain: String) {
    #expect(PlainText.read(text) == plain)
  }

  @Test func longMarkupIsReadInOneGo() {
    let text = String(repeating: "<a", count: 200_000) + String(repeating: "<script>", count: 1000)
    #expect(PlainText.read(text).utf8.count == 400_000)
  }

  @Test func tagsAreTheSameAfterBeingStored() {
    let tags = [
      Tool.Tag("function.bulk-sms", permille: 834), Tool.Tag("problem.x", permille: 1000), Tool.Tag("cause.y", permille: 1),
    ]
    #expect(Tool.Tag.tags(Tool.Tag.text(tags)) == tags)
    #expect(
      Tool.Tag.tags("broken function.a:7 function.b:x function.c:99999999999999999999") == [Tool.Tag("function.a", permille: 7)])
    #expect(Tool.Tag.tags("") == [])
  }

  @Test func aTextIsCutBetweenWords() {
    #expect(ListedTool.beginning(of: "short") == "short")
    let long = Array(repeating: "сло́во", count: 60).joined(separator: " ")
    let beginning = ListedTool.beginning(of: long)
    #expect(beginning.hasSuffix("сло́во…"))
    #expect(beginning.utf8.count <= ListedTool.longestText + 3)
    let unbroken = String(repeating: "永", count: 300)
    #expect(ListedTool.beginning(of: unbroken).hasPrefix("永永"))
    #expect(!ListedTool.beginning(of: unbroken).contains("\u{FFFD}"))
  }

  @Test func aCursorIsReadAsItWasWritten() {
    for cursor in [ToolCursor.rank(0), .rank(175), .name(key: "z & a.b", id: "018f")] {
      #expect(ToolCursor(cursor.text) == cursor)
    }
    for text in ["", "r", "r-1", "r999999", "n", "n.", "x.y", "n!!.x"] { #expect(ToolCursor(text).map(\.text) ?? text == text) }
    #expect(ToolCursor("r999999") == nil)
    #expect(ToolCursor("nonsense") == nil)
  }

  @Test func twoRowsOfOneIDBecomeOneInWhateverOrderTheyCome() throws {
    var kept = ToolFacts(name: "Kept", description: "Short.", language: "en", makers: ["A"])
    kept.website = "https://kept.example"
    var archived = ToolFacts(
      name: "Archived Name", description: "A much longer description.", language: "en", makers: ["A", "B"])
    archived.upkeep = .archivedBySource
    archived.website = "https://archived.example"
    archived.repository = "https://git.example/r"
    archived.licence = "MIT"
    archived.cost = .free
    let (a, b) = (
      ImportedTool(source: .digitalPublicGoods, externalID: "x", facts: kept),
      ImportedTool(source: .digitalPublicGoods, externalID: "x", facts: archived)
    )
    var expected = kept
    expected.otherNames = ["Archived Name"]
    expected.makers = ["A", "B"]
    expected.repository = "https://git.example/r"
    expected.licence = "MIT"
    expected.cost = .free
    #expect(a.merged(with: b).facts == expected)
    #expect(b.merged(with: a).facts == expected)
  }
}

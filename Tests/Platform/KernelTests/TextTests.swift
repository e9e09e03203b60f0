import Kernel
import Testing

@Suite struct TextTests {
  @Test(arguments: [
    "", " \n\t", "\u{FEFF}", "\u{3164}", "\u{202E}", "\u{2060}", "\u{200D}", "\u{200C}", "\u{2800}", "\u{AD}", "\u{34F}",
    "\u{115F}",
    "\u{FE0F}", "\u{E0020}", "\u{A0}", " \u{200B}\n\u{3164} \u{2800}\u{202E}",
  ])
  func whatNobodySeesIsEmpty(raw: String) throws {
    let text = Text(raw)
    #expect(text.isBlank)
    #expect(text.normalized == "")
    #expect(try text.checkedIfPresent("name", atMost: 80) == nil)
    #expect(throws: DomainError.self) { try text.checked("name", atMost: 80) }
  }

  @Test(arguments: ["می\u{200C}خواهم", "👩\u{200D}🌾", "❤\u{FE0F}", "क\u{94D}\u{200D}ष", "-", "\u{3164}ㄱ", "a\u{2060}b"])
  func whatJoinsLettersStays(raw: String) throws {
    let text = Text(raw)
    #expect(!text.isBlank)
    #expect(try Array(text.checked("name", atMost: 80).unicodeScalars) == Array(raw.unicodeScalars))
  }
}

import Kernel
import Needs
import People
import Testing

@Suite struct SummaryTests {
  @Test(arguments: [
    "call us 0912.345.678", "Write to Tel0912345678 now", "Ring 0912_345_678", "Ring 0912\u{2011}345\u{2011}678",
    "0912,345,678", "a0912345678", "912.345.678", "Ring 0912\u{AD}345\u{200B}678", "0912\u{2060}345\u{2066}78", "٠٩١٢٣٤٥٦٧٨",
    "०९१२ ३४५ ६७८", "+51 999 555 123", "(011) 4321-1234", "(12) 34567", "555-1234", "555 1234", "06 12 34 56 78",
    "06.12.34.56.78", "06-12-34-05-06-78", "2222 3333", "2222-3333", "12 345 678 901", "912-345-678", "912 345 678",
    "0912, 345, 678", "912, 345, 678",
    "0\u{FE0F}\u{20E3}9\u{FE0F}\u{20E3}1\u{FE0F}\u{20E3}2\u{FE0F}\u{20E3}3\u{FE0F}\u{20E3}4\u{FE0F}\u{20E3}5\u{FE0F}\u{20E3}6\u{FE0F}\u{20E3}",
    "0912|345|678", "0912 – 345 – 678", "0912\n345\n678", "0912\u{1F4DE}345\u{1F4DE}678", "09:12:34:56:78",
    "+1 234 567 8901", "In 2024, 0912345678", "0912\u{2800}345\u{2800}678",
    "\u{FF18}\u{FF10}\u{FF10}\u{FF15}\u{FF15}\u{FF15}\u{FF11}\u{FF12}\u{FF13}\u{FF14}", "0912•345•678", "0912/345/678",
    "5551234", "1 234 567", "0912+345+678", "00 254 712 345678", "912’345’678", "12,345,678", "Ring 0912,345,678",
    "Ring 0912\u{2010}345\u{2010}678", "Ring 0912\u{2012}345\u{2012}678", "Ring 0912–345–678",
    "Ring 0912\u{2014}345\u{2014}678", "Ring 0912\u{2212}345\u{2212}678", "Ring 0912\u{AD}345\u{AD}678",
    "Ring 0912\u{200B}345\u{200B}678", "Ring 0912\u{200C}345\u{200C}678", "Ring 0912\u{200D}345\u{200D}678",
    "Ring 0912\u{2060}345\u{2060}678", "Ring 0912\u{FEFF}345\u{FEFF}678", "Ring 0912\u{202E}345\u{202E}678",
    "Ring 0912ㅤ345ㅤ678", "Ring 0912\u{B7}345\u{B7}678", "call us 0912.345.678 or t.me/ana",
  ])
  func aTelephoneNumberIsFound(text: String) {
    #expect(Summary.traces(in: text).map(\.kind).contains(.telephone))
    #expect(throws: DomainError.self) { try Summary.checked(Text(text), field: "summary") }
  }

  @Test(arguments: [
    "t.me/ana", "Visit example.org.", "пример.рф", "see ПРИМЕР.РФ", "مثال.مصر", "例子.中国", "wa.me/1234567", "https://x.y",
    "www.x", "bit.ly/3xY", "t.me", "x.co/a", "dominio.com.mx", "sitio.mx.", "пример.бел/страница", "@anita",
    "\u{FF54}\u{FF0E}\u{FF4D}\u{FF45}\u{FF0F}\u{FF41}\u{FF4E}\u{FF41}", "t\u{200B}.me/ana", "mailto:ana",
    "उद\u{93E}हरण.भ\u{93E}रत", "españa.рф", "f.example/ana", "ana.click", "call us 0912.345.678 or t.me/ana",
  ])
  func aLinkIsFound(text: String) {
    #expect(Summary.traces(in: text).map(\.kind).contains(.link))
    #expect(throws: DomainError.self) { try Summary.checked(Text(text), field: "summary") }
  }

  @Test(arguments: [
    "ana@example", "ana@example.org", "ana (at) example.org", "ana [at] example", "почта@пример.рф", "ana @ example.org",
    "ana\u{FF20}example",
  ])
  func anEMailAddressIsFound(text: String) {
    #expect(Summary.traces(in: text).map(\.kind).contains(.email))
    #expect(throws: DomainError.self) { try Summary.checked(Text(text), field: "summary") }
  }

  @Test(arguments: [
    "849VCWC8+R9", "CWC8+R9 Lima", "849vcwc8+r9", "-12.0464, -77.0428", "\u{2212}12.046,\u{2212}77.043", "Calle Lima 123",
    "12 Main Street", "12° 3' 4\" S", "849VCWC8\u{FF0B}R9",
  ])
  func anExactPlaceIsFound(text: String) {
    #expect(Summary.traces(in: text).map(\.kind).contains(.place))
    #expect(throws: DomainError.self) { try Summary.checked(Text(text), field: "summary") }
  }

  @Test(arguments: [
    ",", ".", "_", "-", "/", " ", "\u{A0}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
    "\u{AD}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{202E}", "\u{3164}", "\u{2800}", "\u{B7}", " - ",
  ])
  func whateverStandsBetweenItsDigitsATelephoneNumberIsFound(sign: String) {
    for digits in [["0912", "345", "678"], ["٠٩١٢", "٣٤٥", "٦٧٨"], ["०९१२", "३४५", "६७८"]] {
      let text = "Ring " + digits.joined(separator: sign) + " now"
      let found = Summary.traces(in: text)
      #expect(found.map(\.kind) == [.telephone])
      #expect(found.map { Array(text[$0.range].unicodeScalars) } == [Array(digits.joined(separator: sign).unicodeScalars)])
    }
  }

  @Test(arguments: [
    "10.000 pesos", "1,250,000", "12 500 francs", "3.5 km", "US$ 2,000.50", "2019-2023", "12/05/2026", "e.g. maps", "etc.",
    "in the U.S. and", "24/7", "covid-19", "1. Water\n2. Power\n3. Roads", "a.m./p.m.", "p.ej. mapas", "EE.UU. y Perú",
    "S.A. de C.V.", "1 250 000 francs", "10,000,000 pesos", "1.500.000.000", "2019, 2020, 2021", "In 2024, 350 families",
    "In 2024, 3500 families", "350 (2024)", "09:00-17:00", "2026-03-01 09:30", "12-14/05/2026", "10.000-15.000",
    "10 000 - 15 000", "1500-2000 people", "ages 3, 4, 5, 6, 7, 8, 9", "US$100-$200, 50%/60%", "Ph.D. students", "i.e. now",
    "12.5% - 13.75%, 2024", "250.000.000", "1000000", "т.е. вода, т.д.", "Нужна вода.Мы хотим", "100, 200, 300, 400",
    "10.000, 15.000, 20.000", "US$ 1,250,000.00", "12,50,000 rupees", "5 bags @ 20 pesos", "y/o", "No. 5",
    "12 de mayo de 2026, 350 familias", "١٢٥٠٠٠ فرنك", "2 + 2 = 4", "22+33", "09:00–12:00, 14:00–17:00",
    "2019/20 and 2020/21", "1.250.000, 3.500.000", "3 000 à 5 000 \u{20AC}", "We need 3.", "sala 3,piso 4", "Dr. Ana",
    "25.000,50", "01.05.2026", "May 2026. 25 groups", "3,5 horas", "vol.2", "v1.2.3", "km/h", "Nos falta agua.Queremos",
    "A.M. y P.M.", "一二三 三四", "2024\n1. Agua",
  ])
  func ordinaryWordsPass(text: String) {
    let found = Summary.traces(in: text).map { String(text[$0.range]) }
    #expect(found == [])
  }

  @Test func severalAreFoundInTheirOrder() {
    let text = "👩\u{200D}🌾 Ana: ana@example.org, 0912\u{2011}345\u{2011}678; t.me/ana"
    let found = Summary.traces(in: text)
    #expect(found.map(\.kind) == [.email, .telephone, .link])
    #expect(found.map { String(text[$0.range]) } == ["ana@example.org", "0912\u{2011}345\u{2011}678", "t.me/ana"])
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "a", "1", "1 ", "a.", "aa.", "яя.", " ", "1.234 ", "a@", "calle ", "-", "2019 ", "12-2012-", "9C", "( ", "https:", "+1",
    ])
  func aLongTextIsReadInOneGo(part: String) {
    let count = 40_000 / part.utf8.count
    _ = Summary.traces(in: String(repeating: part, count: count) + "!")
  }

  @Test(arguments: [
    ("es", "es"), ("PT_br", "pt-BR"), ("mam", "mam"), ("und", "und"), ("english", nil), ("klingon", nil), ("xx", nil),
  ])
  func aNeedIsStatedInALanguageThatThereIs(given: String, kept: String?) {
    let statement = NeedStatement(
      organization: OrganizationStatement(name: "The Blue Door", country: "CL"), words: "Water", language: given, channel: .api)
    let question = try? SubmitNeed(statement).question()
    #expect(question?.language == kept)
  }
}

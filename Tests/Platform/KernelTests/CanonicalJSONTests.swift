import Kernel
import Testing

@Suite struct CanonicalJSONTests {
  func canonical(_ text: String) throws -> String { String(decoding: try JSON(decoding: text).encoded(), as: UTF8.self) }

  // MARK: RFC 8785

  @Test func exampleOfSection3_2_2() throws {
    let input = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50,
                    2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    let expected =
      #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
      + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    #expect(try canonical(input) == expected)
  }

  @Test func orderOfSection3_2_3() throws {
    let input = #"""
      {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
      }
      """#
    let object = try #require(try JSON(decoding: input).object)
    #expect(
      object.members.compactMap(\.value.string) == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
      ])
  }

  @Test(
    "Numbers of appendix B",
    arguments: [
      (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
      (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
      (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
      (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
      (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
      (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
      (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
      (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
      (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
      (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
      (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
      (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ] as [(UInt64, String)])
  func numbers(bits: UInt64, text: String) throws {
    let number = Double(bitPattern: bits)
    #expect(String(decoding: try JSON.double(number).encoded(), as: UTF8.self) == text)
    #expect(try JSON(decoding: text).double == number)
  }

  @Test func whatIsNoNumberHasNoForm() {
    for number in [Double.nan, .infinity, -.infinity] {
      #expect(throws: JSONEncodingError.notFinite) { try JSON.double(number).encoded() }
    }
    #expect(throws: JSONEncodingError.integerTooLarge(9_007_199_254_740_992)) {
      try ([1, 9_007_199_254_740_992] as JSON).encoded()
    }
    #expect(throws: JSONEncodingError.integerTooLarge(.min)) { try JSON.int(.min).encoded() }
  }

  // MARK: Writing

  @Test func wholeNumbers() throws {
    let cases: [(Int, String)] = [
      (0, "0"), (-1, "-1"), (10, "10"), (-9_007_199_254_740_991, "-9007199254740991"), (1_763_880_000_000, "1763880000000"),
    ]
    for (number, text) in cases {
      #expect(JSON.int(number).description == text)
      #expect(JSON.double(Double(number)).description == text)
    }
  }

  @Test func onlyWhatMustBeIsEscaped() throws {
    let text = String(String.UnicodeScalarView((0...0x7F).compactMap(Unicode.Scalar.init))) + "é\u{2028}\u{FFFD}😀/"
    let written = JSON.string(text).description
    let controls = (0..<0x20).map { (code: Int) -> String in
      switch code {
      case 8: "\\b"
      case 9: "\\t"
      case 10: "\\n"
      case 12: "\\f"
      case 13: "\\r"
      default: "\\u00" + (code < 16 ? "0" : "") + String(code, radix: 16)
      }
    }
    let rest = (UInt8(0x20)...0x7F).map { (code: UInt8) -> String in
      let sign = String(Unicode.Scalar(code))
      return sign == "\"" || sign == "\\" ? "\\\(sign)" : sign
    }
    let expected = "\"\(controls.joined())\(rest.joined())é\u{2028}\u{FFFD}😀/\""
    #expect(written == expected)
    #expect(try JSON(decoding: written) == .string(text))
  }

  @Test func depthHasTheSameLimitBothWays() throws {
    func nested(_ depth: Int) -> JSON {
      (0..<depth).reduce(0) { inner, level in level.isMultiple(of: 2) ? [inner] : ["a": inner] }
    }
    let deepest = try nested(JSON.deepest).encoded()
    #expect(try JSON(decoding: deepest) == nested(JSON.deepest))
    #expect(throws: JSONEncodingError.tooDeep) { try nested(JSON.deepest + 1).encoded() }
    let deeper = String(repeating: "[", count: JSON.deepest + 1) + String(repeating: "]", count: JSON.deepest + 1)
    #expect(throws: JSONDecodingError(.tooDeep, at: JSON.deepest)) { try JSON(decoding: deeper) }
    #expect(throws: JSONDecodingError(.tooDeep, at: JSON.deepest)) {
      try JSON(decoding: String(repeating: "[", count: 1_000_000))
    }
  }

  // MARK: Reading

  static let refusals: [(String, JSONDecodingError.Kind, Int)] = [
    ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 3), ("nulL", .unexpected, 3),
    ("tru e", .unexpected, 3),
    ("1 2", .moreThanOneValue, 2), ("[1,]", .unexpected, 3), ("[1 2]", .unexpected, 3), ("[", .unexpectedEnd, 1),
    ("[,1]", .unexpected, 1),
    (#"{"a":1,}"#, .unexpected, 7), (#"{"a" 1}"#, .unexpected, 5), ("{a:1}", .unexpected, 1), ("{'a':1}", .unexpected, 1),
    (#"{"a":1"#, .unexpectedEnd, 6), ("// no", .unexpected, 0), ("\u{FEFF}1", .unexpected, 0), ("\u{A0}1", .unexpected, 0),
    ("01", .moreThanOneValue, 1), ("1.", .unexpectedEnd, 2), (".5", .unexpected, 0), ("+1", .unexpected, 0),
    ("-", .unexpectedEnd, 1),
    ("-a", .invalidNumber, 1), ("1.e3", .invalidNumber, 2), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3),
    ("NaN", .unexpected, 0),
    ("Infinity", .unexpected, 0), ("0x10", .moreThanOneValue, 1), ("1e400", .numberOutOfRange, 0),
    ("-1e400", .numberOutOfRange, 0),
    ("9007199254740993", .numberOutOfRange, 0), ("-9007199254740993", .numberOutOfRange, 0),
    ("295147905179352825856", .numberOutOfRange, 0),
    (#""a"#, .unexpectedEnd, 2), (#""\x""#, .invalidEscape, 2), (#""\u12"#, .unexpectedEnd, 5), (#""\u12g4""#, .invalidEscape, 5),
    ("\"a\nb\"", .controlCharacter, 2), ("\"\\n\u{1}\"", .controlCharacter, 3), ("\"\u{0}\"", .controlCharacter, 1),
    (#""\ud83d""#, .loneSurrogate, 1), (#""\ude00""#, .loneSurrogate, 1), (#""\ud83d\ud83d""#, .loneSurrogate, 1),
    (#""\ud83dx""#, .loneSurrogate, 1), (#""a\ud83d\n""#, .loneSurrogate, 2),
    (#"{"a":1,"b":2,"a":3}"#, .duplicateKey("a"), 0), (#"[{"a":1,"\u0061":2}]"#, .duplicateKey("a"), 1),
  ]

  @Test(arguments: refusals)
  func refused(text: String, kind: JSONDecodingError.Kind, offset: Int) {
    #expect(throws: JSONDecodingError(kind, at: offset)) { try JSON(decoding: text) }
  }

  @Test(
    "Bytes that are no UTF-8",
    arguments: [
      [0xFF], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(bytes: [UInt8]) {
    #expect(throws: JSONDecodingError(.invalidUTF8, at: 1)) { try JSON(decoding: [0x22] + bytes + [0x22]) }
    // The same behind an escape.
    #expect(throws: JSONDecodingError(.invalidUTF8, at: 1)) { try JSON(decoding: [0x22, 0x5C, 0x6E] + bytes + [0x22]) }
  }

  @Test func bytesBeyondTheLimit() throws {
    #expect(throws: JSONDecodingError(.tooLarge(limit: 4), at: 4)) { try JSON(decoding: "[1,2]", limit: 4) }
    #expect(try JSON(decoding: "[1,2]", limit: 5) == [1, 2])
  }

  @Test func spaceAndEscapes() throws {
    #expect(try JSON(decoding: " \t\r\n[ 1 , { } , [ ] , \"\\ud83d\\uDE00\\/\\b\\u0000\" ] ") == [1, [:], [], "😀/\u{8}\u{0}"])
    #expect(try JSON(decoding: "-0") == 0)
    #expect(try JSON(decoding: "-0.0").description == "0")
    #expect(try JSON(decoding: "1e-400") == 0)
  }

  // MARK: Values

  @Test func keysAndTextsAreToldApartByTheirBytes() throws {
    let json = try JSON(decoding: #"{"\u00e9":1,"e\u0301":2}"#)
    #expect(json.object?.count == 2)
    #expect(json["\u{E9}"] == 1)
    #expect(json["e\u{301}"] == 2)
    #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
  }

  @Test func membersAreFoundSetAndRemoved() {
    var seeded = Seeded(5)
    var json: JSON = [:]
    var model: [String: Int] = [:]
    for step in 0..<2_000 {
      let key = String(Int.random(in: 0..<60, using: &seeded))
      if Bool.random(using: &seeded) {
        json[key] = .int(step)
        model[key] = step
      } else {
        json[key] = nil
        model[key] = nil
      }
    }
    #expect(!model.isEmpty)
    #expect(json.object?.keys == model.keys.sorted())
    for key in (0..<60).map(String.init) { #expect(json[key]?.int == model[key]) }
  }

  @Test func literalsAndAccessors() throws {
    let name: String? = nil
    var json: JSON = [
      "text": "né", "whole": 3, "part": 2.5, "yes": true, "none": .null, "list": [1, "b", false], "missing": JSON(name),
      "many": JSON(["x", "y"]),
      "big": JSON(Int64(1) << 40), "text again": "\(3) of \(4)",
    ]
    #expect(json["text"]?.string == "né")
    #expect(json["whole"]?.int == 3)
    #expect(json["whole"]?.double == 3)
    #expect(json["part"]?.double == 2.5)
    #expect(json["part"]?.int == nil)
    #expect(json["yes"]?.bool == true)
    #expect(json["none"]?.isNull == true)
    #expect(json["missing"]?.isNull == true)
    #expect(json["absent"] == nil)
    #expect(json["list"]?[1]?.string == "b")
    #expect(json["list"]?[3] == nil)
    #expect(json["many"]?.array == ["x", "y"])
    #expect(json["text again"] == "3 of 4")
    #expect(try JSON(decoding: "2e0").int == 2)
    #expect(try JSON(decoding: "2e30").int == nil)
    json["added"] = ["deep": 1]
    #expect(json["added"]?["deep"] == 1)
    #expect(try JSON(decoding: json.encoded()) == json)
  }

  @Test func theLastOfEqualKeysInALiteralIsKept() {
    #expect(["b": 1, "a": 2, "b": 3, "a": 4, "b": 5] as JSON == ["a": 4, "b": 5])
  }

  @Test func numbersAreEqualByValue() {
    #expect(JSON.int(2) == .double(2))
    #expect(JSON.int(2).hashValue == JSON.double(2).hashValue)
    #expect(JSON.double(-0.0) == .int(0))
    #expect(JSON.double(-0.0).hashValue == JSON.int(0).hashValue)
    #expect(JSON.int(2) != .double(2.5))
    #expect(JSON.int(1) != true)
  }

  // MARK: Properties

  @Test func orderIsThatOfUTF16() {
    var seeded = Seeded(6)
    let scalars: [ClosedRange<UInt32>] = [0x20...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF]
    for _ in 0..<500 {
      let keys = (0..<8).map { _ in
        String(
          String.UnicodeScalarView(
            (0..<Int.random(in: 0...3, using: &seeded)).compactMap { _ in
              let range = scalars[Int.random(in: 0..<scalars.count, using: &seeded)]
              // Few different ones, so that common beginnings occur.
              return Unicode.Scalar(
                range.lowerBound + UInt32.random(in: 0...1, using: &seeded) * (range.upperBound - range.lowerBound))
            }))
      }
      let expected = keys.map { Array($0.utf16) }.sorted { $0.lexicographicallyPrecedes($1) }
      let object = JSON.Object(keys.map { (key: $0, value: .null) })
      let unique = expected.indices.filter { $0 == 0 || expected[$0] != expected[$0 - 1] }.map { expected[$0] }
      #expect(object.keys.map { Array($0.utf16) } == unique)
    }
  }

  @Test func everyFiniteNumberComesBack() throws {
    var seeded = Seeded(7)
    for _ in 0..<20_000 {
      let number = Double(bitPattern: seeded.next())
      guard number.isFinite else { continue }
      #expect(try JSON(decoding: JSON.double(number).encoded()).double == number)
    }
  }

  @Test func everyValueComesBackAndItsFormIsTheOnlyOne() throws {
    var seeded = Seeded(8)
    for _ in 0..<500 {
      let value = randomValue(deep: 4, &seeded)
      let bytes = try value.encoded()
      let read = try JSON(decoding: bytes)
      #expect(read == value)
      #expect(read.hashValue == value.hashValue)
      #expect(try read.encoded() == bytes)
    }
  }

  @Test func anyBytesAreReadOrRefusedAndNeverMore() {
    var seeded = Seeded(9)
    let signs = Array(#"{}[]",:\u0041 -1.5eE+truefalsnbé"#.utf8) + [0xFF, 0x00, 0xD8]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0...12, using: &seeded)).map { _ in signs[Int.random(in: 0..<signs.count, using: &seeded)] }
      guard let value = try? JSON(decoding: bytes), let again = try? value.encoded() else { continue }
      #expect((try? JSON(decoding: again)) == value)
    }
  }

  private func randomValue(deep: Int, _ seeded: inout Seeded) -> JSON {
    switch Int.random(in: 0..<(deep > 0 ? 8 : 6), using: &seeded) {
    case 0: return .null
    case 1: return .bool(.random(using: &seeded))
    case 2: return .int(.random(in: -JSON.greatestInteger...JSON.greatestInteger, using: &seeded))
    case 3: return .double(.random(in: -1e25...1e25, using: &seeded))
    case 4, 5: return .string(randomText(&seeded))
    case 6:
      var elements: [JSON] = []
      for _ in 0..<Int.random(in: 0...4, using: &seeded) { elements.append(randomValue(deep: deep - 1, &seeded)) }
      return .array(elements)
    default:
      var object = JSON.Object()
      for _ in 0..<Int.random(in: 0...4, using: &seeded) { object[randomText(&seeded)] = randomValue(deep: deep - 1, &seeded) }
      return .object(object)
    }
  }

  private func randomText(_ seeded: inout Seeded) -> String {
    let scalars = (0..<Int.random(in: 0...6, using: &seeded)).compactMap { _ in
      Unicode.Scalar(UInt32.random(in: 0...(Bool.random(using: &seeded) ? 0x7F : 0x10FFFF), using: &seeded))
    }
    return String(String.UnicodeScalarView(scalars))
  }
}

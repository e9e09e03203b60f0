import Testing

@testable import Kernel

@Suite struct CodeTests {
  static let symbols = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  @Test func hasTwoForms() throws {
    let code = Code(payload: 0)
    #expect(code.description == "N-0000-0000")
    #expect(code.canonical == "N00000000")
    #expect(Code(canonical: "N00000000") == code)
  }

  @Test func theCheckIsLuhnModulo32() throws {
    // 7K2QF4X has the values 7 19 2 23 15 4 29. From the right: 29·2 = 58 = 1·32 + 26, so 1 + 26 = 27; 4; 15·2 = 30; 23; 2·2 = 4;
    // 19; 7·2 = 14. The sum is 121 = 3·32 + 25, and 25 + 7 = 32.
    #expect(try Code(parsing: "N7K2QF4X7").canonical == "N7K2QF4X7")
    for check in Self.symbols where check != "7" {
      #expect(throws: Code.Mistake.mistyped) { try Code(parsing: "N7K2QF4X\(check)") }
    }
  }

  @Test(
    "Every way people write it",
    arguments: [
      "N-7K2Q-F4X7", "n-7k2q-f4x7", "N7K2QF4X7", "7K2QF4X7", "7k2q f4x7", " n 7K2Q F4X7 ", "N–7K2Q–F4X7",
      "N\u{2011}7K2Q\u{2011}F4X7",
      "N_7K2Q_F4X7", "\u{200F}N-7K2Q-F4X7\u{200E}", "N-٧K٢Q-F٤X٧", "Ｎ-７Ｋ２Ｑ-Ｆ４Ｘ７", "(N-7K2Q-F4X7).", "N\u{A0}7K2Q\u{A0}F4X7",
    ])
  func forgiving(typed: String) throws {
    #expect(try Code(parsing: typed).canonical == "N7K2QF4X7")
  }

  @Test func lettersThatLookLikeDigits() throws {
    let code = Code(payload: 0b00001_00000_00001_00000_00001_00000_00001)
    let text = code.description
    #expect(text.hasPrefix("N-1010-101"))
    #expect(try Code(parsing: text.replacing("1", with: "I").replacing("0", with: "O")) == code)
    #expect(try Code(parsing: text.replacing("1", with: "l").replacing("0", with: "o")) == code)
  }

  @Test(
    "What is no code at all",
    arguments: [
      "", "N", "N-7K2Q", "7K2QF4X", "M-7K2Q-F4X7", "N-7K2Q-F4X7-0", "N-7U2Q-F4X7", "N-7K2Q-F4X7 and more", "N-7K2Q.F4X7",
      "KITCHENS",
      "Nairobi", "كلمة السر",
    ])
  func notACode(typed: String) {
    #expect(throws: Code.Mistake.notACode) { try Code(parsing: typed) }
  }

  @Test func aVeryLongTextIsNoCode() {
    #expect(throws: Code.Mistake.notACode) { try Code(parsing: String(repeating: "-", count: 100_000) + "N7K2QF4X7") }
  }

  @Test func storedFormIsStrict() {
    #expect(Code(canonical: "N-7K2Q-F4X7") == nil)
    #expect(Code(canonical: "n7k2qf4x7") == nil)
    #expect(Code(canonical: "7K2QF4X7") == nil)
    #expect(Code(canonical: "N7K2QF4X8") == nil)
  }

  @Test func randomBytesDecideTheCode() {
    #expect(Code.random { [UInt8](repeating: 0, count: $0) }.description == "N-0000-0000")
    #expect(Code.random { [UInt8](repeating: 0xFF, count: $0) }.canonical.hasPrefix("NZZZZZZZ"))
    #expect(Set((0..<1000).map { _ in Code.random() }).count == 1000)
  }

  @Test func everyCodeComesBack() throws {
    var seeded = Seeded(2)
    for _ in 0..<2_000 {
      let code = Code.random { seeded.bytes($0) }
      #expect(try Code(parsing: code.description) == code)
      #expect(Code(canonical: code.canonical) == code)
      #expect(try Code(parsing: String(code.canonical.dropFirst())) == code)
    }
  }

  @Test func everySingleWrongSymbolIsFound() {
    var seeded = Seeded(3)
    for _ in 0..<50 {
      let right = Array(Code.random { seeded.bytes($0) }.canonical)
      for index in 1..<9 {
        for symbol in Self.symbols where symbol != right[index] {
          var wrong = right
          wrong[index] = symbol
          #expect(throws: Code.Mistake.mistyped) { try Code(parsing: String(wrong)) }
        }
      }
    }
  }

  @Test func exchangedNeighboursAreFoundButForZeroAndZ() {
    var seeded = Seeded(4)
    for _ in 0..<500 {
      let right = Array(Code.random { seeded.bytes($0) }.canonical)
      for index in 1..<8 where right[index] != right[index + 1] {
        var wrong = right
        wrong.swapAt(index, index + 1)
        let isBlindSpot = Set([right[index], right[index + 1]]) == ["0", "Z"]
        #expect((Code(canonical: String(wrong)) != nil) == isBlindSpot)
      }
    }
  }
}

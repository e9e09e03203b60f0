import Kernel
import Testing

@Suite struct ReceiptTests {
  let key = SecretKey([UInt8](repeating: 7, count: 32))

  @Test func isTheFirstEightyBitsOfTheHMAC() throws {
    let receipt = Receipt(key: key, subject: "need-1", generation: 12)
    let hmac = key.hmac(Array("need-1\u{0}12".utf8))
    #expect(receipt.text.replacing("-", with: "") == Base32Crockford.encode(Array(hmac.prefix(10))))
  }

  @Test func hasFourGroupsOfFour() {
    let groups = Receipt(key: key, subject: "need-1", generation: 0).text.split(separator: "-", omittingEmptySubsequences: false)
    #expect(groups.map(\.count) == [4, 4, 4, 4])
  }

  @Test func isReadHoweverItIsTyped() throws {
    let receipt = Receipt(key: key, subject: "need-1", generation: 0)
    let typed = [
      receipt.text, receipt.text.lowercased(), receipt.text.replacing("-", with: ""),
      " " + receipt.text.replacing("-", with: " ") + "\n",
      receipt.text.replacing("0", with: "O").replacing("1", with: "l"), receipt.text.replacing("-", with: "\u{2013}"),
    ]
    for text in typed { #expect(try Receipt(parsing: text) == receipt) }
  }

  @Test(arguments: ["", "7K2Q", "0000-0000-0000-000", "0000-0000-0000-00000", "0000-0000-0000-000U", "0000-0000-0000-000€"])
  func otherTextsAreNone(text: String) {
    #expect(throws: Receipt.NotAReceipt()) { try Receipt(parsing: text) }
  }

  @Test func differsByKeySubjectAndGeneration() {
    let receipts = [
      Receipt(key: key, subject: "need-1", generation: 0),
      Receipt(key: key, subject: "need-1", generation: 1),
      Receipt(key: key, subject: "need-2", generation: 0),
      Receipt(key: SecretKey([UInt8](repeating: 8, count: 32)), subject: "need-1", generation: 0),
    ]
    #expect(Set(receipts.map(\.text)).count == 4)
    for (index, receipt) in receipts.enumerated() {
      for (other, another) in receipts.enumerated() { #expect((receipt == another) == (index == other)) }
    }
  }

  @Test func everyWrongSymbolIsRefused() throws {
    let receipt = Receipt(key: key, subject: "need-1", generation: 0)
    let symbols = Array(receipt.text)
    for index in symbols.indices where symbols[index] != "-" {
      var wrong = symbols
      wrong[index] = wrong[index] == "7" ? "8" : "7"
      #expect(try Receipt(parsing: String(wrong)) != receipt)
    }
  }

  @Test func getsIntoNoLog() {
    let receipt = Receipt(key: key, subject: "need-1", generation: 0)
    var dumped = ""
    dump(receipt, to: &dumped)
    for text in ["\(receipt)", String(reflecting: receipt), dumped] {
      #expect(!text.contains(receipt.text))
      #expect(!text.contains("bytes"))
    }
  }

  @Test func aVerifierRecognizesItAndGivesNothingAway() throws {
    let ring = KeyRing.generate(at: 0)
    let receipt = ring.receipt(subject: "need-1", generation: 2)
    let verifiers = ring.receiptVerifiers(subject: "need-1", generation: 2)
    #expect(verifiers == [receipt.verifier(of: "need-1")])
    #expect(try Receipt(parsing: receipt.text.lowercased()).verifier(of: "need-1") == verifiers[0])
    #expect(receipt.verifier(of: "need-2") != verifiers[0])
  }
}

import Testing

@testable import Kernel

@Suite struct FormIDTests {
  let ring: KeyRing
  let now: Int64 = 1_763_880_000_000

  init() throws {
    ring = KeyRing.generate(at: 0)
  }

  @Test func comesBack() throws {
    let form = FormID(for: "visitor-1", at: now, keys: ring)
    #expect(form.text.utf8.count == 52)
    #expect(form.issued == now)
    let back = try FormID(checking: form.text, for: "visitor-1", at: now + 1000, keys: ring)
    #expect(back == form)
    #expect(back.key == form.key)
    #expect(back.issued == now)
  }

  @Test func theKeyIsTheRandomPart() {
    let form = FormID(for: "visitor-1", at: now, keys: ring) { [UInt8](repeating: 3, count: $0) }
    #expect(form.key == Base64URL.encode([UInt8](repeating: 3, count: 16)))
    #expect(Set((0..<100).map { _ in FormID(for: "visitor-1", at: now, keys: ring).key }).count == 100)
  }

  @Test func isBoundToVisitorAndNode() throws {
    let form = FormID(for: "visitor-1", at: now, keys: ring)
    #expect(throws: FormID.Fault.notYours) { try FormID(checking: form.text, for: "visitor-2", at: now, keys: ring) }
    #expect(throws: FormID.Fault.notYours) { try FormID(checking: form.text, for: "", at: now, keys: ring) }
    let other = KeyRing.generate(at: 0)
    #expect(throws: FormID.Fault.notYours) { try FormID(checking: form.text, for: "visitor-1", at: now, keys: other) }
  }

  @Test func holdsForThirtyDays() throws {
    let form = FormID(for: "visitor-1", at: now, keys: ring)
    let age = FormID.longestAge
    for moment in [now - age, now + age] {
      #expect(try FormID(checking: form.text, for: "visitor-1", at: moment, keys: ring) == form)
    }
    for moment in [now - age - 1, now + age + 1] {
      #expect(throws: FormID.Fault.expired) { try FormID(checking: form.text, for: "visitor-1", at: moment, keys: ring) }
    }
    #expect(throws: FormID.Fault.expired) {
      try FormID(checking: form.text, for: "visitor-1", at: now + 1001, keys: ring, longestAge: 1000)
    }
  }

  @Test func everyChangedSignIsNoticed() {
    let text = Array(FormID(for: "visitor-1", at: now, keys: ring).text)
    for index in text.indices {
      for sign in "AQgw7-_" where sign != text[index] {
        var changed = text
        changed[index] = sign
        #expect(throws: FormID.Fault.self) { try FormID(checking: String(changed), for: "visitor-1", at: now, keys: ring) }
      }
    }
  }

  @Test func otherTextsAreMalformed() {
    let text = FormID(for: "visitor-1", at: now, keys: ring).text
    for wrong in ["", String(text.dropLast()), text + "A", String(repeating: "=", count: 52), "B" + text.dropFirst()] {
      #expect(throws: FormID.Fault.malformed) { try FormID(checking: wrong, for: "visitor-1", at: now, keys: ring) }
    }
  }

  @Test func anOpenFormOutlivesAChangeOfKeys() throws {
    let form = FormID(for: "visitor-1", at: now, keys: ring)
    let later = ring.rotated(at: 1, random: Randomness.system.bytes)
    #expect(try FormID(checking: form.text, for: "visitor-1", at: now, keys: later) == form)
    let new = FormID(for: "visitor-1", at: now, keys: later)
    #expect(throws: FormID.Fault.notYours) { try FormID(checking: new.text, for: "visitor-1", at: now, keys: ring) }
  }
}

@Suite struct SignedTokenTests {
  let ring: KeyRing

  init() throws {
    ring = KeyRing.generate(at: 0)
  }

  @Test func comesBack() {
    let token = SignedToken(keys: ring)
    #expect(token.text.utf8.count == 43)
    #expect(token.id.utf8.count == 22)
    #expect(SignedToken(checking: token.text, keys: ring) == token)
    #expect(SignedToken(checking: token.text, keys: ring)?.id == token.id)
    #expect(SignedToken(keys: ring).id != token.id)
  }

  @Test func isOfThisNodeAndForOnePurpose() throws {
    let token = SignedToken(keys: ring)
    #expect(SignedToken(checking: token.text, keys: KeyRing.generate(at: 0)) == nil)
    #expect(SignedToken(checking: token.text, keys: ring, purpose: .session) == nil)
    let session = SignedToken(keys: ring, purpose: .session)
    #expect(SignedToken(checking: session.text, keys: ring, purpose: .session) == session)
    #expect(SignedToken(checking: session.text, keys: ring) == nil)
  }

  @Test func everyChangedSignIsNoticed() {
    let text = Array(SignedToken(keys: ring).text)
    for index in text.indices {
      for sign in "AQgw7-_" where sign != text[index] {
        var changed = text
        changed[index] = sign
        #expect(SignedToken(checking: String(changed), keys: ring) == nil)
      }
    }
    for wrong in ["", String(text.dropLast()), String(text) + "A"] { #expect(SignedToken(checking: wrong, keys: ring) == nil) }
  }

  @Test func aCookieOutlivesAChangeOfKeys() {
    let token = SignedToken(keys: ring)
    #expect(SignedToken(checking: token.text, keys: ring.rotated(at: 1, random: Randomness.system.bytes)) == token)
  }
}

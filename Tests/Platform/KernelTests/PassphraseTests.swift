import Foundation
import Testing

@testable import Kernel

@Suite struct PassphraseTests {
  @Test(
    arguments: [
      "green lorry sleeps", "tres gatos verdes", "القطة نائمة اليوم", "493820175634", "wrong ponies 7", "ten-chars!",
      "password of my goats",
      "Ñandú ñandú ñu", "長い合言葉はここに有り",
    ])
  func canBeChosen(text: String) throws {
    _ = try Passphrase(choosing: text, accountName: "ana@example.org")
  }

  @Test(
    "The first that anybody would try",
    arguments: [
      "password123", "Password2024!", "passwordpassword", "PASS WORD 1234", "1234567890", "0987654321", "12345678901234",
      "abcdefghijkl",
      "zyxwvutsrq", "aaaaaaaaaa", "abcabcabcabc", "1212121212", "!!!!!!qwerty", "qwertyuiop", "1q2w3e4r5t", "iloveyou22",
      "Te amo 2024",
      "Mot de passe 1", "contraseña1", "Contraseña", "كلمة السر 12", "jesus is lord", "correct horse battery staple",
      "....................",
      "ｐａｓｓｗｏｒｄ１２３",
    ])
  func isTooCommon(text: String) {
    #expect(throws: Passphrase.Fault.tooCommon) { try Passphrase(choosing: text, accountName: nil) }
  }

  @Test func lengthIsThatOfScalarsAfterNormalizing() throws {
    #expect(throws: Passphrase.Fault.tooShort) { try Passphrase(choosing: "", accountName: nil) }
    #expect(throws: Passphrase.Fault.tooShort) { try Passphrase(choosing: "kl7 drxva", accountName: nil) }
    _ = try Passphrase(choosing: "kl7 drxvaz", accountName: nil)
    // Ten as typed, nine when e and its accent have become one.
    #expect(throws: Passphrase.Fault.tooShort) { try Passphrase(choosing: "kl7 drxve\u{301}", accountName: nil) }
    let long = String((0..<20).map { _ in "kl7 drxvaz" }.joined())
    #expect(throws: Passphrase.Fault.tooLong) { try Passphrase(choosing: long + "q", accountName: nil) }
    #expect(long.unicodeScalars.count == 200)
    _ = try Passphrase(choosing: long, accountName: nil)
    #expect(throws: Passphrase.Fault.tooLong) {
      try Passphrase(choosing: String(repeating: "kl7 drxvaz", count: 100_000), accountName: nil)
    }
    #expect(throws: Passphrase.Fault.notText) { try Passphrase(choosing: "kl7 drxv\u{0}az", accountName: nil) }
  }

  @Test func isNotTheAccountName() {
    for text in ["amina.otieno@example.org", "Amina.Otieno@example.org", " amina.otieno @example.org"] {
      #expect(throws: Passphrase.Fault.sameAsAccountName) {
        try Passphrase(choosing: text, accountName: "amina.otieno@example.org")
      }
    }
  }

  @Test func everyKeyboardGivesTheSame() throws {
    let forms = ["Ñandú ñandú ñu", "N\u{303}andu\u{301} n\u{303}andu\u{301} n\u{303}u", "Ñａｎｄú ñandú ñu"]
    let bytes = try forms.map { try Passphrase(choosing: $0, accountName: nil).bytes }
    #expect(Set(bytes).count == 1)
    for form in forms { #expect(Passphrase(trying: form).bytes == bytes[0]) }
  }

  @Test func printingShowsNothing() {
    var dumped = "\(Passphrase(trying: "green lorry"))"
    dump(Passphrase(trying: "green lorry"), to: &dumped)
    #expect(!dumped.contains("bytes"))
    #expect(dumped.hasPrefix("Passphrase(…)"))
  }
}

@Suite struct PassphraseHasherTests {
  /// As cheap as libargon2 allows.
  static let cheap = PassphraseHasher.Cost(memory: 64, passes: 1, lanes: 1)
  let hasher = PassphraseHasher(cost: cheap)
  let right = Passphrase(trying: "green lorry sleeps")
  let wrong = Passphrase(trying: "green lorry wakes")

  @Test func knowsTheReferenceImplementationsValue() async throws {
    // test.c of https://github.com/P-H-C/phc-winner-argon2: version 0x13, t=2, m=256, p=1.
    let known = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
    #expect(try await hasher.verify(Passphrase(trying: "password"), against: known))
    #expect(try await !hasher.verify(Passphrase(trying: "Password"), against: known))
  }

  @Test func theStandardCostIsInTheHash() async throws {
    let hasher = PassphraseHasher()
    let hash = try await hasher.hash(right) { [UInt8](repeating: 0, count: $0) }
    #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"))
    #expect(!hasher.needsRehash(hash))
    #expect(try await hasher.verify(right, against: hash))
  }

  @Test func theRightOneFitsAndOthersDoNot() async throws {
    let hash = try await hasher.hash(right)
    #expect(try await hasher.verify(right, against: hash))
    #expect(try await !hasher.verify(wrong, against: hash))
    #expect(try await !hasher.verify(Passphrase(trying: ""), against: hash))
    #expect(try await !hasher.verify(Passphrase(trying: String(repeating: "x", count: 1_000_000)), against: hash))
    #expect(try await hasher.hash(right) != hash)
  }

  @Test func noAccountFitsNothing() async throws {
    #expect(try await !hasher.verify(right, against: nil))
    #expect(try await !hasher.verify(Passphrase(trying: ""), against: nil))
  }

  /// The same costs and the same lengths are the same work; `noAccountFitsNothing` sees libargon2 do it rather than refuse the
  /// text.
  @Test func noAccountMakesAsMuchWork() async throws {
    let hasher = PassphraseHasher()
    let hash = try await hasher.hash(right)
    let endless = Passphrase(trying: String(repeating: "x", count: 1_000_000))
    for (passphrase, stored) in [(right, nil), (endless, nil), (endless, hash)] {
      let attempt = hasher.attempt(of: passphrase, against: stored)
      #expect(!attempt.mayMatch)
      #expect(PassphraseHasher.cost(of: attempt.encoded) == .standard)
      #expect(attempt.encoded.split(separator: "$").map(\.count) == hash.split(separator: "$").map(\.count))
    }
    #expect(hasher.attempt(of: right, against: hash).encoded == hash)
  }

  @Test func otherCostsCallForANewHash() async throws {
    let hash = try await hasher.hash(right)
    #expect(!hasher.needsRehash(hash))
    #expect(PassphraseHasher().needsRehash(hash))
    #expect(PassphraseHasher(cost: .init(memory: 64, passes: 2, lanes: 1)).needsRehash(hash))
    #expect(hasher.needsRehash("$2b$12$abcdefghijklmnopqrstuv"))
    // A hash of other costs is checked with its own.
    #expect(try await PassphraseHasher().verify(right, against: hash))
  }

  @Test(
    arguments: [
      "", "plain", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8",
      "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$AAAA", "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$AAAA",
      "$argon2id$v=19$m=256,t=1000,p=1$c29tZXNhbHQ$AAAA", "$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$AAAA",
    ])
  func otherHashesAreRefused(stored: String) async {
    await #expect(throws: PassphraseHasher.Failure.unknownHash) { try await hasher.verify(right, against: stored) }
  }

  @Test func aDamagedHashIsAnErrorAndNoMatch() async {
    await #expect(throws: PassphraseHasher.Failure.self) {
      try await hasher.verify(right, against: "$argon2id$v=19$m=64,t=1,p=1$!!!!$????")
    }
  }
}

@Suite struct OwnThreadsTests {
  struct Full: Error {}

  /// Work that does not end before it is told to.
  final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func pass() { semaphore.wait() }
    func open(for count: Int) { for _ in 0..<count { semaphore.signal() } }
  }

  @Sendable func cancelledWorkWasDone() { Issue.record("work was done whose task was cancelled") }

  func until(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(1)) }
  }

  @Test(.timeLimit(.minutes(1))) func noMoreThanTheBoundMayWait() async throws {
    let threads = OwnThreads(count: 2, mostWaiting: 3, full: Full(), name: "test")
    let gate = Gate()
    let accepted = (0..<5).map { number in
      Task {
        try await threads.run {
          gate.pass()
          return number
        }
      }
    }
    try await until { threads.load == 5 }
    await #expect(throws: Full.self) { _ = try await threads.run { 99 } }
    gate.open(for: 5)
    for (number, task) in accepted.enumerated() { #expect(try await task.value == number) }
    #expect(threads.load == 0)
    #expect(try await threads.run { 99 } == 99)
  }

  @Test(.timeLimit(.minutes(1))) func whoStopsWaitingLeavesTheQueue() async throws {
    let threads = OwnThreads(count: 1, mostWaiting: 1, full: Full(), name: "test")
    let gate = Gate()
    let running = Task { try await threads.run { gate.pass() } }
    try await until { threads.load == 1 }
    let waiting = Task { try await threads.run { cancelledWorkWasDone() } }
    try await until { threads.load == 2 }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(threads.load == 1)
    gate.open(for: 1)
    try await running.value
  }

  @Test(.timeLimit(.minutes(1))) func whoWasCancelledBeforeDoesNotWaitAtAll() async throws {
    let threads = OwnThreads(count: 1, mostWaiting: 8, full: Full(), name: "test")
    let gate = Gate()
    let running = Task { try await threads.run { gate.pass() } }
    try await until { threads.load == 1 }
    let late = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await threads.run { cancelledWorkWasDone() }
    }
    await #expect(throws: CancellationError.self) { try await late.value }
    gate.open(for: 1)
    try await running.value
  }

  @Test(.timeLimit(.minutes(1))) func errorsOfTheWorkComeBack() async throws {
    let threads = OwnThreads(count: 1, mostWaiting: 1, full: Full(), name: "test")
    await #expect(throws: CipherError.notText) { _ = try await threads.run { () throws -> Int in throw CipherError.notText } }
    #expect(threads.load == 0)
  }

  @Test(.timeLimit(.minutes(1))) func runsAsManyAtATimeAsThereAreThreads() async throws {
    let threads = OwnThreads(count: 2, mostWaiting: 100, full: Full(), name: "test")
    let lock = NSLock()
    nonisolated(unsafe) var now = 0
    nonisolated(unsafe) var most = 0
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<60 {
        group.addTask {
          try await threads.run {
            lock.withLock {
              now += 1
              most = max(most, now)
            }
            usleep(200)
            lock.withLock { now -= 1 }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(lock.withLock { most } == 2)
  }

  @Test(.timeLimit(.minutes(1))) func itsThreadsEndWithIt() async throws {
    weak var queue: WorkQueue?
    do {
      let threads = OwnThreads(count: 2, mostWaiting: 1, full: Full(), name: "test")
      queue = threads.queue
      let answer = try await threads.run { 42 }
      #expect(answer == 42)
      #expect(queue != nil)
    }
    try await until { queue == nil }
  }
}

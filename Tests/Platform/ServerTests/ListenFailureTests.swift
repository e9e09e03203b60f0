import Foundation
import Testing

@testable import Server

@Suite struct ListenFailureTests {
  @Test func saysWhyItCannotListen() {
    let taken = ListenFailure.sentence(errno: EADDRINUSE, host: "127.0.0.1", port: 8080)
    #expect(taken == "Port 8080 on 127.0.0.1 is in use by another program; choose another with --port.")
    #expect(ListenFailure.sentence(errno: EACCES, host: "127.0.0.1", port: 80)?.contains("1024") == true)
    #expect(ListenFailure.sentence(CancellationError(), host: "127.0.0.1", port: 80) == nil)
  }
}

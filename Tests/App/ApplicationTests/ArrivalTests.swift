import People
import Testing

/// What becomes of a record that arrives.
@Suite struct ArrivalTests {
  @Test func ofARecord() {
    let (here, sender, third) = ("here", "sender", "third")
    func arrival(_ local: (String, Int)?, _ arriving: (String, Int), taken: Int? = nil) -> Arrival {
      Arrival.of(
        local: local.map { Arrival.Place(home: $0.0, version: $0.1) },
        arriving: Arrival.Place(home: arriving.0, version: arriving.1),
        from: sender, here: here, taken: taken)
    }
    #expect(arrival(nil, (here, 3)) == .new)
    #expect(arrival(nil, (third, 3)) == .new, "an organization that is only spoken of")
    #expect(arrival((here, 3), (here, 3), taken: 3) == .known, "the same file again")
    #expect(arrival((here, 5), (here, 3), taken: 3) == .known, "it was changed here since")
    #expect(
      arrival((here, 3), (here, 4), taken: 3) == .changed, "the sender went on from a backup, and nobody has touched it here")
    #expect(arrival((here, 4), (here, 5), taken: 3) == .conflict, "both went on")
    #expect(arrival((here, 3), (here, 9)) == .conflict, "it never came from there")
    #expect(arrival((sender, 3), (here, 3)) == .changed, "it comes back as it went")
    #expect(arrival((sender, 3), (here, 7)) == .changed, "it comes back")
    #expect(arrival((sender, 3), (here, 2)) == .known, "an old file, from before we handed it back")
    #expect(arrival((third, 3), (here, 9)) == .conflict, "we had handed it to somebody else")
    #expect(arrival((here, 3), (third, 9), taken: 3) == .known, "an organization that is only spoken of")
  }
}

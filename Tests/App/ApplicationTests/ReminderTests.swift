import App
import Database
import Journal
import Kernel
import TestKit
import Testing
import Volunteers

/// One reminder for each time that it is somebody's turn.
@Suite struct ReminderTests {
  /// However often they write, an offer has one deadline for its answer, and one reminder before it.
  @Test(arguments: TestDatabase.engines) func aGroupIsRemindedOnceOfAnOffer(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      try await neighbourhood.pass(.days(5))
      for writer in ["Vera", "Fatima", "Vera"] {
        try await neighbourhood.act(writer) { act in _ = try WritePost(offer, words: "Hello.", language: "en")(in: act) }
        try await neighbourhood.pass(.hours(1))
      }
      #expect(try await reminders("group", neighbourhood) == 1)
      try await neighbourhood.pass(.days(2))
      #expect(try await neighbourhood.find(offer).ending == .unanswered)
    }
  }

  @Test(arguments: TestDatabase.engines) func whoeverHasToSpeakNextIsReminded(engine: Engine) async throws {
    try await Neighbourhood.with(engine) { neighbourhood in
      try await neighbourhood.join("Vera")
      let offer = try await neighbourhood.offer("Vera")
      try await neighbourhood.act("Fatima") { act in try AcceptOffer(offer, seeksMore: false)(in: act) }
      try await neighbourhood.pass(.days(8))
      #expect(try await reminders("Vera", neighbourhood) == 1)
      try await neighbourhood.act("Vera") { act in _ = try WritePost(offer, words: "Hello.", language: "en")(in: act) }
      try await neighbourhood.pass(.days(8))
      #expect(try await reminders("Vera", neighbourhood) == 1)
      #expect(try await reminders("group", neighbourhood) == 1)
      try await neighbourhood.pass(.days(7))
      #expect(try await neighbourhood.find(offer).ending == .silence)
    }
  }

  private func reminders(_ recipient: String, _ neighbourhood: Neighbourhood) async throws -> Int {
    try await neighbourhood.told(recipient).filter { $0.contains(" reminded ") }.count
  }
}

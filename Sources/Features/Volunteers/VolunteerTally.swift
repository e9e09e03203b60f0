public import Database
public import Journal
import Kernel
import Synchronization

/// How many people can be asked for each skill: all that anybody learns of them before they offer.
public final class VolunteerTally: JournalIndex {
  public let name = "volunteers"
  public let features: Set<String> = ["volunteers", "people"]

  private struct State {
    var skills: [String: [String]] = [:]
    var counts: [String: Int] = [:]

    mutating func set(_ person: String, _ now: [String]?) {
      for skill in skills[person] ?? [] { counts[skill, default: 0] -= 1 }
      skills[person] = now
      for skill in now ?? [] { counts[skill, default: 0] += 1 }
    }
  }

  private let state = Mutex(State())
  /// Fewer would say something of single people.
  private static let fewest = 5

  public init() {}

  public func rebuild(_ connection: any SQLConnection) throws {
    var fresh = State()
    try VolunteerStore(connection).forEach { volunteer, _ in fresh.set(volunteer.person.rawValue, Self.skills(volunteer)) }
    let built = fresh
    state.withLock { $0 = built }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let store = VolunteerStore(connection)
    let now = try subjects.map { ($0, try store.find(ID($0)).map(Self.skills)) }
    state.withLock { state in for (person, skills) in now { state.set(person, skills) } }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let fresh = VolunteerTally()
    try fresh.rebuild(connection)
    let (ours, theirs) = (
      state.withLock(\.skills).filter { !$0.value.isEmpty }, fresh.state.withLock(\.skills).filter { !$0.value.isEmpty }
    )
    return ours == theirs ? [] : ["the skills of \(ours.count) volunteers are counted, of \(theirs.count) in the database"]
  }

  /// How many can be asked for each of some skills, in fives; without those for which there are only a few.
  public func counts(of skills: [String]) -> [(skill: String, atLeast: Int)] {
    let counts = state.withLock(\.counts)
    return skills.compactMap { skill in
      let count = counts[skill] ?? 0
      return count >= Self.fewest ? (skill, count / 5 * 5) : nil
    }
  }

  private static func skills(_ volunteer: Volunteer) -> [String] {
    volunteer.isPaused || volunteer.ageBand == .under18 ? [] : volunteer.skills.map(\.concept)
  }
}

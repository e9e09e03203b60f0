import Database
import Foundation
public import Journal
import Kernel
import Localization
import People
public import Vocabulary

/// Somebody says, or says anew, what they can do and when: so they become a volunteer.
public struct KeepProfile: Sendable {
  /// Everything as it was typed or sent.
  public struct Statement: Sendable, Equatable {
    /// Concepts; those after them say how well, by concept: `["skill.x": "2"]`; 2 where nothing is said.
    public var skills: [String]
    public var levels: [String: String]
    public var wantsToLearn: [String]
    public var languages: [String]
    public var hoursAWeek: String
    /// Empty for UTC.
    public var timeZone: String
    public var worksRemotely: Bool
    /// Empty for nowhere.
    public var country: String
    public var subdivision: String
    public var ageBand: String

    public init(
      skills: [String], levels: [String: String] = [:], wantsToLearn: [String] = [], languages: [String], hoursAWeek: String,
      timeZone: String = "", worksRemotely: Bool = true, country: String = "", subdivision: String = "", ageBand: String
    ) {
      self.skills = skills
      self.levels = levels
      self.wantsToLearn = wantsToLearn
      self.languages = languages
      self.hoursAWeek = hoursAWeek
      self.timeZone = timeZone
      self.worksRemotely = worksRemotely
      self.country = country
      self.subdivision = subdivision
      self.ageBand = ageBand
    }
  }

  let statement: Statement
  /// Of the profile that was read; nil for whoever had none.
  let version: Int?
  let vocabulary: Vocabulary

  public init(_ statement: Statement, version: Int?, vocabulary: Vocabulary) {
    self.statement = statement
    self.version = version
    self.vocabulary = vocabulary
  }

  /// - Throws: `DomainError.signInNeeded` to whoever has no account; `DomainError.invalid`; `DomainError.conflict` where it was
  ///   changed on another device meanwhile.
  public func callAsFunction(in act: Act) throws -> Volunteer {
    guard let id = act.actor.personID else { throw DomainError.signInNeeded }
    let store = VolunteerStore(act.connection)
    let known = try store.find(ID(id))
    var volunteer = try checked(ID(id), at: act.now)
    guard let known else {
      try store.insert(volunteer)
      try act.record(Event("volunteers", "joined", subject: id))
      return volunteer
    }
    guard version == nil || version == known.version else { throw Self.changedMeanwhile }
    volunteer.version = known.version
    volunteer.isPaused = known.isPaused
    guard try store.update(volunteer) else { throw Self.changedMeanwhile }
    volunteer.version += 1
    try act.record(Event("volunteers", "profileChanged", subject: id))
    return volunteer
  }

  private func checked(_ person: ID<Person>, at now: Timestamp) throws -> Volunteer {
    var check = FieldCheck()
    let skills = Set(statement.skills)
    if skills.isEmpty || skills.count > Volunteer.mostSkills
      || skills.contains(where: { vocabulary.entry($0)?.kind != .skill })
    {
      check.complain("skills", Message("Please choose between 1 and 30 skills from the list."))
    }
    let learning = Set(statement.wantsToLearn)
    if learning.count > Volunteer.mostSkills || learning.contains(where: { vocabulary.entry($0)?.kind != .skill }) {
      check.complain("wantsToLearn", Message("Please choose up to 30 skills from the list."))
    }
    let languages = statement.languages.map { Language($0) }
    if languages.isEmpty || languages.count > Volunteer.mostLanguages || languages.contains(where: { $0?.isAssigned != true }) {
      check.complain("languages", Message("Please choose between 1 and 20 languages."))
    }
    let hours = Int(statement.hoursAWeek)
    if !(hours.map(Volunteer.hours.contains) ?? false) {
      check.complain("hoursAWeek", Message("This is a whole number from 1 to 60."))
    }
    let zone = statement.timeZone.isEmpty ? "UTC" : statement.timeZone
    if TimeZone(identifier: zone) == nil { check.complain("timeZone", Message("Please choose a time zone from the list.")) }
    var country: String?
    var subdivision: String?
    if !statement.country.isEmpty {
      country = try check.take { try Country.checked(statement.country, field: "country") }
      subdivision =
        try check.take {
          try Country.checkedSubdivision(statement.subdivision, of: country ?? "", field: "subdivision")
        } ?? nil
    }
    if !statement.worksRemotely, country == nil {
      check.complain("country", Message("Please say where you can go, or that you help from afar."))
    }
    let ageBand = check.choice("ageBand", statement.ageBand, among: Volunteer.AgeBand.allCases)
    try check.finish()
    return Volunteer(
      person: person,
      skills: statement.skills.reduce(into: []) { list, concept in
        guard !list.contains(where: { $0.concept == concept }) else { return }
        list.append(
          Volunteer.Skill(concept, statement.levels[concept].flatMap { Int($0) }.flatMap(Volunteer.Level.init) ?? .practised))
      },
      wantsToLearn: learning.sorted(),
      languages: languages.compactMap { $0?.tag }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } },
      hoursAWeek: hours ?? 1, timeZone: zone, worksRemotely: statement.worksRemotely, country: country, subdivision: subdivision,
      ageBand: ageBand ?? .under18, isPaused: false, version: 1, createdAt: now)
  }

  private static let changedMeanwhile = DomainError.conflict(Message("Your profile was changed on another device meanwhile."))
}

/// A volunteer rests, or comes back.
struct PauseProfile: Sendable {
  let isPaused: Bool

  func callAsFunction(in act: Act) throws {
    guard let id = act.actor.personID, var known = try VolunteerStore(act.connection).find(ID(id)) else {
      throw DomainError.notFound
    }
    guard known.isPaused != isPaused else { return }
    known.isPaused = isPaused
    guard try VolunteerStore(act.connection).update(known) else { throw DomainError.notFound }
    try act.record(Event("volunteers", isPaused ? "paused" : "cameBack", subject: id))
  }
}

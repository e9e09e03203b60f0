public import Database
public import Kernel
public import People

/// The SQL about volunteers' profiles.
public struct VolunteerStore {
  private let connection: any SQLConnection

  public init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  public func find(_ person: ID<Person>) throws -> Volunteer? {
    try connection.first("SELECT * FROM volunteers WHERE person = \(person)").map(Volunteer.init)
  }

  func insert(_ volunteer: Volunteer) throws {
    try connection.execute(
      """
      INSERT INTO volunteers (person, skills, learning, languages, hours, time_zone, is_remote, country, subdivision, age_band,
        is_paused, version, created_at)
      VALUES (\(volunteer.person), \(Self.text(volunteer.skills)), \(volunteer.wantsToLearn.joined(separator: " ")),
        \(volunteer.languages.joined(separator: " ")), \(volunteer.hoursAWeek), \(volunteer.timeZone), \(volunteer.worksRemotely),
        \(volunteer.country), \(volunteer.subdivision), \(volunteer.ageBand), \(volunteer.isPaused), \(volunteer.version),
        \(volunteer.createdAt))
      """)
  }

  /// - Returns: false when it is no longer at `volunteer.version`, and nothing was written.
  func update(_ volunteer: Volunteer) throws -> Bool {
    try connection.execute(
      """
      UPDATE volunteers SET skills = \(Self.text(volunteer.skills)), learning = \(volunteer.wantsToLearn.joined(separator: " ")),
        languages = \(volunteer.languages.joined(separator: " ")), hours = \(volunteer.hoursAWeek),
        time_zone = \(volunteer.timeZone), is_remote = \(volunteer.worksRemotely), country = \(volunteer.country),
        subdivision = \(volunteer.subdivision), age_band = \(volunteer.ageBand), is_paused = \(volunteer.isPaused),
        version = version + 1
      WHERE person = \(volunteer.person) AND version = \(volunteer.version)
      """) == 1
  }

  func delete(_ person: ID<Person>) throws {
    try connection.execute("DELETE FROM volunteers WHERE person = \(person)")
  }

  /// Everybody's profile with their name, for the operator, a batch at a time.
  public func forEach(_ body: (Volunteer, _ name: String) throws -> Void) throws {
    try connection.forEachRow { last, limit in
      """
      SELECT v.person, v.*, p.name FROM volunteers v JOIN people p ON p.id = v.person
      WHERE v.person > \(last) ORDER BY v.person LIMIT \(limit)
      """
    } _: { row in
      try body(Volunteer(row), row["name"])
    }
  }

  /// The languages and the time zone of those of these people who help.
  public func languagesAndZones(
    of people: some Collection<ID<Person>>
  ) throws -> [ID<Person>: (languages: [String], timeZone: String)] {
    let rows = try connection.query("SELECT * FROM volunteers WHERE person IN \(list: Array(people))").map(Volunteer.init)
    return Dictionary(uniqueKeysWithValues: rows.map { ($0.person, ($0.languages, $0.timeZone)) })
  }

  /// How many people can be asked for each skill.
  public func countsBySkill() throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for row in try connection.query("SELECT skills FROM volunteers WHERE is_paused = 0") {
      for skill in Self.skills(try row[0]) { counts[skill.concept, default: 0] += 1 }
    }
    return counts
  }

  private static func text(_ skills: [Volunteer.Skill]) -> String {
    skills.map { "\($0.concept):\($0.level.rawValue)" }.joined(separator: " ")
  }

  fileprivate static func skills(_ text: String) -> [Volunteer.Skill] {
    text.split(separator: " ").compactMap { word in
      let parts = word.split(separator: ":")
      guard parts.count == 2, let level = Int(parts[1]).flatMap(Volunteer.Level.init) else { return nil }
      return Volunteer.Skill(String(parts[0]), level)
    }
  }
}

extension Volunteer {
  init(_ row: SQLRow) throws {
    person = try row["person"]
    skills = VolunteerStore.skills(try row["skills"])
    wantsToLearn = try (row["learning"] as String).split(separator: " ").map(String.init)
    languages = try (row["languages"] as String).split(separator: " ").map(String.init)
    hoursAWeek = try row["hours"]
    timeZone = try row["time_zone"]
    worksRemotely = try row["is_remote"]
    country = try row["country"]
    subdivision = try row["subdivision"]
    ageBand = try row["age_band"]
    isPaused = try row["is_paused"]
    version = try row["version"]
    createdAt = try row["created_at"]
  }
}

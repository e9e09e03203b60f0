import Foundation
public import Kernel
import Localization
public import Needs

/// How well a need fits a volunteer, and why. Pure.
public struct NeedFit: Sendable, Equatable {
  public let need: OpenNeed
  /// 0…1.
  public let score: Double
  /// Skills that it asks for and the volunteer has, the rarest first.
  public let skills: [String]
  /// Skills that it asks for and the volunteer would like to learn.
  public let learning: [String]
  /// What speaks against it: it is said, and keeps nobody from offering.
  public let warnings: [Warning]

  public enum Warning: Sendable, Equatable, CaseIterable {
    /// It asks for skills, and the volunteer named none of them.
    case skills
    /// Its group speaks none of the volunteer's languages.
    case language
    /// It is more work than a month of the volunteer's hours.
    case hours
    /// Somebody has to come, and the volunteer is elsewhere or helps from afar only.
    case place
    /// The day until which it is of use is over.
    case late
  }
}

/// Finds the needs that fit a volunteer, best first. The ranking of people for needs and of needs for people is the same.
public struct NeedRanking: Sendable {
  /// Needs to rank for a volunteer.
  public let rank: @Sendable (Volunteer, [OpenNeed], Timestamp) -> [NeedFit]

  public init(rank: @escaping @Sendable (Volunteer, [OpenNeed], Timestamp) -> [NeedFit]) {
    self.rank = rank
  }

  /// A weighted sum: 0.70 of the skills asked for that the volunteer has, the rare ones counting more (a skill's weight is
  /// ln(1 + N ⁄ (1 + df)) over the needs, a level counts 0.6, 0.8 or 1), 0.10 each for nearness, for how new it is (e^(−days ⁄ 30))
  /// and for the hours it takes. Equal ones: the older first, so that nobody waits for ever.
  public static let weighted = NeedRanking { volunteer, needs, now in
    var frequencies: [String: Int] = [:]
    for need in needs { for skill in need.skills { frequencies[skill, default: 0] += 1 } }
    func weight(_ skill: String) -> Double { log(1 + Double(needs.count) / Double(1 + (frequencies[skill] ?? 0))) }
    let levels = Dictionary(volunteer.skills.map { ($0.concept, $0.level) }, uniquingKeysWith: { first, _ in first })
    let learning = Set(volunteer.wantsToLearn)
    let languages = Set(volunteer.languages.map(primary))
    let fits = needs.map { need in
      let all = need.skills.reduce(0) { $0 + weight($1) }
      let had = need.skills.reduce(0) { $0 + weight($1) * (levels[$1].map(share) ?? (learning.contains($1) ? 0.3 : 0)) }
      let isNear = volunteer.country == need.country
      let days = need.openedAt.map { Double(now.milliseconds - $0.milliseconds) / 86_400_000 } ?? 365
      let hours = need.effort.map { Self.hours[$0] ?? 1 } ?? 8
      let fitsHours = hours <= volunteer.hoursAWeek * 4
      var warnings: [NeedFit.Warning] = []
      if !need.skills.isEmpty, had == 0 { warnings.append(.skills) }
      if !languages.contains(primary(need.language)), !languages.contains(primary(need.summaryLanguage)) {
        warnings.append(.language)
      }
      if !fitsHours { warnings.append(.hours) }
      if need.isOnSite, !isNear { warnings.append(.place) }
      if let end = need.neededBy, end < now { warnings.append(.late) }
      let score =
        0.7 * (all > 0 ? had / all : 0) + 0.1 * (isNear ? 1 : need.isOnSite ? 0 : 0.5) + 0.1 * exp(-max(days, 0) / 30)
        + 0.1 * (fitsHours ? 1 : 0)
      return NeedFit(
        need: need, score: score,
        skills: need.skills.filter { levels[$0] != nil }.sorted { (weight($1), $0) < (weight($0), $1) },
        learning: need.skills.filter { levels[$0] == nil && learning.contains($0) }, warnings: warnings)
    }
    // What the volunteer cannot do where it is, when it is over or in its languages comes after everything else.
    func hinders(_ fit: NeedFit) -> Int {
      fit.warnings.contains { $0 == .language || $0 == .place || $0 == .late } ? 1 : 0
    }
    return fits.sorted { a, b in
      if hinders(a) != hinders(b) { return hinders(a) < hinders(b) }
      if a.score != b.score { return a.score > b.score }
      return (a.need.openedAt?.milliseconds ?? 0, a.need.id) < (b.need.openedAt?.milliseconds ?? 0, b.need.id)
    }
  }

  private static let hours: [Need.Effort: Int] = [.hour: 1, .day: 8, .week: 40, .month: 160]

  private static func share(_ level: Volunteer.Level) -> Double {
    switch level {
    case .beginner: 0.6
    case .practised: 0.8
    case .expert: 1
    }
  }

  private static func primary(_ tag: String) -> String { String(tag.prefix { $0 != "-" }).lowercased() }
}

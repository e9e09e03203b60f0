public import Database
public import Kernel
public import Needs

/// The ranked, explained answer to a need, kept as it was given.
public struct Prescription: Sendable, Equatable {
  public let need: ID<Need>
  public var items: [Item]

  /// One thing that was prescribed.
  public struct Item: Sendable, Equatable {
    public let id: ID<Item>
    public let shelf: String
    /// The id of the thing on its shelf.
    public let item: String
    /// From 1, best first.
    public var rank: Int
    public var score: Double
    public var reason: Reason
    public var standing: Standing
    /// What the organization said of it; nil until it did.
    public var helped: Bool?
  }

  /// What a facilitator made of an item.
  public enum Standing: String, Sendable, SQLCodable {
    case computed, pinned, added, hidden
  }

  /// How many things of one shelf are prescribed: more would not be read.
  public static let longest = 10

  /// What is shown to the organization: pinned and added first, hidden not at all.
  public var shown: [Item] {
    items.filter { $0.standing != .hidden }
      .sorted { ($0.standing == .computed ? 1 : 0, $0.rank) < ($1.standing == .computed ? 1 : 0, $1.rank) }
  }
}

/// Who may do what with a prescription.
public enum PrescriptionPolicy {
  /// The organization and its facilitators read it. It quotes the words, so strangers do not.
  public static func maySee(_ actor: Actor, of need: Need) -> Bool {
    NeedPolicy.view(actor, of: need) >= .own
  }

  /// Facilitators pin, hide and add.
  public static func mayCurate(_ actor: Actor, of need: Need) -> Bool {
    NeedPolicy.mayTriage(actor, need)
  }

  /// The organization, and the facilitator who carries its answer, say what helped.
  public static func mayJudge(_ actor: Actor, of need: Need) -> Bool {
    NeedPolicy.view(actor, of: need) >= .own
  }
}

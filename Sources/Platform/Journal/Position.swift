public import Kernel

/// The place of an entry in the journal's order.
///
/// Positions are dense over the whole journal: the entry after 900 is 901, also when a new epoch begins between them. An epoch
/// begins when the database was restored or a replica promoted; then entries known to readers may be lost, and positions be given
/// again.
public struct Position: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let epoch: Int64
  /// From 1.
  public let position: Int64

  public init(epoch: Int64, position: Int64) {
    self.epoch = epoch
    self.position = position
  }

  /// Before the first entry.
  public static let start = Position(epoch: 0, position: 0)

  public static func < (a: Self, b: Self) -> Bool { (a.epoch, a.position) < (b.epoch, b.position) }

  /// As in `1/900`: the epoch and the position.
  public var description: String { "\(epoch)/\(position)" }

  public var json: JSON { ["epoch": JSON(epoch), "position": JSON(position)] }
}

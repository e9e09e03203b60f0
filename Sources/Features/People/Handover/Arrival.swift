/// What becomes of a record that another node hands over.
public enum Arrival: String, Sendable, Equatable {
  /// It was not here.
  case new
  /// It is here already, as it is or newer.
  case known
  /// It is here in an older version, which the other node alone could change; now this node does.
  case changed
  /// Both nodes have changed it: ours stays.
  case conflict

  /// Where a record is at home, and at which version.
  public struct Place: Sendable, Equatable {
    public let home: String
    public let version: Int

    public init(home: String, version: Int) {
      self.home = home
      self.version = version
    }
  }

  /// - Parameters:
  ///   - local: the record that is here; nil for none.
  ///   - arriving: the record in the file. Its home is this node, where it is handed over and not only spoken of.
  ///   - sender: the node that hands it over.
  ///   - here: this node.
  ///   - taken: the version at which it was taken from that node the last time; nil for never.
  public static func of(local: Place?, arriving: Place, from sender: String, here: String, taken: Int?) -> Arrival {
    guard let local else { return .new }
    guard arriving.home == here else { return .known }
    if local.home == sender { return arriving.version >= local.version ? .changed : .known }
    if arriving.version <= local.version { return .known }
    // The sender was restored from a backup and went on. Nobody has touched the record here, so nothing is lost by following.
    return local.home == here && taken == local.version ? .changed : .conflict
  }
}

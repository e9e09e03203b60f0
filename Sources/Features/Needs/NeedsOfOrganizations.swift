import Database
public import Kernel
public import People

extension NeedStore {
  /// Every need of these organizations, the newest first.
  public func needs(of organizations: some Collection<ID<Organization>>) throws -> [Need] {
    try connection.query(
      "SELECT * FROM needs WHERE organization IN \(list: Set(organizations)) ORDER BY created_at DESC, id DESC"
    ).map(Need.init)
  }

  /// What a facilitator has written down for others, the newest first.
  public func stated(by facilitator: String, limit: Int) throws -> [Need] {
    try connection.query(
      "SELECT * FROM needs WHERE facilitator = \(facilitator) ORDER BY created_at DESC, id DESC LIMIT \(limit)"
    ).map(Need.init)
  }

  /// The needs of several codes that a facilitator has on her desk, in the order of the codes.
  public func find(_ codes: [Code], onDeskOf actor: Actor) throws -> [Need] {
    let needs = try connection.query("SELECT * FROM needs WHERE code IN \(list: Set(codes.map(\.canonical)))").map(Need.init)
      .filter { NeedPolicy.view(actor, of: $0) == .desk }
    return codes.compactMap { code in needs.first { $0.code == code } }
  }

  /// The one that was taken in under one of these ids.
  public func find(externalIDs: [String]) throws -> Need? {
    try connection.first("SELECT * FROM needs WHERE external_id IN \(list: externalIDs)").map(Need.init)
  }
}

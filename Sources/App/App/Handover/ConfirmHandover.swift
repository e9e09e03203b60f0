public import Journal
import Kernel

/// The other node has given a receipt for a handover: its records need not be written again.
public struct ConfirmHandover: Sendable {
  private let node: Node

  public init(_ node: Node) {
    self.node = node
  }

  /// - Parameter typed: hyphens, spaces and case do not matter.
  /// - Returns: how many records have arrived.
  /// - Throws: `HandoverError.noSuchReceipt`.
  public func callAsFunction(_ typed: String) async throws -> Int {
    guard let receipt = try? Receipt(parsing: typed) else { throw HandoverError.noSuchReceipt }
    return try await node.act(as: .system) { act in
      let store = HandoverStore(act.connection)
      guard let id = try store.ids().first(where: { act.keys.accepts(receipt, subject: $0, generation: 1) }) else {
        throw HandoverError.noSuchReceipt
      }
      try act.record(Event("handover", "confirmed", subject: id))
      return try store.confirm(id, at: act.now)
    }
  }
}

import Database
import Foundation
public import Journal
public import Kernel
import Needs
public import People
import Prescriptions

/// Hands records over to another node, by a file.
///
/// First the records are marked: from then on they belong to the other node and cannot be changed here, so that nothing is ever
/// changed in two places. Then all that belongs to it is written. Where writing fails, or the file is lost, the same command
/// writes the same records again, until the other node's receipt for them is typed here.
public struct ExportHandover: Sendable {
  /// Whose records.
  public enum Scope: Sendable, Equatable {
    case node
    case country(String)
    case organization(ID<Organization>)

    /// - Throws: `HandoverError.noScope` for a text that is none.
    public init(_ text: String) throws {
      if text == "node" {
        self = .node
      } else if text.hasPrefix("country:"), let country = try? Country.checked(String(text.dropFirst(8)), field: "country") {
        self = .country(country)
      } else if text.hasPrefix("organization:"), text.utf8.count > 13 {
        self = .organization(ID(String(text.dropFirst(13))))
      } else {
        throw HandoverError.noScope(text: text)
      }
    }

    public var text: String {
      switch self {
      case .node: "node"
      case .country(let country): "country:" + country
      case .organization(let id): "organization:" + id.rawValue
      }
    }

    var country: String? { if case .country(let country) = self { country } else { nil } }
    var organization: ID<Organization>? { if case .organization(let id) = self { id } else { nil } }
  }

  /// What was written.
  public struct Report: Sendable, Equatable {
    public let node: String
    public var organizations = 0
    public var needs = 0
  }

  private let app: CivilApplication
  private let address: NodeAddress
  private let scope: Scope
  private var node: Node { app.node }

  /// - Parameter app: with its indexes loaded, because the file tells what the prescriptions show.
  public init(_ app: CivilApplication, to address: NodeAddress, scope: Scope = .node) {
    self.app = app
    self.address = address
    self.scope = scope
  }

  /// The address that an operator gave: itself or in a file; when none, the one of the last time.
  /// - Throws: `HandoverError.noAddress`, `.noReceiver`.
  public static func address(_ given: String?, on node: Node) async throws -> NodeAddress {
    guard let given else {
      guard let last = try await node.read({ try HandoverStore($0).lastAddress() }) else { throw HandoverError.noReceiver }
      return try address(last)
    }
    if let address = try? NodeAddress(parsing: given) { return address }
    guard FileManager.default.fileExists(atPath: given) else { throw HandoverError.noAddress(text: given) }
    return try address(String(decoding: try OperatorFile.read(given).prefix(1_000), as: UTF8.self))
  }

  private static func address(_ text: String) throws -> NodeAddress {
    do {
      return try NodeAddress(parsing: text)
    } catch {
      throw HandoverError.noAddress(text: String(text.prefix(100)))
    }
  }

  /// - Parameters:
  ///   - path: a file that does not exist yet. It is made for its owner alone.
  ///   - progress: called with how many records are written, and of how many.
  /// - Throws: `HandoverError`, `SQLError`.
  public func callAsFunction(to path: String, progress: @Sendable (Int, Int) -> Void = { _, _ in }) async throws -> Report {
    guard address.node != node.keys.nodeID else { throw HandoverError.ownAddress }
    if access(path, F_OK) == 0 { throw HandoverError.exists(path: path) }
    if let id = scope.organization { try await check(id) }
    try await markAll()
    let organizations = try await unconfirmed { connection, last in
      try OrganizationStore(connection).kept(
        by: [address.node], country: scope.country, only: scope.organization, after: last, limit: Self.batch
      ).map(\.id.rawValue)
    }
    let needs = try await unconfirmed { connection, last in
      try NeedStore(connection).kept(
        by: [address.node], country: scope.country, organization: scope.organization, after: last, limit: Self.batch
      ).map(\.id.rawValue)
    }
    guard !organizations.isEmpty || !needs.isEmpty else {
      throw HandoverError.nothing(scope: scope.text, node: address.node)
    }
    do {
      let writer = try HandoverWriter(path: path, for: address)
      do {
        return try await write(organizations, needs, writer, progress)
      } catch {
        writer.abandon()
        throw error
      }
    } catch BackupError.file(_, let reason) {
      throw HandoverError.file(path: path, reason: reason)
    }
  }

  /// Records in one transaction.
  private static let batch = 100

  private func check(_ id: ID<Organization>) async throws {
    let known = try await node.read { try OrganizationStore($0).find(id) }
    guard let known, known.origin != .demonstration else { throw HandoverError.noOrganization(id: id.rawValue) }
  }

  // MARK: - Marking

  private func markAll() async throws {
    let (here, there) = (node.keys.nodeID, address.node)
    while true {
      let organizations = try await node.read { [scope] connection in
        try OrganizationStore(connection).kept(
          by: [here], country: scope.country, only: scope.organization, after: "", limit: Self.batch
        ).map(\.id)
      }
      if organizations.isEmpty { break }
      try await node.act(as: .system) { act in try HandOverOrganizations(organizations, to: there)(in: act) }
    }
    while true {
      let needs = try await node.read { [scope] connection in
        try NeedStore(connection).kept(
          by: [here], country: scope.country, organization: scope.organization, after: "", limit: Self.batch
        ).map(\.id)
      }
      if needs.isEmpty { break }
      try await node.act(as: .system) { act in try HandOverNeeds(needs, to: there)(in: act) }
    }
  }

  /// The ids of records that belong to the other node and of which it has not said that they have arrived.
  private func unconfirmed(
    _ part: @escaping @Sendable (any SQLConnection, _ after: String) throws -> [String]
  ) async throws -> [String] {
    let there = address.node
    var (all, last) = ([String](), "")
    while true {
      let after = last
      let (ids, confirmed) = try await node.read { connection in
        let ids = try part(connection, after)
        return (ids, try HandoverStore(connection).confirmed(ids, by: there))
      }
      all += ids.filter { !confirmed.contains($0) }
      guard let end = ids.last, ids.count == Self.batch else { return all }
      last = end
    }
  }

  // MARK: - Writing

  /// A record as it goes into the file, with what has to be remembered of it.
  private struct Line: Sendable {
    let id: String
    let json: JSON
    let contacts: [String]
  }

  private func write(
    _ organizations: [String], _ needs: [String], _ writer: HandoverWriter, _ progress: @Sendable (Int, Int) -> Void
  ) async throws -> Report {
    let opening = try await open()
    try writer.write(try (["handover": opening.json] as JSON).encoded())
    var ending = HandoverEnding()
    var written: Set<String> = []
    progress(0, organizations.count + needs.count)
    for some in organizations.chunks(of: Self.batch) {
      ending.organizations += try await put(try await lines(organizations: some), writer, opening)
      written.formUnion(some)
      progress(ending.organizations, organizations.count + needs.count)
    }
    for some in needs.chunks(of: Self.batch) {
      let (lines, theirs) = try await lines(needs: some)
      // Organizations that have arrived before, or are at home elsewhere: their needs must not come without them.
      let missing = theirs.subtracting(written).sorted()
      ending.organizations += try await put(try await self.lines(organizations: missing), writer, opening)
      written.formUnion(missing)
      ending.needs += try await put(lines, writer, opening)
      progress(organizations.count + ending.needs, organizations.count + needs.count)
    }
    try writer.finish(ending, keys: node.keys)
    return Report(node: address.node, organizations: ending.organizations, needs: ending.needs)
  }

  private func open() async throws -> HandoverOpening {
    try await node.act(as: .system) { [address, scope] act in
      let id = act.newID(HandoverOpening.self).rawValue
      let head = try JournalReader.head(act.connection)
      let opening = HandoverOpening(
        id: id, node: act.keys.nodeID, publicKey: act.keys.publicKey, receiver: address.node, scope: scope.text, at: act.now,
        epoch: head.epoch, position: head.position, receipt: act.keys.receipt(subject: id, generation: 1).text)
      try HandoverStore(act.connection).insert(opening, address: address)
      try act.record(
        Event("handover", "written", subject: id, payload: ["to": .string(address.node), "scope": .string(scope.text)]))
      return opening
    }
  }

  private func put(_ lines: [Line], _ writer: HandoverWriter, _ opening: HandoverOpening) async throws -> Int {
    for line in lines { try writer.write(try line.json.encoded()) }
    guard !lines.isEmpty else { return 0 }
    try await node.act(as: .system) { act in
      let store = HandoverStore(act.connection)
      try store.insert(sent: lines.map(\.id), in: opening.id)
      try store.see(lines.flatMap(\.contacts))
    }
    return lines.count
  }

  private func lines(organizations ids: [String]) async throws -> [Line] {
    try await node.read { [keys = node.keys] connection in
      let found = try OrganizationStore(connection).find(ids.map { ID<Organization>($0) })
      return try ids.compactMap { found[ID($0)] }.map { organization in
        let handed = try HandedOrganization(organization, connection, keys: keys)
        return Line(
          id: organization.id.rawValue, json: ["organization": handed.json], contacts: handed.contacts.map(\.id.rawValue))
      }
    }
  }

  private func lines(needs ids: [String]) async throws -> (lines: [Line], organizations: Set<String>) {
    let found = try await node.read { [keys = node.keys] connection in
      try NeedStore(connection).find(ids).map { need in
        (try HandedNeed(need, connection, keys: keys), try Prescription.of(need.id, connection))
      }
    }
    let lines = found.map { handed, prescription in
      let shown = app.prescriber.show(prescription.items)
      let things = Dictionary(shown.map { ($0.item.id, $0.shown) }, uniquingKeysWith: { first, _ in first })
      let json: JSON = ["need": handed.json, "prescription": HandedPrescription(prescription, shown: things).json]
      return Line(id: handed.need.id.rawValue, json: json, contacts: handed.contacts.map(\.id.rawValue))
    }
    return (lines.sorted { $0.id < $1.id }, Set(found.map { $0.0.need.organization.rawValue }))
  }
}

extension Array {
  /// Parts of at most so many elements.
  fileprivate func chunks(of count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min($0 + count, self.count)]) }
  }
}

import Database
import Foundation
import Journal
import Kernel
import Needs
import People
import Prescriptions
import Synchronization
import Tools

/// Takes records over from another node, by a file.
///
/// The whole file is read and checked before anything of it is stored. Then each record is one act, an organization before its
/// needs: so an import holds nobody up, and one that is stopped anywhere goes on where it was when it is run again. Records are
/// known by their ids.
public struct ImportHandover: Sendable {
  /// How many records came, and what became of them.
  public struct Counts: Sendable, Equatable {
    public var read = 0
    public var new = 0
    public var known = 0
    public var changed = 0
    /// Both nodes have changed it, and ours stays as it is.
    public var conflicts = 0
    /// It cannot be taken as it is.
    public var bad = 0

    fileprivate mutating func count(_ arrival: Arrival) {
      switch arrival {
      case .new: new += 1
      case .known: known += 1
      case .changed: changed += 1
      case .conflict: conflicts += 1
      }
    }
  }

  /// Something a person should know or do.
  public enum Remark: Sendable, Equatable {
    /// An organization came under its own id, and others here have the same name in the same country.
    case looksLike(organization: String, others: [String])
    /// A need here had the code already that stands on the paper of one that came; it has another one here.
    case clash(printed: String, here: String)
    /// Both nodes have changed it.
    case conflict(record: String)
    /// The line cannot be taken.
    case bad(line: Int, reason: String)
  }

  public struct Report: Sendable, Equatable {
    /// Who handed over what, and when.
    public let opening: HandoverOpening
    public var organizations = Counts()
    public var needs = Counts()
    /// Things of prescriptions that are not on our shelves and are shown as they were there.
    public var carriedThings = 0
    public var remarks: [Remark] = []

    /// Whether everything that was in the file is here.
    public var isComplete: Bool { organizations.bad + needs.bad + organizations.conflicts + needs.conflicts == 0 }
  }

  private let app: CivilApplication
  private var node: Node { app.node }

  /// - Parameter app: with its indexes loaded, because the things of prescriptions are looked for on our shelves.
  public init(_ app: CivilApplication) {
    self.app = app
  }

  /// - Parameters:
  ///   - path: the file.
  ///   - sender: the node it is expected from; nil for any.
  ///   - progress: called with how many records are done, and of how many.
  /// - Throws: `HandoverError` when the file is refused, and then nothing of it was stored; `SQLError`.
  public func callAsFunction(
    _ path: String, from sender: String? = nil, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) async throws -> Report {
    let reader = try HandoverReader(path: path)
    let (opening, ending) = try check(reader)
    if let sender, sender != opening.node {
      throw HandoverError.otherSender(path: path, node: opening.node, expected: sender)
    }
    var report = Report(opening: opening)
    let shelf = HomeShelf(app)
    let total = ending.organizations + ending.needs
    var lines = try reader.lines(node.keys)
    _ = try lines.next()
    progress(0, total)
    for number in 0..<total {
      try Task.checkCancellation()
      guard let line = try lines.next() else { throw HandoverError.damaged(path: path) }
      try await take(line, number: number + 2, shelf, &report)
      progress(number + 1, total)
    }
    try await node.act(as: .system) { [report] act in
      try act.record(
        Event(
          "handover", "taken", subject: opening.id,
          payload: [
            "from": .string(opening.node), "new": .int(report.organizations.new + report.needs.new),
            "changed": .int(report.organizations.changed + report.needs.changed),
          ]))
    }
    return report
  }

  // MARK: - Checking

  /// Reads the whole file once.
  private func check(_ reader: HandoverReader) throws -> (HandoverOpening, HandoverEnding) {
    let damaged = HandoverError.damaged(path: reader.path)
    var lines = try reader.lines(node.keys)
    guard let first = try lines.next(), let opening = (try? JSON(decoding: first))?["handover"].flatMap(HandoverOpening.init)
    else {
      throw damaged
    }
    var ending = HandoverEnding()
    var last: [UInt8]?
    while let line = try lines.next() {
      if let last { try Self.count(last, &ending, damaged) }
      last = line
    }
    guard let last, opening.receiver == node.keys.nodeID else { throw damaged }
    let said = try ending.isSaid(by: last, digest: lines.finish(), signedBy: opening.publicKey)
    guard said.isComplete else { throw damaged }
    guard said.isSigned, KeyRing.nodeID(of: opening.publicKey) == opening.node else {
      throw HandoverError.notSigned(path: reader.path)
    }
    guard opening.node != node.keys.nodeID else { throw HandoverError.own(path: reader.path) }
    return (opening, ending)
  }

  /// By the first signs of a line, which in canonical JSON tell what it is.
  private static func count(_ line: [UInt8], _ ending: inout HandoverEnding, _ damaged: HandoverError) throws {
    if line.starts(with: Array("{\"organization\":".utf8)) {
      ending.organizations += 1
    } else if line.starts(with: Array("{\"need\":".utf8)) {
      ending.needs += 1
    } else {
      throw damaged
    }
  }

  // MARK: - Taking

  private func take(_ line: [UInt8], number: Int, _ shelf: HomeShelf, _ report: inout Report) async throws {
    let isNeed = line.starts(with: Array("{\"need\":".utf8))
    var counts = isNeed ? report.needs : report.organizations
    counts.read += 1
    do {
      let record = try RecordMembers(try JSON(decoding: line))
      let arrival = isNeed ? try await takeNeed(record, shelf, &report) : try await takeOrganization(record, &report)
      counts.count(arrival)
    } catch let error where error is RecordMembers.Flaw || error is JSONDecodingError {
      counts.bad += 1
      report.remarks.append(.bad(line: number, reason: "\(error)"))
    }
    if isNeed { report.needs = counts } else { report.organizations = counts }
  }

  private func takeOrganization(_ record: RecordMembers, _ report: inout Report) async throws -> Arrival {
    guard let own = try record.recordIfPresent("organization") else { throw RecordMembers.Flaw("organization") }
    let handed = try HandedOrganization(own)
    let (id, sender) = (handed.organization.id.rawValue, report.opening.node)
    let (arrival, namesakes) = try await act { act in
      let memory = Memory(act, sender)
      let contacts = handed.contacts.map(\.id.rawValue)
      let arrival = try TakeOrganization(
        handed, from: sender, taken: try memory.store.taken(id, from: sender), seen: try memory.store.seen(contacts))(in: act)
      try memory.remember(id, version: handed.organization.version, contacts, arrival)
      let namesakes = arrival == .new ? try OrganizationStore(act.connection).namesakes(of: handed.organization) : []
      return (arrival, namesakes)
    }
    if !namesakes.isEmpty { report.remarks.append(.looksLike(organization: id, others: namesakes.map(\.rawValue))) }
    if arrival == .conflict { report.remarks.append(.conflict(record: "/organizations/\(id)/edit")) }
    return arrival
  }

  private func takeNeed(_ record: RecordMembers, _ shelf: HomeShelf, _ report: inout Report) async throws -> Arrival {
    guard let own = try record.recordIfPresent("need") else { throw RecordMembers.Flaw("need") }
    let handed = try HandedNeed(own)
    let prescription = try HandedPrescription(try record.records("prescription", atMost: 500))
    let (id, sender) = (handed.need.id, report.opening.node)
    let (outcome, carried) = try await act { act in
      let memory = Memory(act, sender)
      let contacts = handed.contacts.map(\.id.rawValue)
      let outcome = try TakeNeed(
        handed, from: sender, taken: try memory.store.taken(id.rawValue, from: sender), seen: try memory.store.seen(contacts))(
          in: act)
      try memory.remember(id.rawValue, version: handed.need.version, contacts, outcome.arrival)
      guard outcome.arrival == .new || outcome.arrival == .changed else { return (outcome, 0) }
      let carried = try prescription.take(for: id, in: act, here: shelf.find)
      for thing in carried where try memory.store.keep(thing) {
        try act.record(Event("handover", "thingKept", subject: thing.key))
      }
      return (outcome, carried.count)
    }
    report.carriedThings += carried
    if outcome.arrival == .new, outcome.code != handed.need.code {
      report.remarks.append(.clash(printed: handed.need.code.description, here: outcome.code.description))
    }
    if outcome.arrival == .conflict { report.remarks.append(.conflict(record: "/needs/\(outcome.code)")) }
    return outcome.arrival
  }

  /// One act. It may be run again where nobody knows whether it was committed, or when somebody takes the same file at this
  /// moment: what is here then is known.
  private func act<T: Sendable>(_ body: @escaping @Sendable (Act) throws -> T) async throws -> T {
    do {
      return try await node.act(as: .system, body)
    } catch SQLError.outcomeUnknown {
      return try await node.act(as: .system, body)
    } catch SQLError.unique {
      do {
        return try await node.act(as: .system, body)
      } catch SQLError.unique {
        throw RecordMembers.Flaw("id")
      }
    }
  }
}

/// What has to be remembered of a record that came.
private struct Memory {
  let store: HandoverStore
  private let act: Act
  private let sender: String

  init(_ act: Act, _ sender: String) {
    self.act = act
    self.sender = sender
    store = HandoverStore(act.connection)
  }

  func remember(_ record: String, version: Int, _ contacts: [String], _ arrival: Arrival) throws {
    guard arrival != .conflict else { return }
    try store.see(contacts)
    guard arrival != .known else { return }
    try store.setTaken(record, version: version, from: sender, at: act.now)
  }
}

/// Finds what other nodes have prescribed on the shelves of this one: by its id, by its id where both have it from, and by its
/// address.
private final class HomeShelf: Sendable {
  private let app: CivilApplication
  /// Looking through a whole catalogue takes its time, and many needs get the same answers.
  private let found = Mutex<[String: String?]>([:])

  init(_ app: CivilApplication) {
    self.app = app
  }

  /// The id under which a thing is on a shelf here.
  func find(_ thing: HandedThing) -> String? {
    found.withLock { found in
      if let known = found[thing.key] { return known }
      let id = look(thing)
      found[thing.key] = .some(id)
      return id
    }
  }

  private func look(_ thing: HandedThing) -> String? {
    let catalogue = app.tools.catalogue
    guard thing.shelf == app.catalogue.shelf.name else { return nil }
    if catalogue[thing.id] != nil { return thing.id }
    return [thing.externalID, thing.addressOfStart].lazy.compactMap { $0.flatMap { catalogue.find($0)?.id } }.first
  }
}

public import Database
public import Journal
import Kernel
public import Needs
import Prescriptions
import Synchronization
import Web

/// What prescriptions that came from other nodes show of things that are not on our shelves: a group that holds a slip with a
/// tool on it finds that tool here too.
public final class CarriedThings: JournalIndex {
  public let name = "handover"
  public let features: Set<String> = ["handover"]
  private let things = Mutex<[String: HandedThing]>([:])

  public func rebuild(_ connection: any SQLConnection) throws {
    let all = try HandoverStore(connection).things()
    things.withLock { $0 = all }
  }

  public func refresh(_ subjects: Set<String>, _ connection: any SQLConnection) throws {
    let some = try HandoverStore(connection).things(subjects)
    things.withLock { known in
      for subject in subjects { known[subject] = some[subject] }
    }
  }

  public func difference(from connection: any SQLConnection) throws -> [String] {
    let (right, now) = (try HandoverStore(connection).things(), things.withLock { $0 })
    return Set(right.keys).union(now.keys).sorted().filter { right[$0] != now[$0] }.map {
      "what another node showed of \($0) differs in the index"
    }
  }

  /// A shelf that shows these too. It never finds them.
  public func beside(_ shelf: Shelf) -> Shelf {
    Shelf(
      name: shelf.name, find: shelf.find,
      show: { [self] ids in
        let shown = shelf.show(ids)
        let missing = ids.filter { shown[$0] == nil }
        guard !missing.isEmpty else { return shown }
        return shown.merging(carried(missing, shelf.name)) { ours, _ in ours }
      })
  }

  private func carried(_ ids: [String], _ shelf: String) -> [String: ShelfItem] {
    let known = things.withLock { $0 }
    return Dictionary(
      ids.compactMap { id in known[shelf + " " + id].map { (id, $0.shelfItem) } }, uniquingKeysWith: { first, _ in first })
  }
}

extension HandedThing {
  /// What journal and index call it.
  var key: String { shelf + " " + id }

  /// It has no page here; its name leads to what our catalogue has that is like it.
  fileprivate var shelfItem: ShelfItem {
    ShelfItem(
      id: id, externalID: externalID, name: name, text: text, language: language,
      path: "/\(shelf)?" + Form([("q", name)]).urlEncoded,
      start: start, isDemonstration: false)
  }
}

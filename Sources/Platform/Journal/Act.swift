public import Database
public import Kernel

/// What a use case is called with: who acts, when, with which connection. Lives only inside its transaction, and may be made
/// again when the transaction has to be repeated.
public final class Act {
  public let actor: Actor
  /// The time of everything this act does.
  public let now: Timestamp
  public let connection: any SQLConnection
  private let node: Node
  private(set) var recorded: [Recorded] = []

  init(node: Node, actor: Actor, connection: any SQLConnection) {
    self.node = node
    self.actor = actor
    self.connection = connection
    now = node.clock()
  }

  public var keys: KeyRing { node.keys }

  /// An id for a new record.
  public func newID<T>(_: T.Type = T.self) -> ID<T> {
    ID(at: now, random: random(10))
  }

  /// `count` unpredictable bytes.
  public func random(_ count: Int) -> [UInt8] {
    node.randomness.bytes(count)
  }

  /// Appends to the journal: the only way to do so.
  /// - Throws: `JSONEncodingError` when the payload has no canonical form.
  public func record(_ event: Event) throws {
    let id = newID(Entry.self)
    let payload = try event.payload.encoded()
    let salt = random(Entry.saltLength)
    let commitment = Entry.commitment(to: payload, salt: salt)
    try connection.execute(
      """
      INSERT INTO journal_entries (id, node, at, actor, feature, kind, subject, commitment, epoch, position)
      VALUES (\(id), \(node.id), \(now), \(actor.reference), \(event.feature), \(event.kind), \(event.subject), \(commitment),
        \(place))
      """)
    try connection.execute("INSERT INTO journal_payloads (entry, payload, salt) VALUES (\(id), \(payload), \(salt))")
    recorded.append(Recorded(entry: id, feature: event.feature, subject: event.subject))
  }

  /// On SQLite there is one writer at a time, who gives the next position; on PostgreSQL the `Numberer` gives it after the
  /// commit, because positions given here would be seen in another order than that of the commits.
  private var place: SQL {
    switch connection.engine {
    case .sqlite: "(SELECT epoch FROM journal_state), COALESCE((\(JournalReader.lastPosition)), 0) + 1"
    case .postgresql: "NULL, NULL"
    }
  }
}

/// What an act has recorded: a pointer, from which indexes re-read the record.
public struct Recorded: Sendable, Hashable {
  public let entry: ID<Entry>
  public let feature: String
  public let subject: String
}

import Database
import Journal
import Kernel
import Prescriptions

/// The SQL about handovers.
struct HandoverStore {
  let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  // MARK: - Going

  func insert(_ opening: HandoverOpening, address: NodeAddress) throws {
    try connection.execute(
      """
      INSERT INTO handovers (id, node, address, scope, made_at)
      VALUES (\(opening.id), \(opening.receiver), \(address.text), \(opening.scope), \(opening.at))
      """)
  }

  func insert(sent records: [String], in handover: String) throws {
    guard !records.isEmpty else { return }
    let rows = records.map { record -> SQL in "(\(record), \(handover))" }
    try connection.execute(
      "INSERT INTO handover_sent (record, handover) VALUES \(SQL.joined(rows, by: ", ")) ON CONFLICT (record, handover) DO NOTHING"
    )
  }

  /// To whom the last file was written.
  func lastAddress() throws -> String? {
    try connection.value("SELECT address FROM handovers ORDER BY made_at DESC, id DESC LIMIT 1")
  }

  /// Those of the records of which the node has said that they have arrived.
  func confirmed(_ records: [String], by node: String) throws -> Set<String> {
    Set(
      try connection.query(
        """
        SELECT DISTINCT s.record FROM handover_sent s JOIN handovers h ON h.id = s.handover
        WHERE s.record IN \(list: records) AND h.node = \(node) AND h.confirmed_at IS NOT NULL
        """
      ).map { try $0[0] })
  }

  func ids() throws -> [String] { try connection.query("SELECT id FROM handovers ORDER BY made_at DESC, id").map { try $0[0] } }

  /// - Returns: how many records it holds.
  func confirm(_ handover: String, at time: Timestamp) throws -> Int {
    try connection.execute(
      "UPDATE handovers SET confirmed_at = COALESCE(confirmed_at, \(time)) WHERE id = \(handover)")
    return try connection.value("SELECT COUNT(*) FROM handover_sent WHERE handover = \(handover)") ?? 0
  }

  // MARK: - Coming

  /// The version at which a record was taken from a node the last time.
  func taken(_ record: String, from node: String) throws -> Int? {
    try connection.value("SELECT version FROM handover_taken WHERE record = \(record) AND node = \(node)")
  }

  func setTaken(_ record: String, version: Int, from node: String, at time: Timestamp) throws {
    try connection.execute(
      """
      INSERT INTO handover_taken (record, node, version, at) VALUES (\(record), \(node), \(version), \(time))
      ON CONFLICT (record) DO UPDATE SET node = excluded.node, version = excluded.version, at = excluded.at
      """)
  }

  // MARK: - Contact details

  /// Those that have come or gone before.
  func seen(_ contacts: [String]) throws -> Set<String> {
    Set(try connection.query("SELECT id FROM handover_contacts WHERE id IN \(list: contacts)").map { try $0[0] })
  }

  func see(_ contacts: [String]) throws {
    for id in contacts { try connection.execute("INSERT INTO handover_contacts (id) VALUES (\(id)) ON CONFLICT (id) DO NOTHING") }
  }

  // MARK: - Things

  /// - Returns: whether it is news.
  func keep(_ thing: HandedThing) throws -> Bool {
    let shown = String(decoding: try thing.json.encoded(), as: UTF8.self)
    return try connection.execute(
      """
      INSERT INTO handover_things (shelf, item, shown) VALUES (\(thing.shelf), \(thing.id), \(shown))
      ON CONFLICT (shelf, item) DO NOTHING
      """) > 0
  }

  /// All things, or those with these keys: shelf, a space, and id.
  func things(_ keys: Set<String>? = nil) throws -> [String: HandedThing] {
    var things: [String: HandedThing] = [:]
    let chosen: SQL = keys.map { "AND shelf || ' ' || item IN \(list: $0)" } ?? SQL(raw: "")
    try connection.forEachRow { last, limit in
      """
      SELECT shelf || ' ' || item, shelf, item, shown FROM handover_things
      WHERE shelf || ' ' || item > \(last) \(chosen) ORDER BY shelf || ' ' || item LIMIT \(limit)
      """
    } _: { row in
      let record = try RecordMembers(try JSON(decoding: Array((row[3] as String).utf8)))
      things[try row[0]] = try HandedThing(record, id: try row[2], shelf: try row[1])
    }
    return things
  }
}

import Database
import Kernel
import Needs

/// The SQL about prescriptions.
struct PrescriptionStore {
  private let connection: any SQLConnection

  init(_ connection: any SQLConnection) {
    self.connection = connection
  }

  func find(for need: ID<Need>) throws -> Prescription {
    let rows = try connection.query("SELECT * FROM prescription_items WHERE need = \(need) ORDER BY rank, id")
    return Prescription(need: need, items: try rows.map(Prescription.Item.init))
  }

  func find(_ id: ID<Prescription.Item>, of need: ID<Need>) throws -> Prescription.Item? {
    try connection.first("SELECT * FROM prescription_items WHERE id = \(id) AND need = \(need)").map(Prescription.Item.init)
  }

  func insert(_ items: [Prescription.Item], for need: ID<Need>) throws {
    guard !items.isEmpty else { return }
    let rows = try items.map { item -> SQL in
      let reason = String(decoding: try item.reason.json.encoded(), as: UTF8.self)
      return """
        (\(item.id), \(need), \(item.shelf), \(item.item), \(item.rank), \(item.score), \(reason), \(item.standing), \(item.helped))
        """
    }
    try connection.execute(
      """
      INSERT INTO prescription_items (id, need, shelf, item, rank, score, reason, standing, helped)
      VALUES \(SQL.joined(rows, by: ", "))
      """)
  }

  func setStanding(_ standing: Prescription.Standing, of item: ID<Prescription.Item>) throws {
    try connection.execute("UPDATE prescription_items SET standing = \(standing) WHERE id = \(item)")
  }

  func setHelped(_ helped: Bool?, of item: ID<Prescription.Item>) throws {
    try connection.execute("UPDATE prescription_items SET helped = \(helped) WHERE id = \(item)")
  }

  /// Removes what was computed and never touched, to make room for a better answer.
  func deleteComputed(for need: ID<Need>) throws {
    try connection.execute("DELETE FROM prescription_items WHERE need = \(need) AND standing = 'computed' AND helped IS NULL")
  }

  func deleteAll(for needs: [String]) throws {
    try connection.execute("DELETE FROM prescription_items WHERE need IN \(list: needs)")
  }
}

extension Prescription.Item {
  init(_ row: SQLRow) throws {
    id = try row["id"]
    shelf = try row["shelf"]
    item = try row["item"]
    rank = try row["rank"]
    score = try row["score"]
    reason = Reason(try JSON(decoding: Array((row["reason"] as String).utf8)))
    standing = try row["standing"]
    helped = try row["helped"]
  }
}

extension Reason {
  var json: JSON {
    func strings(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
    return [
      "problems": strings(problems), "functions": strings(functions), "words": strings(words),
      "unknown": strings(unknown.map(\.rawValue)),
    ]
  }

  init(_ json: JSON) {
    func strings(_ name: String) -> [String] { (json[name]?.array ?? []).compactMap(\.string) }
    self.init(
      problems: strings("problems"), functions: strings("functions"), words: strings("words"),
      unknown: strings("unknown").compactMap(Need.Constraint.init))
  }
}

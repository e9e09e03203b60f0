import Database
import Journal
public import Kernel
public import People

/// The SQL about needs that move from node to node.
extension NeedStore {
  func externalID(of id: ID<Need>) throws -> String? {
    try connection.first("SELECT external_id FROM needs WHERE id = \(id)").flatMap { try $0[0] }
  }

  func allAnswers(of id: ID<Need>) throws -> [HandedNeed.Answer] {
    try connection.query("SELECT question, answer, wording, at FROM need_answers WHERE need = \(id) ORDER BY at, question").map {
      HandedNeed.Answer(question: try $0[0], answer: try $0[1], wording: try $0[2], at: try $0[3])
    }
  }

  func formerCodes(of id: ID<Need>) throws -> [Code] {
    try connection.query("SELECT code FROM former_codes WHERE need = \(id) ORDER BY code").compactMap {
      Code(canonical: try $0[0] as String)
    }
  }

  func keep(formerCode code: Code, of id: ID<Need>) throws {
    try connection.execute(
      "INSERT INTO former_codes (code, need) VALUES (\(code.canonical), \(id)) ON CONFLICT (code, need) DO NOTHING")
  }

  /// The needs on whose paper a code stands: those that have it now, and then those that had to give it up.
  public func find(printed code: Code) throws -> [Need] {
    try find(code)
      + connection.query(
        """
        SELECT n.* FROM needs n JOIN former_codes f ON f.need = n.id
        WHERE f.code = \(code.canonical) AND n.code <> \(code.canonical) ORDER BY n.created_at, n.id
        """
      ).map(Need.init)
  }

  /// The need on whose paper both stand. What was cut from a need opens with the receipt of that one too: the group has no other paper.
  /// - Returns: the need of the code, and the one whose receipt it is.
  func find(_ code: Code, opening receipt: Receipt, _ keys: KeyRing) throws -> (need: Need, held: ID<Need>)? {
    let needs = try find(printed: code)
    for need in needs where try opens(receipt, need, keys) { return (need, need.id) }
    for need in needs where need.splitFrom != need.id {
      if let whole = try need.splitFrom.flatMap(find), try opens(receipt, whole, keys) { return (need, whole.id) }
    }
    return nil
  }

  /// Whether it is a receipt of this node, or of the node where the need was stated.
  private func opens(_ receipt: Receipt, _ need: Need, _ keys: KeyRing) throws -> Bool {
    if keys.accepts(receipt, subject: need.id.rawValue, generation: need.receiptGeneration) { return true }
    let verifier = receipt.verifier(of: need.id.rawValue)
    return try verifiers(of: need, keys).reduce(false) { found, known in constantTimeEquals(known, verifier) || found }
  }

  private static var field: String { "receipt verifier" }

  /// What recognizes the receipts of a need that other nodes have made, as long as nobody has made a new one since.
  func verifiers(of need: Need, _ keys: KeyRing) throws -> [[UInt8]] {
    let cipher = Cipher(keys)
    return try connection.query(
      "SELECT sealed FROM receipt_verifiers WHERE need = \(need.id) AND generation = \(need.receiptGeneration) ORDER BY id"
    ).map { try cipher.open($0[0], record: need.id.rawValue, field: Self.field) }
  }

  /// Sealed, so that whoever finds the database cannot even tell whether a receipt they have opens a need in it.
  func keep(verifiers: [[UInt8]], of need: Need, in act: Act) throws {
    let cipher = Cipher(act.keys)
    try connection.execute("DELETE FROM receipt_verifiers WHERE need = \(need.id)")
    for verifier in verifiers {
      let sealed = try cipher.seal(verifier, record: need.id.rawValue, field: Self.field, random: act.random)
      try connection.execute(
        """
        INSERT INTO receipt_verifiers (id, need, generation, sealed)
        VALUES (\(act.newID(Receipt.self)), \(need.id), \(need.receiptGeneration), \(sealed))
        """)
    }
  }

  /// Puts everything that another node knew better in the place of what is here, but the code, which names it here.
  func replace(_ need: Need) throws {
    let provenance = need.provenance
    try connection.execute(
      """
      UPDATE needs SET words = \(need.words), language = \(need.language), state = \(need.state), closure = \(need.closure),
        summary = \(need.summary), summary_language = \(need.summaryLanguage),
        constraints = \(need.constraints.map(\.rawValue).joined(separator: " ")), stated_by = \(provenance?.statedBy),
        relation = \(provenance?.relation), how = \(provenance?.how.rawValue), consent = \(provenance?.consent.rawValue),
        stated_at = \(provenance?.at), facilitator = \(provenance?.facilitator), country = \(need.country),
        is_public = \(need.isPublic), skills = \(need.skills.joined(separator: " ")), effort = \(need.effort),
        needed_by = \(need.neededBy), is_on_site = \(need.isOnSite), opened_at = \(need.openedAt), merged_into = \(need.mergedInto), split_from = \(need.splitFrom),
        receipt_generation = \(need.receiptGeneration),
        home = \(need.home), version = \(need.version), changed_at = \(need.changedAt)
      WHERE id = \(need.id)
      """)
  }

  /// - Returns: those that were at home there.
  func move(_ ids: [ID<Need>], from home: String, to node: String) throws -> [ID<Need>] {
    try connection.query("UPDATE needs SET home = \(node) WHERE id IN \(list: ids) AND home = \(home) RETURNING id").map {
      try $0[0]
    }
  }

  /// Where a need is at home, held as it is until the transaction ends.
  func home(of id: ID<Need>) throws -> String? {
    try connection.value(
      "SELECT home FROM needs WHERE id = \(id) \(raw: connection.engine == .postgresql ? "FOR NO KEY UPDATE" : "")")
  }

  /// A part of the needs that one of these nodes keeps, in the order of their ids, without invented ones.
  /// - Parameters:
  ///   - country: only of organizations in it; nil for all.
  ///   - organization: only its needs; nil for all.
  public func kept(
    by homes: [String], country: String?, organization: ID<Organization>?, after last: String, limit: Int
  ) throws -> [Need] {
    var conditions: [SQL] = ["n.id > \(last)", "n.home IN \(list: homes)", "n.origin <> 'demonstration'"]
    if let country { conditions.append("o.country = \(country)") }
    if let organization { conditions.append("n.organization = \(organization)") }
    return try connection.query(
      """
      SELECT n.* FROM needs n JOIN organizations o ON o.id = n.organization AND o.origin <> 'demonstration'
      WHERE \(SQL.joined(conditions, by: " AND ")) ORDER BY n.id LIMIT \(limit)
      """
    ).map(Need.init)
  }
}

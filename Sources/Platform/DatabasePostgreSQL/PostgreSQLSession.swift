import CLibPQ
import Database
import Logging

/// One connection to a server. Only one thread at a time may use it.
final class PostgreSQLSession {
  /// Statements kept prepared on a connection; the one not used for longest gives way.
  private static let mostPrepared = 256

  /// What a URL that says nothing about it gets. Fail-over needs a server that takes writes, and needs to notice within seconds that
  /// the other side has gone silent (the system's own limits are 15 minutes and two hours).
  private static let defaults = [
    ("target_session_attrs", "read-write"), ("connect_timeout", "3"), ("keepalives_idle", "5"), ("keepalives_interval", "2"),
    ("keepalives_count", "3"), ("tcp_user_timeout", "10000"), ("fallback_application_name", "civil"),
  ]

  /// `remote_apply`, which also waits for the replicas, stays when it is configured.
  private static let settings = """
    SET statement_timeout = '30s';
    SET client_min_messages = 'warning';
    SET extra_float_digits = 1;
    SET bytea_output = 'hex';
    SELECT set_config('synchronous_commit', 'on', false)
      WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
    """

  private let connection: OpaquePointer
  private let logger: Logger
  private var prepared: [String: [Prepared]] = [:]
  private var preparedCount = 0
  /// Counts the statements that ran, and so tells how long ago one was used.
  private var clock = 0

  /// The first failure since `begin`. The server refuses every further statement of the transaction, and so do we.
  private(set) var failure: PostgreSQLFailure?
  /// Whether the transaction changed something others will see.
  private(set) var hasWritten = false
  private var isReading = false
  /// What is to be sent before the next statement.
  private var opening: String?

  /// Connects and waits for it.
  /// - Throws: `PostgreSQLFailure`.
  init(url: String, logger: Logger) throws(PostgreSQLFailure) {
    self.logger = logger
    // The URL stands for a database name, which libpq expands. Of what comes twice, the later counts.
    let options = Self.defaults + [("dbname", url), ("client_encoding", "UTF8")]
    guard let connection = Self.connect(options) else { throw .lost("there is no memory for a connection") }
    self.connection = connection
    guard PQstatus(connection) == CONNECTION_OK else { throw .lost(lastMessage) }
    PQsetNoticeProcessor(
      connection,
      { session, message in
        guard let session, let message else { return }
        Unmanaged<PostgreSQLSession>.fromOpaque(session).takeUnretainedValue().notice(String(cString: message))
      }, Unmanaged.passUnretained(self).toOpaque())
    _ = try command(Self.settings)
    let encoding = PQparameterStatus(connection, "server_encoding").map { String(cString: $0) } ?? ""
    guard encoding == "UTF8" else {
      let message = "the database's encoding is \(encoding): make it with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
      throw .final(.schema(message), message)
    }
  }

  deinit { PQfinish(connection) }

  // MARK: Transactions

  /// Begins with the first statement, in one round trip with it.
  func begin(isReading: Bool) {
    failure = nil
    hasWritten = false
    self.isReading = isReading
    opening =
      isReading ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
  }

  /// Whether the connection was not yet seen to be lost. The first look reads a last message, the second finds the end behind it.
  var isAlive: Bool { PQconsumeInput(connection) == 1 && PQconsumeInput(connection) == 1 }

  /// - Throws: a failure with `.reconnect` when the answer did not come: the server may have committed.
  func commit() throws(PostgreSQLFailure) {
    guard opening == nil else { return }
    let answer = try command("COMMIT")
    // A transaction the server knows to have failed is rolled back instead, without an error.
    guard answer.command == "COMMIT" else {
      let message = "the transaction had failed and was rolled back"
      throw .final(.other(code: "25P02", message: message), message)
    }
  }

  /// - Returns: whether the connection can still be used.
  func rollback() -> Bool {
    opening != nil || (try? command("ROLLBACK")) != nil
  }

  /// Runs a statement of a body, prepared.
  func run(_ sql: SQL) throws(SQLError) -> (result: PostgreSQLResult, statement: Prepared) {
    if let failure { throw failure.error }
    do throws(PostgreSQLFailure) {
      let (text, values) = sql.rendered(for: .postgresql)
      let parameters = try parameters(values)
      let (statement, isNew) = try statement(text, parameters.types)
      let result =
        if isNew || opening != nil {
          try runTogether(statement, parameters, preparing: isNew ? text : nil)
        } else {
          try run(statement, parameters)
        }
      if result.hasWritten { hasWritten = true }
      return (result, statement)
    } catch {
      failure = error
      throw error.error
    }
  }

  private func parameters(_ values: [SQLValue]) throws(PostgreSQLFailure) -> PostgreSQLParameters {
    do {
      return try PostgreSQLParameters(values)
    } catch {
      throw .final(error, "a value cannot be sent")
    }
  }

  // MARK: Prepared statements

  final class Prepared {
    let name: String
    let types: [Oid]
    /// The same for every result: the server answers with an error when a table has changed.
    var columns: Columns?
    var lastUse = 0

    init(name: String, types: [Oid]) {
      self.name = name
      self.types = types
    }

    /// Whether values of these types may be sent to it. NULL may be sent for a parameter of any type.
    func takes(_ other: [Oid]) -> Bool {
      zip(types, other).allSatisfy { own, given in own == given || given == 0 }
    }
  }

  /// - Parameter types: the same text may come with values of other types, which the server would misread.
  private func statement(_ text: String, _ types: [Oid]) throws(PostgreSQLFailure) -> (Prepared, isNew: Bool) {
    clock += 1
    if let known = prepared[text]?.first(where: { $0.takes(types) }) {
      known.lastUse = clock
      return (known, false)
    }
    if preparedCount >= Self.mostPrepared { try forgetOldest() }
    let new = Prepared(name: "s\(clock)", types: types)
    new.lastUse = clock
    return (new, true)
  }

  private func forgetOldest() throws(PostgreSQLFailure) {
    let all = prepared.flatMap { text, statements in statements.map { (text, $0) } }
    guard let (text, oldest) = all.min(by: { $0.1.lastUse < $1.1.lastUse }) else { return }
    prepared[text]?.removeAll { $0 === oldest }
    if prepared[text]?.isEmpty == true { prepared[text] = nil }
    preparedCount -= 1
    _ = try command("DEALLOCATE \(oldest.name)")
  }

  // MARK: Notifications

  /// The descriptor to wait on.
  var socket: Int32 { PQsocket(connection) }

  /// Reads what has arrived.
  /// - Returns: whether another connection has sent a notification.
  func takeNotifications() throws(PostgreSQLFailure) -> Bool {
    guard PQconsumeInput(connection) == 1 else { throw .lost(lastMessage) }
    var isTold = false
    while let notification = PQnotifies(connection) {
      if notification.pointee.be_pid != PQbackendPID(connection) { isTold = true }
      PQfreemem(notification)
    }
    return isTold
  }

  // MARK: libpq

  private func run(_ statement: Prepared, _ parameters: PostgreSQLParameters) throws(PostgreSQLFailure) -> PostgreSQLResult {
    try checked(
      parameters.withPointers { values, lengths, formats in
        PQexecPrepared(connection, statement.name, parameters.count, values, lengths, formats, 0)
      })
  }

  /// Runs a statement in one round trip with what has to come before it: the beginning of the transaction, its preparation.
  private func runTogether(
    _ statement: Prepared, _ parameters: PostgreSQLParameters, preparing text: String?
  ) throws(PostgreSQLFailure) -> PostgreSQLResult {
    var isSent = PQenterPipelineMode(connection) == 1
    if let opening { isSent = isSent && PQsendQueryParams(connection, opening, 0, nil, nil, nil, nil, 0) == 1 }
    if let text { isSent = isSent && PQsendPrepare(connection, statement.name, text, parameters.count, statement.types) == 1 }
    isSent =
      isSent
      && parameters.withPointers { values, lengths, formats in
        PQsendQueryPrepared(connection, statement.name, parameters.count, values, lengths, formats, 0) == 1
      } && PQpipelineSync(connection) == 1
    guard isSent else { throw .lost(lastMessage) }

    // All answers have to be taken, and the first failure is the one that counts: it made the server skip what came after it.
    let begun = opening == nil ? nil : try nextAnswer()
    let preparation = text == nil ? nil : try nextAnswer()
    let execution = try nextAnswer()
    PQclear(PQgetResult(connection))
    guard PQexitPipelineMode(connection) == 1 else { throw .lost(lastMessage) }
    opening = nil
    if let begun { try check(begun) }
    if let text, let preparation {
      try check(preparation)
      prepared[text, default: []].append(statement)
      preparedCount += 1
    }
    try check(execution)
    return execution
  }

  /// The answer to one of several statements sent together.
  private func nextAnswer() throws(PostgreSQLFailure) -> PostgreSQLResult {
    guard let answer = PQgetResult(connection) else { throw .lost(lastMessage) }
    let result = PostgreSQLResult(answer)
    // The end of each answer is a result that is none.
    guard PQstatus(connection) == CONNECTION_OK, PQgetResult(connection) == nil else {
      throw .lost(result.field("M") ?? lastMessage)
    }
    return result
  }

  /// Runs statements of our own that take no values.
  func command(_ text: String) throws(PostgreSQLFailure) -> PostgreSQLResult {
    try checked(PQexec(connection, text))
  }

  private func checked(_ answer: OpaquePointer?) throws(PostgreSQLFailure) -> PostgreSQLResult {
    guard let answer else { throw .lost(lastMessage) }
    let result = PostgreSQLResult(answer)
    try check(result)
    return result
  }

  private func check(_ result: PostgreSQLResult) throws(PostgreSQLFailure) {
    if result.isSuccess { return }
    guard PQstatus(connection) == CONNECTION_OK else { throw .lost(result.field("M") ?? lastMessage) }
    throw PostgreSQLFailure(result, isReading: isReading)
  }

  private var lastMessage: String {
    Self.oneLine(String(cString: PQerrorMessage(connection)))
  }

  private func notice(_ message: String) {
    logger.warning("the server says", metadata: ["message": "\(Self.oneLine(message))"])
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func connect(_ options: [(name: String, value: String)]) -> OpaquePointer? {
    // One buffer of C strings, and the place in it of each.
    var buffer: [CChar] = []
    func place(_ text: String) -> Int {
      defer { buffer += text.utf8CString }
      return buffer.count
    }
    let names = options.map { place($0.name) }
    let values = options.map { place($0.value) }
    return buffer.withUnsafeBufferPointer { buffer in
      func pointers(_ places: [Int]) -> [UnsafePointer<CChar>?] {
        places.map { buffer.baseAddress?.advanced(by: $0) } + [nil]
      }
      return PQconnectdbParams(pointers(names), pointers(values), 1)
    }
  }
}

/// A session inside a transaction, as a body sees it.
struct PostgreSQLConnection: SQLConnection {
  let engine = Engine.postgresql
  let session: PostgreSQLSession

  func query(_ sql: SQL) throws -> [SQLRow] {
    let (result, statement) = try session.run(sql)
    let columns = statement.columns ?? result.columns
    statement.columns = columns
    return try result.rows(columns)
  }

  func execute(_ sql: SQL) throws -> Int {
    try session.run(sql).result.changedRows
  }
}

import CLibPQ
import Database

/// An answer of the server, in text format, freed with its last reference.
final class PostgreSQLResult {
  private let result: OpaquePointer

  init(_ result: OpaquePointer) {
    self.result = result
  }

  deinit { PQclear(result) }

  var isSuccess: Bool {
    let status = PQresultStatus(result)
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
  }

  var message: String { String(cString: PQresultErrorMessage(result)) }

  /// A part of an error by its letter ("Error and Notice Message Fields" in the PostgreSQL manual).
  func field(_ letter: Unicode.Scalar) -> String? {
    PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
  }

  /// The command that ran: `INSERT`, `SELECT`, `COMMIT`.
  var command: Substring { String(cString: PQcmdStatus(result)).prefix { $0 != " " } }

  /// How many rows were inserted, updated or deleted.
  var changedRows: Int {
    switch command {
    case "INSERT", "UPDATE", "DELETE", "MERGE": Int(String(cString: PQcmdTuples(result))) ?? 0
    default: 0
    }
  }

  /// Whether others may see something new after the commit. A function that writes when it is selected is not noticed.
  var hasWritten: Bool {
    switch command {
    case "INSERT", "UPDATE", "DELETE", "MERGE": changedRows > 0
    case "SELECT", "SHOW", "SET", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "LOCK", "EXPLAIN", "": false
    default: true
    }
  }

  var columns: Columns {
    Columns((0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) })
  }

  /// - Throws: `SQLError.unreadable` when a value is not of the type its column declares.
  func rows(_ columns: Columns) throws(SQLError) -> [SQLRow] {
    let kinds = (0..<PQnfields(result)).map { Kind(PQftype(result, $0)) }
    var rows: [SQLRow] = []
    rows.reserveCapacity(Int(PQntuples(result)))
    for row in 0..<PQntuples(result) {
      var values: [SQLValue] = []
      values.reserveCapacity(kinds.count)
      for (column, kind) in kinds.enumerated() { values.append(try value(row, column, kind)) }
      rows.append(SQLRow(columns: columns, values: values))
    }
    return rows
  }

  private func value(_ row: Int32, _ column: Int, _ kind: Kind) throws(SQLError) -> SQLValue {
    guard PQgetisnull(result, row, Int32(column)) == 0 else { return .null }
    let length = Int(PQgetlength(result, row, Int32(column)))
    guard let start = PQgetvalue(result, row, Int32(column)) else { return .null }
    let bytes = UnsafeRawBufferPointer(start: start, count: length)
    guard let value = kind.value(bytes) else {
      throw SQLError.unreadable("column \(String(cString: PQfname(result, Int32(column)))) cannot be read")
    }
    return value
  }
}

/// How a column's text is read.
private enum Kind {
  case boolean, integer, real, bytes, text

  /// - Parameter type: an OID of `pg_type.dat` in the PostgreSQL source; what is not named there is text.
  init(_ type: Oid) {
    self =
      switch type {
      case 16: .boolean
      case 20, 21, 23: .integer  // int8, int2, int4
      case 700, 701, 1700: .real  // float4, float8, numeric
      case 17: .bytes
      default: .text
      }
  }

  func value(_ bytes: UnsafeRawBufferPointer) -> SQLValue? {
    switch self {
    case .boolean: .integer(bytes.first == UInt8(ascii: "t") ? 1 : 0)
    case .integer: Int64(String(decoding: bytes, as: UTF8.self)).map { .integer($0) }
    case .real: Double(String(decoding: bytes, as: UTF8.self)).map { .real($0) }
    case .bytes: Self.hexadecimal(bytes).map { .bytes($0) }
    case .text: .text(String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Reads `\x00ff`, the form `bytea_output = hex` gives.
  private static func hexadecimal(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
      return nil
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2 - 1)
    for index in stride(from: 2, to: text.count, by: 2) {
      guard let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

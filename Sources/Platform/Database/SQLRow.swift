/// The names of the columns of a result, shared by its rows.
public final class Columns: Sendable {
  public let names: [String]
  @usableFromInline let positions: [String: Int]

  public init(_ names: [String]) {
    self.names = names
    positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

}

/// One row of a result.
public struct SQLRow: Sendable {
  public let columns: Columns
  public let values: [SQLValue]

  public init(columns: Columns, values: [SQLValue]) {
    self.columns = columns
    self.values = values
  }

  /// The value of a column.
  /// - Throws: `SQLError.unreadable` when there is no such column or its value is of another kind.
  @inlinable public subscript<T: SQLDecodable>(_ name: String) -> T {
    get throws {
      guard let position = columns.positions[name] else {
        throw SQLError.unreadable("there is no column \(name) among \(columns.names.joined(separator: ", "))")
      }
      return try self[position]
    }
  }

  /// The value of a column by its place from 0: for long results, where looking names up would cost.
  @inlinable public subscript<T: SQLDecodable>(_ position: Int) -> T {
    get throws {
      guard let value = T(sqlValue: values[position]) else {
        throw SQLError.unreadable("column \(columns.names[position]) is no \(T.self)")
      }
      return value
    }
  }
}

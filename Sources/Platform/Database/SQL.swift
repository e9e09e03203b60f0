/// A statement, or a part of one. Every interpolated value is bound, never pasted; parts nest.
///
///     try connection.query("SELECT * FROM needs WHERE state = \(state) AND \(scope)")
public struct SQL: Sendable, ExpressibleByStringInterpolation {
  enum Piece: Sendable {
    case text(String)
    case value(SQLValue)
  }

  var pieces: [Piece]

  public init(stringLiteral value: String) {
    pieces = [.text(value)]
  }

  public init(stringInterpolation: StringInterpolation) {
    pieces = stringInterpolation.pieces
  }

  /// Text that was not written as a literal: a column list, a type. Never anything that came from outside.
  public init(raw: String) {
    pieces = [.text(raw)]
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      pieces.reserveCapacity(interpolationCount * 2 + 1)
    }

    public mutating func appendLiteral(_ literal: String) {
      if !literal.isEmpty { pieces.append(.text(literal)) }
    }

    public mutating func appendInterpolation(_ value: some SQLEncodable) {
      pieces.append(.value(value.sqlValue))
    }

    /// Nil is NULL.
    public mutating func appendInterpolation(_ value: (some SQLEncodable)?) {
      pieces.append(.value(value.sqlValue))
    }

    public mutating func appendInterpolation(_ part: SQL) {
      pieces += part.pieces
    }

    /// Trusted text: an identifier or a type from our own source.
    public mutating func appendInterpolation(raw: String) {
      pieces.append(.text(raw))
    }

    /// `(a, b, c)` for `IN`; matches nothing when empty.
    public mutating func appendInterpolation(list values: some Collection<some SQLEncodable>) {
      guard !values.isEmpty else { return pieces.append(.text("(NULL)")) }
      pieces.append(.text("("))
      for (index, value) in values.enumerated() {
        if index > 0 { pieces.append(.text(", ")) }
        pieces.append(.value(value.sqlValue))
      }
      pieces.append(.text(")"))
    }
  }

  /// Parts with a separator between them.
  public static func joined(_ parts: [SQL], by separator: String) -> SQL {
    var whole = SQL(raw: "")
    for (index, part) in parts.enumerated() {
      if index > 0 { whole.pieces.append(.text(separator)) }
      whole.pieces += part.pieces
    }
    return whole
  }

  /// The text for an engine, with `?1` or `$1` for each value, and the values in that order.
  public func rendered(for engine: Engine) -> (text: String, values: [SQLValue]) {
    let mark = engine == .sqlite ? "?" : "$"
    var text = ""
    var values: [SQLValue] = []
    for piece in pieces {
      switch piece {
      case .text(let part): text += part
      case .value(let value):
        values.append(value)
        text += mark
        text += String(values.count)
      }
    }
    return (text, values)
  }
}

/// The two engines.
public enum Engine: String, Sendable, CaseIterable {
  case sqlite, postgresql

  /// The type of a column of bytes, for migrations.
  public var bytes: String { self == .sqlite ? "BLOB" : "BYTEA" }
}

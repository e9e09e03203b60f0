public import Kernel

/// A value as both engines know it.
@frozen public enum SQLValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case bytes([UInt8])
}

/// What can be bound to a statement.
public protocol SQLEncodable {
  var sqlValue: SQLValue { get }
}

/// What can be read from a row.
public protocol SQLDecodable {
  /// Nil when the value is of another kind.
  init?(sqlValue: SQLValue)
}

public typealias SQLCodable = SQLEncodable & SQLDecodable

extension SQLValue: SQLEncodable, SQLDecodable {
  @inlinable public var sqlValue: SQLValue { self }
  @inlinable public init?(sqlValue: SQLValue) { self = sqlValue }
}

extension String: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .text(self) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .text(let text) = sqlValue else { return nil }
    self = text
  }
}

extension Int64: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .integer(self) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .integer(let number) = sqlValue else { return nil }
    self = number
  }
}

extension Int: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .integer(Int64(self)) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .integer(let number) = sqlValue else { return nil }
    self = Int(number)
  }
}

extension Double: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .real(self) }
  @inlinable public init?(sqlValue: SQLValue) {
    switch sqlValue {
    case .real(let number): self = number
    case .integer(let number): self = Double(number)
    default: return nil
    }
  }
}

/// Stored as 0 and 1 in a BIGINT column, so that one SQL text serves both engines.
extension Bool: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .integer(self ? 1 : 0) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .integer(let number) = sqlValue else { return nil }
    self = number != 0
  }
}

extension [UInt8]: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .bytes(self) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .bytes(let bytes) = sqlValue else { return nil }
    self = bytes
  }
}

extension ID: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .text(rawValue) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .text(let text) = sqlValue else { return nil }
    self.init(text)
  }
}

extension Timestamp: SQLCodable {
  @inlinable public var sqlValue: SQLValue { .integer(milliseconds) }
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .integer(let number) = sqlValue else { return nil }
    self.init(milliseconds: number)
  }
}

extension Optional: SQLEncodable where Wrapped: SQLEncodable {
  @inlinable public var sqlValue: SQLValue { self?.sqlValue ?? .null }
}

extension Optional: SQLDecodable where Wrapped: SQLDecodable {
  @inlinable public init?(sqlValue: SQLValue) {
    if case .null = sqlValue {
      self = .none
    } else if let wrapped = Wrapped(sqlValue: sqlValue) {
      self = .some(wrapped)
    } else {
      return nil
    }
  }
}

extension RawRepresentable where Self: SQLEncodable, RawValue == String {
  @inlinable public var sqlValue: SQLValue { .text(rawValue) }
}

extension RawRepresentable where Self: SQLDecodable, RawValue == String {
  @inlinable public init?(sqlValue: SQLValue) {
    guard case .text(let text) = sqlValue else { return nil }
    self.init(rawValue: text)
  }
}

/// A JSON value: what the API takes and answers, and what the journal signs.
///
/// Two values are equal when their canonical forms are (`CanonicalJSON.swift`): numbers by value, texts by their bytes.
public enum JSON: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number, up to `greatestInteger` either way.
  case int(Int)
  /// Any other number; it must be finite.
  case double(Double)
  /// A text.
  case string(String)
  /// Values in their order.
  case array([JSON])
  /// Values by their keys.
  case object(Object)

  /// The greatest integer that every JSON reader keeps exactly (RFC 7493 §2.2): 2⁵³ − 1.
  public static let greatestInteger = 9_007_199_254_740_991

  /// How deep arrays and objects may lie in each other, for reading and for writing.
  public static let deepest = 64

  /// The members of an object, kept in canonical order: by the UTF-16 code units of their keys (RFC 8785 §3.2.3).
  ///
  /// Keys are told apart by their bytes, unlike those of a `Dictionary`, for which é is equal to e with an accent added.
  public struct Object: Sendable {
    /// A key with its value.
    public typealias Member = (key: String, value: JSON)

    /// In canonical order, each key once.
    public private(set) var members: [Member]

    /// No members.
    public init() {
      members = []
    }

    /// - Parameter members: in any order; of two with the same key the last one is kept.
    public init(_ members: some Sequence<Member>) {
      var sorted = Array(members)
      if sorted.count > 1 {
        // The standard library's sort is stable, so the last of equal keys stays last.
        sorted.sort { order($0.key, $1.key) < 0 }
        var count = 1
        for index in 1..<sorted.count {
          if order(sorted[count - 1].key, sorted[index].key) != 0 { count += 1 }
          sorted[count - 1] = sorted[index]
        }
        sorted.removeLast(sorted.count - count)
      }
      self.members = sorted
    }

    /// - Returns: nil, and the key, when one occurs twice.
    static func unique(_ members: [Member]) -> (object: Object?, twice: String?) {
      var object = Object()
      object.members = members
      guard members.count > 1 else { return (object, nil) }
      object.members.sort { order($0.key, $1.key) < 0 }
      for index in 1..<members.count where order(object.members[index - 1].key, object.members[index].key) == 0 {
        return (nil, object.members[index].key)
      }
      return (object, nil)
    }

    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there are none.
    public var isEmpty: Bool { members.isEmpty }
    /// In canonical order.
    public var keys: [String] { members.map(\.key) }

    /// The value of a key; nil when there is none. Setting nil removes it.
    public subscript(key: String) -> JSON? {
      get {
        let (index, found) = position(of: key)
        return found ? members[index].value : nil
      }
      set {
        let (index, found) = position(of: key)
        switch (newValue, found) {
        case (let value?, true): members[index].value = value
        case (let value?, false): members.insert((key, value), at: index)
        case (nil, true): members.remove(at: index)
        case (nil, false): break
        }
      }
    }

    private func position(of key: String) -> (index: Int, found: Bool) {
      var low = 0
      var high = members.count
      while low < high {
        let middle = (low + high) / 2
        let order = order(members[middle].key, key)
        if order == 0 { return (middle, true) }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return (low, false)
    }
  }
}

/// Compares two texts by their UTF-16 code units without making them: negative, zero or positive.
///
/// UTF-8 has the order of the scalars, and so has UTF-16, but that U+E000…U+FFFF come after U+10000 and above there.
private func order(_ a: String, _ b: String) -> Int {
  let quick = a.utf8.withContiguousStorageIfAvailable { first in
    b.utf8.withContiguousStorageIfAvailable { second in order(first, second) }
  }
  if let quick, let quick { return quick }
  return order(Array(a.utf8), Array(b.utf8))
}

@inline(__always)
private func order<Bytes: RandomAccessCollection<UInt8>>(_ a: Bytes, _ b: Bytes) -> Int where Bytes.Index == Int {
  for index in 0..<min(a.count, b.count) {
    let (x, y) = (a[a.startIndex + index], b[b.startIndex + index])
    if x == y { continue }
    // Lead bytes: F0 and above stand for two surrogates (D800…DFFF), EE and EF for U+E000…U+FFFF.
    if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) { return x >= 0xF0 ? -1 : 1 }
    return x < y ? -1 : 1
  }
  return a.count - b.count
}

// MARK: Equality

extension JSON: Hashable {
  /// Numbers by value, texts by their bytes.
  public static func == (a: JSON, b: JSON) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.int(let a), .int(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Double(exactly: a) == b
    case (.string(let a), .string(let b)): order(a, b) == 0
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .int(let value): hasher.combine(Double(value))
    case .double(let value): hasher.combine(value)
    case .string(let text): hasher.combine(text)
    case .array(let elements): hasher.combine(elements)
    case .object(let object): hasher.combine(object)
    }
  }
}

extension JSON.Object: Hashable {
  /// The same keys, by their bytes, with equal values.
  public static func == (a: Self, b: Self) -> Bool {
    a.members.elementsEqual(b.members) { order($0.key, $1.key) == 0 && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(members.count)
    for member in members {
      hasher.combine(member.key)
      hasher.combine(member.value)
    }
  }
}

extension JSON.Object: RandomAccessCollection {
  /// Zero.
  public var startIndex: Int { members.startIndex }
  /// The number of members.
  public var endIndex: Int { members.endIndex }
  /// The member at a position in canonical order.
  public subscript(position: Int) -> Member { members[position] }
}

// MARK: Reading

extension JSON {
  /// Whether this is `null`.
  public var isNull: Bool {
    if case .null = self { return true }
    return false
  }

  /// True or false; nil when this is neither.
  public var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// A whole number that every JSON reader keeps exactly, however it was written (`2`, `2.0`, `2e0`).
  public var int: Int? {
    switch self {
    case .int(let value): value
    case .double(let value) where abs(value) <= Double(JSON.greatestInteger): Int(exactly: value)
    default: nil
    }
  }

  /// A number, whole or not; nil when this is none.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// A text; nil when this is none.
  public var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The elements; nil when this is no array.
  public var array: [JSON]? {
    if case .array(let value) = self { return value }
    return nil
  }

  /// The members; nil when this is no object.
  public var object: Object? {
    if case .object(let value) = self { return value }
    return nil
  }

  /// The value of a key; nil when this is no object or has none. Setting it makes an object of any other value.
  public subscript(key: String) -> JSON? {
    get { object?[key] }
    set {
      var object = object ?? Object()
      object[key] = newValue
      self = .object(object)
    }
  }

  /// The element at a position; nil when this is no array or has none there.
  public subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

// MARK: Making

/// What can be put into JSON.
public protocol JSONRepresentable {
  var json: JSON { get }
}

extension JSON {
  /// - Parameter value: a nil among optional values becomes `null`.
  public init(_ value: some JSONRepresentable) {
    self = value.json
  }
}

extension JSON: JSONRepresentable { public var json: JSON { self } }
extension JSON.Object: JSONRepresentable { public var json: JSON { .object(self) } }
extension Bool: JSONRepresentable { public var json: JSON { .bool(self) } }
extension Int: JSONRepresentable { public var json: JSON { .int(self) } }
extension Int64: JSONRepresentable { public var json: JSON { .int(Int(self)) } }
extension Double: JSONRepresentable { public var json: JSON { .double(self) } }
extension String: JSONRepresentable { public var json: JSON { .string(self) } }
extension Substring: JSONRepresentable { public var json: JSON { .string(String(self)) } }
extension Array: JSONRepresentable where Element: JSONRepresentable { public var json: JSON { .array(map(\.json)) } }
extension Optional: JSONRepresentable where Wrapped: JSONRepresentable { public var json: JSON { self?.json ?? .null } }

extension JSON: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension JSON: ExpressibleByStringInterpolation {
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
  /// Of two members with the same key the last one is kept.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Object(elements.lazy.map { (key: $0.0, value: $0.1) }))
  }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.lazy.map { (key: $0.0, value: $0.1) })
  }
}

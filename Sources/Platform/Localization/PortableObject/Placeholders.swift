/// The `{name}` places of a sentence: a brace, an ASCII letter, then letters, digits or `_`, and a closing brace. Any other brace
/// is an ordinary character.
enum Placeholders {
  /// - Returns: the names in `text`, each once.
  static func names(in text: String) -> Set<String> {
    var names: Set<String> = []
    scan(text) { _ in
    } placeholder: {
      names.insert($0)
    }
    return names
  }

  /// Hands over the parts of `text` in order; empty stretches of text are left out.
  static func scan(_ text: String, text literal: (Substring) -> Void, placeholder: (String) -> Void) {
    let bytes = text.utf8
    var start = bytes.startIndex
    var next = start
    while let open = brace(bytes, from: next) {
      let inside = bytes.index(after: open)
      guard let close = closing(bytes, from: inside) else {
        next = inside
        continue
      }
      if start < open { literal(text[start..<open]) }
      placeholder(String(text[inside..<close]))
      start = bytes.index(after: close)
      next = start
    }
    if start < bytes.endIndex { literal(text[start...]) }
  }

  /// The next opening brace.
  private static func brace(_ bytes: String.UTF8View, from start: String.Index) -> String.Index? {
    let passed = bytes.distance(from: bytes.startIndex, to: start)
    let found = bytes.withContiguousStorageIfAvailable { storage in
      var offset = passed
      while offset < storage.count, storage[offset] != openingBrace { offset += 1 }
      return offset
    }
    guard let found else { return bytes[start...].firstIndex(of: openingBrace) }
    return found < bytes.count ? bytes.index(bytes.startIndex, offsetBy: found) : nil
  }

  /// The brace that ends a name beginning at `start`, nil when no name begins there.
  private static func closing(_ bytes: String.UTF8View, from start: String.Index) -> String.Index? {
    var index = start
    while index < bytes.endIndex {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        if index == start { return nil }
      case UInt8(ascii: "}"): return index == start ? nil : index
      default: return nil
      }
      index = bytes.index(after: index)
    }
    return nil
  }
}

private let openingBrace = UInt8(ascii: "{")

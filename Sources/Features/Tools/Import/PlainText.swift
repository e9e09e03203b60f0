/// Texts of other people's catalogues, some of which hold markup.
enum PlainText {
  /// The words without tags, scripts and styles; what was escaped is written out. A `<` that begins no tag stays.
  static func read(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else { return text }
    var rest = text.unicodeScalars[...]
    var plain = String.UnicodeScalarView()
    while let first = rest.first {
      if first == "<", let tag = Tag(rest) {
        rest = tag.rest
        if tag.isBlock { plain.append("\n") }
      } else if first == "&", let (scalar, after) = entity(rest) {
        plain.append(scalar)
        rest = after
      } else {
        plain.append(first)
        rest = rest.dropFirst()
      }
    }
    return String(plain)
  }

  /// A tag or comment at the beginning of a text.
  private struct Tag {
    let isBlock: Bool
    let rest: Substring.UnicodeScalarView

    /// Nil when no tag begins here. Looks no further than the next `<`, so that reading stays linear.
    init?(_ text: Substring.UnicodeScalarView) {
      let inside = text.dropFirst()
      guard let first = inside.first, first == "/" || first == "!" || first.properties.isAlphabetic && first.isASCII,
        let end = inside.firstIndex(where: { $0 == ">" || $0 == "<" }), inside[end] == ">"
      else { return nil }
      let name = String(inside.drop { $0 == "/" }.prefix { $0.isASCII && $0.properties.isAlphabetic }).lowercased()
      isBlock = ["p", "br", "li", "div", "tr", "ul", "ol", "h1", "h2", "h3", "h4"].contains(name)
      let after = inside[inside.index(after: end)...]
      rest = first != "/" && (name == "script" || name == "style") ? Self.skip(to: "</" + name, after) : after
    }

    /// What follows the element that is passed over; nothing when it never ends.
    private static func skip(to end: String, _ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
      var rest = text
      while let start = rest.firstIndex(of: "<") {
        rest = rest[start...]
        if String(rest.prefix(end.count)).lowercased() == end {
          return rest.firstIndex(of: ">").map { rest[rest.index(after: $0)...] } ?? rest[rest.endIndex...]
        }
        rest = rest.dropFirst()
      }
      return rest[rest.endIndex...]
    }
  }

  private static func entity(_ text: Substring.UnicodeScalarView) -> (Unicode.Scalar, Substring.UnicodeScalarView)? {
    for (name, scalar) in entities where text.starts(with: name.unicodeScalars) {
      return (scalar, text.dropFirst(name.unicodeScalars.count))
    }
    return nil
  }

  private static let entities: [(String, Unicode.Scalar)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&nbsp;", " "),
  ]
}

public import Localization

/// A piece of HTML. Literals are trusted; every interpolated value is escaped.
///
///     let row: HTML = "<li><a href=\"\(url: link)\">\(name)</a></li>"
///
/// Attribute values are always written in double quotes. Scripts and styles are never written inline, so no escaping for them exists.
public struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// UTF-8.
  public private(set) var bytes: [UInt8]

  public init(stringLiteral value: String) {
    bytes = Array(value.utf8)
  }

  public init(stringInterpolation: StringInterpolation) {
    bytes = stringInterpolation.bytes
  }

  /// Nothing.
  public init() {
    bytes = []
  }

  /// Markup that a renderer of ours made safe already.
  public init(trusted bytes: [UInt8]) {
    self.bytes = bytes
  }

  public static func + (a: HTML, b: HTML) -> HTML {
    HTML(trusted: a.bytes + b.bytes)
  }

  public static func += (a: inout HTML, b: HTML) {
    a.bytes += b.bytes
  }

  public var isEmpty: Bool { bytes.isEmpty }

  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public struct StringInterpolation: StringInterpolationProtocol {
    var bytes: [UInt8] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
    }

    public mutating func appendLiteral(_ literal: String) {
      bytes.append(contentsOf: literal.utf8)
    }

    public mutating func appendInterpolation(_ value: String) {
      HTML.escape(value, into: &bytes)
    }

    public mutating func appendInterpolation(_ value: Substring) {
      HTML.escape(String(value), into: &bytes)
    }

    /// Nothing when nil.
    public mutating func appendInterpolation(_ value: String?) {
      if let value { HTML.escape(value, into: &bytes) }
    }

    public mutating func appendInterpolation(_ value: Int) {
      bytes.append(contentsOf: String(value).utf8)
    }

    public mutating func appendInterpolation(_ part: HTML) {
      bytes.append(contentsOf: part.bytes)
    }

    /// Nothing when nil.
    public mutating func appendInterpolation(_ part: HTML?) {
      if let part { bytes.append(contentsOf: part.bytes) }
    }

    /// A translated sentence. Where it had to fall back to another language, that language is named, so that it is read aloud rightly;
    /// inside a tag, where no element can stand, only the words are written.
    public mutating func appendInterpolation(_ phrase: Phrase) {
      guard phrase.language != Localization.current.language, !isInsideTag else {
        return HTML.escape(phrase.text, into: &bytes)
      }
      bytes.append(contentsOf: "<span lang=\"".utf8)
      HTML.escape(phrase.language.tag, into: &bytes)
      bytes.append(contentsOf: "\" dir=\"\(phrase.language.isRightToLeft ? "rtl" : "ltr")\">".utf8)
      HTML.escape(phrase.text, into: &bytes)
      bytes.append(contentsOf: "</span>".utf8)
    }

    /// An address for `href` or `src`. Only addresses on this site, `https:`, `http:`, `mailto:`, `tel:` and `sms:` are written;
    /// anything else becomes `#`.
    public mutating func appendInterpolation(url: String) {
      HTML.escape(HTML.isSafe(url: url) ? url : "#", into: &bytes)
    }

    /// The part when the condition holds.
    public mutating func appendInterpolation(if condition: Bool, _ part: @autoclosure () -> HTML) {
      if condition { bytes.append(contentsOf: part().bytes) }
    }

    /// What `part` makes of a value that is there.
    public mutating func appendInterpolation<T>(maybe value: T?, _ part: (T) -> HTML) {
      if let value { bytes.append(contentsOf: part(value).bytes) }
    }

    /// What `part` makes of each element, one after the other.
    public mutating func appendInterpolation<S: Sequence>(each elements: S, _ part: (S.Element) -> HTML) {
      for element in elements { bytes.append(contentsOf: part(element).bytes) }
    }

    private var isInsideTag: Bool {
      for byte in bytes.reversed() {
        if byte == UInt8(ascii: ">") { return false }
        if byte == UInt8(ascii: "<") { return true }
      }
      return false
    }
  }

  /// Appends `text` with the five characters that mean something in HTML replaced (HTML Living Standard §13.3). They are ASCII, so
  /// bytes can be looked at one by one.
  static func escape(_ text: String, into bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { source in
      var start = 0
      for (at, byte) in source.enumerated() {
        guard let reference = reference(to: byte) else { continue }
        bytes.append(contentsOf: source[start..<at])
        bytes.append(contentsOf: reference.utf8)
        start = at + 1
      }
      bytes.append(contentsOf: source[start...])
    }
  }

  @inline(__always)
  private static func reference(to byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }

  /// Whether an address may be written into a page. Browsers skip control characters and white space when they look for a scheme, so
  /// an address that holds any is refused.
  static func isSafe(url: String) -> Bool {
    if url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }) { return false }
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return !url.hasPrefix("//") }
    if let slash = url.utf8.firstIndex(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }),
      slash < colon
    {
      return !url.hasPrefix("//")
    }
    return ["https", "http", "mailto", "tel", "sms"].contains(url[..<colon].lowercased())
  }
}

/// A sentence with pieces of HTML in its places, for a link inside a sentence: `tr("Read {guide} first.", html: ["guide": link])`.
public func tr(_ source: String, html values: [String: HTML]) -> HTML {
  let pattern = Localization.current.pattern(source)
  var whole = HTML()
  for piece in pattern.pieces {
    switch piece {
    case .text(let text): whole += "\(text)"
    case .placeholder(let name): whole += values[name] ?? "\(name)"
    }
  }
  guard pattern.language != Localization.current.language else { return whole }
  return "<span lang=\"\(pattern.language.tag)\" dir=\"\(pattern.language.isRightToLeft ? "rtl" : "ltr")\">\(whole)</span>"
}

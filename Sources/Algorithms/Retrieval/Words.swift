/// The words of a text, folded (see `Letter`), with their places in the text.
///
/// Rules, in the order they matter: letters and digits make words; "child's" is *child*; after one or two letters, or after *qu*, an
/// apostrophe ends a word ("l'école" is *l*, *ecole*), elsewhere it is dropped ("don't" is *dont*); "e-mail" and "m-health" are one word,
/// other hyphens separate; each ideograph is a word; a full stop ends a sentence only before white space.
///
/// A buffer is meant to be used again: reading a text keeps the memory of the last one.
struct WordBuffer {
  struct Span {
    /// Bytes of the folded word in the buffer.
    var folded: Range<Int>
    /// UTF-8 offsets of the word in the text it was read from.
    var source: Range<Int>
    /// The strongest separator between the word before and this one.
    var gap: Gap
    /// It begins with a capital of A–Z. (Other alphabets' capitals are not told apart: the mark is a hint, and most names begin with these.)
    var isCapitalized: Bool
  }

  private(set) var bytes: [UInt8] = []
  private(set) var spans: [Span] = []

  private var wordStart = 0
  private var sourceStart = 0
  private var gap = Gap.none

  init() {}

  init(_ text: String) { read(text) }

  /// Replaces the contents with the words of `text`.
  mutating func read(_ text: String) {
    bytes.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    gap = .none
    wordStart = 0
    var text = text
    text.withUTF8 { scan($0) }
  }

  /// The folded word at `index` as a string.
  func word(_ index: Int) -> String { String(decoding: bytes[spans[index].folded], as: UTF8.self) }

  /// Calls `body` with the folded bytes of the word at `index`.
  @inline(__always)
  func withWord<T>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    let range = spans[index].folded
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  private var capital = false

  private mutating func scan(_ text: UnsafeBufferPointer<UInt8>) {
    Letter.asciiLetters.withUnsafeBufferPointer { ascii in
      var at = 0
      while at < text.count {
        let byte = text[at]
        if byte < 0x80 {
          let letter = ascii[Int(byte)]
          if letter != 0 {
            if bytes.count == wordStart {
              sourceStart = at
              capital = letter != byte
            }
            bytes.append(letter)
            at += 1
          } else {
            at = separate(text, at)
          }
        } else {
          let (scalar, length) = decode(text, at)
          at = take(Letter(scalar), text, at, length)
        }
      }
      endWord(at: text.count)
    }
  }

  /// An ASCII character that is no letter; returns the offset to go on from.
  private mutating func separate(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    switch text[at] {
    case 0x27, 0x60: return apostrophe(text, at, length: 1)
    case 0x2D: return take(.hyphen, text, at, 1)
    case 0x21, 0x3F, 0x3B, 0x0A, 0x0D: return take(.separator(.sentence), text, at, 1)  // ! ? ; and line ends
    case 0x2E:
      let ends = at + 1 >= text.count || text[at + 1] <= 0x20
      return take(.separator(ends ? .sentence : .none), text, at, 1)
    case 0x2C, 0x3A, 0x28, 0x29, 0x22, 0x5B, 0x5D, 0x7C: return take(.separator(.comma), text, at, 1)  // , : ( ) " [ ] |
    default: return take(.separator(.none), text, at, 1)
    }
  }

  private mutating func take(_ letter: Letter, _ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ length: Int) -> Int {
    switch letter {
    case .one(let value):
      beginWord(at)
      append(value)
    case .two(let first, let second):
      beginWord(at)
      append(first)
      append(second)
    case .mark: break
    case .ideograph(let value):
      endWord(at: at)
      beginWord(at)
      append(value)
      endWord(at: at + length)
    case .apostrophe: return apostrophe(text, at, length: length)
    case .hyphen:
      let joins = bytes.count == wordStart + 1 && WordBuffer.joiningInitials.contains(bytes[wordStart])
      if !joins { endWord(at: at) }
    case .separator(let gap):
      endWord(at: at)
      self.gap = max(self.gap, gap)
    }
    return at + length
  }

  /// e-mail, m-health, x-ray.
  private static let joiningInitials: [UInt8] = Array("emx".utf8)

  private mutating func apostrophe(_ text: UnsafeBufferPointer<UInt8>, _ at: Int, length: Int) -> Int {
    let next = at + length
    let count = bytes.count - wordStart
    guard count > 0, next < text.count, isLetter(text, next) else {
      endWord(at: at)
      return next
    }
    let possessive = text[next] | 0x20 == 0x73 && (next + 1 >= text.count || !isLetter(text, next + 1))
    if possessive {
      endWord(at: at)
      return next + 1
    }
    let elides = count <= 2 || (bytes[bytes.count - 1] == 0x75 && bytes[bytes.count - 2] == 0x71)  // qu
    if elides { endWord(at: at) }
    return next
  }

  private func isLetter(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
    if text[at] < 0x80 { return Letter.asciiLetters[Int(text[at])] != 0 }
    switch Letter(decode(text, at).scalar) {
    case .one, .two: return true
    default: return false
    }
  }

  /// A word that begins outside ASCII.
  private mutating func beginWord(_ at: Int) {
    guard bytes.count == wordStart else { return }
    sourceStart = at
    capital = false
  }

  private mutating func endWord(at end: Int) {
    guard bytes.count > wordStart else { return }
    spans.append(Span(folded: wordStart..<bytes.count, source: sourceStart..<end, gap: gap, isCapitalized: capital))
    wordStart = bytes.count
    gap = .none
  }

  private mutating func append(_ value: UInt32) {
    if value < 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else if value < 0x800 {
      bytes.append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
    } else if let scalar = Unicode.Scalar(value) {
      bytes.append(contentsOf: String(scalar).utf8)
    }
  }

  /// The scalar at `at` in valid UTF-8, which `String.withUTF8` guarantees.
  private func decode(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = UInt32(text[at])
    func rest(_ offset: Int) -> UInt32 { at + offset < text.count ? UInt32(text[at + offset] & 0x3F) : 0 }
    let value: UInt32
    let length: Int
    if first < 0xE0 {
      value = (first & 0x1F) << 6 | rest(1)
      length = 2
    } else if first < 0xF0 {
      value = (first & 0x0F) << 12 | rest(1) << 6 | rest(2)
      length = 3
    } else {
      value = (first & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3)
      length = 4
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}

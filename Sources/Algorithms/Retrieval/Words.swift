/// The words of a text, folded (see `Letter`), with their places in the text.
///
/// Rules, in the order they matter: letters and digits make words; "child's" is *child*; after one or two letters, or after *qu*,
/// an apostrophe ends a word ("l'école" is *l*, *ecole*), elsewhere it is dropped ("don't" is *dont*); "e-mail" and "m-health"
/// are one word, other hyphens separate; each ideograph is a word; a full stop ends a sentence only before white space.
///
/// A buffer is meant to be used again: reading a text keeps the memory of the last one.
struct WordBuffer: Sendable {
  struct Span: Sendable {
    /// Bytes of the folded word in the buffer.
    var folded: Range<Int>
    /// UTF-8 offsets of the word in the text it was read from.
    var source: Range<Int>
    /// The strongest separator between the word before and this one.
    var gap: Gap
    /// It begins with a capital of A–Z. (Other alphabets' capitals are not told apart: the mark is a hint, and most names begin
    /// with these.)
    var isCapitalized: Bool
  }

  private(set) var spans: [Span] = []
  private var bytes: [UInt8] = []

  init() {}

  init(_ text: String) { read(text) }

  /// Replaces the contents with the words of `text`.
  mutating func read(_ text: String) {
    spans.removeAll(keepingCapacity: true)
    var text = text
    text.withUTF8 { text in
      // No folded letter takes more than twice the room of the letter.
      if bytes.count < 2 * text.count { bytes = Array(repeating: 0, count: 4 * text.count) }
      bytes.withUnsafeMutableBufferPointer { folded in
        var scanner = WordScanner(text: text, folded: folded, spans: spans)
        spans = []
        scanner.scan()
        spans = scanner.spans
      }
    }
  }

  /// The folded word at `index` as a string.
  func word(_ index: Int) -> String { String(decoding: bytes[spans[index].folded], as: UTF8.self) }

  /// Calls `body` with the folded bytes of the word at `index`.
  @inline(__always)
  func withWord<T>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> T) -> T {
    let range = spans[index].folded
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}

/// Goes through one text once, for a `WordBuffer`.
private struct WordScanner {
  let text: UnsafeBufferPointer<UInt8>
  let folded: UnsafeMutableBufferPointer<UInt8>
  var spans: [WordBuffer.Span]

  /// The next free byte of `folded`, and where the current word began there and in the text.
  private var end = 0
  private var wordStart = 0
  private var sourceStart = 0
  private var gap = Gap.none
  private var isCapitalized = false

  init(text: UnsafeBufferPointer<UInt8>, folded: UnsafeMutableBufferPointer<UInt8>, spans: [WordBuffer.Span]) {
    self.text = text
    self.folded = folded
    self.spans = spans
  }

  mutating func scan() {
    Letter.asciiLetters.withUnsafeBufferPointer { ascii in
      var at = 0
      while at < text.count {
        let byte = text[at]
        let letter = ascii[Int(byte)]
        if letter != 0 {
          if end == wordStart {
            sourceStart = at
            isCapitalized = letter != byte
          }
          folded[end] = letter
          end += 1
          at += 1
        } else if byte < 0x80 {
          at = separate(at)
        } else {
          let (scalar, length) = decode(at)
          at = take(Letter(scalar), at, length)
        }
      }
      endWord(at: text.count)
    }
  }

  /// An ASCII character that is no letter; returns the offset to go on from.
  private mutating func separate(_ at: Int) -> Int {
    switch text[at] {
    case 0x20: return take(.separator(.none), at, 1)
    case 0x27, 0x60: return apostrophe(at, length: 1)
    case 0x2D: return take(.hyphen, at, 1)
    case 0x21, 0x3F, 0x3B, 0x0A, 0x0D: return take(.separator(.sentence), at, 1)  // ! ? ; and line ends
    case 0x2E:
      let ends = at + 1 >= text.count || text[at + 1] <= 0x20
      return take(.separator(ends ? .sentence : .none), at, 1)
    case 0x2C, 0x3A, 0x28, 0x29, 0x22, 0x5B, 0x5D, 0x7C: return take(.separator(.comma), at, 1)  // , : ( ) " [ ] |
    default: return take(.separator(.none), at, 1)
    }
  }

  private mutating func take(_ letter: Letter, _ at: Int, _ length: Int) -> Int {
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
    case .apostrophe: return apostrophe(at, length: length)
    case .hyphen:
      let joins = end == wordStart + 1 && WordScanner.joiningInitials.contains(folded[wordStart])
      if !joins { endWord(at: at) }
    case .separator(let gap):
      endWord(at: at)
      self.gap = max(self.gap, gap)
    }
    return at + length
  }

  /// e-mail, m-health, x-ray.
  private static let joiningInitials: [UInt8] = Array("emx".utf8)

  private mutating func apostrophe(_ at: Int, length: Int) -> Int {
    let next = at + length
    let count = end - wordStart
    guard count > 0, next < text.count, isLetter(next) else {
      endWord(at: at)
      return next
    }
    let isPossessive = text[next] | 0x20 == 0x73 && (next + 1 >= text.count || !isLetter(next + 1))
    if isPossessive {
      endWord(at: at)
      return next + 1
    }
    let elides = count <= 2 || (folded[end - 1] == 0x75 && folded[end - 2] == 0x71)  // qu
    if elides { endWord(at: at) }
    return next
  }

  private func isLetter(_ at: Int) -> Bool {
    if text[at] < 0x80 { return Letter.asciiLetters[Int(text[at])] != 0 }
    switch Letter(decode(at).scalar) {
    case .one, .two: return true
    default: return false
    }
  }

  /// A word that begins outside ASCII, unless one has begun.
  private mutating func beginWord(_ at: Int) {
    guard end == wordStart else { return }
    sourceStart = at
    isCapitalized = false
  }

  private mutating func endWord(at sourceEnd: Int) {
    guard end > wordStart else { return }
    spans.append(
      WordBuffer.Span(folded: wordStart..<end, source: sourceStart..<sourceEnd, gap: gap, isCapitalized: isCapitalized))
    wordStart = end
    gap = .none
  }

  private mutating func append(_ value: UInt32) {
    guard let scalar = Unicode.Scalar(value) else { return }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
      folded[end] = byte
      end += 1
    }
  }

  /// The scalar at `at` in valid UTF-8, which `String.withUTF8` guarantees.
  private func decode(_ at: Int) -> (scalar: Unicode.Scalar, length: Int) {
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

/// Takes out of pictures what cameras write into them beside the picture: where and when it was taken, with which device. It has
/// told persecutors where people live. Only how it is turned stays.
enum Photo {
  /// - Returns: nil where the picture is not whole, so that nobody sends what could not be looked through.
  static func withoutTraces(_ bytes: [UInt8], _ kind: FileKind) -> [UInt8]? {
    switch kind {
    case .jpeg: jpeg(bytes)
    case .png: png(bytes)
    case .webp: webp(bytes)
    default: bytes
    }
  }

  // MARK: - JPEG (ITU-T T.81 annex B, Exif 2.3 §4.5)

  private static func jpeg(_ bytes: [UInt8]) -> [UInt8]? {
    var kept: [UInt8] = [0xFF, 0xD8]
    var place = 2
    var turn: UInt8?
    var rest: [UInt8] = []
    while place + 4 <= bytes.count {
      guard bytes[place] == 0xFF else { return nil }
      let marker = bytes[place + 1]
      if marker == 0xFF {
        place += 1
        continue
      }
      let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
      guard length >= 2, place + 2 + length <= bytes.count else { return nil }
      let segment = bytes[place..<(place + 2 + length)]
      switch marker {
      case 0xDA:
        // The picture itself follows, to the end; whatever some telephones append after it is left out.
        guard let end = scanEnd(in: bytes, from: place + 2 + length) else { return nil }
        if let turn { kept += exif(turn) }
        return kept + rest + bytes[place..<end]
      case 0xE1: if turn == nil { turn = orientation(Array(segment.dropFirst(4))) }
      // JFIF and Adobe say how colours are to be read; colour profiles too.
      case 0xE0, 0xEE: rest += segment
      case 0xE2: if segment.dropFirst(4).starts(with: "ICC_PROFILE".utf8) { rest += segment }
      case 0xE3...0xEF, 0xFE: break
      default: rest += segment
      }
      place += 2 + length
    }
    return nil
  }

  /// The place after the end-of-image marker. Scans of a progressive picture follow each other with tables between them.
  private static func scanEnd(in bytes: [UInt8], from start: Int) -> Int? {
    var place = start
    while place + 1 < bytes.count {
      if bytes[place] == 0xFF, bytes[place + 1] == 0xD9 { return place + 2 }
      place += 1
    }
    return nil
  }

  /// How the picture is turned, 1…8; nil where nothing says so.
  private static func orientation(_ exif: [UInt8]) -> UInt8? {
    guard exif.starts(with: Array("Exif".utf8) + [0, 0]) else { return nil }
    let tiff = Array(exif.dropFirst(6))
    guard tiff.count >= 8 else { return nil }
    let isLittle = tiff[0] == 0x49
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place >= 0, place + count <= tiff.count else { return nil }
      let part = tiff[place..<(place + count)]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(4, 4), let count = number(directory, 2), count <= 1_000 else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + index * 12
      guard number(entry, 2) == 0x0112 else { continue }
      return number(entry + 8, 2).flatMap { (1...8).contains($0) ? UInt8($0) : nil }
    }
    return nil
  }

  /// An Exif segment that says nothing but how the picture is turned.
  private static func exif(_ turn: UInt8) -> [UInt8] {
    let tiff: [UInt8] =
      [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0]
    let content = Array("Exif".utf8) + [0, 0] + tiff
    return [0xFF, 0xE1, 0, UInt8(content.count + 2)] + content
  }

  // MARK: - PNG (ISO/IEC 15948 §5)

  private static func png(_ bytes: [UInt8]) -> [UInt8]? {
    var kept = Array(bytes.prefix(8))
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - place - 12 else { return nil }
      let name = String(decoding: bytes[(place + 4)..<(place + 8)], as: UTF8.self)
      // Of what a picture can do without, only what tells how it is to be shown stays.
      let isNeeded = name.utf8.first.map { $0 & 0x20 == 0 } ?? false
      if isNeeded || ["tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "bKGD", "pHYs", "sBIT"].contains(name) {
        kept += bytes[place..<(place + 12 + length)]
      }
      place += 12 + length
      if name == "IEND" { return kept }
    }
    return nil
  }

  // MARK: - WebP (RFC 9649 §2.3)

  private static func webp(_ bytes: [UInt8]) -> [UInt8]? {
    var chunks: [UInt8] = []
    var place = 12
    while place + 8 <= bytes.count {
      let name = String(decoding: bytes[place..<(place + 4)], as: UTF8.self)
      let length = bytes[(place + 4)..<(place + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
      let padded = length + length % 2
      guard padded <= bytes.count - place - 8 else { return nil }
      var chunk = Array(bytes[place..<(place + 8 + padded)])
      // The flags that say there are Exif (0x08) and XMP (0x04).
      if name == "VP8X", chunk.count > 8 { chunk[8] &= ~0x0C }
      if ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"].contains(name) { chunks += chunk }
      place += 8 + padded
    }
    guard !chunks.isEmpty else { return nil }
    let size = chunks.count + 4
    return Array("RIFF".utf8) + (0..<4).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) } + Array("WEBP".utf8) + chunks
  }
}

import Testing

@testable import Volunteers

/// What cameras write into pictures does not reach the other side.
@Suite struct PhotoTests {
  private static let place = Array("GPS 24.91 N 67.08 E".utf8)

  @Test func aJPEGKeepsHowItIsTurnedAndNothingElse() throws {
    let turned: [UInt8] = [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
    let exif = Array("Exif".utf8) + [0, 0] + turned + Self.place
    let picture: [UInt8] = [0xFF, 0xDB, 0, 3, 9, 0xFF, 0xDA, 0, 3, 1, 7, 7, 0xFF, 0xD9]
    let bytes = [0xFF, 0xD8] + segment(0xE1, exif) + segment(0xFE, Self.place) + picture + Self.place
    let kept = try #require(Photo.withoutTraces(bytes, .jpeg))
    #expect(!contains(kept, Self.place))
    #expect(kept.suffix(picture.count) == picture[...])
    // Orientation 6, in the order of bytes of our own segment.
    #expect(contains(kept, [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]))
  }

  @Test func aPNGLosesItsTexts() throws {
    let head: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let needed = chunk("IHDR", [1]) + chunk("IDAT", [2, 3])
    let bytes =
      head + chunk("IHDR", [1]) + chunk("eXIf", Self.place) + chunk("tEXt", Self.place) + chunk("IDAT", [2, 3])
      + chunk("IEND", [])
    #expect(Photo.withoutTraces(bytes + Self.place, .png) == head + needed + chunk("IEND", []))
  }

  @Test func aWebPLosesItsExif() throws {
    func riff(_ chunks: [UInt8]) -> [UInt8] { Array("RIFF".utf8) + little(chunks.count + 4) + Array("WEBP".utf8) + chunks }
    func part(_ name: String, _ content: [UInt8]) -> [UInt8] {
      Array(name.utf8) + little(content.count) + content + (content.count % 2 == 1 ? [0] : [])
    }
    let bytes = riff(part("VP8X", [0x0C, 0, 0, 0]) + part("VP8 ", [1, 2, 3]) + part("EXIF", Self.place))
    #expect(Photo.withoutTraces(bytes, .webp) == riff(part("VP8X", [0, 0, 0, 0]) + part("VP8 ", [1, 2, 3])))
  }

  @Test func whatIsCutOffIsRefused() {
    let exif = [0xFF, 0xD8] + segment(0xE1, Self.place)
    for count in 2..<exif.count { #expect(Photo.withoutTraces(Array(exif.prefix(count)), .jpeg) == nil) }
    #expect(
      Photo.withoutTraces([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0], .png)
        == nil)
  }

  private func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 0xFF)] + content
  }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [9, 9, 9, 9]
  }

  private func little(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

  private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0...].starts(with: part) }
  }
}

import Foundation
import Kernel
import Localization

/// Reads the text of a table in whatever encoding a spreadsheet wrote it, or says what to do where that cannot be known.
enum TableText {
  /// Bytes. A table of needs that somebody wrote down is far smaller.
  static let longest = 300_000

  /// - Returns: the text, and what to look at in it where its encoding had to be guessed.
  /// - Throws: `DomainError.invalid` about the field `file` with what to do instead.
  static func read(_ bytes: [UInt8]) throws -> (text: String, warning: Message?) {
    guard bytes.count <= longest else {
      throw complaint(Message("This table is too large. Please send it in parts of at most 300 kilobytes."))
    }
    if workbooks.contains(where: { bytes.starts(with: $0) }) {
      throw complaint(
        Message(
          "This is a whole workbook. In your spreadsheet, save the table as “CSV UTF-8” and choose that file, or copy the cells and paste them below."
        ))
    }
    if let encoding = utf16(bytes) {
      guard let text = String(bytes: bytes, encoding: encoding) else { throw unknown }
      return (text.first == "\u{FEFF}" ? String(text.dropFirst()) : text, nil)
    }
    guard !bytes.contains(0) else { throw unknown }
    let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    if let text = String(validating: marked, as: UTF8.self) { return (text, nil) }
    return (
      try western(bytes), Message("This file was not saved as UTF-8. Please look whether letters such as é, ñ and ç are right.")
    )
  }

  /// What newer and older workbooks begin with.
  private static let workbooks: [[UInt8]] = [[0x50, 0x4B, 0x03, 0x04], [0xD0, 0xCF, 0x11, 0xE0]]

  /// With a mark, or with a zero in every other byte of the first line, which no other text has.
  private static func utf16(_ bytes: [UInt8]) -> String.Encoding? {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return .utf16 }
    let first = bytes.prefix(40)
    guard bytes.count.isMultiple(of: 2), first.count >= 4 else { return nil }
    let zeros = first.indices.filter { first[$0] == 0 }
    guard zeros.count * 4 >= first.count else { return nil }
    if zeros.allSatisfy({ !$0.isMultiple(of: 2) }) { return .utf16LittleEndian }
    return zeros.allSatisfy { $0.isMultiple(of: 2) } ? .utf16BigEndian : nil
  }

  /// Windows-1252, in which spreadsheets still write western languages. There, letters beyond ASCII stand alone among others; where they
  /// follow each other, it is the encoding of another script.
  private static func western(_ bytes: [UInt8]) throws -> String {
    let high = bytes.indices.filter { bytes[$0] >= 0x80 }
    let together = high.filter { $0 > 0 && bytes[$0 - 1] >= 0x80 }
    guard together.count * 4 < high.count, let text = String(bytes: bytes, encoding: .windowsCP1252) else { throw unknown }
    return text
  }

  private static let unknown = complaint(
    Message(
      "The letters of this file cannot be recognized. In your spreadsheet, save the table as “CSV UTF-8” and choose that file, or copy the cells and paste them below."
    ))

  private static func complaint(_ message: Message) -> DomainError { .invalid("file", message) }
}

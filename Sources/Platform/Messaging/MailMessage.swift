import Foundation
public import Kernel
import Localization

/// A mail as it travels: RFC 5322 with a body of plain text (RFC 2045), lines ending in CR LF.
public struct MailMessage: Sendable, Equatable {
  public enum Encoding: Sendable {
    /// ASCII alone, in lines that every server takes.
    case sevenBit
    /// The body as it is, for files that people look into.
    case eightBit
  }

  public let bytes: [UInt8]

  /// - Parameter now: when it is handed over.
  /// - Throws: `MailFailure.messageRefused` when its address is none.
  public init(_ mail: Mail, from sender: MailSender, at now: Timestamp, _ encoding: Encoding = .sevenBit) throws {
    guard Mail.isSafe(address: mail.address) else { throw MailFailure.messageRefused }
    let body = Self.body(mail.body, encoding)
    var headers = [
      "Date: \(now.internetDate) +0000",
      "From: " + MailHeader.mailbox(sender),
      "To: " + mail.address,
      "Message-ID: <\(MailHeader.word(mail.id))@\(sender.domain)>",
      "Subject: " + MailHeader.text(mail.subject, after: "Subject: ".count),
      "Content-Language: " + MailHeader.word(mail.language.tag),
      // Nobody's holiday notice shall answer it (RFC 3834).
      "Auto-Submitted: auto-generated",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: " + body.name,
    ]
    if let stop = mail.stopAddress {
      // RFC 2369 and RFC 8058: mail programs show a button of their own, which needs no page.
      headers += ["List-Unsubscribe: <\(MailHeader.word(stop))>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    }
    bytes = headers.flatMap { Array($0.utf8) + MailHeader.lineEnd } + MailHeader.lineEnd + body.bytes
  }

  // MARK: - The body

  private static func body(_ text: String, _ encoding: Encoding) -> (name: String, bytes: [UInt8]) {
    let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").split(
      separator: "\n", omittingEmptySubsequences: false)
    if encoding == .eightBit { return ("8bit", Array(lines.joined(separator: "\r\n").utf8)) }
    let printable = QuotedPrintable.encode(lines)
    let base64 = Data(lines.joined(separator: "\r\n").utf8).base64EncodedData(
      options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
    // What is mostly ASCII can be read as it is; for other letters base 64 takes half the room.
    return printable.count <= base64.count
      ? ("quoted-printable", printable) : ("base64", Array(base64) + MailHeader.lineEnd)
  }
}

/// What may stand in a header. Whatever it is made of, no value ends its line or begins another header.
enum MailHeader {
  static let lineEnd: [UInt8] = [0x0D, 0x0A]

  /// Bytes of a line with encoded words in it (RFC 2047 §2).
  private static let longestLine = 76
  /// Bytes of text in an encoded word: in base 64, with what is around it, they fit even after the name of a header.
  private static let longestPiece = 39

  /// A text for people: as it is where it is short and plain, else in encoded words, each on a line of its own.
  /// - Parameter taken: bytes that stand on the line before it.
  static func text(_ text: String, after taken: Int) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    if isPlain, taken + text.utf8.count <= longestLine { return text }
    return words(text)
  }

  /// `"Riverside" <post@riverside.example>`
  static func mailbox(_ sender: MailSender) -> String {
    guard !sender.name.isEmpty else { return sender.address }
    let isPlain = sender.name.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !sender.name.contains("=?")
    let quoted = "\"" + sender.name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    let name = isPlain && quoted.utf8.count + "From: ".count <= longestLine ? quoted : words(sender.name)
    return name + "\r\n <\(sender.address)>"
  }

  /// A word for programs: only signs of ASCII that are seen, and no brackets.
  static func word(_ text: String) -> String {
    text.unicodeScalars.filter { (0x21...0x7E).contains($0.value) && $0 != "<" && $0 != ">" }.map { String($0) }.joined()
  }

  /// Encoded words (RFC 2047 §4.1), none of which splits a character. Control characters become spaces.
  private static func words(_ text: String) -> String {
    var pieces: [String] = [""]
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let sign = isControl ? " " : String(scalar)
      if pieces[pieces.count - 1].utf8.count + sign.utf8.count > longestPiece { pieces.append("") }
      pieces[pieces.count - 1] += sign
    }
    return pieces.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }
}

/// Text in which what is not ASCII stands as hexadecimal digits (RFC 2045 §6.7).
enum QuotedPrintable {
  private static let longestLine = 76

  /// - Parameter lines: without their ends.
  static func encode(_ lines: [Substring]) -> [UInt8] {
    var encoded: [UInt8] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { encoded += MailHeader.lineEnd }
      append(Array(line.utf8), to: &encoded)
    }
    return encoded
  }

  private static func append(_ line: [UInt8], to encoded: inout [UInt8]) {
    var length = 0
    for (index, byte) in line.enumerated() {
      let isLast = index == line.count - 1
      let sign = isPlain(byte, isLast: isLast) ? [byte] : [UInt8(ascii: "=")] + Array(Hex.encode([byte]).uppercased().utf8)
      // The last sign needs no room for the mark that the line goes on.
      if length + sign.count > longestLine - (isLast ? 0 : 1) {
        encoded += [UInt8(ascii: "=")] + MailHeader.lineEnd
        length = 0
      }
      encoded += sign
      length += sign.count
    }
  }

  private static func isPlain(_ byte: UInt8, isLast: Bool) -> Bool {
    switch byte {
    case 0x20, 0x09: !isLast
    case UInt8(ascii: "="): false
    default: (0x21...0x7E).contains(byte)
    }
  }
}

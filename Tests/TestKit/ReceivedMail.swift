import Foundation

/// A mail as a mail program reads it: headers unfolded, encoded words and the body decoded. It shares no code with what writes mails.
public struct ReceivedMail: Sendable {
  /// As it came.
  public let raw: String
  /// In order, with names in lower case.
  public let headers: [(name: String, value: String)]

  public init(_ raw: String) {
    self.raw = raw
    let head = raw.components(separatedBy: "\r\n\r\n").first ?? ""
    let unfolded = head.replacingOccurrences(of: "\r\n ", with: " ").replacingOccurrences(of: "\r\n\t", with: " ")
    headers = unfolded.components(separatedBy: "\r\n").map { line in
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      return (parts[0].lowercased(), parts.count > 1 ? parts[1] : "")
    }
  }

  /// The value of a header, decoded; nil when there is none, or more than one.
  public subscript(_ name: String) -> String? {
    let values = headers.filter { $0.name == name.lowercased() }
    return values.count == 1 ? Self.decodingWords(values[0].value) : nil
  }

  /// The lines as they came.
  public var lines: [String] { raw.components(separatedBy: "\r\n") }

  /// What its reader reads, with lines ending in `\n`.
  public var body: String {
    let encoded = raw.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
    switch self["Content-Transfer-Encoding"] {
    case "base64":
      let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters) ?? Data()
      return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    case "quoted-printable": return Self.decodingPrintable(encoded).replacingOccurrences(of: "\r\n", with: "\n")
    default: return encoded.replacingOccurrences(of: "\r\n", with: "\n")
    }
  }

  /// The first address in the body that begins so, up to the end of its line.
  public func address(_ beginning: String) -> String? {
    body.split(separator: "\n").map(String.init).first { $0.hasPrefix(beginning) }
  }

  private static func decodingWords(_ value: String) -> String {
    // White space between encoded words is none (RFC 2047 §6.2).
    let joined = value.replacing(/\?=\s+=\?/, with: "?==?")
    return joined.replacing(/=\?utf-8\?B\?([^?]*)\?=/.ignoresCase()) { match in
      String(decoding: Data(base64Encoded: String(match.output.1)) ?? Data(), as: UTF8.self)
    }
  }

  private static func decodingPrintable(_ text: String) -> String {
    let bytes = Array(text.replacingOccurrences(of: "=\r\n", with: "").utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "="), index + 2 < bytes.count,
        let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        decoded.append(byte)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }
}
